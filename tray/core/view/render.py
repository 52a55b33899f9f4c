"""The whole tray icon as plain values: rendered from what is true, and from nothing else (docs/contracts: Menu)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from tray.core.command import (
    CancelLogin,
    Command,
    Diagnose,
    OpenPortal,
    OpenSettings,
    OpenSignInPage,
    Quit,
    SetUp,
    ShowAbout,
    Snooze,
    StartAtLogin,
    StartNoMore,
)
from tray.core.dataclass import dataclass, field
from tray.core.message import Message, short
from tray.core.model import Kind, LoginInProgress, Settings, SignInStatus, Snapshot, Status
from tray.core.session.login_kind import login_for
from tray.core.session.memory import Memory
from tray.core.session.status import followed, icon_of, problems_of
from tray.core.view.profile_menu import console_menu, default_profile_menu
from tray.core.view.session_menu import length_menu, log_out_menu
from tray.core.view.values import MenuItem, View, separator
from tray.core.words import menu as menu_words
from tray.core.words import status as status_words
from tray.core.words.times import LocalTime, clock

if TYPE_CHECKING:
    from tray.core.autostart import Autostart

_LINES = 6
"""Sign-ins that get a line of their own; the others go into a submenu, so that the menu stays a menu."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that the view is a function of, but the moment."""

    snapshot: Snapshot
    statuses: tuple[SignInStatus, ...]
    settings: Settings
    memory: Memory = field(default_factory=Memory)
    login: LoginInProgress | None = None
    panel: str = "colour"
    """The theme of the system's panel, where the system tells (see `View.theme`)."""

    autostart: Autostart | None = None
    """Whether this program starts at login; None while that is not known, or where it is not offered."""


def render(scene: Scene, now: datetime, local: LocalTime) -> View:
    """
    Render the icon, the tooltip and the menu.

    Args:
        scene: What is true.
        now: The moment (UTC).
        local: Turns a moment into local time.
    """
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
        *log_out_menu(ordered),
        *_snooze_menu(scene, now, local),
        *length_menu(ordered, scene.settings),
        separator("before-program"),
        MenuItem("set-up", menu_words.SET_UP(), SetUp()),
        *_autostart_item(scene.autostart),
        MenuItem("settings", menu_words.SETTINGS(), OpenSettings()),
        MenuItem("diagnose", menu_words.DIAGNOSE(), Diagnose()),
        MenuItem("about", menu_words.ABOUT(), ShowAbout()),
        MenuItem("quit", menu_words.QUIT(), Quit()),
    )
    theme = scene.panel if scene.settings.icon_theme == "auto" else scene.settings.icon_theme
    return View(icon, status_words.tooltip(shown, icon, now, local), menu, theme)


def _followed_first(statuses: tuple[SignInStatus, ...], shown: SignInStatus | None) -> tuple[SignInStatus, ...]:
    if shown is None:
        return statuses
    return (shown, *(found for found in statuses if found is not shown))


def _status_lines(
    ordered: tuple[SignInStatus, ...], snapshot: Snapshot, now: datetime, local: LocalTime
) -> Iterator[MenuItem]:
    if not ordered and status_words.NOT_READ_YET() not in snapshot.problems:
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
    for problem in problems:
        key = f"problem:{problem.title}"
        yield MenuItem(key, f"! {problem.title}", children=(MenuItem("hint", problem.hint, enabled=False),))


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
        yield MenuItem("sign-in-page", menu_words.OPEN_PAGE(), OpenSignInPage())


def _login_item(
    found: SignInStatus, login: LoginInProgress | None, now: datetime, *, several: bool, main: bool
) -> MenuItem:
    name = found.sign_in.name
    action: Command = login_for(found, now)
    label, to, key = menu_words.LOG_IN, menu_words.LOG_IN_TO, "login"
    if found.status is Status.SIGNING_IN:
        # Another key: a click that comes as the login ends must not begin the next one, nor end one just begun.
        label, to, key, action = menu_words.CANCEL, menu_words.CANCEL_TO, "cancel", CancelLogin()
    elif found.status in {Status.SIGNED_IN, Status.ENDING, Status.RENEWABLE}:
        label, to = menu_words.LOG_IN_AGAIN, menu_words.LOG_IN_AGAIN_TO
    enabled = login is None or found.status is Status.SIGNING_IN
    return MenuItem(f"{key}:{name}", to(name=name) if several else label(), action, enabled=enabled, default=main)


def _portal_items(ordered: tuple[SignInStatus, ...]) -> Iterator[MenuItem]:
    with_portal = [found.sign_in.name for found in ordered if found.sign_in.kind is not Kind.CONSOLE]
    if not with_portal:
        return
    if len(with_portal) == 1:
        yield MenuItem("portal", menu_words.PORTAL(), OpenPortal(with_portal[0]))
        return
    yield MenuItem(
        "portal",
        menu_words.PORTAL(),
        children=tuple(MenuItem(name, short(name), OpenPortal(name)) for name in with_portal),
    )


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
            MenuItem("tomorrow", menu_words.UNTIL_TOMORROW(), Snooze(None)),
            *((MenuItem("off", menu_words.SNOOZE_OFF(), Snooze(0)),) if on else ()),
        ),
    )


def _autostart_item(autostart: Autostart | None) -> Iterator[MenuItem]:
    """Offer to start at login or not; a click on one that is broken repairs it."""
    if autostart is not None:
        on = autostart.standing == "on"  # The module of `Standing` is not needed before the icon is up.
        yield MenuItem("autostart", menu_words.START_AT_LOGIN(), StartNoMore() if on else StartAtLogin(), checked=on)
