"""``sso-tray login``: words, events, exit codes, and which way to sign in (docs/contracts: Event lines, Exit codes)."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from commands.conftest import Terminal
from support.center import fetch
from support.login import operations
from support.needs import linux, posix
from support.stand_ins import command_line
from support.windows_programs import WindowsProgram, make_curl

from tray.aws.cache.files import token_path
from tray.aws.login import sign_in_pages
from tray.core.words import terminal as terminal_words
from tray.core.words import wsl as wsl_words
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault
from tray.paths import find_paths

LENGTH = '[sign_in."corp"]\nlength_hours = 8\n'


@pytest.fixture(autouse=True)
def as_a_program_of_its_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A login takes signals for itself, for as long as its process lives."""
    monkeypatch.setattr(sign_in_pages, "_GLANCE_SECONDS", 0.02)
    names = (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM))
    before = {name: signal.getsignal(name) for name in names}
    yield
    for name, handler in before.items():
        signal.signal(name, handler)


@pytest.fixture
def person(terminal: Terminal, center: IdentityCenter, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal whose person approves what the browser shows."""
    monkeypatch.setenv("BROWSER", command_line(sys.executable, "-P", "-m", "tray.demo.browser", "%s"))
    return terminal


def events(terminal: Terminal) -> list[dict[str, Any]]:
    return [json.loads(line) for line in terminal.out.splitlines()]


def set_settings(text: str) -> None:
    path = find_paths().settings_file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


# Events


def test_each_login_tells_how_it_came_about(person: Terminal, center: IdentityCenter) -> None:
    assert person.run("login", "corp", "--json") == 0
    shown, signed_in = events(person)
    assert shown.keys() == {"event", "url"}
    assert shown["event"] == "open-url"
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/start\?key=[\w-]{43}", shown["url"])
    written = json.loads(token_path(find_paths().sso_cache, "corp").read_text())
    assert signed_in == {
        "event": "signed-in",
        "name": "corp",
        "token_expires_at": written["expiresAt"],
        "how": "signed-in",
    }

    assert person.run("login", "corp", "--json") == 0
    assert events(person) == [{**signed_in, "how": "already"}]

    assert person.run("login", "corp", "--json", "--new") == 0
    assert [(each["event"], each.get("how")) for each in events(person)] == [("open-url", None), ("signed-in", "new")]

    center.inject(Fault.error("Logout", 403, "ForbiddenException", times=1))
    assert person.run("login", "corp", "--json", "--new") == 0
    assert events(person)[-1]["how"] == "joined"

    center.end_sessions()
    assert person.run("login", "corp", "--json") == 0
    assert events(person)[-1]["how"] == "signed-in"


def test_a_profile_names_its_sign_in(person: Terminal) -> None:
    assert person.run("login", "--profile", "dev", "--json") == 0
    assert events(person)[-1]["name"] == "corp"


def test_no_answer_from_aws_ends_with_4_and_opens_nothing(person: Terminal, center: IdentityCenter) -> None:
    assert person.run("login", "corp") == 0
    center.inject(Fault.error("ListAccounts", 500, "InternalServerException"))
    assert person.run("login", "corp", "--json") == 4
    [failed] = events(person)
    assert failed["event"] == "failed"
    assert failed["signed_out"] is False
    assert person.err.splitlines() == [failed["title"], failed["hint"]]


def test_a_new_session_that_is_given_up_before_the_browser_came_leaves_one_signed_in(
    person: Terminal, center: IdentityCenter
) -> None:
    assert person.run("login", "corp") == 0
    assert person.run("login", "corp", "--json", "--new", "--no-browser", "--timeout", "1") == 5
    shown, failed = events(person)
    assert shown["event"] == "open-url"
    assert failed == {
        "event": "failed",
        "title": "The sign-in was not approved in time. You are still signed in.",
        "hint": "Nothing was changed.",
        "signed_out": False,
    }
    assert len(center.sessions) == 1


def test_a_new_session_that_is_refused_leaves_one_signed_out(
    person: Terminal, center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert person.run("login", "corp") == 0
    monkeypatch.setenv("SSO_TRAY_DEMO_DECISION", "deny")
    assert person.run("login", "corp", "--json", "--new") == 5
    failed = events(person)[-1]
    assert failed["signed_out"] is True
    assert failed["title"] == "The sign-in was refused. You are signed out."
    assert failed["hint"] == "Log in with: sso-tray login corp"
    assert not token_path(find_paths().sso_cache, "corp").exists()


# Words


def test_the_words_say_until_when_where_that_is_known(person: Terminal) -> None:
    assert person.run("login", "corp") == 0
    assert person.err.endswith("Signed in to corp.\n")
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/start\?key=[\w-]+\n", person.out)

    set_settings(LENGTH)
    assert person.run("login", "corp") == 0
    assert re.fullmatch(r"Signed in to corp until about (\w+ )?\d\d:\d\d\.\n", person.err)
    assert person.out == ""
    for force, said in (((), "corp needs no renewal now."), (("--force",), "Renewed corp.")):
        assert person.run("renew", "corp", *force) == 0
        assert re.fullmatch(rf"{re.escape(said)} You are signed in until about (\w+ )?\d\d:\d\d\.\n", person.err)


def test_the_words_say_that_no_time_was_won(person: Terminal, center: IdentityCenter) -> None:
    assert person.run("login", "corp") == 0
    center.inject(Fault.error("Logout", 403, "ForbiddenException"))
    assert person.run("login", "corp", "--new") == 0
    assert person.err.endswith(f"Signed in to corp. {terminal_words.NO_TIME_WON()}\n")


# One page for many


@contextmanager
def another(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a login in another terminal, which opens no browser; gives it and the address that it prints."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tray", "login", "corp", "--no-browser", "--json", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        yield process, json.loads(process.stdout.readline())["url"]
    finally:
        process.kill()
        process.communicate()


def test_a_login_waits_for_the_page_of_another_and_says_so(person: Terminal, center: IdentityCenter) -> None:
    with another() as (_, url):
        assert person.run("login", "corp", "--json", "--timeout", "1") == 5
        waiting, failed = events(person)
        assert waiting.keys() == {"event", "name", "since", "url"}
        assert (waiting["event"], waiting["name"], waiting["url"]) == ("waiting", "corp", url)
        assert failed["title"] == "The sign-in was not approved in time"

        assert person.run("login", "corp", "--timeout", "1") == 5
        assert person.out == f"{url}\n"
        said = person.err.splitlines()[0]
        assert re.fullmatch(r"A page to sign in to corp is open since \d\d:\d\d; this command waits for it:", said)


@posix
@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_signal_ends_the_wait_for_the_person(person: Terminal, number: str) -> None:
    with another() as (process, _):
        process.send_signal(getattr(signal, number))
        out, err = process.communicate(timeout=20)
    assert process.returncode == 5
    failed = json.loads(out)
    assert (failed["event"], failed["title"], failed["signed_out"]) == ("failed", "The sign-in was cancelled", False)
    assert "Traceback" not in err


@posix
def test_a_signal_that_the_command_was_started_to_ignore_ends_no_wait(person: Terminal) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with another("--timeout", "3") as (process, _):
            process.send_signal(signal.SIGHUP)
            out, _ = process.communicate(timeout=20)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert json.loads(out)["title"] == "The sign-in was not approved in time"


@posix
def test_a_signal_before_the_browser_came_leaves_one_signed_in_and_says_so(
    person: Terminal, center: IdentityCenter
) -> None:
    assert person.run("login", "corp") == 0
    with another("--new") as (process, _):
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=20)
    assert process.returncode == 5
    assert json.loads(out)["title"] == "The sign-in was cancelled. You are still signed in."
    assert len(center.sessions) == 1


@posix
def test_a_signal_at_awss_page_leaves_one_signed_out_and_says_so(person: Terminal, center: IdentityCenter) -> None:
    assert person.run("login", "corp") == 0
    with another("--new") as (process, url):
        assert fetch(url).location.startswith(f"{center.url}/authorize")
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=20)
    assert process.returncode == 5
    failed = json.loads(out)
    assert failed["title"] == "The sign-in was cancelled. You are signed out."
    assert failed["signed_out"] is True
    assert not center.sessions


@posix
def test_a_signal_while_the_session_is_being_ended_is_held_back_until_that_is_written_down(
    person: Terminal, center: IdentityCenter
) -> None:
    assert person.run("login", "corp") == 0
    held = center.inject(Fault.hang("Logout", times=1))
    with (
        another("--new") as (process, url),
        subprocess.Popen([sys.executable, "-P", "-m", "tray.demo.browser", url], stderr=subprocess.DEVNULL) as browser,
    ):
        assert held.reached.wait(20)
        process.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)  # It goes on; nothing else tells that it has heard of the signal.
        held.released.set()
        out, _ = process.communicate(timeout=20)
        browser.kill()
    assert process.returncode == 5
    assert json.loads(out)["signed_out"] is True
    assert not center.sessions
    assert not token_path(find_paths().sso_cache, "corp").exists()
    assert person.run("status", "corp") == 1


# The question


def test_where_it_is_asked_the_page_says_until_when_and_what_ends(person: Terminal, center: IdentityCenter) -> None:
    set_settings(LENGTH)
    person.config.write_text(
        person.config.read_text().replace(
            "[profile dev]",
            "[sso-session lab]\nsso_start_url = https://d-1234567890.awsapps.com/start/\n"
            "sso_region = eu-central-1\n\n[profile dev]",
        )
    )
    assert person.run("login", "corp") == 0
    assert person.run("login", "lab") == 0
    with another("--new", "--ask") as (_, url):
        page = fetch(url)
        assert page.status == 200
        assert re.search(r"You are signed in to corp until about (\w+ )?\d\d:\d\d<", page.text)
        assert "lab ends with it." in page.text
        assert "Begin a new session" in page.text
        assert "Keep this one" in page.text
    assert "Logout" not in operations(center)


def test_where_none_holds_nothing_is_asked(person: Terminal, center: IdentityCenter) -> None:
    with another("--new", "--ask") as (_, url):
        assert fetch(url).location.startswith(f"{center.url}/authorize")


# A code


def test_a_code_is_told_with_its_page_its_limit_and_what_to_do(
    person: Terminal, center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    center.knobs.device_interval = 1
    center.knobs.device_seconds = 420
    assert person.run("login", "corp", "--device-code") == 0
    url, code = person.out.splitlines()
    assert url == f"{center.url}/device?user_code={code}"
    assert person.err.splitlines() == [
        "Sign in with your browser. If it does not open by itself, open this page:",
        "Compare this code with the one on the page:",
        "The code works for 7 minutes.",
        "Signed in to corp.",
    ]

    assert person.run("login", "corp", "--device-code", "--new") == 0
    assert person.err.splitlines()[0] == terminal_words.CODE_ENDS_OTHERS()


def test_a_code_is_an_event(person: Terminal, center: IdentityCenter) -> None:
    center.knobs.device_interval = 1
    assert person.run("login", "corp", "--device-code", "--json") == 0
    told, signed_in = events(person)
    assert told.keys() == {"event", "code", "url"}
    assert told["event"] == "user-code"
    assert signed_in["how"] == "signed-in"


@linux
@pytest.mark.parametrize(
    ("settings", "environment", "options", "event"),
    [
        ("", {}, (), "user-code"),
        ("", {"BROWSER": "true"}, (), "open-url"),
        ("", {"DISPLAY": "127.0.0.1:99"}, (), "open-url"),
        ("", {"DISPLAY": ":987", "WAYLAND_DISPLAY": "gone"}, (), "user-code"),
        ("", {"BROWSER": ""}, (), "user-code"),
        ("", {"BROWSER": "lynx"}, (), "user-code"),
        ("", {"BROWSER": "true"}, ("--device-code",), "user-code"),
        ("[login]\ndevice_code = true\n", {"BROWSER": "true"}, (), "user-code"),
        ("[login]\ndevice_code = false\n", {}, (), "open-url"),
        ("[login]\ndevice_code = false\n", {}, ("--device-code",), "user-code"),
        ('[login]\ndevice_code = "auto"\n', {}, (), "user-code"),
        ('[browser]\ncommand = "true %s"\n', {}, (), "open-url"),
        ('[sign_in."corp"]\nbrowser = "true %s"\n', {}, (), "open-url"),
    ],
)
def test_a_code_is_used_where_no_browser_could_come_back(
    terminal: Terminal,
    center: IdentityCenter,
    monkeypatch: pytest.MonkeyPatch,
    settings: str,
    environment: dict[str, str],
    options: tuple[str, ...],
    event: str,
) -> None:
    center.knobs.device_interval = 1
    monkeypatch.setenv("PATH", os.defpath)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    if settings:
        set_settings(settings)
    assert terminal.run("login", "corp", "--json", "--timeout", "1", *options) == 5
    assert [each["event"] for each in events(terminal)] == [event, "failed"]


@linux
def test_inside_wsl_the_browser_of_windows_signs_in_and_where_it_does_not_come_back_a_code_does(
    terminal: Terminal, center: IdentityCenter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    center.knobs.device_interval = 1
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("tray.desktop.linux.windows_side._SEEN_AFTER_SECONDS", 0.01)
    monkeypatch.setenv("WSL_DISTRO_NAME", "Debian")
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path), os.defpath]))
    person = (sys.executable, "-P", "-m", "tray.demo.browser")
    windows = WindowsProgram(tmp_path, "powershell.exe", then=person)
    make_curl(tmp_path, comes=True)
    assert terminal.run("login", "corp", "--json") == 0
    assert [each["event"] for each in events(terminal)] == ["open-url", "signed-in"]
    assert windows.opened == [events(terminal)[0]["url"]]

    make_curl(tmp_path, comes=False)
    assert terminal.run("login", "corp", "--new") == 0
    said = wsl_words.WITH_CODE()
    assert terminal.err.splitlines()[:2] == [f"! {said.title}", f"  {said.hint}"]
    url, code = terminal.out.splitlines()
    assert url.endswith(f"user_code={code}")
    assert windows.opened[1:] == [url]


def test_nothing_secret_is_printed(person: Terminal) -> None:
    assert person.run("login", "corp", "--json") == 0
    document = json.loads(token_path(find_paths().sso_cache, "corp").read_text())
    for key in ("accessToken", "refreshToken", "clientSecret", "clientId"):
        assert document[key] not in person.out + person.err


# Values of the config that are to blame


@pytest.mark.parametrize(
    ("wrong", "arguments", "title"),
    [
        (
            "sso_start_url = `https://d-1234567890.awsapps.com/start`",
            ("corp",),
            "the quotation marks count as a part of sso_start_url",
        ),
        ("sso_start_url = d-1234567890.awsapps.com/start", ("dev",), "sso_start_url does not begin with https://"),
        (
            "sso_start_url = http://d-1234567890.awsapps.com/start",
            ("--profile", "dev"),
            "sso_start_url begins with http://",
        ),
        ("sso_strat_url = x", ("corp",), "no AWS program knows the key sso_strat_url"),
        ("sso_strat_url = x", ("dev",), "no AWS program knows the key sso_strat_url"),
    ],
)
def test_a_login_that_fails_for_a_value_names_it_with_file_and_line(
    terminal: Terminal, center: IdentityCenter, wrong: str, arguments: tuple[str, ...], title: str
) -> None:
    text = terminal.config.read_text("utf-8")
    terminal.config.write_text(text.replace("sso_start_url = https://d-1234567890.awsapps.com/start", wrong), "utf-8")

    assert terminal.run("login", *arguments, "--no-browser", "--json") == 3
    assert terminal.err.splitlines()[0] == f"Line 6 of {terminal.config}: {title}"
    assert events(terminal)[-1]["title"] == terminal.err.splitlines()[0]
    assert not center.requests


def test_a_login_without_a_name_names_the_value_of_the_only_sign_in(terminal: Terminal, center: IdentityCenter) -> None:
    terminal.config.write_text(
        "[sso-session corp]\nsso_region = eu-central-1\nsso_start_url = `https://x.awsapps.com`\n"
    )

    assert terminal.run("login", "--no-browser") == 3
    title = f"Line 3 of {terminal.config}: the quotation marks count as a part of sso_start_url"
    assert terminal.err.splitlines() == [title, "Write: sso_start_url = https://x.awsapps.com"]
    assert not center.requests


@pytest.mark.parametrize("arguments", [("corp",), ("dev",), ("--profile", "dev")])
def test_a_value_of_another_sign_in_is_not_to_blame(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    text = terminal.config.read_text("utf-8").replace("https://legacy.", "http://legacy.")
    terminal.config.write_text(f"{text}\n[profile x]\nsso_account_id = 1\nregion = `a`\n", "utf-8")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    assert terminal.run("login", *arguments, "--no-browser") == 4
    assert terminal.err.splitlines()[0] == "Could not reach 127.0.0.1"
