"""What the menu offers that ends at once."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import pytest
from support.build import snapshot
from support.desk import FakeDesk, until

from tray import child
from tray.actions import Actions
from tray.core.errors import TrayError
from tray.core.model import Settings
from tray.paths import find_paths


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def actions(desk: FakeDesk, home: Path) -> Actions:
    paths = find_paths({})
    paths.state.mkdir(parents=True)
    return Actions(paths, {}, desk.open_url, desk.open_file)


def test_diagnose_shows_what_the_doctor_prints(actions: Actions, desk: FakeDesk) -> None:
    actions.diagnose()

    until(lambda: desk.files)
    assert "No AWS sign-in is set up" in desk.files[0].read_text(encoding="utf-8")


def test_settings_that_are_there_are_opened_as_they_are(actions: Actions, desk: FakeDesk) -> None:
    actions.paths.settings_file.parent.mkdir(parents=True, exist_ok=True)
    actions.paths.settings_file.write_text("# mine\n")
    actions.open_settings()

    assert desk.files == [actions.paths.settings_file]
    assert actions.paths.settings_file.read_text() == "# mine\n"


def test_without_an_editor_the_person_learns_where_the_file_is(actions: Actions, desk: FakeDesk) -> None:
    desk.has_browser = False

    with pytest.raises(TrayError) as raised:
        actions.open_settings()
    assert str(actions.paths.settings_file) in raised.value.hint


def test_a_settings_folder_that_cannot_be_made_is_told(actions: Actions, desk: FakeDesk) -> None:
    actions.paths.settings_file.parent.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        actions.paths.settings_file.parent.rmdir()  # on Windows it is the state folder too
    actions.paths.settings_file.parent.write_text("in the way")

    with pytest.raises(TrayError):
        actions.open_settings()
    assert desk.files == []


def test_a_portal_that_is_gone_opens_nothing(actions: Actions, desk: FakeDesk) -> None:
    actions.open_portal("gone", snapshot(), Settings())
    actions.open_console("gone", snapshot(), Settings())

    assert desk.pages == []


def test_a_command_of_ours_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "own_command", lambda: [sys.executable, "-c", "import time; time.sleep(60)"])

    with pytest.raises(TimeoutError):
        child.run_own("doctor", seconds=0.3)
