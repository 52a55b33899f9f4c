"""The embedded Identity Center: starts, stops, and lets a test or a story look inside."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import NamedTuple, Self
from urllib.parse import urlencode

from tray.core.dataclass import replace
from tray.demo import browsers, consent, oidc, portal, sts
from tray.demo.knobs import Fault, FaultKind, Knobs, matches
from tray.demo.organisation import ACCOUNTS, REGION, START_URL, Account, granted, renamed, revoked
from tray.demo.server import AwsError, LoopbackServer, Request, Response
from tray.demo.state import ACCOUNT_ACCESS, AUTHORIZATION_CODE, REFRESH_TOKEN, Route, SignInSession, State

CALLBACK = "http://127.0.0.1/oauth/callback"


class LoggedRequest(NamedTuple):
    """A request that was dealt with. Holds no secret."""

    method: str
    operation: str
    """Such as ``ListAccounts`` or ``CreateToken/refresh_token``."""

    status: int
    """0 where the connection was closed without an answer."""


class IdentityCenter:
    """
    AWS Identity Center and STS on loopback, for real AWS clients. May be started again after a stop, on its old port.

    Args:
        accounts: What the person is assigned.
        start_urls: Those that it answers to; empty for any https address.
        knobs: To begin with.
        clock: Unix seconds.
    """

    def __init__(
        self,
        *,
        accounts: Collection[Account] = ACCOUNTS,
        start_urls: Collection[str] = (),
        knobs: Knobs | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.knobs = knobs or Knobs()
        self._state = State(self.knobs, clock, start_urls, tuple(accounts))
        self._requests: list[LoggedRequest] = []
        self._hanging: list[Fault] = []
        self._stopping = threading.Event()
        self._server: LoopbackServer | None = None
        self._port = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen on 127.0.0.1; raises `OSError` where the port of an earlier start is taken by now."""
        self._stopping = threading.Event()
        self._server = LoopbackServer(self._answer, self._date, self._port)
        self._port = self._server.server_port
        self._state.url = self.url

    def stop(self) -> None:
        """Stop listening, and let go of hanging requests without an answer."""
        self._stopping.set()
        with self._state.lock:
            for fault in self._hanging:
                fault.released.set()
        if self._server is not None:
            self._server.stop()
            self._server = None

    @property
    def url(self) -> str:
        """Where it listens: ``http://127.0.0.1:PORT``."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def accounts(self) -> tuple[Account, ...]:
        """What the person is assigned; may be set while running."""
        return self._state.accounts

    @accounts.setter
    def accounts(self, accounts: Collection[Account]) -> None:
        with self._state.lock:
            self._state.accounts = tuple(accounts)

    def rename_account(self, account_id: str, name: str) -> None:
        """Give an account another name, as an administrator of the organisation may; raises `KeyError` for none."""
        with self._state.lock:
            self._state.accounts = renamed(self._state.accounts, account_id, name)

    def grant(self, account_id: str, role: str, *, account_name: str = "") -> None:
        """Assign the person a role; an account that is new to her gets a name, or its id for one."""
        with self._state.lock:
            self._state.accounts = granted(self._state.accounts, account_id, role, account_name)

    def revoke(self, account_id: str, role: str | None = None) -> None:
        """Take a role from the person, or a whole account; one without a role is not listed. Raises `KeyError`."""
        with self._state.lock:
            self._state.accounts = revoked(self._state.accounts, account_id, role)

    @property
    def sessions(self) -> tuple[SignInSession, ...]:
        """The sign-in sessions that still hold, oldest first: those of browsers, and those that a test planted."""
        with self._state.lock:
            now = self._state.now()
            return tuple(session for session in self._state.sessions if session.holds(now))

    @property
    def requests(self) -> tuple[LoggedRequest, ...]:
        """Every request so far, in the order of their answers."""
        with self._state.lock:
            return tuple(self._requests)

    def portal(self, start_url: str = START_URL) -> str:
        """Give the address of the access portal's page: a person who opens it begins a session, without a client."""
        return f"{self.url}/portal?{urlencode({'start_url': start_url})}"

    def environment(self) -> dict[str, str]:
        """Name what leads AWS clients here, and nowhere else (docs/facts: Endpoint variables)."""
        return {
            "AWS_ENDPOINT_URL_SSO_OIDC": self.url,
            "AWS_ENDPOINT_URL_SSO": self.url,
            "AWS_ENDPOINT_URL_STS": self.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,  # the one that botocore reads
            # A proxy must not be asked for loopback; both spellings are read, the lower one first.
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
        }

    def end_sessions(self) -> None:
        """End every sign-in session at once, with all its tokens, as an administrator may."""
        with self._state.lock:
            for session in self._state.sessions:
                session.ended = True
            for token in self._state.access_tokens.values():
                token.spared = False

    def forget_clients(self) -> None:
        """Forget every client registration, as AWS may before it has expired; the clients are not told."""
        with self._state.lock:
            self._state.clients.clear()

    def inject(self, fault: Fault) -> Fault:
        """Let requests fail from now on; returns the fault."""
        with self._state.lock:
            self.knobs.faults.append(fault)
        return fault

    def heal(self) -> None:
        """Take back every injected failure; what hangs is answered."""
        with self._state.lock:
            for fault in (*self.knobs.faults, *self._hanging):
                fault.released.set()
            self.knobs.faults.clear()

    def begin_session(self, start_url: str = START_URL) -> SignInSession:
        """Begin a sign-in session without a browser: no login joins it."""
        with self._state.lock:
            return self._state.begin_session(start_url)

    def issue_token(
        self,
        session: SignInSession | None = None,
        *,
        scopes: tuple[str, ...] = (ACCOUNT_ACCESS,),
        expires_in: float | None = None,
    ) -> dict[str, str]:
        """
        Plant a token as if a login had been given it, long ago and in a browser that is gone.

        No browser is asked, none holds the token's session, and so no login joins that: the next one begins a session
        of its own. A test about what a login joins logs in instead.

        Args:
            session: The sign-in that it belongs to; None begins one.
            scopes: Of the client; empty for a legacy token, which cannot be renewed.
            expires_in: Seconds until the access token ends, negative for one that has ended; None for the usual life.

        Returns:
            The content of a token file, in the AWS CLI's order of keys (docs/facts: Token files).
        """
        with self._state.lock:
            state = self._state
            session = session or state.begin_session(START_URL)
            grants = (AUTHORIZATION_CODE, REFRESH_TOKEN) if scopes else ()
            redirects = (CALLBACK,) if scopes else ()
            client = state.register("botocore-client-demo", scopes, grants, redirects, session.start_url)
            seconds = state.token_seconds(session, client) if expires_in is None else expires_in
            token = {
                "startUrl": session.start_url,
                "region": REGION,
                "accessToken": state.issue_access_token(session, client, seconds),
                "expiresAt": _timestamp(state.now() + seconds),
                "clientId": client.client_id,
                "clientSecret": client.client_secret,
                "registrationExpiresAt": _timestamp(client.expires_at),
            }
            if client.renews and self.knobs.issue_refresh_tokens:
                token["refreshToken"] = state.issue_refresh_token(session, client)
            return token

    def _date(self) -> float:
        return self._state.now() + self.knobs.date_skew_seconds

    def _answer(self, request: Request) -> Response | None:
        route = _ROUTES.get((request.method, request.path), _UNKNOWN)
        operation = route.operation if isinstance(route.operation, str) else route.operation(request)
        fault = self._next_fault(operation)
        delays = self.knobs.delays.copy()
        stopping = self._stopping  # that of the next start is another
        stopping.wait(sum(delays[key] for key in delays if matches(key, operation)))
        response = self._handle(route, request) if fault is not None and fault.done else None
        if fault is not None:
            fault.reached.set()
        if fault is not None and fault.kind is FaultKind.HANG:
            fault.released.wait()
        if stopping.is_set() or (fault is not None and fault.kind is FaultKind.DROP):
            response = None
        elif fault is not None and fault.kind is FaultKind.ERROR:
            response = route.refuse(AwsError(fault.status, fault.code, fault.message))
        elif fault is not None and fault.kind is FaultKind.ANSWER:
            response = Response(fault.status, (("Content-Type", fault.content_type),), fault.body)
        elif response is None:
            response = self._handle(route, request)
            if fault is not None and fault.kind is FaultKind.ALTER:
                response = _altered(response, fault.members)
        with self._state.lock:
            self._requests.append(LoggedRequest(request.method, operation, response.status if response else 0))
        return response

    def _handle(self, route: Route, request: Request) -> Response:
        with self._state.lock:
            try:
                return route.handle(self._state, request)
            except AwsError as error:
                return route.refuse(error)

    def _next_fault(self, operation: str) -> Fault | None:
        with self._state.lock:
            fault = next((fault for fault in self.knobs.faults if matches(fault.operation, operation)), None)
            if fault is None:
                return None
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.knobs.faults.remove(fault)
            if fault.kind is FaultKind.HANG:
                self._hanging.append(fault)
            return fault


def _refuse_unknown(_state: State, _request: Request) -> Response:
    raise AwsError(404, "UnknownOperationException", "No such operation")


_ROUTES = oidc.ROUTES | consent.ROUTES | browsers.ROUTES | portal.ROUTES | sts.ROUTES
_UNKNOWN = Route("Unknown", _refuse_unknown, portal.portal_refusal)


def _altered(response: Response, members: Mapping[str, object]) -> Response:
    """Change members of an answer in JSON; an error stays as it is."""
    if response.status >= 300:
        return response
    document = json.loads(response.body or b"{}") | members
    kept = {name: value for name, value in document.items() if value is not None}
    return replace(response, body=json.dumps(kept).encode())


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
