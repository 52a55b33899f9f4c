"""Notices through plyer: no buttons and no way back, but something on almost every desktop."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from tray.desktop.plain_notices import beside, plain_texts

if TYPE_CHECKING:
    from tray.core.view.values import Notice, Slot

_SHOWN_SECONDS = 10
_QUOTES = str.maketrans({"'": "’", "\\": "⧵"})
"""In a Flatpak, plyer pastes texts between quotes (docs/facts: plyer)."""


class PlyerNotifier:
    """Shows notices where nothing better works."""

    def __init__(self) -> None:
        self._closed = False

    def show(self, notice: Notice) -> None:
        """Show a notice; plyer waits for programs and servers, so it runs beside the caller."""
        if not self._closed:
            beside(lambda: _notify(notice))

    def withdraw(self, slot: Slot) -> None:
        """Do nothing: plyer cannot."""

    def close(self) -> None:
        """Show nothing more."""
        self._closed = True


def _notify(notice: Notice) -> None:
    title, body = (text.translate(_QUOTES) for text in plain_texts(notice))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it would rather have another library
        from plyer import notification  # noqa: PLC0415 - seldom needed

        notification.notify(title=title, message=body, app_name="SSO Tray", timeout=_SHOWN_SECONDS)
