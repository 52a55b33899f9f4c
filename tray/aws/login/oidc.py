"""
Signing in to IAM Identity Center through its OIDC service (docs/facts: Browser flow, Device code flow).

The boto3 client, the browser, the clock and the way to sleep are passed in. Nothing is written until a sign-in has
succeeded, so a login that fails leaves the token that was there, unless the person began a new session.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import uuid
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from tray.aws.api import clients, errors
from tray.aws.cache import registration
from tray.aws.cache.files import token_path
from tray.aws.cache.registration import Flow
from tray.aws.cache.staging import adopt, stage
from tray.aws.cache.tokens import CLIENT_UNKNOWN, create_token, token_document, token_in
from tray.aws.login.callback import RedirectRefused
from tray.aws.login.context import DEFAULT_TIMEOUT, OpenUrl, UserCode
from tray.aws.login.sign_in_pages import SignInPages
from tray.core.dataclass import dataclass, replace
from tray.core.errors import ConfigProblem, ServiceProblem, SignInRefused, TrayError
from tray.core.links import is_safe_to_open
from tray.core.model import Kind
from tray.core.words import login as login_words
from tray.core.words import pages as pages_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from mypy_boto3_sso_oidc import SSOOIDCClient

    from tray.aws.cache.registration import Registration
    from tray.aws.cache.staging import Staged
    from tray.aws.login.context import LoginContext
    from tray.core.model import SignIn

_DEVICE_CODE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
_POLL_SECONDS: Final = 5
"""Between two questions where AWS names no interval; and what "slow down" adds (RFC 8628 sections 3.2 and 3.5)."""

_LONGEST_POLL_SECONDS: Final = 60
_CLIENT_UNKNOWN_REDIRECT: Final = frozenset({"invalid_client", "unauthorized_client"})


def log_in(
    sign_in: SignIn,
    *,
    client: SSOOIDCClient,
    cache_dir: Path,
    surroundings: LoginContext,
    device_code: bool = False,
) -> dict[str, Any]:
    """
    Sign in, and write the token as the AWS CLI does: with PKCE for an sso-session, with a device code for a legacy one.

    `device_code` asks for one for an sso-session too, and counts on no browser here.

    Returns:
        The token document as it was written. It holds secrets.

    Raises:
        ConfigProblem: The sign-in has no https start URL, or asks for an unknown scope; or the cache cannot be written.
        SignInRefused: Refused, cancelled, or not approved in time.
        ServiceProblem: AWS, the network or this machine failed.
    """
    if not is_safe_to_open(sign_in.start_url):
        raise ConfigProblem(login_words.START_URL_UNUSABLE(sign_in=sign_in.name))
    flow = Flow.DEVICE_CODE if device_code or sign_in.kind is Kind.LEGACY else Flow.BROWSER
    path = token_path(cache_dir, sign_in.name)
    with surroundings.exclusively():
        adopt(path)
        with stage(path, None):
            pass  # Whether a token could be written, it is better to know before a session is ended for it.
    registered = registration.obtain(sign_in, flow, client=client, cache_dir=cache_dir, now=surroundings.now())
    begun = False

    def before_page() -> None:
        nonlocal begun
        surroundings.before_page()
        begun = True

    around = replace(surroundings, before_page=before_page)
    try:
        return _Login(sign_in, registered, client, around, path).run(flow, here=not device_code)
    except (SignInRefused, KeyboardInterrupt):
        # A page that only says "unknown client" tells us nothing, so nobody could get past it: next time, register.
        if registered.reused:
            registration.forget(sign_in, cache_dir)
        raise
    except TrayError as problem:
        if not (registered.reused and _client_unknown(problem)):
            raise
        registered = registration.register(sign_in, flow, client=client, cache_dir=cache_dir)
        again = replace(around, ask=None if begun else around.ask)
        return _Login(sign_in, registered, client, again, path).run(flow, here=not device_code)


def authorize_url(endpoint: str, *, client_id: str, redirect_uri: str, state: str, scopes: str, challenge: str) -> str:
    """
    Build the page's address (docs/facts: Browser flow; the parameter is ``scopes``, not OAuth's ``scope``).

    Args:
        endpoint: The OIDC service's, so that an overridden endpoint is followed.
        client_id: Of the client registration.
        redirect_uri: ``http://127.0.0.1:PORT/oauth/callback``.
        state: Comes back with the code.
        scopes: Separated by blanks.
        challenge: The S256 challenge of the verifier (RFC 7636 section 4.2).
    """
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "state": state,
        "code_challenge_method": "S256",
        "scopes": scopes,
        "code_challenge": challenge,
    }
    return f"{endpoint.rstrip('/')}/authorize?{urlencode(query, quote_via=quote, safe='')}"


@dataclass(frozen=True, slots=True)
class _Login:
    """One attempt, by one registration."""

    sign_in: SignIn
    registered: Registration
    client: SSOOIDCClient
    surroundings: LoginContext
    path: Path

    def run(self, flow: Flow, *, here: bool) -> dict[str, Any]:
        """Sign in by one of the flows; `here` tells whether a browser of this machine is to show the page."""
        if flow is Flow.BROWSER:
            return self._with_browser()
        return self._with_device_code(here=here)

    @property
    def _until(self) -> datetime:
        return self.surroundings.until or self.surroundings.now() + DEFAULT_TIMEOUT

    def _pages(self, state: str) -> SignInPages:
        return SignInPages(state, ask=self.surroundings.ask, on_stranger=self.surroundings.on_stranger)

    def _with_browser(self) -> dict[str, Any]:
        state = str(uuid.uuid4())
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        around, until = self.surroundings, self._until
        with self._pages(state) as pages:
            url = authorize_url(
                clients.endpoint_of(self.client),
                client_id=self.registered.client_id,
                redirect_uri=pages.redirect_uri,
                state=state,
                scopes=" ".join(registration.wanted_scopes(self.sign_in)),
                challenge=challenge,
            )
            _check(url)

            def begin() -> str:
                around.before_page()
                return url

            self._show(pages.start_url)
            try:
                code = pages.wait(begin, until=until, now=around.now, cancelled=around.cancelled)
                proof = {"redirectUri": pages.redirect_uri, "codeVerifier": verifier, "code": code}
                with self._kept() as staged:
                    document = self._redeem(staged, grantType="authorization_code", **proof)
                    self._store(staged)
            except TrayError as problem:
                shown = _for_people(problem) if isinstance(problem, errors.Rejected) else problem
                pages.finish(pages_words.FAILED(what=shown.message.in_one_line))
                raise shown from None
            pages.finish(pages_words.SIGNED_IN(sign_in=self.sign_in.name))
        return document

    def _with_device_code(self, *, here: bool) -> dict[str, Any]:
        around, until = self.surroundings, self._until
        with clients.translated(self.client):
            device = self.client.start_device_authorization(
                clientId=self.registered.client_id,
                clientSecret=self.registered.client_secret,
                startUrl=self.sign_in.start_url,
            )
        expires_in = timedelta(seconds=device["expiresIn"])
        until = min(until, around.now() + expires_in)
        page = device["verificationUriComplete"]
        _check(page)
        event = UserCode(device["userCode"], page, expires_in)

        def begin() -> str:
            around.before_page()
            around.tell(event)
            return page

        if here:
            with self._pages(secrets.token_urlsafe(16)) as pages:
                self._show(pages.start_url)
                pages.wait_for_start(begin, until=until, now=around.now, cancelled=around.cancelled)
                return self._poll(device, until)
        begin()
        self._open(page)
        return self._poll(device, until)

    def _poll(self, device: Mapping[str, Any], until: datetime) -> dict[str, Any]:
        """Ask again and again whether the person has approved the code (RFC 8628 section 3.4)."""
        around = self.surroundings
        interval = min(max(device.get("interval") or _POLL_SECONDS, 1), _LONGEST_POLL_SECONDS)
        trouble: TrayError | None = None
        with self._kept() as staged:
            while True:
                around.sleep(interval)
                if around.cancelled():
                    raise SignInRefused(login_words.CANCELLED())
                if around.now() >= until:
                    raise trouble or SignInRefused(login_words.TIMED_OUT())
                try:
                    document = self._redeem(staged, grantType=_DEVICE_CODE_GRANT, deviceCode=device["deviceCode"])
                except errors.Rejected as rejection:
                    waits = rejection.code in {"SlowDownException", "AuthorizationPendingException"}
                    if not waits and not rejection.passes:
                        raise _for_people(rejection) from None
                    if rejection.code == "SlowDownException":
                        interval += _POLL_SECONDS
                    trouble = None if waits else rejection
                except errors.Unreachable as problem:
                    # The person may still be approving; ask again until the code ends (RFC 8628 section 3.5).
                    if not problem.passes:
                        raise
                    trouble = problem
                else:
                    self._store(staged)
                    return document

    def _kept(self) -> AbstractContextManager[Staged]:
        token = token_in(self.path)
        return stage(self.path, None if token is None else token.fingerprint)

    def _redeem(self, staged: Staged, **proof: str) -> dict[str, Any]:
        """Exchange what the person approved for a token, and keep it at once; returns the token document."""
        identity = {"clientId": self.registered.client_id, "clientSecret": self.registered.client_secret}
        with self.surroundings.uninterrupted():
            answer = create_token(self.client, **identity, **proof)
            document = token_document(self.sign_in, self.registered, answer, self.surroundings.now())
            staged.keep(document)
        return document

    def _store(self, staged: Staged) -> None:
        with self.surroundings.uninterrupted(), self.surroundings.exclusively():
            before = token_in(self.path)
            staged.put()
            token = token_in(self.path)
            if token is not None:
                self.surroundings.stored(before, token)

    def _show(self, url: str) -> None:
        self.surroundings.tell(OpenUrl(url))
        self._open(url)

    def _open(self, url: str) -> None:
        if self.surroundings.open_browser is not None:
            with suppress(OSError, TrayError):  # the person has been told the address
                self.surroundings.open_browser(url)


def _check(url: str) -> None:
    if not is_safe_to_open(url):
        raise ServiceProblem(login_words.UNSAFE_PAGE())


def _for_people(rejection: errors.Rejected) -> TrayError:
    """Tell a refusal and an end in time from trouble."""
    match rejection.code:
        case "AccessDeniedException":
            return SignInRefused(login_words.LOGIN_REFUSED())
        case "ExpiredTokenException":
            return SignInRefused(login_words.TIMED_OUT())
        case "InvalidGrantException":
            return ServiceProblem(login_words.NOT_COMPLETED())
        case "InvalidScopeException":
            return ConfigProblem(login_words.SCOPES_REJECTED())
    return rejection


def _client_unknown(problem: TrayError) -> bool:
    match problem:
        case errors.Rejected(code=code):
            return code in CLIENT_UNKNOWN
        case RedirectRefused(error=error):
            return error in _CLIENT_UNKNOWN_REDIRECT
    return False
