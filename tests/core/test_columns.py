"""What is printed fits the columns that a terminal has, whatever letters it is made of."""

from __future__ import annotations

import subprocess
import sys

import pytest
from core.test_clusters import FAMILY, GERMANY, HAN, KEYCAP, SCOTLAND
from hypothesis import given
from hypothesis import strategies as st

from tray.core.clusters import clusters, cut
from tray.core.columns import fitted, prose, table, tail, width, wrapped
from tray.core.message import may_be_wide, short
from tray.core.message import wrapped as wrapped_in_menu


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("dev", 3),
        ("é", 1),
        ("e\u0301", 1),
        ("東京", 4),
        ("ｆｕｌｌ", 8),
        (HAN, 2),
        ("🦄", 2),
        (FAMILY, 2),
        (GERMANY, 2),
        (SCOTLAND, 2),
        (KEYCAP, 2),
        ("a❤\ufe0fb", 4),
    ],
)
def test_a_text_takes_the_columns_that_terminals_give_it(text: str, columns: int) -> None:
    assert width(text) == columns


@pytest.mark.parametrize(
    ("text", "columns", "shown", "end"),
    [
        ("dev", 3, "dev", "dev"),
        ("develop", 4, "dev…", "elop"),
        ("東京都", 6, "東京都", "東京都"),
        ("東京都", 5, "東京…", "京都"),
        ("東京都", 4, "東…", "京都"),
        ("ab", 1, "…", "b"),
        (f"x{FAMILY}{FAMILY}", 4, f"x{FAMILY}…", f"{FAMILY}{FAMILY}"),
    ],
)
def test_what_is_too_long_is_cut_between_what_belongs_together(text: str, columns: int, shown: str, end: str) -> None:
    assert fitted(text, columns) == shown
    assert tail(text, columns) == end


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("a b", 3, ["a b"]),
        ("one two three", 8, ["one two", "three"]),
        ("AdministratorAccess-of-everything", 22, ["AdministratorAccess-", "of-everything"]),
        ("https://legacy.awsapps.com/start", 20, ["https://legacy.", "awsapps.com/start"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("東京都 x", 4, ["東京", "都 x"]),
        ("one  two", 3, ["one", "two"]),
    ],
)
def test_a_cell_wraps_between_words(text: str, columns: int, lines: list[str]) -> None:
    assert wrapped(text, columns) == lines


def test_prose_wraps_between_words_alone_so_that_an_address_can_be_copied() -> None:
    said = "Open https://d-1234567890.awsapps.com/start and look"
    assert prose(said, 20) == ["Open", "https://d-1234567890.awsapps.com/start", "and look"]
    assert prose(said, None) == [said]
    assert prose(said.replace("look", "“look”…"), 20)[1] == "https://d-1234567890.awsapps.com/start"


def test_every_letter_that_takes_two_columns_is_one_that_may() -> None:
    letters = filter(str.isprintable, map(chr, range(sys.maxunicode + 1)))
    assert [letter for letter in letters if width(letter) == 2 and not may_be_wide(letter)] == []
    assert not may_be_wide("Ärger – “quoted”, and more…")
    assert may_be_wide(KEYCAP)


PLAIN = st.text(st.characters(max_codepoint=0x2FF) | st.sampled_from("–—“”‘’…•"), max_size=200)
"""What nearly all names and sentences in Latin letters are made of."""


@given(PLAIN)
def test_a_plain_text_is_cut_without_looking_at_what_belongs_together(text: str) -> None:
    text = "".join(filter(str.isprintable, text))
    assert short(text) == (text if len(text) <= 60 else f"{cut(text, 59)}…")
    assert "".join(wrapped_in_menu(text)) == "".join(text.split()) or " " in text


def test_no_module_is_loaded_to_fit_a_plain_text_into_a_menu() -> None:
    said = "“/home/somebody/.aws/config” cannot be read: too many open files…" * 2
    program = f"import sys; from tray.core.message import short, wrapped; short({said!r}); wrapped({said!r});"
    told = subprocess.run(
        [sys.executable, "-c", f"{program} print('tray.core.clusters' in sys.modules)"], capture_output=True, check=True
    )
    assert told.stdout.split() == [b"False"]


HEADINGS = (" ", "PROFILE", "SIGN-IN", "ROLE")
ROWS = [
    HEADINGS,
    ("*", "dev", "corp", "Developer"),
    (" ", "production-of-the-whole-team", "https://legacy.awsapps.com/start", "AdministratorAccess"),
]


def plain(_row: int, _column: int, text: str) -> str:
    return text


def test_a_table_without_a_limit_is_as_wide_as_its_cells() -> None:
    assert list(table(ROWS, None, plain)) == [
        "  PROFILE                       SIGN-IN                           ROLE",
        "* dev                           corp                              Developer",
        "  production-of-the-whole-team  https://legacy.awsapps.com/start  AdministratorAccess",
    ]


def test_a_table_wraps_the_cells_that_are_too_wide() -> None:
    assert list(table(ROWS, 70, plain)) == [
        "  PROFILE                   SIGN-IN                ROLE",
        "* dev                       corp                   Developer",
        "  production-of-the-whole-  https://legacy.        AdministratorAccess",
        "  team                      awsapps.com/start",
    ]


def test_a_table_without_room_becomes_a_list() -> None:
    assert list(table(ROWS, 40, plain)) == [
        "* dev",
        "    corp · Developer",
        "  production-of-the-whole-team",
        "    https://legacy.awsapps.com/start ·",
        "    AdministratorAccess",
    ]


def cell(text: str) -> str:
    """Every cell but the mark holds something."""
    return text.strip() or "-"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["*", " "]),
            *[st.lists(st.sampled_from([*"ab-/. ", "東", "🦄", FAMILY]), max_size=30).map("".join).map(cell)] * 3,
        ),
        max_size=5,
    ),
    st.integers(8, 120),
)
def test_no_line_of_a_table_is_wider_than_the_terminal_and_no_letter_is_lost(
    rows: list[tuple[str, str, str, str]], columns: int
) -> None:
    lines = list(table([HEADINGS, *rows], columns, plain))

    assert all(width(line) <= columns for line in lines)
    assert all(line == line.rstrip() for line in lines)
    printed = "".join(lines).replace("·", "")
    headings = "".join(HEADINGS) if "PROFILE" in printed or not rows else ""
    given = headings + "".join("".join(row) for row in rows)
    assert sorted(clusters(printed.replace(" ", ""))) == sorted(clusters(given.replace(" ", ""))) or not rows


def test_colour_takes_no_columns() -> None:
    painted = table(ROWS, None, lambda row, column, text: f"<{row}{column}>{text}")
    assert (
        list(painted)[1]
        == "<10>* <11>dev                           <12>corp                              <13>Developer"
    )
