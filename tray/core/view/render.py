"""The whole tray icon as plain values: rendered from what is true, and from nothing else (docs/contracts: Menu)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from tray.core import text, text_session
from tray.core.command import Command, Do, LogOut, OpenPortal, SetSessionLength, Snooze, login_for
from tray.core.model import HOLDING, Kind, LoginInProgress, Problem, SignInStatus, Snapshot, Status
from tray.core.session.length import USUAL_HOURS
from tray.core.session.memory import Memory
from tray.core.session.status import followed, icon_of, problems_of
from tray.core.settings import Settings, Theme
from tray.core.text import LocalTime
from tray.core.view.profile_menu import console_menu, default_profile_menu
from tray.core.view.values import MenuItem, View, separator

if TYPE_CHECKING:
    from tray.core.autostart import Autostart

_LINES = 6
"""Sign-ins that get a line of their own; the others go into a submenu, so that the menu stays a menu."""

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
    menu = (
        *_status_lines(ordered, scene.snapshot, now, local),
        *_problem_lines(problems_of(scene.snapshot, scene.statuses, scene.memory)),
        *_problem_lines((scene.autostart.problem,) if scene.autostart and scene.autostart.problem else ()),
        separator("after-status"),
        *_login_items(ordered, scene.login, now),
        *_portal_items(ordered),
        *default_profile_menu(scene.snapshot, scene.settings, scene.memory.recent_profiles),
        *console_menu(scene.snapshot, scene.memory.recent_profiles),
        *_log_out_menu(ordered),
        *_snooze_menu(scene, now, local),
        *_length_menu(ordered, scene.settings),
        separator("before-program"),
        MenuItem("set-up", text.SET_UP, Do.SET_UP),
        *_autostart_item(scene.autostart),
        MenuItem("settings", text.SETTINGS, Do.OPEN_SETTINGS),
        MenuItem("diagnose", text.DIAGNOSE, Do.DIAGNOSE),
        MenuItem("about", text.ABOUT, Do.SHOW_ABOUT),
        MenuItem("quit", text.QUIT, Do.QUIT),
    )
    theme = scene.panel if scene.settings.icon_theme is Theme.AUTO else scene.settings.icon_theme
    return View(icon, text.tooltip(shown, icon, now, local), menu, theme)


def _followed_first(statuses: tuple[SignInStatus, ...], shown: SignInStatus | None) -> tuple[SignInStatus, ...]:
    if shown is None:
        return statuses
    return (shown, *(found for found in statuses if found is not shown))


def _status_lines(
    ordered: tuple[SignInStatus, ...], snapshot: Snapshot, now: datetime, local: LocalTime
) -> Iterator[MenuItem]:
    if not ordered and text.NOT_READ_YET not in snapshot.problems:
        yield MenuItem("no-sign-ins", text.NO_SIGN_INS, enabled=False)
        yield MenuItem("no-sign-ins-hint", text.NO_SIGN_INS_HINT, enabled=False)
    lines = [
        MenuItem(f"status:{found.sign_in.name}", text.status_line(found, now, local), enabled=False)
        for found in ordered
    ]
    yield from lines[:_LINES]
    if len(lines) > _LINES:
        yield MenuItem("more-sign-ins", text.MORE_SIGN_INS, children=tuple(lines[_LINES:]))


def _problem_lines(problems: tuple[Problem, ...]) -> Iterator[MenuItem]:
    for problem in problems:
        key = f"problem:{problem.title}"
        yield MenuItem(key, f"! {problem.title}", children=(MenuItem("hint", problem.hint, enabled=False),))


def _login_items(ordered: tuple[SignInStatus, ...], login: LoginInProgress | None, now: datetime) -> Iterator[MenuItem]:
    items = [_login_item(found, login, now, several=len(ordered) > 1, main=found is ordered[0]) for found in ordered]
    yield from items[:_LINES]
    if len(items) > _LINES:
        yield MenuItem("more-logins", text.LOG_IN, children=tuple(items[_LINES:]))
    if login is None:
        return
    if login.user_code is not None:
        yield MenuItem("user-code", text.user_code(login.user_code), enabled=False)
    if login.url is not None:
        yield MenuItem("sign-in-page", text.OPEN_PAGE, Do.OPEN_SIGN_IN_PAGE)


def _login_item(
    found: SignInStatus, login: LoginInProgress | None, now: datetime, *, several: bool, main: bool
) -> MenuItem:
    name = found.sign_in.name
    action: Command = login_for(found, now)
    label, key = text.LOG_IN, "login"
    if found.status is Status.SIGNING_IN:
        # Another key: a click that comes as the login ends must not begin the next one, nor end one just begun.
        label, key, action = text.CANCEL, "cancel", Do.CANCEL_LOGIN
    elif found.status in HOLDING:
        label = text.LOG_IN_AGAIN
    enabled = login is None or found.status is Status.SIGNING_IN
    return MenuItem(
        f"{key}:{name}", text.with_name(label, name, several=several), action, enabled=enabled, default=main
    )


def _portal_items(ordered: tuple[SignInStatus, ...]) -> Iterator[MenuItem]:
    with_portal = [found.sign_in.name for found in ordered if found.sign_in.kind is not Kind.CONSOLE]
    if len(with_portal) == 1:
        yield MenuItem("portal", text.PORTAL, OpenPortal(with_portal[0]))
    elif with_portal:
        children = tuple(MenuItem(name, text.short(name), OpenPortal(name)) for name in with_portal)
        yield MenuItem("portal", text.PORTAL, children=children)


def _snooze_menu(scene: Scene, now: datetime, local: LocalTime) -> Iterator[MenuItem]:
    if not scene.statuses:
        return
    until = scene.memory.snoozed_until
    on = until is not None and until > now
    yield MenuItem(
        "snooze",
        text.snoozed(until, now, local) if on and until is not None else text.SNOOZE,
        children=(
            *(MenuItem(f"minutes:{minutes}", label, Snooze(minutes)) for minutes, label in text.SNOOZE_CHOICES),
            MenuItem("tomorrow", text.UNTIL_TOMORROW, Do.SNOOZE_UNTIL_TOMORROW),
            *((MenuItem("off", text.SNOOZE_OFF, Do.END_SNOOZE),) if on else ()),
        ),
    )


def _log_out_menu(ordered: tuple[SignInStatus, ...]) -> Iterator[MenuItem]:
    """Offer to end each sign-in that has a token; one deeper in the menu, so that no stray click does it."""
    items = tuple(
        MenuItem(found.sign_in.name, text.short(found.sign_in.name), LogOut(found.sign_in.name))
        for found in ordered
        if found.token is not None and found.status is not Status.SIGNING_IN
    )
    if items:
        yield MenuItem("log-out", text_session.LOG_OUT, children=items)


def _length_menu(ordered: tuple[SignInStatus, ...], settings: Settings) -> Iterator[MenuItem]:
    """Let the person say how long a sign-in lasts, where no file says it (a legacy token says it itself)."""
    open_ended = (
        found
        for found in ordered
        if found.sign_in.kind is Kind.SSO_SESSION and (found.token is None or found.token.refreshable)
    )
    menus = {found.sign_in.name: _lengths(found, settings) for found in islice(open_ended, MOST_LENGTHS)}
    children = tuple(MenuItem(name, text.short(name), children=lengths) for name, lengths in menus.items())
    if len(menus) == 1:
        children = children[0].children
    if menus:
        yield MenuItem("session-length", text_session.SESSION_LENGTH, children=children)


def _lengths(found: SignInStatus, settings: Settings) -> tuple[MenuItem, ...]:
    name = found.sign_in.name
    chosen = settings.of(name).length_hours
    offered = sorted({*map(float, USUAL_HOURS), *(() if chosen is None else (chosen,))})
    labels = {None: text_session.unset_length(found.learned_length), **{h: text_session.length(h) for h in offered}}
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
        yield MenuItem("autostart", text.START_AT_LOGIN, Do.START_NO_MORE if on else Do.START_AT_LOGIN, checked=on)
