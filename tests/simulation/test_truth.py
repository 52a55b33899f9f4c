"""Thousands of days: what the tray says is held against a truth that it is never told."""

from __future__ import annotations

import pytest

from simulation.figures import HEADING, Figures
from simulation.scenarios import HARD, LEARNED, live
from simulation.story import Scenario

DAYS, SEED = 130, 20

_ALL = [pytest.param(scenario, id=scenario.title) for scenario in (*LEARNED, *HARD)]


@pytest.fixture(scope="module")
def lived() -> dict[str, Figures]:
    """The figures of the scenarios lived through so far, so that each is lived through once."""
    return {}


def figures_of(scenario: Scenario, lived: dict[str, Figures]) -> Figures:
    if scenario.title not in lived:
        lived[scenario.title] = live(scenario, DAYS, SEED)
    return lived[scenario.title]


@pytest.mark.parametrize("scenario", _ALL)
def test_never_signed_in_after_the_known_end_never_ended_before_it_and_nothing_said_twice(
    scenario: Scenario, lived: dict[str, Figures]
) -> None:
    figures = figures_of(scenario, lived)
    print(HEADING, figures.line(scenario.title), sep="\n")

    assert figures.passes > 5 * DAYS
    assert figures.broken == []


def test_with_a_learned_length_nearly_every_end_is_announced_and_few_announcements_are_wrong(
    lived: dict[str, Figures],
) -> None:
    total = sum((figures_of(scenario, lived) for scenario in LEARNED), Figures())
    print(HEADING, total.line("learned"), dict(total.missed), dict(total.wrong_because), sep="\n")

    assert total.ends_with_length > 400
    assert total.announced / total.ends_with_length >= 0.95
    assert total.wrong_reminders / total.reminders <= 0.05


def test_an_end_is_noticed_about_a_minute_after_it_was_due(lived: dict[str, Figures]) -> None:
    total = sum((figures_of(scenario, lived) for scenario in LEARNED), Figures())
    late = sorted(total.noticed_after)

    assert late[len(late) // 2] < 90


def test_where_nothing_is_learned_no_end_is_foretold(lived: dict[str, Figures]) -> None:
    off = next(scenario for scenario in HARD if not scenario.renew)

    assert figures_of(off, lived).reminders == 0


def test_the_end_of_a_token_that_cannot_be_renewed_is_announced_every_time(lived: dict[str, Figures]) -> None:
    legacy = next(scenario for scenario in HARD if not scenario.refreshable)
    figures = figures_of(legacy, lived)

    assert figures.reminders > 50
    assert figures.wrong_reminders <= figures.wrong_because["the session ended early"]
