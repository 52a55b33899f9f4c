"""What browsers hold: a session with the access portal and one with the external IdP, each by a cookie."""

from __future__ import annotations

import hashlib
import math
import secrets

from tray.demo.directory import PERSON
from tray.demo.pages import sign_in_page
from tray.demo.records import SignInSession
from tray.demo.state import State, bare
from tray.demo.wire import Request, Response, invalid_request

Cookies = tuple[tuple[str, str], ...]
"""``Set-Cookie`` headers, for the answer to the browser."""


class Browsers:
    """
    Tells browsers apart by their cookies, and gives each its session (docs/facts: What a login joins).

    A session belongs to one browser and one start URL. No cookie means a browser that has never been here.

    Args:
        state: What the server remembers; its lock is held while a request is handled.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._sign_ins: dict[str, tuple[str, str, float]] = {}

    def session(self, request: Request, start_url: str) -> SignInSession | None:
        """Find the session that the browser holds and that still holds; None where the next login begins one."""
        secret = request.cookies().get(self._portal_cookie(start_url), "")
        session = self._state.browser_sessions.get(secret)
        return session if session is not None and session.holds(self._state.now()) else None

    def join(self, request: Request, start_url: str) -> tuple[SignInSession, Cookies]:
        """Give the browser's session; one that begins now where there is none, with the cookies that tell of it."""
        session = self.session(request, start_url)
        return (session, ()) if session is not None else self._begin(request, start_url)

    def sign_in_page(self, request: Request, start_url: str, return_to: str = "") -> Response | None:
        """
        Ask the person to sign in to the external IdP where that is needed before anything else.

        Args:
            request: What the browser wanted; it is sent back there afterwards.
            start_url: Of the portal.
            return_to: Origin that the request may lead to in the end; empty for none.

        Returns:
            The page; None where the browser holds a session with the portal or the IdP, or where the IdP never asks.
        """
        if not self._state.knobs.idp_asks or self.session(request, start_url) or self._idp_holds(request):
            return None
        ticket = secrets.token_urlsafe(32)
        expires_at = self._state.now() + self._state.knobs.consent_seconds
        self._sign_ins[ticket] = (request.target, start_url, expires_at)
        return sign_in_page(PERSON, ticket, return_to=return_to)

    def sign_in(self, request: Request) -> Response:
        """
        Begin a session with the portal, now that the person has signed in, and send the browser on its way.

        Another page of the same browser may have begun one meanwhile; then that is the session.

        Raises:
            AwsError: The page has been used, or is too old.
        """
        target, start_url, expires_at = self._sign_ins.pop(request.form().get("ticket", ""), ("", "", -math.inf))
        if expires_at <= self._state.now():
            raise invalid_request("This page has been used or is too old. Start again in the program.")
        _, cookies = self.join(request, start_url)
        return Response(303, (("Location", target), ("Cache-Control", "no-store"), *cookies))

    def _begin(self, request: Request, start_url: str) -> tuple[SignInSession, Cookies]:
        cookies: Cookies = ()
        ends_at = math.inf
        seconds = self._state.knobs.idp_session_seconds
        if seconds is not None:
            if not self._idp_holds(request):
                secret = secrets.token_urlsafe(32)
                self._state.idp_sessions[secret] = self._state.now() + seconds
                cookies = (_set_cookie(self._idp_cookie, secret),)
            else:
                secret = request.cookies()[self._idp_cookie]
            ends_at = self._state.idp_sessions[secret]
        session = self._state.begin_session(start_url, ends_at)
        secret = secrets.token_urlsafe(32)
        self._state.browser_sessions[secret] = session
        return session, (*cookies, _set_cookie(self._portal_cookie(start_url), secret))

    def _idp_holds(self, request: Request) -> bool:
        if self._state.knobs.idp_session_seconds is None:
            return False
        secret = request.cookies().get(self._idp_cookie, "")
        return self._state.now() < self._state.idp_sessions.get(secret, -math.inf)

    def _portal_cookie(self, start_url: str) -> str:
        return f"x-amz-sso_authn_{_digest(f'{self._state.url} {bare(start_url)}')}"

    @property
    def _idp_cookie(self) -> str:
        return f"idp_session_{_digest(self._state.url)}"


def _digest(place: str) -> str:
    """
    Make a part of a cookie's name that no other server on this machine uses: cookies are for a host, whatever its port
    (RFC 6265 section 8.5), and here several portals share one.
    """
    return hashlib.sha256(place.encode()).hexdigest()[:12]


def _set_cookie(name: str, secret: str) -> tuple[str, str]:
    return ("Set-Cookie", f"{name}={secret}; Path=/; HttpOnly; SameSite=Lax")
