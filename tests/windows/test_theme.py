"""The look of the taskbar is known, and a change of it is told."""

from __future__ import annotations

import os
import threading
import winreg
from collections.abc import Iterator

import pytest
from support.desk import until

from tray.desktop.windows import system_events


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A key of the test's own in place of the person's."""
    path = rf"Software\SSO Tray test {os.getpid()}"
    monkeypatch.setattr(system_events, "_THEME_KEY", path)
    winreg.CloseKey(winreg.CreateKey(winreg.HKEY_CURRENT_USER, path))
    yield path
    winreg.DeleteKey(winreg.HKEY_CURRENT_USER, path)


def _set(path: str, light: int) -> None:
    with winreg.OpenKey(winreg.HKEY_CURRENT_USER, path, access=winreg.KEY_SET_VALUE) as key:
        winreg.SetValueEx(key, "SystemUsesLightTheme", 0, winreg.REG_DWORD, light)


def test_a_taskbar_without_that_setting_is_dark(key: str) -> None:
    assert system_events.theme() == "dark"


def test_the_setting_for_the_taskbar_decides(key: str) -> None:
    _set(key, 1)
    assert system_events.theme() == "light"
    _set(key, 0)
    assert system_events.theme() == "dark"


def test_each_change_is_told(key: str) -> None:
    changes: list[str] = []
    watching = threading.Thread(
        target=system_events.watch, args=(key, lambda: changes.append(system_events.theme())), daemon=True
    )
    watching.start()
    _turn_until_told(key, changes, 1, "light")
    _turn_until_told(key, changes, 0, "dark")


def _turn_until_told(key: str, changes: list[str], light: int, told: str) -> None:
    """Change it again and again: when the watching begins is not told."""

    def set_and_look() -> bool:
        _set(key, 1 - light)
        _set(key, light)
        return changes[-1:] == [told]

    until(set_and_look)


def test_a_windows_without_the_key_tells_of_no_changes() -> None:
    system_events.watch(r"Software\SSO Tray test: no such key", lambda: pytest.fail("nothing changed"))
