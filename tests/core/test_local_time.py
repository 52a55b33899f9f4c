"""Local time of every moment, also of those that have none."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.core.model import EARLIEST, LATEST
from tray.core.words.times import clock, local_time

pytestmark = pytest.mark.skipif(not hasattr(time, "tzset"), reason="Windows has one zone for all processes")
ENDS = (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC))


@pytest.fixture(params=["Pacific/Auckland", "America/Los_Angeles", "UTC", "nowhere"])
def zone(request: pytest.FixtureRequest) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


@pytest.mark.parametrize("at", ENDS)
def test_the_ends_of_the_calendar_have_a_time_everywhere(zone: str, at: datetime) -> None:
    assert clock(at, EARLIEST, local_time)
    assert abs(local_time(at) - at) < timedelta(days=1) or local_time(at) in {EARLIEST, LATEST}


@given(at=st.datetimes(timezones=st.just(UTC)))
def test_every_other_moment_stays_itself(at: datetime) -> None:
    found = local_time(at)
    assert found == at or found in {EARLIEST, LATEST}
    if EARLIEST < at < LATEST:
        assert found == at
        assert found.utcoffset() == at.astimezone().utcoffset()


def test_a_system_that_knows_the_zone_of_a_few_years_alone_is_asked_for_the_nearest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class OfWindows(datetime):
        def astimezone(self, tz: object = None) -> datetime:  # type: ignore[override]
            raise OSError(22, "Invalid argument")

    assert local_time(OfWindows(9999, 1, 1, tzinfo=UTC)) == LATEST
    assert local_time(OfWindows(2026, 1, 1, tzinfo=UTC)) == datetime(2026, 1, 1, tzinfo=UTC)
