"""Starting at login is the same on every system: these tests run on the fake and on each real place for entries."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from support.executables import make_program
from support.login_start import FakeEntries

from tray.core.autostart import Entry, Standing
from tray.core.errors import AutostartProblem
from tray.core.model import Problem
from tray.desktop.autostart.freedesktop import DesktopEntries
from tray.desktop.autostart.login_start import LoginStart
from tray.desktop.autostart.port import Entries
from tray.installation.finding import Installation, Way

_SUFFIX = ".exe" if sys.platform == "win32" else ""


@dataclass
class Launchd:
    """A stand-in for ``launchctl``: remembers which agents are disabled."""

    disabled: set[str] = field(default_factory=set)

    def __call__(self, arguments: Sequence[str]) -> str:
        if arguments[0] == "enable":
            self.disabled.discard(arguments[1].rpartition("/")[2])
        lines = "".join(f'\t\t"{label}" => disabled\n' for label in sorted(self.disabled))
        return f'\tdisabled services = {{\n\t\t"com.example.other" => enabled\n{lines}\t}}\n'


def _fake(_folder: Path) -> Entries:
    return FakeEntries()


def _freedesktop(folder: Path) -> Entries:
    return DesktopEntries(folder / "своё 家" / "autostart", (folder / "xdg" / "autostart",))


def _macos(folder: Path) -> Entries:
    from tray.desktop.autostart.macos import LaunchAgents

    return LaunchAgents(folder / "Library" / "LaunchAgents", "gui/501", Launchd())


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
    """A bundle at that path."""
    return Installation(Way.BUNDLE, (str(make_program(path, f"#!/bin/sh\n# {path}\n")), "run"), (path,))


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


def test_an_entry_whose_program_has_gone_is_broken_and_is_put_right_at_the_next_start(
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

    assert new.mend().standing is Standing.ON
    assert new.state().command == (str(here), "run")


def test_an_entry_of_another_installation_is_told_and_left_alone_until_the_person_asks(
    entries: Entries, tmp_path: Path, here: Path
) -> None:
    other = LoginStart(entries, installed(tmp_path / "other" / f"sso-tray{_SUFFIX}"))
    theirs = other.turn_on()
    ours = LoginStart(entries, installed(here))

    found = ours.mend()

    assert found.standing is Standing.BROKEN
    assert found.problem is not None
    assert "another SSO Tray" in found.problem.title
    assert other.state() == theirs
    assert ours.turn_on().standing is Standing.ON
    assert other.state().standing is Standing.BROKEN


def test_a_program_that_cannot_be_there_at_the_next_login_writes_nothing(entries: Entries, here: Path) -> None:
    make_program(here)
    moved = Installation(Way.MAC_APP, (str(here), "run"), (here,), obstacle=Problem("Move it", "There"))
    start = LoginStart(entries, moved)

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


def test_what_cannot_be_mended_is_told_as_it_is(here: Path) -> None:
    gone = Entry("in memory", ("/gone/sso-tray", "run"))
    refusing = LoginStart(FakeEntries(gone, refuses=True), installed(here))
    wrapped = FakeEntries(Entry("in memory", ("/gone/my-wrapper",)))
    fine = FakeEntries(Entry("in memory", (str(here), "run")))

    assert refusing.mend().standing is Standing.BROKEN
    assert LoginStart(wrapped, installed(here)).mend().standing is Standing.BROKEN
    assert LoginStart(fine, installed(here)).mend().standing is Standing.ON
    assert wrapped.written == fine.written == []
