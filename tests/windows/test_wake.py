"""The power manager takes our registration and gives it back."""

from __future__ import annotations

import ctypes
from types import SimpleNamespace

import pytest

from tray.desktop.windows import wake


def test_the_power_manager_is_listened_to() -> None:
    follower = wake.follow(lambda: None)

    assert follower is not None
    follower.close()


def test_only_the_end_of_a_sleep_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[bool] = []
    follower = wake.PowerFollower(lambda: woken.append(True))
    heard = follower._subscription.callback
    for event in (0x4, 0x7, 0x12, 0x8013):  # suspend, resume by a person, resume, a setting
        assert heard(None, event, None) == 0
    follower.close()

    assert woken == [True]


def test_a_windows_without_it_is_told_of_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "WinDLL", lambda _name: SimpleNamespace())

    assert wake.follow(lambda: None) is None
