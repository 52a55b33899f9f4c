"""Starting at login is the same on every system: these tests run on the fake and on each real place for entries."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.executables import make_program
from support.login_start import FakeEntries

from tray.core.autostart import Autostart, Standing
from tray.core.errors import AutostartProblem
from tray.core.message import Message
from tray.desktop.autostart import Entries, LoginStart
from tray.desktop.linux.autostart import DesktopEntries
from tray.installation.programs import Installation

_SUFFIX = ".exe" if sys.platform == "win32" else ""


def _fake(_folder: Path) -> Entries:
    return FakeEntries()


def _freedesktop(folder: Path) -> Entries:
    return DesktopEntries((folder / "своё 家" / "autostart" / "our.desktop", folder / "xdg" / "our.desktop"))


def _macos(folder: Path) -> Entries:
    from tray.desktop.macos.autostart import LaunchAgent

    return LaunchAgent((folder / "Library" / "our.plist",), "gui/501", launchctl=lambda _arguments: "")


def _windows(_folder: Path) -> Entries:
    from support.registry import private_run_key  # type: ignore[attr-defined] # Windows' alone

    return private_run_key()


_PLACES: dict[str, Callable[[Path], Entries]] = {"fake": _fake}
if sys.platform == "win32":
    _PLACES |= {"windows": _windows}
else:
    _PLACES |= {"freedesktop": _freedesktop, "macos": _macos}


@pytest.fixture(params=sorted(_PLACES))
def entries(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Entries]:
    made = _PLACES[request.param](tmp_path)
    yield made
    if hasattr(made, "close"):
        made.close()


def installed(path: Path) -> Installation:
    return Installation((make_program(path, f"#!/bin/sh\n# {path}\n"),))


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return tmp_path / "bundle & co" / f"sso-tray{_SUFFIX}"


@pytest.fixture
def start(entries: Entries, here: Path) -> LoginStart:
    return LoginStart(entries, installed(here))


def test_it_is_off_until_it_is_turned_on(start: LoginStart) -> None:
    assert start.state().standing is Standing.OFF


def test_on_off_and_on_again(start: LoginStart, here: Path) -> None:
    for _ in range(2):
        found = start.turn_on()
        assert (found.standing, found.command, found.problem) == (Standing.ON, (str(here), "run"), None)
        assert found.place
        assert start.state() == found
        assert start.turn_off().standing is Standing.OFF
        assert start.state().standing is Standing.OFF


def test_doing_it_twice_is_as_doing_it_once(start: LoginStart) -> None:
    assert start.turn_on() == start.turn_on()
    assert start.turn_off() == start.turn_off()


def test_an_entry_whose_program_has_gone_is_broken_and_is_repaired_at_the_next_start(
    entries: Entries, tmp_path: Path, here: Path
) -> None:
    old = LoginStart(entries, installed(tmp_path / "old" / f"sso-tray{_SUFFIX}"))
    old.turn_on()
    (tmp_path / "old" / f"sso-tray{_SUFFIX}").unlink()
    new = LoginStart(entries, installed(here))

    broken = new.state()
    assert broken.standing is Standing.BROKEN
    assert broken.problem is not None
    assert "not there any more" in broken.problem.title

    assert new.repair().standing is Standing.ON
    assert new.state().command == (str(here), "run")


def test_an_entry_of_another_installation_is_told_and_left_alone_until_the_person_asks(
    entries: Entries, tmp_path: Path, here: Path
) -> None:
    other = LoginStart(entries, installed(tmp_path / "other" / f"sso-tray{_SUFFIX}"))
    theirs = other.turn_on()
    ours = LoginStart(entries, installed(here))

    found = ours.repair()

    assert found.standing is Standing.BROKEN
    assert found.problem is not None
    assert "another SSO Tray" in found.problem.title
    assert other.state() == theirs
    assert ours.turn_on().standing is Standing.ON
    assert other.state().standing is Standing.BROKEN


def test_a_program_that_cannot_be_there_at_the_next_login_writes_nothing(entries: Entries, here: Path) -> None:
    start = LoginStart(entries, Installation((make_program(here),), obstacle=Message("Move it", "There")))

    with pytest.raises(AutostartProblem, match="Move it"):
        start.turn_on()
    assert start.state().standing is Standing.OFF


def test_two_programs_that_turn_it_on_and_off_at_once_leave_it_on_or_off(start: LoginStart) -> None:
    failures: list[AutostartProblem] = []

    def toggle() -> None:
        try:
            for _ in range(20):
                start.turn_on()
                start.turn_off()
        except AutostartProblem as error:
            failures.append(error)

    threads = [threading.Thread(target=toggle) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failures
    assert start.state().standing is Standing.OFF
    assert start.turn_on().standing is Standing.ON


def test_what_cannot_be_repaired_is_told_as_it_is(here: Path) -> None:
    def broken(program: str) -> Autostart:
        return Autostart(Standing.ON, "in memory", (program, "run"))

    refusing = FakeEntries(broken("/gone/sso-tray"), refuses=True)
    wrapped = FakeEntries(broken("/gone/my-wrapper"))
    obstructed = FakeEntries(broken("/gone/sso-tray"))

    assert LoginStart(refusing, installed(here)).repair().standing is Standing.BROKEN
    assert LoginStart(wrapped, installed(here)).repair().standing is Standing.BROKEN
    nowhere = Installation((), obstacle=Message("Install it", "So"))
    assert LoginStart(obstructed, nowhere).repair().standing is Standing.BROKEN
    assert refusing.written == wrapped.written == obstructed.written == []


def test_what_the_system_refuses_is_told_without_the_name_of_a_file_too(here: Path) -> None:
    start = LoginStart(FakeEntries(refuses=True), installed(here))

    for change in (start.turn_on, start.turn_off):
        with pytest.raises(AutostartProblem, match="could not be changed: Permission denied"):
            change()


def test_an_entry_that_the_system_hides_from_us_is_told(here: Path) -> None:
    class Hidden(FakeEntries):
        def read(self) -> Autostart:
            raise PermissionError(13, "Permission denied", "/the/entry")

    found = LoginStart(Hidden(), installed(here)).repair()

    assert (found.standing, found.place) == (Standing.BROKEN, "/the/entry")
    assert found.problem is not None
    assert "/the/entry: Permission denied" in found.problem.title
