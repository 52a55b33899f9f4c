"""Notices with buttons on Windows: from the notification centre, after the program was killed, and behind an "off"."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support import windows_toasts
from support.desk import until
from support.windows_toasts import NotificationSetting, Windows

from tray.core.command import Command, Do, LogIn, Snooze, UseProfile
from tray.core.view.values import Button, Notice, Slot
from tray.desktop import notify
from tray.desktop.notify import Notifier
from tray.installation.programs import Installation

PROGRAM = r"C:\Users\ada\Tools\SSO Tray\sso-tray-gui.exe"
LOG_IN = LogIn("my corp", new=True)
REMINDER = Notice(
    Slot.SIGN_IN,
    "AWS sign-in ends in 15 minutes",
    "my corp · at 14:20",
    (Button("Log in", LOG_IN), Button("Snooze", Snooze(30))),
    LogIn("my corp", new=True, ask=True),
)
QUESTION = Notice(Slot.ANSWER, "prod is a production profile", "Switch?", (Button("Switch", UseProfile("prod", True)),))
STATUS = Notice(Slot.ANSWER, "my corp · signed in", "until about 17:05")
ADDRESS = f'"{PROGRAM}" follow "sso-tray:log-in/my%20corp"'
SCHEME = r"HKCU\Software\Classes\sso-tray"
APPLICATION = r"HKCU\Software\Classes\AppUserModelId\SsoTray.SsoTray"


class Balloon:
    """The tray icon's."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def show_balloon(self, title: str, body: str, command: Command | None) -> None:
        self.shown.append(title)

    def hide_balloon(self) -> None:
        """Hide it."""


class Desk:
    """A program on Windows, as often as it is started."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.windows: Windows = windows_toasts.install(monkeypatch)
        self.installation = Installation((Path(PROGRAM),))
        monkeypatch.setattr("tray.installation.programs.find_installation", lambda: self.installation)
        self.balloon = Balloon()
        self.commands: list[Any] = []
        self.notifiers: list[Notifier] = []

    def start(self, *, demo: bool = False) -> Notifier:
        notifier = notify.create(self.commands.append, None, self.balloon, demo=demo)
        self.notifiers.append(notifier)
        return notifier

    def show(self, notice: Notice, notifier: Notifier | None = None) -> windows_toasts.ToastNotification:
        before = len(self.windows.shown)
        (notifier or self.start()).show(notice)
        until(lambda: len(self.windows.shown) > before)
        return self.windows.shown[-1]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    desk = Desk(monkeypatch)
    yield desk
    for notifier in desk.notifiers:
        notifier.close()


@pytest.mark.parametrize("button", ["Log in", None])
@pytest.mark.parametrize("happens", [Windows.hide_banners, Windows.kill_the_program, lambda _windows: None])
def test_a_login_is_asked_for_wherever_the_toast_is_and_whether_or_not_the_program_runs(
    desk: Desk, happens: Callable[[Windows], None], button: str | None
) -> None:
    toast = desk.show(REMINDER)
    happens(desk.windows)
    desk.windows.click(toast, button)

    assert desk.windows.started == [ADDRESS]
    assert desk.commands == []


def test_what_no_address_may_do_a_button_of_the_banner_does(desk: Desk) -> None:
    notifier = desk.start()
    desk.windows.click(desk.show(REMINDER, notifier), "Snooze")
    until(lambda: desk.commands == [Snooze(30)])
    desk.windows.click(desk.show(QUESTION, notifier), "Switch")
    until(lambda: desk.commands == [Snooze(30), UseProfile("prod", confirmed=True)])

    assert desk.windows.started == []


def test_a_click_on_an_answer_that_asks_for_nothing_does_nothing(desk: Desk) -> None:
    desk.windows.click(desk.show(STATUS))

    assert (desk.windows.started, desk.commands) == ([], [])


def test_the_status_is_shown_by_its_address(desk: Desk) -> None:
    toast = desk.show(Notice(Slot.ANSWER, "New here", "", (), Do.SHOW_STATUS))
    desk.windows.hide_banners()
    desk.windows.click(toast)

    assert desk.windows.started == [f'"{PROGRAM}" follow "sso-tray:status"']


def test_texts_are_as_they_are_and_say_nothing_of_the_kind_of_the_notice(desk: Desk) -> None:
    toast = desk.show(Notice(Slot.ANSWER, '<a> & "b"', "c > d", (Button("'e' & f", Do.KEEP),)))

    assert [text.text for text in toast.content.root.iter("text")] == ['<a> & "b"', "c > d"]
    assert [action.get("content") for action in toast.content.root.iter("action")] == ["'e' & f"]
    assert toast.content.root.find("audio").attrib == {"silent": "true"}
    assert desk.show(REMINDER, desk.notifiers[0]).content.root.find("audio").get("src", "").startswith("ms-winsound")


def test_the_demo_writes_down_no_address_for_its_home_is_gone_soon(desk: Desk) -> None:
    toast = desk.show(REMINDER, desk.start(demo=True))
    desk.windows.click(toast, "Log in")
    until(lambda: desk.commands == [LOG_IN])

    assert (SCHEME, "") not in desk.windows.registry.values


def test_a_program_that_nobody_could_start_has_no_address(desk: Desk) -> None:
    desk.installation = Installation(())
    desk.windows.click(desk.show(REMINDER), "Log in")
    until(lambda: desk.commands == [LOG_IN])

    assert (SCHEME, "") not in desk.windows.registry.values


def test_the_address_and_the_name_stand_in_the_persons_own_registry(desk: Desk) -> None:
    desk.show(REMINDER)
    values = desk.windows.registry.values

    assert {key: value for key, value in values.items() if key[0].startswith(SCHEME)} == {
        (SCHEME, ""): "URL:SSO Tray",
        (SCHEME, "URL Protocol"): "",
        (rf"{SCHEME}\shell\open\command", ""): f'"{PROGRAM}" follow "%1"',
    }
    assert values[APPLICATION, "DisplayName"] == "SSO Tray"


def test_toasts_have_the_icon_that_lies_beside_us_in_a_bundle_and_where_pip_put_us(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, desk: Desk
) -> None:
    module = importlib.import_module("tray.desktop.windows.notify")
    icon = tmp_path / "sso-tray.ico"
    icon.touch()
    monkeypatch.setattr(module, "__file__", str(tmp_path / "notify.py"))
    desk.show(REMINDER)

    assert desk.windows.registry.values[APPLICATION, "IconUri"] == str(icon)


def test_no_icon_is_written_down_where_there_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, desk: Desk
) -> None:
    module = importlib.import_module("tray.desktop.windows.notify")
    monkeypatch.setattr(module, "__file__", str(tmp_path / "notify.py"))
    desk.show(REMINDER)

    assert (APPLICATION, "IconUri") not in desk.windows.registry.values


def test_a_toast_goes_by_itself_a_reminder_after_half_a_day_an_answer_after_an_hour(desk: Desk) -> None:
    began = datetime.now(UTC)
    notifier = desk.start()
    desk.show(REMINDER, notifier)
    answer = desk.show(STATUS, notifier)
    desk.windows.reach(began + timedelta(minutes=55))
    assert len(desk.windows.toasts) == 2
    desk.windows.reach(began + timedelta(minutes=70))
    assert answer.tag not in desk.windows.toasts
    desk.windows.reach(began + timedelta(hours=13))

    assert desk.windows.toasts == {}


def test_no_toast_outlives_a_restart_of_the_computer(desk: Desk) -> None:
    desk.show(REMINDER)
    desk.windows.restart()

    assert desk.windows.toasts == {}


def test_what_a_killed_program_left_is_taken_back_at_the_next_start_before_anything_is_shown(desk: Desk) -> None:
    desk.show(REMINDER)
    desk.windows.kill_the_program()
    desk.start()

    until(lambda: desk.windows.toasts == {})


def test_what_is_not_there_to_be_taken_back_is_looked_for_once(desk: Desk) -> None:
    desk.windows.registry.values[APPLICATION, "LeftBehind"] = 1
    desk.start()

    until(lambda: desk.windows.registry.values[APPLICATION, "LeftBehind"] == 0)


def test_a_notice_with_all_that_fits_into_one_is_taken(desk: Desk) -> None:
    names = ("w" * 180, "ä" * 30, "é" * 29)
    buttons = tuple(Button("W" * 30, LogIn(name)) for name in names)

    assert desk.show(Notice(Slot.SIGN_IN, "中" * 300, "中" * 2000, buttons, LogIn(names[0])))


def test_after_an_end_in_good_order_the_next_start_loads_nothing(desk: Desk) -> None:
    notifier = desk.start()
    desk.show(REMINDER, notifier)
    notifier.close()
    sys.modules.pop("tray.desktop.toast_centre")
    desk.start()

    assert "tray.desktop.toast_centre" not in sys.modules
    assert desk.windows.registry.values[APPLICATION, "LeftBehind"] == 0


@pytest.mark.parametrize("setting", list(NotificationSetting)[1:4])
def test_behind_the_persons_off_comes_no_balloon(desk: Desk, setting: NotificationSetting) -> None:
    notifier = desk.start()
    desk.windows.setting = setting
    notifier.show(REMINDER)
    until(lambda: desk.windows.asked == 2)
    notifier.show(STATUS)
    until(lambda: desk.windows.asked == 4)
    notifier.close()

    assert (desk.windows.shown, desk.balloon.shown) == ([], [])


def test_where_windows_itself_shows_no_toasts_of_ours_a_balloon_comes(desk: Desk) -> None:
    desk.windows.setting = NotificationSetting.DISABLED_BY_MANIFEST
    desk.start().show(REMINDER)

    until(lambda: desk.balloon.shown == [REMINDER.title])


def test_where_windows_does_not_tell_whether_toasts_are_allowed_they_are_shown(desk: Desk) -> None:
    """The registry has no entry of ours there until the first toast (desktop-notifier #95)."""
    desk.windows.setting = OSError("element not found")

    assert desk.show(REMINDER)


def test_after_the_off_is_taken_back_toasts_come_again(desk: Desk) -> None:
    desk.windows.setting = NotificationSetting.DISABLED_FOR_APPLICATION
    notifier = desk.start()
    notifier.show(REMINDER)
    desk.windows.setting = NotificationSetting.ENABLED

    assert desk.show(STATUS, notifier)


def test_toasts_that_move_to_the_centre_are_taken_back_when_the_matter_is_settled(desk: Desk) -> None:
    notifier = desk.start()
    desk.show(REMINDER, notifier)
    desk.windows.hide_banners()
    notifier.withdraw(Slot.SIGN_IN)

    until(lambda: desk.windows.toasts == {})


@pytest.mark.skipif(sys.platform != "win32", reason="the libraries are for Windows alone")
def test_the_libraries_have_what_our_toasts_use_of_them() -> None:
    backend = importlib.import_module("desktop_notifier.backends.winrt")
    for name in ("DEFAULT_GROUP", "DEFAULT_ACTION", "BUTTON_ACTION_PREFIX"):
        assert getattr(backend, name) == windows_toasts.CONSTANTS[name]
    for name in ("_send", "_clear_all", "_on_activated", "_on_dismissed", "_on_failed"):
        assert hasattr(backend.WinRTDesktopNotifier, name)
    real = importlib.import_module("winrt.windows.ui.notifications")
    for name in (
        "add_activated",
        "add_dismissed",
        "add_failed",
        "expiration_time",
        "expires_on_reboot",
        "group",
        "tag",
    ):
        assert hasattr(real.ToastNotification, name)
    assert {setting.name: setting.value for setting in real.NotificationSetting} == {
        setting.name: setting.value for setting in NotificationSetting
    }
    assert hasattr(real.ToastNotificationManager, "get_default")
    assert hasattr(importlib.import_module("winrt.windows.data.xml.dom").XmlDocument, "load_xml")
