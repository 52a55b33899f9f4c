"""
Thousands of days: what the tray says is held against a truth that it is never told.

Each scenario alone has too few ends here for a share of 2 %, so those alike are counted together; of each alone it is
asked that such a share can be believed. ``make simulation`` lives through more days, and counts each alone.
"""

from __future__ import annotations

from functools import cache
from math import comb

import pytest

from simulation.figures import HEADING, MOST_WRONG, Figures
from simulation.scenarios import HARD, LEARNED, UNKNOWABLE, live
from simulation.story import Scenario

DAYS, SEED = 110, 20
ALONE = tuple(scenario for scenario in HARD if not scenario.renew or not scenario.refreshable)
POOLS = {
    "8 h": tuple(one for one in LEARNED if one.hours == (8.0,) and one.second is None),
    "other lengths": tuple(one for one in LEARNED if one.hours != (8.0,)),
    "two sign-ins": tuple(one for one in LEARNED if one.second is not None),
    "hard": tuple(one for one in HARD if one not in ALONE),
}


@cache
def lived(scenario: Scenario) -> Figures:
    """Live through a scenario once."""
    figures = live(scenario, DAYS, SEED)
    print(HEADING, figures.line(scenario.title), dict(figures.missed), dict(figures.wrong_because), sep="\n")
    return figures


def most_believable(count: int, share: float) -> int:
    """Say how many of so many there are at most in 999 cases of 1000, where each comes with that chance."""
    rest = 1.0
    for number in range(count + 1):
        rest -= comb(count, number) * share**number * (1 - share) ** (count - number)
        if rest <= 0.001:
            return number
    return count


def test_every_scenario_has_its_place() -> None:
    assert sorted(one.title for one in (*LEARNED, *HARD)) == sorted(
        one.title for pool in (*POOLS.values(), ALONE) for one in pool
    )
    assert all(one.knowable for one in (*LEARNED, *HARD))
    assert not any(one.knowable for one in UNKNOWABLE)


@pytest.mark.parametrize("pool", POOLS)
def test_what_it_says_is_true_and_nearly_every_end_of_a_known_length_is_announced(pool: str) -> None:
    total = Figures()
    for scenario in POOLS[pool]:
        figures = lived(scenario)
        assert figures.broken == [], scenario.title
        assert figures.passes > 5 * DAYS
        assert figures.wrong_reminders <= most_believable(figures.reminders, MOST_WRONG), scenario.title
        assert figures.foretold_late <= most_believable(figures.foretold, MOST_WRONG), scenario.title
        total += figures
    late = sorted(total.noticed_after)

    assert total.ends_with_length > 100
    assert total.reminders > 150
    assert total.unkept() == []
    assert late[len(late) // 2] < 90, "an end is noticed about a minute after it was due"


def test_where_nothing_is_learned_no_end_is_foretold() -> None:
    figures = lived(next(scenario for scenario in ALONE if not scenario.renew))

    assert (figures.reminders, figures.foretold) == (0, 0)
    assert figures.unkept() == []
    assert figures.ends > 50


def test_the_end_of_a_token_that_cannot_be_renewed_is_announced_also_where_it_was_joined() -> None:
    figures = lived(next(scenario for scenario in ALONE if not scenario.refreshable))

    assert figures.reminders > 50
    assert figures.ends_with_length > 40
    assert figures.unkept() == []


@pytest.mark.parametrize("scenario", UNKNOWABLE, ids=lambda scenario: scenario.title)
def test_where_nothing_could_tell_the_truth_no_promise_is_broken_all_the_same(scenario: Scenario) -> None:
    assert live(scenario, DAYS // 3, SEED).broken == []
