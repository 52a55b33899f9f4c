"""The icon on the taskbar of Windows: real windows, menus and messages; only the hand on the mouse is played."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
import winreg
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from support.desk import until
from windows import messages

from tray.core.command import Command, Do, LogIn
from tray.core.model import Status
from tray.core.view.values import MenuItem, View, separator
from tray.desktop.windows import overflow, shell, trayicon
from tray.paths import find_paths

MENU = (
    MenuItem("status", "R&D · signed in", enabled=False),
    separator("1"),
    MenuItem("login", "Log in again", LogIn("R&D"), default=True),
    MenuItem(
        "default",
        "Default profile",
        children=(
            MenuItem("dev", "dev", Do.SHOW_ABOUT, checked=True, radio=True),
            MenuItem("prüfung", "prüfung", Do.SHOW_ABOUT, checked=False, radio=True),
        ),
    ),
    MenuItem("quit", "Quit", Do.QUIT),
)
VIEW = View(Status.SIGNED_IN, "R&D · signed in", MENU)
OTHER = View(Status.EXPIRED, "R&D · expired", (MenuItem("quit", "Quit", Do.QUIT),))


class Trial:
    """An icon that runs on a thread of its own, and everything it was asked and told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.commands: list[Command] = []
        self.hosts: list[bool] = []
        self.told: list[tuple[int, Any]] = []
        self.deaf = 0
        """How many messages the taskbar will refuse."""

        self.adapter = trayicon.create(self.commands.append, on_host=self.hosts.append)
        self.icon: Any = self.adapter.balloon
        real = trayicon._win32.Shell_NotifyIcon

        def tell(code: int, data: Any) -> int:
            if self.deaf:
                self.deaf -= 1
                return 0
            self.told.append((code, data))
            return int(real(code, data))

        monkeypatch.setattr(trayicon._win32, "Shell_NotifyIcon", tell)
        self._thread = threading.Thread(target=self.adapter.run, args=(lambda: None,))

    def start(self, view: View = VIEW) -> None:
        self.adapter.apply(view)
        self._thread.start()
        until(lambda: self.hosts or self.deaf)

    def codes(self) -> list[int]:
        return [code for code, _ in self.told]

    def menu(self) -> list[Any]:
        return messages.read_menu(self.icon._menu_handle[0], trayicon._win32)

    def settle(self) -> None:
        """Wait until what was scheduled is done, and what that has scheduled."""
        for _ in range(2):
            done = threading.Event()
            self.icon.schedule(done.set)
            assert done.wait(10)

    def close(self) -> None:
        self.adapter.stop()
        if self._thread.ident is not None:
            self._thread.join(10)
            assert not self._thread.is_alive()


@pytest.fixture
def trial(monkeypatch: pytest.MonkeyPatch) -> Iterator[Trial]:
    made = Trial(monkeypatch)
    yield made
    made.close()


def test_it_shows_the_icon_its_tooltip_and_its_menu(trial: Trial) -> None:
    trial.start()

    assert trial.hosts == [True]
    assert next(data.szTip for code, data in trial.told if code == trayicon._win32.NIM_ADD) == "R&D · signed in"
    assert trial.menu() == [
        "R&&D · signed in [disabled]",
        None,
        "Log in again [default]",
        ["Default profile", "dev [checked] [radio]", "prüfung [radio]"],
        "Quit",
    ]


def test_a_click_on_the_icon_asks_to_activate(trial: Trial) -> None:
    trial.start()
    messages.event(trial.icon._hwnd, shell.NIN_SELECT)

    assert trial.commands == [Do.ACTIVATE]


def test_a_double_click_is_one_wish_and_two_clicks_are_two(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000]
    monkeypatch.setattr(shell, "message_time", lambda: clock[0])
    trial.start()
    for at, count in ((1000, 1), (1200, 1), (1400, 1), (1000 + shell.double_click_time() + 1, 2), (-5000, 3)):
        clock[0] = at
        messages.event(trial.icon._hwnd, shell.NIN_SELECT)
        assert trial.commands == [Do.ACTIVATE] * count, "the clock of messages starts over after 49 days"


_ICONS = r"Control Panel\NotifyIconSettings\1234567890"


@pytest.fixture
def no_icons_known() -> Iterator[None]:
    """The registry of somebody who has changed nothing, whatever an interrupted run has left in it."""

    def forget() -> None:
        with suppress(OSError):
            winreg.DeleteKey(winreg.HKEY_CURRENT_USER, _ICONS)
        with (
            suppress(OSError),
            winreg.OpenKey(winreg.HKEY_CURRENT_USER, overflow._EXPLORER, access=winreg.KEY_SET_VALUE) as key,
        ):
            winreg.DeleteValue(key, "EnableAutoTray")

    forget()
    yield
    forget()


@pytest.mark.usefixtures("no_icons_known")
@pytest.mark.parametrize(
    ("first", "all_shown", "promoted", "told"),
    [
        (True, None, None, True),
        (True, 0, None, False),
        (True, 1, 0, True),
        (True, 1, 1, False),
        (False, None, None, False),
    ],
)
def test_who_sees_the_icon_for_the_first_time_is_told_where_it_hides(
    monkeypatch: pytest.MonkeyPatch, first: bool, all_shown: int | None, promoted: int | None, told: bool
) -> None:
    if not first:
        memory = find_paths().memory_file
        memory.parent.mkdir(parents=True)
        memory.write_text("{}")
    values: dict[tuple[str, str], int | str | None] = {
        (overflow._EXPLORER, "EnableAutoTray"): all_shown,
        (_ICONS, "ExecutablePath"): rf"{{6D809377-6AF0-444B-8957-A3773F02200E}}\x\{Path(sys.executable).name}",
        (_ICONS, "IsPromoted"): promoted,
    }
    for (path, name), value in values.items():
        if value is not None:
            with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, path, access=winreg.KEY_SET_VALUE) as key:
                kind = winreg.REG_DWORD if isinstance(value, int) else winreg.REG_SZ
                winreg.SetValueEx(key, name, 0, kind, value)
    made = Trial(monkeypatch)
    try:
        made.start()
        made.settle()
        assert [data.szInfoTitle for _, data in made.told if data.szInfo] == (
            ["SSO Tray is in the corner of the taskbar"] if told else []
        )
    finally:
        made.close()


def test_paths_begin_with_the_home_in_what_is_short(trial: Trial, home: Path) -> None:
    broken = MenuItem("problem", rf"{home}\.aws\config cannot be read", enabled=False)
    trial.start(View(Status.UNREADABLE, rf"{home}\.aws\config cannot be read", (broken,)))

    assert trial.icon.title == r"~\.aws\config cannot be read"
    assert trial.menu() == [r"~\.aws\config cannot be read [disabled]"]


def test_enter_on_the_icon_counts_once_although_explorer_tells_of_it_twice(trial: Trial) -> None:
    trial.start()
    messages.event(trial.icon._hwnd, shell.NIN_KEYSELECT)
    messages.event(trial.icon._hwnd, shell.NIN_KEYSELECT)

    assert trial.commands == [Do.ACTIVATE]


def test_the_menu_opens_where_windows_says_and_a_choice_becomes_its_command(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []

    def choose(menu: int, _flags: int, x: int, y: int, *_rest: Any) -> int:
        opened.append((x, y))
        return 3  # "Log in again": the separator is counted too

    monkeypatch.setattr(trayicon._win32, "TrackPopupMenuEx", choose)
    trial.start()
    messages.event(trial.icon._hwnd, shell.WM_CONTEXTMENU, x=-20, y=700)

    assert opened == [(-20, 700)]
    assert trial.commands == [LogIn("R&D")]


def test_a_change_while_the_menu_is_open_leaves_it_alone_and_comes_afterwards(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive: list[bool] = []

    def look(menu: int, *_rest: Any) -> int:
        trial.adapter.apply(OTHER)
        until(lambda: _pump() and trial.icon.title == OTHER.tooltip)
        alive.append(messages.is_menu(menu))
        return 0

    monkeypatch.setattr(trayicon._win32, "TrackPopupMenuEx", look)
    trial.start()
    messages.event(trial.icon._hwnd, shell.WM_CONTEXTMENU)

    assert alive == [True]
    assert trial.menu() == ["Quit"]
    assert trial.commands == []


def _pump() -> bool:
    """Handle the messages that wait, as an open menu does."""
    import ctypes
    from ctypes import wintypes

    message = wintypes.MSG()
    user32 = ctypes.WinDLL("user32")
    while user32.PeekMessageW(ctypes.byref(message), None, 0, 0, 1):
        user32.DispatchMessageW(ctypes.byref(message))
    return True


def test_the_end_of_the_session_is_not_vetoed_and_waits_for_the_program(trial: Trial) -> None:
    trial.start()
    window = trial.icon._hwnd

    assert messages.send(window, shell.WM_QUERYENDSESSION) == 1
    assert trial.commands == []
    messages.send(window, shell.WM_ENDSESSION, 0)
    assert trial.commands == []
    threading.Timer(0.3, trial.adapter.stop).start()
    begun = time.monotonic()
    messages.send(window, shell.WM_ENDSESSION, 1)

    assert trial.commands == [Do.QUIT]
    assert time.monotonic() - begun >= 0.25


def test_a_request_to_close_ends_the_program(trial: Trial) -> None:
    trial.start()
    messages.send(trial.icon._hwnd, shell.WM_CLOSE)

    assert trial.commands == [Do.QUIT]


def test_a_request_to_close_any_window_ends_the_program_and_leaves_the_menu_whole(trial: Trial) -> None:
    trial.start()
    windows = messages.windows_of(os.getpid())
    assert {trial.icon._hwnd, trial.icon._menu_hwnd} <= set(windows)
    for window in windows:
        messages.send(window, shell.WM_CLOSE)

    assert set(trial.commands) == {Do.QUIT}
    assert set(messages.windows_of(os.getpid())) >= {trial.icon._hwnd, trial.icon._menu_hwnd}
    assert messages.send(trial.icon._menu_hwnd, shell.WM_QUERYENDSESSION) == 1


@pytest.mark.parametrize("window", ["_hwnd", "_menu_hwnd"])
def test_a_program_that_is_to_end_while_its_menu_is_open_ends(trial: Trial, window: str) -> None:
    trial.start()
    messages.post(trial.icon._hwnd, messages.NOTIFY, (300 << 16) | 300, shell.WM_CONTEXTMENU)
    until(lambda: trial.icon._menu_open)
    messages.send(getattr(trial.icon, window), shell.WM_CLOSE)
    assert trial.commands == [Do.QUIT]
    trial.close()

    assert trial.commands == [Do.QUIT], "nothing of the menu was chosen"


def test_an_icon_that_explorer_is_not_ready_for_comes_later(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trayicon, "_SECONDS_BETWEEN_TRIES", 0.05)
    trial.deaf = 6
    trial.start()
    until(lambda: trial.hosts[-1:] == [True])

    assert trial.hosts == [False, True]


def test_a_new_explorer_gets_the_icon_again(trial: Trial) -> None:
    trial.start()
    trial.told.clear()
    messages.taskbar_created(trial.icon._hwnd)

    assert trayicon._win32.NIM_ADD in trial.codes()
    assert trayicon._win32.NIM_SETVERSION in trial.codes()


@pytest.mark.parametrize("message", [shell.WM_DPICHANGED, shell.WM_SETTINGCHANGE, trayicon._win32.WM_DISPLAYCHANGE])
def test_at_another_scale_the_icon_is_drawn_anew(trial: Trial, monkeypatch: pytest.MonkeyPatch, message: int) -> None:
    sizes: list[int] = []
    make = shell.make_icon
    monkeypatch.setattr(shell, "make_icon", lambda image: sizes.append(image.width) or make(image))
    trial.start()
    messages.send(trial.icon._hwnd, message)
    monkeypatch.setattr(shell, "small_icon_size", lambda: 40)
    messages.send(trial.icon._hwnd, message)

    assert sizes[-1:] == [40]
    assert len(set(sizes)) == 2
    assert sizes.count(40) == 1


@pytest.mark.parametrize("length", [126, 127, 128, 400])
def test_a_long_tooltip_is_cut_between_characters(trial: Trial, length: int) -> None:
    trial.start()
    trial.adapter.apply(View(Status.SIGNED_IN, "a" + "🔑" * length, MENU))
    trial.settle()

    assert trial.icon.title == "a" + "🔑" * 63


def test_a_balloon_that_is_asked_for_early_comes_with_the_icon_and_a_click_runs_its_command(trial: Trial) -> None:
    trial.icon.show_balloon("AWS sign-in ends", "corp · log in now", LogIn("corp"))
    trial.start()
    trial.settle()
    shown = [data.szInfo for _, data in trial.told if data.szInfo]
    messages.event(trial.icon._hwnd, shell.NIN_BALLOONUSERCLICK)
    trial.icon.hide_balloon()
    trial.settle()
    messages.event(trial.icon._hwnd, shell.NIN_BALLOONUSERCLICK)

    assert shown == ["corp · log in now"]
    assert trial.commands == [LogIn("corp")]
    assert trial.told[-1][1].szInfo == ""


def test_many_changes_from_many_threads_leak_nothing(trial: Trial) -> None:
    trial.start()
    for view in (OTHER, VIEW) * 3:
        trial.adapter.apply(view)
        trial.settle()
    before = messages.user_objects(), set(Path(tempfile.gettempdir()).iterdir())

    def change(views: tuple[View, View]) -> None:
        for _ in range(40):
            for view in views:
                trial.adapter.apply(view)

    threads = [threading.Thread(target=change, args=((VIEW, OTHER),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    trial.adapter.apply(OTHER)
    trial.adapter.apply(VIEW)
    trial.settle()
    trial.settle()

    assert trial.icon.title == VIEW.tooltip
    assert messages.user_objects() <= before[0] + 2
    assert set(Path(tempfile.gettempdir()).iterdir()) <= before[1]


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("size", [16, 20, 24, 32, 40, 48])
def test_an_icon_is_made_of_every_picture_without_a_file(status: Status, size: int) -> None:
    from tray.desktop import icons

    handle = shell.make_icon(icons.draw(status, size, "dark"))

    assert handle
    assert trayicon._win32.DestroyIcon(handle)
