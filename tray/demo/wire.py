"""Requests, answers and errors, as AWS puts them on the wire."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlencode

from tray.core.dataclass import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request that was read whole."""

    method: str
    path: str
    query: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    """Names in lower case."""

    body: bytes = field(repr=False)

    def json(self) -> dict[str, object]:
        """
        Parse the body as a JSON object.

        Raises:
            AwsError: ``InvalidRequestException``; the body is something else.
        """
        try:
            value = json.loads(self.body)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise invalid_request("The request body is not a JSON object")
        return value

    def form(self) -> dict[str, str]:
        """Parse the body as an HTML form; what is no form has no fields."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def cookies(self) -> dict[str, str]:
        """Read the cookies that the browser sent (RFC 6265 section 4.2)."""
        pairs = (pair.strip().partition("=") for pair in self.headers.get("cookie", "").split(";"))
        return {name: value for name, _, value in pairs}

    @property
    def target(self) -> str:
        """Path and query, as an address within the server."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer."""

    status: int
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)

    def with_headers(self, more: tuple[tuple[str, str], ...]) -> Response:
        """Give the same answer with more headers."""
        return replace(self, headers=self.headers + more)


class AwsError(Exception):
    """
    A refusal, in the terms of the AWS API.

    Args:
        status: HTTP status, 400 to 599.
        code: The exception's name in the service model.
        message: The text sent along.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message


def invalid_request(message: str) -> AwsError:
    """Make the error for a request that is not well formed."""
    return AwsError(400, "InvalidRequestException", message)


@dataclass(frozen=True, slots=True)
class Route:
    """What answers one method and path."""

    operation: Callable[[Request], str]
    """Names the request for the log, the delays and the faults; never raises."""

    handle: Callable[[Request], Response]
    """Raises `AwsError` to refuse."""

    refuse: Callable[[AwsError], Response]
    """Puts an error in the form that this service's clients understand."""


Routes = dict[tuple[str, str], Route]


def named(operation: str) -> Callable[[Request], str]:
    """Name every request the same."""
    return lambda _request: operation


def json_answer(value: Mapping[str, object], status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    """Answer with a JSON object that no cache may keep."""
    fixed = (("Content-Type", "application/json"), ("Cache-Control", "no-store"))
    return Response(status, fixed + headers, json.dumps(value).encode())


def oidc_refusal(error: AwsError) -> Response:
    """Put an error as the OIDC service does: OAuth's ``error`` in the body, the exception in a header (section 3)."""
    stem = error.code.removesuffix("Exception")
    name = "server_error" if stem == "InternalServer" else re.sub(r"(?<!^)(?=[A-Z])", "_", stem).lower()
    body = {"error": name, "error_description": error.message}
    return json_answer(body, error.status, (("x-amzn-ErrorType", error.code),))


def portal_refusal(error: AwsError) -> Response:
    """Put an error as the portal does (section 4)."""
    return json_answer({"message": error.message}, error.status, (("x-amzn-ErrorType", error.code),))
