"""What a login begins: a new session, or none (docs/facts: What a login joins); every row of the rule."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from support.build import sign_in
from support.looks import EIGHT_HOURS, WHOEVER, Desk, LogsIn, held, legacy, minute, minutes_of, signed_in_at_zero

from tray.core.dataclass import replace
from tray.core.model import DeadlineSource
from tray.core.session.history import End, EndedBy, History
from tray.core.session.joining import Held, Standing, logged_in
from tray.core.session.joining import held as held_at
from tray.core.session.sharing import Length
from tray.core.settings import Settings, SignInSettings

EIGHT = Length(timedelta(hours=8), DeadlineSource.LEARNED)
SET_TO_EIGHT = Settings(sign_ins={"corp": SignInSettings(length_hours=8)})
TWO = (sign_in("corp"), sign_in("data"))


def ended(by: EndedBy, key: str = "a") -> End:
    return End(key, minute(30), by)


@pytest.mark.parametrize(
    ("known", "at", "length", "standing", "firm"),
    [
        pytest.param(History(), 0, EIGHT, Standing.OVER, False, id="there was none"),
        pytest.param(History(ended=ended(EndedBy.LOGOUT)), 40, EIGHT, Standing.OVER, False, id="we ended it at AWS"),
        pytest.param(History(ended=ended(EndedBy.REMOVED)), 40, EIGHT, Standing.OVER, False, id="a program removed it"),
        pytest.param(History(ended=ended(EndedBy.UNTOLD)), 40, EIGHT, Standing.UNKNOWN, False, id="AWS was not told"),
        pytest.param(
            History(held(0), began_at=minute(0), ended=ended(EndedBy.INVALID_GRANT)),
            40,
            EIGHT,
            Standing.OVER,
            False,
            id="AWS said that it is over",
        ),
        pytest.param(
            History(held(0), began_at=minute(0), ended=ended(EndedBy.INVALID_GRANT, "before")),
            40,
            EIGHT,
            Standing.HOLDS,
            True,
            id="AWS said so of an older token",
        ),
        pytest.param(History(held(0), began_at=minute(0)), 470, EIGHT, Standing.HOLDS, True, id="before its end"),
        pytest.param(
            History(legacy(0), held_at=minute(0), questioned_at=minute(9)),
            10,
            None,
            Standing.UNKNOWN,
            False,
            id="another sign-in has ended, and perhaps with this one's session",
        ),
        pytest.param(
            History(legacy(0), began_at=minute(0), doubtful=True, held_at=minute(0), questioned_at=minute(9)),
            10,
            EIGHT,
            Standing.UNKNOWN,
            False,
            id="the same, of doubtful beginning",
        ),
        pytest.param(
            History(legacy(0), held_at=minute(9), questioned_at=minute(9)),
            10,
            None,
            Standing.HOLDS,
            False,
            id="AWS has said since then that it holds",
        ),
        pytest.param(History(held(0), began_at=minute(0)), 476, EIGHT, Standing.HOLDS, False, id="close to its end"),
        pytest.param(
            History(held(0), began_at=minute(0)), 480, EIGHT, Standing.UNKNOWN, False, id="AWS is not asked yet"
        ),
        pytest.param(History(held(0), began_at=minute(0)), 482, EIGHT, Standing.OVER, False, id="after its end"),
        pytest.param(History(held(0), began_at=minute(0)), 59, None, Standing.HOLDS, False, id="not foretold"),
        pytest.param(History(held(0), began_at=minute(0)), 60, None, Standing.UNKNOWN, False, id="token past"),
        pytest.param(History(held(0)), 59, EIGHT, Standing.HOLDS, False, id="beginning unknown"),
        pytest.param(History(held(0)), 61, EIGHT, Standing.UNKNOWN, False, id="beginning unknown, token past"),
        pytest.param(History(legacy(0)), 479, None, Standing.HOLDS, False, id="legacy"),
        pytest.param(History(legacy(0)), 480, None, Standing.OVER, False, id="legacy, token past"),
        pytest.param(
            History(held(0), ends_by=minute(90)), 80, None, Standing.HOLDS, True, id="a sibling's end to come"
        ),
        pytest.param(History(held(0), ends_by=minute(90)), 92, None, Standing.OVER, False, id="a sibling's end, past"),
        pytest.param(
            History(held(470), began_at=minute(0), held_at=minute(490)),
            500,
            EIGHT,
            Standing.HOLDS,
            False,
            id="it has outlived the foretold end",
        ),
    ],
)
def test_whether_a_session_holds(
    known: History, at: float, length: Length | None, standing: Standing, firm: bool
) -> None:
    found = held_at(known, minute(at), length)

    assert (found.standing, found.firm) == (standing, firm)


LOGIN = 100.0
OWN = {
    Standing.HOLDS: History(held(70, "own"), 4, minute(-300)),
    Standing.OVER: History(held(0, "own"), 4, minute(-300), ended=End("own", minute(60), EndedBy.INVALID_GRANT)),
    Standing.UNKNOWN: History(held(0, "own"), 4, minute(-300)),
}
SIBLING = {
    Standing.HOLDS: History(held(70, "sib"), 7, minute(-200)),
    Standing.OVER: History(held(0, "sib"), 7, minute(-200), ended=End("sib", minute(60), EndedBy.PORTAL)),
    Standing.UNKNOWN: History(held(0, "sib"), 7, minute(-200)),
}
ANY = None
HOLDS, OVER, UNKNOWN = Standing.HOLDS, Standing.OVER, Standing.UNKNOWN
NONE = "no sibling"
RULE = (
    # own, sibling, a login was given up, the login was seen: the beginning
    (HOLDS, ANY, ANY, ANY, -300.0),
    (ANY, HOLDS, ANY, ANY, -200.0),
    (ANY, ANY, True, ANY, None),
    (UNKNOWN, ANY, ANY, ANY, None),
    (ANY, UNKNOWN, ANY, ANY, None),
    (OVER, ANY, ANY, False, None),
    (OVER, OVER, False, True, LOGIN),
    (OVER, NONE, False, True, LOGIN),
)
"""The first row that fits is the rule."""


@pytest.mark.parametrize(
    ("own", "sibling", "abandoned", "seen"),
    list(itertools.product(Standing, [NONE, *Standing], [False, True], [False, True])),
)
def test_what_a_login_begins(own: Standing, sibling: Standing | str, abandoned: bool, seen: bool) -> None:
    facts = (own, sibling, abandoned, seen)
    began = next(row[4] for row in RULE if all(want in {ANY, is_so} for want, is_so in zip(row, facts, strict=False)))
    known = replace(OWN[own], page_shown_at=minute(90) if abandoned else None)
    others = [held_at(SIBLING[sibling], minute(LOGIN), None)] if isinstance(sibling, Standing) else []

    found = logged_in(known, held(LOGIN, "new"), minute(LOGIN), held_at(known, minute(LOGIN), None), others, seen=seen)

    joins = HOLDS in {own, sibling}
    assert minutes_of(found.began_at) == began
    assert found.joined is joins
    assert found.doubtful is joins, "where no end was foretold it may have ended unseen"
    assert found.number == (4 if own is HOLDS else 5)
    assert (found.ended, found.page_shown_at, found.held_at) == (None, None, minute(LOGIN))


@pytest.mark.parametrize("given_up_by", ["own", "sibling"])
def test_a_login_that_was_given_up_in_either_sign_in_leaves_the_beginning_unknown(given_up_by: str) -> None:
    own = replace(OWN[OVER], page_shown_at=minute(90) if given_up_by == "own" else None)
    sibling = replace(SIBLING[OVER], page_shown_at=minute(90) if given_up_by == "sibling" else None)

    found = logged_in(own, held(100, "b"), minute(100), Held(own, OVER), [Held(sibling, OVER)], seen=True)

    assert found.began_at is None


@pytest.mark.parametrize(
    ("firm", "in_doubt", "doubtful"), [(True, False, False), (False, False, True), (True, True, True)]
)
def test_a_joined_beginning_is_as_doubtful_as_the_session_it_is_of(firm: bool, in_doubt: bool, doubtful: bool) -> None:
    known = replace(OWN[HOLDS], doubtful=in_doubt)

    found = logged_in(known, held(100, "b"), minute(100), Held(known, HOLDS, firm), [], seen=True)

    assert found.doubtful is doubtful


def test_of_two_sessions_that_hold_the_one_whose_beginning_is_known_is_joined() -> None:
    own = replace(OWN[HOLDS], began_at=None)

    found = logged_in(own, held(100, "b"), minute(100), Held(own, HOLDS), [Held(SIBLING[HOLDS], HOLDS)], seen=True)

    assert found.began_at == minute(-200)


@WHOEVER
@pytest.mark.parametrize(
    ("at", "settings", "began", "doubtful"),
    [
        pytest.param(30, Settings(), 0, True, id="no end foretold: it may have ended unseen"),
        pytest.param(400, SET_TO_EIGHT, 0, False, id="before the foretold end"),
        pytest.param(477, SET_TO_EIGHT, 0, True, id="close to it"),
        pytest.param(481, SET_TO_EIGHT, None, False, id="right after it, before AWS was asked: either"),
        pytest.param(483, SET_TO_EIGHT, 483, False, id="after it"),
    ],
)
def test_a_login_joins_the_session_that_holds(
    logs_in: LogsIn, at: float, settings: Settings, began: float | None, doubtful: bool
) -> None:
    desk = signed_in_at_zero(settings=settings)
    logs_in(desk, at, held(at, "b"))

    assert (desk.began(), desk.history().doubtful) == (began, doubtful)


@WHOEVER
def test_right_after_the_foretold_end_a_session_that_aws_said_is_over_is_over(logs_in: LogsIn) -> None:
    desk = signed_in_at_zero(settings=SET_TO_EIGHT)
    for at in range(50, 451, 50):
        desk.renew(at, held(at, f"t{at}"))
    desk.end(481)
    logs_in(desk, 481.5, held(481.5, "b"))

    assert desk.began() == 481.5


@WHOEVER
def test_a_change_right_after_the_foretold_end_teaches_nothing(logs_in: LogsIn) -> None:
    desk = signed_in_at_zero()
    desk.learn()
    for at in range(50, 451, 50):
        desk.renew(at, held(at, f"t{at}"))
    logs_in(desk, 481.5, held(481.5, "b"))

    assert desk.history().spans == EIGHT_HOURS


@WHOEVER
def test_the_first_login_begins_a_session(logs_in: LogsIn) -> None:
    desk = Desk()
    desk.look(-1)
    logs_in(desk, 0, held(0))

    assert (desk.began(), desk.history().number, desk.history().joined) == (0, 1, False)


def test_also_when_no_tray_has_ever_run() -> None:
    desk = Desk(settings=SET_TO_EIGHT)
    desk.log_in(0, held(0))

    deadline = desk.status(1).deadline
    assert deadline is not None
    assert (deadline.at, deadline.source) == (minute(480), DeadlineSource.SETTING)


@WHOEVER
@pytest.mark.parametrize("by", [EndedBy.INVALID_GRANT, EndedBy.PORTAL])
def test_once_aws_said_that_it_is_over_the_next_login_begins_one(logs_in: LogsIn, by: EndedBy) -> None:
    desk = signed_in_at_zero()
    desk.look(50)
    desk.end(50, by)
    logs_in(desk, 60, held(60, "b"))

    assert (desk.began(), desk.history().number) == (60, 2)


@WHOEVER
@pytest.mark.parametrize(("told", "began"), [(True, 60), (False, None)])
def test_a_logout_makes_way_for_a_new_session_if_aws_was_told(logs_in: LogsIn, told: bool, began: float | None) -> None:
    desk = signed_in_at_zero()
    desk.look(49)
    desk.log_out(50, told=told)
    logs_in(desk, 60, held(60, "b"))

    assert desk.began() == began


@WHOEVER
def test_after_a_login_of_ours_that_was_given_up_on_awss_page_the_beginning_is_unknown(logs_in: LogsIn) -> None:
    desk = signed_in_at_zero(settings=SET_TO_EIGHT)
    desk.look(500)
    desk.give_up(501)
    logs_in(desk, 560, held(560, "b"))
    assert desk.began() is None
    assert desk.status(561).deadline is None

    desk.end(600)
    logs_in(desk, 610, held(610, "c"))
    assert desk.began() == 610, "the page that was given up mattered to one login only"
