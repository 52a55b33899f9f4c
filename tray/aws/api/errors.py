"""
Answers with an error: whether they are AWS's own, what AWS calls them, and whether they pass.

A proxy, a captive portal or a wrong endpoint answers over HTTP as well; only what bears a sign of AWS says anything
about a sign-in (docs/facts: Refresh answers).
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

from tray.core.errors import ServiceProblem
from tray.core.message import Message
from tray.core.words import login as login_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_AN_ERROR_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9.]{0,63}")
_PLAIN_WORDS: Final = re.compile(r"(?=.{1,100}\Z)[A-Z]?[a-z]{1,14}(,? [A-Z]?[a-z]{1,14})+\.?")
"""No token, code or secret has this form."""

_OVERLOADED: Final = frozenset({"SlowDownException", "TooManyRequestsException", "ThrottlingException"})
_PROXY_WANTS_A_LOGIN: Final = 407
_PASSING: Final = frozenset({408, 429})
"""HTTP statuses that pass, besides 5xx (docs/facts: Refresh answers)."""

BODY: Final = "SsoTrayBody"
"""Where our own look at an answer's body is kept in the library's response."""


class Unreachable(ServiceProblem):
    """No answer came from AWS: says nothing about the sign-in."""

    passes = True


class NotFromAws(Unreachable):
    """Something else answered in place of AWS: a proxy, the sign-in page of a network, an endpoint set wrong."""


class Unusable(NotFromAws):
    """An answer in the form of AWS's, with what AWS never answers: to ask again brings no other."""

    passes = False


class Unsendable(Unreachable):
    """A setting of this machine keeps requests from being sent, such as a certificate bundle that is missing."""

    passes = False


class Rejected(ServiceProblem):
    """
    AWS answered, with an error.

    Args:
        message: See `TrayError`.
        code: The error's name in the service model, such as ``InvalidGrantException``; ``HTTP 503`` and the like where
            an error that passes has no name.
        passes: Whether the same request may succeed later.
        said: The code, and AWS's own words where they are so plain that no secret could be in them.
        answered_at: AWS's clock when it answered (UTC); None where the answer is not known to come from AWS.
    """

    def __init__(
        self, message: Message, *, code: str, passes: bool, said: str = "", answered_at: datetime | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.passes = passes
        self.said = said or code
        self.answered_at = answered_at


def answered_at(answer: Mapping[str, Any]) -> datetime | None:
    """
    Tell AWS's clock when it gave an answer, or an error: the ``Date`` header (UTC, whole seconds); None without one.
    """
    date = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
    with suppress(TypeError, ValueError):
        return parsedate_to_datetime(date).replace(tzinfo=UTC)  # RFC 9110 section 5.6.7: always in GMT
    return None


def keep_error(response_dict: Mapping[str, Any], customized_response_dict: dict[str, Any], **_: object) -> None:
    """
    Keep of an answer what the library drops: whether it is a page, and OAuth's error (RFC 6749 section 5.2).

    A handler of the library's event ``before-parse``.
    """
    body: bytes = response_dict["body"]
    found: dict[str, Any] = {"is_page": body.lstrip().startswith(b"<")}
    with suppress(ValueError, RecursionError):
        document = json.loads(body)
        if isinstance(document, dict):
            found |= {"error": document.get("error"), "description": document.get("error_description")}
    customized_response_dict[BODY] = found


def problem_of(response: Mapping[str, Any]) -> Rejected | NotFromAws:
    """Say what the response of a `ClientError` means."""
    status: int = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    body = response.get(BODY, {})
    passes = status in _PASSING or status >= 500
    code = None if status == _PROXY_WANTS_A_LOGIN else _code_of_aws(response)
    if code is None:
        if body.get("is_page") or not passes:
            return NotFromAws(login_words.NETWORK_ANSWERED(status=status))
        words = login_words.OVERLOADED() if status == 429 else login_words.GATEWAY_FAILED(status=status)
        return Rejected(words, code=f"HTTP {status}", passes=True)
    description = body.get("description")
    plain = isinstance(description, str) and _PLAIN_WORDS.fullmatch(description)
    said = f"{code}, “{description}”" if plain else code
    if code in _OVERLOADED or status == 429:
        words, passes = login_words.OVERLOADED(), True
    elif passes:
        words = login_words.SERVICE_FAILED(status=status)
    else:
        words = login_words.REQUEST_REJECTED(code=code)
    return Rejected(words, code=code, passes=passes, said=said, answered_at=answered_at(response))


def _code_of_aws(response: Mapping[str, Any]) -> str | None:
    """
    Name an error as AWS named it; None where nothing shows that the answer is AWS's (docs/facts: Refresh answers).

    That is shown by a header, by OAuth's error in a JSON body, or, of STS, by the kind of error in its XML. What else
    the library calls a code may come from anybody.
    """
    error, named = response.get("Error", {}), response.get(BODY, {}).get("error")
    headers = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    code = error.get("Code") if "x-amzn-errortype" in headers or "Type" in error else None
    if code is None and isinstance(named, str):
        code = "".join(word.capitalize() for word in named.split("_")) + "Exception"
    return code if isinstance(code, str) and _AN_ERROR_CODE.fullmatch(code) else None
