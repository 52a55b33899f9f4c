"""Choosing many of a long list, line by line."""

from __future__ import annotations

import io

import pytest
from support.keyboard import dialogue, said

from tray.aws.api.accounts import Account
from tray.aws.config.profile_names import Pick
from tray.core.errors import SignInRefused
from tray.setup.dialogue import Dialogue
from tray.setup.role_picker import pick_roles

LISTED = (
    Account("111122223333", "acme-dev", ("Admin", "ReadOnly")),
    Account("444455556666", "acme-prod", ("Admin", "ReadOnly")),
    Account("777788889999", "lab", ("Admin",)),
)
DEV_ADMIN, DEV_READ, PROD_ADMIN, PROD_READ, LAB_ADMIN = (
    Pick(account.account_id, role) for account in LISTED for role in account.roles
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["1"], [DEV_ADMIN]),
        (["4 2"], [DEV_READ, PROD_READ]),
        (["1,3-5"], [DEV_ADMIN, PROD_ADMIN, PROD_READ, LAB_ADMIN]),
        (["all"], [DEV_ADMIN, DEV_READ, PROD_ADMIN, PROD_READ, LAB_ADMIN]),
        (["all", "-2-4"], [DEV_ADMIN, LAB_ADMIN]),
        (["all", "none", "2"], [DEV_READ]),
        (["prod", "all"], [PROD_ADMIN, PROD_READ]),
        (["READONLY acme", "1 2"], [DEV_READ, PROD_READ]),
        (["prod", "1", "*", "5"], [PROD_ADMIN, LAB_ADMIN]),
        (["prod", "1", "lab", "none", "all"], [PROD_ADMIN, LAB_ADMIN]),
        (["444455556666", "2"], [PROD_READ]),
        (["/4444", "2"], [PROD_READ]),
        (["all", "prod", "none"], [DEV_ADMIN, DEV_READ, LAB_ADMIN]),
    ],
)
def test_words_narrow_the_list_and_numbers_pick_roles(typed: list[str], expected: list[Pick]) -> None:
    assert list(pick_roles(dialogue(*typed, ""), LISTED, {})) == expected


def test_nothing_chosen_is_not_an_answer() -> None:
    asked = dialogue("", "no such thing", "", "*", "1", "")

    assert pick_roles(asked, LISTED, {}) == (DEV_ADMIN,)
    assert said(asked).count("Nothing is chosen yet") == 2
    assert "Nothing matches" in said(asked)


def test_a_number_out_of_range_is_a_word_that_matches_nothing() -> None:
    asked = dialogue("5-99", "*", "0", "*", "3-1", "*", "1", "")

    assert pick_roles(asked, LISTED, {}) == (DEV_ADMIN,)
    assert said(asked).count("Nothing matches") == 3


def test_a_long_list_is_shown_in_parts() -> None:
    many = tuple(Account(f"{number:012}", f"account-{number:03}", ("Role",)) for number in range(45))
    asked = dialogue("more", "more", "more", "45", "")

    assert pick_roles(asked, many, {}) == (Pick("000000000044", "Role"),)
    for part in ("1-20 of 45", "21-40 of 45", "41-45 of 45"):
        assert part in said(asked)
    assert "That is all." in said(asked)


def test_a_single_role_is_not_asked_for() -> None:
    assert pick_roles(dialogue(), (LISTED[2],), {}) == (LAB_ADMIN,)


def test_a_name_cannot_move_the_cursor() -> None:
    asked = dialogue("all", "")
    pick_roles(asked, (Account("111122223333", "x\x1b[2J\ry\u202e", ("A", "B")),), {})

    assert "\x1b" not in said(asked)
    assert "\r" not in said(asked)
    assert "\u202e" not in said(asked)


def test_who_leaves_chooses_nothing() -> None:
    with pytest.raises(SignInRefused):
        pick_roles(dialogue("1"), LISTED, {})


def test_a_bar_is_drawn_on_a_terminal_alone_and_no_more_often_than_anybody_can_hear() -> None:
    asked = dialogue()
    with asked.progress() as tell:
        tell(1, 2)
    assert said(asked) == ""

    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Screen()
    with Dialogue(asked.answers, screen, asked.data).progress() as tell:
        for done in range(5001):
            tell(done, 5000)
    assert screen.getvalue().count("\r") == 101
    assert screen.getvalue().endswith(f"[{'#' * 30}] 5000 of 5000 accounts\n")


def test_roles_that_are_set_up_already_are_marked_and_not_chosen_again() -> None:
    asked = dialogue("all", "1 2", "3", "")

    assert pick_roles(asked, LISTED, {DEV_ADMIN: "mine", LAB_ADMIN: "lab"}) == (DEV_READ, PROD_ADMIN, PROD_READ)
    told = said(asked)
    assert "2 of them are set up already, and marked with =." in told
    assert "    1 [=] acme-dev   111122223333  Admin  (there already: mine)" in told
    assert "    2 [x] acme-dev   111122223333  ReadOnly\n" in told
    assert "Admin is set up already, as mine." in told
    assert "1-5 of 5 shown, 3 chosen" in told


def test_where_every_role_is_set_up_nothing_is_asked() -> None:
    asked = dialogue()

    assert pick_roles(asked, (LISTED[2],), {LAB_ADMIN: "lab"}) == (LAB_ADMIN,)
    assert pick_roles(asked, LISTED[:1], {DEV_ADMIN: "a", DEV_READ: "b"}) == (DEV_ADMIN, DEV_READ)
    assert "Your one role is set up already." in said(asked)
    assert "All your 2 roles are set up already." in said(asked)
