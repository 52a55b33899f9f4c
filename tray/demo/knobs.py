"""What can be set on the embedded Identity Center while it runs: lifetimes, delays, answers and failures."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from enum import StrEnum

from tray.core.dataclass import dataclass, field


class Consent(StrEnum):
    """Who presses the button on the consent page."""

    PAGE = "page"
    """The person does: the page is shown."""

    ALLOW = "allow"
    """Allowed at once, as by a person who has allowed the same program before."""

    DENY = "deny"
    """Refused at once."""


class FaultKind(StrEnum):
    """The ways in which a request can go wrong."""

    ERROR = "error"
    HANG = "hang"
    DROP = "drop"
    ALTER = "alter"
    ANSWER = "answer"


@dataclass(slots=True, eq=False)
class Fault:
    """
    An injected failure. Make it by `error`, `hang`, `drop`, `alter` or `answer`, and hand it to
    `IdentityCenter.inject`.
    """

    kind: FaultKind
    operation: str
    """
    An operation as the request log names it (``GetRoleCredentials``, ``CreateToken/refresh_token``), all grants of
    one (``CreateToken``), or ``*``.
    """

    times: int | None
    """How many more requests it meets; None for all."""

    status: int = 0
    code: str = ""
    message: str = ""
    members: Mapping[str, object] = field(default_factory=dict, repr=False)
    """What is put in the place of members of the true answer; None leaves one out."""

    body: bytes = field(default=b"", repr=False)
    content_type: str = "application/json"

    done: bool = False
    """Whether the work is done before it hangs or the connection is closed: then only the answer is lost."""

    reached: threading.Event = field(default_factory=threading.Event, repr=False)
    """Set once a request has met this fault, and its work is done where it is to be."""

    released: threading.Event = field(default_factory=threading.Event, repr=False)
    """Set to let hanging requests go on; they are then answered as usual."""

    @classmethod
    def error(
        cls, operation: str, status: int, code: str, message: str = "Injected", times: int | None = None
    ) -> Fault:
        """Answer with an error instead of doing the work; arguments as for `AwsError`."""
        return cls(FaultKind.ERROR, operation, times, status, code, message)

    @classmethod
    def hang(cls, operation: str, times: int | None = None, *, done: bool = False) -> Fault:
        """Leave requests without an answer until `released` is set; their work is done then, or before."""
        return cls(FaultKind.HANG, operation, times, done=done)

    @classmethod
    def drop(cls, operation: str, times: int | None = None, *, done: bool = False) -> Fault:
        """Close the connection without an answer, and without doing the work or after it."""
        return cls(FaultKind.DROP, operation, times, done=done)

    @classmethod
    def alter(cls, operation: str, members: Mapping[str, object], times: int | None = None) -> Fault:
        """Do the work, and answer with other members than the true ones: what JSON of Python can write, NaN too."""
        return cls(FaultKind.ALTER, operation, times, members=members)

    @classmethod
    def answer(
        cls,
        operation: str,
        body: bytes,
        *,
        status: int = 200,
        content_type: str = "application/json",
        times: int | None = None,
    ) -> Fault:
        """Answer with these bytes, and do no work."""
        return cls(FaultKind.ANSWER, operation, times, status, body=body, content_type=content_type)


@dataclass(slots=True)
class Knobs:
    """
    The settings of a running Identity Center; a change holds from the next request on.

    Defaults are those of AWS where they are known (docs/facts: Words, Refresh answers, Device code flow).
    """

    token_seconds: int = 3600
    """Life of an access token given to a client with scopes."""

    session_seconds: float = 8 * 3600
    """Life of a portal session that begins from now on. No answer tells it."""

    logout_ends_browser_session: bool = True
    """
    Whether the portal API's ``Logout`` with a client's token also ends what the browser holds, so that the next login
    there begins a new session. If not, the next login joins the old span: same beginning, same end.
    """

    sibling_tokens_die: bool = True
    """
    Whether a logout ends the access tokens of the session's other clients at once. If not, these live on to their
    ``expiresAt``, though not beyond the session's end. The token that called ``Logout``, all others of its client, and
    every refresh token are dead either way.
    """

    shorten_last_token: bool = False
    """
    Whether an access token that reaches beyond the session's end is shortened to it. If not, its ``expiresIn`` says
    more than is true: the portal answers 401 from the session's end on.
    """

    idp_asks: bool = False
    """
    Whether the external IdP shows its sign-in page when a portal session is to begin and the browser holds no session
    with the IdP. If not, it signs the person in silently, as with a ticket of the computer's domain.
    """

    idp_session_seconds: float | None = None
    """
    Life of the session with the external IdP, which caps the portal sessions that begin in it (SessionNotOnOrAfter).
    While it holds, the IdP does not ask, also after a logout. None: such a session is not kept, and caps nothing.
    """

    device_interval: int = 5
    """Seconds between two polls of the device flow; faster ones are told to slow down."""

    device_seconds: int = 600
    """Life of a device code."""

    page_size: int = 20
    """The most accounts or roles in one answer, also where the client asks for more."""

    delays: dict[str, float] = field(default_factory=dict)
    """Seconds before the answer of an operation, named as in `Fault.operation`; those that match are added up."""

    consent: Consent = Consent.PAGE
    issue_refresh_tokens: bool = True
    rotate_refresh_tokens: bool = True
    """Whether a renewal answers with a new refresh token and burns the old one."""

    omit_refresh_token: bool = False
    """Whether a renewal answers without a refresh token; the old one then stays good (RFC 6749 section 6)."""

    date_skew_seconds: float = 0
    """How far the ``Date`` header is ahead of the server's clock."""

    faults: list[Fault] = field(default_factory=list)
    """Injected failures; for each request the first that matches counts."""


def matches(pattern: str, operation: str) -> bool:
    """Tell whether a pattern as in `Fault.operation` means this operation."""
    return pattern in {"*", operation, operation.partition("/")[0]}
