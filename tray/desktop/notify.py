"""Notices on the person's desktop: one port, and the best adapter that the desktop allows."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from tray.core.command import Clicked, Command
from tray.core.view.values import Delivery, Notice, Reachable, Slot

if TYPE_CHECKING:
    from tray.desktop.linux.bus import Bus
    from tray.desktop.plain_notices import Balloon

_log = logging.getLogger(__name__)


Said = Command | Clicked | Delivery | Reachable
"""What a notifier has to say: what a click asks for, and what became of a notice."""


class Notifier(Protocol):
    """
    Shows notices. Every method may be called from any thread, returns at once and never raises.

    Where the desktop has no buttons, or cannot withdraw, a notice does without.
    """

    def show(self, notice: Notice) -> bool:
        """
        Show a notice, in place of the one shown in its slot.

        Returns:
            Whether it counts as taken: where the desktop does not tell, that it was asked must do. Where it tells, a
            `Delivery` follows, which may be taken back by another one while the notice is on the screen.
        """

    def withdraw(self, slot: Slot) -> None:
        """Take back what is shown in a slot, if anything is."""

    def close(self) -> None:
        """Take everything back and show nothing more."""


class LogNotifier:
    """Writes notices to the log, where a desktop shows nothing."""

    def show(self, notice: Notice) -> bool:
        """Log a notice, which nobody sees."""
        _log.info("notice: %s · %s", notice.title, notice.body)
        return False

    def withdraw(self, slot: Slot) -> None:
        """Do nothing: the log is history."""

    def close(self) -> None:
        """Do nothing."""


def create(
    say: Callable[[Said], None], bus: Bus | None, balloon: Balloon | None = None, *, demo: bool = False
) -> Notifier:
    """
    Make the best notifier that works here.

    Args:
        say: Takes what a click asks for, and what became of notices, on the desktop's thread; must return at once.
        bus: The session bus, on Linux; None without one, and on other systems.
        balloon: The tray icon's own way to show a text, on Windows; None where the icon has none.
        demo: Whether this is the demo, whose buttons no other program may be started for.
    """
    # Each system loads what it uses.
    if bus is not None:
        from tray.desktop.linux.notify import FreedesktopNotifier, installed_icon  # noqa: PLC0415
        from tray.desktop.plain_notices import PlainNotifier, send_by_plyer  # noqa: PLC0415

        return FreedesktopNotifier(bus, say, PlainNotifier(send_by_plyer), installed_icon(os.environ))
    if sys.platform == "darwin":
        from tray.desktop.macos.notify import (  # noqa: PLC0415
            is_application,
            is_signed_by_somebody,
            open_centre,
            send_by_script,
        )
        from tray.desktop.plain_notices import PlainNotifier  # noqa: PLC0415
        from tray.desktop.toasts import ToastNotifier  # noqa: PLC0415

        script = PlainNotifier(send_by_script)
        if not is_application():
            return script
        return ToastNotifier(open_centre, say, fallback=script, ask_at_once=True, denial_is_final=is_signed_by_somebody)
    if sys.platform == "win32":
        from tray.desktop.plain_notices import BalloonNotifier, PlainNotifier, send_by_plyer  # noqa: PLC0415
        from tray.desktop.toasts import Addresses, ToastNotifier  # noqa: PLC0415
        from tray.desktop.windows.notify import is_turned_off, left_some_behind, open_centre  # noqa: PLC0415

        plyer = PlainNotifier(send_by_plyer)
        addresses: Addresses | None = None if demo else {}
        return ToastNotifier(
            lambda: open_centre(addresses),
            say,
            BalloonNotifier(balloon, plyer) if balloon else plyer,
            ask_at_once=left_some_behind(),
            denial_is_final=is_turned_off,
            addresses=addresses,
        )
    # Without a session bus no notification server can be reached, whatever the library.
    return LogNotifier()
