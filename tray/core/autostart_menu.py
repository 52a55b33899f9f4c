"""The menu's part about starting at login."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tray.core.command import StartAtLogin, StartNoMore
from tray.core.surface import MenuItem

if TYPE_CHECKING:
    from tray.core.autostart import Autostart
    from tray.core.model import Problem


def autostart_item(autostart: Autostart | None) -> Iterator[MenuItem]:
    """Offer to start at login or not; a click on one that is broken puts it right."""
    if autostart is None:
        return
    from tray.core.autostart import Standing  # noqa: PLC0415 - not known, and so not needed, before the icon is up
    from tray.core.text_autostart import START_AT_LOGIN  # noqa: PLC0415 - as above

    on = autostart.standing is Standing.ON
    yield MenuItem("autostart", START_AT_LOGIN, StartNoMore() if on else StartAtLogin(), checked=on)


def broken_autostart(autostart: Autostart | None) -> tuple[Problem, ...]:
    """Tell what is wrong with the start at login."""
    return () if autostart is None or autostart.problem is None else (autostart.problem,)
