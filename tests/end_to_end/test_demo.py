"""``sso-tray demo`` where there is no desktop: the whole story, told to its end."""

from __future__ import annotations

import re
from pathlib import Path

from end_to_end.desktop import Desktop

_STORY = [
    r"○  demo · signed out",
    r"> You click the icon",
    r"…  demo · signing in",
    r"✔  demo · signed in until \d\d:\d\d",
    r"◔  demo · ends at \d\d:\d\d",
    r"│ AWS sign-in ends at \d\d:\d\d +│",
    r"│ \[Log in\]  \[Snooze\] +│",
    r"⊖  demo · expired",
    r"│ AWS sign-in has ended +│",
    r"> You click “Log in” in the notice",
    r"…  demo · signing in",
    r"✔  demo · signed in until \d\d:\d\d",
    r"That was SSO Tray",
]


def test_the_demo_tells_the_whole_story_in_the_terminal_and_leaves_nothing(desktop: Desktop, tmp_path: Path) -> None:
    before = desktop.config.read_bytes()
    folder = tmp_path / "temporary"
    folder.mkdir()
    # What a developer has set must neither lead the demo astray nor be touched by it.
    told = desktop.run(
        "demo",
        DBUS_SESSION_BUS_ADDRESS=None,
        XDG_RUNTIME_DIR=None,
        TMPDIR=str(folder),
        AWS_PROFILE="nowhere",
        BROWSER="no-such-browser",
        HTTP_PROXY="http://127.0.0.1:9",
        HTTPS_PROXY="http://127.0.0.1:9",
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stderr == ""
    assert re.search(".*".join(_STORY), told.stdout, re.DOTALL), told.stdout
    assert len(re.findall(r"AWS sign-in ends", told.stdout)) == 1
    assert list(folder.iterdir()) == []
    assert desktop.config.read_bytes() == before
    assert not desktop.cache.exists()
    assert desktop.center.requests == ()


def test_the_demo_plays_in_the_real_tray_where_there_is_one(desktop: Desktop) -> None:
    demo = desktop.start_demo()
    assert desktop.icon.tooltip == "demo · signed out"
    desktop.icon.click("Log in")
    desktop.shows("signed in until")
    assert len(desktop.browser.opened) == 1
    desktop.icon.click("Quit")
    assert demo.ended() == 0
    assert not desktop.cache.exists()
