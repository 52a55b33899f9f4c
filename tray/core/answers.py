"""
Answers: what is said to a person who just asked for something. Each lives for a while, and goes as soon as it is no
longer true (docs/contracts: Notices).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from tray.core.command import CopyAddress, Do, LogIn, OpenPortal, UseProfile, login_for
from tray.core.dataclass import dataclass, replace
from tray.core.message import Message
from tray.core.model import HOLDING, Kind, LoginInProgress, SignInStatus, Snapshot
from tray.core.session.status import followed, is_not_set_up
from tray.core.settings import Settings
from tray.core.view.values import Button, Notice, Slot
from tray.core.words import login as login_words
from tray.core.words import menu as menu_words
from tray.core.words import notices as notices_words
from tray.core.words import status as status_words
from tray.core.words.times import LocalTime

LIFE = timedelta(minutes=10)
"""How long an answer is kept: one that is found in a list of the desktop hours later would surprise."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What answers are held against."""

    snapshot: Snapshot
    statuses: tuple[SignInStatus, ...]
    settings: Settings
    login: LoginInProgress | None
    now: datetime
    local: LocalTime


@dataclass(frozen=True, slots=True)
class Answer:
    """A notice that answers, and what it rests on."""

    notice: Notice
    holds: Callable[[Facts], bool]
    """Whether it is still true. Where it is not, it is taken back."""


def plain(said: Message) -> Answer:
    """Say something in return, with nothing to choose, that stays as true as it is."""
    return Answer(Notice(Slot.ANSWER, said.title, said.hint), _always)


def unopened(said: Message, address: str) -> Answer:
    """Say that a page could not be opened; its address is not shown, but can be copied."""
    button = Button(menu_words.COPY_ADDRESS(), CopyAddress(address))
    return Answer(Notice(Slot.ANSWER, said.title, said.hint, (button,)), _always)


def unopened_login(login: LoginInProgress, address: str, by_code: LogIn | None) -> Answer:
    """
    Say that the page of a login could not be opened; true while that login waits for it.

    Args:
        login: Where it has a code, the page may be opened on any device.
        address: Of the page.
        by_code: What would log in with a code instead; None where that is no way on.
    """
    said = notices_words.NO_BROWSER()
    buttons = [Button(menu_words.COPY_ADDRESS(), CopyAddress(address))]
    if login.user_code is not None:
        said = notices_words.NO_BROWSER_FOR_CODE()
    elif by_code is not None:
        said = notices_words.NO_BROWSER_BUT_A_CODE()
        buttons.append(Button(notices_words.USE_A_CODE(), by_code))
    notice = Notice(Slot.ANSWER, said.title, said.hint, tuple(buttons))
    return Answer(notice, lambda later: later.login is not None and later.login.url == address)


def status(facts: Facts) -> Answer:
    """Tell the status of every sign-in, the followed one in the title; true until anything in it changes."""
    told = _status(facts)
    return Answer(told, lambda later: _status(later) == told)


def offered(facts: Facts) -> Answer:
    """Tell the status, with what one does most as buttons, where a panel shows no menu; true until that changes."""
    told = _offered(facts)
    return Answer(told, lambda later: _offered(later) == told)


def busy(name: str, login: LoginInProgress) -> Answer:
    """Say that a login runs already; true while it does."""
    said = plain(notices_words.BUSY(name=name))
    return Answer(said.notice, lambda later: later.login is not None and later.login.sign_in == login.sign_in)


def failed_login(name: str, problem: Message, found: SignInStatus | None, now: datetime) -> Answer | None:
    """
    Say why a login failed, and offer to try again; None where it ended the session, as another notice tells that.

    `found` is None where the config has the sign-in no more. The offer is open until the sign-in's status changes: by
    a login that begins, or one that succeeded elsewhere.
    """
    if found is not None and found.unfinished is not None:
        return None
    if found is not None and found.holds and problem == notices_words.LOGIN_CRASHED():
        problem = login_words.STILL_SIGNED_IN(what=problem.happened)
    again = LogIn(name) if found is None else login_for(found, now)
    notice = Notice(Slot.ANSWER, problem.title, problem.hint, (Button(menu_words.LOG_IN(), again),), again)
    before = None if found is None else found.status

    def still_fails(later: Facts) -> bool:
        return next((each.status for each in later.statuses if each.sign_in.name == name), None) == before

    return Answer(notice, still_fails)


def confirm_production(profile: str) -> Answer:
    """Ask before a production profile becomes the default; a click on the body is no consent, and silence is none."""
    asked = notices_words.CONFIRM_PRODUCTION(profile=profile)
    buttons = (
        Button(notices_words.SWITCH(), UseProfile(profile, confirmed=True)),
        Button(notices_words.KEEP(), Do.KEEP),
    )
    notice = Notice(Slot.ANSWER, asked.title, asked.hint, buttons, stays=True)

    def may_be_switched_to(later: Facts) -> bool:
        return profile in later.snapshot.profiles_by_name and later.snapshot.default_profile != profile

    return Answer(notice, may_be_switched_to)


def switched(said: Message, profile: str, *, undoable: bool) -> Answer:
    """Tell that the default profile was switched, with a way back; true while it is the default one."""
    buttons = (Button(notices_words.UNDO(), Do.UNDO_SWITCH),) if undoable else ()
    notice = Notice(Slot.ANSWER, said.title, said.hint, buttons)
    return Answer(notice, lambda later: later.snapshot.default_profile == profile)


def _offered(facts: Facts) -> Notice:
    shown = followed(facts.statuses, facts.snapshot, facts.settings)
    if facts.login is not None:
        buttons = [Button(menu_words.CANCEL(), Do.CANCEL_LOGIN)]
    elif shown is None:
        unknown = facts.snapshot.config_unreadable
        buttons = [Button(menu_words.DIAGNOSE(), Do.DIAGNOSE) if unknown else Button(menu_words.SET_UP(), Do.SET_UP)]
    else:
        label = menu_words.LOG_IN_AGAIN if shown.status in HOLDING else menu_words.LOG_IN
        buttons = [Button(label(), login_for(shown, facts.now))]
    if shown is not None and shown.sign_in.kind is not Kind.CONSOLE:
        buttons.append(Button(menu_words.PORTAL(), OpenPortal(shown.sign_in.name)))
    buttons.append(Button(menu_words.QUIT(), Do.QUIT))  # GNOME shows three at most.
    return replace(_status(facts), buttons=tuple(buttons))


def _always(_later: Facts) -> bool:
    return True


def _status(facts: Facts) -> Notice:
    shown = followed(facts.statuses, facts.snapshot, facts.settings)
    if is_not_set_up(facts.snapshot):
        said = status_words.no_sign_ins(facts.snapshot)
        buttons = (Button(notices_words.SET_UP(), Do.SET_UP),)
        return Notice(Slot.ANSWER, said.title, said.hint, buttons, Do.SET_UP)
    if shown is None:
        said = next(iter(facts.snapshot.problems), status_words.no_sign_ins(facts.snapshot))
    else:
        others = [found for found in facts.statuses if found is not shown]
        lines = [status_words.spoken_line(found, facts.now, facts.local) for found in (shown, *others)]
        said = Message(lines[0], "\n".join(lines[1:]))
    return Notice(Slot.ANSWER, said.title, said.hint)
