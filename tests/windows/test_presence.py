"""What Windows tells of the session reaches the presence; Wine tells nothing, so the messages are ours."""

from __future__ import annotations

import ctypes
import queue
from collections.abc import Iterator
from ctypes import wintypes

import pytest
from windows import messages

from tray.desktop.presence import Presence, follow_presence
from tray.desktop.windows.presence import WINDOW_CLASS, WM_WTSSESSION_CHANGE
from tray.desktop.windows.system_events import session_name

_LOCK, _UNLOCK, _AWAY, _BACK, _REMOTE_AWAY, _REMOTE, _LOGON = 0x7, 0x8, 0x2, 0x1, 0x4, 0x3, 0x5

_user32 = ctypes.WinDLL("user32")
_user32.FindWindowExW.argtypes = (wintypes.HWND, wintypes.HWND, wintypes.LPCWSTR, wintypes.LPCWSTR)
_user32.FindWindowExW.restype = wintypes.HWND


def _find() -> int | None:
    found: int | None = _user32.FindWindowExW(wintypes.HWND(-3), None, WINDOW_CLASS, None)
    return found


class Watch:
    def __init__(self) -> None:
        self.presence = Presence()
        self.told: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self.stop = follow_presence(self.presence, None, lambda: self.told.put(self.presence.there))

    def happens(self, what: int) -> bool:
        window = _find()
        assert window
        messages.send(window, WM_WTSSESSION_CHANGE, what, 1)
        return self.presence.there


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    yield watch
    assert watch.stop
    watch.stop()


def test_a_lock_and_a_session_away_from_the_screen_count(watch: Watch) -> None:
    assert watch.presence.there
    steps = [_LOCK, _AWAY, _BACK, _UNLOCK, _REMOTE_AWAY, _REMOTE, _LOGON]
    assert [watch.happens(step) for step in steps] == [False, False, False, True, False, True, True]
    assert [watch.told.get_nowait() for _ in range(4)] == [False, True, False, True]
    assert watch.told.empty()


def test_the_window_goes_with_the_listening_and_can_be_made_again() -> None:
    for _ in range(2):
        watch = Watch()
        assert _find()
        assert watch.stop
        watch.stop()
        assert not _find()


def test_the_session_has_a_name() -> None:
    assert session_name(None).startswith("windows-")
