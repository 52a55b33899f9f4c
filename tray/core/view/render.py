"""The whole tray icon as plain values: rendered from what is true, and from nothing else (docs/contracts: Menu)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from tray.core.command import Command, Do, LogOut, OpenPortal, SetSessionLength, Snooze, login_for
from tray.core.dataclass import dataclass, field, replace
from tray.core.message import LONGEST, Message, short, wrapped
from tray.core.model import HOLDING, Kind, LoginInProgress, SignInStatus, Snapshot, Status
from tray.core.session.length import USUAL_HOURS
from tray.core.session.memory import Memory
from tray.core.session.status import NEEDS_LOGIN, followed, icon_of, is_not_set_up, problems_of
from tray.core.settings import Settings, Theme
from tray.core.view.profile_menu import console_menu, default_profile_menu
from tray.core.view.values import MenuItem, View, separator
from tray.core.words import menu as menu_words
from tray.core.words import names
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
    labels = names.labels([found.sign_in for found in ordered])
    alone = ordered[0] if len(ordered) == 1 else None
    deeds = (
        *(
            _needed_logins(ordered, scene.login, now, labels)
            if alone is None
            else (_login_item(alone, scene.login, now, main=True),)
        ),
        *_page_items(scene.login),
        *(_portal_item(alone) if alone else ()),
        *default_profile_menu(scene.snapshot, scene.settings, scene.memory.recent_profiles, labels),
        *console_menu(scene.snapshot, scene.memory.recent_profiles, labels),
        *(_log_out_menu(alone, labels) if alone else ()),
        *_snooze_menu(scene, now, local),
        *(_length_menu(alone, scene.settings) if alone else ()),
    )
    menu = (
        *_status_lines(ordered, scene, labels, now, local),
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
    ordered: tuple[SignInStatus, ...], scene: Scene, labels: Mapping[str, str], now: datetime, local: LocalTime
) -> Iterator[MenuItem]:
    """
    Tell of each sign-in in a line: of the only one with what a left click does, of several with what each offers.

    The first line is there for hosts that give us no left click: a click on it does the same.
    """
    if is_not_set_up(scene.snapshot):
        nothing = status_words.no_sign_ins(scene.snapshot)
        yield MenuItem("no-sign-ins", short(nothing.title), Do.ACTIVATE, default=True)
        if scene.snapshot.without_sign_in is None:
            yield MenuItem("no-sign-ins-hint", nothing.hint, enabled=False)
        else:
            for number, line in enumerate(wrapped(nothing.hint)):
                yield MenuItem(f"no-sign-ins-hint:{number}", line, enabled=False)
    with_length = {found.sign_in.name for found in islice(filter(_has_open_end, ordered), MOST_LENGTHS)}
    several = len(ordered) > 1
    lines = []
    for found in ordered:
        name = found.sign_in.name
        label = status_words.status_line(found, now, local, labels[name])
        if several:
            inside = _own_items(found, scene, now, with_length=name in with_length)
            lines.append(MenuItem(f"status:{name}", label, children=inside))
        else:
            lines.append(MenuItem(f"status:{name}", label, Do.ACTIVATE))
    yield from lines[:_LINES]
    if len(lines) > _LINES:
        yield MenuItem("more-sign-ins", menu_words.MORE_SIGN_INS(), children=tuple(lines[_LINES:]))


def _own_items(found: SignInStatus, scene: Scene, now: datetime, *, with_length: bool) -> tuple[MenuItem, ...]:
    """Give what one of several sign-ins offers."""
    return (
        _login_item(found, scene.login, now),
        *_portal_item(found),
        *_log_out_item(found),
        *(_length_menu(found, scene.settings) if with_length else ()),
    )


def _problem_lines(problems: tuple[Message, ...]) -> Iterator[MenuItem]:
    """Tell of each problem in one line; inside, what to do, after the whole of a line that had to be shortened."""
    for problem in problems:
        label = f"! {problem.title}"
        told = [*(wrapped(problem.title) if len(label) > LONGEST else ()), *wrapped(problem.hint)]
        inside = (MenuItem(f"hint:{number}", line, enabled=False) for number, line in enumerate(told))
        label = label if len(label) <= LONGEST else short(re.sub(_FOLDERS, "…/", label))
        yield MenuItem(f"problem:{problem.title}", label, children=tuple(inside))


def _needed_logins(
    ordered: tuple[SignInStatus, ...], login: LoginInProgress | None, now: datetime, labels: Mapping[str, str]
) -> Iterator[MenuItem]:
    """Offer the logins that are needed, and to cancel the one that runs; the others are with their sign-ins."""
    items = [
        _login_item(found, login, now, labels[found.sign_in.name], main=found is ordered[0])
        for found in ordered
        if found.status in NEEDS_LOGIN or found.status is Status.SIGNING_IN
    ]
    yield from items[:_LINES]
    if len(items) > _LINES:
        yield MenuItem("more-logins", menu_words.LOG_IN(), children=tuple(items[_LINES:]))


def _page_items(login: LoginInProgress | None) -> Iterator[MenuItem]:
    if login is None:
        return
    if login.user_code is not None:
        yield MenuItem("user-code", menu_words.USER_CODE(code=login.user_code), enabled=False)
        if login.url is not None:  # Whoever reads it from the screen types it elsewhere, and the code there.
            address = login.url.partition("?")[0].removeprefix("https://")
            for number, line in enumerate(wrapped(menu_words.ANY_DEVICE(address=address))):
                yield MenuItem(f"any-device:{number}", line, enabled=False)
    if login.url is not None:
        yield MenuItem("sign-in-page", menu_words.OPEN_PAGE(), Do.OPEN_SIGN_IN_PAGE)
        yield MenuItem("copy-address", menu_words.COPY_ADDRESS(), Do.COPY_SIGN_IN_ADDRESS)


def _login_item(
    found: SignInStatus, login: LoginInProgress | None, now: datetime, named: str | None = None, *, main: bool = False
) -> MenuItem:
    action: Command = login_for(found, now)
    label, to, key = menu_words.LOG_IN, menu_words.LOG_IN_TO, "login"
    if found.status is Status.SIGNING_IN:
        # Another key: a click that comes as the login ends must not begin the next one, nor end one just begun.
        label, to, key, action = menu_words.CANCEL, menu_words.CANCEL_TO, "cancel", Do.CANCEL_LOGIN
    elif found.status in HOLDING:
        label, to = menu_words.LOG_IN_AGAIN, menu_words.LOG_IN_AGAIN_TO
    enabled = login is None or found.status is Status.SIGNING_IN
    key = f"{key}:{found.sign_in.name}"
    return MenuItem(key, label() if named is None else to(name=named), action, enabled=enabled, default=main)


def _portal_item(found: SignInStatus) -> Iterator[MenuItem]:
    if found.sign_in.kind is not Kind.CONSOLE:
        yield MenuItem("portal", menu_words.PORTAL(), OpenPortal(found.sign_in.name))


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


def _log_out_menu(found: SignInStatus, labels: Mapping[str, str]) -> Iterator[MenuItem]:
    """Offer to end the only sign-in; one deeper in the menu, so that no stray click does it."""
    for item in _log_out_item(found):
        name = found.sign_in.name
        yield replace(item, command=None, children=(MenuItem(name, short(labels[name]), item.command),))


def _log_out_item(found: SignInStatus) -> Iterator[MenuItem]:
    """Offer to end a sign-in that has a token."""
    if found.token is not None and found.status is not Status.SIGNING_IN:
        yield MenuItem("log-out", menu_words.LOG_OUT(), LogOut(found.sign_in.name))


def _has_open_end(found: SignInStatus) -> bool:
    """Tell whether no file says how long a sign-in lasts (a legacy token says it itself)."""
    return found.sign_in.kind is Kind.SSO_SESSION and (found.token is None or found.token.refreshable)


def _length_menu(found: SignInStatus, settings: Settings) -> Iterator[MenuItem]:
    """Let the person say how long a sign-in lasts, where no file says it."""
    if _has_open_end(found):
        if settings.decides_length(found.sign_in.name):
            yield MenuItem("session-length", menu_words.SESSION_LENGTH(), enabled=False)
        else:
            yield MenuItem("session-length", menu_words.SESSION_LENGTH(), children=_lengths(found, settings))


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
