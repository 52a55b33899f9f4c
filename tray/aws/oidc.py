"""
Signing in to IAM Identity Center through its OIDC service (AWS-SSO-FACTS section 3).

The boto3 client, the browser, the clock and the way to sleep are passed in. The token file is written once a sign-in
has succeeded, so a login that fails leaves the token that was there; and from the moment in which AWS gives a token,
nothing loses it.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import uuid
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from tray.aws import registration, wire
from tray.aws.adoption import adopt
from tray.aws.cache import load_token, token_path
from tray.aws.callback import CallbackPage, RedirectRefused
from tray.aws.registration import Flow
from tray.aws.staging import stage
from tray.aws.tokens import CLIENT_UNKNOWN, create_token, token_document
from tray.core import text_login
from tray.core.errors import ConfigProblem, ServiceProblem, SignInRefused, TrayError
from tray.core.links import is_safe_to_open
from tray.core.model import Kind

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from mypy_boto3_sso_oidc import SSOOIDCClient

    from tray.aws.registration import Registration
    from tray.aws.staging import Staged
    from tray.core.model import SignIn

_DEVICE_CODE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
_BROWSER_LIMIT: Final = timedelta(minutes=10)
_POLL_SECONDS: Final = 5
"""Between two questions where AWS names no interval; and what "slow down" adds (RFC 8628 sections 3.2 and 3.5)."""

_CLIENT_UNKNOWN_REDIRECT: Final = frozenset({"invalid_client", "unauthorized_client"})


@dataclass(frozen=True, slots=True)
class OpenUrl:
    """The page that the person should see in a browser now."""

    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class UserCode:
    """The code that the person compares with the one on the page."""

    code: str = field(repr=False)
    url: str = field(repr=False)
    """The page, with the code filled in."""


LoginEvent = OpenUrl | UserCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a login needs of the world around it."""

    now: Callable[[], datetime]
    """The clock; aware, UTC."""

    sleep: Callable[[float], object]
    """Waits for so many seconds, or until `cancelled` is set: ``cancelled.wait`` does just that."""

    tell: Callable[[LoginEvent], None]
    """Is told what the person should see, before the browser is opened."""

    open_browser: Callable[[str], bool] | None
    """Opens an address and tells whether that worked; None leaves it to the person."""

    cancelled: threading.Event
    """Set from another thread, or by a signal's handler, to give up."""

    exclusively: Callable[[], AbstractContextManager[None]] = field(default=nullcontext)
    """Keeps all our other processes from renewing or ending the sign-in meanwhile."""

    uninterrupted: Callable[[], AbstractContextManager[None]] = field(default=nullcontext)
    """Holds interrupts back while AWS is asked for a token: else the code is spent, and the token lost."""


def log_in(
    sign_in: SignIn,
    *,
    client: SSOOIDCClient,
    cache_dir: Path,
    surroundings: Surroundings,
    device_code: bool = False,
) -> dict[str, Any]:
    """
    Sign in, and write the token as the AWS CLI does: with PKCE for an sso-session, with a device code for a legacy one.

    Args:
        sign_in: What to sign in to.
        client: Of the OIDC service, in the sign-in's region.
        cache_dir: ``~/.aws/sso/cache``.
        surroundings: The world around.
        device_code: Use a device code for an sso-session too.

    Returns:
        The token document as it was written. It holds secrets.

    Raises:
        ConfigProblem: The sign-in has no https start URL, or asks for an unknown scope.
        SignInRefused: Refused, cancelled, or not approved in time.
        ServiceProblem: AWS, the network or this machine failed.
    """
    if not is_safe_to_open(sign_in.start_url):
        raise ConfigProblem(*text_login.start_url_unusable(sign_in.name))
    flow = Flow.DEVICE_CODE if device_code or sign_in.kind is Kind.LEGACY else Flow.BROWSER
    authorise = _with_device_code if flow is Flow.DEVICE_CODE else _with_browser
    path = token_path(cache_dir, sign_in.name)
    with surroundings.exclusively():
        adopt(path)
    registered = registration.obtain(sign_in, flow, client=client, cache_dir=cache_dir, now=surroundings.now())
    with stage(path, _fingerprint_in(path)) as staged:
        try:
            document = authorise(_Login(sign_in, registered, client, surroundings, staged))
        except SignInRefused:
            # A page that only says "unknown client" tells us nothing, so nobody could get past it: next time, register.
            if registered.reused:
                registration.forget(sign_in, cache_dir)
            raise
        except TrayError as problem:
            if not (registered.reused and _client_unknown(problem)):
                raise
            registered = registration.register(sign_in, flow, client=client, cache_dir=cache_dir)
            document = authorise(_Login(sign_in, registered, client, surroundings, staged))
        with surroundings.uninterrupted(), surroundings.exclusively():
            staged.put()
    return document


def authorize_url(endpoint: str, *, client_id: str, redirect_uri: str, state: str, scopes: str, challenge: str) -> str:
    """
    Build the page's address (AWS-SSO-FACTS section 3; the parameter is ``scopes``, not OAuth's ``scope``).

    Args:
        endpoint: The OIDC service's, so that an overridden endpoint is followed.
        client_id: The registered client's.
        redirect_uri: With the port.
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
    surroundings: Surroundings
    staged: Staged

    def redeem(self, **proof: str) -> dict[str, Any]:
        """Exchange what the person approved for a token, and keep it at once; returns the token document."""
        identity = {"clientId": self.registered.client_id, "clientSecret": self.registered.client_secret}
        with self.surroundings.uninterrupted():
            answer = create_token(self.client, **identity, **proof)
            document = token_document(self.sign_in, self.registered, answer, self.surroundings.now())
            self.staged.keep(document)
        return document


def _with_browser(login: _Login) -> dict[str, Any]:
    state = str(uuid.uuid4())
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    surroundings = login.surroundings
    until = surroundings.now() + _BROWSER_LIMIT
    with CallbackPage(state) as page:
        url = authorize_url(
            login.client.meta.endpoint_url,
            client_id=login.registered.client_id,
            redirect_uri=page.redirect_uri,
            state=state,
            scopes=" ".join(registration.wanted_scopes(login.sign_in)),
            challenge=challenge,
        )
        _show(OpenUrl(url), surroundings)
        code = page.wait(until=until, now=surroundings.now, cancelled=surroundings.cancelled)
    try:
        return login.redeem(
            grantType="authorization_code", redirectUri=page.redirect_uri, codeVerifier=verifier, code=code
        )
    except wire.Rejected as rejection:
        raise _for_people(rejection) from None


def _with_device_code(login: _Login) -> dict[str, Any]:
    surroundings = login.surroundings
    with wire.translated():
        device = login.client.start_device_authorization(
            clientId=login.registered.client_id,
            clientSecret=login.registered.client_secret,
            startUrl=login.sign_in.start_url,
        )
    wire.demand(device, "deviceCode", "userCode", "verificationUriComplete", "expiresIn")
    until = surroundings.now() + timedelta(seconds=device["expiresIn"])
    interval = device.get("interval") or _POLL_SECONDS
    shown = False
    while True:
        try:
            return login.redeem(grantType=_DEVICE_CODE_GRANT, deviceCode=device["deviceCode"])
        except wire.Rejected as rejection:
            if rejection.code == "SlowDownException":
                interval += _POLL_SECONDS
            elif rejection.code != "AuthorizationPendingException" and not rejection.passes:
                raise _for_people(rejection) from None
        except wire.Unreachable:
            pass  # the person may still be approving; ask again until the code ends (RFC 8628 section 3.5)
        if not shown:  # only now: a device that is known already needs no page
            _show(UserCode(device["userCode"], device["verificationUriComplete"]), surroundings)
            shown = True
        surroundings.sleep(interval)
        if surroundings.cancelled.is_set():
            raise SignInRefused(*text_login.cancelled())
        if surroundings.now() >= until:
            raise SignInRefused(*text_login.timed_out())


def _fingerprint_in(path: Path) -> str | None:
    found = load_token(path)
    return found[0].fingerprint if isinstance(found, tuple) else None


def _show(event: LoginEvent, surroundings: Surroundings) -> None:
    if not is_safe_to_open(event.url):
        raise ServiceProblem(*text_login.unsafe_page())
    surroundings.tell(event)
    if surroundings.open_browser is not None:
        with suppress(OSError, TrayError):  # the person has been told the address
            surroundings.open_browser(event.url)


def _for_people(rejection: wire.Rejected) -> TrayError:
    """Tell a refusal and an end in time from trouble."""
    match rejection.code:
        case "AccessDeniedException":
            return SignInRefused(*text_login.refused())
        case "ExpiredTokenException":
            return SignInRefused(*text_login.timed_out())
        case "InvalidGrantException":
            return ServiceProblem(*text_login.not_completed())
        case "InvalidScopeException":
            return ConfigProblem(*text_login.scopes_rejected())
    return rejection


def _client_unknown(problem: TrayError) -> bool:
    match problem:
        case wire.Rejected(code=code):
            return code in CLIENT_UNKNOWN
        case RedirectRefused(error=error):
            return error in _CLIENT_UNKNOWN_REDIRECT
    return False
