"""Past tokens that nobody could renew, refusals, and the few words of a shell prompt (docs/contracts: Statuses)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from support.build import NOW, START_URL, sign_in, snapshot, token, utc
from support.looks import EIGHT_HOURS, Desk, held, legacy, minute, signed_in_at_zero

from tray.core.dataclass import replace
from tray.core.model import Kind, LoginInProgress, SignInStatus, Status
from tray.core.session.history import EndedBy, History
from tray.core.session.memory import Memory
from tray.core.session.schedule import next_change
from tray.core.session.status import UNPROVEN_HOURS, derive, problems_of
from tray.core.settings import Settings, SignInSettings
from tray.core.words import status as status_words
from tray.core.words.prompt import prompt

NO_RENEWAL = Settings(renew_enabled=False)


def past(at: float, known: History, hours: float | None = None) -> SignInStatus:
    """The status of a renewable token that has been past since `NOW`, for all that is remembered."""
    wanted = replace(NO_RENEWAL, sign_ins={"corp": SignInSettings(length_hours=hours)})
    seen = snapshot(token(0, refreshable=True))
    (found,) = derive(seen, wanted, minute(at), None, Memory().with_history("corp", known))
    return found


PROVEN = History(held_at=minute(-60))


@pytest.mark.parametrize(
    ("known", "hours", "counts_until"),
    [
        pytest.param(PROVEN, None, 7 * 60, id="8 hours after it was last proven"),
        pytest.param(History(), None, 7 * 60, id="or after its file was written, where nothing else is known"),
        pytest.param(replace(PROVEN, began_at=minute(-60)), None, 7 * 60, id="a beginning alone foretells nothing"),
        pytest.param(replace(PROVEN, began_at=minute(-60)), 2, 60, id="until its end by the length that was set"),
        pytest.param(replace(PROVEN, began_at=minute(-60), spans=EIGHT_HOURS), None, 7 * 60, id="or was learned"),
        pytest.param(replace(PROVEN, began_at=minute(-60)), 24, 23 * 60, id="also if that is later"),
        pytest.param(replace(PROVEN, ends_by=minute(120)), None, 120, id="until the end that a login inherited"),
    ],
)
def test_until_when_a_past_token_counts_as_holding(known: History, hours: float | None, counts_until: float) -> None:
    before, after = (past(counts_until + step, known, hours) for step in (-0.01, 0))

    assert after.status is Status.RENEWABLE, "it may be renewed by the program that uses it next"
    assert before.status in {Status.RENEWABLE, Status.ENDING}
    assert (before.lapsed, before.holds) == (False, True)
    assert (after.lapsed, after.holds) == (True, False)


def test_eight_hours_is_what_aws_takes_where_nobody_chose() -> None:
    assert UNPROVEN_HOURS == 8


def test_then_it_says_since_when_nothing_proves_it_and_still_that_it_is_renewed_on_use() -> None:
    words = status_words.status_words(past(480, PROVEN), minute(480), utc)

    assert words == "renews on next use, not checked since 11:00"
    assert status_words.status_words(past(400, PROVEN), minute(400), utc) == "renews on next use"


def test_the_loop_wakes_when_a_past_token_no_longer_counts() -> None:
    memory = Memory().with_history("corp", PROVEN)
    at = next_change((past(10, PROVEN),), memory, minute(10), NO_RENEWAL, utc)

    assert at == minute(7 * 60)


@pytest.mark.parametrize(
    ("desk_status", "holds"),
    [
        (Status.SIGNED_IN, True),
        (Status.ENDING, True),
        (Status.RENEWABLE, True),
        (Status.SIGNED_OUT, False),
        (Status.EXPIRED, False),
        (Status.UNREADABLE, False),
        (Status.SIGNING_IN, False),
        (Status.NO_CONFIG, False),
    ],
)
def test_which_statuses_let_a_command_work(desk_status: Status, holds: bool) -> None:
    assert SignInStatus(sign_in(), desk_status).holds is holds


def test_a_console_sign_in_that_is_past_is_renewed_by_whoever_uses_it() -> None:
    seen = snapshot(replace(token(-1, refreshable=True), login_at=NOW), sign_ins=(sign_in(kind=Kind.CONSOLE),))
    (found,) = derive(seen, NO_RENEWAL, NOW + timedelta(hours=11), None, Memory())

    assert (found.status, found.lapsed) == (Status.RENEWABLE, False)


# A token that AWS refuses for another reason than the end of its session.


def test_a_refusal_is_named_with_awss_reason_and_what_to_do() -> None:
    desk = signed_in_at_zero()
    desk.end(10, EndedBy.REFUSED, "invalid_client: The client is unknown")
    desk.look(10)
    found = desk.status(10)
    (problem,) = problems_of(desk.snapshot(), (found,), desk.memory)

    assert found.status is Status.EXPIRED
    assert problem.title == "AWS no longer accepts the sign-in to corp: invalid_client: The client is unknown"
    assert "sso-tray doctor --online" in problem.hint


@pytest.mark.parametrize("by", [each for each in EndedBy if each is not EndedBy.REFUSED])
def test_an_end_of_the_session_itself_needs_no_reason(by: EndedBy) -> None:
    desk = signed_in_at_zero()
    desk.end(10, by, "Invalid refresh token provided")
    desk.look(10)

    assert desk.status(10).refusal is None
    assert problems_of(desk.snapshot(), (desk.status(10),), desk.memory) == ()


def test_a_refusal_is_forgotten_with_the_token_that_it_speaks_of() -> None:
    desk = signed_in_at_zero()
    desk.end(10, EndedBy.REFUSED, "why")
    desk.look(20)

    desk.look(21, held(21, "b"))
    assert (desk.status(21).refusal, desk.status(21).status) == (None, Status.SIGNED_IN)


# The prompt.


def local(at: datetime) -> datetime:
    return at


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (past(10, PROVEN), "corp renews"),
        (past(480, PROVEN), "corp renews?"),
        (derive(snapshot(None), Settings(), NOW)[0], "corp signed out"),
        (derive(snapshot(token(-1)), Settings(), NOW)[0], "corp expired"),
        (derive(snapshot(token(30, refreshable=True)), Settings(), NOW)[0], "corp ok"),
        (derive(snapshot(token(300)), Settings(), NOW)[0], "corp until 17:00"),
        (derive(snapshot(token(5)), Settings(), NOW)[0], "corp ends 12:05"),
        (derive(snapshot(token(5)), Settings(), NOW, LoginInProgress("corp"))[0], "corp until 12:05"),
    ],
)
def test_the_prompt_says_it_in_a_few_words(found: SignInStatus, words: str) -> None:
    assert prompt(found, NOW, local) == words


def test_an_estimate_has_a_mark_in_the_prompt_also_where_it_was_inherited() -> None:
    desk = Desk()
    desk.look(-1)
    desk.log_in(0, legacy(0))
    desk.log_in(240, legacy(240, "b"))
    desk.look(240)

    assert prompt(desk.status(241), minute(241), local) == "corp until ~20:00"
    assert prompt(desk.status(470), minute(470), local) == "corp ends ~20:00"


def test_a_legacy_sign_in_is_named_by_its_host_in_the_prompt() -> None:
    named = snapshot(sign_ins=(sign_in(START_URL, Kind.LEGACY),), tokens={START_URL: token(300)})

    assert prompt(derive(named, Settings(), NOW)[0], NOW, local) == "d-1234567890.awsapps.com until 17:00"
