"""Shows a page in the browser that the person chose."""

from __future__ import annotations

import logging
import os
import sys
import threading
from pathlib import Path

from tray.core.command import ACTIVATION
from tray.core.links import is_safe_to_open
from tray.desktop.browser_command import find_program, is_found, needs_terminal, split
from tray.desktop.detached_process import FAILS_WITHIN_SECONDS, SOON_SECONDS, start

if sys.platform == "win32":
    from tray.desktop.windows.opener import (
        can_come_back,
        can_open_link,
        for_program,
        has_display,
        open_link,
        open_text_file,
    )
elif sys.platform == "darwin":
    from tray.desktop.macos.opener import (
        can_come_back,
        can_open_link,
        for_program,
        has_display,
        open_link,
        open_text_file,
    )
else:
    from tray.desktop.linux.opener import (
        can_come_back,
        can_open_link,
        for_program,
        has_display,
        open_link,
        open_text_file,
    )

__all__ = [
    "SOON_SECONDS",
    "can_open_link",
    "comes_back",
    "has_display",
    "is_found",
    "needs_terminal",
    "open_beside",
    "open_file",
    "open_url",
    "spend_own_token",
]

_log = logging.getLogger(__name__)


def open_url(url: str, command: str = "", token: str | None = None, *, seconds: float = FAILS_WITHIN_SECONDS) -> bool:
    """
    Open a link in a browser: the command given, else what ``BROWSER`` says, else the system's.

    A command that does not start is not replaced by another browser: it may be there to keep two identities apart.
    Each other way is tried as soon as the one before has failed, however late that is.

    Args:
        url: Only what `is_safe_to_open` allows is opened.
        command: A command line with ``%s`` where the link belongs; the link is added at the end where it has none.
        token: The desktop's leave to raise one window; empty for none, None for the one that this program was started
            with, which is used but once.
        seconds: How long a browser or an opener is watched for a failure; one that runs longer has been started.

    Returns:
        Whether a browser was started.
    """
    if not is_safe_to_open(url):
        _log.warning("a link that is neither https nor local was not opened")
        return False
    token = spend_own_token() if token is None else token
    if command.strip():
        return _open_with(command, url, seconds, token)
    return any(_open_with(choice, url, seconds, token) for choice in _preferred()) or open_link(url, seconds, token)


def open_beside(url: str, command: str = "") -> bool:
    """
    Open a link, as `open_url` does, while the program goes on; what comes of it is not told.

    For who tells the person the address as well, and lives until the page was used: a way that fails late is followed
    by the next one meanwhile.
    """
    threading.Thread(target=open_url, args=(url, command), name="browser", daemon=True).start()
    return True


def open_file(path: Path, token: str = "") -> bool:
    """Open a text file in the person's editor, with the leave to raise its window; tell whether one was started."""
    return open_text_file(path.absolute(), token)


def spend_own_token() -> str:
    """Give the leave to raise a window that this program was started with, the first time; empty for none."""
    given = [os.environ.pop(variable, "") for variable in ACTIVATION]
    return next(filter(None, given), "")


def comes_back(command: str = "") -> bool:
    """
    Tell whether the browser that `open_url` would open can come back to a page of this machine: not one at SSH's end.

    Args:
        command: As `open_url` takes it. It is believed, but for one that shows its pages outside of this system (WSL).
    """
    choices = [command] if command.strip() else _preferred()
    return can_come_back([words[0] for words in map(split, choices) if words] or choices)


def _preferred() -> list[str]:
    """Give the choices of ``BROWSER`` that can show a page to somebody."""
    choices = os.environ.get("BROWSER", "").split(os.pathsep)
    return [choice for choice in choices if choice.strip() and not needs_terminal(choice)]


def _open_with(command: str, url: str, seconds: float, token: str) -> bool:
    words = split(command)
    if not words:
        return False
    if needs_terminal(command):
        _log.info("%s shows pages in a terminal, and there is none", words[0])
        return False
    if not any("%s" in word for word in words):
        words.append("%s")
    link = for_program(words[0], url)
    return start(
        [find_program(words[0]) or words[0], *(word.replace("%s", link) for word in words[1:])],
        seconds=seconds,
        token=token,
    )
