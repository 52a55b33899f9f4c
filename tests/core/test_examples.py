"""Examples are laid out so that a person sees what to type."""

from __future__ import annotations

from tray.core.words import settings as settings_words
from tray.core.words.examples import EXAMPLES, OVERVIEW, shown


def test_what_an_example_does_stands_beside_it_or_below_where_there_is_no_room() -> None:
    assert shown((("sso-tray use", "choose"), ("sso-tray use dev", "take dev"), ("x" * 75, "long"))).splitlines() == [
        "examples:",
        "  sso-tray use      choose",
        "  sso-tray use dev  take dev",
        f"  {'x' * 75}",
        "      long",
    ]
    assert shown((("x" * 90, "long"),)).splitlines()[1:] == [f"  {'x' * 90}", "      long"]


def test_no_example_is_given_twice() -> None:
    lines = [line for examples in EXAMPLES.values() for line, _ in examples]
    assert len(set(lines)) == len(lines)
    assert {line for line, _ in OVERVIEW} <= set(lines)


def test_a_setting_that_was_changed_is_said_as_the_file_would() -> None:
    said = settings_words.now_in_force("notify.lead_minutes", (30.0, 5.0), "/home/me/settings.toml")
    assert said == "Now in force: notify.lead_minutes = [30, 5]  # /home/me/settings.toml"
