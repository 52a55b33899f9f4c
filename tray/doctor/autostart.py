"""Whether the icon will be there after the next login."""

from __future__ import annotations

from collections.abc import Iterator

from tray.core.autostart import Autostart, Standing
from tray.core.message import Message
from tray.core.words import autostart as autostart_words
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
        yield warning("autostart", found.problem, Fix("autostart", _turn_on))
    else:
        on = found.standing is Standing.ON
        yield fine("autostart", Message(autostart_words.ON(place=found.place) if on else autostart_words.OFF()))


def _turn_on(paths: Paths) -> str:
    return autostart_words.TURNED_ON(place=open_login_start(paths.state).turn_on().place)
