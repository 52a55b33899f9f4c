"""What the simpler ways to show a notice have in common: texts that cannot be misread, and work beside the caller."""

from __future__ import annotations

import logging
import re
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.core.view.values import Notice

_log = logging.getLogger(__name__)

_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML, of which a toast is made, has no way to say."""

_TITLE_UNITS = 63
_BODY_UNITS = 255
"""UTF-16 units that Windows shows (``NOTIFYICONDATA``: 64 and 256 with the closing zero; docs/facts: Windows tray)."""


def plain_texts(notice: Notice) -> tuple[str, str]:
    """
    Give a notice's title and body as every system takes them.

    None begins with ``-``, which programs take for an option, and none is empty, which Windows takes for "hide".
    """
    return fit(notice.title, _TITLE_UNITS), fit(notice.body, _BODY_UNITS)


def beside(work: Callable[[], None]) -> None:
    """Do something on a thread of its own, which lives no longer than that; trouble is only logged."""

    def run() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - the library and the system behind it may raise anything
            _log.warning("a notice could not be shown: %s", str(error) or type(error).__name__)

    threading.Thread(target=run, name="notice", daemon=True).start()


def fit(text: str, units: int) -> str:
    """Give as much of a text as fits into that many UTF-16 units, without what no system shows; a space for nothing."""
    text = _UNSPEAKABLE.sub("", text).encode("utf-8", "replace").decode()
    if not text or text.startswith("-"):
        text = f" {text}"
    encoded = text.encode("utf-16-le")
    if len(encoded) <= 2 * units:
        return text
    return encoded[: 2 * (units - 1)].decode("utf-16-le", "ignore") + "…"
