"""Tells a person why the program did not start, where there is no terminal to say it in."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from tray.desktop.windows.alert import alert
else:

    def alert(title: str, hint: str) -> None:
        """Do nothing: a desktop keeps what its programs say on their standard error."""


__all__ = ["alert"]
