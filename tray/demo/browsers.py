"""
What browsers hold: a session with the access portal and one with the external IdP, each by a cookie.

A session belongs to one browser and one start URL (docs/facts: What a login joins). A person who opens the portal's
page begins one, which the next login in the same browser joins; who signs out there ends it, with all that joined it.
"""

from __future__ import annotations

import hashlib
import math
import secrets

from tray.demo.organisation import PERSON
from tray.demo.pages import message_page, page_refusal, portal_page, sign_in_page
from tray.demo.server import Headers, Request, Response, invalid_request
from tray.demo.state import CONSENT_SECONDS, Route, Routes, SignInSession, State, bare


def join(state: State, request: Request, start_url: str) -> tuple[SignInSession, Headers]:
    """Give the browser's session; one that begins now where there is none, with the cookies that tell of it."""
    session = _session(state, request, start_url)
    return (session, ()) if session is not None else _begin(state, request, start_url)


def sign_in_first(state: State, request: Request, start_url: str, return_to: str = "") -> Response | None:
    """
    Ask the person to sign in to the external IdP where that is needed before anything else.

    Args:
        state: What the server remembers.
        request: What the browser wanted; it is sent back there afterwards.
        start_url: Of the portal.
        return_to: Origin that the request may lead to in the end; empty for none.

    Returns:
        The page; None where the browser holds a session with the portal or the IdP, or where the IdP never asks.
    """
    if not state.knobs.idp_asks or _session(state, request, start_url) or _idp_holds(state, request):
        return None
    ticket = secrets.token_urlsafe(32)
    state.sign_ins[ticket] = (request.target, start_url, state.now() + CONSENT_SECONDS)
    return sign_in_page(PERSON, ticket, return_to=return_to)


def _sign_in(state: State, request: Request) -> Response:
    """
    Begin a session with the portal, now that the person has signed in, and send the browser on its way.

    Another page of the same browser may have begun one meanwhile; then that is the session.
    """
    target, start_url, expires_at = state.sign_ins.pop(request.form().get("ticket", ""), ("", "", -math.inf))
    if expires_at <= state.now():
        raise invalid_request("This page has been used or is too old. Start again in the program.")
    _, cookies = join(state, request, start_url)
    return Response(303, (("Location", target), ("Cache-Control", "no-store"), *cookies))


def _open_portal(state: State, request: Request) -> Response:
    start_url = state.check_start_url(request.query.get("start_url", ""))
    page = sign_in_first(state, request, start_url)
    if page is not None:
        return page
    _, cookies = join(state, request, start_url)
    return portal_page(PERSON, start_url).with_headers(cookies)


def _sign_out(state: State, request: Request) -> Response:
    session = _session(state, request, request.form().get("start_url", ""))
    if session is not None:
        state.log_out(session)
    return message_page("Signed out", "You can close this page.")


def _session(state: State, request: Request, start_url: str) -> SignInSession | None:
    """Find the session that the browser holds and that still holds; None where the next login begins one."""
    secret = request.cookies().get(_portal_cookie(state, start_url), "")
    session = state.browser_sessions.get(secret)
    return session if session is not None and session.holds(state.now()) else None


def _begin(state: State, request: Request, start_url: str) -> tuple[SignInSession, Headers]:
    cookies: Headers = ()
    ends_at = math.inf
    seconds = state.knobs.idp_session_seconds
    if seconds is not None:
        name = _idp_cookie(state)
        if _idp_holds(state, request):
            secret = request.cookies()[name]
        else:
            secret = secrets.token_urlsafe(32)
            state.idp_sessions[secret] = state.now() + seconds
            cookies = (_set_cookie(name, secret),)
        ends_at = state.idp_sessions[secret]
    session = state.begin_session(start_url, ends_at)
    secret = secrets.token_urlsafe(32)
    state.browser_sessions[secret] = session
    return session, (*cookies, _set_cookie(_portal_cookie(state, start_url), secret))


def _idp_holds(state: State, request: Request) -> bool:
    if state.knobs.idp_session_seconds is None:
        return False
    secret = request.cookies().get(_idp_cookie(state), "")
    return state.now() < state.idp_sessions.get(secret, -math.inf)


def _portal_cookie(state: State, start_url: str) -> str:
    return f"x-amz-sso_authn_{_digest(f'{state.url} {bare(start_url)}')}"


def _idp_cookie(state: State) -> str:
    return f"idp_session_{_digest(state.url)}"


def _digest(place: str) -> str:
    """
    Make a part of a cookie's name that no other server on this machine uses: cookies are for a host, whatever its port
    (RFC 6265 section 8.5), and here several portals share one.
    """
    return hashlib.sha256(place.encode()).hexdigest()[:12]


def _set_cookie(name: str, secret: str) -> tuple[str, str]:
    return ("Set-Cookie", f"{name}={secret}; Path=/; HttpOnly; SameSite=Lax")


ROUTES: Routes = {
    ("GET", "/portal"): Route("Portal", _open_portal, page_refusal),
    ("POST", "/portal/sign-out"): Route("PortalSignOut", _sign_out, page_refusal),
    ("POST", "/idp/sign-in"): Route("IdpSignIn", _sign_in, page_refusal),
}
