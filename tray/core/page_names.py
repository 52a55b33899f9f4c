"""
The names of the pages, in the order in which they are offered.

Each is made by ``tray/pages/NAME.py`` (with ``_`` for ``-``), and opened by ``sso-tray open NAME`` and from the menu.
"""

from __future__ import annotations

from typing import Final

PAGE_NAMES: Final = ("setup",)


def in_terminal(name: str) -> str:
    """Give the command that does in a terminal what a page does."""
    return f"sso-tray {'status' if name == 'sign-ins' else name}"
