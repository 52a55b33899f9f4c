"""
What an answer of AWS must hold to be taken for one: the one door through which each answer of each client comes.

The AWS library checks neither types nor ranges, and hands a proxy's page on as an empty answer. What is believed here
ends up in a token file that other programs read, in a request's header, or as a number of seconds to wait.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from tray.aws.api.errors import BODY, NotFromAws, Unusable
from tray.core.clusters import is_clean
from tray.core.links import is_safe_to_open
from tray.core.words import login as login_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Check = Callable[[object], bool]

_VISIBLE: Final = re.compile(r"[!-~]{1,65536}")
"""A token or a secret: it is sent in a header, which takes nothing else (RFC 9110 section 5.5)."""

_AN_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_LONGEST_TEXT: Final = 2048

_LONGEST_TOKEN_SECONDS: Final = 10 * 366 * 86_400
"""No token lives longer; the longest session of Identity Center has 90 days (docs/facts: Words)."""

_LONGEST_CODE_SECONDS: Final = 86_400
_LONGEST_INTERVAL_SECONDS: Final = 600

_EARLIEST_SECONDS: Final = 946_684_800
"""2000-01-01. With the latest, it tells a time in seconds from one in milliseconds."""

_LATEST_SECONDS: Final = 7_258_118_400
"""2200-01-01."""


def demand(operation: str, answer: Mapping[str, Any]) -> None:
    """
    Make sure that an answer without an error is one to its question.

    Args:
        operation: As the service model names it, such as ``CreateToken``; of any other nothing is demanded.
        answer: As the AWS library has parsed it.

    Raises:
        Unusable: A member has a type, or a value, that none of AWS's answers has.
        NotFromAws: A member is missing, as in the page of a proxy; or it is a page.
    """
    members = _ANSWERS.get(operation)
    if members is None:
        return
    for name, check in members.items():
        value = answer.get(name)
        if value is not None and not check(value):
            raise Unusable(login_words.ANSWER_UNUSABLE())
    if answer.get(BODY, {}).get("is_page") or any(answer.get(name) is None for name in members.keys() - _MAY_LACK):
        raise NotFromAws(login_words.ANSWER_UNUSABLE())


def _whole(least: int, most: int) -> Check:
    """Take a whole number; to Python, true and false are numbers too, and so is 1e300."""
    return lambda value: type(value) is int and least <= value <= most


def _secret(value: object) -> bool:
    return isinstance(value, str) and _VISIBLE.fullmatch(value) is not None


def _text(value: object) -> bool:
    """Take a name that somebody chose; what of it a terminal might obey is dealt with where it is shown."""
    return isinstance(value, str) and len(value) <= _LONGEST_TEXT


def _clean_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_TEXT and is_clean(value)


def _link(value: object) -> bool:
    """
    Take an address. Whether it may be opened is asked again, in words of its own, by whoever opens it.
    """
    return isinstance(value, str) and len(value) <= _LONGEST_TEXT and is_safe_to_open(value)


def _account(value: object) -> bool:
    return isinstance(value, str) and _AN_ACCOUNT.fullmatch(value) is not None


def _structure(**members: Check) -> Check:
    """Take a structure that has these members; `None` stands for one that is missing."""
    return lambda value: isinstance(value, dict) and all(check(value.get(name)) for name, check in members.items())


def _several(each: Check) -> Check:
    return lambda value: isinstance(value, list) and all(map(each, value))


def _perhaps(check: Check) -> Check:
    return lambda value: value is None or value == "" or check(value)


_MAY_LACK: Final = frozenset({"refreshToken", "interval", "verificationUri", "nextToken"})

_ANSWERS: Final[Mapping[str, Mapping[str, Check]]] = {
    "RegisterClient": {
        "clientId": _secret,
        "clientSecret": _secret,
        "clientSecretExpiresAt": _whole(_EARLIEST_SECONDS, _LATEST_SECONDS),
    },
    "StartDeviceAuthorization": {
        "deviceCode": _secret,
        "userCode": _secret,
        "verificationUri": _link,
        "verificationUriComplete": _link,
        "expiresIn": _whole(1, _LONGEST_CODE_SECONDS),
        "interval": _whole(0, _LONGEST_INTERVAL_SECONDS),
    },
    "CreateToken": {
        "accessToken": _secret,
        "expiresIn": _whole(1, _LONGEST_TOKEN_SECONDS),
        "refreshToken": _perhaps(_secret),
    },
    "ListAccounts": {
        "accountList": _several(_structure(accountId=_account, accountName=_perhaps(_text))),
        "nextToken": _perhaps(_secret),
    },
    "ListAccountRoles": {
        "roleList": _several(_structure(roleName=_perhaps(_text))),
        "nextToken": _perhaps(_secret),
    },
    "GetRoleCredentials": {
        "roleCredentials": _structure(
            accessKeyId=_secret,
            secretAccessKey=_secret,
            sessionToken=_secret,
            expiration=_whole(_EARLIEST_SECONDS * 1000, _LATEST_SECONDS * 1000),
        ),
    },
    "Logout": {},
    "GetCallerIdentity": {"Account": _account, "Arn": _clean_text, "UserId": _clean_text},
    "AssumeRole": {
        "Credentials": _structure(AccessKeyId=_secret, SecretAccessKey=_secret, SessionToken=_secret),
    },
}
