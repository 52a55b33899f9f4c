"""Where a person's browser comes by without a program: the access portal's page, and the external IdP's."""

from __future__ import annotations

from tray.demo.browsers import Browsers
from tray.demo.directory import PERSON
from tray.demo.pages import message_page, page_refusal, portal_page
from tray.demo.state import State
from tray.demo.wire import Request, Response, Route, Routes, named


class PortalPages:
    """
    ``/portal``, ``/portal/sign-out`` and ``/idp/sign-in``.

    A person who opens the portal begins a session that the next login in the same browser joins; who signs out there
    ends it, with all that joined it. The session with the IdP stays.

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
            ("GET", "/portal"): Route(named("Portal"), self._open, page_refusal),
            ("POST", "/portal/sign-out"): Route(named("PortalSignOut"), self._sign_out, page_refusal),
            ("POST", "/idp/sign-in"): Route(named("IdpSignIn"), self._browsers.sign_in, page_refusal),
        }

    def _open(self, request: Request) -> Response:
        start_url = self._state.check_start_url(request.query.get("start_url", ""))
        page = self._browsers.sign_in_page(request, start_url)
        if page is not None:
            return page
        _, cookies = self._browsers.join(request, start_url)
        return portal_page(PERSON, start_url).with_headers(cookies)

    def _sign_out(self, request: Request) -> Response:
        session = self._browsers.session(request, request.form().get("start_url", ""))
        if session is not None:
            self._state.log_out(session)
        return message_page("Signed out", "You can close this page.")
