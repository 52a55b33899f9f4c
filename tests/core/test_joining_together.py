"""Sign-ins of one portal join each other's session, and what a joined session teaches."""

from __future__ import annotations

import pytest
from support.build import sign_in
from support.looks import EIGHT_HOURS, WHOEVER, Desk, LogsIn, held, legacy, minute, minutes_of, signed_in_at_zero

from tray.core.dataclass import replace
from tray.core.model import Kind
from tray.core.session.history import EndedBy
from tray.core.settings import Settings, SignInSettings
from tray.core.words import status as status_words

SET_TO_EIGHT = Settings(sign_ins={"corp": SignInSettings(length_hours=8)})
TWO = (sign_in("corp"), sign_in("data"))


@WHOEVER
def test_a_login_joins_the_session_of_another_sign_in_of_the_portal(logs_in: LogsIn) -> None:
    desk = signed_in_at_zero(sign_ins=TWO, settings=SET_TO_EIGHT)
    logs_in(desk, 100, held(100, "b"), "data")

    assert (desk.began("data"), desk.history("data").joined, desk.history("data").doubtful) == (0, True, False)
    assert desk.status(101, "data").deadline == desk.status(101).deadline


@WHOEVER
def test_a_logout_of_one_sign_in_ends_what_a_login_to_the_other_would_have_joined(logs_in: LogsIn) -> None:
    desk = signed_in_at_zero(sign_ins=TWO, settings=SET_TO_EIGHT)
    desk.look(99)
    desk.log_out(99)
    logs_in(desk, 100, held(100, "b"), "data")

    assert desk.began("data") == 100


@WHOEVER
@pytest.mark.parametrize(
    ("other", "settings"),
    [
        pytest.param(replace(sign_in("data"), region="us-east-1"), SET_TO_EIGHT, id="another region"),
        pytest.param(sign_in("data", start_url="https://d-9.awsapps.com/start"), SET_TO_EIGHT, id="another portal"),
        pytest.param(
            sign_in("data"),
            replace(SET_TO_EIGHT, sign_ins={"data": SignInSettings(length_hours=8, browser="chromium %s")}),
            id="another browser",
        ),
    ],
)
def test_a_login_joins_nothing_of_another_portal_or_browser(logs_in: LogsIn, other: object, settings: Settings) -> None:
    desk = signed_in_at_zero(sign_ins=(sign_in("corp"), other), settings=settings)
    logs_in(desk, 100, held(100, "b"), "data")

    assert desk.began("data") == 100


@WHOEVER
def test_a_token_that_cannot_be_renewed_ends_with_the_session_that_its_login_joined(logs_in: LogsIn) -> None:
    desk = signed_in_at_zero(sign_ins=TWO, settings=SET_TO_EIGHT)
    logs_in(desk, 240, legacy(240, "b"), "data")
    status = desk.status(241, "data")

    assert status.deadline is not None
    assert (status.deadline.at, status.deadline.estimated) == (minute(480), True)
    assert "until about 20:00" in status_words.status_words(status, minute(241), lambda at: at)


@WHOEVER
def test_a_login_inherits_the_end_of_a_joined_token_that_could_not_be_renewed(logs_in: LogsIn) -> None:
    desk = Desk()
    desk.look(-1)
    logs_in(desk, 0, legacy(0))
    assert desk.status(1).deadline is not None
    assert not desk.status(1).deadline.estimated
    logs_in(desk, 240, legacy(240, "b"))
    logs_in(desk, 300, legacy(300, "c"))
    status = desk.status(301)

    assert minutes_of(desk.history().ends_by) == 480
    assert status.deadline is not None
    assert (status.deadline.at, status.deadline.estimated) == (minute(480), True)

    logs_in(desk, 483, legacy(483, "d"))
    assert (desk.history().ends_by, desk.began()) == (None, 483)


@WHOEVER
def test_sign_ins_by_aws_login_share_nothing(logs_in: LogsIn) -> None:
    two = tuple(sign_in(name, Kind.CONSOLE, "") for name in ("corp", "data"))
    desk = Desk(two, SET_TO_EIGHT)
    desk.look(-1)
    logs_in(desk, 0, held(0))
    logs_in(desk, 100, held(100, "b"), "data")

    assert desk.began("data") == 100


# What sessions lasted.


@pytest.mark.parametrize(
    ("by", "spans"),
    [(EndedBy.INVALID_GRANT, EIGHT_HOURS), (EndedBy.REFUSED, ()), (EndedBy.PORTAL, EIGHT_HOURS), (EndedBy.SHARED, ())],
)
def test_only_a_session_that_aws_said_is_over_teaches_how_long_they_last(by: EndedBy, spans: object) -> None:
    desk = signed_in_at_zero()
    for at in range(50, 451, 50):
        desk.renew(at, held(at, f"t{at}"))
        desk.look(at)
    desk.end(481, by)
    desk.log_in(510, held(510, "z"))

    assert desk.look(510).spans == spans
    deadline = desk.status(511).deadline
    assert (None if deadline is None else minutes_of(deadline.at)) == (990 if spans else None)


def test_what_a_session_lasted_that_was_joined_in_doubt_confirms_nothing() -> None:
    desk = signed_in_at_zero()
    desk.log_in(50, held(50, "b"))
    for at in range(100, 451, 50):
        desk.renew(at, held(at, f"t{at}"))
    desk.end(481)
    desk.log_out(500)

    (span,) = desk.look(501).spans
    assert span.times == 0
