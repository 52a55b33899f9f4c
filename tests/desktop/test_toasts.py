"""Notices with buttons through desktop-notifier; what cannot be shown so is shown in the next best way."""

from __future__ import annotations

import dataclasses
import gc
import importlib
import inspect
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from support import toast_library
from support.desk import FakeDesk, until
from support.modules import forget
from support.needs import posix
from support.registry_model import Registry
from support.toast_library import System, install, install_on_macos, open_centre, warn_as_macos_does

from tray.core.command import Command, LogIn, Snooze
from tray.core.view.values import Button, Notice, Slot
from tray.desktop import notify
from tray.desktop.capabilities import Capabilities, find_capabilities
from tray.desktop.plain_notices import PlainNotifier
from tray.desktop.toasts import NoCentre, ToastNotifier

REMINDER = Notice(
    Slot.SIGN_IN,
    "AWS sign-in ends in 15 minutes",
    "my-sso · at 14:20",
    (Button("Log in", LogIn("my-sso")), Button("Snooze", Snooze(30))),
    LogIn("my-sso"),
)
ENDED = Notice(Slot.SIGN_IN, "AWS sign-in has ended", "my-sso", (Button("Log in", LogIn("my-sso")),), LogIn("my-sso"))
ANSWER = Notice(Slot.ANSWER, "my-sso · signed in", "until about 17:05")


class Desk:
    """A notifier, the system it talks to, and what it falls back on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.system: System = install(monkeypatch)
        self.commands: list[Command] = []
        self.otherwise = FakeDesk()
        self.opened: list[int] = []
        self.open: Callable[[], Any] = open_centre
        self.notifier = ToastNotifier(self._open, self.commands.append, self.otherwise)

    def _open(self) -> Any:
        self.opened.append(threading.get_ident())
        return self.open()

    def hold_up(self) -> Callable[[], None]:
        """Have the system answer only when what is given is called."""
        may_open = threading.Event()

        def open_late() -> Any:
            assert may_open.wait(10)
            return open_centre()

        self.open = open_late
        return may_open.set

    def show(self, notice: Notice) -> str:
        """Show a notice, and give its identifier once it is there."""
        before = len(self.system.history)
        self.notifier.show(notice)
        until(lambda: len(self.system.history) > before)
        identifier: str = self.system.history[-1].identifier
        return identifier

    def titles(self) -> list[str]:
        return [notification.title for notification in list(self.system.shown.values())]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    desk = Desk(monkeypatch)
    yield desk
    desk.notifier.close()


@pytest.fixture
def short_of_patience(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(importlib.import_module("tray.desktop.toast_centre"), "_PATIENCE_SECONDS", 0.05)


def test_nothing_is_loaded_before_the_first_notice(desk: Desk) -> None:
    desk.notifier.withdraw(Slot.SIGN_IN)

    assert desk.opened == []
    assert "tray.desktop.toast_centre" not in sys.modules


def test_the_caller_never_waits_for_the_system(desk: Desk) -> None:
    go_on = desk.hold_up()
    desk.notifier.show(REMINDER)
    until(lambda: desk.opened)
    desk.notifier.show(ENDED)
    desk.notifier.show(ANSWER)
    go_on()

    until(lambda: len(desk.titles()) == 2)
    assert desk.titles() == [ENDED.title, ANSWER.title]
    assert threading.get_ident() not in desk.opened


def test_a_button_asks_for_its_command_and_the_notice_for_its_own(desk: Desk) -> None:
    first = desk.show(REMINDER)
    assert [button.title for button in desk.system.shown[first].buttons] == ["Log in", "Snooze"]
    desk.system.click(first, "1")
    desk.system.click(desk.show(REMINDER), "0")
    desk.system.click(desk.show(REMINDER))

    assert desk.commands == [Snooze(30), LogIn("my-sso"), LogIn("my-sso")]


def test_a_notice_without_a_command_may_be_clicked_without_effect(desk: Desk) -> None:
    desk.system.click(desk.show(ANSWER))

    assert desk.commands == []


def test_a_second_click_on_a_notice_asks_for_nothing(desk: Desk) -> None:
    identifier = desk.show(REMINDER)
    desk.system.click(identifier, "0")
    desk.system.click(identifier, "0")
    desk.system.click(identifier)

    assert desk.commands == [LogIn("my-sso")]


def test_of_clicks_on_many_threads_at_once_one_counts(desk: Desk) -> None:
    identifier = desk.show(REMINDER)
    together = threading.Barrier(8)

    def click() -> None:
        together.wait()
        desk.system.backend.handle_button(identifier, "0")

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert desk.commands == [LogIn("my-sso")]


def test_a_notice_that_the_library_has_forgotten_can_still_be_clicked(desk: Desk) -> None:
    """Windows: the banner went to the notification centre."""
    identifier = desk.show(REMINDER)
    desk.system.hide_banner(identifier)
    desk.system.click(identifier, "1")

    assert desk.commands == [Snooze(30)]


def test_an_unknown_button_leaves_the_others_alone(desk: Desk) -> None:
    identifier = desk.show(REMINDER)
    desk.system.click(identifier, "7")
    desk.system.click(identifier, "0")

    assert desk.commands == [LogIn("my-sso")]


def test_a_notice_takes_the_place_of_the_one_in_its_slot_and_of_no_other(desk: Desk) -> None:
    old = desk.show(REMINDER)
    desk.show(ANSWER)
    desk.show(ENDED)

    assert desk.titles() == [ANSWER.title, ENDED.title]
    desk.system.click(old, "0")
    assert desk.commands == []


def test_a_notice_is_taken_back(desk: Desk) -> None:
    desk.show(REMINDER)
    desk.show(ANSWER)
    desk.notifier.withdraw(Slot.SIGN_IN)

    until(lambda: desk.titles() == [ANSWER.title])


def test_a_notice_taken_back_on_its_way_is_never_seen(desk: Desk) -> None:
    go_on = desk.hold_up()
    desk.notifier.show(REMINDER)
    until(lambda: desk.opened)
    desk.notifier.show(ANSWER)
    desk.notifier.withdraw(Slot.ANSWER)
    go_on()
    until(lambda: desk.titles() == [REMINDER.title])
    desk.show(ENDED)

    assert ANSWER.title not in [notification.title for notification in desk.system.history]


def test_what_an_earlier_run_left_behind_is_taken_back(desk: Desk) -> None:
    desk.system.shown["of a run that was killed"] = toast_library.Notification("old", "old")
    desk.show(REMINDER)

    assert desk.titles() == [REMINDER.title]


def test_closing_takes_everything_back_and_ends_the_thread(desk: Desk) -> None:
    desk.show(REMINDER)
    desk.show(ANSWER)
    desk.notifier.close()

    assert desk.titles() == []
    assert "toasts" not in {thread.name for thread in threading.enumerate()}
    assert desk.otherwise.closed
    desk.notifier.show(ENDED)
    desk.notifier.withdraw(Slot.SIGN_IN)
    assert desk.otherwise.notices == []


def test_a_system_that_hangs_holds_up_the_end_for_a_moment_only(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr("tray.desktop.toasts._CLOSING_SECONDS", 0.05)
    released = threading.Event()
    cleared: list[bool] = []
    desk.show(REMINDER)
    desk.system.on_clear = lambda: cleared.append(released.wait(60))

    desk.notifier.close()

    assert cleared == []
    released.set()
    until(lambda: "toasts" not in {thread.name for thread in threading.enumerate()})


@pytest.mark.parametrize("error", [NoCentre("not signed"), OSError("class not registered"), ImportError("no WinRT")])
def test_where_the_system_cannot_be_reached_the_first_notice_is_shown_otherwise(desk: Desk, error: Exception) -> None:
    def fail() -> Any:
        raise error

    desk.open = fail
    desk.notifier.show(REMINDER)
    until(lambda: desk.otherwise.notices == [REMINDER])
    desk.notifier.withdraw(Slot.SIGN_IN)
    until(lambda: desk.otherwise.withdrawn == [Slot.SIGN_IN])

    desk.open = open_centre  # It is there now.
    desk.show(ENDED)
    assert desk.otherwise.notices == [REMINDER]


def test_without_the_library_every_notice_is_shown_otherwise(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setitem(sys.modules, "desktop_notifier", None)
    desk.notifier.show(REMINDER)
    until(lambda: desk.otherwise.notices == [REMINDER])
    desk.notifier.show(ANSWER)
    desk.notifier.withdraw(Slot.SIGN_IN)

    until(lambda: desk.otherwise.notices == [REMINDER, ANSWER])
    assert desk.otherwise.withdrawn == [Slot.SIGN_IN]


def test_a_system_without_buttons_is_none(desk: Desk) -> None:
    """The library's own stand-in, which shows nothing and says nothing."""
    desk.system.has_buttons = False
    desk.notifier.show(REMINDER)

    until(lambda: desk.otherwise.notices == [REMINDER])


def test_where_notices_are_not_allowed_they_are_shown_otherwise_until_they_are(desk: Desk) -> None:
    desk.system.allowed = False
    desk.notifier.show(REMINDER)
    until(lambda: desk.otherwise.notices == [REMINDER])
    desk.system.allowed = True
    desk.show(ENDED)

    assert desk.otherwise.withdrawn == [Slot.SIGN_IN]
    assert desk.titles() == [ENDED.title]


@pytest.mark.usefixtures("short_of_patience")
def test_while_the_person_is_asked_to_allow_notices_they_are_shown_otherwise(desk: Desk) -> None:
    desk.system.allowed = None
    desk.notifier.show(REMINDER)
    until(lambda: desk.otherwise.notices == [REMINDER])
    desk.system.allowed = True

    desk.show(ENDED)


def _raise(_notification: object) -> None:
    raise OSError("the element was not found")


@pytest.mark.parametrize("failure", [_raise, warn_as_macos_does], ids=["as on Windows", "as on macOS"])
def test_a_notice_that_could_not_be_sent_is_shown_otherwise(desk: Desk, failure: Callable[[object], None]) -> None:
    desk.show(ANSWER)
    desk.system.on_send = failure
    desk.notifier.show(REMINDER)
    until(lambda: desk.otherwise.notices == [REMINDER])
    desk.system.on_send = lambda _notification: None
    desk.show(ENDED)

    assert ANSWER.title in desk.titles()
    assert desk.otherwise.notices == [REMINDER]


def test_a_notice_that_fails_later_is_shown_otherwise(desk: Desk) -> None:
    """Windows tells so by an event."""
    identifier = desk.show(REMINDER)
    desk.show(ANSWER)
    desk.system.fail_late(identifier)

    until(lambda: desk.otherwise.notices == [REMINDER])
    desk.notifier.withdraw(Slot.SIGN_IN)
    until(lambda: desk.otherwise.withdrawn == [Slot.SIGN_IN])
    desk.system.click(identifier, "0")
    assert desk.commands == []


def test_a_warning_that_names_an_older_notice_is_not_held_against_this_one(desk: Desk) -> None:
    old = desk.show(REMINDER)
    desk.show(ENDED)
    desk.system.fail_late(old)
    desk.show(ANSWER)

    assert desk.titles() == [ENDED.title, ANSWER.title]
    assert desk.otherwise.notices == []


def test_a_warning_while_old_notices_are_swept_away_is_not_held_against_the_first(desk: Desk) -> None:
    desk.system.on_clear = lambda: logging.getLogger("desktop_notifier").warning("there was none")
    desk.show(REMINDER)
    desk.show(ANSWER)

    assert desk.otherwise.notices == []


def test_other_threads_may_warn_through_the_library_without_effect(desk: Desk) -> None:
    desk.system.on_send = lambda _notification: _on_a_thread(
        lambda: logging.getLogger("desktop_notifier").warning("something else")
    )
    desk.show(REMINDER)

    assert desk.otherwise.notices == []


def _on_a_thread(work: Callable[[], None]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_a_notice_that_cannot_be_taken_back_does_not_stop_the_next(desk: Desk) -> None:
    def fail() -> None:
        raise OSError

    desk.show(REMINDER)
    desk.system.on_clear = fail
    desk.show(ENDED)

    assert desk.otherwise.notices == []


def test_what_xml_cannot_say_is_left_out_and_long_texts_are_cut(desk: Desk) -> None:
    desk.show(Notice(Slot.ANSWER, "a\0\x1b\udcffb", "é" * 5000))

    (shown,) = desk.system.shown.values()
    assert shown.title == "a?b"
    assert len(shown.message) == 900


def test_a_reminder_is_heard_and_an_answer_is_not(desk: Desk) -> None:
    desk.show(REMINDER)
    desk.show(ANSWER)

    assert [bool(notification.sound) for notification in desk.system.history] == [True, False]


class Balloon:
    """The tray icon's, which may fail."""

    def __init__(self, *, fails: bool) -> None:
        self.fails = fails
        self.shown: list[str] = []

    def show_balloon(self, title: str, body: str, command: Command | None) -> None:
        if self.fails:
            raise OSError
        self.shown.append(title)

    def hide_balloon(self) -> None:
        """Hide it."""


@pytest.mark.parametrize("balloon", [Balloon(fails=False), Balloon(fails=True), None], ids=["works", "fails", "none"])
def test_on_windows_a_notice_falls_to_the_icons_balloon_and_then_to_plyer(
    monkeypatch: pytest.MonkeyPatch, balloon: Balloon | None
) -> None:
    system = install(monkeypatch)
    system.has_buttons = False
    plyer, shown = ModuleType("plyer"), []
    plyer.notification = SimpleNamespace(notify=lambda **call: shown.append(call["title"]))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "plyer", plyer)
    monkeypatch.setitem(sys.modules, "winreg", Registry())
    monkeypatch.setattr(sys, "platform", "win32")
    forget(monkeypatch, "tray.desktop.windows.notify")

    notifier = notify.create(lambda _command: None, None, balloon)
    notifier.show(REMINDER)

    by_balloon = balloon is not None and not balloon.fails
    until(lambda: (balloon.shown if by_balloon and balloon else shown) == [REMINDER.title])
    notifier.close()
    assert shown == ([] if by_balloon else [REMINDER.title])


@pytest.mark.parametrize("signed", [True, False])
def test_on_macos_only_a_signed_application_asks_the_notification_centre(
    monkeypatch: pytest.MonkeyPatch, signed: bool
) -> None:
    system = install_on_macos(monkeypatch, signed=signed)
    from tray.desktop.macos.notify import open_centre as open_on_macos

    if signed:
        open_on_macos()
    else:
        with pytest.raises(NoCentre):
            open_on_macos()
    assert system.app_names == (["SSO Tray"] if signed else [])


def test_on_macos_a_notice_is_seen_also_while_this_is_the_active_application(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is after a second start of the application, whose answer is a notice."""
    system = install_on_macos(monkeypatch)
    from tray.desktop.macos.notify import open_centre as open_on_macos

    notifier = ToastNotifier(open_on_macos, lambda _command: None, FakeDesk())
    system.is_active = True
    notifier.show(ANSWER)
    until(lambda: system.history)
    gc.collect()
    notifier.show(REMINDER)
    until(lambda: len(system.history) == 2)
    shown = [notification.title for notification in system.shown.values()]
    notifier.close()

    assert shown == [ANSWER.title, REMINDER.title]
    assert system.backend.nc_delegate.implementation is system.backend  # It still hears of clicks.


def test_without_an_answer_of_its_delegate_macos_shows_nothing_of_the_active_application(desk: Desk) -> None:
    """The stand-in is as strict as that."""
    desk.system.is_active = True
    desk.show(ANSWER)

    assert desk.titles() == []


def test_the_system_may_be_asked_at_the_start_whether_notices_are_allowed(desk: Desk) -> None:
    """macOS asks the person the first time. With the first reminder, that would be when nobody looks."""
    notifier = ToastNotifier(open_centre, desk.commands.append, desk.otherwise, ask_at_once=True)
    until(lambda: desk.system.asked == 1)
    assert desk.system.history == []

    notifier.show(REMINDER)
    until(lambda: desk.system.history)
    notifier.close()


@pytest.mark.parametrize("error", [NoCentre("not signed"), OSError("no answer")])
def test_asking_at_the_start_where_there_is_no_centre_says_nothing(desk: Desk, error: Exception) -> None:
    def fail() -> Any:
        raise error

    desk.open = fail
    notifier = ToastNotifier(desk._open, desk.commands.append, desk.otherwise, ask_at_once=True)
    until(lambda: desk.opened)
    notifier.show(REMINDER)
    until(lambda: desk.otherwise.notices == [REMINDER])
    notifier.close()


def test_a_no_of_the_person_is_heeded_where_it_is_known_to_be_theirs(desk: Desk) -> None:
    desk.notifier = ToastNotifier(desk._open, desk.commands.append, desk.otherwise, denial_is_final=lambda: True)
    desk.system.allowed = False
    desk.notifier.show(REMINDER)
    until(lambda: desk.system.asked == 1)
    desk.notifier.withdraw(Slot.SIGN_IN)
    desk.notifier.show(ANSWER)
    until(lambda: desk.system.asked == 2)
    desk.system.allowed = True
    desk.show(ENDED)

    assert desk.titles() == [ENDED.title]
    assert desk.otherwise.notices == []


@pytest.mark.usefixtures("short_of_patience")
def test_no_answer_yet_is_no_no(desk: Desk) -> None:
    desk.notifier = ToastNotifier(desk._open, desk.commands.append, desk.otherwise, denial_is_final=lambda: True)
    desk.system.allowed = None
    desk.notifier.show(REMINDER)

    until(lambda: desk.otherwise.notices == [REMINDER])
    desk.system.allowed = True


@pytest.mark.parametrize(("signed", "name"), [(True, "SSO Tray"), (False, "Script Editor")])
def test_the_doctor_knows_under_whose_name_notices_are_allowed_on_macos(
    monkeypatch: pytest.MonkeyPatch, signed: bool, name: str
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr("tray.desktop.macos.notify.is_signed_by_somebody", lambda: signed)

    assert find_capabilities() == Capabilities(session=True, tray=True, notifications=True, notices_from=name)


@posix
@pytest.mark.parametrize(
    ("said", "status", "known"),
    [
        ("Authority=Developer ID Application: Somebody (AB12)\nTeamIdentifier=AB12", 0, True),
        ("Signature=adhoc\nTeamIdentifier=not set", 0, False),
        ("code object is not signed at all", 1, False),
    ],
)
def test_on_macos_a_no_is_the_persons_where_apple_knows_who_signed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str, status: int, known: bool
) -> None:
    """An application signed "ad hoc" is refused by the system itself, in the same words."""
    record, codesign = tmp_path / "record", tmp_path / "codesign"
    codesign.write_text(f"#!/bin/sh\necho \"$@\" >'{record}'\nprintf '{said}\\n' >&2\nexit {status}\n")
    codesign.chmod(0o700)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/Applications/SSO Tray.app/Contents/MacOS/sso-tray")
    from tray.desktop.macos.notify import is_signed_by_somebody

    assert is_signed_by_somebody(str(codesign)) is known
    assert record.read_text().strip() == "--display --verbose=2 /Applications/SSO Tray.app"
    assert not is_signed_by_somebody(str(tmp_path / "gone"))


@pytest.mark.parametrize(("frozen", "kind"), [(True, ToastNotifier), (False, PlainNotifier)])
def test_on_macos_a_python_that_runs_us_shows_no_notices_as_its_own(
    monkeypatch: pytest.MonkeyPatch, frozen: bool, kind: type
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(sys, "frozen", frozen, raising=False)

    install_on_macos(monkeypatch, signed=False)
    notifier = notify.create(lambda _command: None, None)

    assert isinstance(notifier, kind)
    notifier.close()


@pytest.mark.skipif(not toast_library.IS_INSTALLED, reason="desktop-notifier is not installed on Linux")
@pytest.mark.parametrize("name", ["Button", "DesktopNotifier", "DesktopNotifierBackend", "Notification"])
def test_the_model_of_the_library_is_like_the_library(name: str) -> None:
    module = "desktop_notifier.backends.base" if name == "DesktopNotifierBackend" else "desktop_notifier"
    real, model = getattr(importlib.import_module(module), name), getattr(toast_library, name)

    assert list(inspect.signature(real).parameters) == list(inspect.signature(model).parameters)
    if dataclasses.is_dataclass(model):
        assert [field.name for field in dataclasses.fields(real)] == [field.name for field in dataclasses.fields(model)]
        return
    for method, function in inspect.getmembers(model, inspect.isfunction):
        assert list(inspect.signature(getattr(real, method)).parameters) == list(inspect.signature(function).parameters)
        assert inspect.iscoroutinefunction(getattr(real, method)) == inspect.iscoroutinefunction(function)
