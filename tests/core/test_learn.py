"""How long a sign-in lasts, from bounds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.core.session.history import Span
from tray.core.session.length import learned_length, roundest, with_doubt, with_end, without_shorter


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def learned(*ends: tuple[float, float], sure: bool = True) -> float | None:
    spans: tuple[Span, ...] = ()
    for after, until in ends:
        spans = with_end(spans, minutes(after), minutes(until), sure=sure)
    length = learned_length(spans)
    return None if length is None else length / minutes(60)


@pytest.mark.parametrize(
    ("after", "until", "hours"),
    [
        (450, 500, 8),
        (50, 100, 1),
        (700, 750, 12),
        (200, 250, 4),
        (478, 481, 8),
        (480.5, 481, 8),
        (550, 605, 10),
        (80, 92, 1.5),
        (164, 178, 2.75),
        (0, 16, 0.25),
        (6.7 * 1440, 7.2 * 1440, 168),
        (4.9 * 1440, 5.1 * 1440, 120),
        (481.5, 490, None),
        (10, 14, None),
        (450, 1440, None),
        (0, 900, None),
        (100, 100, None),
        (100, 50, None),
    ],
)
def test_the_roundest_length_between_two_bounds(after: float, until: float, hours: float | None) -> None:
    found = roundest(minutes(after), minutes(until))

    assert (None if found is None else found / minutes(60)) == hours


def test_one_end_is_enough_until_another_contradicts_it_and_the_next_decides() -> None:
    eight, early = (450, 500), (310, 331)

    assert learned(eight) == 8
    assert learned(eight, eight, early) is None
    assert learned(eight, eight, early, eight) == 8
    assert learned(eight, eight, (200, 250)) is None
    assert learned(eight, eight, (200, 250), (190, 245)) == 4
    assert learned(eight, early, eight, early) is None, "an early end that was refuted does not count later"


def test_bounds_that_agree_narrow_each_other() -> None:
    assert learned((150, 200), (164, 178)) == 2.75
    assert learned((50, 100), (62, 110)) == 1.5


def test_an_end_before_which_nobody_looked_teaches_nothing() -> None:
    assert learned((450, 1440)) is None
    assert learned((450, 500), (450, 1440), (10, 800)) == 8


def test_an_end_of_doubtful_beginning_counts_once_another_confirms_it() -> None:
    assert learned((450, 500), sure=False) is None
    assert learned((450, 500), (455, 490), sure=False) == 8


def test_an_end_of_doubtful_beginning_contradicts_nothing() -> None:
    spans = with_end((Span(minutes(450), minutes(500), 3),), minutes(200), minutes(250), sure=False)

    assert learned_length(spans) == minutes(480)


def test_ends_that_agree_but_for_seconds_are_of_one_length() -> None:
    assert learned((479.9, 481), (475, 479.8), (470, 480.5)) == 8


def test_a_sign_in_that_lives_on_refutes_every_shorter_length_at_once() -> None:
    spans = (Span(minutes(450), minutes(481), 9), Span(minutes(200), minutes(241), 2))

    assert learned_length(spans) == minutes(240)
    assert learned_length(without_shorter(spans, minutes(300))) == minutes(480)
    assert without_shorter(spans, minutes(482)) == ()


def test_in_doubt_it_refutes_them_the_second_time() -> None:
    spans = (Span(minutes(200), minutes(241), 5),)

    once = with_doubt(spans, minutes(300))
    assert learned_length(once) == minutes(240)
    assert with_doubt(once, minutes(300)) == ()
    assert with_doubt(spans, minutes(100)) == spans


@given(
    length=st.integers(1, 8640).map(lambda quarters: minutes(15 * quarters)),
    ends=st.lists(st.tuples(st.floats(0, 60), st.floats(0.1, 14)), min_size=1, max_size=10),
)
def test_what_is_learned_lies_within_the_bounds_of_the_last_end(
    length: timedelta, ends: list[tuple[float, float]]
) -> None:
    spans: tuple[Span, ...] = ()
    for before, behind in ends:
        spans = with_end(spans, max(length - minutes(before), timedelta()), length + minutes(behind), sure=True)
    found = learned_length(spans)

    assert found is None or found - minutes(1) <= length + minutes(min(behind for _, behind in ends))
    assert found is None or found > length - minutes(min(before for before, _ in ends)) - minutes(1)
