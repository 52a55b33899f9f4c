"""Waking from sleep is told on a Mac."""

from __future__ import annotations

import pytest
from support import appkit


def test_the_end_of_a_sleep_is_told_until_it_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    mac = appkit.install(monkeypatch)
    woken: list[bool] = []
    stop = mac.load("tray.desktop.macos.system_events").follow_wake(lambda: woken.append(True))
    mac.workspace.post("NSWorkspaceWillSleepNotification")
    assert woken == []
    mac.workspace.post("NSWorkspaceDidWakeNotification")
    assert woken == [True]

    stop()

    mac.workspace.post("NSWorkspaceDidWakeNotification")
    assert woken == [True]
