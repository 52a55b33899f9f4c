"""The end of one sign-in is that of all that share its session, or a reason to ask."""

from __future__ import annotations

import pytest
from support.build import sign_in
from support.looks import Desk, held, minute, signed_in_at_zero

from tray.core.dataclass import replace
from tray.core.model import Status
from tray.core.session.heard import Ended, Heard, LoggedOut, PageShown, Proven, Renewed, SignedIn, ends_session
from tray.core.session.history import End, EndedBy
from tray.core.settings import Settings, SignInSettings

A, B = held(0), held(50, "b")


@pytest.mark.parametrize(
    ("heard", "ends"),
    [
        (SignedIn(A, B), False),
        (Renewed(A, B), False),
        (Proven(A), False),
        (PageShown(A), False),
        (LoggedOut(A, told=True), True),
        (LoggedOut(A, told=False), False),
        (LoggedOut(None, told=True), False),
        *((Ended(A, by), by in {"invalid-grant", "portal", "logout", "new-session"}) for by in EndedBy),
    ],
)
def test_what_ends_the_session_of_all_that_share_it(heard: Heard, ends: bool) -> None:
    assert ends_session(heard) is ends


def two(settings: Settings | None = None) -> Desk:
    """Both of one session, which began at 0 and whose end is foretold."""
    settings = settings or Settings(sign_ins={"corp": SignInSettings(length_hours=8)})
    desk = signed_in_at_zero(sign_ins=(sign_in("corp"), sign_in("data")), settings=settings)
    desk.log_in(10, held(10, "d"), "data")
    desk.look(10)
    assert desk.began("data") == 0
    return desk


@pytest.mark.parametrize("by", [EndedBy.INVALID_GRANT, EndedBy.PORTAL])
def test_the_end_of_one_is_the_end_of_the_other_at_once_and_that_is_put_to_the_proof(by: EndedBy) -> None:
    desk = two()
    desk.prove(20)
    desk.end(30, by)
    desk.look(30)

    assert desk.records["data"].ended == End("d", minute(30), EndedBy.SHARED)
    assert desk.records["data"].recorded_at == minute(30)
    assert desk.status(30, "data").status is Status.EXPIRED
    assert desk.history("data").questioned


def test_so_is_a_logout() -> None:
    desk = two()
    desk.prove(20, "data")
    desk.log_out(30)
    desk.look(30)

    assert desk.status(30, "data").status is Status.EXPIRED
    assert desk.history("data").questioned


@pytest.mark.parametrize("ending", ["untold", "refused"])
def test_what_says_nothing_of_the_session_leaves_the_other_alone(ending: str) -> None:
    desk = two()
    before = desk.records["data"]
    if ending == "untold":
        desk.log_out(30, told=False)
    else:
        desk.end(30, EndedBy.REFUSED, "Invalid client")
    desk.look(30)

    assert desk.records["data"] == before
    assert desk.status(30, "data").status is Status.SIGNED_IN


def only_asked(desk: Desk, at: float) -> bool:
    desk.look(at)
    return desk.status(at, "data").status is Status.SIGNED_IN and desk.history("data").questioned


def test_where_the_other_was_proven_later_it_is_only_asked() -> None:
    desk = two()
    desk.prove(20, "data")
    desk.end(30)

    assert only_asked(desk, 30)


def test_a_logout_from_a_session_that_was_known_to_be_over_proves_no_more_than_that_end_did() -> None:
    desk = two()
    desk.end(30)
    desk.renew(40, held(40, "e"), "data")  # It is of another session after all.
    desk.log_out(50)

    assert only_asked(desk, 50)


@pytest.mark.parametrize("doubtful", ["corp", "data"])
def test_where_a_beginning_is_in_doubt_the_other_is_only_asked(doubtful: str) -> None:
    desk = two()
    desk.records[doubtful] = replace(desk.records[doubtful], doubtful=True, revision=77)
    desk.end(30)

    assert only_asked(desk, 30)


def test_where_the_beginnings_are_unknown_the_other_is_only_asked() -> None:
    desk = two()
    for name in ("corp", "data"):
        desk.records[name] = replace(desk.records[name], began_at=None, revision=77)
    desk.end(30)

    assert only_asked(desk, 30)


def test_where_the_other_has_no_token_or_is_over_there_is_nothing_to_tell() -> None:
    desk = two()
    desk.end(20, name="data")
    before = desk.records["data"]
    desk.end(30)
    assert desk.records["data"] == before

    desk.log_out(31, "data")
    before = desk.records["data"]
    desk.log_in(32, held(32, "e"))
    desk.end(33)
    assert desk.records["data"] == before


def test_an_answer_settles_a_shared_end_either_way() -> None:
    for proves in (True, False):
        desk = two()
        desk.end(30)
        if proves:
            desk.renew(31, held(31, "e"), "data")
        else:
            desk.end(31, name="data")
        desk.look(31)

        assert not desk.history("data").questioned
        assert desk.status(31, "data").status is (Status.SIGNED_IN if proves else Status.EXPIRED)


def test_a_session_that_a_new_one_of_the_other_cut_short_teaches_nothing() -> None:
    desk = two(Settings())
    for name, token in (("corp", held(430, "c")), ("data", held(430, "e"))):
        desk.renew(430, token, name)
    desk.look(430)
    desk.end(462, EndedBy.NEW_SESSION)
    desk.end(463, EndedBy.INVALID_GRANT, name="data")
    desk.log_in(470, held(470, "f", "rf"), "data")
    desk.look(470)

    assert desk.history("data").spans == ()
    assert not desk.history("data").wins_nothing


def test_one_that_was_proven_at_the_very_moment_of_the_other_ends_with_it() -> None:
    desk = two()
    for name in ("data", "corp"):
        desk.prove(20, name)
    desk.end(30)

    assert desk.records["data"].ended == End("d", minute(30), EndedBy.SHARED)


def test_one_that_was_proven_just_after_the_other_is_only_asked_about() -> None:
    desk = two()
    desk.prove(20)
    desk.prove(20.01, "data")
    desk.end(30)

    assert desk.records["data"].ended is None
    assert desk.records["data"].questioned


def test_one_that_was_logged_out_of_ends_also_what_was_proven_since_it_was_itself() -> None:
    desk = two()
    desk.prove(20)
    desk.prove(25, "data")
    desk.log_out(30)

    assert desk.records["data"].ended == End("d", minute(30), EndedBy.SHARED)
