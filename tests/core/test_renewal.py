"""When a token is renewed, and what comes of each outcome."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from support.build import NOW, profile, sign_in, snapshot, token, utc

from tray.core import outcomes
from tray.core.history import History, Span
from tray.core.memory import Memory
from tray.core.model import (
    Deadline,
    DeadlineSource,
    LoginInProgress,
    Settings,
    SignInSettings,
    SignInStatus,
    Snapshot,
    Status,
    Token,
)
from tray.core.notices import Effects, plan
from tray.core.observe import observe
from tray.core.schedule import next_change
from tray.core.status import derive, problems_of

SETTINGS = Settings()
EIGHT_HOURS = (Span(timedelta(minutes=450), timedelta(minutes=481)),)


def renewable(minutes: float, key: str = "a", written: float = -30) -> Token:
    return Token(
        NOW + timedelta(minutes=minutes),
        True,
        NOW + timedelta(days=30),
        NOW + timedelta(minutes=written),
        key,
        f"r{key}",
    )


def effects_of(
    seen: Snapshot, memory: Memory | None = None, settings: Settings = SETTINGS, now: datetime = NOW, **more: object
) -> Effects:
    memory = memory or Memory()
    login = more.pop("login", None)
    statuses = derive(seen, settings, now, login, memory)  # type: ignore[arg-type]
    return plan(memory, statuses, now, settings, utc, **more)  # type: ignore[arg-type]


def status_of(seen: Snapshot, memory: Memory, settings: Settings = SETTINGS, now: datetime = NOW) -> SignInStatus:
    return derive(seen, settings, now, None, memory)[0]


@pytest.mark.parametrize(
    ("held", "due"),
    [
        pytest.param(renewable(10.01), False, id="more than ten minutes left"),
        pytest.param(renewable(10), True, id="ten minutes left"),
        pytest.param(renewable(-1), True, id="past"),
        pytest.param(renewable(2.1, written=-3.9), False, id="short life: more than a third left"),
        pytest.param(renewable(2, written=-4), True, id="short life: a third left"),
        pytest.param(renewable(-1, written=5), True, id="written after its end, by a clock that is wrong"),
        pytest.param(token(5, refreshable=True, registration_days=-1), False, id="the registration is over"),
        pytest.param(token(5), False, id="it cannot be renewed"),
        pytest.param(None, False, id="there is none"),
    ],
)
def test_when_a_renewal_is_due(held: Token | None, due: bool) -> None:
    assert effects_of(snapshot(held)).renew == (("corp",) if due else ())


def test_never_when_switched_off_or_in_flight_or_during_a_login() -> None:
    seen = snapshot(renewable(5))

    assert effects_of(seen, settings=Settings(renew_enabled=False)).renew == ()
    assert effects_of(seen, renewing={"corp"}).renew == ()
    assert effects_of(seen, login=LoginInProgress("corp")).renew == ()
    assert effects_of(seen, login=LoginInProgress("lab")).renew == ("corp",)


def test_also_in_quiet_hours() -> None:
    assert effects_of(snapshot(renewable(5)), settings=Settings(quiet_hours="00:00-23:59")).renew == ("corp",)


def test_many_are_renewed_a_few_at_a_time_the_most_urgent_first() -> None:
    names = [f"s{number}" for number in range(9)]
    tokens = {name: renewable(9 - number) for number, name in enumerate(names)}
    seen = snapshot(sign_ins=tuple(map(sign_in, names)), profiles=(profile("a", "s0"),), tokens=tokens)

    assert effects_of(seen).renew == ("s8", "s7", "s6", "s5")
    assert effects_of(seen, renewing={"s8", "s7", "s6"}).renew == ("s5",)


def test_a_refused_token_is_expired_at_once_and_never_tried_again() -> None:
    seen = snapshot(renewable(9))
    memory = outcomes.refused(Memory(), "corp", "a", NOW)

    assert status_of(seen, memory).status is Status.EXPIRED
    assert effects_of(seen, memory).renew == ()
    assert effects_of(snapshot(renewable(9, "b")), memory).renew == ("corp",)
    assert status_of(snapshot(renewable(9, "b")), memory).status is Status.SIGNED_IN


def test_a_refused_token_is_told_once_and_withdrawn_when_another_program_signed_in() -> None:
    memory = outcomes.refused(Memory(), "corp", "a", NOW)
    first = effects_of(snapshot(renewable(9)), memory)
    again = effects_of(snapshot(renewable(9)), first.memory)
    settled = effects_of(snapshot(renewable(59, "b", 0)), again.memory)

    assert first.notice is not None
    assert "ended" in first.notice.title
    assert again.notice is None
    assert len(settled.withdraw) == 1


def test_a_token_that_aws_will_not_renew_lives_to_its_own_end() -> None:
    memory = outcomes.unrenewable(Memory(), "corp", "a")

    assert effects_of(snapshot(renewable(9)), memory).renew == ()
    assert status_of(snapshot(renewable(30)), memory).deadline == Deadline(
        NOW + timedelta(minutes=30), DeadlineSource.TOKEN
    )
    assert status_of(snapshot(renewable(-1)), memory).status is Status.EXPIRED


def test_trouble_changes_no_status_but_says_since_when_nothing_was_checked() -> None:
    seen = snapshot(renewable(9))
    memory = outcomes.trouble(observe(Memory(), seen, NOW), "corp", "No network", NOW)
    found = status_of(seen, memory)

    assert found.status is Status.SIGNED_IN
    assert found.checked_at == found.unchecked_since == NOW - timedelta(minutes=30)
    assert status_of(snapshot(renewable(-1)), memory).status is Status.RENEWABLE


def test_trouble_is_named_as_a_problem_once_it_lasts() -> None:
    seen = snapshot(renewable(9))
    memory = Memory()
    for attempt in range(1, 7):
        memory = outcomes.trouble(memory, "corp", "No answer from AWS", NOW)
        problems = problems_of(seen, (status_of(seen, memory),), memory)
        assert len(problems) == (attempt >= 5)
    assert "No answer from AWS" in problems[0].title


def test_after_trouble_it_waits_longer_each_time_and_not_as_long_as_others_do() -> None:
    seen = snapshot(renewable(9))
    memory, waits = observe(Memory(), seen, NOW), []
    for _ in range(14):
        memory = outcomes.trouble(memory, "corp", "No network", NOW)
        assert effects_of(seen, memory).renew == ()
        at = memory.history("corp").pause_until
        assert at is not None
        waits.append((at - NOW).total_seconds())
        if at < NOW + timedelta(minutes=8):
            statuses = derive(seen, SETTINGS, NOW, None, memory)
            assert next_change(statuses, memory, NOW, SETTINGS, utc) == at
        assert effects_of(seen, memory, now=at).renew == ("corp",)

    assert 1 <= waits[0] <= 2
    assert all(2**n <= wait <= 2 ** (n + 1) for n, wait in enumerate(waits[:9]))
    assert all(300 <= wait <= 600 for wait in waits[9:])
    assert outcomes.pause_after(3, "a") != outcomes.pause_after(3, "b")
    assert outcomes.pause_after(3, "a") == outcomes.pause_after(3, "a")


@pytest.mark.parametrize("ends_it", ["renewed", "another program's token", "woke"])
def test_trouble_ends(ends_it: str) -> None:
    seen = snapshot(renewable(9))
    memory = outcomes.trouble(observe(Memory(), seen, NOW), "corp", "No network", NOW)
    if ends_it == "renewed":
        memory = outcomes.renewed(memory, "corp")
    elif ends_it == "woke":
        memory = outcomes.woke(memory)
        assert effects_of(seen, memory).renew == ("corp",)
    else:
        memory = observe(memory, snapshot(renewable(60, "b", 0)), NOW)

    assert memory.history("corp").trouble is None
    assert memory.history("corp").pause_until is None


def test_a_pause_that_a_wrong_clock_made_endless_is_not_kept() -> None:
    memory = Memory().with_history("corp", History(pause_until=NOW + timedelta(days=3)))

    assert effects_of(snapshot(renewable(5)), memory).renew == ("corp",)


def test_a_token_that_is_due_again_right_after_its_renewal_is_not_renewed_without_end() -> None:
    old, odd = renewable(5), renewable(0.5, "b", 0)
    memory = observe(Memory(), snapshot(old), NOW)
    memory = observe(outcomes.renewed(memory, "corp"), snapshot(odd), NOW)

    assert effects_of(snapshot(odd), memory, now=NOW + timedelta(seconds=9)).renew == ()
    assert effects_of(snapshot(odd), memory, now=NOW + timedelta(seconds=21)).renew == ("corp",)


def test_an_estimated_end_is_put_to_the_proof_before_the_reminder_and_around_the_end() -> None:
    began = NOW - timedelta(hours=8)
    asked = []
    memory = Memory().with_history("corp", History(began_at=began, held_at=NOW - timedelta(minutes=20)))
    held = renewable(60, written=-20)
    settings = Settings(sign_ins={"corp": SignInSettings(length_hours=8)})
    for minute in range(-20, 5):
        now = NOW + timedelta(minutes=minute)
        effects = effects_of(snapshot(held), memory, settings, now)
        if effects.renew:
            assert effects.insist == {"corp"}
            asked.append(minute)
            known = memory.history("corp")
            memory = memory.with_history("corp", History(began_at=known.began_at, held_at=now))

    assert asked == [-16, -2, 1]
    assert status_of(snapshot(held), memory, settings, NOW + timedelta(minutes=5)).deadline is None


def test_a_renewal_near_the_tokens_end_is_not_insisted_on() -> None:
    effects = effects_of(snapshot(renewable(5)))

    assert (effects.renew, effects.insist) == (("corp",), frozenset())


@pytest.mark.parametrize(
    ("history", "hours", "at", "source"),
    [
        (History(began_at=NOW, spans=EIGHT_HOURS), None, 480, DeadlineSource.LEARNED),
        (History(began_at=NOW, spans=EIGHT_HOURS), 12, 720, DeadlineSource.SETTING),
        (History(began_at=NOW), 12, 720, DeadlineSource.SETTING),
        (History(began_at=NOW), 24 * 60, 30 * 24 * 60, DeadlineSource.SETTING),
        (History(began_at=NOW), None, None, None),
        (History(spans=EIGHT_HOURS), 12, None, None),
        (History(began_at=NOW, spans=EIGHT_HOURS, held_at=NOW + timedelta(hours=9)), None, None, None),
    ],
)
def test_the_deadline_and_how_it_is_known(
    history: History, hours: float | None, at: float | None, source: DeadlineSource | None
) -> None:
    settings = Settings(sign_ins={"corp": SignInSettings(length_hours=hours)})
    found = status_of(snapshot(renewable(60)), Memory().with_history("corp", history), settings).deadline

    assert found == (None if at is None or source is None else Deadline(NOW + timedelta(minutes=at), source))


def test_a_clock_that_differs_from_that_of_aws_is_a_problem() -> None:
    assert problems_of(snapshot(), (), outcomes.skewed(Memory(), 299)) == ()
    (problem,) = problems_of(snapshot(), (), outcomes.skewed(Memory(), -720))
    assert "12 min ahead of" in problem.title
    (problem,) = problems_of(snapshot(), (), outcomes.skewed(Memory(), 720))
    assert "12 min behind" in problem.title
