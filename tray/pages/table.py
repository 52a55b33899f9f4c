"""The pages that there are, by name. One that is not asked for is not loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module

from tray.core.page_names import PAGE_NAMES
from tray.pages.context import PagesContext
from tray.pages.server import Page


def page_makers(context: PagesContext) -> Mapping[str, Callable[[], Page]]:
    """
    Give what makes each page: for the page ``some-name``, the function ``some_name_page`` of ``pages/some_name.py``.

    Args:
        context: What the pages are made with.
    """
    return {name: partial(_make, name, context) for name in PAGE_NAMES}


def _make(name: str, context: PagesContext) -> Page:
    module = name.replace("-", "_")
    page: Page = getattr(import_module(f"tray.pages.{module}"), f"{module}_page")(context)
    return page
