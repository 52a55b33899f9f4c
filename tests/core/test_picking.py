"""Picking one of many: what is found, where one is, and what the screen shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.core.columns import width
from tray.core.dataclass import replace
from tray.core.model import Kind, Profile, SignIn, Snapshot
from tray.core.picking import Choice, Key, Picking, Press, begin, holding, pressed, profile_choices, searched
from tray.core.picture import Style, layout, page, picture

PROFILES = (
    Profile("default", None, None, None, "eu-west-1"),
    Profile("dev", "corp", "111122223333", "Developer", "eu-west-1"),
    Profile("prod", "corp", "444455556666", "Admin", "us-east-1"),
    Profile("prod-read", "corp", "444455556666", "Reader", "us-east-1"),
    Profile("reader-prod", "other", "777788889999", "Reader", None),
)
SNAPSHOT = Snapshot(
    sign_ins=(SignIn("corp", Kind.SSO_SESSION, "https://corp.awsapps.com/start", "eu-west-1"),),
    profiles=PROFILES,
    default_profile="dev",
)


def choices() -> list[Choice]:
    return profile_choices(SNAPSHOT, ["prod-read", "gone", "dev"], lambda name: name == "prod", str)


def after(*presses: Press) -> Picking:
    picking = begin(choices())
    for press in presses:
        picking = pressed(picking, press, 2)
    return picking


def names(picking: Picking) -> list[str]:
    return [choice.name for choice in picking.found]


def test_the_profile_in_force_comes_first_then_those_chosen_lately_then_the_config_s_order() -> None:
    listed = choices()
    assert [choice.name for choice in listed] == ["dev", "prod-read", "default", "prod", "reader-prod"]
    assert [choice.name for choice in listed if choice.current] == ["dev"]
    assert [choice.name for choice in listed if choice.warned_of] == ["prod"]


def test_where_a_terminal_has_a_profile_of_its_own_the_default_one_and_the_one_before_it_follow() -> None:
    seen = replace(SNAPSHOT, environment_profile="reader-prod", undo_to="prod")
    listed = profile_choices(seen, ["dev", "prod-read"], lambda _: False, str)
    assert [choice.name for choice in listed] == ["reader-prod", "dev", "prod", "prod-read", "default"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ["dev", "prod-read", "default", "prod", "reader-prod"]),
        ("prod", ["prod", "prod-read", "reader-prod"]),
        ("PROD read", ["prod-read", "reader-prod"]),
        ("4444", ["prod-read", "prod"]),
        ("reader", ["reader-prod", "prod-read"]),
        ("corp admin", ["prod"]),
        ("us-east", ["prod-read", "prod"]),
        ("nothing", []),
    ],
)
def test_words_are_found_in_all_of_a_profile_and_first_where_its_name_begins(typed: str, found: list[str]) -> None:
    assert names(after(typed)) == found
    assert {profile.name for profile in holding(PROFILES, typed.split())} == set(found)


@pytest.mark.parametrize(
    ("presses", "chosen"),
    [
        ((), "dev"),
        ((Key.DOWN,), "prod-read"),
        ((Key.UP,), "dev"),
        ((Key.LAST,), "reader-prod"),
        ((Key.LAST, Key.DOWN), "reader-prod"),
        ((Key.LAST, Key.FIRST), "dev"),
        ((Key.PAGE_DOWN,), "default"),
        ((Key.PAGE_DOWN, Key.PAGE_DOWN, Key.PAGE_DOWN), "reader-prod"),
        ((Key.LAST, Key.PAGE_UP), "default"),
        (("prod", Key.DOWN), "prod-read"),
        (("prod", Key.DOWN, "-"), "prod-read"),
        (("x", Key.ERASE), "dev"),
        (("prod x", Key.ERASE_WORD), "prod"),
        (("prod x", Key.ERASE_ALL), "dev"),
        (("é\u0301", Key.ERASE), "dev"),
        (("nothing", Key.DOWN), None),
    ],
)
def test_keys_move_among_what_is_found(presses: tuple[Press, ...], chosen: str | None) -> None:
    found = after(*presses).chosen
    assert (found and found.name) == chosen


def many(count: int) -> list[Choice]:
    names = [f"team-{number}-{'東京🦄'[number % 3]}" for number in range(count)]
    return [
        Choice(name, (f"{number:012}", "AdministratorAccess", "corp"), searched(name))
        for number, name in enumerate(names)
    ]


@given(
    count=st.integers(1, 60),
    rows=st.integers(1, 30),
    columns=st.integers(1, 130),
    presses=st.lists(
        st.one_of(
            st.sampled_from([Key.UP, Key.DOWN, Key.PAGE_UP, Key.PAGE_DOWN, Key.FIRST, Key.LAST, Key.ERASE]),
            st.sampled_from(["t", "eam", " 1", "東", "-", "🦄"]),
        ),
        max_size=12,
    ),
)
def test_whatever_is_pressed_all_fits_the_screen_and_the_chosen_one_is_on_it(
    count: int, rows: int, columns: int, presses: list[Press]
) -> None:
    picking, top = begin(many(count)), 0
    measured = layout(picking.choices)
    for press in presses:
        picking = pressed(picking, press, page(rows))
        drawn, top = picture(picking, measured, rows, columns, top)

        assert len(drawn.lines) <= rows
        assert 0 <= drawn.cursor < columns
        for line in drawn.lines:
            for part in line:
                assert part.column + width(part.text) <= max(columns, 2), line
        shown = [part for line in drawn.lines for part in line if part.style is Style.CHOSEN]
        assert len(shown) == bool(picking.found and rows > 1 and columns > 3)


@pytest.mark.parametrize(
    ("columns", "lines"),
    [
        (80, ["> dev        111122223333  Developer  corp", "  prod-read  444455556666  Reader     corp"]),
        (30, ["> dev        111122223333", "  prod-read  444455556666"]),
        (12, ["> dev", "  prod-read"]),
    ],
)
def test_what_has_no_room_is_left_out(columns: int, lines: list[str]) -> None:
    picking = begin([choice for choice in choices() if "corp" in choice.details])
    drawn, _ = picture(picking, layout(picking.choices), 24, columns, 0)

    def written(number: int) -> str:
        line = ""
        for part in drawn.lines[number]:
            line = line.ljust(part.column) + part.text
        return line

    assert [written(2).replace(">* ", "> "), written(3).replace("   ", "  ", 1)] == lines
