"""Whether there is a browser, and whether this desktop shows an icon and notices, and starts the icon at login."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from tray.core.autostart import Autostart, Standing
from tray.core.dataclass import dataclass
from tray.core.message import Message, Text
from tray.core.settings import Settings
from tray.core.words import autostart as autostart_words
from tray.core.words import terminal as terminal_words
from tray.desktop.autostart import open_login_start
from tray.desktop.browser import can_open_link, has_display, is_found, needs_terminal
from tray.desktop.capabilities import Capabilities, find_capabilities
from tray.doctor.context import Context
from tray.doctor.finding import Finding, Fix, fine, problem, warning
from tray.paths import Paths

_CANNOT_START = Text(
    "{source} names the browser “{command}”, which cannot be started",
    "Correct it: a program on the PATH, or its full path, then its options; %s stands for the address.",
)
_TEXT_BROWSER = Text(
    "{source} names the text browser “{command}”, which does not count",
    "It would have no terminal, and AWS's pages need scripts. Name another browser, or none.",
)
_NO_BROWSER = Text(
    "No browser was found to sign in with",
    "Set BROWSER, or browser.command in the settings; or log in with a code: sso-tray login --device-code",
)
_NO_DISPLAY = Text(
    "There is no display here to show a browser on",
    "Log in with a code that you enter on another device: sso-tray login --device-code",
)
_SHOWS_ICONS = Text("This desktop shows tray icons.")
_SHOWS_NOTICES = Text("This desktop shows notifications.")
_SHOWS_NO_NOTICES = Text(
    "This desktop shows no notifications.",
    "Install a notification daemon, such as dunst; the icon tells the status all the same.",
)

_NOTICES_COME_FROM = Text(
    "Notices come from “{sender}”, if you allow it to show them.",
    "If you see none: System Settings, Notifications, {sender}. A Focus may keep them back, too.",
)

_VARIABLE = "BROWSER"


@dataclass(frozen=True, slots=True)
class Browsers:
    """What could show the sign-in page."""

    found: bool = True
    """Whether ``BROWSER`` or the system opens one."""

    display: bool = True
    """Whether there is a display to show it on."""

    missing: tuple[tuple[str, str], ...] = ()
    """What names a browser's command (a variable, a setting), and the command, whose program is not there."""

    text_only: tuple[tuple[str, str], ...] = ()
    """Likewise, and the command of a browser that needs a terminal."""


def check(context: Context) -> Iterator[Finding]:
    """Look, and tell what is so."""
    yield from browser_rule(find_browsers(context.settings, context.environ))
    yield from desktop_rule(find_capabilities())
    yield from autostart_rule(open_login_start(context.paths.state).state())


def find_browsers(settings: Settings, environ: Mapping[str, str]) -> Browsers:
    """Look for what `tray.desktop.browser.open_url` would start; nothing is opened."""
    commands = {"browser.command": settings.browser_command}
    commands |= {f'sign_in."{name}".browser': of_one.browser for name, of_one in settings.sign_ins.items()}
    missing = [(name, command) for name, command in commands.items() if command and not is_found(command)]
    choices = [choice for choice in environ.get(_VARIABLE, "").split(os.pathsep) if choice.strip()]
    by_variable = any(is_found(choice) and not needs_terminal(choice) for choice in choices)
    text_only = [(name, command) for name, command in commands.items() if needs_terminal(command)]
    if choices and not by_variable:
        (text_only if any(map(is_found, choices)) else missing).append((_VARIABLE, environ[_VARIABLE]))
    text_only = [each for each in text_only if each not in missing]
    return Browsers(by_variable or can_open_link(), has_display(), tuple(missing), tuple(text_only))


def browser_rule(browsers: Browsers) -> Iterator[Finding]:
    """A command that is named is followed, and no other browser takes its place; without any, a code is the way."""
    for source, command in browsers.missing:
        yield problem("browser", _CANNOT_START(source=source, command=command))
    for source, command in browsers.text_only:
        yield warning("browser", _TEXT_BROWSER(source=source, command=command))
    if browsers.found:
        return
    yield warning("browser", _NO_BROWSER() if browsers.display else _NO_DISPLAY())


def desktop_rule(desktop: Capabilities) -> Iterator[Finding]:
    """Without a session nothing more is to be said."""
    if not desktop.session:
        yield warning("session", terminal_words.NO_SESSION_BUS())
        return
    if desktop.tray:
        yield fine("tray", _SHOWS_ICONS())
    else:
        yield warning("tray", terminal_words.NO_TRAY())
    if desktop.notices_from is not None:
        yield fine("notifications", _NOTICES_COME_FROM(sender=desktop.notices_from))
    elif desktop.notifications:
        yield fine("notifications", _SHOWS_NOTICES())
    else:
        yield warning("notifications", _SHOWS_NO_NOTICES())


def autostart_rule(found: Autostart) -> Iterator[Finding]:
    """Not to start at login is no fault; an entry that does not start this program is."""
    if found.problem is not None:
        yield warning("autostart", found.problem, Fix("autostart", _turn_on))
    elif found.note is not None:
        yield fine("autostart", found.note)
    else:
        on = found.standing is Standing.ON
        yield fine("autostart", Message(autostart_words.ON(place=found.place) if on else autostart_words.OFF()))


def _turn_on(paths: Paths) -> str:
    return autostart_words.TURNED_ON(place=open_login_start(paths.state).turn_on().place)
