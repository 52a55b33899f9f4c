"""Every page, served from this process for as long as a test looks at one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from support.pages import pages_context
from tray.pages.server import PageServer
from tray.pages.table import page_makers


@contextmanager
def served_pages(**changes: Any) -> Iterator[PageServer]:
    """Serve the pages; what they are handed otherwise than usual is given by its name."""
    server = PageServer(page_makers(pages_context(**changes)))
    try:
        yield server
    finally:
        server.close()
