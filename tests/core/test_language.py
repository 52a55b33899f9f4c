"""What is said in another language: whole, fitting, and told the time of day as the person wants clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.core.clusters import is_clean
from tray.core.columns import prose, prose_anywhere, width
from tray.core.language import Speech, speak, speak_later, spoken
from tray.core.message import LONGEST, Estimate, Line, Message, Plural, Text, listed, number, sentences, wrapped
from tray.core.words.times import clock, span, time_of_day

NOW = datetime(2026, 3, 2, 8, 5, tzinfo=UTC)  # a Monday


class Backwards:
    """A language of which every template is known by its context."""

    def text(self, template: str, context: str = "") -> str:
        return f"<{context}{template}>"

    def plural(self, one: str, many: str, count: float) -> str:
        return f"<{one}|{many}>"


def utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def test_every_kind_of_template_is_looked_up() -> None:
    speak(Speech("xx", Backwards()))
    assert Text("It is {a}", "Do {b}")(a="A", b="B") == Message("<It is A>", "<Do B>")
    assert Text("It is {a}")(a="A") == Message("<It is A>", "")
    assert Line("{a}.", "here: ")(a="A") == "<here: A.>"
    assert Plural("1 x", "{count} x")(2) == "<1 x|2 x>"
    assert (Estimate("at {a}", "about {a}"))(True, a=1) == "<about 1>"


def test_the_log_has_the_english_of_what_is_said() -> None:
    assert Text("It is {a}")(a="A").for_log == Message("It is A")
    speak(Speech("xx", Backwards()))
    said = Text("It is {a}", "Do it")(a="A")
    assert (said.title, said.for_log) == ("<It is A>", Message("It is A", "Do it"))
    assert said == Message("<It is A>", "<Do it>")


def test_without_a_language_english_is_spoken() -> None:
    assert spoken() == Speech("en", None, None)
    assert Plural("1 x", "{count} x")(1) == "1 x"
    assert (sentences("One.", "Two."), listed(["a", "b"]), number(0.5)) == ("One. Two.", "a, b", "0.5")


def test_a_language_is_chosen_when_the_first_word_is_said_and_once() -> None:
    asked = []

    def choose() -> None:
        asked.append(Line("While it is chosen, English.")())
        speak(Speech("xx", Backwards()))

    speak_later(choose)
    assert asked == []
    assert [Line("a")(), Line("b")()] == ["<a>", "<b>"]
    assert asked == ["While it is chosen, English."]


def test_a_choice_that_was_not_needed_is_forgotten_with_the_next() -> None:
    speak_later(lambda: pytest.fail("it was decided otherwise"))
    speak()
    assert Line("a")() == "a"


@pytest.mark.parametrize(
    ("hour", "twelve", "shown"),
    [
        (0, False, "00:05"),
        (17, False, "17:05"),
        (0, True, "12:05 AM"),
        (1, True, "1:05 AM"),
        (11, True, "11:05 AM"),
        (12, True, "12:05 PM"),
        (13, True, "1:05 PM"),
        (23, True, "11:05 PM"),
        (23, None, "23:05"),
    ],
)
def test_a_clock_has_the_hours_that_the_person_wants(hour: int, twelve: bool | None, shown: str) -> None:
    speak(Speech("en", None, twelve))
    assert time_of_day(NOW.replace(hour=hour)) == shown


def test_every_moment_has_one_time_of_day_on_a_clock_of_twelve_hours() -> None:
    speak(Speech("en", None, True))
    shown = [time_of_day(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)) for minute in range(24 * 60)]
    assert len(set(shown)) == 24 * 60
    speak()
    for each, minute in zip(shown, range(24 * 60), strict=True):
        read = datetime.strptime(each, "%I:%M %p").replace(tzinfo=UTC)
        assert read.hour * 60 + read.minute == minute


def test_dates_are_english_whatever_the_locale() -> None:
    shown = [clock(NOW + timedelta(days=days), NOW, utc) for days in (0, 1, 2, 30, 365)]
    assert shown == ["08:05", "tomorrow 08:05", "Wed 08:05", "1 Apr 08:05", "2 Mar 2027 08:05"]
    assert span(timedelta(minutes=125)) == "2 h 5 min"


JAPANESE = (
    "サインインの有効期限は、ブラウザーで AWS access portal を開く（または sso-tray login を実行する）と延長されます。"
)


def test_a_line_without_blanks_breaks_between_letters_but_not_before_what_ends_a_sentence() -> None:
    lines = prose_anywhere(JAPANESE, 20)
    assert lines == prose(JAPANESE, 20)
    assert all(width(line) <= 20 for line in lines)
    assert not any(line[0] in "、。）ー" or line[-1] in "（「" for line in lines)
    assert "access" in " ".join(lines).split()


@given(st.text("あ漢ー、。（）「」 abc/-", max_size=200), st.integers(8, 60))
def test_a_line_that_is_broken_loses_nothing_and_fits(text: str, columns: int) -> None:
    lines = prose_anywhere(text, columns)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line) <= columns for line in lines)
    assert all(width(line) <= LONGEST and is_clean(line) for line in wrapped(text))
