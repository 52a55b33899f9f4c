"""Any commands, any token files, any clock: nothing breaks, and nothing ends but by AWS or the clock."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from support.build import sign_in, utc
from support.looks import Desk, held, minute, through_json

from tray.core.message import Message
from tray.core.model import Status, Token, Unreadable
from tray.core.notices import plan
from tray.core.session import renewal
from tray.core.session.clock import clock_set
from tray.core.session.history import EndedBy
from tray.core.session.schedule import next_change
from tray.core.session.status import derive
from tray.core.settings import Settings, SignInSettings

NO_NETWORK = Message("No network", "Check it.")
TWO = (sign_in("corp"), sign_in("data"))
TOKENS = st.builds(
    held,
    st.floats(-3000, 3000),
    st.sampled_from("abc"),
    st.sampled_from(["ra", "rb", None]),
    life=st.sampled_from([0.0, 1.0, 60.0, 480.0]),
    client=st.sampled_from([-100.0, 0.0, 1.0]),
    refreshable=st.booleans(),
)
EVENTS = [
    "signed in",
    "renewed",
    "proven",
    "abandoned",
    "told",
    "untold",
    "trouble",
    "woke",
    "clock",
    "record lost",
    "",
] + [f"ended {by}" for by in (EndedBy.INVALID_GRANT, EndedBy.PORTAL, EndedBy.REFUSED)]


def troubled(desk: Desk, at: float, name: str) -> None:
    desk.memory = renewal.failed(desk.memory, name, NO_NETWORK, minute(at), passes=at > 0)


def woken(desk: Desk, _at: float, _name: str) -> None:
    desk.memory = renewal.forget_failures(desk.memory)


def clock_is_set(desk: Desk, at: float, _name: str) -> None:
    desk.memory = clock_set(desk.memory, timedelta(minutes=at))


def record_is_lost(desk: Desk, _at: float, name: str) -> None:
    desk.records.pop(name, None)


TRAY = {"trouble": troubled, "woke": woken, "clock": clock_is_set, "record lost": record_is_lost}


def happen(desk: Desk, event: str, at: float, name: str, token: Token) -> bool:
    """Let something happen, and tell whether AWS ended a session with it."""
    has_token = isinstance(desk.files.get(name), Token)
    if event in TRAY:
        TRAY[event](desk, at, name)
        return False
    match event.split():
        case ["signed", "in"]:
            desk.log_in(at, token, name)
        case ["renewed"] if has_token:
            desk.renew(at, token, name, skew=at)
        case ["proven"] if has_token:
            desk.prove(at, name)
        case ["abandoned"]:
            desk.give_up(at, name)
        case ["told" | "untold" as told]:
            desk.log_out(at, name, told=told == "told")
            return told == "told"
        case ["ended", by] if has_token:
            desk.end(at, EndedBy(by), "why", name)
            return True
    return False


@given(
    st.lists(
        st.tuples(
            st.floats(-2000, 2000),
            st.none() | st.just(Unreadable("x")) | TOKENS,
            st.sampled_from(EVENTS),
            st.sampled_from(["corp", "data"]),
            TOKENS,
        ),
        max_size=12,
    ),
    st.sampled_from([None, 1.0, 8.0]),
)
def test_whatever_happens_nothing_breaks_and_only_aws_or_the_clock_ends_a_sign_in(
    looks: list[tuple[float, Token | Unreadable | None, str, str, Token]], hours: float | None
) -> None:
    desk = Desk(TWO, Settings(sign_ins={"corp": SignInSettings(length_hours=hours)}))
    aws_ended_one = False
    for at, token, event, name, new in looks:
        aws_ended_one |= happen(desk, event, at, name, new)
        desk.look(at, token, name=name)
        statuses = derive(desk.snapshot(), desk.settings, minute(at), None, desk.memory)
        effects = plan(desk.memory, statuses, minute(at), desk.settings, utc)
        desk.memory = through_json(effects.memory)
        due = next_change(statuses, desk.memory, minute(at), desk.settings, utc)
        assert due is not None
        assert due > minute(at)
        for status in statuses:
            known = desk.history(status.sign_in.name)
            if status.token is None:
                continue
            past = minute(at) >= status.token.expires_at
            assert status.status is not Status.EXPIRED or past or aws_ended_one
            assert (status.status is Status.EXPIRED) or not known.over
            assert status.status is not Status.SIGNED_IN or not past
            renewed = {each.sign_in for each in effects.renew}
            assert not known.over or known.questioned or status.sign_in.name not in renewed
