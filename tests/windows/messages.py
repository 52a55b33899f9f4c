"""What Windows and its taskbar send to the icon, without a mouse."""

from __future__ import annotations

import ctypes
from ctypes import wintypes
from typing import Any

from tray.desktop.windows import shell

NOTIFY = 0x0400 + 11
"""The message by which pystray has the taskbar tell."""

_MIIM_STATE, _MIIM_FTYPE, _MIIM_SUBMENU = 0x1, 0x100, 0x4
_DISABLED, _CHECKED, _DEFAULT = 0x3, 0x8, 0x1000
_SEPARATOR, _RADIO = 0x800, 0x200

_user32 = ctypes.WinDLL("user32")
_user32.SendMessageW.argtypes = (wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
_user32.SendMessageW.restype = ctypes.c_ssize_t
_user32.GetMenuItemInfoW.argtypes = (wintypes.HMENU, wintypes.UINT, wintypes.BOOL, ctypes.c_void_p)
_user32.GetMenuStringW.argtypes = (wintypes.HMENU, wintypes.UINT, wintypes.LPWSTR, ctypes.c_int, wintypes.UINT)
_user32.GetMenuItemCount.argtypes = (wintypes.HMENU,)
_user32.IsMenu.argtypes = (wintypes.HMENU,)


def send(window: int, message: int, word: int = 0, long: int = 0) -> int:
    """Send a message and wait for its answer."""
    answer: int = _user32.SendMessageW(window, message, word, long) & 0xFFFF_FFFF
    return answer


def event(window: int, name: int, x: int = 0, y: int = 0) -> None:
    """Tell the icon of an event as the taskbar does, and wait until it was handled."""
    send(window, NOTIFY, (y << 16) | (x & 0xFFFF), name)


def windows_of(process: int) -> list[int]:
    """List the top-level windows of a process, seen or not, as ``taskkill`` finds them."""
    found: list[int] = []

    def take(window: int, _: int) -> bool:
        owner = wintypes.DWORD()
        _user32.GetWindowThreadProcessId(wintypes.HWND(window), ctypes.byref(owner))
        if owner.value == process:
            found.append(window)
        return True

    _user32.EnumWindows(ctypes.WINFUNCTYPE(wintypes.BOOL, ctypes.c_size_t, ctypes.c_size_t)(take), 0)
    return found


def kind_of(window: int) -> str:
    """Name the class of a window."""
    name = ctypes.create_unicode_buffer(256)
    _user32.GetClassNameW(wintypes.HWND(window), name, 256)
    return name.value


def post(window: int, message: int, word: int = 0, long: int = 0) -> None:
    """Send a message without waiting."""
    _user32.PostMessageW(wintypes.HWND(window), message, word, long)


def taskbar_created(window: int) -> None:
    """Tell that Explorer has started anew."""
    send(window, _user32.RegisterWindowMessageW("TaskbarCreated"))


def is_menu(menu: int) -> bool:
    """Tell whether a menu still exists."""
    return bool(_user32.IsMenu(menu))


def user_objects() -> int:
    """Count the windows, menus and icons that this process holds."""
    process = ctypes.WinDLL("kernel32").GetCurrentProcess
    process.restype = wintypes.HANDLE
    count: int = _user32.GetGuiResources(wintypes.HANDLE(process()), 1)
    return count


def read_menu(menu: int, native: Any) -> list[Any]:
    """
    Read a menu as it is on the screen.

    Returns:
        For each line its text, followed by words for what it is; a list for a submenu; None for a separator.
    """
    return [_read_item(menu, index, native) for index in range(_user32.GetMenuItemCount(menu))]


def _read_item(menu: int, index: int, native: Any) -> Any:
    found = native.MENUITEMINFO(
        cbSize=ctypes.sizeof(native.MENUITEMINFO), fMask=_MIIM_STATE | _MIIM_FTYPE | _MIIM_SUBMENU
    )
    assert _user32.GetMenuItemInfoW(menu, index, True, ctypes.byref(found))
    if found.fType & _SEPARATOR:
        return None
    text = ctypes.create_unicode_buffer(512)
    _user32.GetMenuStringW(menu, index, text, 512, 0x400)
    words = {
        "disabled": found.fState & _DISABLED,
        "checked": found.fState & _CHECKED,
        "default": found.fState & _DEFAULT,
        "radio": found.fType & _RADIO,
    }
    line = " ".join([text.value, *(f"[{word}]" for word, given in words.items() if given)])
    return [line, *read_menu(found.hSubMenu, native)] if found.hSubMenu else line


__all__ = [
    "NOTIFY",
    "event",
    "is_menu",
    "kind_of",
    "post",
    "read_menu",
    "send",
    "shell",
    "taskbar_created",
    "user_objects",
    "windows_of",
]
