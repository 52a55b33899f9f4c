"""``sso-tray demo`` where there is no desktop: the whole story, told to its end."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest
from end_to_end.desktop import Desktop, command_line
from support.desk import until

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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize("where", ["tray", "terminal"])
def test_a_signal_ends_the_demo_with_all_that_it_started(
    desktop: Desktop, tmp_path: Path, number: signal.Signals, where: str
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    desktop.browser.decide("ignore")
    if where == "tray":
        demo = desktop.start_demo(TMPDIR=str(folder))
        desktop.icon.click("Log in")
        desktop.shows("signing in")
    else:
        demo = desktop.start_demo("--terminal", TMPDIR=str(folder))
    until(lambda: [pid for pid in demo.children() if b"login" in command_line(pid)])
    family = {pid: command_line(pid) for pid in demo.children()}
    assert family
    demo.send(number)
    if number is signal.SIGINT and where == "terminal":
        demo.ended()
    else:
        assert demo.ended() == 0
    until(lambda: not any(command and command_line(pid) == command for pid, command in family.items()))
    until(lambda: not list(folder.iterdir()))
    assert "Traceback" not in demo.errors


def test_a_demo_that_was_started_by_nohup_outlives_the_terminal(desktop: Desktop) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        demo = desktop.start_demo()
    finally:
        signal.signal(signal.SIGHUP, before)
    assert desktop.icon.tooltip == "demo · signed out"
    for pid in (demo.process.pid, *demo.children()):
        os.kill(pid, signal.SIGHUP)
    desktop.icon.click("Log in")
    desktop.shows("signed in until")
    demo.send(signal.SIGTERM)
    assert demo.ended() == 0
