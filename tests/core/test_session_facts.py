"""What the page of sign-ins says of a session: since when, how its end is known, and what ended the last ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from support.build import NOW, sign_in, token
from support.looks import Desk, held, legacy, minute, signed_in_at_zero

from tray.core.dataclass import replace
from tray.core.model import Kind, SignInStatus
from tray.core.session.history import EndedBy, History, Past
from tray.core.session.sharing import Sharing
from tray.core.settings import Settings, SignInSettings
from tray.core.view.session_facts import PastSession, current, past

EIGHT = Settings(sign_ins={"corp": SignInSettings(length_hours=8)})
UNKNOWN = "The end is not known: no file and no answer of AWS says it."


def utc(at: datetime) -> datetime:
    return at


def said(desk: Desk, at: float, **changes: Any) -> tuple[str, ...]:
    known = replace(desk.history(), **changes)
    length = Sharing(desk.sign_ins, desk.settings).lengths({"corp": known}).get("corp")
    return current(desk.status(at), known, length, minute(at), utc)


def test_the_end_of_a_session_of_unknown_length_is_said_to_be_unknown() -> None:
    began, known_how = said(signed_in_at_zero(), 30)

    assert began == f"Began {NOW:%H:%M}."
    assert known_how.startswith(UNKNOWN)


def test_a_length_that_is_set_and_one_that_was_learned_are_estimates_and_named() -> None:
    assert said(signed_in_at_zero(settings=EIGHT), 30)[1] == (
        "The end is an estimate: sessions are set to last 8 hours."
    )
    desk = signed_in_at_zero()
    desk.learn()
    desk.look(1)
    assert said(desk, 30)[1] == "The end is an estimate: earlier sessions lasted about 8 hours."


def test_a_token_that_cannot_be_renewed_says_its_end_itself() -> None:
    desk = Desk()
    desk.look(0, legacy(0))

    assert said(desk, 30) == (
        "Nobody saw when it began: SSO Tray was not running, or the login joined an earlier session.",
        "The end is known: it is in the sign-in's file, which cannot be renewed.",
    )


def test_a_session_that_was_joined_ends_with_the_one_before_it() -> None:
    desk = Desk()
    desk.look(-1)
    desk.look(0, legacy(0))
    desk.log_in(60, held(60, "b"))
    desk.look(61)

    assert said(desk, 90)[1] == "The end is an estimate: that of an earlier session, which the login joined."


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"joined": True}, "A later login has joined this session"),
        ({"joined": True, "doubtful": True}, "or with a later login"),
        ({"began_at": None}, "Nobody saw when it began"),
    ],
)
def test_doubt_about_the_beginning_is_said(changes: dict[str, object], words: str) -> None:
    assert words in said(signed_in_at_zero(), 30, **changes)[0]


def test_of_aws_login_the_beginning_is_in_its_token_and_the_end_is_the_longest_that_aws_allows() -> None:
    desk = Desk((sign_in(kind=Kind.CONSOLE),))
    logged_in = replace(token(15, refreshable=True), login_at=NOW)
    desk.look(0, logged_in)
    assert said(desk, 1) == (
        f"Began {NOW:%H:%M}.",
        "The end is an estimate: AWS lets such a sign-in be renewed for 12 hours at most.",
    )
    assert said(Desk(desk.sign_ins, EIGHT, desk.memory, desk.files), 1)[1] == (
        "The end is an estimate: sessions are set to last 8 hours."
    )
    desk.look(2, replace(logged_in, login_at=None, fingerprint="b"))
    assert said(desk, 3)[0].startswith("Nobody saw")


def test_where_no_session_holds_only_the_past_ones_are_told() -> None:
    desk = signed_in_at_zero()
    desk.log_out(30)
    desk.look(31)

    assert said(desk, 32) == ()
    assert sessions(desk, 32) == [PastSession("Logged out: 12:30", "Began 12:00")]


def sessions(desk: Desk, at: float) -> list[PastSession]:
    return list(past(desk.status(at), desk.history(), minute(at), utc))


def test_a_session_that_is_over_is_among_the_past_ones_before_its_token_has_gone() -> None:
    desk = signed_in_at_zero()
    desk.end(480)
    desk.look(481)
    assert sessions(desk, 482) == [PastSession("Over by 20:00, as AWS said", "Began 12:00")]

    desk = Desk()
    desk.look(-1)
    desk.look(0, legacy(0))
    assert sessions(desk, 470) == []
    assert sessions(desk, 490) == [PastSession("Its time was over: 20:00", "Began 12:00")]


@pytest.mark.parametrize("by", [*EndedBy, None])
def test_each_way_of_ending_has_words_of_its_own(by: EndedBy | None) -> None:
    found = SignInStatus(sign_in(), signed_in_at_zero().status(1).status)

    def ended(by: EndedBy | None, *, estimated: bool = False) -> str:
        known = History(past=(Past(NOW - timedelta(days=1), NOW - timedelta(hours=15), by, estimated),))
        [told] = past(found, known, NOW, utc)
        assert told.began == "Began 3 Mar 12:00"
        return told.ended

    everything = [ended(each) for each in EndedBy] + [ended(None), ended(None, estimated=True)]
    assert len(set(everything)) == len(everything)
    assert ("about" in ended(by, estimated=True)) == (by is None)


def test_the_last_one_comes_first() -> None:
    known = History(past=(Past(None, minute(-200), EndedBy.LOGOUT), Past(None, minute(-100), EndedBy.LOGOUT)))
    told = [each.ended for each in past(SignInStatus(sign_in(), signed_in_at_zero().status(1).status), known, NOW, utc)]

    assert told == ["Logged out: 10:20", "Logged out: 08:40"]
