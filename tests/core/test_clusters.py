"""Names stay whole: what is read as one character is neither cut in two nor cleaned away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.core.clusters import cleaned, cut, is_clean
from tray.core.columns import width
from tray.core.message import LONGEST, short, whole, wrapped
from tray.core.words.menu import account_group

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
RAINBOW = "\U0001f3f3\ufe0f\u200d\U0001f308"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
GERMANY, DENMARK = "\U0001f1e9\U0001f1ea", "\U0001f1e9\U0001f1f0"
KEYCAP = "1\ufe0f\u20e3"
HAND = "\U0001f44b\U0001f3fd"
I_WANT = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
"""Persian, with a ZWNJ between two parts of a word."""

E_ACUTE = "e\u0301"
KA_SSA = "\u0915\u094d\u200d\u0937"
"""Devanagari, with a ZWJ."""

HAN = "\u1112\u1161\u11ab"
WHOLE = (FAMILY, RAINBOW, SCOTLAND, GERMANY, KEYCAP, HAND, E_ACUTE, KA_SSA, HAN)


@pytest.mark.parametrize("name", [*WHOLE, I_WANT, f"team-{FAMILY}", f"{GERMANY}{DENMARK} prod", f"{FAMILY}{SCOTLAND}"])
def test_what_prints_as_one_is_shown_as_it_is(name: str) -> None:
    assert short(name) == name
    assert whole(name) == name
    assert is_clean(name)


@pytest.mark.parametrize("one", WHOLE, ids=ascii)
@pytest.mark.parametrize("before", range(50, 62))
def test_a_long_name_is_shortened_between_what_belongs_together(one: str, before: int) -> None:
    name = "n" * before + one * 20

    shown = short(name)

    assert len(shown) <= LONGEST
    assert shown.endswith("…")
    kept = shown[before:-1] if len(shown) > before else ""
    assert kept == one * (len(kept) // len(one))


@pytest.mark.parametrize("count", range(26, 34))
def test_of_flags_in_a_row_none_is_halved(count: int) -> None:
    name = f"a{GERMANY * count}"
    assert short(name) == (name if len(name) <= LONGEST else f"a{GERMANY * 29}…")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("prod\u200d", "prod "),
        ("pr\u200dod", "pr od"),
        ("pr\xf6\u200d\xf6d", "pr\xf6 \xf6d"),
        (f"\u200d{FAMILY}", f" {FAMILY}"),
        (f"{FAMILY}\u200d", f"{FAMILY} "),
        (f"{HAND}\u200d\u200d{HAND}", f"{HAND}  {HAND}"),
        ("\U000e0067\U000e007f", "  "),
        ("\U0001f3f4\U000e0067", "\U0001f3f4 "),
        ("a\u202eb\u2066c\u200bd\x1b", "a b c d "),
    ],
    ids=ascii,
)
def test_what_shows_nothing_or_turns_the_line_is_no_part_of_anything(name: str, shown: str) -> None:
    assert short(name) == shown
    assert not is_clean(name)


def test_the_beginning_that_names_have_in_common_ends_between_what_belongs_together() -> None:
    assert account_group("1", [f"x {GERMANY} a", f"x {DENMARK} b"]) == "x (1)"
    assert account_group("1", [f"x {FAMILY} a", f"x {FAMILY} b"]) == f"x {FAMILY} (1)"
    assert account_group("1", ["dev-a", "dev-b"]) == "dev (1)"


PIECES = st.lists(st.sampled_from([*WHOLE, I_WANT, "a", "-", " ", "\u200d", "\x1b", "\u202e"]), max_size=40).map(
    "".join
)


@given(PIECES | st.text(max_size=80))
def test_cleaning_and_cutting_say_the_same_twice(text: str) -> None:
    clean = cleaned(text, "?")
    assert len(short(text)) <= LONGEST
    assert is_clean(clean)
    assert cleaned(clean, "?") == clean
    assert is_clean(short(text))
    assert text.startswith(cut(text, 7))
    assert len(cut(text, 7)) <= 7


@given(PIECES | st.text(max_size=300))
def test_a_wrapped_line_loses_nothing(line: str) -> None:
    lines = wrapped(line)
    assert all(0 < len(each) <= LONGEST for each in lines)
    assert "".join("".join(lines).split()) == "".join(whole(line).split())


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("本番" * 15, "本番" * 15),
        ("本番" * 15 + "x", "本番" * 14 + "本…"),
        ("本番" * 200, "本番" * 14 + "本…"),
        ("x" + "本" * 30, "x" + "本" * 29 + "…"),
        ("konto-für-" * 6, "konto-für-" * 6),
        ("konto-für-" * 7, ("konto-für-" * 6)[:59] + "…"),
    ],
)
def test_a_name_has_as_many_columns_as_there_are(name: str, shown: str) -> None:
    assert short(name) == shown
    assert width(shown) <= LONGEST
