"""The whole tray icon as plain values: rendered from what is true, and from nothing else (docs/contracts: Menu)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from tray.core import text
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
from tray.core.model import Kind, LoginInProgress, Problem, Settings, SignInStatus, Snapshot, Status
from tray.core.session.login_kind import login_for
from tray.core.session.memory import Memory
from tray.core.session.status import followed, icon_of, problems_of
from tray.core.text import LocalTime
from tray.core.view.profile_menu import console_menu, default_profile_menu
from tray.core.view.session_menu import length_menu, log_out_menu
from tray.core.view.values import MenuItem, View, separator

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
        MenuItem("set-up", text.SET_UP, SetUp()),
        *_autostart_item(scene.autostart),
        MenuItem("settings", text.SETTINGS, OpenSettings()),
        MenuItem("diagnose", text.DIAGNOSE, Diagnose()),
        MenuItem("about", text.ABOUT, ShowAbout()),
        MenuItem("quit", text.QUIT, Quit()),
    )
    theme = scene.panel if scene.settings.icon_theme == "auto" else scene.settings.icon_theme
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
        yield MenuItem("sign-in-page", text.OPEN_PAGE, OpenSignInPage())


def _login_item(
    found: SignInStatus, login: LoginInProgress | None, now: datetime, *, several: bool, main: bool
) -> MenuItem:
    name = found.sign_in.name
    action: Command = login_for(found, now)
    label, key = text.LOG_IN, "login"
    if found.status is Status.SIGNING_IN:
        # Another key: a click that comes as the login ends must not begin the next one, nor end one just begun.
        label, key, action = text.CANCEL, "cancel", CancelLogin()
    elif found.status in {Status.SIGNED_IN, Status.ENDING, Status.RENEWABLE}:
        label = text.LOG_IN_AGAIN
    enabled = login is None or found.status is Status.SIGNING_IN
    return MenuItem(
        f"{key}:{name}", text.with_name(label, name, several=several), action, enabled=enabled, default=main
    )


def _portal_items(ordered: tuple[SignInStatus, ...]) -> Iterator[MenuItem]:
    with_portal = [found.sign_in.name for found in ordered if found.sign_in.kind is not Kind.CONSOLE]
    if not with_portal:
        return
    if len(with_portal) == 1:
        yield MenuItem("portal", text.PORTAL, OpenPortal(with_portal[0]))
        return
    yield MenuItem(
        "portal",
        text.PORTAL,
        children=tuple(MenuItem(name, text.short(name), OpenPortal(name)) for name in with_portal),
    )


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
            MenuItem("tomorrow", text.UNTIL_TOMORROW, Snooze(None)),
            *((MenuItem("off", text.SNOOZE_OFF, Snooze(0)),) if on else ()),
        ),
    )


def _autostart_item(autostart: Autostart | None) -> Iterator[MenuItem]:
    """Offer to start at login or not; a click on one that is broken repairs it."""
    if autostart is not None:
        on = autostart.standing == "on"  # The module of `Standing` is not needed before the icon is up.
        yield MenuItem("autostart", text.START_AT_LOGIN, StartNoMore() if on else StartAtLogin(), checked=on)
