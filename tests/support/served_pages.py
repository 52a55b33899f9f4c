"""Pages in this process: what they are handed, and a server of some of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from support.setup_page import context
from tray.pages.context import PagesContext
from tray.pages.server import PageServer
from tray.pages.table import page_makers
from tray.paths import find_paths


def pages_context(**changes: Any) -> PagesContext:
    """What pages are handed really, but a browser and a desktop: nothing is opened or shown."""
    usual: dict[str, Any] = {
        "paths": find_paths(),
        "environ": dict(os.environ),
        "now": lambda: datetime.now(UTC),
        "open_browser": lambda _sign_in, _url: True,
        "show_notice": lambda _message: True,
        "setup": context(),
    }
    return PagesContext(**(usual | changes))


@contextmanager
def served_pages(**changes: Any) -> Iterator[PageServer]:
    """Serve every page from this process."""
    server = PageServer(page_makers(pages_context(**changes)))
    try:
        yield server
    finally:
        server.close()
