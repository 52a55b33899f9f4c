from __future__ import annotations

import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import boto3
import pytest
from support.center import authorize_url

from tray.demo import browser
from tray.demo.center import CALLBACK, START_URL, IdentityCenter
from tray.demo.knobs import Consent, Fault


class Callback:
    """A program that waits for the browser to come back."""

    def __init__(self) -> None:
        self.answers: list[dict[str, str]] = []
        answers = self.answers

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answers.append(dict(parse_qsl(urlsplit(self.path).query)))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/oauth/callback"


@pytest.fixture
def callback() -> Iterator[Callback]:
    waiting = Callback()
    thread = threading.Thread(target=waiting.server.serve_forever, args=(0.01,))
    thread.start()
    yield waiting
    waiting.server.shutdown()
    thread.join()
    waiting.server.server_close()


@pytest.fixture
def authorize(center: IdentityCenter, callback: Callback) -> str:
    client = boto3.client("sso-oidc").register_client(
        clientName="x",
        clientType="public",
        grantTypes=["authorization_code"],
        redirectUris=[CALLBACK],
        issuerUrl=START_URL,
        scopes=["sso:account:access"],
    )
    return authorize_url(center, client["clientId"], redirect_uri=callback.url)


def start_device() -> str:
    oidc = boto3.client("sso-oidc")
    client = oidc.register_client(clientName="x", clientType="public")
    started = oidc.start_device_authorization(
        clientId=client["clientId"], clientSecret=client["clientSecret"], startUrl=START_URL
    )
    return str(started["verificationUriComplete"])


def test_it_presses_allow_and_comes_back_with_a_code(authorize: str, callback: Callback) -> None:
    ran = subprocess.run([sys.executable, "-m", "tray.demo.browser", authorize], timeout=60, check=False)
    assert ran.returncode == 0
    [answer] = callback.answers
    assert set(answer) == {"code", "state"}


def test_it_presses_deny_when_told(authorize: str, callback: Callback, monkeypatch: pytest.MonkeyPatch) -> None:
    assert browser.main(["--deny", authorize]) == 0
    monkeypatch.setenv("SSO_TRAY_DEMO_DECISION", "deny")
    assert browser.main([authorize]) == 0
    assert [answer["error"] for answer in callback.answers] == ["access_denied"] * 2


def test_it_follows_where_no_button_has_to_be_pressed(
    center: IdentityCenter, authorize: str, callback: Callback
) -> None:
    center.knobs.consent = Consent.ALLOW
    assert browser.main([authorize]) == 0
    assert callback.answers[0]["code"]


def test_it_decides_on_the_device_page(center: IdentityCenter) -> None:
    page = start_device()
    assert browser.main([page]) == 0
    assert [(request.operation, request.status) for request in center.requests[-2:]] == [
        ("Device", 200),
        ("Consent", 200),
    ]
    assert browser.main([page]) == 1, "the code is used up"


def test_it_says_what_went_wrong_without_the_address(
    center: IdentityCenter, authorize: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert browser.main([f"{center.url}/device"]) == 1
    assert "something other than a decision" in capsys.readouterr().err
    center.inject(Fault.drop("Authorize", times=1))
    assert browser.main([authorize]) == 1
    dropped = capsys.readouterr().err
    assert "could not be reached" in dropped
    center.stop()
    assert browser.main([authorize]) == 1
    stopped = capsys.readouterr().err
    assert "could not be reached" in stopped
    assert "state" not in dropped + stopped


@pytest.mark.parametrize("url", ["https://127.0.0.1/", "http://example.com/", "file:///etc/passwd", "", "http://[x"])
def test_it_visits_nothing_but_the_demo(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert browser.main([url]) == 1
    assert capsys.readouterr().err


def test_wrong_use_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert browser.main([]) == 2
    monkeypatch.setenv("SSO_TRAY_DEMO_DECISION", "perhaps")
    assert browser.main(["http://127.0.0.1/"]) == 2
