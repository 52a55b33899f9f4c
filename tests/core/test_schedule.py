"""The loop must wake exactly when something visible changes."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from support.build import NOW, snapshot, token, utc

from tray.core.model import Snapshot
from tray.core.notices import plan
from tray.core.session.history import End, EndedBy, History, Trouble
from tray.core.session.memory import Memory
from tray.core.session.schedule import next_change
from tray.core.session.status import derive
from tray.core.settings import Settings, SignInSettings
from tray.core.view.render import Scene, render


def outcome(seen: Snapshot, memory: Memory, settings: Settings, minutes: float) -> tuple[object, ...]:
    now = NOW + timedelta(minutes=minutes)
    statuses = derive(seen, settings, now, None, memory)
    view = render(Scene(seen, statuses, settings, memory), now, utc)
    return view, plan(memory, statuses, now, settings, utc)


@given(
    ends=st.integers(-100, 2000),
    refreshable=st.booleans(),
    leads=st.lists(st.integers(1, 300), max_size=3),
    snoozed=st.integers(-60, 600),
    quiet=st.sampled_from(["", "22:00-07:00", "12:00-13:00", "09:00-11:30"]),
    share=st.floats(0.001, 0.999),
    history=st.builds(
        History,
        token=st.just(token(60, refreshable=True)),
        began_at=st.none() | st.integers(-600, 0).map(lambda minutes: NOW + timedelta(minutes=minutes)),
        held_at=st.none() | st.integers(-60, 0).map(lambda minutes: NOW + timedelta(minutes=minutes)),
        pause_until=st.none() | st.integers(-5, 9).map(lambda minutes: NOW + timedelta(minutes=minutes)),
        ends_by=st.none() | st.integers(0, 600).map(lambda minutes: NOW + timedelta(minutes=minutes)),
        ended=st.none() | st.just(End("a", NOW, EndedBy.SHARED)),
        questioned_at=st.none() | st.integers(-90, 0).map(lambda minutes: NOW + timedelta(minutes=minutes)),
        trouble=st.none() | st.just(Trouble(NOW - timedelta(minutes=3), "No network", attempts=7)),
    ),
    hours=st.none() | st.sampled_from([1.0, 8.0]),
    renew=st.booleans(),
)
def test_nothing_changes_before_the_next_change(
    ends: int,
    refreshable: bool,
    leads: list[int],
    snoozed: int,
    quiet: str,
    share: float,
    history: History,
    hours: float | None,
    renew: bool,
) -> None:
    settings = Settings(
        lead_minutes=tuple(map(float, leads)),
        quiet_hours=quiet,
        renew_enabled=renew,
        sign_ins={"corp": SignInSettings(length_hours=hours)},
    )
    seen = snapshot(token(ends, refreshable=refreshable))
    memory = Memory(snoozed_until=NOW + timedelta(minutes=snoozed)).with_history("corp", history)
    statuses = derive(seen, settings, NOW, None, memory)
    memory = plan(memory, statuses, NOW, settings, utc).memory

    at = next_change(statuses, memory, NOW, settings, utc)

    assert at is not None
    assert at > NOW
    later = (at - NOW).total_seconds() / 60 * share
    begins_quiet = quiet and outcome_is_quiet(quiet, NOW + timedelta(minutes=later))
    if not begins_quiet:
        assert outcome(seen, memory, settings, 0) == outcome(seen, memory, settings, later)


def test_of_a_token_that_cannot_be_renewed_each_moment_follows_the_one_before_up_to_midnight() -> None:
    settings, seen, memory = Settings(lead_minutes=(30.0,)), snapshot(token(480)), Memory()
    moments, now = [], NOW
    while len(moments) < 5:
        statuses = derive(seen, settings, now, None, memory)
        at = next_change(statuses, memory, now, settings, utc)
        assert at is not None
        moments.append(round((at - NOW).total_seconds() / 60))
        now = at

    # A login asks no more whether to begin a new session; the reminder; the token's margin; its end; midnight.
    assert moments == [420, 450, 464, 480, 720]


def outcome_is_quiet(quiet: str, at: datetime) -> bool:
    return Settings(quiet_hours=quiet).quiet_until(at) is not None
