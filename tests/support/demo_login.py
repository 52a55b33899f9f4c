"""A program that signs in to the embedded Identity Center as botocore does, and a person who helps in a browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import Any

import boto3
from botocore.config import Config

from support.center import REDIRECT, VERIFIER, Page, authorize_url, fetch, press
from tray.demo.center import CALLBACK, IdentityCenter
from tray.demo.organisation import START_URL

HOUR = 3600
_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
_ONCE = Config(retries={"total_max_attempts": 1})


@dataclass(frozen=True)
class Login:
    """The tokens of a login."""

    client: dict[str, str]
    answer: Mapping[str, Any]

    @property
    def access_token(self) -> str:
        return str(self.answer["accessToken"])

    @property
    def expires_in(self) -> int:
        return int(self.answer["expiresIn"])

    def accounts(self) -> list[Any]:
        """Ask the portal; raises what it answers."""
        return list(boto3.client("sso", config=_ONCE).list_accounts(accessToken=self.access_token)["accountList"])

    def renew(self) -> Login:
        answer = boto3.client("sso-oidc", config=_ONCE).create_token(
            **self.client, grantType="refresh_token", refreshToken=self.answer["refreshToken"]
        )
        return Login(self.client, answer)

    def log_out(self) -> None:
        boto3.client("sso", config=_ONCE).logout(accessToken=self.access_token)


class Program:
    """
    A registered client.

    Each of its ``flow`` arguments is ``browser`` (PKCE) or ``device``.

    Args:
        center: Where it registers.
        name: What it calls itself.
        start_url: Where it signs in.
        scopes: Empty for a legacy client, which knows the device flow alone.
    """

    def __init__(
        self,
        center: IdentityCenter,
        name: str = "a-program",
        *,
        start_url: str = START_URL,
        scopes: Sequence[str] = ("sso:account:access",),
    ) -> None:
        self._center, self._start_url = center, start_url
        self._oidc = boto3.client("sso-oidc", config=_ONCE)
        self._device_code = ""
        grants: dict[str, Any] = {"grantTypes": ["authorization_code", "refresh_token", _DEVICE]} if scopes else {}
        client = self._oidc.register_client(
            clientName=name,
            clientType="public",
            redirectUris=[CALLBACK],
            issuerUrl=start_url,
            scopes=list(scopes),
            **grants,
        )
        self._client = {"clientId": client["clientId"], "clientSecret": client["clientSecret"]}

    def address(self, flow: str) -> str:
        """Begin a login, and give the address that the person is to open."""
        if flow == "browser":
            return authorize_url(self._center, self._client["clientId"])
        started = self._oidc.start_device_authorization(**self._client, startUrl=self._start_url)
        self._device_code = started["deviceCode"]
        return str(started["verificationUriComplete"])

    def page(self, browser: CookieJar, flow: str) -> Page:
        """Begin a login, and open its page; the person signs in to the identity provider if that asks."""
        page = fetch(self.address(flow), jar=browser)
        if page.status == 200 and 'value="sign-in"' in page.text:
            back = press(self._center, page, "sign-in", jar=browser)
            page = fetch(self._center.url + back.location, jar=browser)
        return page

    def press(self, page: Page, browser: CookieJar, decision: str = "allow") -> Page:
        """Press a button of the page, if there is one left to press."""
        return press(self._center, page, decision, jar=browser) if "<form" in page.text else page

    def decide(self, browser: CookieJar, flow: str, decision: str) -> Page:
        """Begin a login, and decide on its page; gives what comes of it in the browser."""
        return self.press(self.page(browser, flow), browser, decision)

    def redeem(self, approved: Page) -> Login:
        """Fetch the tokens of a login that was allowed; raises what the center answers."""
        if approved.location:
            proof = {"code": approved.answer["code"], "codeVerifier": VERIFIER, "redirectUri": REDIRECT}
            return Login(self._client, self._oidc.create_token(**self._client, grantType="authorization_code", **proof))
        answer = self._oidc.create_token(**self._client, grantType=_DEVICE, deviceCode=self._device_code)
        return Login(self._client, answer)

    def log_in(self, browser: CookieJar, flow: str = "browser") -> Login:
        """Sign in from beginning to end."""
        return self.redeem(self.decide(browser, flow, "allow"))
