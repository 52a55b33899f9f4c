"""
The language that words are said in, and how it tells the time.

Templates hold English. Another language is a `Speech`, a value that the program sets once it knows what the person
reads (ADR 47); until then, and for everything that programs read, words are English and nothing is looked up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tray.core.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ENGLISH = "en"

LANGUAGES: Mapping[str, str] = {ENGLISH: "English", "de": "Deutsch", "ja": "日本語"}
"""Each language that there is a catalogue for, by its tag, and what its speakers call it."""

APPROVED = frozenset({ENGLISH})
"""
Languages whose catalogue somebody has read who grew up with it: no other is chosen by itself.

How to approve one: CONTRIBUTING.md, "Languages".
"""


FOR_A_PERSON = "SSO_TRAY_FOR_A_PERSON"
"""
A variable that is set in the processes that the tray starts: what they print as JSON is shown to the person.

To every other program JSON speaks English.
"""


class Words(str):
    """English words that are handed on as they are, and translated by who shows them."""

    __slots__ = ()


class Catalogue(Protocol):
    """The messages of one language."""

    def text(self, template: str, context: str = "") -> str:
        """Give the translation of a template; without one, the template."""

    def plural(self, one: str, many: str, count: float) -> str:
        """Give the form for a number of things."""


@dataclass(frozen=True, slots=True)
class Speech:
    """How the person is spoken to."""

    tag: str = ENGLISH
    """As in ``<html lang>`` (BCP 47)."""

    catalogue: Catalogue | None = None
    """None for English."""

    twelve_hours: bool | None = None
    """Whether clocks show 12 hours; None for what is usual in the language."""


_ENGLISH = Speech()


class _Spoken:
    """What is in force in this process."""

    __slots__ = ("choose", "speech")

    def __init__(self) -> None:
        self.speech = _ENGLISH
        self.choose: Callable[[], None] | None = None


_spoken = _Spoken()


def speak(speech: Speech = _ENGLISH) -> None:
    """Say everything from now on in another way."""
    _spoken.choose, _spoken.speech = None, speech


def speak_later(choose: Callable[[], None]) -> None:
    """Have `speak` called when the first word is to be said, which many commands never do."""
    _spoken.choose = choose


def spoken() -> Speech:
    """Give the way in which everything is said at present."""
    if _spoken.choose is not None:
        choose, _spoken.choose = _spoken.choose, None  # What it says itself is English.
        choose()
    return _spoken.speech


def translated(template: str, context: str = "") -> str:
    """Give a template in the language that is spoken; it has the same fields."""
    catalogue = spoken().catalogue
    return template if catalogue is None or not template else catalogue.text(template, context)


def translated_plural(one: str, many: str, count: float) -> str:
    """Give the form of a template for a number of things, in the language that is spoken."""
    catalogue = spoken().catalogue
    if catalogue is None:
        return one if count == 1 else many
    return catalogue.plural(one, many, count)
