"""The scenarios that are lived through, and their figures."""

from __future__ import annotations

from collections.abc import Callable

from simulation.figures import HEADING, Figures
from simulation.story import Scenario, Story

LEARNED = (
    Scenario("8 h"),
    Scenario("8 h, refresh tokens stay", rotates=False),
    Scenario("4 h", (4.0,)),
    Scenario("1 h", (1.0,)),
    Scenario("12 h, logged in all day", (12.0,)),
    Scenario("2 h 45 min", (2.75,)),
    Scenario("8, 4, 12, 1 h in turn", (8.0, 4.0, 12.0, 1.0)),
    Scenario("8 h, logs in at every reminder", at_reminder=1.0),
    Scenario("8 h, waits for the end", at_reminder=0.0),
    Scenario("8 h, no new sessions", new_sessions=False),
    Scenario("8 h, logs in early every day", early=1.0),
    Scenario("8 h, two sign-ins of one portal", second=True),
    Scenario("8 h, one of them without renewal", second=False),
    Scenario("12 h, the provider's 10 h", (12.0,), provider_hours=10.0, early=0.0),
)
"""Those in which the length is learned, and nothing makes it hard."""

HARD = (
    Scenario("7 days", (168.0,)),
    Scenario("8 h, only terminal logins", terminal=1.0),
    Scenario("8 h, the clock is set", clock_trouble=0.3),
    Scenario("8 h, a bad network", outages=1.0),
    Scenario("8 h, home shared with a machine", shared_home=True),
    Scenario("8 h, renewal off", renew=False),
    Scenario("8 h, length set", set_hours=8.0),
    Scenario("8 h, no refresh token", refreshable=False),
)
"""Those in which something makes it hard, but the truth could be known on this machine."""

UNKNOWABLE = (
    Scenario("8 h, length set wrong (12 h)", set_hours=12.0, knowable=False),
    Scenario("8 h, the portal opened first", portal_first=0.5, knowable=False),
    Scenario("4 h, the provider's 10 h, silently", (4.0,), provider_hours=10.0, knowable=False),
)
"""Those in which nothing on this machine could tell the truth; no promise is broken all the same."""


def live(scenario: Scenario, days: int, seed: int, *, joins: bool = True) -> Figures:
    """Live through one scenario."""
    return Story(scenario, seed, days, joins).run()


def run_all(days: int, seed: int, say: Callable[[str], object], *, joins: bool = True) -> bool:
    """Live through all scenarios and say what came of each; gives whether every promise was kept."""
    total, kept = Figures(), True
    say(HEADING)
    for scenario in (*LEARNED, *HARD, *UNKNOWABLE):
        figures = live(scenario, days, seed, joins=joins)
        say(figures.line(scenario.title))
        for cause, counts in (("missed", figures.missed), ("wrong", figures.wrong_because)):
            for why, count in counts.most_common():
                say(f"      {cause}: {count} x {why}")
        unkept = figures.unkept() if scenario.knowable else figures.broken
        for promise in unkept[:3]:
            say(f"      NOT KEPT: {promise}")
        kept = kept and not unkept
        total += figures
    say(total.line("all"))
    say(f"{total.passes} passes")
    return kept
