"""The clipboard of macOS; not run on a Mac."""

from __future__ import annotations

from tray.desktop.clipboard_tool import feed


def copy(text: str) -> bool:
    """Put a text into the clipboard, by the system's own program (pbcopy(1))."""
    return feed(["/usr/bin/pbcopy"], text)
