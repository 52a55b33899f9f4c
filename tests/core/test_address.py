"""What an address of ours can ask for, whoever calls it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.core.address import address_of, read_address
from tray.core.command import Command, CopyAddress, Do, LogIn, LogOut, OpenConsole, Snooze, UseProfile

NAMES = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=60)


@given(NAMES)
def test_a_sign_in_of_any_name_is_asked_for_by_its_address(name: str) -> None:
    address = address_of(LogIn(name))

    if address is not None:  # Else it is too long.
        assert address.isascii()
        assert not set(address) & set(" \"'&<>\\^!;$`|")
        assert read_address([address]) == LogIn(name, new=True, ask=True)


@pytest.mark.parametrize(
    "command",
    [
        None,
        Snooze(30),
        UseProfile("prod", confirmed=True),
        LogOut("corp"),
        OpenConsole("dev"),
        CopyAddress("http://127.0.0.1/start?key=secret"),
        LogIn("x" * 600),
        *(command for command in Do if command is not Do.SHOW_STATUS),
    ],
)
def test_nothing_else_has_an_address(command: Command | None) -> None:
    assert address_of(command) is None


def test_the_status_has_one() -> None:
    assert address_of(Do.SHOW_STATUS) == "sso-tray:status"
    assert read_address(["sso-tray:status"]) is Do.SHOW_STATUS


@pytest.mark.parametrize(
    "words",
    [
        [],
        [""],
        ["sso-tray:"],
        ["sso-tray:quit"],
        ["sso-tray:log-out/corp"],
        ["sso-tray:use/prod"],
        ["sso-tray:log-in/"],
        ["sso-tray:log-in/%00"],
        ["sso-tray:log-in/%ff"],
        ["sso-tray:log-in/a%0ab"],
        ["sso-tray:log-in/a b"],
        ["sso-tray:log-in/a\n"],
        ["sso-tray:log-in/corp?new=1"],
        ["sso-tray:log-in/corp", "--demo"],
        ["--demo"],
        ["other:log-in/corp"],
        ["sso-tray:log-in/" + "x" * 600],
    ],
)
def test_whatever_else_is_called_shows_the_status(words: list[str]) -> None:
    assert read_address(words) is Do.SHOW_STATUS


@given(st.lists(st.text(max_size=40), max_size=3))
def test_no_words_break_it_or_ask_for_more(words: list[str]) -> None:
    asked = read_address(words)

    assert asked is Do.SHOW_STATUS or (isinstance(asked, LogIn) and asked.new and asked.ask)


@pytest.mark.parametrize("address", ["SSO-TRAY:LOG-IN/corp", "sso-tray:log-in/corp/"])
def test_what_a_browser_makes_of_an_address_is_understood(address: str) -> None:
    assert read_address([address]) == LogIn("corp", new=True, ask=True)
