"""The last sessions of a sign-in: which are remembered, since when, until when, and what ended each."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise

import pytest
from support.looks import Desk, held, legacy, minute, minutes_of, signed_in_at_zero

from tray.core.dataclass import replace
from tray.core.session.clock import clock_set
from tray.core.session.documents import history_document
from tray.core.session.heard import Ended, LoggedOut
from tray.core.session.history import EndedBy, History
from tray.core.settings import Settings, SignInSettings


def told(known: History) -> list[tuple[float | None, float | None, EndedBy | None]]:
    return [(minutes_of(each.began_at), minutes_of(each.at), each.by) for each in known.past]


@pytest.mark.parametrize("by", [EndedBy.INVALID_GRANT, EndedBy.PORTAL, EndedBy.REFUSED])
def test_an_end_that_aws_told_is_of_the_past_with_the_next_login_of_any_program(by: EndedBy) -> None:
    for log_in in (Desk.log_in, Desk.look):
        desk = signed_in_at_zero()
        assert told(desk.end(480, by)) == [], "AWS may say otherwise until then"

        assert told(log_in(desk, 500, held(500, "b"))) == [(0, 480, by)]


def test_an_end_that_aws_took_back_is_none() -> None:
    desk = signed_in_at_zero()
    desk.end(50)

    assert told(desk.renew(51, held(51, "b"))) == []


def test_a_login_that_joins_a_session_ends_none() -> None:
    desk = signed_in_at_zero()

    assert told(desk.log_in(30, held(30, "b"))) == []


def test_a_logout_is_of_the_past_at_once_and_told_once() -> None:
    desk = signed_in_at_zero()
    desk.put(None)
    known = desk.hear(30, LoggedOut(held(0), told=True))
    assert told(known) == [(0, 30, EndedBy.LOGOUT)]
    assert told(desk.look(31)) == told(known)

    assert told(desk.log_in(40, held(40, "b"))) == told(known)


def test_a_new_session_tells_that_the_old_one_was_ended_for_it() -> None:
    desk = signed_in_at_zero()
    desk.end(30, EndedBy.NEW_SESSION)
    desk.put(None)
    desk.hear(30, LoggedOut(held(0), told=True))

    assert told(desk.log_in(31, held(31, "b"))) == [(0, 30, EndedBy.NEW_SESSION)]


def test_what_another_program_removed_is_of_the_past_until_our_own_command_says_that_it_was_us() -> None:
    desk = signed_in_at_zero()
    assert told(desk.look(30, None)) == [(0, 30, EndedBy.REMOVED)]

    assert told(desk.hear(30, LoggedOut(held(0), told=False))) == [(0, 30, EndedBy.UNTOLD)]
    assert told(desk.look(31)) == [(0, 30, EndedBy.UNTOLD)]


def test_a_logout_where_there_was_no_token_ends_nothing() -> None:
    assert told(Desk().hear(5, LoggedOut(None, told=False))) == []


def test_a_token_that_could_not_be_renewed_was_over_at_its_own_end() -> None:
    desk = Desk()
    desk.look(-1)
    desk.look(0, legacy(0))
    known = desk.look(600, legacy(600, "b"))

    assert told(known) == [(0, 480, None)]
    assert not known.past[0].estimated


def test_a_foretold_end_that_nobody_heard_of_is_an_estimate() -> None:
    desk = Desk(settings=Settings(sign_ins={"corp": SignInSettings(length_hours=8)}))
    desk.log_in(0, held(0))
    known = desk.log_in(600, held(600, "b"))

    assert told(known) == [(0, 480, None)]
    assert known.past[0].estimated


def test_where_nobody_knows_whether_a_session_is_over_none_is_told() -> None:
    desk = signed_in_at_zero()

    assert told(desk.look(900, held(900, "b"))) == []


def test_a_beginning_that_is_in_doubt_is_not_told() -> None:
    desk = signed_in_at_zero()
    desk.records["corp"] = replace(desk.records["corp"], doubtful=True, revision=9)
    desk.end(480)

    assert told(desk.log_in(500, held(500, "b"))) == [(None, 480, EndedBy.INVALID_GRANT)]


def test_the_last_five_are_kept_in_a_few_bytes() -> None:
    desk = Desk()
    for day in range(8):
        token = held(day * 1440, f"day {day}")
        desk.log_in(day * 1440, token)
        known = desk.hear(day * 1440 + 480, Ended(token, EndedBy.INVALID_GRANT))
    known = desk.log_in(8 * 1440, held(8 * 1440, "last"))

    assert told(known) == [(day * 1440, day * 1440 + 480, EndedBy.INVALID_GRANT) for day in range(3, 8)]
    assert all(one.at < other.at for one, other in pairwise(known.past))
    assert len(json.dumps(history_document(known)["past"])) < 5 * 60


def test_a_clock_that_is_set_moves_them() -> None:
    desk = signed_in_at_zero()
    desk.end(480)
    desk.log_in(500, held(500, "b"))
    desk.look(501)
    moved = clock_set(desk.memory, timedelta(minutes=60)).history("corp")

    assert told(moved) == [(60, 540, EndedBy.INVALID_GRANT)]
    assert moved.past[0].at == minute(540)
