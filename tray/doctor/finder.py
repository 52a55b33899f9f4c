"""
What a shell says to the programs that it starts, and the Finder or a login of macOS does not.

Variables of ``.zshrc`` reach what is started in a terminal; the tray that the system starts has those of the session,
which ``launchctl getenv`` tells. Checked with ``launchctl`` faked; not run on macOS.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping

from tray.core.message import Line, Message, Plural, listed
from tray.core.words.names import first
from tray.doctor.context import Context
from tray.doctor.finding import Finding, warning

_OTHERWISE = Plural(
    "The Finder starts programs without this variable of your shell, or with another value: {names:whole}",
    "The Finder starts programs without these variables of your shell, or with other values: {names:whole}",
)
_FOR_BOTH = Line(
    "So the tray may read other files than your terminal. Until the next restart: launchctl setenv NAME VALUE, for"
    " each; then quit SSO Tray and open it again."
)

_NAMES = (
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_LOGIN_CACHE_DIRECTORY",
    "AWS_PROFILE",
    "AWS_CA_BUNDLE",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "NO_PROXY",
    "no_proxy",
    "BROWSER",
)
"""What changes which files the tray reads, how it reaches AWS, and what it opens."""

_ENDPOINTS = "AWS_ENDPOINT_URL"


def check(context: Context) -> tuple[Finding, ...]:
    """Compare this shell's variables with the session's."""
    if sys.platform == "darwin":
        from tray.desktop.macos.autostart import ask_launchctl  # noqa: PLC0415 - not elsewhere

        return tuple(rule(context.environ, lambda name: ask_launchctl(["getenv", name]).removesuffix("\n")))
    return ()


def rule(environ: Mapping[str, str], session: Callable[[str], str]) -> Iterator[Finding]:
    """
    Name the variables that differ. What they say is not shown: an address of a proxy may hold a password.

    Args:
        environ: This shell's variables.
        session: Gives the session's value of a variable; empty for none.
    """
    endpoints = sorted(name for name in environ if name.startswith(_ENDPOINTS))
    names = [name for name in (*_NAMES, *endpoints) if environ.get(name, "") != session(name)]
    if names:
        yield warning("finder", Message(_OTHERWISE(len(names), names=listed(first(names))), _FOR_BOTH()))
