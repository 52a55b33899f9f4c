"""
The names of the profiles that a set-up writes: what a pattern gives, and whether a name came of one. Pure.

Names are such that botocore and the JavaScript SDK can both read them (docs/facts: Config names).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import count
from typing import TYPE_CHECKING, Final, NamedTuple

from tray.core.dataclass import dataclass
from tray.core.errors import Answer, AnswerProblem
from tray.core.words import setup as setup_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tray.aws.api.accounts import Account

DEFAULT_PATTERN: Final = "{role}-{account_name}"

_ROLE, _ACCOUNT_ID, _ACCOUNT_NAME, _SESSION = "{role}", "{account_id}", "{account_name}", "{session}"
_PLACEHOLDER: Final = re.compile(r"\{[^{}]*\}|[{}]")
_UNFIT: Final = re.compile(r"[^A-Za-z0-9_\-@+.%:/]+")


_NUMBERED: Final = r"(?:-[0-9]+)?"
_ANY: Final = "anyAccount"
"""Stands for the name of whatever account while a name is taken apart; nothing in it is replaced in a name."""


class Pick(NamedTuple):
    """A role in an account, chosen by the person."""

    account_id: str
    role: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """How profiles are named."""

    text: str = DEFAULT_PATTERN
    """With placeholders; see `check_pattern`."""

    lower_case: bool = False
    """Whether the names that it gives are written in lower case."""

    @property
    def plain(self) -> Pattern:
        """The pattern that gives the same names, and has no character that a name may not hold but the braces."""
        parts = re.split(r"(\{[^{}]*\})", self.text)
        return Pattern("".join(each if each.startswith("{") else _plain(each) for each in parts), self.lower_case)


def is_fit_name(name: str) -> bool:
    """Tell whether every AWS SDK can read a name of a section."""
    return bool(name) and not _UNFIT.search(name)


def check_pattern(pattern: str) -> None:
    """
    Make sure that a name pattern can be used.

    Raises:
        AnswerProblem: It has an unknown placeholder or a lone brace, or gives no name.
    """
    for placeholder in _PLACEHOLDER.findall(pattern):
        if placeholder not in (_ROLE, _ACCOUNT_ID, _ACCOUNT_NAME, _SESSION):
            raise AnswerProblem(Answer.PATTERN, setup_words.UNKNOWN_PLACEHOLDER(placeholder=placeholder))
    if not _fit(pattern.replace("{", "x")):
        raise AnswerProblem(Answer.PATTERN, setup_words.EMPTY_PATTERN())


def name_accounts(accounts: Iterable[Account]) -> dict[str, str]:
    """Name all accounts of a person, by id, so that each name means one: those that several share end in the id."""
    names = {account.account_id: _fit(account.name) or account.account_id for account in accounts}
    shared = Counter(names.values())
    return {
        account_id: f"{name}-{account_id}" if shared[name] > 1 else name  # never an id twice: an id is shared by none
        for account_id, name in names.items()
    }


def name_picks(
    picks: Iterable[Pick], pattern: Pattern, session: str, account_names: Mapping[str, str], taken: Iterable[str]
) -> dict[Pick, str]:
    """
    Name picks; names that are not unique say more of what the pattern leaves out, and get a number at last.

    Args:
        picks: In an order that is the same each time.
        pattern: See `check_pattern`.
        session: Name of the sso-session.
        account_names: See `name_accounts`.
        taken: Names that others have.
    """

    def name_of(pick: Pick, text: str) -> str:
        return _name(pick, Pattern(text, pattern.lower_case), session, account_names[pick.account_id])

    used = set(taken)
    names: dict[Pick, str] = {}
    left = list(picks)
    text = pattern.text
    for text in _longer_patterns(pattern.text):
        proposed = {pick: name_of(pick, text) for pick in left}
        times = Counter(proposed.values())
        names |= {pick: name for pick, name in proposed.items() if times[name] == 1 and name not in used}
        used.update(names.values())
        left = [pick for pick in left if pick not in names]
    for pick in left:
        name = name_of(pick, text)
        names[pick] = next(f"{name}-{number}" for number in count(2) if f"{name}-{number}" not in used)
        used.add(names[pick])
    return names


def _longer_patterns(pattern: str) -> Iterator[str]:
    yield pattern
    for placeholders in ((_ROLE,), (_ACCOUNT_NAME, _ACCOUNT_ID), (_SESSION,)):
        if not any(placeholder in pattern for placeholder in placeholders):
            pattern += f"-{placeholders[0]}"
            yield pattern


def comes_of(name: str, pick: Pick, pattern: Pattern, session: str, account_names: Mapping[str, str]) -> bool:
    """Tell whether a pattern gives a profile this name, or one of those that it gives where names are not unique."""
    known = account_names.get(pick.account_id, pick.account_id)
    bare = known.removesuffix(f"-{pick.account_id}")
    forms = (bare, f"{bare}-{pick.account_id}")  # the latter for as long as another account was called the same
    for text in _longer_patterns(pattern.text):
        for account_name in forms:
            given = _name(pick, Pattern(text, pattern.lower_case), session, account_name)
            dash, number = name[len(given) : len(given) + 1], name[len(given) + 1 :]
            if name == given or (name.startswith(given) and dash == "-" and number.isascii() and number.isdecimal()):
                return True
    return False


def came_of(name: str, pick: Pick, pattern: Pattern, session: str) -> str | None:
    """
    Find what an account was called when a pattern gave a profile this name.

    Returns:
        The account's name, as it stands in the profile's; None where the pattern never gave that.
    """
    for text in _longer_patterns(pattern.text):
        if _ACCOUNT_NAME not in text:
            continue
        given = re.escape(_name(pick, Pattern(text, pattern.lower_case), session, _ANY))
        any_account = re.escape(_ANY.lower() if pattern.lower_case else _ANY)
        expression = given.replace(any_account, "(?P<account>.+)", 1).replace(any_account, "(?P=account)")
        if (found := re.fullmatch(expression + _NUMBERED, name)) is not None:
            return found["account"]
    return None


def _name(pick: Pick, pattern: Pattern, session: str, account_name: str) -> str:
    values = {_ROLE: pick.role, _ACCOUNT_ID: pick.account_id, _ACCOUNT_NAME: account_name, _SESSION: session}
    name = _fit(_PLACEHOLDER.sub(lambda found: _fit(values[found[0]]), pattern.text)) or pick.account_id
    return name.lower() if pattern.lower_case else name


def _fit(text: str) -> str:
    """Replace what a name may not hold; letters lose their accents."""
    return _plain(text).strip("-")


def _plain(text: str) -> str:
    plain = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return _UNFIT.sub("-", plain)
