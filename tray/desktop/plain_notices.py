"""Notices without buttons: through plyer, or through the balloon of the tray icon on Windows."""

from __future__ import annotations

import logging
import re
import threading
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from tray.paths import from_home

if TYPE_CHECKING:
    from tray.core.command import Command
    from tray.core.view.values import Notice, Slot
    from tray.desktop.notify import Notifier

_log = logging.getLogger(__name__)

_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML, of which a toast is made, has no way to say."""

_TITLE_UNITS = 63
_BODY_UNITS = 255
"""UTF-16 units that Windows shows (``NOTIFYICONDATA``: 64 and 256 with the closing zero; docs/facts: Windows tray)."""

_SHOWN_SECONDS = 10
_QUOTES = str.maketrans({"'": "’", "\\": "⧵"})
"""In a Flatpak, plyer pastes texts between quotes (docs/facts: plyer)."""


class PlainNotifier:
    """
    Shows notices that cannot be taken back.

    Args:
        send: Shows a title and a body; called on a thread of its own, may raise anything.
    """

    def __init__(self, send: Callable[[str, str], None]) -> None:
        self._send = send
        self._closed = False

    def show(self, notice: Notice) -> bool:
        """Show a notice."""
        if not self._closed:
            _beside(lambda: self._send(*_plain_texts(notice)))
        return True

    def withdraw(self, slot: Slot) -> None:
        """Do nothing: it cannot."""

    def close(self) -> None:
        """Show nothing more."""
        self._closed = True


def send_by_plyer(title: str, body: str) -> None:
    """Show a notice through plyer, which waits for programs and servers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it would rather have another library
        from plyer import notification  # noqa: PLC0415 - seldom needed

        notification.notify(
            title=title.translate(_QUOTES),
            message=body.translate(_QUOTES),
            app_name="SSO Tray",
            timeout=_SHOWN_SECONDS,
        )


class Balloon(Protocol):
    """What the tray icon lends us; both are called on a thread of ours."""

    def show_balloon(self, title: str, body: str, command: Command | None) -> None:
        """Show a text: at most 63 and 255 UTF-16 units, neither empty; a click on it asks for the command."""

    def hide_balloon(self) -> None:
        """Hide the text that is shown, if any is."""


class BalloonNotifier:
    """
    One balloon, so one notice at a time. It has no buttons, but can be clicked.

    Args:
        balloon: The icon's.
        fallback: Shows what the balloon fails to.
    """

    def __init__(self, balloon: Balloon, fallback: Notifier) -> None:
        self._balloon = balloon
        self._fallback = fallback
        self._shown: Slot | None = None
        self._closed = False

    def show(self, notice: Notice) -> bool:
        """Show a notice, in place of any other."""
        if not self._closed:
            self._shown = notice.slot
            _beside(lambda: self._show(notice))
        return True

    def withdraw(self, slot: Slot) -> None:
        """Hide the balloon if it shows what is in this slot."""
        if self._shown is slot:
            self._shown = None
            _beside(self._balloon.hide_balloon)

    def close(self) -> None:
        """Hide the balloon and show nothing more."""
        self._closed = True
        if self._shown:
            self.withdraw(self._shown)
        self._fallback.close()

    def _show(self, notice: Notice) -> None:
        try:
            self._balloon.show_balloon(*_plain_texts(notice), notice.command)
        except Exception as error:  # noqa: BLE001 - the system may refuse in any way
            _log.info("no balloon: %s", str(error) or type(error).__name__)
            self._fallback.show(notice)


def _plain_texts(notice: Notice) -> tuple[str, str]:
    """
    Give a notice's title and body as every system takes them.

    None begins with ``-``, which programs take for an option, and none is empty, which Windows takes for "hide".
    """
    return fit(notice.title, _TITLE_UNITS), fit(notice.body, _BODY_UNITS)


def fit(text: str, units: int) -> str:
    """
    Give as much of a text as fits into that many UTF-16 units, without what no system shows; a space for nothing.

    Paths in it begin with ``~`` where they can.
    """
    text = _UNSPEAKABLE.sub("", from_home(text)).encode("utf-8", "replace").decode()
    if not text or text.startswith("-"):
        text = f" {text}"
    encoded = text.encode("utf-16-le")
    if len(encoded) <= 2 * units:
        return text
    from tray.core.clusters import cut  # noqa: PLC0415 - few notices are so long

    fitting = encoded[: 2 * (units - 1)].decode("utf-16-le", "ignore")
    return cut(text, len(fitting)) + "…"


def _beside(work: Callable[[], None]) -> None:
    """Do something on a thread of its own, which lives no longer than that; trouble is only logged."""

    def run() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - the library and the system behind it may raise anything
            _log.warning("a notice could not be shown: %s", str(error) or type(error).__name__)

    threading.Thread(target=run, name="notice", daemon=True).start()
