"""The icon on macOS: pystray's own backend and ours upon it, with AppKit's calls faked."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from support import appkit
from support.desk import until
from support.threads import wait_until_it_waits

from tray.core.command import Command, Do, LogIn, UseProfile
from tray.core.dataclass import replace
from tray.core.model import Status
from tray.core.view.values import MenuItem, View, separator
from tray.desktop.icons import PALETTES

VIEW = View(
    Status.SIGNED_IN,
    "my-sso · signed in until about 17:05",
    (
        MenuItem("status", "my-sso · signed in", enabled=False),
        MenuItem("login", "Log in again", LogIn("my-sso"), default=True),
        separator("1"),
        MenuItem(
            "default",
            "Default profile",
            children=(
                MenuItem("dev", "R&D_dev", UseProfile("R&D_dev"), checked=True, radio=True),
                MenuItem("prod", "prod", UseProfile("prod"), checked=False, radio=True),
            ),
        ),
        MenuItem("quit", "Quit", Do.QUIT),
    ),
)
EXPIRED = replace(VIEW, icon=Status.EXPIRED, tooltip="my-sso · expired", menu=VIEW.menu[1:])


class Trial:
    """An icon in a menu bar, served by a thread that plays the main one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.mac = appkit.install(monkeypatch)
        self.world = self.mac.world
        self.module = self.mac.load("tray.desktop.macos.trayicon")
        self.commands: list[Command] = []
        self.icon = self.module.create(self.commands.append, on_host=lambda _shown: None)
        self._thread = threading.Thread(target=self.icon.run, args=(lambda: None,))

    def start(self) -> None:
        self.icon.apply(VIEW)
        self._thread.start()
        until(lambda: self.button.image is not None)
        self.settle()

    def settle(self) -> None:
        """Wait until the main thread has done all that it was asked to do."""
        self.world.on_main(lambda: None)

    def apply(self, view: View) -> None:
        self.icon.apply(view)
        self.settle()

    def join(self) -> None:
        self._thread.join(10)
        assert not self._thread.is_alive()

    @property
    def button(self) -> Any:
        return self.world.item.button()

    @property
    def menu(self) -> Any:
        return self.world.item.menu


@pytest.fixture
def trial(monkeypatch: pytest.MonkeyPatch) -> Iterator[Trial]:
    trial = Trial(monkeypatch)
    trial.start()
    yield trial
    if trial.world.items:
        trial.icon.stop()
    trial.join()
    assert trial.world.items == []
    assert trial.world.wrongs == []


def test_the_image_is_sharp_on_every_screen_and_keeps_its_colours(trial: Trial) -> None:
    image = trial.button.image

    assert image.size() == (22, 22)
    pixels = [(made.pixelsWide(), made.pixelsHigh(), made.size()) for made in image.representations()]
    assert pixels == [(22, 22, (22, 22)), (44, 44, (22, 22))]
    assert not image.isTemplate()
    for made in image.representations():
        assert (*PALETTES["colour"].green, 255) in {colour for _count, colour in made.picture.getcolors(44 * 44)}
    assert not trial.button.hidden


def test_the_tooltip_is_what_a_screen_reader_says(trial: Trial) -> None:
    assert trial.button.tooltip == trial.button.label == VIEW.tooltip
    trial.apply(EXPIRED)

    assert trial.button.tooltip == trial.button.label == EXPIRED.tooltip


def test_each_status_has_its_image_and_an_image_is_drawn_once(trial: Trial) -> None:
    first = trial.button.image
    trial.apply(EXPIRED)
    other = trial.button.image
    trial.apply(VIEW)

    assert other is not first
    assert trial.button.image is first


def test_the_menu_says_what_the_view_says(trial: Trial) -> None:
    menu = trial.menu
    assert [item.title for item in menu.items] == ["my-sso · signed in", "Log in again", "", "Default profile", "Quit"]
    assert [item.enabled for item in menu.items] == [False, True, True, True, True]
    assert menu.items[2].separator
    assert not menu.enables_by_itself
    assert menu.items[1].attributed.text == "Log in again"  # the default item is bold
    profiles = menu.items[3].submenu
    assert [(item.title, item.state) for item in profiles.items] == [("R&D_dev", 1), ("prod", 0)]


def test_a_click_on_an_item_gives_its_command_and_no_other(trial: Trial) -> None:
    for titles in (("Log in again",), ("Default profile", "prod"), ("Quit",)):
        trial.mac.choose(trial.mac.open_menu().item(*titles))

    assert trial.commands == [LogIn("my-sso"), UseProfile("prod"), Do.QUIT]


def test_a_click_on_a_line_that_only_tells_or_leads_on_gives_none(trial: Trial) -> None:
    menu = trial.menu
    for title in ("my-sso · signed in", "Default profile"):
        item = menu.item(title)
        trial.world.on_main(partial(item.target.find(item.action), item))

    assert trial.commands == []


def test_an_open_menu_stays_as_it_is_and_is_changed_when_it_is_closed(trial: Trial) -> None:
    menu = trial.mac.open_menu()
    trial.apply(EXPIRED)
    assert trial.menu is menu
    assert trial.button.tooltip == VIEW.tooltip

    trial.mac.close_menu()

    until(lambda: trial.button.tooltip == EXPIRED.tooltip)
    assert [item.title for item in trial.menu.items] == ["Log in again", "", "Default profile", "Quit"]


def test_a_change_that_leaves_the_menu_alone_makes_no_new_one(trial: Trial) -> None:
    menu = trial.menu
    trial.apply(replace(VIEW, tooltip="my-sso · ends at 17:05", icon=Status.ENDING))

    assert trial.menu is menu


def test_the_icon_may_be_changed_from_many_threads(trial: Trial) -> None:
    views = [replace(VIEW, tooltip=f"{number}") for number in range(20)]
    threads = [threading.Thread(target=trial.icon.apply, args=(view,)) for view in views]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    trial.apply(EXPIRED)

    assert trial.button.tooltip == EXPIRED.tooltip


def test_the_program_has_no_place_in_the_dock_and_keeps_its_place_in_the_menu_bar(trial: Trial) -> None:
    assert trial.world.policy == 1
    assert trial.world.item.autosave_name == "sso-tray"


def test_a_stop_closes_an_open_menu(trial: Trial) -> None:
    menu = trial.mac.open_menu()

    trial.icon.stop()

    trial.join()
    assert not trial.world.is_open(menu)


def test_the_end_of_the_session_waits_until_the_program_has_quit(trial: Trial) -> None:
    trial.world.perform(trial.world.terminate, appkit.DEFAULT)
    until(lambda: trial.commands == [Do.QUIT])
    assert trial.world.replies == []

    trial.icon.stop()

    trial.join()
    assert trial.world.replies == [True]
    assert trial.world.exited


def test_the_end_of_the_session_does_not_wait_for_ever(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial.module, "_LEAVING_SECONDS", 0.05)
    trial.world.perform(trial.world.terminate, appkit.DEFAULT)

    trial.join()

    assert trial.world.replies == [True]


def test_a_second_start_of_the_application_asks_for_the_status(trial: Trial) -> None:
    delegate = trial.world.delegate
    answer = trial.world.on_main(lambda: delegate.applicationShouldHandleReopen_hasVisibleWindows_(None, False))

    assert answer is False
    assert trial.commands == [Do.SHOW_STATUS]


def test_what_fails_on_the_main_thread_does_not_end_its_loop(trial: Trial, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    trial.icon._icon.schedule(fail)
    trial.apply(EXPIRED)

    assert "ZeroDivisionError" in caplog.text
    assert trial.button.tooltip == EXPIRED.tooltip


def test_the_icon_is_drawn_for_the_menu_bar_as_it_is_and_becomes(trial: Trial) -> None:
    events = trial.mac.load("tray.desktop.macos.system_events")
    changes: list[str] = []
    look: Callable[[], str] = events.follow_panel(None, lambda: changes.append(look()))
    assert look() == "light"

    for name in (appkit.VIBRANT_DARK, appkit.DARK_AQUA, appkit.AQUA):
        trial.world.change_appearance(name)

    assert changes == ["dark", "light"]


@pytest.mark.skipif(sys.platform != "linux", reason="only there the wait of the fake is one in C")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_handled_while_the_main_thread_waits_in_appkit(
    monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    trial = Trial(monkeypatch)
    trial.icon.apply(VIEW)
    handled: list[float] = []

    def handle(_number: int, _frame: object) -> None:
        handled.append(time.monotonic())
        trial.icon.stop()

    sent: list[float] = []

    def send() -> None:
        until(lambda: trial.button.image is not None)
        trial.settle()
        wait_until_it_waits(threading.main_thread())
        sent.append(time.monotonic())
        os.kill(os.getpid(), number)

    before = signal.signal(number, handle)
    try:
        trial.icon.run(threading.Thread(target=send).start)
    finally:
        signal.signal(number, before)

    assert handled[0] - sent[0] < 5
    assert signal.set_wakeup_fd(-1) == -1
    assert "signals" not in {thread.name for thread in threading.enumerate()}
