"""A home on a slow network disk makes the program slow to learn, and nothing else: icon and menu answer at once."""

from __future__ import annotations

import shlex
import time
from pathlib import Path

import pytest
from end_to_end.desktop import Desktop
from support.needs import needs

_DELAY_MICROSECONDS = 60_000

pytestmark = pytest.mark.forms("wheel")


def _slow(program: Path, home: Path, folder: Path) -> Path:
    """Make a program whose every look at a file that it watches takes long, as over a bad network."""
    needs("strace")
    aws, state = home / ".aws", home / ".local" / "state" / "sso-tray"
    watched = [
        aws,
        aws / "config",
        aws / "credentials",
        aws / "sso" / "cache",
        state,
        state / "state.json",
        state / "lock",
    ]
    paths = " ".join(f"-P {shlex.quote(str(path))}" for path in watched)
    script = folder / "slow"
    script.write_text(
        # -D: the program stays the child of the process that starts it, and gets its signals.
        "#!/bin/sh\nexec strace -D -f --seccomp-bpf -qqq -o /dev/null -e trace=%file "
        f'-e inject=%file:delay_enter={_DELAY_MICROSECONDS} {paths} {shlex.quote(str(program))} "$@"\n'
    )
    script.chmod(0o755)
    return script


def test_the_icon_comes_the_menu_answers_and_a_click_signs_in(desktop: Desktop, tmp_path: Path) -> None:
    desktop.program = _slow(desktop.program, desktop.home, tmp_path)
    program = desktop.start()
    assert desktop.shows("signed out")
    begun = time.monotonic()
    assert "Quit" in desktop.icon.menu().labels()
    assert time.monotonic() - begun < 1.0

    desktop.icon.click("Log in")
    desktop.shows("signed in")
    desktop.icon.click("Quit")
    assert program.ended() == 0
