"""The power manager takes our registration and gives it back."""

from __future__ import annotations

import ctypes
from types import SimpleNamespace
from typing import Any

import pytest

from tray.desktop.windows.system_events import follow_wake


def test_the_power_manager_is_listened_to() -> None:
    stop = follow_wake(lambda: None)

    assert stop is not None
    stop()


def test_only_the_end_of_a_sleep_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[bool] = []
    registered: list[Any] = []
    power = SimpleNamespace(
        PowerRegisterSuspendResumeNotification=lambda _kind, subscription, _handle: registered.append(subscription)
    )
    monkeypatch.setattr(ctypes, "WinDLL", lambda _name: power)
    follow_wake(lambda: woken.append(True))
    heard = registered[0]._obj.callback
    for event in (0x4, 0x7, 0x12, 0x8013):  # suspend, resume by a person, resume, a setting
        assert heard(None, event, None) == 0

    assert woken == [True]


def test_a_windows_without_it_is_told_of_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "WinDLL", lambda _name: SimpleNamespace())

    assert follow_wake(lambda: None) is None
