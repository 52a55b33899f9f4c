from __future__ import annotations

import http.server
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import boto3
import pytest
from support.center import authorize_url

from tray.aws.login import page_text
from tray.core.words import pages as pages_words
from tray.demo import browser
from tray.demo.browser import cookie_file
from tray.demo.center import CALLBACK, IdentityCenter
from tray.demo.knobs import Consent, Fault
from tray.demo.organisation import START_URL


class Callback:
    """A program that waits for the browser to come back."""

    def __init__(self) -> None:
        self.answers: list[dict[str, str]] = []
        self.cookies: list[str] = []
        answers, cookies = self.answers, self.cookies

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answers.append(dict(parse_qsl(urlsplit(self.path).query)))
                cookies.append(self.headers.get("Cookie", ""))
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


@pytest.mark.parametrize("arguments", [[], ["--profile", "../x", "http://127.0.0.1/"], ["--den", "http://127.0.0.1/"]])
def test_wrong_use_is_told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        browser.main(arguments)
    assert "usage:" in capsys.readouterr().err
    assert not cookie_file().parent.exists()


def test_a_decision_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSO_TRAY_DEMO_DECISION", "perhaps")
    with pytest.raises(SystemExit, match="2"):
        browser.main(["http://127.0.0.1/"])


def test_it_keeps_its_cookies_between_visits_and_a_second_browser_has_its_own(center: IdentityCenter) -> None:
    command = [sys.executable, "-m", "tray.demo.browser"]
    for profile in ([], [], ["--profile", "other"], ["--profile", "default"], ["--profile", "other"]):
        assert subprocess.run([*command, *profile, start_device()], timeout=60, check=False).returncode == 0
    assert len(center.sessions) == 2


def test_a_session_that_begins_before_the_visit_gets_stuck_is_kept(center: IdentityCenter, authorize: str) -> None:
    center.knobs.idp_asks = True
    center.inject(Fault.drop("Consent", times=1))
    assert browser.main([authorize]) == 1
    assert browser.main([authorize]) == 0
    assert len(center.sessions) == 1


def test_it_signs_in_to_the_identity_provider_where_that_asks(
    center: IdentityCenter, authorize: str, callback: Callback
) -> None:
    center.knobs.idp_asks = True
    assert browser.main([authorize]) == 0
    assert callback.answers[0]["code"]
    center.end_sessions()
    center.knobs.consent = Consent.ALLOW
    assert browser.main([authorize]) == 0
    assert callback.answers[1]["code"]


def test_cookies_are_for_a_host_whatever_the_port_as_in_every_browser(authorize: str, callback: Callback) -> None:
    for _ in range(2):
        assert browser.main([authorize]) == 0
    assert [cookie.partition("_")[0] for cookie in callback.cookies] == ["x-amz-sso"] * 2


def test_the_portals_page_asks_for_nothing(center: IdentityCenter) -> None:
    assert browser.main([center.portal()]) == 0
    assert len(center.sessions) == 1


def test_only_the_person_can_read_the_cookies(center: IdentityCenter) -> None:
    browser.main([center.portal()])
    assert cookie_file().is_relative_to(Path.home())
    assert "x-amz-sso_authn" in cookie_file().read_text()
    if os.name != "nt":
        assert stat.S_IMODE(cookie_file().stat().st_mode) == 0o600
        assert stat.S_IMODE(cookie_file().parent.stat().st_mode) == 0o700


def test_many_visits_at_once_lose_no_cookie(center: IdentityCenter) -> None:
    pages = [center.portal(f"https://d-000000000{number}.awsapps.com/start") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(2):
            assert set(pool.map(lambda page: browser.main([page]), pages)) == {0}
    assert len(center.sessions) == len(pages)


@pytest.mark.parametrize("content", [b"", b"nothing of the kind", b"\xff\xfe"])
def test_a_file_that_is_broken_holds_no_cookies_and_is_made_whole(center: IdentityCenter, content: bytes) -> None:
    cookie_file().parent.mkdir(parents=True)
    cookie_file().write_bytes(content)
    for _ in range(2):
        assert browser.main([center.portal()]) == 0
    assert len(center.sessions) == 1


def test_cookies_that_cannot_be_kept_are_told(center: IdentityCenter, capsys: pytest.CaptureFixture[str]) -> None:
    cookie_file().parent.parent.mkdir(parents=True)
    cookie_file().parent.write_text("a file where the folder should be")
    assert browser.main([center.portal()]) == 1
    assert "could not be kept" in capsys.readouterr().err
    assert center.sessions == ()


class Asked:
    """Our own first page, which asks whether to begin a new session."""

    def __init__(self) -> None:
        self.choices: list[str] = []
        choices = self.choices
        words = pages_words.Question("You are signed in", ("A new session has the full length.",))
        page = page_text.question(words, begin="/start?key=k&choice=begin", keep="/start?key=k&choice=keep")

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = dict(parse_qsl(urlsplit(self.path).query))
                choices.extend(asked[name] for name in asked.keys() & {"choice"})
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"" if "choice" in asked else page)

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/start?key=k"


@pytest.fixture
def question() -> Iterator[Asked]:
    asked = Asked()
    thread = threading.Thread(target=asked.server.serve_forever, args=(0.01,))
    thread.start()
    yield asked
    asked.server.shutdown()
    thread.join()
    asked.server.server_close()


@pytest.mark.parametrize(
    ("arguments", "choices"), [([], ["begin"]), (["--deny"], ["begin"]), (["--keep"], ["keep"])], ids=str
)
def test_it_answers_our_question_about_a_new_session(question: Asked, arguments: list[str], choices: list[str]) -> None:
    assert browser.main([*arguments, question.url]) == 0
    assert question.choices == choices


def test_one_that_only_looks_answers_no_question(question: Asked) -> None:
    browser.visit(question.url, None)
    assert question.choices == []
