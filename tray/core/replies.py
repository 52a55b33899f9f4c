"""Notices that answer what a person just did."""

from __future__ import annotations

from datetime import datetime

from tray.core import text, text_new_session
from tray.core.command import LogIn, UseProfile, login_for
from tray.core.model import Problem, SignInStatus, Snapshot
from tray.core.session.status import followed
from tray.core.settings import Settings
from tray.core.text import LocalTime
from tray.core.view.values import Button, Notice, Slot


def answer(title: str, body: str) -> Notice:
    """Say something in return, with nothing to choose."""
    return Notice(Slot.ANSWER, title, body)


def status(
    statuses: tuple[SignInStatus, ...], snapshot: Snapshot, settings: Settings, now: datetime, local: LocalTime
) -> Notice:
    """Tell the status of every sign-in, the followed one in the title."""
    shown = followed(statuses, snapshot, settings)
    if shown is None:
        return answer(*next(iter(snapshot.problems), text.NO_SIGN_IN_PROBLEM))
    others = [text.spoken_line(found, now, local) for found in statuses if found is not shown]
    return answer(text.spoken_line(shown, now, local), "\n".join(others))


def failed_login(name: str, problem: Problem, found: SignInStatus | None, now: datetime) -> Notice | None:
    """
    Say why a login failed, and offer to try again.

    Args:
        name: Of the sign-in that was logged in to.
        problem: What the login said.
        found: What is true of the sign-in now; None where the config has it no more.
        now: The moment (UTC).

    Returns:
        None where it ended the session: that is told by itself.
    """
    if found is not None and found.unfinished is not None:
        return None
    if found is not None and found.holds and problem == text.LOGIN_CRASHED:
        problem = text_new_session.still_signed_in(problem)
    again = LogIn(name) if found is None else login_for(found, now)
    return Notice(Slot.ANSWER, problem.title, problem.hint, (Button(text.LOG_IN, again),), again)


def confirm_production(profile: str) -> Notice:
    """Ask before a production profile becomes the default; a click on the body is no consent."""
    sure = UseProfile(profile, confirmed=True)
    return Notice(Slot.ANSWER, *text.confirm_production(profile), (Button(text.SWITCH, sure),))
