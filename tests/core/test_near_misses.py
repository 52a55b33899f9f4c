"""Which names are suggested to somebody who mistyped one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.core.near_misses import near_misses

NAMES = ["default", "dev", "prod", "prod-eu", "prod-us", "staging", "Billing Admin", "my-sso", "corp"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("prd", ("prod",)),
        ("pord", ("prod",)),
        ("PROD", ("prod",)),
        ("prod_eu", ("prod-eu",)),
        ("prodeu", ("prod-eu",)),
        ("prod-e", ("prod", "prod-eu", "prod-us")),
        ("prod-", ("prod",)),
        ("pro", ("prod", "prod-eu", "prod-us")),
        ("mysso", ("my-sso",)),
        ("my sso", ("my-sso",)),
        ("billing_admin", ("Billing Admin",)),
        ("biling-admn", ("Billing Admin",)),
        ("stagign", ("staging",)),
        ("stag", ("staging",)),
        ("eu", ()),
        ("admin", ("Billing Admin",)),
        ("de", ("dev",)),
        ("x", ()),
        ("", ()),
        (" ", ()),
        ("quite another", ()),
        ("prod" * 1000, ()),
    ],
)
def test_what_may_have_been_meant_is_named_the_likeliest_first(typed: str, meant: tuple[str, ...]) -> None:
    assert near_misses(typed, NAMES) == meant


def test_of_many_that_fit_three_are_named_and_each_once() -> None:
    assert near_misses("dev", ["dev1", "dev2", "dev1", "dev3", "dev4"]) == ("dev1", "dev2", "dev3")


def _slow(one: str, other: str) -> int:
    """The distance as the textbook has it, over the whole table."""
    table = [[max(row, at) if not row or not at else 0 for at in range(len(other) + 1)] for row in range(len(one) + 1)]
    for row in range(1, len(one) + 1):
        for at in range(1, len(other) + 1):
            changed = one[row - 1] != other[at - 1]
            table[row][at] = min(table[row - 1][at] + 1, table[row][at - 1] + 1, table[row - 1][at - 1] + changed)
            if row > 1 and at > 1 and one[row - 1] == other[at - 2] and one[row - 2] == other[at - 1]:
                table[row][at] = min(table[row][at], table[row - 2][at - 2] + 1)
    return table[-1][-1]


@given(st.text("abc", min_size=1, max_size=12), st.text("abc", min_size=1, max_size=12))
def test_a_name_is_near_exactly_where_the_textbook_says_so(typed: str, name: str) -> None:
    limit = 1 + (len(typed) > 4) + (len(typed) > 8)
    away = _slow(typed, name)
    near = away <= limit and away < max(len(typed), len(name))

    assert bool(near_misses(typed, [name])) is (near or (len(typed) >= 3 and typed in name))


def test_sixty_thousand_names_are_looked_through_while_a_person_waits() -> None:
    names = [f"account-{number:05}-Administrator" for number in range(60_000)]
    began = time.process_time()

    assert near_misses("acount-31415-Administrator", names)[0] == "account-31415-Administrator"
    assert time.process_time() - began < 5
