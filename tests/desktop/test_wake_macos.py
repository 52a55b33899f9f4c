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
    assert mac.workspace.observers == {}

    mac.workspace.post("NSWorkspaceDidWakeNotification")
    assert woken == [True]


def test_what_fails_when_a_sleep_ends_does_not_reach_appkit(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    mac = appkit.install(monkeypatch)
    mac.load("tray.desktop.macos.system_events").follow_wake(fail)
    mac.workspace.post("NSWorkspaceDidWakeNotification")

    assert "ZeroDivisionError" in caplog.text
