"""The command line as a person and a script meet it: exit codes, JSON, and words for everything that goes wrong."""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from end_to_end.desktop import SESSION, Desktop, token_file
from support.center import Page, fetch
from support.desk import until
from support.login import operations

from tray.aws.cache.times import parse_time
from tray.demo.knobs import Consent, Fault
from tray.demo.organisation import START_URL

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def _told(ended: subprocess.CompletedProcess[str]) -> tuple[int, str, str]:
    """Take what a failed command said: its exit code, the title and the hint; and nothing else was said."""
    assert "Traceback" not in ended.stderr
    title, hint = ended.stderr.splitlines()[-2:]
    assert title
    assert hint
    assert "\x1b" not in ended.stderr
    return ended.returncode, title, hint


def _events(ended: subprocess.CompletedProcess[str]) -> list[dict[str, str]]:
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_status_json_holds_what_other_programs_rely_on(desktop: Desktop) -> None:
    desktop.plant(seconds=600)
    ended = desktop.run("status", "--json")
    assert ended.returncode == 0
    document = json.loads(ended.stdout)
    assert list(document) == ["schema", "now", "default_profile", "icon", "sign_ins", "problems"]
    assert document["schema"] == 1
    assert document["default_profile"] == "dev"
    assert document["icon"] == "ending"
    assert document["problems"] == []
    [sign_in] = document["sign_ins"]
    assert list(sign_in) == [
        "name",
        "kind",
        "start_url",
        "region",
        "status",
        "token_expires_at",
        "renewable",
        "ends_at",
        "ends_source",
        "checked_at",
        "profiles",
    ]
    assert _TIME.fullmatch(document["now"])
    assert _TIME.fullmatch(sign_in["token_expires_at"])
    assert sign_in["ends_at"] == sign_in["token_expires_at"]
    assert {name: sign_in[name] for name in ("name", "kind", "start_url", "region", "status", "renewable")} == {
        "name": SESSION,
        "kind": "sso-session",
        "start_url": START_URL,
        "region": "us-east-1",
        "status": "ending",
        "renewable": False,
    }
    assert sign_in["ends_source"] == "token"
    assert sign_in["profiles"] == ["dev", "dev-admin", "staging", "prod", "reports"]


def test_status_json_says_null_for_what_is_not_known(desktop: Desktop) -> None:
    ended = desktop.run("status", "--json")
    assert ended.returncode == 1
    [sign_in] = json.loads(ended.stdout)["sign_ins"]
    assert sign_in["status"] == "signed-out"
    for name in ("token_expires_at", "ends_at", "ends_source", "checked_at"):
        assert sign_in[name] is None
    assert sign_in["renewable"] is False


def test_login_json_prints_one_event_a_line(desktop: Desktop) -> None:
    ended = desktop.run("login", "--json")
    assert ended.returncode == 0
    opened, signed_in = _events(ended)
    assert opened == {"event": "open-url", "url": desktop.browser.opened[0]}
    assert signed_in == {
        "event": "signed-in",
        "name": SESSION,
        "token_expires_at": token_file(desktop)["expiresAt"],
        "how": "signed-in",
    }
    assert _TIME.fullmatch(signed_in["token_expires_at"])


def test_login_json_with_a_code_shows_it_before_it_waits(desktop: Desktop) -> None:
    desktop.center.knobs.device_interval = 1
    desktop.center.knobs.consent = Consent.ALLOW
    ended = desktop.run("login", "--device-code", "--json")
    assert ended.returncode == 0
    code, signed_in = _events(ended)
    assert code.keys() == {"event", "code", "url"}
    assert code["event"] == "user-code"
    assert re.fullmatch(r"[A-Z]{4}-[A-Z]{4}", code["code"])
    assert code["url"] == desktop.browser.opened[0] == f"{desktop.center.url}/device?user_code={code['code']}"
    assert signed_in["event"] == "signed-in"


def test_login_in_words_puts_the_page_on_stdout_and_the_words_on_stderr(desktop: Desktop) -> None:
    ended = desktop.run("login")
    assert ended.returncode == 0
    assert ended.stdout.splitlines() == desktop.browser.opened
    assert ended.stderr.splitlines()[-1] == f"Signed in to {SESSION}."


def test_a_login_that_was_not_needed_opens_no_page(desktop: Desktop) -> None:
    assert desktop.run("login").returncode == 0
    before = token_file(desktop)
    desktop.browser.decide("deny")
    ended = desktop.run("login", "--json")
    [signed_in] = _events(ended)
    assert (ended.returncode, signed_in["event"], signed_in["how"]) == (0, "signed-in", "already")
    assert token_file(desktop) == before
    assert operations(desktop.center)[-1] == "ListAccounts"
    assert len(desktop.browser.opened) == 1


def test_a_token_that_aws_does_not_honour_any_more_leads_to_the_page(desktop: Desktop) -> None:
    assert desktop.run("login").returncode == 0
    desktop.center.end_sessions()
    ended = desktop.run("login", "--json")
    assert [event["event"] for event in _events(ended)] == ["open-url", "signed-in"]
    assert _events(ended)[-1]["how"] == "signed-in"
    assert desktop.run("status").returncode == 0


def test_a_stale_token_is_renewed_by_a_login_without_a_page(desktop: Desktop) -> None:
    desktop.center.knobs.token_seconds = 1
    assert desktop.run("login").returncode == 0
    desktop.center.knobs.token_seconds = 3600
    past = parse_time(token_file(desktop)["expiresAt"])
    until(lambda: datetime.now(UTC) > past)
    ended = desktop.run("login", "--json")
    [signed_in] = _events(ended)
    assert signed_in["how"] == "renewed"
    assert len(desktop.browser.opened) == 1


def test_where_aws_does_not_answer_a_login_is_4_and_opens_nothing(desktop: Desktop) -> None:
    assert desktop.run("login").returncode == 0
    before = token_file(desktop)
    desktop.center.inject(Fault.error("ListAccounts", 500, "InternalServerException"))
    assert _told(desktop.run("login"))[0] == 4
    assert token_file(desktop) == before
    assert len(desktop.browser.opened) == 1


def test_refused_is_5(desktop: Desktop) -> None:
    desktop.browser.decide("deny")
    ended = desktop.run("login", "--json")
    code, title, hint = _told(ended)
    assert (code, title) == (5, "The sign-in was refused")
    assert _events(ended)[-1] == {"event": "failed", "title": title, "hint": hint, "signed_out": False}


def test_cancelled_is_5(desktop: Desktop) -> None:
    with _waiting_login(desktop) as (process, _url):
        process.terminate()
        out, err = process.communicate(timeout=20)
    assert process.returncode == 5
    assert json.loads(out.splitlines()[-1])["event"] == "failed"
    assert err.splitlines()[0] == "The sign-in was cancelled"
    assert "Traceback" not in err


def test_offline_is_4(desktop: Desktop) -> None:
    desktop.center.stop()
    code, title, hint = _told(desktop.run("login"))
    assert (code, title) == (4, "Could not reach 127.0.0.1")
    assert "network" in hint


@pytest.mark.parametrize(
    ("fault", "title"),
    [
        (Fault.error("*", 500, "InternalServerException"), "AWS had a problem of its own (HTTP 500)"),
        (Fault.error("*", 429, "TooManyRequestsException"), "AWS asks to slow down"),
        (Fault.drop("*"), "127.0.0.1 closed the connection without an answer"),
        (Fault.error("*", 400, "InvalidScopeException"), "AWS does not know a scope that the sign-in asks for"),
    ],
)
def test_trouble_at_aws_has_a_title_and_a_hint(desktop: Desktop, fault: Fault, title: str) -> None:
    desktop.center.inject(fault)
    code, said, _hint = _told(desktop.run("login"))
    assert (code in {3, 4}, said) == (True, title)
    assert not list(desktop.home.rglob(".aws/sso/cache/*.json"))


def test_a_forged_answer_neither_signs_in_nor_ends_the_wait(desktop: Desktop) -> None:
    with _waiting_login(desktop) as (process, url):
        page = fetch(url).location
        redirect = parse_qs(urlsplit(page).query)["redirect_uri"][0]
        state = parse_qs(urlsplit(page).query)["state"][0]
        for query in ("code=stolen&state=forged", "error=access_denied&state=forged", f"code=&state={state}x", ""):
            answer = fetch(f"{redirect}?{query}")
            assert "stolen" not in answer.text
            assert answer.status >= 400
        assert process.poll() is None
        desktop.center.knobs.consent = Consent.ALLOW
        assert _come_back(url).status == 200
        out, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    assert json.loads(out.splitlines()[-1])["event"] == "signed-in"
    assert operations(desktop.center).count("CreateToken/authorization_code") == 1


def test_without_a_browser_the_page_is_printed_and_the_login_waits_for_it(desktop: Desktop) -> None:
    desktop.browser.decide("ignore")
    with _waiting_login(desktop, BROWSER="no-such-browser %s") as (process, url):
        desktop.center.knobs.consent = Consent.ALLOW
        assert _come_back(url).status == 200
        _out, err = process.communicate(timeout=20)
    assert process.returncode == 0, err


def test_no_browser_is_told_by_portal(desktop: Desktop) -> None:
    code, title, hint = _told(desktop.run("portal", BROWSER="no-such-browser %s"))
    assert (code, title) == (4, "No browser could be started.")
    assert "BROWSER" in hint


def _broken(desktop: Desktop) -> None:
    desktop.config.write_text("[profile dev]\nregion\n")


def _no_file(desktop: Desktop) -> None:
    desktop.config.unlink()


def _not_text(desktop: Desktop) -> None:
    desktop.config.write_bytes(b"[profile dev]\nregion = \xff\xfe\n")


def _without(key: str) -> Callable[[Desktop], None]:
    def prepare(desktop: Desktop) -> None:
        lines = desktop.config.read_text().splitlines(keepends=True)
        desktop.config.write_text("".join(line for line in lines if not line.startswith(key)))

    return prepare


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (_broken, "line 2 is not “key = value”"),
        (_no_file, "No AWS sign-in is set up"),
        (_not_text, "line 2 is not UTF-8 text"),
        (_without("sso_region"), "has no sso_region"),
        (_without("sso_start_url"), "has no sso_start_url"),
    ],
)
@pytest.mark.parametrize("command", ["login", "status"])
def test_a_config_that_cannot_be_followed_is_3(
    desktop: Desktop, command: str, prepare: Callable[[Desktop], None], said: str
) -> None:
    prepare(desktop)
    ended = desktop.run(command)
    assert ended.returncode == 3
    if command == "status":  # what was found is what was asked for
        assert said in ended.stdout
        assert ended.stderr == ""
    else:
        assert said in _told(ended)[1]
    assert desktop.center.requests == ()
    assert desktop.browser.opened == []


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("login", "no-such-session"), 3, "There is no sign-in “no-such-session”."),
        (("status", "no-such-session"), 3, "There is no sign-in “no-such-session”."),
        (("portal", "no-such-session"), 3, "There is no sign-in “no-such-session”."),
        (("login", "--profile", "nobody"), 3, "There is no profile “nobody”."),
        (("portal", "--console", "--profile", "nobody"), 3, "There is no profile “nobody”."),
        (("use", "nobody"), 3, "There is no profile “nobody”"),
        (("use", "${HOME}; [default]\nx = %s"), 3, "There is no profile"),
    ],
)
def test_an_unknown_name_is_told_and_changes_nothing(
    desktop: Desktop, arguments: tuple[str, ...], code: int, said: str
) -> None:
    before = desktop.config.read_bytes()
    ended = desktop.run(*arguments)
    found, title, _hint = _told(ended)
    assert found == code
    assert title.startswith(said)
    assert ended.stdout == ""
    assert desktop.config.read_bytes() == before


def test_a_command_that_there_is_not_is_2_and_says_where_all_are(desktop: Desktop) -> None:
    ended = desktop.run("no-such-command")
    assert ended.returncode == 2
    assert ended.stderr.splitlines() == [
        "There is no command “no-such-command”.",
        "“sso-tray --help” lists the commands.",
    ]


@pytest.mark.parametrize(
    ("arguments", "title"),
    [
        (("use", "dev", "--undo"), "“dev” and “--undo” exclude each other."),
        (("login", "--no-such-option"), "“sso-tray login” has no option “--no-such-option”."),
        (("status", "a", "b"), "“sso-tray status” has a word too many: “b”."),
    ],
)
def test_wrong_usage_is_2_and_says_what_is_wrong(desktop: Desktop, arguments: tuple[str, ...], title: str) -> None:
    ended = desktop.run(*arguments)
    code, said, hint = _told(ended)
    assert (code, said) == (2, title)
    assert hint
    assert ended.stdout == ""


@pytest.mark.parametrize(
    "content", [b'{"accessToken": "half', b"", b"[]", b"\xff\xfe", b'{"accessToken": "a", "expiresAt": "soon"}', None]
)
def test_a_token_that_cannot_be_read_is_told(desktop: Desktop, content: bytes | None) -> None:
    file = desktop.plant(seconds=3600)
    if content is None:
        file.unlink()
        file.symlink_to(file)  # a loop, which nobody can read
    else:
        file.write_bytes(content)
    ended = desktop.run("status")
    assert ended.returncode == 1
    assert f"{SESSION} · unreadable" in ended.stdout
    assert "! The sign-in file" in ended.stdout
    assert "Log in again to write a new one." in ended.stdout


def test_a_login_mends_a_token_that_cannot_be_read(desktop: Desktop) -> None:
    desktop.plant(seconds=3600).write_text('{"accessToken": "half')
    assert desktop.run("login").returncode == 0
    assert desktop.run("status").returncode == 0


def test_a_config_that_cannot_be_changed_is_told_and_stays(desktop: Desktop) -> None:
    # Even root cannot write there: the folder for the backups is a file.
    desktop.state.mkdir(parents=True)
    (desktop.state / "backups").write_text("in the way")
    before = desktop.config.read_bytes()
    code, title, _hint = _told(desktop.run("use", "prod"))
    assert code == 3
    assert "cannot be changed" in title
    assert desktop.config.read_bytes() == before


def test_the_reader_of_a_pipe_may_go_away(desktop: Desktop) -> None:
    with subprocess.Popen(
        [desktop.program, "profiles"], env=desktop.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(20) == 0


def _come_back(url: str) -> Page:
    """Follow a page's redirects to the last page."""
    page = fetch(url)
    while page.location:
        page = fetch(urljoin(url, page.location))
    return page


@contextmanager
def _waiting_login(desktop: Desktop, **changes: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a login whose page nobody has answered yet; give it, and the page."""
    desktop.browser.decide("ignore")
    process = subprocess.Popen(
        [desktop.program, "login", "--json"],
        env=desktop.environment(**changes),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    guard = threading.Timer(60, process.kill)
    guard.start()
    try:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline())["url"]
    finally:
        guard.cancel()
        process.kill()
        process.communicate()
