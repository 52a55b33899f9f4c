"""Renewals that fail for no fault of the sign-in: pauses, what is said of them, and what ends them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.build import NOW, snapshot, token, utc
from support.looks import Desk, held, minute, signed_in_at_zero

from tray.core.message import Message
from tray.core.model import Status
from tray.core.notices import Effects, plan
from tray.core.session import renewal
from tray.core.session.history import EndedBy, History
from tray.core.session.memory import Memory
from tray.core.session.renewal import How, Renewal
from tray.core.session.schedule import next_change
from tray.core.session.status import derive, problems_of
from tray.core.settings import Settings
from tray.core.words import status as status_words

SETTINGS = Settings()
NO_NETWORK = Message("No answer from AWS", "Check the network.")
DISK_FULL = Message("The sign-in file cannot be written: no space left", "Make room on the disk.")


def troubled(times: int = 1, problem: Message = NO_NETWORK, *, passes: bool = True) -> Desk:
    """A desk whose token is due since minute 50, and could not be renewed."""
    desk = signed_in_at_zero()
    desk.look(51)
    for _ in range(times):
        desk.memory = renewal.failed(desk.memory, "corp", problem, minute(51), passes=passes)
    return desk


def effects(desk: Desk, at: float) -> Effects:
    return plan(desk.memory, (desk.status(at),), minute(at), SETTINGS, utc)


def problems(desk: Desk, at: float = 51) -> tuple[Message, ...]:
    return problems_of(desk.snapshot(), (desk.status(at),), desk.memory)


def test_it_changes_no_status_but_says_since_when_nothing_was_checked() -> None:
    desk = troubled()
    found = desk.status(51)

    assert found.status is Status.SIGNED_IN
    assert found.checked_at == found.unchecked_since == NOW
    assert desk.status(61).status is Status.RENEWABLE


def test_what_may_pass_is_named_once_it_lasts_and_that_it_is_tried_again() -> None:
    assert [len(problems(troubled(times))) for times in range(1, 7)] == [0, 0, 0, 0, 1, 1]
    (problem,) = problems(troubled(5))
    assert problem.title == "corp is not checked: No answer from AWS"
    assert problem.hint == f"Check the network. {status_words.TRIED_AGAIN()}"


def test_what_does_not_pass_is_named_at_once_with_its_own_hint_alone() -> None:
    (problem,) = problems(troubled(1, DISK_FULL, passes=False))

    assert problem == Message(f"corp is not checked: {DISK_FULL.title}", DISK_FULL.hint)


def test_the_last_cause_is_the_one_that_is_named() -> None:
    desk = troubled(6)
    desk.memory = renewal.failed(desk.memory, "corp", DISK_FULL, minute(52), passes=False)
    (problem,) = problems(desk)

    assert problem.hint == DISK_FULL.hint


def test_an_ended_sign_in_has_no_trouble_to_speak_of() -> None:
    desk = troubled(9)
    desk.end(60)
    desk.look(60)

    assert (problems(desk, 60), desk.status(60).unchecked_since) == ((), None)


def test_it_waits_longer_each_time_and_not_as_long_as_others_do() -> None:
    desk, waits = troubled(0), []
    for _ in range(14):
        desk.memory = renewal.failed(desk.memory, "corp", NO_NETWORK, minute(51), passes=True)
        at = desk.history().pause_until
        assert at is not None
        assert effects(desk, 51).renew == ()
        waits.append((at - minute(51)).total_seconds())
        if at < minute(59):
            assert next_change((desk.status(51),), desk.memory, minute(51), SETTINGS, utc) == at
        statuses = derive(desk.snapshot(), SETTINGS, at, None, desk.memory)
        assert plan(desk.memory, statuses, at, SETTINGS, utc).renew == (Renewal("corp", How.RENEW),)

    assert 1 <= waits[0] <= 2
    assert all(2**n <= wait <= 2 ** (n + 1) for n, wait in enumerate(waits[:9]))
    assert all(300 <= wait <= 600 for wait in waits[9:])
    assert renewal.pause_after(3, "a") != renewal.pause_after(3, "b")
    assert renewal.pause_after(3, "a") == renewal.pause_after(3, "a")


@pytest.mark.parametrize("attempts", [0, 1, 10**9])
@pytest.mark.parametrize("salt", ["", "ü", "\ud800"])
def test_any_count_gives_a_pause(attempts: int, salt: str) -> None:
    assert timedelta() < renewal.pause_after(attempts, salt) <= renewal.LONGEST_PAUSE


@pytest.mark.parametrize("ends_it", ["renewed", "proven", "refused", "another program's token", "woke"])
def test_trouble_ends(ends_it: str) -> None:
    desk = troubled()
    match ends_it:
        case "renewed":
            desk.renew(52, held(52, "b"))
        case "proven":
            desk.prove(52)
        case "refused":
            desk.end(52, EndedBy.REFUSED, "Invalid client")
        case "woke":
            desk.memory = renewal.forget_failures(desk.memory)
            assert effects(desk, 51).renew == (Renewal("corp", How.RENEW),)
    desk.look(52, *([held(52, "b")] if ends_it.startswith("another") else []))

    assert desk.history().trouble is None


def test_a_pause_that_a_wrong_clock_made_endless_is_not_kept() -> None:
    memory = Memory().with_history("corp", History(pause_until=NOW + timedelta(days=3)))
    statuses = derive(snapshot(token(5, refreshable=True)), SETTINGS, NOW, None, memory)

    assert plan(memory, statuses, NOW, SETTINGS, utc).renew == (Renewal("corp", How.RENEW),)


def test_a_token_that_is_due_again_right_after_its_renewal_is_not_renewed_without_end() -> None:
    desk = signed_in_at_zero()
    desk.renew(50, held(50, "b", life=0.5))
    desk.look(50)

    assert effects(desk, 50 + 9 / 60).renew == ()
    assert effects(desk, 50 + 21 / 60).renew == (Renewal("corp", How.RENEW),)
