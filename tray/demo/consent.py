"""
``/authorize`` (PKCE), ``/device`` (device code), and the person's decision on either (docs/facts: Browser flow, Device
code flow). What the person allows is bound to the session of the browser in which that is done.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from tray.demo.browsers import join, sign_in_first
from tray.demo.knobs import Consent
from tray.demo.oidc import same_but_for_port
from tray.demo.pages import code_page, consent_page, message_page, page_refusal
from tray.demo.server import AwsError, Request, Response, invalid_request
from tray.demo.state import (
    AUTHORIZATION_CODE,
    CONSENT_SECONDS,
    Authorization,
    Client,
    DeviceGrant,
    Route,
    Routes,
    State,
)

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


def _authorize(state: State, request: Request) -> Response:
    query = request.query
    client, redirect_uri = _trusted_redirect(state, query)
    problem = _problem(query, client)
    if problem:
        return _redirect(redirect_uri, {"error": problem}, query.get("state"))
    authorization = Authorization(
        client, redirect_uri, query.get("state"), query["code_challenge"], state.now() + CONSENT_SECONDS
    )
    return _ask(state, request, authorization, urlsplit(redirect_uri)._replace(path="", query="").geturl())


def _trusted_redirect(state: State, query: Mapping[str, str]) -> tuple[Client, str]:
    """
    Find who asks, and where the answer may go.

    Raises:
        AwsError: Either is unknown; then nothing may be redirected (RFC 6749 section 4.1.2.1).
    """
    client = state.clients.get(query.get("client_id", ""))
    if client is None or client.expires_at <= state.now():
        raise AwsError(401, "InvalidClientException", "The program that asks is not registered.")
    redirect_uri = query.get("redirect_uri", "")
    if not any(same_but_for_port(registered, redirect_uri) for registered in client.redirect_uris):
        raise invalid_request("The address to return to is not the one that was registered.")
    return client, redirect_uri


def _device(state: State, request: Request) -> Response:
    user_code = request.query.get("user_code", "").strip().upper()
    if not user_code:
        return code_page()
    grant = next((grant for grant in state.device_grants.values() if grant.user_code == user_code), None)
    if grant is None or grant.expires_at <= state.now() or grant.decision is not Consent.PAGE:
        raise invalid_request("The code is not valid, or no longer. Start again in the program.")
    return _ask(state, request, grant)


def _ask(state: State, request: Request, asked: Authorization | DeviceGrant, return_to: str = "") -> Response:
    """Have the person sign in and decide, as far as the knobs leave that to her; arguments as for `sign_in_first`."""
    sign_in = sign_in_first(state, request, asked.start_url, return_to)
    if sign_in is not None:
        return sign_in
    if state.knobs.consent is not Consent.PAGE:
        return _finish(state, request, asked, state.knobs.consent)
    ticket = secrets.token_urlsafe(32)
    state.consents[ticket] = asked
    code = asked.user_code if isinstance(asked, DeviceGrant) else ""
    return consent_page(asked.client.name, asked.start_url, ticket, user_code=code, return_to=return_to)


def _decide(state: State, request: Request) -> Response:
    form = request.form()
    decision = form.get("decision")
    if decision not in {Consent.ALLOW, Consent.DENY}:
        raise invalid_request("The page sent no decision.")
    asked = state.consents.pop(form.get("ticket", ""), None)
    if asked is None or asked.expires_at <= state.now():
        raise invalid_request("This page has been used or is too old. Start again in the program.")
    return _finish(state, request, asked, Consent(decision))


def _finish(state: State, request: Request, asked: Authorization | DeviceGrant, decision: Consent) -> Response:
    if decision is Consent.DENY:
        return _deny(asked)
    session, cookies = join(state, request, asked.start_url)
    if isinstance(asked, DeviceGrant):
        asked.decision, asked.session = Consent.ALLOW, session
        answer = message_page("Access allowed", "You can close this page and go back to the program.")
    else:
        answer = _redirect(asked.redirect_uri, {"code": state.issue_code(asked, session)}, asked.state)
    return answer.with_headers(cookies)


def _problem(query: Mapping[str, str], client: Client) -> str:
    """Name what is wrong with an authorization request, in OAuth's words; empty for nothing."""
    if query.get("response_type") != "code":
        return "unsupported_response_type"
    if not client.may_use(AUTHORIZATION_CODE):
        return "unauthorized_client"
    if query.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(query.get("code_challenge", "")):
        return "invalid_request"
    # The AWS CLI sends "scopes" where OAuth says "scope" (docs/facts: Browser flow).
    asked = f"{query.get('scopes', '')} {query.get('scope', '')}".split()
    return "" if set(asked) <= set(client.scopes) else "invalid_scope"


def _deny(asked: Authorization | DeviceGrant) -> Response:
    if isinstance(asked, Authorization):
        return _redirect(asked.redirect_uri, {"error": "access_denied"}, asked.state)
    asked.decision = Consent.DENY
    return message_page("Access denied", "The program was told. You can close this page.")


def _redirect(redirect_uri: str, answer: Mapping[str, str], state: str | None) -> Response:
    """Send the browser back with the answer and the state that came with the question (RFC 6749 section 4.1.2)."""
    pairs = dict(answer) if state is None else {**answer, "state": state}
    joint = "&" if "?" in redirect_uri else "?"
    headers = (
        ("Location", f"{redirect_uri}{joint}{urlencode(pairs)}"),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
    )
    return Response(303, headers)


ROUTES: Routes = {
    ("GET", "/authorize"): Route("Authorize", _authorize, page_refusal),
    ("GET", "/device"): Route("Device", _device, page_refusal),
    ("POST", "/consent"): Route("Consent", _decide, page_refusal),
}
