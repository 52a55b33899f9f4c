"""The menu's parts about a sign-in as a whole: log out, and how long it lasts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from tray.core.command import LogOut, SetSessionLength
from tray.core.message import short
from tray.core.model import Kind, Settings, SignInStatus, Status
from tray.core.session.length import USUAL_HOURS
from tray.core.view.values import MenuItem
from tray.core.words import menu as menu_words
from tray.core.words.times import length

MOST_LENGTHS = 40
"""Sign-ins whose length the menu offers to set; for those beyond, the settings file is the better place."""


def log_out_menu(ordered: tuple[SignInStatus, ...]) -> Iterator[MenuItem]:
    """Offer to end each sign-in that has a token; one deeper in the menu, so that no stray click does it."""
    items = tuple(
        MenuItem(found.sign_in.name, short(found.sign_in.name), LogOut(found.sign_in.name))
        for found in ordered
        if found.token is not None and found.status is not Status.SIGNING_IN
    )
    if items:
        yield MenuItem("log-out", menu_words.LOG_OUT(), children=items)


def length_menu(ordered: tuple[SignInStatus, ...], settings: Settings) -> Iterator[MenuItem]:
    """Let the person say how long a sign-in lasts, where no file says it (a legacy token says it itself)."""
    open_ended = (
        found
        for found in ordered
        if found.sign_in.kind is Kind.SSO_SESSION and (found.token is None or found.token.refreshable)
    )
    menus = {found.sign_in.name: _lengths(found, settings) for found in islice(open_ended, MOST_LENGTHS)}
    if not menus:
        return
    if len(menus) == 1:
        children = next(iter(menus.values()))
    else:
        children = tuple(MenuItem(name, short(name), children=lengths) for name, lengths in menus.items())
    yield MenuItem("session-length", menu_words.SESSION_LENGTH(), children=children)


def _lengths(found: SignInStatus, settings: Settings) -> tuple[MenuItem, ...]:
    name = found.sign_in.name
    chosen = settings.of(name).length_hours
    offered = sorted({*map(float, USUAL_HOURS), *(() if chosen is None else (chosen,))})
    labels = {None: menu_words.unset_length(found.learned_length), **{h: length(h) for h in offered}}
    return tuple(
        MenuItem(
            f"hours:{'' if hours is None else f'{hours:g}'}",
            label,
            SetSessionLength(name, hours),
            checked=hours == chosen,
            radio=True,
        )
        for hours, label in labels.items()
    )
