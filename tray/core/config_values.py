"""
What is wrong with a value or a key of ``~/.aws``, and what was meant: for the doctor, ``login`` and the set-up.

A value is wrong where AWS programs would do something else with it than the person meant (docs/facts: What people
write). What botocore accepts on purpose is right: other regions than AWS's own for other servers, keys of other
programs. So a rule speaks of what it recognises, and of nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final, NamedTuple

from tray.core.links import is_safe_to_open
from tray.core.message import Message, Text
from tray.core.start_url import is_region, read_start_url
from tray.core.words import values as values_words

START_URL: Final = "sso_start_url"
SCOPES: Final = "sso_registration_scopes"
ACCOUNT: Final = "sso_account_id"
ROLE: Final = "sso_role_name"
SSO_REGION: Final = "sso_region"
SESSION: Final = "sso_session"

OF_A_SIGN_IN: Final = frozenset({START_URL, SSO_REGION, SCOPES, SESSION})
"""Without these being right nobody can sign in."""

_SCOPE: Final = re.compile(r"[A-Za-z0-9_:./*-]+")
_QUOTED: Final = re.compile(r"""(?P<mark>["'`])(?P<inner>[^"'`]*)(?P=mark)|[“„‘‚«<](?P<curly>[^“”„‘’‚«»<>]*)[”“’‘»>]""")
_COMMENT: Final = re.compile(r"\s+[#;].*", re.DOTALL)
_ZONE: Final = re.compile(r"(?P<region>[a-z]{2,5}(?:-[a-z]+)+-[0-9]{1,2})(?:-[a-z]{3}-[0-9])?[a-z]")
_HOST_LABEL: Final = re.compile(r"(?![0-9]+$)(?!-)[a-zA-Z0-9-]{1,63}(?<!-)")
"""What botocore takes for the name of a region (``botocore.utils.validate_region_name``)."""

_ACCOUNT_MARKS: Final = re.compile(r"[\s_.-]+")
_ROLE_IN_ARN: Final = re.compile(r"arn:aws[\w-]*:iam::\d*:role/(?:.*/)?(?P<name>[^/]+)")
_IAM_ROLE: Final = re.compile(r"AWSReservedSSO_(?P<name>.+)_[0-9a-f]{16}")


class Wrong(NamedTuple):
    """What is wrong with a value."""

    words: Text
    right: str = ""
    """What was meant; empty where that is not known."""

    def said(self, key: str, line: int, file: object) -> Message:
        """Say it of a key in a line, counted from 1, of a file."""
        return self.words(line=line, file=file, key=key, right=self.right)


def wrong_with(key: str, value: str) -> Wrong | None:
    """Judge the value of one key, as it stands in the file; None where nothing is wrong, or this key has no rule."""
    rule = _RULES.get(key)
    if rule is None or "\n" in value:  # What goes on over several lines is a block.
        return None
    bare = _COMMENT.sub("", value).strip()  # A comment behind a value is another matter.
    if not bare:
        return None
    unquoted = without_quotes(bare)
    if unquoted != bare:
        inner = rule(unquoted)
        return Wrong(values_words.IN_QUOTES, inner.right if inner and inner.right else unquoted)
    return rule(bare)


def without_quotes(value: str) -> str:
    """Take off the quotation marks or backticks around a value: those of a shell, of Markdown, of a word processor."""
    found = _QUOTED.fullmatch(value)
    return value if found is None else (found["inner"] or found["curly"] or "").strip()


def scopes_in(text: str) -> tuple[str, ...] | None:
    """Read a list of scopes as somebody typed it, separated by commas or blanks; None where one cannot be a scope."""
    scopes = tuple(dict.fromkeys(re.split(r"[,\s]+", text.strip(", \t"))))
    if scopes == ("",):
        return ()
    return scopes if all(map(_SCOPE.fullmatch, scopes)) else None


def _start_url(value: str) -> Wrong | None:
    scheme, separator, rest = value.partition("://")
    if not separator:
        read = read_start_url(value)
        return Wrong(values_words.NO_ADDRESS) if read is None else Wrong(values_words.NO_SCHEME, f"https://{value}")
    if scheme.lower() == "http" and not is_safe_to_open(value):
        read = read_start_url(f"https://{rest}")
        return Wrong(values_words.NO_ADDRESS) if read is None else Wrong(values_words.WITHOUT_TLS, f"https://{rest}")
    if is_safe_to_open(f"https://{rest}") and scheme.lower() in {"https", "http"}:  # The demo's may be without TLS.
        return None
    return Wrong(values_words.NO_ADDRESS)


def _region(value: str) -> Wrong | None:
    if is_region(value):
        return None
    if zone := _ZONE.fullmatch(value.lower()):
        return Wrong(values_words.A_ZONE, zone["region"])
    from tray.core.region_names import code_of  # noqa: PLC0415 - few write a region in another way

    code = code_of(value)
    if code is not None:
        plain = re.fullmatch(r"[A-Za-z]+[-_ ]?[A-Za-z]+[-_ ]?[0-9]+|[A-Za-z0-9_-]*[0-9]", value)
        if value.lower() == code:  # To hosts capitals are the same, and to AWS they may be.
            return None
        return Wrong(values_words.A_MISWRITTEN_REGION if plain else values_words.A_LONG_NAME, code)
    return None if _HOST_LABEL.fullmatch(value) else Wrong(values_words.NO_REGION)


def _account(value: str) -> Wrong | None:
    if re.fullmatch("[0-9]{12}", value):
        return None
    digits = _ACCOUNT_MARKS.sub("", value)
    if re.fullmatch("[0-9]{12}", digits):
        return Wrong(values_words.MARKS_IN_ACCOUNT, digits)
    return Wrong(values_words.OTHER_DIGITS if re.fullmatch("[0-9]+", digits) else values_words.NO_ACCOUNT)


def _role(value: str) -> Wrong | None:
    in_arn = _ROLE_IN_ARN.fullmatch(value)
    if in_arn is None and value.startswith("arn:"):
        return Wrong(values_words.AN_ARN_OF_NO_ROLE)
    name = value if in_arn is None else in_arn["name"]
    in_iam = _IAM_ROLE.fullmatch(name)
    if in_arn is not None:
        return Wrong(values_words.AN_ARN, name if in_iam is None else in_iam["name"])
    return None if in_iam is None else Wrong(values_words.AN_IAM_ROLE, in_iam["name"])


def _scopes(value: str) -> Wrong | None:
    if all(_SCOPE.fullmatch(scope.strip()) for scope in value.split(",") if scope.strip()):
        return None
    scopes = scopes_in(value)
    return (
        Wrong(values_words.NO_SCOPES) if scopes is None else Wrong(values_words.SCOPES_WITHOUT_COMMAS, ",".join(scopes))
    )


def _anything(_value: str) -> None:
    """Find no fault but quotation marks."""


_RULES: Final[Mapping[str, Callable[[str], Wrong | None]]] = {
    START_URL: _start_url,
    SSO_REGION: _region,
    "region": _region,
    ACCOUNT: _account,
    ROLE: _role,
    SCOPES: _scopes,
    SESSION: _anything,
    "role_arn": _anything,
    "source_profile": _anything,
    "output": _anything,
}


def misspelt(keys: Collection[str], *, of_session: bool) -> Iterator[tuple[str, str]]:
    """
    Find the keys of a section that no AWS program knows and that look like one that they do, which is missing.

    Args:
        keys: Of the section, in lower case.
        of_session: Whether it describes an sso-session; else a profile.

    Yields:
        The key as it is written, and the right one.
    """
    from tray.core.known_keys import KNOWN, MEANT, OF_SESSION, OTHER_NAMES  # noqa: PLC0415 - for these questions alone

    meant = OF_SESSION if of_session else MEANT
    signs_in = of_session or any(key.startswith("sso") for key in keys)
    for key in keys:
        if key not in KNOWN:
            right = (OTHER_NAMES.get(key) if signs_in else None) or _nearest(key.replace("-", "_"), meant)
            if right is not None and right in meant and right not in keys:
                yield key, right


def _nearest(written: str, meant: Collection[str]) -> str | None:
    """Find the word that somebody meant who made a slip or two in it; None where it is none of these."""
    near = [each for each in meant if abs(len(written) - len(each)) <= 2]
    found = min(((_distance(written, each), each) for each in near), default=(9, ""))
    return found[1] if found[0] <= (2 if len(found[1]) >= 10 else 1) else None


def _distance(one: str, other: str) -> int:
    """Count the letters to leave out, put in, exchange, or swap with a neighbour, to make one word of another."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, wanted in enumerate(other, 1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        before, last = last, now
    return last[-1]
