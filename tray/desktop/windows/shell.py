"""
What Windows is asked for beyond what pystray knows: messages, scale, an icon made in memory, a message box.

Written from Microsoft's documentation of the functions and messages it names; run under Wine 8, not on Windows.
"""

from __future__ import annotations

import ctypes
import io
import struct
import sys
from ctypes import wintypes
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

WM_NULL = 0x0000
WM_CLOSE = 0x0010
WM_QUERYENDSESSION = 0x0011
WM_ENDSESSION = 0x0016
WM_SETTINGCHANGE = 0x001A
WM_CONTEXTMENU = 0x007B
WM_TIMER = 0x0113
WM_DPICHANGED = 0x02E0

NIN_SELECT = 0x0400
NIN_KEYSELECT = 0x0401
NIN_BALLOONUSERCLICK = 0x0405
NIIF_NONE = 0x0000
NOTIFYICON_VERSION_4 = 4
"""With it the taskbar tells of the keyboard too, and where the menu belongs."""

_MB_ICONWARNING = 0x30
_MB_SETFOREGROUND = 0x1_0000
_SM_CXSMICON = 49
_PER_MONITOR_AWARE_V2 = -4
_TIMER = 1
_ICON_VERSION = 0x00030000
_ICON_DIRECTORY = struct.Struct("<6x8x2I")
"""An icon file with one image: ICONDIR, then ICONDIRENTRY, whose last two fields are the image's length and place."""

_SPI_GETHIGHCONTRAST = 0x42
_HCF_HIGHCONTRASTON = 0x1
_COLOR_WINDOW = 5


class _HighContrast(ctypes.Structure):
    """``HIGHCONTRASTW``."""

    _fields_ = (("cbSize", wintypes.UINT), ("flags", wintypes.DWORD), ("scheme", wintypes.LPWSTR))


_user32 = ctypes.WinDLL("user32", use_last_error=True)
_user32.CreateIconFromResourceEx.restype = wintypes.HICON
_user32.CreateIconFromResourceEx.argtypes = (
    ctypes.c_char_p,
    wintypes.DWORD,
    wintypes.BOOL,
    wintypes.DWORD,
    ctypes.c_int,
    ctypes.c_int,
    wintypes.UINT,
)
_user32.SetTimer.argtypes = (wintypes.HWND, ctypes.c_size_t, wintypes.UINT, ctypes.c_void_p)
_user32.SetTimer.restype = ctypes.c_size_t
_user32.KillTimer.argtypes = (wintypes.HWND, ctypes.c_size_t)
_user32.FindWindowW.argtypes = (wintypes.LPCWSTR, wintypes.LPCWSTR)
_user32.FindWindowW.restype = wintypes.HWND


def alert(title: str, hint: str) -> None:
    """Show a message until the person has closed it: desktop programs have no standard error."""
    _user32.MessageBoxW(None, f"{title}\n\n{hint}", "SSO Tray", _MB_ICONWARNING | _MB_SETFOREGROUND)


def follow_scale() -> None:
    """Let this process see the screen's real pixels; to be called before it has a window (Windows 10 1703)."""
    try:
        _user32.SetProcessDpiAwarenessContext(ctypes.c_void_p(_PER_MONITOR_AWARE_V2))
    except AttributeError:
        _user32.SetProcessDPIAware()


def small_icon_size() -> int:
    """Tell how many pixels wide the icons of the taskbar are, at the scale of the screen that it is on."""
    taskbar = _user32.FindWindowW("Shell_TrayWnd", None)
    try:
        scale = _user32.GetDpiForWindow(wintypes.HWND(taskbar)) or _user32.GetDpiForSystem()
        size: int = _user32.GetSystemMetricsForDpi(_SM_CXSMICON, scale)
    except AttributeError:  # before Windows 10 1607
        size = _user32.GetSystemMetrics(_SM_CXSMICON)
    return size


def make_icon(image: Image) -> int:
    """Make an icon of just this size, without a file; its handle is to be given back by ``DestroyIcon``."""
    file = io.BytesIO()
    image.save(file, "ICO", sizes=[image.size], bitmap_format="bmp")
    content = file.getvalue()
    length, place = _ICON_DIRECTORY.unpack_from(content)
    bits = content[place : place + length]
    handle: int | None = _user32.CreateIconFromResourceEx(bits, length, True, _ICON_VERSION, *image.size, 0)
    if not handle:
        raise ctypes.WinError(ctypes.get_last_error())
    return handle


def end_menu() -> None:
    """Close the menu that is open on this thread."""
    _user32.EndMenu()


def start_timer(window: int, seconds: float) -> None:
    """Have a window told by `WM_TIMER` after so many seconds, again and again."""
    _user32.SetTimer(window, _TIMER, round(seconds * 1000), None)


def stop_timer(window: int) -> None:
    """Tell the window no more."""
    _user32.KillTimer(window, _TIMER)


def message_time() -> int:
    """Tell when the message that is being handled was sent, in milliseconds; wraps around after 49 days."""
    milliseconds: int = _user32.GetMessageTime()
    return milliseconds


def double_click_time() -> int:
    """Tell within how many milliseconds two clicks are one double click, as the person has set it."""
    milliseconds: int = _user32.GetDoubleClickTime()
    return milliseconds


def contrast_theme_is_light() -> bool | None:
    """Tell whether the background of the contrast theme that is in force is light; None where none is."""
    found = _HighContrast(cbSize=ctypes.sizeof(_HighContrast))
    if not _user32.SystemParametersInfoW(_SPI_GETHIGHCONTRAST, found.cbSize, ctypes.byref(found), 0):
        return None
    if not found.flags & _HCF_HIGHCONTRASTON:
        return None
    colour = _user32.GetSysColor(_COLOR_WINDOW)
    red, green, blue = colour & 0xFF, colour >> 8 & 0xFF, colour >> 16 & 0xFF
    return bool(299 * red + 587 * green + 114 * blue > 127_500)


def point(packed: int) -> tuple[int, int]:
    """Unpack a place on the screen: two signed 16-bit numbers, for a screen may lie left of the first one."""
    x, y = struct.unpack("<2h", struct.pack("<I", packed & 0xFFFF_FFFF))
    return x, y
