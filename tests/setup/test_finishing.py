"""How long somebody says that their sign-ins last."""

from __future__ import annotations

import pytest

from tray.core.errors import AnswerProblem
from tray.setup.finishing import read_hours


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("8", 8),
        (" 8 ", 8),
        ("10.5 h", 10.5),
        ("7,5", 7.5),
        ("12 hours", 12),
        ("1 hour", 1),
        ("7 days", 168),
        ("90D", 2160),
        ("2160", 2160),
        ("0.25", 0.25),
        ("", None),
        ("  ", None),
    ],
)
def test_hours_and_days_are_understood(typed: str, hours: float | None) -> None:
    assert read_hours(typed) == hours


@pytest.mark.parametrize(
    "typed",
    ["0", "0.0", "91 days", "2161", "-8", "eight", "8:00", "1e3", "9" * 500, "nan", "inf", "8 weeks", "٨", "8\n9"],
)
def test_what_is_no_length_of_a_sign_in_is_refused(typed: str) -> None:
    with pytest.raises(AnswerProblem) as raised:
        read_hours(typed)
    assert raised.value.answer == "length_hours"
