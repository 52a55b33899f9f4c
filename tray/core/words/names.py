"""How sign-ins and profiles are named, one or many of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from tray.core.message import Line, Plural, short
from tray.core.message import listed as in_a_row
from tray.core.model import Kind, SignIn

APPLICATION = "SSO Tray"

SIGN_INS = Plural("1 sign-in", "{count} sign-ins")
PROFILES = Plural("1 profile", "{count} profiles")
_THE_PROFILE = Line("the profile {name}")
_SOME_PROFILES = Line("{profiles} ({names})")
_A_SIGN_IN = Line("a sign-in")
_MORE = Line("{count} more")
_THE_ONE = Line("“{a}”")
_ONE_OF_TWO = Line("“{a}” or “{b}”")
_ONE_OF_THREE = Line("“{a}”, “{b}” or “{c}”")
_ONE_OF_MANY = Line("{names:whole} or “{last}”")
_LINK_OR_ACCOUNT = re.compile(r"\w{1,20}://\S*|(?<!\d)\d{12}(?!\d)")
"""What no notice may hold (docs/contracts: Notices)."""


def without_accounts(words: str) -> str:
    """Take links and account ids out of a text that somebody else wrote."""
    return _LINK_OR_ACCOUNT.sub("…", words)


def spoken(sign_in: SignIn) -> str:
    """Name a sign-in where neither link nor account id may stand, as in a notice: a legacy one by its host alone."""
    if sign_in.kind is Kind.SSO_SESSION:
        return short(sign_in.name)
    if sign_in.kind is Kind.CONSOLE:  # Profiles are often named after their account.
        return short(without_accounts(sign_in.name))
    return short(urlsplit(sign_in.start_url).hostname or _A_SIGN_IN())


def labels(sign_ins: Sequence[SignIn]) -> dict[str, str]:
    """
    Name sign-ins where they are told apart by sight, as in the menu, by their names: a legacy one by its host alone.

    Where that would name two alike, such as two start URLs of one host, it is named by all of its start URL.
    """
    hosts = {each.name: spoken(each) for each in sign_ins if each.kind is Kind.LEGACY}
    if not hosts:
        return {each.name: each.name for each in sign_ins}
    found = {each.name: hosts.get(each.name, each.name) for each in sign_ins}
    counts: dict[str, int] = {}
    for label in found.values():
        counts[label] = counts.get(label, 0) + 1
    return {
        name: name.removeprefix("https://") if name in hosts and counts[label] > 1 else label
        for name, label in found.items()
    }


def listed(sign_ins: Sequence[SignIn]) -> str:
    """Name sign-ins for a notice, the first three."""
    shown = [spoken(sign_in) for sign_in in sign_ins[:3]]
    if len(sign_ins) > 3:
        shown.append(_MORE(count=len(sign_ins) - 3))
    return in_a_row(shown)


def profiles(names: Sequence[str]) -> str:
    """Name one profile, or the first of many: ``the profile dev``, ``4 profiles (a, b, c, …)``."""
    if len(names) == 1:
        return _THE_PROFILE(name=names[0])
    return _SOME_PROFILES(profiles=PROFILES(len(names)), names=first(names))


def first(names: Sequence[str]) -> list[str]:
    """Give the first three names, and a mark for the others."""
    return [*names[:3], *(["…"] if len(names) > 3 else [])]


def one_of(names: Sequence[str]) -> str:
    """Offer one to three names to choose from: ``“dev”``, ``“dev”, “prod” or “lab”``."""
    if len(names) == 1:
        return _THE_ONE(a=names[0])
    return _ONE_OF_TWO(a=names[0], b=names[1]) if len(names) == 2 else _ONE_OF_THREE(a=names[0], b=names[1], c=names[2])


def any_of(names: Sequence[str]) -> str:
    """Offer any number of names to choose from, each of them: ``“bash”, “zsh”, “fish” or “pwsh”``."""
    if len(names) <= 3:
        return one_of(names)
    return _ONE_OF_MANY(names=in_a_row([_THE_ONE(a=name) for name in names[:-1]]), last=names[-1])
