"""Whether a distribution inside Windows shares the sign-ins of Windows, and whether its browser signs in here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tray.core.words import wsl as wsl_words
from tray.desktop.windows_reach import Reach, find_reach
from tray.disk.looking import is_file
from tray.doctor.context import Context
from tray.doctor.finding import Finding, fine, warning
from tray.installation.wsl import find_windows_home, is_wsl
from tray.setup.wsl_link import Link, Standing, link_to


def check(context: Context) -> Iterator[Finding]:
    """Look, and tell what is so; on every other system there is nothing to tell."""
    if not is_wsl(context.environ):
        return
    if (home := find_windows_home()) is not None:
        yield from link_rule(link_to(home, context.paths))
    yield from browser_rule(find_reach())


def browser_rule(reach: Reach) -> Iterator[Finding]:
    """Where its browser cannot be used a code is the way, and the login takes it by itself."""
    match reach:
        case Reach.COMES_BACK:
            yield fine("wsl-browser", wsl_words.COMES_BACK())
        case Reach.ONE_WAY:
            yield warning("wsl-browser", wsl_words.ONE_WAY())
        case Reach.NO_INTEROP:
            yield warning("wsl-browser", wsl_words.NO_INTEROP())


def link_rule(link: Link) -> Iterator[Finding]:
    """Two caches are no fault, but mean to sign in twice; where Windows has none, there is nothing to share."""
    if link.standing is Standing.LINKED:
        yield fine("wsl", wsl_words.SHARES(windows=link.windows))
    elif _is_used(link.windows):
        yield warning("wsl", wsl_words.SHARES_NOT())


def _is_used(folder: Path) -> bool:
    return is_file(folder / "config")
