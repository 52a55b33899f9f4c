"""The status of a sign-in, as a table (docs/contracts: Statuses)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.build import NOW, profile, sign_in, snapshot, token

from tray.core.dataclass import replace
from tray.core.model import Deadline, DeadlineSource, LoginInProgress, Status, Token, Unreadable
from tray.core.session.status import derive, followed, icon_of
from tray.core.settings import Follows, Settings

SETTINGS = Settings()


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        pytest.param(None, Status.SIGNED_OUT, id="no token file"),
        pytest.param(Unreadable("not JSON"), Status.UNREADABLE, id="not JSON after retries"),
        pytest.param(token(480), Status.SIGNED_IN, id="far from its end"),
        pytest.param(token(15.01), Status.SIGNED_IN, id="just before the lead time"),
        pytest.param(token(15), Status.ENDING, id="at the lead time"),
        pytest.param(token(0.01), Status.ENDING, id="a moment before the end"),
        pytest.param(token(0), Status.EXPIRED, id="at the end"),
        pytest.param(token(-500), Status.EXPIRED, id="long past"),
        pytest.param(token(59, refreshable=True), Status.SIGNED_IN, id="the hour of a renewable token"),
        pytest.param(token(3, refreshable=True), Status.SIGNED_IN, id="renewable: its last minutes are no end"),
        pytest.param(token(-1, refreshable=True), Status.RENEWABLE, id="renewable: past, not yet renewed"),
        pytest.param(
            token(-1, refreshable=True, registration_days=-1), Status.EXPIRED, id="renewable once, registration over"
        ),
        pytest.param(
            token(10, refreshable=True, registration_days=0.001), Status.SIGNED_IN, id="its last renewal is due"
        ),
        pytest.param(
            replace(token(12, refreshable=True, registration_days=0.001), modified_at=NOW - timedelta(minutes=18)),
            Status.ENDING,
            id="registration ends before renewal",
        ),
    ],
)
def test_status_of_a_token(held: Token | Unreadable | None, expected: Status) -> None:
    (found,) = derive(snapshot(held), SETTINGS, NOW)

    assert expected is found.status


def test_a_login_that_runs_is_the_status_whatever_the_file_says() -> None:
    (found,) = derive(snapshot(token(-5)), SETTINGS, NOW, LoginInProgress("corp"))

    assert Status.SIGNING_IN is found.status


def test_the_end_of_a_token_that_cannot_be_renewed_is_the_deadline() -> None:
    (found,) = derive(snapshot(token(60)), SETTINGS, NOW)

    assert Deadline(NOW + timedelta(minutes=60), DeadlineSource.TOKEN) == found.deadline


def test_the_hour_of_a_renewable_token_is_no_deadline() -> None:
    (found,) = derive(snapshot(token(59, refreshable=True)), SETTINGS, NOW)

    assert found.deadline is None


@given(
    minutes=st.floats(-1e5, 1e5), refreshable=st.booleans(), days=st.floats(-90, 90), leads=st.lists(st.floats(0, 1e4))
)
def test_never_signed_in_after_the_end_and_never_ended_before(
    minutes: float, refreshable: bool, days: float, leads: list[float]
) -> None:
    held = token(minutes, refreshable=refreshable, registration_days=days)

    (found,) = derive(snapshot(held), Settings(lead_minutes=tuple(leads)), NOW)

    if found.status in {Status.SIGNED_IN, Status.ENDING}:
        assert held.expires_at > NOW
    if found.status is Status.EXPIRED:
        assert held.expires_at <= NOW
    if found.status is Status.RENEWABLE:
        assert refreshable
        assert days > 0


def test_profiles_are_listed_under_their_sign_in() -> None:
    seen = snapshot(
        sign_ins=(sign_in("corp"), sign_in("lab")),
        profiles=(profile("a", "corp"), profile("b", "lab"), profile("c", "corp"), profile("keys", None)),
    )

    assert [found.profiles for found in derive(seen, SETTINGS, NOW)] == [("a", "c"), ("b",)]


TWO: dict[str, Any] = {
    "sign_ins": (sign_in("corp"), sign_in("lab")),
    "profiles": (profile("dev", "corp"), profile("play", "lab"), profile("keys", None)),
    "tokens": {"corp": token(400), "lab": token(-1)},
}


@pytest.mark.parametrize(
    ("default", "environment", "follows", "expected"),
    [
        ("dev", None, Follows.DEFAULT, "corp"),
        ("play", None, Follows.DEFAULT, "lab"),
        ("dev", "play", Follows.DEFAULT, "lab"),
        ("play", "keys", Follows.DEFAULT, "lab"),
        (None, None, Follows.DEFAULT, "corp"),
        ("keys", None, Follows.DEFAULT, "corp"),
        ("dev", None, Follows.WORST, "lab"),
    ],
)
def test_which_sign_in_the_icon_follows(
    default: str | None, environment: str | None, follows: Follows, expected: str
) -> None:
    seen = snapshot(**TWO, default_profile=default, environment_profile=environment)
    settings = Settings(icon_follows=follows)

    shown = followed(derive(seen, settings, NOW), seen, settings)

    assert shown is not None
    assert expected == shown.sign_in.name


def test_without_any_sign_in_the_icon_asks_to_set_up() -> None:
    empty = snapshot(sign_ins=(), profiles=(), default_profile=None)

    assert followed((), empty, SETTINGS) is None
    assert Status.NO_CONFIG is icon_of(None, empty)
