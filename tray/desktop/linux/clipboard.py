"""
The clipboard of a Linux desktop, which lives only as long as some program owns it (ADR 23).

Run with wl-copy under sway 1.7, with xclip, xsel and as an owner of our own under Xvfb, and against a stand-in for
Klipper. What a tool took outlives this program, what we own ourselves does not: so tools come first.
"""

from __future__ import annotations

import os
from contextlib import closing

from tray.desktop.clipboard_tool import feed
from tray.desktop.linux.bus import Bus, BusUnavailable
from tray.installation.programs import which

_WAYLAND = ("wl-copy", "--type", "text/plain;charset=utf-8")
_X11 = (("xclip", "-in", "-selection", "clipboard"), ("xsel", "--input", "--clipboard"))
_WINDOWS = ("clip.exe", "/mnt/c/Windows/System32/clip.exe")
"""From inside WSL; the second where the folders of Windows are not on the PATH."""

_KLIPPER = ("org.kde.klipper", "/klipper", "org.kde.klipper.klipper", "setClipboardContents")


def copy(text: str) -> bool:
    """Put a text into the clipboard, by the first way that takes it; False where none does."""
    return _by_wayland(text) or _by_klipper(text) or _by_x11(text) or _by_windows(text)


def _by_wayland(text: str) -> bool:
    return bool(os.environ.get("WAYLAND_DISPLAY")) and _has(_WAYLAND[0]) and feed(_WAYLAND, text)


def _by_klipper(text: str) -> bool:
    """Plasma's own clipboard, on X11 and on Wayland."""
    try:
        with closing(Bus.connect()) as bus:
            return bus.call_and_wait(*_KLIPPER, "s", (text,)).error is None
    except BusUnavailable:
        return False


def _by_x11(text: str) -> bool:
    """
    Hand it to X11, also where GNOME has an X server under Wayland.

    Other compositors pass on only what the focused window of an X program copies, and nothing tells that they did not
    (wlroots, ``xwayland/selection/incoming.c``).
    """
    if not os.environ.get("DISPLAY"):
        return False
    if os.environ.get("WAYLAND_DISPLAY") and "GNOME" not in os.environ.get("XDG_CURRENT_DESKTOP", "").split(":"):
        return False
    if any(_has(tool[0]) and feed(tool, text) for tool in _X11):
        return True
    from tray.desktop.linux.x11_clipboard import own  # noqa: PLC0415 - where no tool is installed

    return own(text)


def _by_windows(text: str) -> bool:
    if "WSL_DISTRO_NAME" not in os.environ:
        return False
    return any(_has(program) and feed([program], text) for program in _WINDOWS)


def _has(program: str) -> bool:
    return which(program) is not None
