"""
A login of ours, from the wish to the token.

A plain login makes sure that the sign-in holds: AWS is asked first, and only where it says no does a page open. A
login for a new session ends the old one, once the person's own browser has come. Several at once share one page.
What is done to a session is written down at each step (`tray.core.session.heard`).
"""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from tray.aws.api import clients
from tray.aws.cache import registration
from tray.aws.cache.files import load_token, token_path
from tray.aws.cache.questions import ask
from tray.aws.cache.renewal import exclusively
from tray.aws.cache.times import parse_time
from tray.aws.cache.tokens import is_of, token_in
from tray.aws.login import oidc
from tray.aws.login.context import DEFAULT_TIMEOUT, OpenUrl
from tray.aws.login.login_queue import OpenPage, Turn, queue_of
from tray.aws.login.new_session import OldSession, end_old_session
from tray.core.dataclass import dataclass, replace
from tray.core.errors import SignInRefused, TrayError
from tray.core.model import SignIn, Token
from tray.core.session.heard import PageShown, SignedIn
from tray.core.words import login as login_words
from tray.core.words import pages as pages_words
from tray.disk.digest import sha1_hex

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tray.aws.cache.renewal import RenewalSurroundings
    from tray.aws.login.context import LoginContext, LoginEvent
    from tray.core.session.history import History


class How(StrEnum):
    """How a login came about (the words of ``login --json``)."""

    ALREADY = "already"
    RENEWED = "renewed"
    SIGNED_IN = "signed-in"
    NEW = "new"
    JOINED = "joined"


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A sign-in that holds now."""

    how: How
    expires_at: datetime
    """End of the access token (UTC)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked for."""

    sign_in: SignIn
    new: bool = False
    """Begin a new session although one may hold."""

    question: pages_words.Question | None = None
    """What the page asks before it ends the session that holds; None to end it at once."""

    device_code: bool = False
    timeout: timedelta = DEFAULT_TIMEOUT


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a login is handed: its two halves, folders, and who is told."""

    login: LoginContext
    renewal: RenewalSurroundings
    logins: Path
    """Folder of the logins that run now."""

    known: Callable[[], History]
    """Tells what was written down of the sign-in."""

    on_wait: Callable[[OpenPage], object]
    """Is told of the page of another login that this one waits for."""

    deferred: Callable[[], AbstractContextManager[None]] = nullcontext
    """Holds interrupts back, and lets them through afterwards."""


def log_in(wish: Wish, around: Around) -> LoggedIn:
    """
    Make sure that a sign-in holds, or begin a new session.

    Raises:
        ConfigProblem: The sign-in cannot be used as it is configured, or a file cannot be written.
        SignInRefused: Refused, cancelled, or not approved in time; it says whether the person is still signed in.
        ServiceProblem: AWS, the network or this machine failed.
    """
    return _Login(wish, around, around.login.now()).run()


class _Login:
    """One run of `log_in`."""

    def __init__(self, wish: Wish, around: Around, asked_at: datetime) -> None:
        self._wish = wish
        self._around = around
        self._asked_at = asked_at
        self._until = asked_at + wish.timeout
        self._path = token_path(around.renewal.cache_dir, wish.sign_in.name)
        self._queue = queue_of(around.logins, wish.sign_in)
        self._old = OldSession.NONE
        self._begun = False
        self._ended_one = False
        self._shown_at: datetime | None = None

    def run(self) -> LoggedIn:
        wish, around = self._wish, self._around
        if not wish.new and (held := self._held()) is not None:
            return held
        with self._queue.turn(
            asked_at=self._asked_at,
            until=self._until,
            now=around.login.now,
            sleep=around.login.sleep,
            cancelled=around.login.cancelled,
            on_wait=around.on_wait,
        ) as turn:
            if turn.waited and (held := self._content()) is not None:
                return held
            self._forget_dead_client(turn)
            try:
                result = self._sign_in()
            except SignInRefused as refusal:
                # Who waits is refused too, but not where this one alone has run out of time.
                self._over(refusal if around.login.now() < self._until else None)
                self._add_what_holds(refusal)
                raise
            except KeyboardInterrupt:
                cancelled = SignInRefused(login_words.CANCELLED())
                given_up = self._queue.cancelled_since(self._asked_at, around.login.now())
                self._over(cancelled if given_up else None)
                self._add_what_holds(cancelled)
                raise cancelled from None
            except TrayError as error:
                self._over(None)
                self._add_what_holds(error)
                raise
            self._over(None)
            return result

    def _over(self, refused: SignInRefused | None) -> None:
        self._queue.answer(None if refused is None else refused.message, self._around.login.now())

    def _held(self) -> LoggedIn | None:
        """Ask AWS whether the sign-in holds; None where a page is needed."""
        sign_in, renewal = self._wish.sign_in, self._around.renewal
        found = load_token(self._path)
        if not isinstance(found, tuple) or not is_of(found[1], sign_in):
            return None
        if not registration.covers(sign_in, renewal.cache_dir):
            return None  # More is asked for by now than the token was given for.
        proof = ask(sign_in, renewal)
        if proof is None:
            return None
        return LoggedIn(How.RENEWED if proof.renewed else How.ALREADY, proof.expires_at)

    def _content(self) -> LoggedIn | None:
        """After the login that this one waited for: tell whether that is enough."""
        if not self._wish.new:
            return self._held()
        known, token = self._around.known(), token_in(self._path)
        if token is None or known.over or known.began_at is None or known.began_at < self._asked_at:
            return None
        return LoggedIn(How.NEW, token.expires_at)

    def _forget_dead_client(self, turn: Turn) -> None:
        """Register anew where a login died whose page may have said "unknown client": nobody could get past that."""
        sign_in, cache_dir = self._wish.sign_in, self._around.renewal.cache_dir
        left = turn.abandoned
        if left is not None and left.client and left.client == _mark(registration.kept_client(sign_in, cache_dir)):
            registration.forget(sign_in, cache_dir)

    def _sign_in(self) -> LoggedIn:
        wish, around = self._wish, self._around
        client = _mark(registration.kept_client(wish.sign_in, around.renewal.cache_dir))
        page = OpenPage(wish.sign_in.name, self._asked_at, client=client)
        self._queue.show(page)

        def tell(event: LoginEvent) -> None:
            if isinstance(event, OpenUrl):
                self._queue.show(replace(page, url=event.url))
            around.login.tell(event)

        document = oidc.log_in(
            wish.sign_in,
            client=clients.oidc_client(wish.sign_in.region, settings=around.renewal.client_settings(wish.sign_in)),
            cache_dir=around.renewal.cache_dir,
            surroundings=replace(
                around.login,
                tell=tell,
                until=self._until,
                ask=wish.question if wish.new else None,
                cancelled=lambda: (
                    around.login.cancelled() or self._queue.cancelled_since(self._asked_at, around.login.now())
                ),
                before_page=self._before_page,
                stored=self._stored,
                exclusively=lambda: exclusively(wish.sign_in, around.renewal),
                uninterrupted=around.renewal.uninterrupted,
            ),
            device_code=wish.device_code,
        )
        how = {OldSession.ENDED: How.NEW, OldSession.GOES_ON: How.JOINED}.get(self._old, How.SIGNED_IN)
        return LoggedIn(how, parse_time(str(document["expiresAt"])))

    def _before_page(self) -> None:
        """End the old session, if that is wished for; from now on the browser may hold one that nobody here knows."""
        sign_in, around = self._wish.sign_in, self._around
        if self._begun:  # The page is shown once more, for another registration.
            return
        with around.deferred():
            if self._wish.new:
                there = token_in(self._path) is not None
                self._old = end_old_session(sign_in, around.renewal)
                self._ended_one = there and token_in(self._path) is None
            with exclusively(sign_in, around.renewal):
                shown_before = around.known().page_shown_at
                around.renewal.hear(sign_in, PageShown(token_in(self._path)))
                if shown_before is None:  # Else an earlier login was given up at that page, and counts on.
                    self._shown_at = around.known().page_shown_at
            self._begun = True

    def _stored(self, before: Token | None, token: Token) -> None:
        self._around.renewal.hear(self._wish.sign_in, SignedIn(before, token, self._shown_at))

    def _add_what_holds(self, error: TrayError) -> None:
        """Say of a login that came to nothing whether the person is signed in now."""
        holds = token_in(self._path) is not None and not self._around.known().over
        if self._ended_one and not holds:
            error.signed_out = self._old is OldSession.ENDED
            error.message = login_words.SIGNED_OUT(what=error.message.happened, sign_in=self._wish.sign_in.name)
        elif self._wish.new and holds and isinstance(error, SignInRefused):
            error.message = login_words.STILL_SIGNED_IN(what=error.message.happened)


def _mark(client_id: str | None) -> str:
    return "" if client_id is None else sha1_hex(client_id)[:16]
