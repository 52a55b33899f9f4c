"""When a token is renewed, or AWS is asked about one that cannot be."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from botocore.tokens import SSOTokenProvider
from support.build import NOW, profile, sign_in, snapshot, token, utc
from support.looks import EIGHT_HOURS, Desk, held, legacy, minute, signed_in_at_zero

from tray.core.dataclass import replace
from tray.core.message import Message
from tray.core.model import Deadline, DeadlineSource, LoginInProgress, SignInStatus, Snapshot, Status, Token
from tray.core.notices import Effects, plan
from tray.core.session import renewal
from tray.core.session.clock import skewed
from tray.core.session.history import History
from tray.core.session.memory import Memory
from tray.core.session.renewal import How, Renewal, renewal_at
from tray.core.session.status import derive, problems_of
from tray.core.session.token_changes import RENEWAL_WINDOW, observe
from tray.core.settings import Settings, SignInSettings

SETTINGS = Settings()


def renewable(minutes: float, key: str = "a", written: float = -30) -> Token:
    return Token(
        NOW + timedelta(minutes=minutes),
        True,
        NOW + timedelta(days=30),
        NOW + timedelta(minutes=written),
        key,
        f"r{key}",
    )


def named(effects: Effects) -> tuple[str, ...]:
    return tuple(each.sign_in for each in effects.renew)


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
        pytest.param(renewable(16.01, written=-60), False, id="more than sixteen minutes left"),
        pytest.param(renewable(16, written=-60), True, id="sixteen minutes left"),
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
    assert named(effects_of(snapshot(held))) == (("corp",) if due else ())


def test_never_when_switched_off_or_in_flight_or_during_a_login() -> None:
    seen = snapshot(renewable(5))

    assert named(effects_of(seen, settings=Settings(renew_enabled=False))) == ()
    assert named(effects_of(seen, renewing={"corp"})) == ()
    assert named(effects_of(seen, login=LoginInProgress("corp"))) == ()
    assert named(effects_of(seen, login=LoginInProgress("lab"))) == ("corp",)


def test_also_in_quiet_hours() -> None:
    assert named(effects_of(snapshot(renewable(5)), settings=Settings(quiet_hours="00:00-23:59"))) == ("corp",)


def test_many_are_renewed_a_few_at_a_time_the_most_urgent_first() -> None:
    names = [f"s{number}" for number in range(9)]
    tokens = {name: renewable(9 - number) for number, name in enumerate(names)}
    seen = snapshot(sign_ins=tuple(map(sign_in, names)), profiles=(profile("a", "s0"),), tokens=tokens)

    assert named(effects_of(seen)) == ("s8", "s7", "s6", "s5")
    assert named(effects_of(seen, renewing={"s8", "s7", "s6"})) == ("s5",)


def test_a_token_that_ended_is_expired_at_once_and_never_tried_again() -> None:
    desk = signed_in_at_zero()
    desk.end(51)
    desk.look(51)

    assert desk.status(51).status is Status.EXPIRED
    assert named(effects_at(desk, 51)) == ()
    desk.look(52, held(-7, "b"))
    assert desk.status(52).status is Status.SIGNED_IN
    assert named(effects_at(desk, 54)) == ("corp",)


def test_its_end_is_told_once_and_withdrawn_when_another_program_signed_in() -> None:
    desk = signed_in_at_zero()
    desk.end(51)
    desk.look(51)
    first = effects_at(desk, 51)
    desk.memory = first.memory
    again = effects_at(desk, 52)
    desk.look(53, held(53, "b"))
    settled = effects_at(desk, 53)

    assert first.notice is not None
    assert "ended" in first.notice.title
    assert again.notice is None
    assert len(settled.withdraw) == 1


def test_an_estimated_end_is_put_to_the_proof_before_the_reminder_and_around_the_end() -> None:
    began = NOW - timedelta(hours=8)
    asked = []
    memory = Memory().with_history("corp", History(began_at=began, held_at=NOW - timedelta(minutes=20)))
    held = renewable(60, written=-20)
    settings = Settings(sign_ins={"corp": SignInSettings(length_hours=8)})
    for at in range(-20, 5):
        now = minute(at)
        effects = effects_of(snapshot(held), memory, settings, now)
        if effects.renew:
            assert effects.renew == (Renewal("corp", How.INSIST),)
            asked.append(at)
            known = memory.history("corp")
            memory = memory.with_history("corp", History(began_at=known.began_at, held_at=now))

    assert asked == [-16, -2, 1]
    assert status_of(snapshot(held), memory, settings, NOW + timedelta(minutes=5)).deadline is None


def test_a_token_is_renewed_by_its_life_where_the_clock_was_set_back_since_it_came() -> None:
    held = renewable(60, written=-60)  # of a life of two hours, and so of a margin of sixteen minutes
    came = NOW - timedelta(minutes=100)
    found = status_of(snapshot(held), Memory().with_history("corp", History(held_at=came)))

    assert renewal_at(found, History(), NOW, SETTINGS) == NOW + timedelta(minutes=44)
    assert renewal_at(found, History(held_at=came), NOW, SETTINGS) == came + timedelta(minutes=104)


def test_a_token_is_renewed_before_any_sdk_does_so_itself_and_never_so_early_that_it_would_pass_for_a_login() -> None:
    botocore = timedelta(seconds=vars(SSOTokenProvider)["_REFRESH_WINDOW"])

    margin = renewable(60).margin

    assert margin >= botocore + timedelta(minutes=1), "the tray looks once a minute at least"
    assert margin < RENEWAL_WINDOW


def test_a_renewal_near_the_tokens_end_is_not_insisted_on() -> None:
    effects = effects_of(snapshot(renewable(5)))

    assert effects.renew == (Renewal("corp", How.RENEW),)


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


# What tells that a session may be over.

TWO = (sign_in("corp"), sign_in("data"))


def shared(other: Token, *, ended: bool) -> Desk:
    """Two sign-ins of one session, of which AWS said at minute 30 that it is over."""
    settings = Settings(sign_ins={"corp": SignInSettings(length_hours=8)})
    desk = signed_in_at_zero(sign_ins=TWO, settings=settings)
    desk.log_in(10, other, "data")
    if ended:
        desk.prove(20)
    desk.end(30)
    desk.look(30)
    assert desk.history("data").over is ended
    return desk


def effects_at(desk: Desk, at: float) -> Effects:
    memory = observe(desk.memory, desk.snapshot(), minute(at), desk.settings)
    statuses = derive(desk.snapshot(), desk.settings, minute(at), None, memory)
    return plan(memory, statuses, minute(at), desk.settings, utc)


@pytest.mark.parametrize("ended", [True, False], ids=["over until AWS says otherwise", "only asked"])
def test_a_questioned_token_is_renewed_at_once_though_it_is_not_near_its_end(ended: bool) -> None:
    desk = shared(held(10, "d"), ended=ended)
    effects = effects_at(desk, 30)

    assert effects.renew == (Renewal("data", How.INSIST),)


@pytest.mark.parametrize("ended", [True, False], ids=["over until AWS says otherwise", "only asked"])
def test_of_one_that_cannot_be_renewed_aws_is_only_asked(ended: bool) -> None:
    desk = shared(legacy(10, "d"), ended=ended)
    effects = effects_at(desk, 30)

    assert effects.renew == (Renewal("data", How.ASK),)


@pytest.mark.parametrize("other", [held(10, "d"), legacy(10, "d")], ids=["renewable", "not renewable"])
@pytest.mark.parametrize("holds", [True, False])
def test_an_answer_is_enough(other: Token, holds: bool) -> None:
    desk = shared(other, ended=True)
    if not holds:
        desk.end(30.1, name="data")
    elif other.refreshable:
        desk.renew(30.1, held(30.1, "e"), "data")
    else:
        desk.prove(30.1, "data")
    desk.look(30.2)

    assert named(effects_at(desk, 35)) == ()
    assert desk.status(35, "data").status is (Status.SIGNED_IN if holds else Status.EXPIRED)


def test_while_no_answer_comes_it_is_asked_again_after_a_pause() -> None:
    desk = shared(held(10, "d"), ended=True)
    desk.memory = renewal.failed(desk.memory, "data", Message("No network", "Check it."), minute(30), passes=True)

    assert named(effects_at(desk, 30.01)) == ()
    assert named(effects_at(desk, 30.04)) == ("data",)
    assert desk.status(30, "data").status is Status.EXPIRED


def test_nothing_is_asked_where_renewing_is_off() -> None:
    desk = shared(held(10, "d"), ended=True)
    desk.settings = replace(desk.settings, renew_enabled=False)

    assert named(effects_at(desk, 30)) == ()


def test_the_estimated_end_of_one_that_cannot_be_renewed_is_put_to_the_proof_by_asking() -> None:
    desk = signed_in_at_zero(sign_ins=TWO, settings=Settings(sign_ins={"corp": SignInSettings(length_hours=8)}))
    desk.log_in(240, legacy(240, "d"), "data")
    asked = []
    for at in range(450, 490):
        desk.renew(at, held(at, f"t{at}"))
        desk.look(at)
        if effects_at(desk, at).renew == (Renewal("data", How.ASK),):
            asked.append(at - 480)
            desk.prove(at, "data")

    assert asked == [-16, -2, 1]
    assert desk.status(490, "data").deadline == Deadline(minute(720), DeadlineSource.TOKEN)


def test_a_clock_that_differs_from_that_of_aws_is_a_problem() -> None:
    assert problems_of(snapshot(), (), skewed(Memory(), 299)) == ()
    (problem,) = problems_of(snapshot(), (), skewed(Memory(), -720))
    assert "12 min ahead of" in problem.title
    (problem,) = problems_of(snapshot(), (), skewed(Memory(), 720))
    assert "12 min behind" in problem.title
