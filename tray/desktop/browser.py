"""Shows a page in the browser that the person chose."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from tray.core.links import is_safe_to_open
from tray.desktop.detached_process import start

if sys.platform == "win32":
    from tray.desktop.windows.command_line import find_program, split
    from tray.desktop.windows.opener import can_open_link, has_display, open_link, open_text_file
elif sys.platform == "darwin":
    from tray.desktop.macos.opener import can_open_link, has_display, open_link, open_text_file
else:
    from tray.desktop.linux.opener import can_open_link, has_display, open_link, open_text_file

if sys.platform != "win32":
    from shlex import split
    from shutil import which as find_program

__all__ = ["can_open_link", "comes_back", "has_display", "is_found", "open_file", "open_url"]

_log = logging.getLogger(__name__)


def open_url(url: str, command: str = "") -> bool:
    """
    Open a link in a browser: the command given, else what ``BROWSER`` says, else the system's.

    A command that does not start is not replaced by another browser: it may be there to keep two identities apart.

    Args:
        url: Only what `is_safe_to_open` allows is opened.
        command: A command line with ``%s`` where the link belongs; the link is added at the end where it has none.

    Returns:
        Whether a browser was started; known within about half a second for each browser tried.
    """
    if not is_safe_to_open(url):
        _log.warning("a link that is neither https nor local was not opened")
        return False
    if command.strip():
        return _open_with(command, url)
    preferred = os.environ.get("BROWSER", "").split(os.pathsep)
    return any(_open_with(choice, url) for choice in preferred if choice.strip()) or open_link(url)


def open_file(path: Path) -> bool:
    """Open a text file in the person's editor; tell whether one was started."""
    return open_text_file(path.absolute())


def comes_back() -> bool:
    """Tell whether a browser that shows a page of this machine can come back to it: not one at the end of SSH."""
    return bool(os.environ.get("BROWSER")) or has_display()


def is_found(command: str) -> bool:
    """Tell whether a browser command, such as a setting or a choice of ``BROWSER``, names a program that is there."""
    words = _words(command)
    return bool(words) and find_program(words[0]) is not None


def _open_with(command: str, url: str) -> bool:
    words = _words(command)
    if not words:
        return False
    if not any("%s" in word for word in words):
        words.append("%s")
    program, *arguments = words
    return start([find_program(program) or program, *(word.replace("%s", url) for word in arguments)])


def _words(command: str) -> list[str]:
    """Split a command, to nothing where it makes no sense; ``BROWSER`` may end in ``&``, and nothing is awaited."""
    try:
        words = split(command)
    except ValueError:
        _log.warning("the browser command has a quote that is not closed")
        return []
    if words[-1:] == ["&"]:
        words.pop()
    return [] if words and "%s" in words[0] else words
