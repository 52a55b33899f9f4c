"""A home that is slow or locked makes the program slow to learn, and nothing else: icon and menu answer at once."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from end_to_end.desktop import Desktop
from support.needs import needs

from tray.disk.lock import locked

_AT_ONCE_SECONDS = 4.0
"""On a machine that is busy with other tests besides; what is slow below is slower by far."""

pytestmark = pytest.mark.forms("wheel")


def _slow(desktop: Desktop, folder: Path, calls: str, seconds: float, paths: Iterable[Path]) -> None:
    """Make the program, and what it starts, wait in these system calls on some paths, as over a bad network."""
    needs("strace")
    script = folder / "slow"
    script.write_text(
        # -D: the program stays the child of whoever starts it, and gets its signals.
        "#!/bin/sh\nexec strace -D -f --seccomp-bpf -qqq -o /dev/null "
        f"-e trace={calls} -e inject={calls}:delay_enter={round(seconds * 1e6)} "
        f'{" ".join(f"-P {shlex.quote(str(path))}" for path in paths)} {shlex.quote(str(desktop.program))} "$@"\n'
    )
    script.chmod(0o755)
    desktop.program = script


def _never_opened(desktop: Desktop, folder: Path, path: Path) -> None:
    """Let the program wait for ever as it opens a file, as where a server has gone: no pipe would be waited for."""
    (folder / "sitecustomize.py").write_text(
        "import os, threading\n"
        "opens = os.open\n"
        "def open_or_wait(path, *rest, **named):\n"
        f"    if os.fspath(path) == {str(path)!r}:\n"
        "        threading.Event().wait()\n"
        "    return opens(path, *rest, **named)\n"
        "os.open = open_or_wait\n"
    )
    script = folder / "waits"
    script.write_text(
        f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(folder))} exec {shlex.quote(str(desktop.program))} "$@"\n'
    )
    script.chmod(0o755)
    desktop.program = script


def _shows_at_once(desktop: Desktop, words: str) -> None:
    begun = time.monotonic()
    desktop.shows(words)
    assert time.monotonic() - begun < _AT_ONCE_SECONDS


def _answers_at_once(desktop: Desktop) -> None:
    """The menu is there, and a click on it is answered."""
    begun = time.monotonic()
    told = len(desktop.notices.notices)
    assert "Quit" in desktop.icon.menu().labels()
    desktop.icon.click("About")
    desktop.host.wait_for(lambda: len(desktop.notices.notices) > told, "an answer")
    assert time.monotonic() - begun < _AT_ONCE_SECONDS


def test_the_icon_comes_the_menu_answers_and_a_click_signs_in(desktop: Desktop, tmp_path: Path) -> None:
    aws, state = desktop.home / ".aws", desktop.state
    looked_at = [
        aws,
        desktop.config,
        aws / "credentials",
        desktop.cache,
        state,
        state / "state.json",
        state / "lock",
    ]
    _slow(desktop, tmp_path, "%file", 0.06, looked_at)
    program = desktop.start()
    assert desktop.shows("signed out")
    begun = time.monotonic()
    assert "Quit" in desktop.icon.menu().labels()
    assert time.monotonic() - begun < _AT_ONCE_SECONDS

    desktop.icon.click("Log in")
    desktop.shows("signed in")
    desktop.icon.click("Quit")
    assert program.ended() == 0


def test_files_that_take_6_seconds_to_open_and_a_browser_that_takes_6_seconds_to_start_hold_nothing_up(
    desktop: Desktop, tmp_path: Path
) -> None:
    desktop.state.mkdir(parents=True)
    browser = shlex.split(desktop.browser.command)[0]
    opened = [desktop.config, desktop.state, desktop.state / "state.json", desktop.state / "aws-config.lock"]
    _slow(desktop, tmp_path, "open,openat,execve", 6, [*opened, Path(browser)])
    program = desktop.start()
    desktop.host.wait_for(lambda: desktop.host.icons, "an icon")
    _answers_at_once(desktop)
    desktop.shows("signed out")

    desktop.icon.click("Open access portal")
    desktop.icon.click("Default profile", "staging")
    desktop.plant(seconds=9999)
    _shows_at_once(desktop, "signed in")
    _answers_at_once(desktop)
    desktop.icon.click("Quit")
    begun = time.monotonic()
    assert program.ended() == 0
    # A call that has just begun as it ends is held by strace, and the end with it; never two after each other.
    assert time.monotonic() - begun < 8


def test_a_config_that_another_process_has_locked_holds_up_the_switch_alone(desktop: Desktop) -> None:
    program = desktop.start()
    desktop.shows("signed out")
    before = desktop.config.read_bytes()
    with locked(desktop.state / "aws-config.lock"):
        desktop.icon.click("Default profile", "staging")
        desktop.plant(seconds=9999)
        _shows_at_once(desktop, "signed in")
        _answers_at_once(desktop)
        assert before == desktop.config.read_bytes()
    desktop.notices.wait_for_notice("Default profile: staging")
    assert before != desktop.config.read_bytes()
    desktop.icon.click("Quit")
    assert program.ended() == 0


def test_a_disk_that_never_answers_holds_up_neither_the_icon_nor_the_end(desktop: Desktop, tmp_path: Path) -> None:
    desktop.settings("")
    settings = desktop.home / ".config" / "sso-tray" / "settings.toml"
    _never_opened(desktop, tmp_path, settings)
    program = desktop.start()
    desktop.shows("unreadable")
    assert "! Your files take long to be read" in desktop.icon.menu().labels()
    assert "No AWS sign-in is set up" not in desktop.icon.menu().labels()
    _answers_at_once(desktop)
    desktop.icon.click("Quit")
    assert program.ended() == 0
