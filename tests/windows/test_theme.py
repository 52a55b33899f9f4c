"""The look of the taskbar is known, and a change of it is told."""

from __future__ import annotations

import os
import threading
import winreg
from collections.abc import Iterator
from typing import Any

import pytest
from support.desk import until

from tray.desktop.windows import shell, system_events


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


@pytest.mark.parametrize(("light", "wanted"), [(True, "light"), (False, "dark"), (None, "dark")])
def test_a_contrast_theme_counts_more_than_the_setting_for_the_taskbar(
    key: str, monkeypatch: pytest.MonkeyPatch, light: bool | None, wanted: str
) -> None:
    _set(key, 0 if light is not False else 1)
    monkeypatch.setattr(shell, "contrast_theme_is_light", lambda: light)

    assert system_events.theme() == wanted


def test_without_a_contrast_theme_there_is_none() -> None:
    assert shell.contrast_theme_is_light() is None


def test_of_a_contrast_theme_the_background_of_windows_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    colours = iter([0x000000, 0xFFFFFF, 0x202020, 0xFFF5E0])

    class Shown:
        def SystemParametersInfoW(self, _what: int, _size: int, found: Any, _: int) -> int:  # noqa: N802 - Windows' name
            found._obj.flags = 1
            return 1

        def GetSysColor(self, index: int) -> int:  # noqa: N802 - Windows' name
            assert index == 5
            return next(colours)

    monkeypatch.setattr(shell, "_user32", Shown())
    assert [shell.contrast_theme_is_light() for _ in range(4)] == [False, True, False, True]


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
