"""Notices that answer what a person just did."""

from __future__ import annotations

from datetime import datetime

from tray.core.command import LogIn, UseProfile
from tray.core.message import Message
from tray.core.model import Settings, SignInStatus, Snapshot
from tray.core.session.login_kind import login_for
from tray.core.session.status import followed
from tray.core.view.values import Button, Notice, Slot
from tray.core.words import login as login_words
from tray.core.words import menu as menu_words
from tray.core.words import notices as notices_words
from tray.core.words import status as status_words
from tray.core.words.times import LocalTime


def answer(said: Message) -> Notice:
    """Say something in return, with nothing to choose."""
    return Notice(Slot.ANSWER, said.title, said.hint)


def status(
    statuses: tuple[SignInStatus, ...], snapshot: Snapshot, settings: Settings, now: datetime, local: LocalTime
) -> Notice:
    """Tell the status of every sign-in, the followed one in the title."""
    shown = followed(statuses, snapshot, settings)
    if shown is None:
        return answer(next(iter(snapshot.problems), status_words.NO_SIGN_INS()))
    others = [status_words.spoken_line(found, now, local) for found in statuses if found is not shown]
    return answer(Message(status_words.spoken_line(shown, now, local), "\n".join(others)))


def failed_login(name: str, problem: Message, found: SignInStatus | None, now: datetime) -> Notice | None:
    """
    Say why a login failed, and offer to try again.

    Args:
        name: Of the sign-in that was logged in to.
        problem: What the login said.
        found: What is true of the sign-in now; None where the config has it no more.
        now: The present moment (UTC).

    Returns:
        None where it ended the session: that is told by itself.
    """
    if found is not None and found.unfinished is not None:
        return None
    if found is not None and found.holds and problem == notices_words.LOGIN_CRASHED():
        problem = login_words.STILL_SIGNED_IN(what=problem.happened)
    again = LogIn(name) if found is None else login_for(found, now)
    return Notice(Slot.ANSWER, problem.title, problem.hint, (Button(menu_words.LOG_IN(), again),), again)


def confirm_production(profile: str) -> Notice:
    """Ask before a production profile becomes the default; a click on the body is no consent."""
    sure = UseProfile(profile, confirmed=True)
    asked = notices_words.CONFIRM_PRODUCTION(profile=profile)
    return Notice(Slot.ANSWER, asked.title, asked.hint, (Button(notices_words.SWITCH(), sure),))
