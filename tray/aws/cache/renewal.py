"""
Silent renewal: a refresh token for a new access token, without a browser (docs/facts: Refresh).

One token file is renewed in place, safe beside every process and program that may do the same.
"""

from __future__ import annotations

import time
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from tray.aws.api import clients, errors
from tray.aws.api.client_settings import NONE
from tray.aws.cache.files import folder_entry, load_token, token_path
from tray.aws.cache.staging import adopt, stage
from tray.aws.cache.times import parse_time
from tray.aws.cache.tokens import create_token, fresh, region_of
from tray.core.dataclass import dataclass, field
from tray.core.errors import ConfigProblem, NotSignedIn
from tray.core.model import Unreadable
from tray.core.session.deadline import can_renew
from tray.core.session.heard import Ended, Renewed
from tray.core.session.history import EndedBy
from tray.core.words import login as login_words
from tray.core.words import status as status_words
from tray.disk.lock import locked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import TypeVar

    from mypy_boto3_sso_oidc import SSOOIDCClient

    from tray.aws.api.client_settings import ClientSettings
    from tray.core.model import SignIn, Token
    from tray.core.session.heard import Heard

    _Found = TypeVar("_Found", bound="Token | tuple[Token, dict[str, Any]]")

_SESSION_OVER: Final = frozenset({"InvalidGrantException", "ExpiredTokenException"})
_FOR_RENEWAL: Final = ("refreshToken", "clientId", "clientSecret")

_LOCK_SECONDS: Final = 60.0
"""Longer than one renewal takes, even one that asks twice and gets its answers late."""

_WINNER_SECONDS: Final = 3.0
"""How long after ``invalid_grant`` to look for the token of a program that was faster: it writes what it has got."""

_WINNER_PAUSE: Final = 0.1

_SECOND_ASK_SECONDS: Final = 1.0
"""Between a refusal that does not pass and the same question again: an end is told only where AWS says so twice."""

_READS: Final = 41
"""So 2 s: on Windows a file that other programs replace again and again cannot be opened for some moments."""


class SessionOver(NotSignedIn):
    """AWS said that the sign-in has ended: only a new login helps."""


class TokenRefused(NotSignedIn):
    """AWS refused to renew this token, for a reason that does not pass: only a new login helps."""

    def __init__(self, said: str) -> None:
        super().__init__(login_words.TOKEN_REFUSED(answer=said))
        self.said = said
        """What AWS called it; no secret."""


class NotRenewable(NotSignedIn):
    """This token lacks what a renewal needs, whatever is true of the sign-in: only a new login helps."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """How a renewal went that did not fail."""

    expires_at: datetime
    """End of the access token that is in the file now (UTC)."""

    renewed: bool
    """Whether it was renewed here; else there was no need, for instance because another program had just done it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalSurroundings:
    """What a renewal is handed, so that a test can hand it something else."""

    cache_dir: Path
    """``~/.aws/sso/cache``."""

    lock_dir: Path
    """Where our lock files are."""

    now: Callable[[], datetime]
    """The clock; aware, UTC."""

    sleep: Callable[[float], None] = time.sleep
    """Takes seconds."""

    client_settings: Callable[[SignIn], ClientSettings] = lambda _: NONE
    """Tells what the config says about the connections of a sign-in (`tray.aws.config.client_settings`)."""

    on_skew: Callable[[timedelta], object] = lambda _: None
    """Is told how far AWS's clock is ahead of ours, if AWS answers."""

    hear: Callable[[SignIn, Heard], object] = lambda _sign_in, _heard: None
    """Is told, under the sign-in's lock, what AWS said of it and what was done to its token."""

    uninterrupted: Callable[[], AbstractContextManager[None]] = field(default=nullcontext)
    """Holds interrupts back from the request until its answer is in the file: else a refresh token might be lost."""


def renew(
    document: Mapping[str, Any],
    *,
    client: SSOOIDCClient,
    now: Callable[[], datetime],
    on_skew: Callable[[timedelta], object] = lambda _: None,
) -> dict[str, Any]:
    """
    Exchange the refresh token of a token document for a new access token; reads and writes no file.

    `on_skew` is told how far AWS's clock is ahead of ours, once AWS has answered, whatever it answered.

    Returns:
        The document with the new token; keys we do not know are kept, and the refresh token too where AWS sends none
        (docs/facts: Refresh; some clients lose the sign-in there).

    Raises:
        SessionOver: The sign-in has ended, if no other program has renewed it meanwhile: read the file again first.
        TokenRefused: AWS answered with another error that does not pass (docs/facts: Refresh answers).
        NotRenewable: The document lacks what a renewal needs.
        ServiceProblem: AWS or the network failed; says nothing about the sign-in.
    """
    if not all(isinstance(document.get(key), str) for key in _FOR_RENEWAL):
        raise NotRenewable(login_words.NOT_RENEWABLE())
    try:
        answer = create_token(
            client,
            grantType="refresh_token",
            clientId=document["clientId"],
            clientSecret=document["clientSecret"],
            refreshToken=document["refreshToken"],
        )
    except errors.Rejected as rejection:
        if rejection.answered_at is not None:
            on_skew(rejection.answered_at - now())
        if rejection.code in _SESSION_OVER:
            raise SessionOver(login_words.SESSION_OVER()) from None
        if not rejection.passes:
            raise TokenRefused(rejection.said) from None
        raise
    if (at := errors.answered_at(answer)) is not None:
        on_skew(at - now())
    return {**document, **fresh(answer, now())}


def is_due(token: Token, now: datetime) -> bool:
    """
    Tell whether a token should be renewed (docs/contracts: End of a sign-in).

    It should when no more is left of it than its margin, the very one by which the icon has it renewed.
    """
    return token.expires_at - now <= token.margin


def lock_path(lock_dir: Path, name: str) -> Path:
    """Name the lock file of a sign-in."""
    return lock_dir / f"{token_path(lock_dir, name).stem}.lock"


def exclusively(sign_in: SignIn, surroundings: RenewalSurroundings) -> AbstractContextManager[None]:
    """
    Keep all our other processes from renewing or ending a sign-in meanwhile.

    Raises:
        ConfigProblem: The lock file cannot be made.
        ServiceProblem: Another process did not let go within a minute.
    """
    lock = lock_path(surroundings.lock_dir, sign_in.name)
    return locked(lock, seconds=_LOCK_SECONDS, sleep=surroundings.sleep)


def renew_file(sign_in: SignIn, surroundings: RenewalSurroundings, *, force: bool = False) -> Renewal:
    """
    Renew a sign-in's token silently, if it is due, or if forced. Never opens a browser.

    A refresh token may be good for one use only (docs/facts: Refresh). So the request is sent only when its answer
    can be written, and ``invalid_grant`` ends the sign-in only if no other program has won. Any other refusal that does
    not pass is asked about a second time.

    Raises:
        SessionOver: AWS said that the sign-in has ended.
        TokenRefused: AWS refused twice to renew the token, for another reason.
        NotRenewable: It is due, but what a renewal needs is missing.
        NotSignedIn: There is no token, or none any more.
        ConfigProblem: A file or folder cannot be used.
        ServiceProblem: AWS, the network or the disk failed; the file is as it was.
    """
    path = token_path(surroundings.cache_dir, sign_in.name)
    with exclusively(sign_in, surroundings):
        adopt(path, sleep=surroundings.sleep)
        token, document = _load(path, sign_in, surroundings)
        insist, refused = force, False
        while insist or is_due(token, surroundings.now()):
            if not can_renew(token, surroundings.now()):
                raise NotRenewable(login_words.NOT_RENEWABLE())
            try:
                return _exchange(path, token, document, sign_in, surroundings)
            except SessionOver:
                won = await_winner(path, token, surroundings.sleep, load_token)
                if won is None:
                    surroundings.hear(sign_in, Ended(token, EndedBy.INVALID_GRANT))
                    raise
                (token, document), insist, refused = won, False, False
            except TokenRefused as refusal:
                if refused:
                    surroundings.hear(sign_in, Ended(token, EndedBy.REFUSED, refusal.said))
                    raise
                surroundings.sleep(_SECOND_ASK_SECONDS)
                lost = token.fingerprint
                token, document = _load(path, sign_in, surroundings)
                refused = token.fingerprint == lost
                insist = insist and refused
        return Renewal(token.expires_at, renewed=False)


def _load(path: Path, sign_in: SignIn, surroundings: RenewalSurroundings) -> tuple[Token, dict[str, Any]]:
    found = load_token(path, attempts=_READS, sleep=surroundings.sleep)
    if found is None:
        raise NotSignedIn(login_words.NOT_SIGNED_IN())
    if isinstance(found, Unreadable):
        raise ConfigProblem(status_words.unreadable_token(sign_in.name, found))
    return found


def _exchange(
    path: Path, token: Token, document: dict[str, Any], sign_in: SignIn, surroundings: RenewalSurroundings
) -> Renewal:
    settings = surroundings.client_settings(sign_in)
    client = clients.oidc_client(region_of(document, sign_in), settings=settings, attempts=1)
    with stage(path, token.fingerprint, sleep=surroundings.sleep) as staged, surroundings.uninterrupted():
        renewed = renew(document, client=client, now=surroundings.now, on_skew=surroundings.on_skew)
        staged.keep(renewed)
        there = load_token(path)
        if there is None:  # logged out meanwhile: what has been removed stays removed
            staged.drop()
            raise NotSignedIn(login_words.NOT_SIGNED_IN())
        if isinstance(there, tuple) and there[0].fingerprint != token.fingerprint:  # a new login, for instance
            staged.drop()
            return Renewal(there[0].expires_at, renewed=False)
        staged.put()
        surroundings.hear(sign_in, Renewed(token, _load(path, sign_in, surroundings)[0]))
    return Renewal(parse_time(renewed["expiresAt"]), renewed=True)


def await_winner(
    path: Path, lost: Token, sleep: Callable[[float], None], read: Callable[..., _Found | Unreadable | None]
) -> _Found | None:
    """
    Wait for another program to write the token that it got instead of us; None if there is no such program.

    Its file is opened only once it has changed, and at the end: on Windows nobody can replace a file that is open, and
    botocore would lose the token that it is about to write (docs/facts: Reading while others write).

    Args:
        path: The file.
        lost: What we had.
        sleep: Takes seconds.
        read: Reads the file, as `tray.aws.cache.files.load_token` and `read_token` do.
    """
    seen: object = None
    for left in reversed(range(round(_WINNER_SECONDS / _WINNER_PAUSE) + 1)):
        entry = folder_entry(path)
        if entry != seen or not left:
            there = read(path, attempts=1)
            if there is not None and not isinstance(there, Unreadable):
                token = there[0] if isinstance(there, tuple) else there
                if token.fingerprint != lost.fingerprint:
                    return there
            seen = None if isinstance(there, Unreadable) else entry
        if left:
            sleep(_WINNER_PAUSE)
    return None
