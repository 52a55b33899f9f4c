"""Which kind of login is meant: to make sure, or for a new session (docs/contracts: Notices)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.build import NOW, sign_in

from tray.core.command import LogIn, login_after_reminder, login_for
from tray.core.model import Deadline, DeadlineSource, Kind, SignInStatus, Status

MAKE_SURE = LogIn("corp")
NEW = LogIn("corp", new=True)
NEW_IF_MEANT = LogIn("corp", new=True, ask=True)

HOLDS = (Status.SIGNED_IN, Status.ENDING, Status.RENEWABLE)
REST = (Status.SIGNED_OUT, Status.EXPIRED, Status.UNREADABLE, Status.SIGNING_IN)


def found(
    status: Status, minutes: float | None = None, kind: Kind = Kind.SSO_SESSION, *, guessed: bool = False
) -> SignInStatus:
    source = DeadlineSource.LEARNED if guessed else DeadlineSource.TOKEN
    deadline = None if minutes is None else Deadline(NOW + timedelta(minutes=minutes), source)
    return SignInStatus(sign_in(kind=kind), status, deadline=deadline)


@pytest.mark.parametrize("kind", [Kind.SSO_SESSION, Kind.LEGACY])
@pytest.mark.parametrize("guessed", [False, True])
@pytest.mark.parametrize("status", HOLDS)
@pytest.mark.parametrize(
    ("minutes", "login"),
    [
        (None, NEW_IF_MEANT),
        (480, NEW_IF_MEANT),
        (60.1, NEW_IF_MEANT),
        (60, NEW),
        (15, NEW),
        (0, NEW),
        (-5, NEW),
    ],
)
def test_while_a_session_holds_a_new_one_is_meant_and_asked_about_where_much_is_left_or_nobody_knows(
    kind: Kind, guessed: bool, status: Status, minutes: float | None, login: LogIn
) -> None:
    assert login_for(found(status, minutes, kind, guessed=guessed), NOW) == login


@pytest.mark.parametrize("status", REST)
@pytest.mark.parametrize("minutes", [None, 480, 15])
def test_where_none_holds_a_login_makes_sure(status: Status, minutes: float | None) -> None:
    assert login_for(found(status, minutes), NOW) == MAKE_SURE


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("minutes", [None, 480, 15])
def test_aws_login_is_what_it_is(status: Status, minutes: float | None) -> None:
    of_console = found(status, minutes, Kind.CONSOLE)
    assert login_for(of_console, NOW) == MAKE_SURE
    assert login_after_reminder(of_console, ask=True) == MAKE_SURE
    assert login_after_reminder(of_console, ask=False) == MAKE_SURE


@pytest.mark.parametrize("minutes", [None, 300, 15])
def test_a_reminders_button_means_a_new_session_and_a_click_on_its_body_asks_first(minutes: float | None) -> None:
    reminded = found(Status.ENDING, minutes)
    assert login_after_reminder(reminded, ask=False) == NEW
    assert login_after_reminder(reminded, ask=True) == NEW_IF_MEANT


def test_every_status_is_spoken_of_here() -> None:
    assert {*HOLDS, *REST, Status.NO_CONFIG} == set(Status)
