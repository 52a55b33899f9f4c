"""What pages are handed in a test, and a server of them in this process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from support.setup_page import context as setup_context
from tray.pages.context import PagesContext
from tray.pages.server import PageServer
from tray.pages.table import page_makers
from tray.paths import find_paths


def pages_context(**changes: Any) -> PagesContext:
    """What pages are handed really, but for what reaches beyond this process."""
    usual: dict[str, Any] = {
        "paths": find_paths(),
        "environ": os.environ,
        "now": lambda: datetime.now(UTC),
        "open_browser": lambda _sign_in, _url: True,
        "ask_aws": tuple,
        "show_notice": lambda _said: True,
        "setup": setup_context(),
    }
    return PagesContext(**(usual | changes))


@contextmanager
def served(**changes: Any) -> Iterator[PageServer]:
    """Serve every page, each made with this context."""
    server = PageServer(page_makers(pages_context(**changes)))
    try:
        yield server
    finally:
        server.close()
