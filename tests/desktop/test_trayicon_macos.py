"""The icon on macOS: pystray's own backend and ours upon it, with AppKit's calls faked."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support import appkit
from support.desk import until
from support.threads import wait_until_it_waits

from tray.core.command import Command, Do, LogIn, UseProfile
from tray.core.dataclass import replace
from tray.core.model import Status
from tray.core.settings import Theme
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
    """An icon in a menu bar, made and served by a thread that plays the main one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.mac = appkit.install(monkeypatch)
        self.world = self.mac.world
        self.module = self.mac.load("tray.desktop.macos.trayicon")
        self.commands: list[Command] = []
        self.shown: list[bool] = []
        self._made = threading.Event()
        self._thread = threading.Thread(target=self._serve)

    def make(self) -> None:
        """Make the icon, on the thread that will serve it."""
        self.icon = self.module.create(self.commands.append, on_host=self.shown.append)
        self.icon.apply(VIEW)

    def _serve(self) -> None:
        self.make()
        self._made.set()
        self.icon.run(lambda: None)

    def start(self) -> None:
        self._thread.start()
        until(self._made.is_set)
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
        return self.world.item.the_button

    @property
    def menu(self) -> Any:
        return self.world.item.menu

    def look(self) -> Callable[[], str]:
        """Give what tells the theme that suits the menu bar."""
        events = self.mac.load("tray.desktop.macos.system_events")
        look: Callable[[], str] = events.follow_panel(None, lambda: self.icon.apply(replace(VIEW, theme=Theme(look()))))
        return look


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[Trial]:
    """A trial that is yet to start."""
    trial = Trial(monkeypatch)
    yield trial
    if trial.world.items:
        trial.icon.stop()
    trial.join()
    assert trial.world.items == []
    assert trial.world.wrongs == []


@pytest.fixture
def trial(made: Trial) -> Trial:
    made.start()
    return made


def test_the_image_is_sharp_on_every_screen_and_keeps_its_colours(trial: Trial) -> None:
    image = trial.button.image

    assert image.size() == (18, 18)
    pixels = [(made.pixelsWide(), made.pixelsHigh(), made.size()) for made in image.representations()]
    assert pixels == [(18, 18, (18, 18)), (36, 36, (18, 18))]
    assert not image.isTemplate()
    for made in image.representations():
        assert (*PALETTES["colour"].green, 255) in {colour for _count, colour in made.picture.getcolors(36 * 36)}
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
        trial.world.on_main(menu.item(title).send_action)

    assert trial.commands == []


def test_a_click_means_the_item_that_was_clicked_whatever_has_become_of_the_menu(trial: Trial) -> None:
    """The loop turns between the closing of a menu and what its item does."""
    profile = trial.mac.open_menu().item("Default profile", "R&D_dev")
    trial.icon.apply(EXPIRED)

    trial.mac.choose(profile, meanwhile=lambda: trial.apply(replace(EXPIRED, menu=VIEW.menu[3:])))

    assert trial.commands == [UseProfile("R&D_dev")]
    until(lambda: [item.title for item in trial.menu.items] == ["Default profile", "Quit"])


def test_no_new_menu_is_made_by_a_click(trial: Trial) -> None:
    menu = trial.mac.open_menu()
    trial.mac.choose(menu.item("Log in again"))
    until(lambda: trial.world.dismissed is None)
    trial.settle()

    assert trial.menu is menu


@pytest.mark.parametrize("elsewhere", [False, True], ids=["tracked here", "tracked by another process"])
def test_an_open_menu_stays_as_it_is_and_is_changed_when_it_is_closed(trial: Trial, elsewhere: bool) -> None:
    trial.world.tracks_elsewhere = elsewhere
    menu = trial.mac.open_menu()
    trial.apply(EXPIRED)
    assert trial.menu is menu
    assert trial.button.tooltip == VIEW.tooltip

    trial.mac.close_menu()

    until(lambda: trial.button.tooltip == EXPIRED.tooltip)
    until(lambda: [item.title for item in trial.menu.items] == ["Log in again", "", "Default profile", "Quit"])


def test_a_menu_that_is_opened_again_at_once_is_not_changed_either(trial: Trial) -> None:
    trial.mac.open_menu()
    trial.apply(EXPIRED)
    trial.mac.close_menu()
    menu = trial.mac.open_menu()
    time.sleep(0.3)  # A silence: longer than a closed menu is waited for.
    trial.settle()
    assert trial.menu is menu
    assert trial.button.tooltip == VIEW.tooltip

    trial.mac.close_menu()

    until(lambda: trial.button.tooltip == EXPIRED.tooltip)


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
    assert trial.world.policies == [1]
    assert trial.world.item.autosave_name == "sso-tray"


def test_an_icon_that_was_dragged_out_of_the_menu_bar_is_there_again(made: Trial) -> None:
    made.world.hidden_by_the_person.add("sso-tray")
    made.start()

    assert made.world.item.visible
    until(lambda: made.shown == [True])


def test_the_icon_is_said_to_be_shown_when_it_is_seen_and_not_before(
    made: Trial, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(made.module, "_SEEN_AFTER_SECONDS", (0.05, 0.05))
    made.world.is_crowded = True
    made.start()
    until(lambda: "no room" in caplog.text)

    assert made.shown == []


def test_an_icon_that_finds_room_a_little_later_is_said_to_be_shown(made: Trial) -> None:
    made.world.is_crowded = True
    made.start()
    made.world.is_crowded = False

    until(lambda: made.shown == [True])


def test_what_fails_in_a_callback_does_not_reach_appkit(trial: Trial, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_command: Command) -> None:
        raise ZeroDivisionError

    trial.icon._icon._on_command = fail
    trial.mac.start_again()
    answer = trial.world.on_main(lambda: trial.world.delegate().send("applicationShouldTerminate:", None))

    assert answer == 1  # The session is not held up.
    assert caplog.text.count("Traceback") == 2


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


def test_a_second_start_of_the_application_asks_for_the_status_and_gives_the_screen_back(trial: Trial) -> None:
    """The system made it the active application, of which macOS presents no notices unasked."""
    trial.mac.start_again()

    assert trial.commands == [Do.SHOW_STATUS]
    assert not trial.world.is_active


def test_what_fails_on_the_main_thread_does_not_end_its_loop(trial: Trial, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    trial.icon._icon.schedule(fail)
    trial.apply(EXPIRED)

    assert "ZeroDivisionError" in caplog.text
    assert trial.button.tooltip == EXPIRED.tooltip


def test_the_icon_is_drawn_for_the_menu_bar_as_it_is_and_becomes(made: Trial) -> None:
    made.world.appearance = appkit.VIBRANT_DARK
    look = made.look()
    assert look() == "colour"
    made.start()
    until(lambda: look() == "dark")

    for name, theme in ((appkit.AQUA, "light"), (appkit.DARK_AQUA, "dark")):
        made.world.change_appearance(name)
        until(lambda theme=theme: look() == theme)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("settling", "others"),
    [(0.0, (appkit.AQUA,)), (0.05, ()), (0.3, ()), (0.3, (appkit.AQUA, appkit.DARK_AQUA))],
)
def test_an_image_that_makes_the_menu_bar_report_other_looks_is_assigned_once(
    made: Trial, settling: float, others: tuple[str, ...]
) -> None:
    """AppKit reports the application's look for a moment, and that of each other display; then the icon's own."""
    made.world.settling_seconds, made.world.other_displays = settling, others
    made.world.appearance = appkit.VIBRANT_DARK
    look = made.look()
    made.start()
    until(lambda: look() == "dark")
    time.sleep(1)  # A silence: nothing more may come of it.
    before = made.world.images_assigned
    assert before <= 2

    made.world.change_appearance(appkit.AQUA)
    until(lambda: look() == "light")
    time.sleep(1)

    assert made.world.images_assigned == before + 1
    assert look() == "light"


def test_looks_that_never_settle_are_followed_no_longer(
    made: Trial, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(made.mac.load("tray.desktop.macos.look"), "_SETTLING_SECONDS", 0.01)
    made.world.settling_seconds = 0.0
    look = made.look()
    made.start()
    for number in range(12):
        name = (appkit.DARK_AQUA, appkit.AQUA)[number % 2]
        made.world.change_appearance(name)
        time.sleep(0.06)

    until(lambda: made.button.observers == [])
    assert look() == "colour"
    assert made.world.images_assigned <= 9
    assert "does not settle" in caplog.text


@pytest.mark.skipif(sys.platform != "linux", reason="only there the wait of the fake is one in C")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_handled_while_the_main_thread_waits_in_appkit(
    monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    trial = Trial(monkeypatch)
    trial.make()
    handled: list[float] = []

    def handle(_number: int, _frame: object) -> None:
        handled.append(time.monotonic())
        trial.icon.stop()

    sent: list[float] = []

    def send() -> None:
        until(lambda: trial.button.image is not None)
        time.sleep(0.6)  # Until no timer of the icon's start is due any more.
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
