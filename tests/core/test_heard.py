"""What our commands hear: each outcome, its revision, and what it means for those that share the session."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.looks import EIGHT_HOURS, Desk, held, legacy, minute, minutes_of, signed_in_at_zero

from tray.core.dataclass import replace
from tray.core.model import Status, Token
from tray.core.session.heard import Ended, Heard, LoggedOut, PageShown, Proven, Renewed, SignedIn
from tray.core.session.history import End, EndedBy, History, Span, Trouble

A, B = held(0), held(50, "b")
EVENTS = [
    SignedIn(A, B),
    Renewed(A, B),
    Proven(A),
    Ended(A, EndedBy.INVALID_GRANT),
    LoggedOut(A, told=True),
    PageShown(A),
]


@pytest.mark.parametrize("heard", EVENTS, ids=lambda heard: type(heard).__name__)
def test_each_outcome_is_the_next_revision_by_the_clock_that_wrote_it(heard: Heard) -> None:
    desk = signed_in_at_zero()
    before = desk.history().revision
    written = desk.hear(50, heard, skew=-3.5)

    assert (written.revision, written.recorded_at, written.skew) == (before + 1, minute(50), -3.5)


def test_without_an_answer_of_aws_the_clock_is_as_it_was() -> None:
    desk = signed_in_at_zero()
    desk.prove(10, skew=2.0)

    assert desk.give_up(11).skew == 2.0


def test_a_login_begins_a_session_and_leaves_the_token_alone_for_a_while() -> None:
    desk = Desk()
    known = desk.log_in(0, held(0))

    assert (known.began_at, known.held_at, known.number, known.ended) == (minute(0), minute(0), 1, None)
    assert known.pause_until == minute(1)


def test_a_login_ends_trouble_and_what_was_given_up_before() -> None:
    desk = signed_in_at_zero()
    desk.give_up(10)
    troubled = replace(desk.records["corp"], trouble=Trouble(minute(11), "No network"))
    desk.records["corp"] = replace(troubled, revision=troubled.revision + 1)
    known = desk.log_in(20, held(20, "b"))

    assert (known.trouble, known.page_shown_at) == (None, None)


@pytest.mark.parametrize(("refresh", "rotates"), [("ra", False), ("rb", True)])
def test_a_renewal_keeps_the_beginning_and_tells_whether_refresh_tokens_rotate(refresh: str, rotates: bool) -> None:
    desk = signed_in_at_zero()
    known = desk.renew(50, held(50, "b", refresh))

    assert (known.began_at, known.held_at, known.rotates) == (minute(0), minute(50), rotates)
    assert (known.doubtful, known.joined, known.number) == (False, False, 1)
    assert known.pause_until == minute(51)


def test_the_pause_after_a_short_token_is_shorter() -> None:
    assert signed_in_at_zero().renew(50, held(50, "b", life=0.5)).pause_until == minute(50 + 0.5 / 3)


def test_a_proof_ends_trouble_and_doubt_about_the_session() -> None:
    desk = signed_in_at_zero()
    known = replace(desk.records["corp"], questioned_at=minute(5), trouble=Trouble(minute(6), "No network"))
    desk.records["corp"] = replace(known, revision=known.revision + 1)
    after = desk.prove(10)

    assert (after.held_at, after.questioned, after.trouble, after.token) == (minute(10), False, None, A)


def test_a_proof_heals_what_the_portal_said_before() -> None:
    desk = signed_in_at_zero()
    desk.end(10, EndedBy.PORTAL)
    desk.prove(11)
    desk.look(11)

    assert desk.status(11).status is Status.SIGNED_IN


@pytest.mark.parametrize("by", [EndedBy.INVALID_GRANT, EndedBy.REFUSED, EndedBy.SHARED])
def test_a_proof_heals_no_end_that_a_renewal_told_since_an_access_token_may_outlive_its_session(by: EndedBy) -> None:
    desk = signed_in_at_zero()
    desk.end(10, by, "why")
    known = desk.prove(11)
    desk.look(11)

    assert (known.over, known.held_at) == (True, minute(0))
    assert desk.status(11).status is Status.EXPIRED


@pytest.mark.parametrize("by", [EndedBy.INVALID_GRANT, EndedBy.REFUSED, EndedBy.SHARED, EndedBy.PORTAL])
def test_a_renewal_heals_every_end(by: EndedBy) -> None:
    desk = signed_in_at_zero()
    desk.end(10, by)
    known = desk.renew(11, held(11, "b"))

    assert (known.over, known.ended, known.held_at) == (False, None, minute(11))


@pytest.mark.parametrize("token", [legacy(0), held(0, client=-80)], ids=["legacy", "registration over"])
def test_of_a_token_that_cannot_be_renewed_a_proof_is_all_that_there_is(token: Token) -> None:
    desk = Desk()
    desk.log_in(0, token)
    desk.end(10, EndedBy.SHARED)

    assert not desk.prove(11).over


@pytest.mark.parametrize("by", list(EndedBy))
def test_an_end_is_of_the_token_that_was_asked_about(by: EndedBy) -> None:
    desk = signed_in_at_zero()
    known = desk.end(10, by, "The client is unknown")

    assert known.ended == End("a", minute(10), by, "The client is unknown")
    assert (known.over, known.pause_until) == (True, None)
    desk.look(10)
    assert desk.status(10).status is Status.EXPIRED
    assert desk.status(10).refusal == ("The client is unknown" if by is EndedBy.REFUSED else None)


def test_another_programs_token_is_not_concerned() -> None:
    desk = signed_in_at_zero()
    desk.look(9)
    desk.look(10, held(10, "b"))
    desk.hear(11, Ended(A, EndedBy.INVALID_GRANT))
    desk.look(11)

    assert desk.status(11).status is not Status.EXPIRED


def test_after_a_logout_what_was_learned_stays_and_the_session_is_none() -> None:
    desk = signed_in_at_zero()
    desk.learn()
    desk.renew(50, held(50, "b"))
    known = desk.log_out(60)

    assert (known.token, known.began_at, known.held_at, known.trouble) == (None, None, None, None)
    assert (known.spans, known.rotates, known.number) == (EIGHT_HOURS, True, 2)
    assert known.ended == End("b", minute(60), EndedBy.LOGOUT)


def test_a_logout_that_aws_could_not_be_told_of_says_so() -> None:
    assert signed_in_at_zero().log_out(60, told=False).ended == End("a", minute(60), EndedBy.UNTOLD)


def test_a_logout_without_a_token_changes_nothing_but_the_revision() -> None:
    desk = Desk()
    desk.look(0)
    known = desk.log_out(1)

    assert (known.ended, known.token, known.revision) == (None, None, 1)


@pytest.mark.parametrize("told", [True, False])
def test_a_logout_from_a_session_that_is_over_teaches_what_it_lasted(told: bool) -> None:
    desk = signed_in_at_zero()
    for at in range(50, 451, 50):
        desk.renew(at, held(at, f"t{at}"))
    desk.end(481)

    assert desk.log_out(500, told=told).spans == EIGHT_HOURS


@pytest.mark.parametrize("told", [True, False])
def test_where_aws_had_said_that_it_is_over_nothing_goes_on_whether_the_logout_was_told_or_not(told: bool) -> None:
    desk = signed_in_at_zero()
    desk.end(50)
    desk.log_out(60, told=told)
    desk.log_in(70, held(70, "b"))
    desk.look(70)

    assert desk.began() == 70


def test_a_login_that_was_given_up_ends_nothing() -> None:
    desk = signed_in_at_zero()
    known = desk.give_up(10)
    desk.look(10)

    assert (known.page_shown_at, known.began_at, known.over) == (minute(10), minute(0), False)
    assert desk.status(10).status is Status.SIGNED_IN


# How long sessions last.


def test_outliving_what_was_learned_forgets_it_and_in_doubt_only_the_second_time() -> None:
    learned = (Span(timedelta(minutes=40), timedelta(minutes=65), 3),)
    desk = signed_in_at_zero()
    desk.learn(learned)
    assert desk.renew(70, held(70, "b")).spans == ()

    desk = signed_in_at_zero()
    desk.learn(learned)
    desk.records["corp"] = replace(desk.records["corp"], doubtful=True, revision=77)
    known = desk.renew(120, held(120, "c"))
    assert [span.times for span in known.spans] == [1]
    assert (known.began_at, known.number) == (None, 2)


def test_the_history_of_a_sign_in_that_is_being_set_up_begins_with_its_login() -> None:
    desk = Desk(sign_ins=())
    known = desk.log_in(0, held(0))

    assert (minutes_of(known.began_at), known.revision) == (0, 1)
    assert History() == desk.look(1)
