"""Colour is there where a person looks, and nowhere else."""

from __future__ import annotations

import io

import pytest
from commands.conftest import Terminal

from tray.commands.terminal.colour import Colour, Painter, columns_of, wanted


class Tty(io.StringIO):
    """A terminal without a file behind it."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environ", "on_a_terminal", "in_a_pipe"),
    [
        ({}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"CLICOLOR": "0"}, False, False),
        ({"CLICOLOR": "1"}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"CLICOLOR_FORCE": "1"}, True, True),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
    ],
)
def test_who_sets_a_variable_decides(environ: dict[str, str], on_a_terminal: bool, in_a_pipe: bool) -> None:
    assert wanted(environ, is_terminal=True) == on_a_terminal
    assert wanted(environ, is_terminal=False) == in_a_pipe


def test_a_painter_paints_whole_words_and_leaves_a_pipe_alone() -> None:
    forced = Painter(io.StringIO(), {"FORCE_COLOR": "1"})
    assert forced("expired", Colour.BAD) == "\x1b[31mexpired\x1b[0m"
    assert (forced("dev", None), forced("", Colour.GOOD)) == ("dev", "")
    assert Painter(io.StringIO(), {})("expired", Colour.BAD) == "expired"
    assert Painter(None, {})("expired", Colour.BAD) == "expired"


@pytest.mark.parametrize(
    ("columns", "width"), [("40", 40), ("0", None), ("-3", None), ("wide", None), ("9" * 5000, None), ("²", None)]
)
def test_columns_are_what_the_person_says_or_not_known(columns: str, width: int | None) -> None:
    assert columns_of(Tty(), {"COLUMNS": columns}) == width
    assert columns_of(io.StringIO(), {"COLUMNS": columns}) is None
    assert columns_of(None, {}) is None


def test_the_status_is_coloured_and_its_words_are_the_same(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.plant("corp", 60)
    terminal.plant("https://legacy.awsapps.com/start", -60)
    terminal.run("status")
    plain = terminal.out
    monkeypatch.setenv("FORCE_COLOR", "1")

    terminal.run("status")

    assert "\x1b" not in plain
    assert "corp · \x1b[32msigned in until " in terminal.out
    assert "start · \x1b[31mexpired\x1b[0m" in terminal.out
    assert terminal.out.replace("\x1b[32m", "").replace("\x1b[31m", "").replace("\x1b[0m", "") == plain


def test_a_name_with_codes_in_it_brings_no_colour(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.config.write_text(f"{terminal.config.read_text()}[profile \x1b[31mred]\nregion = x\n")

    for forced in ("", "1"):
        monkeypatch.setenv("FORCE_COLOR", forced)
        assert terminal.run("profiles") == 0
        assert "?[31mred" in terminal.out
        assert "\x1b[31mred" not in terminal.out


def test_the_doctor_s_signs_are_coloured(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.plant("corp", -60)
    monkeypatch.setenv("CLICOLOR_FORCE", "1")

    assert terminal.run("doctor") == 1
    assert "\x1b[31m✗\x1b[0m " in terminal.out


def test_structured_output_is_never_coloured(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.plant("corp", 60)
    monkeypatch.setenv("FORCE_COLOR", "1")

    for arguments in (
        ("status", "--json"), ("status", "--short"), ("profiles", "--json"), ("doctor", "--json"), ("settings",)
    ):  # fmt: skip
        terminal.run(*arguments)
        assert "\x1b" not in terminal.out
