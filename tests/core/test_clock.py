"""A machine's clock that is set: what is remembered moves with it, and AWS's `Date` tells it from sleep."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.build import NOW
from support.examples import examples
from support.looks import Desk, held, minute, minutes_of, record_through_json, signed_in_at_zero

from tray.core.dataclass import replace
from tray.core.model import EndId
from tray.core.session.clock import by_clock, clock_set, look_at_clock, skewed
from tray.core.session.history import End, EndedBy, History, Trouble
from tray.core.session.memory import Announcement, Memory
from tray.core.settings import Settings, SignInSettings

EIGHT = Settings(sign_ins={"corp": SignInSettings(length_hours=8)})


def remembering(**changes: object) -> Memory:
    known = History(
        held(0),
        began_at=minute(0),
        held_at=minute(10),
        ends_by=None,
        ended=End("z", minute(20), EndedBy.REMOVED),
        page_shown_at=minute(30),
        questioned_at=minute(40),
        trouble=Trouble(minute(50), "No network"),
        pause_until=minute(60),
        recorded_at=minute(70),
    )
    memory = Memory(
        announcements={"corp": Announcement(EndId("session 1"), minute(480), estimated=True, said_at=minute(80))},
        snoozed_until=minute(90),
        seen_at=minute(100),
    )
    return replace(memory.with_history("corp", known), **changes)  # type: ignore[arg-type]


def moments(memory: Memory) -> list[float | None]:
    known = memory.history("corp")
    assert known.ended is not None
    assert known.trouble is not None
    found = (
        known.began_at,
        known.held_at,
        known.ended.at,
        known.page_shown_at,
        known.questioned_at,
        known.trouble.since,
        known.pause_until,
        known.recorded_at,
    )
    return [minutes_of(at) for at in found]


def test_a_clock_set_back_moves_all_that_is_remembered_with_it() -> None:
    memory = look_at_clock(remembering(skew_seconds=2.0), minute(100 - 180))

    assert moments(memory) == [at - 180 for at in range(0, 80, 10)]
    assert minutes_of(memory.snoozed_until) == 90 - 180
    assert minutes_of(memory.announcements["corp"].said_at) == 80 - 180
    assert minutes_of(memory.announcements["corp"].deadline) == 480 - 180
    assert memory.skew_seconds == 2.0 + 180 * 60
    assert memory.history("corp").token == held(0), "every other program goes by the file"


def test_an_announced_end_that_a_file_says_stays_where_it_is() -> None:
    said = Announcement(EndId("session 1"), minute(60), estimated=False)
    memory = clock_set(Memory(announcements={"corp": said}), timedelta(hours=-3))

    assert memory.announcements["corp"].deadline == minute(60)


@pytest.mark.parametrize("by", [-1.9, -0.5, 0, 1, 1.9])
def test_a_clock_set_by_less_than_two_minutes_changes_nothing(by: float) -> None:
    memory = remembering()

    assert look_at_clock(memory, minute(100 + by)) == memory


@pytest.mark.parametrize("leap", [3, 180, 60 * 24 * 30])
def test_a_leap_forward_is_sleep_until_awss_clock_says_otherwise(leap: float) -> None:
    memory = look_at_clock(remembering(skew_seconds=2.0), minute(100 + leap))

    assert memory.leapt_at == minute(100 + leap)
    assert moments(memory) == [*range(0, 80, 10)]
    slept = skewed(memory, 3.0)
    assert moments(slept) == [*range(0, 80, 10)]
    assert (slept.skew_seconds, slept.leapt_at) == (3.0, None)
    was_set = skewed(memory, 2.0 - leap * 60)
    assert moments(was_set) == [at + leap for at in range(0, 80, 10)]
    assert was_set.skew_seconds == 2.0 - leap * 60


def test_what_is_remembered_since_the_leap_stays() -> None:
    memory = look_at_clock(remembering(skew_seconds=0.0), minute(280))
    known = replace(memory.history("corp"), held_at=minute(281), recorded_at=minute(280))
    memory = skewed(memory.with_history("corp", known), -180 * 60)

    assert moments(memory)[:2] == [180, 281]
    assert moments(memory)[-1] == 280


def test_the_first_answer_of_aws_only_tells_how_far_the_clock_is_off() -> None:
    assert skewed(remembering(), -720) == remembering(skew_seconds=-720)


@pytest.mark.parametrize("drift", [-59, 0, 59])
def test_a_little_drift_is_no_set_clock(drift: float) -> None:
    assert moments(skewed(remembering(skew_seconds=0.0), drift)) == [*range(0, 80, 10)]


def test_what_another_clock_wrote_down_is_told_by_this_one() -> None:
    known = History(began_at=minute(0), recorded_at=minute(10), skew=-600.0)

    moved = by_clock(known, Memory(skew_seconds=0.0))
    assert (moved.began_at, moved.recorded_at, moved.skew) == (minute(-10), minute(0), 0.0)
    assert by_clock(known, Memory()) == known
    assert by_clock(replace(known, skew=None), Memory(skew_seconds=9000.0)) == replace(known, skew=None)
    assert by_clock(known, Memory(skew_seconds=-570.0)) == known


def test_two_machines_that_share_a_home_agree_on_the_end_whatever_their_clocks_say() -> None:
    here, there = signed_in_at_zero(settings=EIGHT), Desk(settings=EIGHT)
    here.prove(1, skew=0.0)
    there.look(41)
    there.memory = skewed(there.memory, -40 * 60)  # Its clock is ahead by 40 minutes.
    there.files, there.records = dict(here.files), dict(here.records)
    there.look(42)

    assert there.began() == 40


@pytest.mark.parametrize("set_by", [-180.0, 180.0])
def test_a_login_outlives_a_clock_that_is_set_over_it(set_by: float) -> None:
    desk = signed_in_at_zero(settings=EIGHT)
    desk.prove(1, skew=0.0)
    desk.look(2)
    desk.look(3 + set_by)
    desk.memory = skewed(desk.memory, -set_by * 60)

    assert desk.began() == pytest.approx(set_by, abs=2)


def test_a_login_that_another_program_made_after_the_clock_was_set_stays_where_it_is() -> None:
    """Set forward, set back before AWS answered, a login since, and only then an answer."""
    desk = signed_in_at_zero(settings=EIGHT)
    desk.prove(1, skew=0.0)
    desk.look(2)
    desk.end(2.5)
    desk.look(3 + 180)
    desk.look(4)
    desk.look(5, held(5, "b"))
    assert desk.began() == 5
    desk.memory = skewed(desk.memory, 0.0)

    assert desk.began() == 5


@dataclass
class Machine:
    """A machine whose clock is set; AWS's is right."""

    error: float = 0.0
    """Minutes by which the clock is ahead of AWS's."""

    true: float = 0.0
    desk: Desk = field(default_factory=lambda: signed_in_at_zero(settings=EIGHT))

    @property
    def by_clock(self) -> float:
        return self.true + self.error

    @property
    def skew(self) -> float:
        return -self.error * 60

    def answer(self) -> None:
        self.desk.memory = skewed(self.desk.memory, self.skew)

    def foretold(self) -> float | None:
        """The foretold end in AWS's time."""
        began = self.desk.began()
        return None if began is None else began + 480 - self.error


SETS = st.sampled_from([-600.0, -180.0, -30.0, -3.0, 3.0, 30.0, 180.0, 600.0])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("set"), SETS),
        st.tuples(st.just("sleep"), st.floats(3, 60)),
        st.tuples(st.just("answer"), st.just(0.0)),
        st.tuples(st.just("restart"), st.just(0.0)),
        st.tuples(st.just("login"), st.just(0.0)),
    ),
    max_size=10,
)


@examples(300)
@given(STEPS)
def test_after_any_sets_and_answers_the_foretold_end_is_the_same_in_awss_time(steps: list[tuple[str, float]]) -> None:
    machine = Machine()
    machine.desk.prove(0, skew=0.0)
    machine.desk.look(0)
    began, keys = 0.0, iter("bcdefghijklmn")
    for step, by in steps:
        machine.true += by if step == "sleep" else 0.5
        match step:
            case "set":
                machine.error += by
            case "answer":
                machine.answer()
            case "restart":
                machine.desk.records = {
                    name: record_through_json(known) for name, known in machine.desk.records.items()
                }
            case "login":
                # By our own command, after a logout: it hears from AWS.
                machine.desk.look(machine.by_clock)
                machine.answer()
                machine.desk.log_out(machine.by_clock)
                began = machine.true
                machine.desk.log_in(machine.by_clock, held(machine.by_clock, next(keys)), skew=machine.skew)
        machine.desk.look(machine.by_clock)
    machine.answer()
    found = machine.foretold()

    assert found is not None
    # A leap is measured from one look to the next, and so wrong by what passes in between.
    assert abs(found - (began + 480)) <= 0.5 * (len(steps) + 1)


@given(st.floats(-1e6, 1e6), st.none() | st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_setting_the_clock_and_setting_it_back_changes_nothing(by: float, skew: float | None, leap: float) -> None:
    memory = remembering(skew_seconds=skew, leapt_at=NOW + timedelta(seconds=leap))
    there = clock_set(memory, timedelta(seconds=by))
    back = clock_set(there, -timedelta(seconds=by))

    assert replace(back, skew_seconds=None) == replace(memory, skew_seconds=None)
    assert (back.skew_seconds is None) == (skew is None)
