"""Waking from sleep is told on a Mac."""

from __future__ import annotations

import pytest
from support import appkit


def test_the_end_of_a_sleep_is_told_until_the_follower_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    mac = appkit.install(monkeypatch)
    woken: list[bool] = []
    follower = mac.load("tray.desktop.macos.wake").follow(lambda: woken.append(True))
    mac.workspace.post("NSWorkspaceWillSleepNotification")
    assert woken == []
    mac.workspace.post("NSWorkspaceDidWakeNotification")
    assert woken == [True]

    follower.close()

    mac.workspace.post("NSWorkspaceDidWakeNotification")
    assert woken == [True]
