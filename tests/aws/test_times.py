"""Times are read in every form found in the wild, and written as the AWS CLI writes them."""

import contextlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from botocore.utils import parse_timestamp
from hypothesis import given
from hypothesis import strategies as st

from tray.aws.cache.times import format_time, parse_time

MOMENT = datetime(2026, 11, 23, 1, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T01:12:30Z",
        "2026-11-23T01:12:30z",
        "2026-11-23t01:12:30z",
        "2026-11-23T01:12:30UTC",
        "2026-11-23T01:12:30 UTC",
        "2026-11-23 01:12:30 GMT",
        "2026-11-23T01:12:30",
        "2026-11-23T01:12:30+00:00",
        "2026-11-23T03:12:30+02:00",
        "2026-11-23T03:12:30+0200",
        "2026-11-22T17:12:30-08",
        " 2026-11-23T01:12:30Z\n",
        "2026-11-23T01:12:30.000Z",
        "2026-11-23T01:12:30.000000000Z",
    ],
)
def test_every_known_form_is_the_same_moment(text):
    assert parse_time(text) == MOMENT
    assert parse_time(text).tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "microseconds"), [("2026-11-23T01:12:30.893Z", 893_000), ("2026-11-23T01:12:30.123456789+00:00", 123_456)]
)
def test_fractions_of_a_second_are_kept_down_to_microseconds(text, microseconds):
    assert parse_time(text) == MOMENT + timedelta(microseconds=microseconds)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "never",
        "1763860350",
        "2026-11-23",
        "2026-11-23T01:12",
        "2026-13-23T01:12:30Z",
        "2026-02-30T01:12:30Z",
        "2026-11-23T25:12:30Z",
        "2026-11-23T01:12:30CET",
        "2026-11-23T01:12:30+99:00",
        "2026-11-23T01:12:30ZZ",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "２０２６-11-23T01:12:30Z",
    ],
)
def test_anything_else_is_a_value_error(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the type is all that callers rely on
        parse_time(text)


@given(st.text(max_size=30))
def test_no_text_raises_anything_but_a_value_error(text):
    with contextlib.suppress(ValueError):
        assert parse_time(text).tzinfo is UTC


def test_times_are_written_as_the_cli_writes_them():
    east = timezone(timedelta(hours=2))
    assert format_time(datetime(2026, 11, 23, 3, 12, 30, 999_999, tzinfo=east)) == "2026-11-23T01:12:30Z"


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda moment: moment.year >= 1000))
def test_what_is_written_is_read_back_and_understood_by_botocore(moment):
    written = format_time(moment)
    assert parse_time(written) == moment.replace(microsecond=0)
    assert parse_timestamp(written) == moment.replace(microsecond=0)
