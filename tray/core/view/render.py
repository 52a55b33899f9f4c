"""The whole tray icon as plain values: rendered from what is true, and from nothing else (docs/contracts: Menu)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from tray.core.command import Command, Do, LogOut, OpenPortal, SetSessionLength, Snooze, login_for
from tray.core.dataclass import dataclass, field
from tray.core.message import LONGEST, Message, short, wrapped
from tray.core.model import HOLDING, Kind, LoginInProgress, SignInStatus, Snapshot, Status
from tray.core.session.length import USUAL_HOURS
from tray.core.session.memory import Memory
from tray.core.session.status import followed, icon_of, problems_of
from tray.core.settings import Settings, Theme
from tray.core.view.profile_menu import console_menu, default_profile_menu
from tray.core.view.values import MenuItem, View, separator
from tray.core.words import menu as menu_words
from tray.core.words import status as status_words
from tray.core.words.times import LocalTime, clock, length

if TYPE_CHECKING:
    from tray.core.autostart import Autostart

_HELPLESS = frozenset({Status.EXPIRED, Status.UNREADABLE})

_LINES = 6
"""Sign-ins that get a line of their own; the others go into a submenu, so that the menu stays a menu."""

_FOLDERS = r"(?<!\S)(?:[A-Za-z]:)?[\\/](?:[^\s\\/,:;“”](?:[^\\/,:;“”]*[^\s\\/,:;“”])?[\\/])+(?=[^\s\\/])"
"""What a line leaves out first where it is too long: the folders before the name of a file."""

MOST_LENGTHS = 40
"""Sign-ins whose length the menu offers to set; for those beyond, the settings file is the better place."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that the view is a function of, but the moment."""

    snapshot: Snapshot
    statuses: tuple[SignInStatus, ...]
    settings: Settings
    memory: Memory = field(default_factory=Memory)
    login: LoginInProgress | None = None
    panel: Theme = Theme.COLOUR
    """What the system tells of its panel."""

    autostart: Autostart | None = None
    """Whether this program starts at login; None while that is not known, or where it is not offered."""


def render(scene: Scene, now: datetime, local: LocalTime) -> View:
    """Render the icon, the tooltip and the menu."""
    shown = followed(scene.statuses, scene.snapshot, scene.settings)
    icon = icon_of(shown, scene.snapshot)
    ordered = _followed_first(scene.statuses, shown)
    deeds = (
        *_login_items(ordered, scene.login, now),
        *_portal_items(ordered),
        *default_profile_menu(scene.snapshot, scene.settings, scene.memory.recent_profiles),
        *console_menu(scene.snapshot, scene.memory.recent_profiles),
        *_log_out_menu(ordered),
        *_snooze_menu(scene, now, local),
        *_length_menu(ordered, scene.settings),
    )
    menu = (
        *_status_lines(ordered, scene.snapshot, now, local),
        *_problem_lines(problems_of(scene.snapshot, scene.statuses, scene.memory)),
        *_problem_lines((scene.autostart.problem,) if scene.autostart and scene.autostart.problem else ()),
        # Two separators in a row would be two lines in panels with GTK.
        *((separator("after-status"), *deeds) if deeds else ()),
        separator("before-program"),
        MenuItem("set-up", menu_words.SET_UP(), Do.SET_UP),
        *_autostart_item(scene.autostart),
        MenuItem("settings", menu_words.SETTINGS(), Do.OPEN_SETTINGS),
        MenuItem("diagnose", menu_words.DIAGNOSE(), Do.DIAGNOSE),
        MenuItem("about", menu_words.ABOUT(), Do.SHOW_ABOUT),
        MenuItem("quit", menu_words.QUIT(), Do.QUIT),
    )
    theme = scene.panel if scene.settings.icon_theme is Theme.AUTO else scene.settings.icon_theme
    attention = any(_needs_person(found, scene.memory, now) for found in scene.statuses)
    return View(icon, status_words.tooltip(shown, icon, now, local), menu, theme, attention)


def _needs_person(found: SignInStatus, memory: Memory, now: datetime) -> bool:
    """Tell whether only the person can help; an end to come may be put off by a snooze, and no logout asks for more."""
    if found.status is Status.ENDING:
        return memory.snoozed_until is None or memory.snoozed_until <= now
    return found.status in _HELPLESS or found.unfinished is not None


def _followed_first(statuses: tuple[SignInStatus, ...], shown: SignInStatus | None) -> tuple[SignInStatus, ...]:
    if shown is None:
        return statuses
    return (shown, *(found for found in statuses if found is not shown))


def _status_lines(
    ordered: tuple[SignInStatus, ...], snapshot: Snapshot, now: datetime, local: LocalTime
) -> Iterator[MenuItem]:
    if not ordered and status_words.NOT_READ_YET() not in snapshot.problems:
        if snapshot.without_sign_in is not None:
            yield _with_hint("no-sign-ins", snapshot.without_sign_in.title, snapshot.without_sign_in)
        else:
            nothing = status_words.NO_SIGN_INS()
            yield MenuItem("no-sign-ins", nothing.title, enabled=False)
            yield MenuItem("no-sign-ins-hint", nothing.hint, enabled=False)
    lines = [
        MenuItem(f"status:{found.sign_in.name}", status_words.status_line(found, now, local), enabled=False)
        for found in ordered
    ]
    yield from lines[:_LINES]
    if len(lines) > _LINES:
        yield MenuItem("more-sign-ins", menu_words.MORE_SIGN_INS(), children=tuple(lines[_LINES:]))


def _problem_lines(problems: tuple[Message, ...]) -> Iterator[MenuItem]:
    """Tell of each problem in one line; inside, what to do, after the whole of a line that had to be shortened."""
    for problem in problems:
        yield _with_hint(f"problem:{problem.title}", f"! {problem.title}", problem)


def _with_hint(key: str, label: str, said: Message) -> MenuItem:
    told = [*(wrapped(said.title) if len(label) > LONGEST else ()), *wrapped(said.hint)]
    inside = (MenuItem(f"hint:{number}", line, enabled=False) for number, line in enumerate(told))
    label = label if len(label) <= LONGEST else short(re.sub(_FOLDERS, "…/", label))
    return MenuItem(key, label, children=tuple(inside))


def _login_items(ordered: tuple[SignInStatus, ...], login: LoginInProgress | None, now: datetime) -> Iterator[MenuItem]:
    items = [_login_item(found, login, now, several=len(ordered) > 1, main=found is ordered[0]) for found in ordered]
    yield from items[:_LINES]
    if len(items) > _LINES:
        yield MenuItem("more-logins", menu_words.LOG_IN(), children=tuple(items[_LINES:]))
    if login is None:
        return
    if login.user_code is not None:
        yield MenuItem("user-code", menu_words.USER_CODE(code=login.user_code), enabled=False)
    if login.url is not None:
        yield MenuItem("sign-in-page", menu_words.OPEN_PAGE(), Do.OPEN_SIGN_IN_PAGE)
        yield MenuItem("copy-address", menu_words.COPY_ADDRESS(), Do.COPY_SIGN_IN_ADDRESS)


def _login_item(
    found: SignInStatus, login: LoginInProgress | None, now: datetime, *, several: bool, main: bool
) -> MenuItem:
    name = found.sign_in.name
    action: Command = login_for(found, now)
    label, to, key = menu_words.LOG_IN, menu_words.LOG_IN_TO, "login"
    if found.status is Status.SIGNING_IN:
        # Another key: a click that comes as the login ends must not begin the next one, nor end one just begun.
        label, to, key, action = menu_words.CANCEL, menu_words.CANCEL_TO, "cancel", Do.CANCEL_LOGIN
    elif found.status in HOLDING:
        label, to = menu_words.LOG_IN_AGAIN, menu_words.LOG_IN_AGAIN_TO
    enabled = login is None or found.status is Status.SIGNING_IN
    return MenuItem(f"{key}:{name}", to(name=name) if several else label(), action, enabled=enabled, default=main)


def _portal_items(ordered: tuple[SignInStatus, ...]) -> Iterator[MenuItem]:
    with_portal = [found.sign_in.name for found in ordered if found.sign_in.kind is not Kind.CONSOLE]
    if len(with_portal) == 1:
        yield MenuItem("portal", menu_words.PORTAL(), OpenPortal(with_portal[0]))
    elif with_portal:
        children = tuple(MenuItem(name, short(name), OpenPortal(name)) for name in with_portal)
        yield MenuItem("portal", menu_words.PORTAL(), children=children)


def _snooze_menu(scene: Scene, now: datetime, local: LocalTime) -> Iterator[MenuItem]:
    if not scene.statuses:
        return
    until = scene.memory.snoozed_until
    on = until is not None and until > now
    yield MenuItem(
        "snooze",
        menu_words.SNOOZED(time=clock(until, now, local)) if on and until is not None else menu_words.SNOOZE(),
        children=(
            MenuItem("minutes:30", menu_words.HALF_AN_HOUR(), Snooze(30)),
            MenuItem("minutes:60", menu_words.AN_HOUR(), Snooze(60)),
            MenuItem("tomorrow", menu_words.UNTIL_TOMORROW(), Do.SNOOZE_UNTIL_TOMORROW),
            *((MenuItem("off", menu_words.SNOOZE_OFF(), Do.END_SNOOZE),) if on else ()),
        ),
    )


def _log_out_menu(ordered: tuple[SignInStatus, ...]) -> Iterator[MenuItem]:
    """Offer to end each sign-in that has a token; one deeper in the menu, so that no stray click does it."""
    items = tuple(
        MenuItem(found.sign_in.name, short(found.sign_in.name), LogOut(found.sign_in.name))
        for found in ordered
        if found.token is not None and found.status is not Status.SIGNING_IN
    )
    if items:
        yield MenuItem("log-out", menu_words.LOG_OUT(), children=items)


def _length_menu(ordered: tuple[SignInStatus, ...], settings: Settings) -> Iterator[MenuItem]:
    """Let the person say how long a sign-in lasts, where no file says it (a legacy token says it itself)."""
    open_ended = (
        found
        for found in ordered
        if found.sign_in.kind is Kind.SSO_SESSION and (found.token is None or found.token.refreshable)
    )
    menus = {found.sign_in.name: _lengths(found, settings) for found in islice(open_ended, MOST_LENGTHS)}
    children = tuple(MenuItem(name, short(name), children=lengths) for name, lengths in menus.items())
    if len(menus) == 1:
        children = children[0].children
    if menus:
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


def _autostart_item(autostart: Autostart | None) -> Iterator[MenuItem]:
    """Offer to start at login or not; a click on one that is broken repairs it."""
    if autostart is not None:
        on = autostart.standing == "on"  # The module of `Standing` is not needed before the icon is up.
        yield MenuItem(
            "autostart", menu_words.START_AT_LOGIN(), Do.START_NO_MORE if on else Do.START_AT_LOGIN, checked=on
        )
