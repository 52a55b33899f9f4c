"""Serves all pages until nobody has used them for a while; or has one shown by the server that runs already."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tray.core.errors import Busy, ConfigProblem
from tray.core.page_names import PAGE_NAMES
from tray.disk.lock import locked
from tray.pages import doorbell
from tray.pages.context import PagesContext
from tray.pages.doorbell import Doorbell
from tray.pages.server import NoMorePages, PageServer
from tray.pages.table import page_makers

_log = logging.getLogger(__name__)

IDLE_SECONDS: Final = 15 * 60.0
"""So long after the last tab was closed the server ends."""

_BEGINNING_SECONDS: Final = 10.0

Show = Callable[[str, str], object]
"""Is told the name of a page and the address that opens it, which works once."""


def ask_running(context: PagesContext, name: str) -> str | None:
    """Give a link of a page by the server that runs already; None where none does."""
    bell = doorbell.find(doorbell.doorbell_file(context.paths, context.environ))
    return None if bell is None else bell.ring(name)


def serve(
    context: PagesContext,
    name: str,
    show: Show,
    *,
    follow: Callable[[Callable[[str], object]], object],
    on_stranger: Callable[[], object],
    idle_seconds: float = IDLE_SECONDS,
) -> None:
    """
    Show a page, and serve all pages until the last tab has been closed for a while.

    Args:
        context: What the pages are made with.
        name: The page.
        show: Is told the address of each page that is asked for.
        follow: Is given what shows a further page; to be called from any thread.
        on_stranger: Called once, when another user of this machine has been turned away.
        idle_seconds: How long the pages may go unused.

    Raises:
        ServiceProblem: No port could be had, or this system does not tell whose connections are whose.
    """
    file = doorbell.doorbell_file(context.paths, context.environ)
    # Of two that begin at the same time one serves, and the other asks it.
    try:
        with locked(file.with_suffix(".lock"), seconds=_BEGINNING_SECONDS):
            begun = _begin(context, name, file)
    except (Busy, ConfigProblem):
        begun = PageServer(page_makers(context)), None
    if isinstance(begun, str):
        show(name, begun)
        return
    server, bell = begun

    def show_another(another: str) -> None:
        try:
            if another in PAGE_NAMES:
                show(another, server.link(another))
        except NoMorePages:
            _log.info("a page was asked for as the server ended")

    try:
        show_another(name)
        follow(show_another)
        server.wait(lambda: idle_seconds, on_stranger=on_stranger)
    finally:
        if bell is not None:
            doorbell.take_down(bell, file)
        server.close()


def _begin(context: PagesContext, name: str, file: Path) -> str | tuple[PageServer, Doorbell | None]:
    running = doorbell.find(file)
    link = None if running is None else running.ring(name)
    if link is not None:
        return link
    server = PageServer(page_makers(context))
    bell = Doorbell.new(server.host)
    try:
        doorbell.hang(bell, file)
    except OSError as error:
        _log.warning("others cannot find the server of pages: %s", error)
        return server, None
    server.bell = bell
    return server, bell
