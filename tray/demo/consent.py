"""Where a person's browser comes by: ``/authorize`` (PKCE), ``/device`` (device code), and the decision on either."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from tray.demo.browsers import Browsers
from tray.demo.knobs import Consent
from tray.demo.oidc import same_but_for_port
from tray.demo.pages import code_page, consent_page, message_page, page_refusal
from tray.demo.records import AUTHORIZATION_CODE, Authorization, Client, DeviceGrant
from tray.demo.state import State
from tray.demo.wire import AwsError, Request, Response, Route, Routes, invalid_request, named

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


class ConsentPages:
    """
    ``/authorize``, ``/device`` and ``/consent`` (docs/facts: Browser flow, Device code flow).

    What the person allows is bound to the session of the browser in which that is done.

    Args:
        state: What the server remembers; its lock is held while a request is handled.
        browsers: Which session a browser holds.
    """

    def __init__(self, state: State, browsers: Browsers) -> None:
        self._state = state
        self._browsers = browsers

    def routes(self) -> Routes:
        """List what is answered here."""
        return {
            ("GET", "/authorize"): Route(named("Authorize"), self._authorize, page_refusal),
            ("GET", "/device"): Route(named("Device"), self._device, page_refusal),
            ("POST", "/consent"): Route(named("Consent"), self._decide, page_refusal),
        }

    def _authorize(self, request: Request) -> Response:
        query = request.query
        client, redirect_uri = self._trusted_redirect(query)
        state = query.get("state")
        problem = _problem(query, client)
        if problem:
            return _redirect(redirect_uri, {"error": problem}, state)
        authorization = Authorization(
            client,
            redirect_uri,
            state,
            query["code_challenge"],
            self._state.now() + self._state.knobs.consent_seconds,
        )
        return_to = urlsplit(redirect_uri)._replace(path="", query="").geturl()
        sign_in = self._browsers.sign_in_page(request, client.issuer_url, return_to)
        if sign_in is not None:
            return sign_in
        consent = self._state.knobs.consent
        if consent is not Consent.PAGE:
            return self._finish(request, authorization, consent)
        return consent_page(client.name, client.issuer_url, self._ticket(authorization), return_to=return_to)

    def _trusted_redirect(self, query: Mapping[str, str]) -> tuple[Client, str]:
        """
        Find who asks, and where the answer may go.

        Raises:
            AwsError: Either is unknown; then nothing may be redirected (RFC 6749 section 4.1.2.1).
        """
        client = self._state.clients.get(query.get("client_id", ""))
        if client is None or client.expires_at <= self._state.now():
            raise AwsError(401, "InvalidClientException", "The program that asks is not registered.")
        redirect_uri = query.get("redirect_uri", "")
        if not any(same_but_for_port(registered, redirect_uri) for registered in client.redirect_uris):
            raise invalid_request("The address to return to is not the one that was registered.")
        return client, redirect_uri

    def _device(self, request: Request) -> Response:
        user_code = request.query.get("user_code", "").strip().upper()
        if not user_code:
            return code_page()
        grant = next((grant for grant in self._state.device_grants.values() if grant.user_code == user_code), None)
        if grant is None or grant.expires_at <= self._state.now() or grant.decision is not Consent.PAGE:
            raise invalid_request("The code is not valid, or no longer. Start again in the program.")
        sign_in = self._browsers.sign_in_page(request, grant.start_url)
        if sign_in is not None:
            return sign_in
        consent = self._state.knobs.consent
        if consent is not Consent.PAGE:
            return self._finish(request, grant, consent)
        return consent_page(grant.client.name, grant.start_url, self._ticket(grant), user_code=grant.user_code)

    def _decide(self, request: Request) -> Response:
        form = request.form()
        decision = form.get("decision")
        if decision not in {Consent.ALLOW, Consent.DENY}:
            raise invalid_request("The page sent no decision.")
        asked = self._state.consents.pop(form.get("ticket", ""), None)
        if asked is None or asked.expires_at <= self._state.now():
            raise invalid_request("This page has been used or is too old. Start again in the program.")
        return self._finish(request, asked, Consent(decision))

    def _ticket(self, asked: Authorization | DeviceGrant) -> str:
        ticket = secrets.token_urlsafe(32)
        self._state.consents[ticket] = asked
        return ticket

    def _finish(self, request: Request, asked: Authorization | DeviceGrant, decision: Consent) -> Response:
        if decision is Consent.DENY:
            return _deny(asked)
        start_url = asked.start_url if isinstance(asked, DeviceGrant) else asked.client.issuer_url
        session, cookies = self._browsers.join(request, start_url)
        if isinstance(asked, DeviceGrant):
            asked.decision, asked.session = Consent.ALLOW, session
            answer = message_page("Access allowed", "You can close this page and go back to the program.")
        else:
            answer = _redirect(asked.redirect_uri, {"code": self._state.issue_code(asked, session)}, asked.state)
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
