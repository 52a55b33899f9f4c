"""Whether the icon will be there after the next login."""

from __future__ import annotations

from collections.abc import Iterator

from tray.core import text_autostart
from tray.core.autostart import Autostart, Standing
from tray.desktop.autostart import open_login_start
from tray.doctor.context import Context
from tray.doctor.finding import Finding, Fix, fine, warning
from tray.paths import Paths


def check(context: Context) -> Iterator[Finding]:
    """Look, and tell what is so."""
    return rule(open_login_start(context.paths.state).state())


def rule(found: Autostart) -> Iterator[Finding]:
    """Not to start at login is no fault; an entry that does not start this program is."""
    if found.problem is not None:
        yield warning("autostart", *found.problem, Fix("autostart", _turn_on))
    else:
        on = found.standing is Standing.ON
        yield fine("autostart", text_autostart.on(found.place) if on else text_autostart.OFF)


def _turn_on(paths: Paths) -> str:
    return text_autostart.turned_on(open_login_start(paths.state).turn_on().place)
