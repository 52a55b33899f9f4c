"""The set-up page: who may ask it anything, and what it answers."""

from __future__ import annotations

import contextlib
import json
import queue
import re
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from support.center import plant_token
from support.desk import until
from support.setup_page import Visitor, context

from tray.aws.api.fetching import Fetched
from tray.core.autostart import Autostart, Standing
from tray.core.errors import ConfigProblem, SignInRefused, TrayError
from tray.demo import browser
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Consent, Fault
from tray.demo.organisation import START_URL
from tray.desktop import autostart
from tray.installation.programs import Installation
from tray.loopback.server import Request, Response
from tray.pages import setup
from tray.pages.guard import Guard
from tray.paths import find_paths
from tray.setup.flags import Flags
from tray.setup.region_search import RegionSearch
from tray.setup.sign_in_details import SignInDetails
from tray.setup.steps import SetupContext

NEW = {"session": "corp", "start_url": START_URL, "region": "us-east-1", "scopes": ""}


class FileEntries:
    """What a system keeps about the start at login: a file that is there, or not."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.files = (file,)

    def read(self) -> Autostart:
        if not self._file.exists():
            return Autostart(Standing.OFF)
        return Autostart(Standing.ON, str(self._file), (self._file.read_text(),))

    def write(self, command: tuple[str, ...]) -> None:
        self._file.write_text(command[0])

    def remove(self) -> None:
        self._file.unlink(missing_ok=True)


class Running:
    """A set-up page in a thread."""

    def __init__(self, flags: Flags | None = None, idle_seconds: float = 60.0, **changes: object) -> None:
        self.result: queue.SimpleQueue[int | Exception] = queue.SimpleQueue()
        self._links = links = queue.SimpleQueue[str | None]()
        self._show_again: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()

        def run() -> None:
            try:
                given = flags or Flags(details=SignInDetails())
                self.result.put(
                    setup.run(
                        given,
                        context(**changes),
                        {},
                        links.put,
                        on_stranger=lambda: None,
                        follow=self._show_again.put,
                        idle_seconds=idle_seconds,
                    )
                )
            except TrayError as error:
                self.result.put(error)
                links.put(None)

        self._thread = threading.Thread(target=run)
        self._thread.start()
        self.link = links.get(timeout=20)

    def show_again(self) -> str:
        """Have the page shown once more; gives the link."""
        asks = self._show_again.get(timeout=20)
        asks()
        self._show_again.put(asks)
        link = self._links.get(timeout=20)
        assert link
        return link

    def ended(self) -> int | Exception:
        """What came of it."""
        return self.result.get(timeout=20)

    def close(self, visitor: Visitor | None = None) -> None:
        """Leave, as this visitor, or as one who opens the link only now."""
        with contextlib.suppress(OSError):  # it has ended by itself
            leaving = visitor or Visitor(self.link)
            if visitor is None:
                leaving.open()
            leaving.post("leave", {})
        self._thread.join(20)
        assert not self._thread.is_alive()


@pytest.fixture
def running() -> Iterator[Running]:
    """A page whose link nobody has opened yet; the test opens and leaves it."""
    started = Running()
    yield started
    started.close()


@pytest.fixture
def visitor() -> Iterator[Visitor]:
    started = Running()
    opened = Visitor(started.link)
    opened.open()
    yield opened
    started.close(opened)


def sign_in(visitor: Visitor, step: str = "listed", **changes: object) -> dict[str, Any]:
    answer = visitor.post("sign-in", NEW | changes)
    assert answer.status == 200, answer.body
    until(lambda: visitor.get("progress").json["step"] in {step, "failed"})
    return visitor.get("progress").json


# Who may ask


def test_the_link_works_once_and_leaves_a_cookie_that_scripts_and_other_sites_never_get(running: Running) -> None:
    first, second = Visitor(running.link), Visitor(running.link)

    opened = first.open()

    assert opened.status == 303
    secret = urlsplit(running.link).path.rpartition("/")[2]
    assert secret not in opened.headers["Location"]
    attributes = opened.headers["Set-Cookie"].split("; ")
    assert {"HttpOnly", "SameSite=Strict", f"Path={first.site}"} <= set(attributes)
    assert secret not in attributes[0]
    assert second.open().status == 403
    second.base = first.base
    assert second.get("").status == 403, "the cookie is what counts"
    assert first.send("GET", urlsplit(running.link).path).status == 303, "who has the cookie may come back"
    first.post("leave", {})


def test_the_page_can_be_shown_once_more_by_a_link_that_works_once_too(running: Running) -> None:
    assert running.show_again() == running.link, "nobody has used it yet"
    first, second = Visitor(running.link), Visitor(running.link)
    assert first.open().status == 303
    assert second.open().status == 403

    again = running.show_again()
    assert again != running.link
    second = Visitor(again)
    assert (second.open().status, second.base, second.cookie) == (303, first.base, first.cookie), "the same page"
    assert Visitor(running.link).open().status == 403
    assert Visitor(again).open().status == 403
    assert first.get("details").status == 200, "who has it open goes on"
    running.close(second)


@pytest.mark.parametrize("path", ["/", "/open/", "/open/guess", "/open", "/details", "/setup.js", "/favicon.ico"])
def test_without_the_secret_nothing_is_told(running: Running, path: str) -> None:
    visitor = Visitor(running.link)

    answer = visitor.send("GET", path)

    assert answer.status in {403, 404}
    assert b"csrf" not in answer.body
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "host",
    ["localhost:{port}", "evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "", None, "[::1]:{port}"],
)
def test_another_host_is_refused_even_with_the_secret(running: Running, host: str | None) -> None:
    visitor = Visitor(running.link)
    port = visitor.host.rpartition(":")[2]

    answer = visitor.send("GET", urlsplit(running.link).path, Host=host and host.format(port=port))

    assert answer.status == 400
    assert visitor.open().status == 303, "and the secret is not used up"
    visitor.post("leave", {})


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://localhost:80"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": None}, 403),
        ({"X_CSRF_Token": None}, 403),
        ({"X_CSRF_Token": ""}, 403),
        ({"X_CSRF_Token": "guess"}, 403),
        ({"X_CSRF_Token": "gu\u00e9ss"}, 403),
        ({"Cookie": None}, 403),
        ({"Cookie": "sso-tray-pages=guess"}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        ({"Content_Type": "text/plain"}, 415),
        ({"Content_Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content_Type": None}, 415),
        ({"Host": "evil.example"}, 400),
        ({"Transfer_Encoding": "chunked"}, 400),
        ({"Content_Length": "-1"}, 400),
    ],
)
@pytest.mark.parametrize("path", ["leave", "sign-in"])
def test_a_request_that_is_not_the_pages_own_does_nothing(
    visitor: Visitor, path: str, changes: dict[str, str | None], status: int
) -> None:
    assert visitor.post(path, NEW, **changes).status == status
    assert visitor.get("details").status == 200, "the set-up goes on"
    assert visitor.get("progress").status == 400, "no sign-in has begun"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_page_cannot_read_what_the_page_reads(visitor: Visitor, site: str) -> None:
    assert visitor.get("details", Sec_Fetch_Site=site).status == 403


@pytest.mark.parametrize(
    "path",
    [
        "../setup.js",
        "web/setup.js",
        "..%2f..%2f__init__.py",
        "....//setup.js",
        "/etc/passwd",
        "%2e%2e/%2e%2e/etc/passwd",
        "setup.html",
        "setup.js/",
        "setup.js%00",
        "\\..\\setup.js",
    ],
)
def test_only_the_pages_own_files_are_served(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "HEAD", "TRACE", "PATCH"])
def test_other_methods_are_refused(visitor: Visitor, method: str) -> None:
    assert visitor.send(method, visitor.base).status == 405


def test_a_get_changes_nothing(visitor: Visitor) -> None:
    assert [visitor.get(path).status for path in ("leave", "write", "sign-in", "plan", "stop", "look")] == [404] * 6


def test_a_header_that_comes_twice_counts_for_nothing(running: Running) -> None:
    visitor = Visitor(running.link)
    host, _, port = visitor.host.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=10) as raw:
        path = urlsplit(running.link).path
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: {visitor.host}\r\nHost: evil.example\r\n\r\n".encode())
        assert b" 400 " in raw.recv(100)


def test_every_answer_forbids_what_the_page_does_not_need(visitor: Visitor) -> None:
    answers = [visitor.get(path) for path in ("", "setup.js", "setup.css", "icon.svg", "details", "nothing")]
    answers += [visitor.send("GET", "/"), visitor.send("PUT", "/"), visitor.post("plan", []), visitor.post("look", {})]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Server" not in answer.headers


def test_the_page_has_nothing_inline_and_nothing_from_elsewhere(visitor: Visitor) -> None:
    text = visitor.get("").body.decode()
    assert "<style" not in text
    assert " style=" not in text
    assert " onclick" not in text
    assert '<script src="page.js" defer></script>\n<script src="setup.js" defer></script>' in text
    for file in ("", "page.js", "setup.js", "setup-names.js", "setup-done.js", "page.css", "setup.css"):
        body = visitor.get(file).body.decode()
        assert "innerHTML" not in body
        assert not re.search(r"https?://", body.replace("https://d-1234567890.awsapps.com", ""))


def test_no_secret_is_in_a_repr() -> None:
    guard = Guard("127.0.0.1:1")
    secret = guard.link("setup").rpartition("/")[2]
    request = Request("GET", f"/open/{secret}", "", {"cookie": secret}, read_body=bytes, demand_ours=lambda: None)
    opened = guard.admit(request)
    assert isinstance(opened, Response)
    assert "sso-tray-pages" not in repr(opened)
    assert secret not in repr(request)
    assert secret not in repr(guard)


# What it does


def test_a_sign_in_is_set_up_step_by_step(center: IdentityCenter, visitor: Visitor) -> None:
    center.knobs.consent = Consent.ALLOW
    assert visitor.get("details").json["known"] == []
    looked = visitor.post("look", {"start_url": "https://x.portal.eu-west-1.app.aws"}).json
    assert looked["region"] == {"code": "eu-west-1", "name": "Europe (Ireland) eu-west-1"}
    waiting = sign_in(visitor, "signing-in")
    assert waiting["url"].startswith("http://127.0.0.1:")
    assert "/start?key=" in waiting["url"], "AWS's address, with the state, is shown to nobody"
    browser.visit(str(waiting["url"]))
    until(lambda: visitor.get("progress").json["step"] == "listed")

    directory = visitor.get("directory").json
    assert [account["name"] for account in directory["accounts"]] == ["acme-dev", "acme-prod", "acme-staging"]
    assert directory["present"] == []
    asked = {
        "picks": [["111122223333", "Developer"], ["777788889999", "ReadOnly"]],
        "pattern": directory["pattern"],
        "region": directory["region"],
    }
    planned = visitor.post("plan", asked).json
    assert [profile["name"] for profile in planned["profiles"]] == ["Developer-acme-dev", "ReadOnly-acme-prod"]
    assert not (Path.home() / ".aws" / "config").exists(), "a plan writes nothing"

    written = visitor.post("write", asked | {"stamp": planned["stamp"]}).json

    assert written | planned | {"backup": False} == written
    text = (Path.home() / ".aws" / "config").read_text()
    assert text.count("[profile ") == 2
    assert "[sso-session corp]" in text


def test_the_page_ends_when_who_has_written_leaves(center: IdentityCenter, running: Running) -> None:
    center.knobs.consent = Consent.ALLOW
    visitor = Visitor(running.link)
    visitor.open()
    browser.visit(str(sign_in(visitor, "signing-in")["url"]))
    until(lambda: visitor.get("progress").json["step"] == "listed")
    asked = {"picks": [["111122223333", "Developer"]], "pattern": "dev", "region": "us-east-1"}
    asked["stamp"] = visitor.post("plan", asked).json["stamp"]

    assert visitor.post("write", asked).status == 200

    assert visitor.get("details").json["written"]["names"] == ["dev"], "there is more to do"
    assert visitor.post("leave", {}).status == 200
    assert running.ended() == 0
    with pytest.raises(ConnectionRefusedError):
        visitor.get("details")


def test_what_goes_wrong_is_told_at_its_question_and_the_set_up_goes_on(
    center: IdentityCenter, visitor: Visitor
) -> None:
    wrong = visitor.post("sign-in", NEW | {"start_url": "http://nowhere"})
    assert (wrong.status, wrong.json["question"]) == (422, "start_url")
    center.inject(Fault.error("RegisterClient", 500, "InternalServerException", times=2))
    failed = sign_in(visitor)
    assert failed["step"] == "failed"
    assert "HTTP 500" in str(failed["title"])
    assert sign_in(visitor, "signing-in")["step"] == "signing-in"
    assert visitor.post("stop", {}).status == 200
    until(lambda: visitor.get("progress").json["title"] == "The sign-in was cancelled")


def test_a_code_can_be_used_instead(center: IdentityCenter, visitor: Visitor) -> None:
    center.knobs.device_interval = 1
    waiting = sign_in(visitor, "signing-in", device_code=True)
    assert str(waiting["code"]) in str(waiting["url"])


def test_a_second_attempt_replaces_the_first(center: IdentityCenter, visitor: Visitor) -> None:
    first = sign_in(visitor, "signing-in")
    second = sign_in(visitor, "signing-in")
    assert first["url"] != second["url"]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        [],
        {"picks": [], "pattern": "x", "region": "us-east-1"},
        {"picks": "all", "pattern": "x", "region": "us-east-1"},
        {"picks": [["111122223333"]], "pattern": "x", "region": "us-east-1"},
        {"picks": [["111122223333", "Root"]], "pattern": "x", "region": "us-east-1"},
        {"picks": [["111122223333", ["Developer"]]], "pattern": "x", "region": "us-east-1"},
        {"picks": [["111122223333", "Developer"]], "pattern": 5, "region": "us-east-1"},
        {"picks": [["111122223333", "Developer"]], "pattern": "{user}", "region": "us-east-1"},
        {"picks": [["111122223333", "Developer"]], "pattern": "x", "region": "x\n[default]"},
        {"picks": [["111122223333", "Developer"]], "pattern": "x"},
        {"picks": [["111122223333", "Developer"]], "pattern": "x", "region": "us-east-1", "names": [["1"]]},
        {"picks": [["111122223333", "Developer"]], "pattern": "x", "region": "us-east-1", "names": 5},
        {"picks": [["1", "x"]], "pattern": "x", "region": "us-east-1", "names": [["1", "x", ["y"]]]},
    ],
)
def test_only_what_was_listed_can_be_written(
    center: IdentityCenter, visitor: Visitor, asked: object, home: Path
) -> None:
    from support.center import plant_token

    plant_token("corp", center.issue_token())
    sign_in(visitor)
    for path in ("plan", "write"):
        assert visitor.post(path, asked).status in {400, 422}
    assert not (home / ".aws" / "config").exists()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b"[" * 100_000])
def test_what_is_no_json_object_is_refused(visitor: Visitor, body: bytes) -> None:
    headers = {"Origin": visitor.origin, "X_CSRF_Token": visitor.token, "Content_Type": "application/json"}
    assert visitor.send("POST", f"{visitor.base}look", body, **headers).status == 400


def test_before_anything_is_listed_there_is_nothing_to_plan(visitor: Visitor) -> None:
    assert [visitor.post("plan", {}).status, visitor.get("directory").status] == [400, 400]


def test_flags_are_what_the_page_begins_with() -> None:
    running = Running(Flags(details=SignInDetails("corp", START_URL, None, "a:b")))
    visitor = Visitor(running.link)
    visitor.open()
    assert visitor.get("details").json["given"] == {
        "session": "corp",
        "start_url": START_URL,
        "region": None,
        "scopes": "a:b",
    }
    visitor.post("leave", {})
    left = running.ended()
    assert isinstance(left, SignInRefused)
    assert "cancelled" in left.title


PICKED = {"picks": [["111122223333", "Developer"], ["111122223333", "ReadOnly"]], "pattern": "{role}", "region": "Ohio"}


def listed(center: IdentityCenter, visitor: Visitor) -> None:
    """Come to where roles are picked."""
    from support.center import plant_token

    plant_token("corp", center.issue_token())
    assert sign_in(visitor)["step"] == "listed"


def planned(visitor: Visitor, **changes: object) -> dict[str, Any]:
    """What is to be written, once it was planned."""
    asked = PICKED | changes
    return asked | {"stamp": visitor.post("plan", asked).json["stamp"]}


def test_names_can_be_changed_and_what_is_wrong_with_them_is_told_before_they_are_written(
    center: IdentityCenter, visitor: Visitor, home: Path
) -> None:
    listed(center, visitor)
    names = [["111122223333", "Developer", "<b>dev"], ["111122223333", "ReadOnly", "look"]]
    profiles = visitor.post("plan", PICKED | {"names": names}).json["profiles"]
    assert [profile["name"] for profile in profiles] == ["<b>dev", "look"]
    assert "cannot be a name" in profiles[0]["problem"]["title"]
    assert profiles[1]["problem"] is None

    refused = visitor.post("write", planned(visitor, names=names))
    assert (refused.status, refused.json["question"]) == (422, "names")
    assert not (home / ".aws" / "config").exists()

    names[0][2] = " dev "
    assert visitor.post("write", planned(visitor, names=names, lower_case=True)).status == 200
    text = (home / ".aws" / "config").read_text()
    assert "[profile dev]" in text
    assert "region = us-east-2" in text, "a place is understood"
    assert visitor.post("plan", PICKED | {"lower_case": True}).json["kept"] == ["dev", "look"]


def test_only_what_was_shown_is_written(center: IdentityCenter, visitor: Visitor, home: Path) -> None:
    listed(center, visitor)
    shown = planned(visitor)
    before = "[profile Developer]\nregion = x\n"
    (home / ".aws" / "config").write_text(before)

    refused = visitor.post("write", shown)

    assert (refused.status, refused.json["title"]) == (422, "~/.aws/config was changed meanwhile")
    assert visitor.post("write", PICKED).status == 422
    assert (home / ".aws" / "config").read_text() == before
    assert visitor.post("write", planned(visitor)).status == 200


def test_a_portal_of_the_settings_is_offered_and_its_name_is_enough(center: IdentityCenter, visitor: Visitor) -> None:
    file = find_paths().settings_file
    file.parent.mkdir(parents=True)
    file.write_text(f'[sign_in.acme]\nstart_url = "{START_URL}"\nregion = "us-east-1"\n')
    plant_token("acme", center.issue_token())

    assert visitor.get("details").json["known"] == [{"name": "acme", "start_url": START_URL, "region": "us-east-1"}]
    assert sign_in(visitor, session="acme", start_url="", region="", scopes="")["step"] == "listed"


def test_a_length_is_written_to_our_settings_and_one_that_is_none_is_told(
    center: IdentityCenter, visitor: Visitor, home: Path
) -> None:
    listed(center, visitor)
    assert visitor.get("directory").json["length_hours"] is None
    refused = visitor.post("write", planned(visitor, length_hours="a day"))
    assert (refused.status, refused.json["question"]) == (422, "length_hours")
    assert not (home / ".aws" / "config").exists()
    assert visitor.post("write", planned(visitor, length_hours="8")).json["length_problem"] is None
    assert "length_hours = 8" in find_paths().settings_file.read_text()
    assert visitor.get("directory").json["length_hours"] == 8
    find_paths().settings_file.write_text("[[")
    problem = visitor.post("write", planned(visitor, length_hours="9")).json["length_problem"]
    assert problem["title"] == "The session length could not be set."


def test_a_profile_becomes_the_default_and_a_production_one_for_who_is_sure(
    center: IdentityCenter, visitor: Visitor, home: Path
) -> None:
    find_paths().settings_file.parent.mkdir(parents=True)
    find_paths().settings_file.write_text('[profiles]\nproduction = ["Read*"]\n')
    listed(center, visitor)
    assert visitor.post("default", {"profile": "Developer"}).status == 400, "nothing is written yet"
    written = visitor.post("write", planned(visitor)).json
    assert written["names"] == ["Developer", "ReadOnly"]
    assert written["commands"]["Developer"].endswith(" Developer")
    assert visitor.post("default", {"profile": "nobody"}).status == 400
    assert visitor.post("default", {"profile": ["Developer"]}).status == 400
    config = home / ".aws" / "config"

    assert visitor.post("default", {"profile": "ReadOnly"}).json["asks"]["title"] == "Switch to ReadOnly?"
    assert "[default]" not in config.read_text()
    assert visitor.post("default", {"profile": "ReadOnly", "sure": True}).json["asks"] is None
    assert "sso_role_name = ReadOnly" in config.read_text().partition("[default]")[2]
    assert visitor.post("default", {"profile": "Developer"}).json["said"]["title"] == "Default profile: Developer"


def test_the_start_at_login_can_be_turned_on_once_all_is_written(
    center: IdentityCenter, visitor: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "sso-tray"
    program.touch(0o755)
    monkeypatch.setattr(autostart, "find_installation", lambda: Installation((program,), None))
    monkeypatch.setattr(autostart, "find_entries", lambda: FileEntries(tmp_path / "entry"))
    listed(center, visitor)
    assert visitor.post("login-start", {}).status == 400
    assert visitor.post("write", planned(visitor)).json["login_start"] is True
    assert visitor.post("login-start", {}).json == {
        "said": f"SSO Tray starts at login from now on ({tmp_path / 'entry'})."
    }
    assert visitor.get("details").json["written"]["login_start"] is False


def test_a_page_that_was_closed_after_all_was_written_ends_and_one_that_is_loaded_again_goes_on(
    center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "_GONE_SECONDS", 0.3)
    running = Running(idle_seconds=60)
    visitor = Visitor(running.link)
    visitor.open()
    listed(center, visitor)
    visitor.post("hide", {})
    assert visitor.post("write", planned(visitor)).status == 200, "before, nothing ends"
    visitor.post("hide", {})
    assert visitor.get("details").json["written"]["file"]
    with pytest.raises(queue.Empty):
        running.result.get(timeout=0.7)
    visitor.post("hide", {})
    assert running.ended() == 0


def test_who_leaves_the_page_alone_after_all_was_written_has_set_up(
    center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = Running(idle_seconds=1.5)
    visitor = Visitor(running.link)
    visitor.open()
    listed(center, visitor)
    assert visitor.post("write", planned(visitor)).status == 200
    assert running.ended() == 0


def test_a_start_page_is_asked_only_when_the_address_is_complete(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answered = threading.Event()

    def fetch(url: str) -> Fetched:
        asked.append(url)
        answered.wait(20)
        return Fetched(200, "", b'<meta name="region" content="ap-southeast-2"/>')

    monkeypatch.setattr(setup, "RegionSearch", lambda url, _fetch: RegionSearch(url, fetch))
    look = {"start_url": "d-1234567890.awsapps.com"}
    assert visitor.post("look", look).json == {"region": None, "by": "", "under_way": False}
    assert asked == []
    assert visitor.post("look", look | {"ask": True}).json == {"region": None, "by": "", "under_way": True}
    answered.set()
    found = until(lambda: (told := visitor.post("look", look | {"ask": True}).json)["region"] and told)
    assert found == {
        "region": {"code": "ap-southeast-2", "name": "Asia Pacific (Sydney) ap-southeast-2"},
        "by": "start page",
        "under_way": False,
    }
    assert asked == ["https://d-1234567890.awsapps.com/start"], "once"


def test_a_region_that_aws_does_not_know_the_portal_in_is_told_at_its_question(
    center: IdentityCenter, visitor: Visitor
) -> None:
    center.inject(Fault.error("RegisterClient", 400, "InvalidRequestException", "Invalid start url provided"))
    failed = sign_in(visitor, region="eu-central-1")
    assert (failed["step"], failed["question"]) == ("failed", "region")
    assert failed["title"] == "The Identity Center of Europe (Frankfurt) eu-central-1 does not know this start URL"


def test_a_page_that_nobody_uses_closes() -> None:
    running = Running(idle_seconds=0.2)
    left = running.ended()
    assert isinstance(left, SignInRefused)
    assert "nobody used it" in left.title


def test_strangers_do_not_keep_a_page_open() -> None:
    running = Running(idle_seconds=0.5)
    visitor = Visitor(running.link)
    with contextlib.suppress(OSError):  # for as long as it is there
        while True:
            assert visitor.send("GET", "/").status == 404
    assert isinstance(running.ended(), SignInRefused)


def test_a_config_that_is_broken_is_told_before_a_page_opens(home: Path) -> None:
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text("junk\n")
    assert isinstance(Running().ended(), ConfigProblem)


def test_a_fault_of_our_own_is_told_and_not_waited_for(center: IdentityCenter) -> None:
    made: SetupContext = context()
    running = Running(open_browser=lambda _name, _url: 1 / 0, login=made.login)
    visitor = Visitor(running.link)
    visitor.open()
    failed = sign_in(visitor)
    assert (failed["step"], failed["title"]) == ("failed", "Something went wrong")
    assert "ZeroDivision" not in json.dumps(failed)
    running.close(visitor)
