"""Our view in pystray's terms, on a backend that only remembers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from support.pystray_anywhere import pystray

from tray.core.command import Command, Do
from tray.core.dataclass import replace
from tray.core.model import Status
from tray.core.settings import Theme
from tray.core.view.values import MenuItem, View, separator
from tray.desktop.pystray_icon import PystrayIcon

VIEW = View(
    Status.SIGNED_IN,
    "tooltip",
    (
        MenuItem("a", "R&D_1", Do.QUIT, default=True),
        separator("1"),
        MenuItem("b", "more", children=(MenuItem("c", "told", enabled=False, checked=True, radio=True),)),
    ),
)


class RememberingIcon(pystray._base.Icon):
    """A backend of pystray whose loop waits, and which remembers what was changed."""

    def __init__(self) -> None:
        super().__init__("x")
        self.changes: list[str] = []
        self.scheduled: list[Callable[[], None]] = []
        self.stopped = threading.Event()

    def schedule(self, function: Callable[[], None]) -> None:
        self.scheduled.append(function)

    def end(self) -> None:
        self.stopped.set()

    def _show(self) -> None:
        self.changes.append("show")

    def _hide(self) -> None:
        self.changes.append("hide")

    def _update_icon(self) -> None:
        self.changes.append(f"icon {self.icon}")
        self._icon_valid = True

    def _update_title(self) -> None:
        self.changes.append(f"title {self.title}")

    def _update_menu(self) -> None:
        self.changes.append("menu")

    def _run(self) -> None:
        self._mark_ready()
        assert self.stopped.wait(10)


class Trial:
    def __init__(self, picture: Callable[[Status, str], Any] = lambda status, theme: f"{status} {theme}") -> None:
        self.backend = RememberingIcon()
        self.commands: list[Command] = []
        self.scheduled = self.backend.scheduled
        self.icon = PystrayIcon(self.backend, on_command=self.commands.append, picture=picture)

    def run(self, on_ready: Callable[[], None] = lambda: None) -> None:
        """Run, and stop as soon as the icon is ready."""

        def ready() -> None:
            on_ready()
            self.icon.stop()

        self.icon.run(ready)

    def serve(self) -> list[str]:
        """Run what was scheduled, and give what that changed."""
        self.backend.changes.clear()
        while self.scheduled:
            self.scheduled.pop(0)()
        return self.backend.changes


@pytest.fixture
def trial() -> Trial:
    trial = Trial()
    trial.icon.apply(VIEW)
    trial.run()
    return trial


def test_the_backend_is_changed_only_where_it_may_be(trial: Trial) -> None:
    assert trial.backend.icon is None
    assert len(trial.scheduled) == 1

    assert trial.serve() == ["menu", "icon signed-in colour", "show"]


def test_several_views_in_a_row_become_one_change(trial: Trial) -> None:
    trial.serve()
    for number in range(5):
        trial.icon.apply(replace(VIEW, tooltip=f"{number}"))

    assert trial.serve() == ["title 4"]


def test_each_part_is_changed_by_itself(trial: Trial) -> None:
    trial.serve()

    trial.icon.apply(replace(VIEW, theme=Theme.DARK))
    assert trial.serve() == ["icon signed-in dark"]
    trial.icon.apply(replace(VIEW, theme=Theme.DARK, menu=()))
    assert trial.serve() == ["menu"]


def test_an_equal_view_troubles_nobody(trial: Trial) -> None:
    trial.serve()

    trial.icon.apply(replace(VIEW))

    assert trial.scheduled == []


def test_a_view_that_was_taken_back_before_it_was_shown_changes_nothing(trial: Trial) -> None:
    trial.serve()
    trial.icon.apply(replace(VIEW, tooltip="soon gone"))
    trial.icon.apply(VIEW)

    assert trial.serve() == []


def test_a_click_on_the_icon_asks_to_activate_and_not_for_the_default_item(trial: Trial) -> None:
    trial.serve()

    trial.backend()

    assert trial.commands == [Do.ACTIVATE]


def test_items_keep_their_words_marks_and_commands(trial: Trial) -> None:
    trial.serve()
    first, line, more = trial.backend.menu.items
    (told,) = more.submenu.items

    assert (first.text, first.default, first.checked, first.radio) == ("R&D_1", True, None, False)
    assert line is type(trial.backend.menu).SEPARATOR
    assert (told.text, told.enabled, told.checked, told.radio) == ("told", False, True, True)
    first(trial.backend)
    told(trial.backend)
    assert trial.commands == [Do.QUIT]


def test_an_icon_that_cannot_be_drawn_does_not_stop_the_program(caplog: pytest.LogCaptureFixture) -> None:
    def fail(_status: Status, _theme: str) -> Any:
        raise ZeroDivisionError

    trial = Trial(fail)
    trial.icon.apply(VIEW)
    ready: list[bool] = []
    trial.run(lambda: ready.append(True))

    trial.serve()

    assert ready == [True]
    assert "ZeroDivisionError" in caplog.text
