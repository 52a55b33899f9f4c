"""
The commands on a sign-in by ``aws login``, with an executable that plays the AWS CLI.

The real one of Debian is too old for that; what a new one does: docs/facts: Console sign-in.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from commands.conftest import Terminal
from support.aws_cli import ALICE, FakeAwsCli, approve, document, login_file, plant_login, plant_renewable
from support.aws_sign_in import AwsSignIn, serving
from support.desk import until
from support.needs import posix
from support.stand_ins import SYSTEM_PATH, command_line

CONFIG = f"[profile dev]\nlogin_session = {ALICE}\nregion = eu-west-1\n"
BOB = "arn:aws:iam::012345678901:user/bob"


@pytest.fixture
def console(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    terminal.config.write_text(CONFIG)
    monkeypatch.setenv("PATH", SYSTEM_PATH)
    return terminal


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, **plan: object) -> FakeAwsCli:
    cli = FakeAwsCli(folder / "cli", **plan)
    monkeypatch.setenv("PATH", cli.path)
    return cli


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's browser, which keeps what it is shown."""
    script, shown = tmp_path / "browser.py", tmp_path / "shown"
    script.write_text(f"import sys\nwith open({str(shown)!r}, 'a') as shown:\n    print(sys.argv[1], file=shown)\n")
    monkeypatch.setenv("BROWSER", command_line(sys.executable, str(script), "%s"))
    return shown


def person(shown: Path) -> threading.Thread:
    """Somebody who approves the first page that the browser shows."""

    def look() -> None:
        until(lambda: shown.exists() and shown.read_text().endswith("\n"))
        approve(shown.read_text().splitlines()[0])

    thread = threading.Thread(target=look)
    thread.start()
    return thread


def events(terminal: Terminal) -> list[dict[str, Any]]:
    return [json.loads(line) for line in terminal.out.splitlines()]


def test_status_tells_kind_end_and_how_it_is_known(console: Terminal) -> None:
    login = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    plant_login(document(login, minutes=9))
    assert console.run("status", "--json") == 0
    (told,) = console.json["sign_ins"]
    assert {key: told[key] for key in ("name", "kind", "start_url", "region", "status", "renewable", "profiles")} == {
        "name": "dev",
        "kind": "aws-login",
        "start_url": None,
        "region": "eu-west-1",
        "status": "signed-in",
        "renewable": True,
        "profiles": ["dev"],
    }
    assert told["ends_at"] == f"{login + timedelta(hours=12):%Y-%m-%dT%H:%M:%SZ}"
    assert told["ends_source"] == "learned"
    assert "012345678901" not in console.out


@pytest.mark.parametrize(
    ("hours", "minutes", "words", "code"),
    [
        (2, 9, "dev · signed in until about ", 0),
        (2, -9, "dev · renews on next use", 0),
        (11.9, -9, "dev · ends about ", 0),
        (12.1, -30, "dev · expired", 1),
    ],
)
def test_status_in_words(console: Terminal, hours: float, minutes: float, words: str, code: int) -> None:
    plant_login(document(datetime.now(UTC) - timedelta(hours=hours), minutes=minutes))
    assert console.run("status", "dev") == code
    assert console.out.startswith(words)


def test_the_cache_may_be_elsewhere(console: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = plant_login(document(datetime.now(UTC)))
    file.parent.rename(tmp_path / "moved")
    assert console.run("status", "dev") == 1
    monkeypatch.setenv("CONSOLE_CACHE", str(tmp_path))
    monkeypatch.setenv("AWS_LOGIN_CACHE_DIRECTORY", "$CONSOLE_CACHE/moved")
    assert console.run("status", "dev") == 0


@pytest.mark.parametrize("chosen", [("dev",), ("--profile", "dev"), ("--profile", "role")])
def test_login_lets_the_aws_cli_sign_in_and_opens_its_page_once(
    console: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, browser: Path, chosen: tuple[str, ...]
) -> None:
    console.config.write_text(f"{CONFIG}[profile role]\nrole_arn = r\nsource_profile = dev\n")
    monkeypatch.setenv("AWS_PROFILE", "gone")
    cli = install(tmp_path, monkeypatch)
    thread = person(browser)

    assert console.run("login", *chosen) == 0

    thread.join()
    assert cli.logins[0]["arguments"] == ["login", "--profile=dev"]
    assert "AWS_PROFILE" not in cli.logins[0]["environment"]
    assert browser.read_text().splitlines() == console.out.splitlines()
    assert re.fullmatch(r"Signed in to dev until about (\w+ )?\d\d:\d\d", console.err.splitlines()[-1].rstrip("."))
    assert console.run("status", "dev") == 0


def test_login_in_json_tells_the_contracts_events_and_opens_nothing_when_told_so(
    console: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, browser: Path
) -> None:
    install(tmp_path, monkeypatch)
    opened: list[str] = []

    def approve_what_is_printed() -> None:
        shown = ""
        while not shown.endswith("\n"):
            shown += read.read(1)
        opened.append(json.loads(shown)["url"])
        approve(opened[0])
        rest.extend(read.read().splitlines())

    rest: list[str] = []
    ends = os.pipe()
    with os.fdopen(ends[0]) as read, os.fdopen(ends[1], "w") as write:
        thread = threading.Thread(target=approve_what_is_printed)
        thread.start()
        with monkeypatch.context() as patched:
            patched.setattr(sys, "stdout", write)
            from tray.cli import main

            assert main(["login", "--json", "--no-browser", "dev"]) == 0
        write.close()
        thread.join()
    assert not browser.exists()
    (signed_in,) = map(json.loads, rest)
    expires_at = json.loads(login_file().read_text())["accessToken"]["expiresAt"]
    assert signed_in == {"event": "signed-in", "name": "dev", "token_expires_at": expires_at, "how": "signed-in"}


@pytest.mark.parametrize(
    ("version", "said"),
    [(None, "This sign-in needs the AWS CLI, and none was found"), ("aws-cli/2.31.0 x", "The AWS CLI 2.31.0 does not")],
)
def test_without_an_aws_cli_that_knows_it_login_says_so(
    console: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str | None, said: str
) -> None:
    monkeypatch.setattr("tray.aws.aws_login.program.usual_places", lambda _environ: [])
    monkeypatch.setenv("PATH", str(tmp_path))
    if version is not None:
        monkeypatch.setenv("PATH", str(install(tmp_path, monkeypatch, version=version).folder))
    assert console.run("login", "dev", "--json") == 3
    (failed,) = events(console)
    assert failed["event"] == "failed"
    assert failed["title"].startswith(said)
    assert "2.32.0 or later" in failed["hint"]


def test_what_the_aws_cli_refuses_is_told(console: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, says="aws: [ERROR]: You must specify a region.", code=253)
    assert console.run("login", "dev") == 3
    assert console.err.splitlines()[0] == "The AWS CLI cannot sign in with this profile"
    assert "It says: You must specify a region." in console.err


def test_an_end_without_a_sign_in_is_no_success(
    console: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, browser: Path
) -> None:
    install(tmp_path, monkeypatch, writes=False)
    thread = person(browser)
    assert console.run("login", "dev") == 4
    thread.join()
    assert "left no sign-in" in console.err


@posix
def test_sigterm_cancels_the_login_and_ends_the_aws_cli(
    console: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, browser: Path
) -> None:
    cli = install(tmp_path, monkeypatch)

    def cancel() -> None:
        until(browser.exists)
        os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=cancel)
    before = signal.getsignal(signal.SIGTERM)
    try:
        thread.start()
        assert console.run("login", "dev") == 5
    finally:
        thread.join()
        signal.signal(signal.SIGTERM, before)
    assert "The sign-in was cancelled" in console.err
    assert not Path(f"/proc/{cli.logins[0]['pid']}").exists()


def test_logout_removes_its_file_and_no_other(console: Terminal) -> None:
    file, other = plant_login(document(datetime.now(UTC))), plant_login(document(datetime.now(UTC)), BOB)
    assert console.run("logout", "dev") == 0
    assert console.err == "Logged out of dev.\n"
    assert not file.exists()
    assert other.exists()
    assert console.config.read_text() == CONFIG
    assert console.run("logout", "dev", "--json") == 0
    assert events(console) == [{"event": "signed-out", "name": "dev"}]


def test_logout_of_all_takes_it_along(console: Terminal) -> None:
    console.config.write_text(f"{CONFIG}[profile bob]\nlogin_session = {BOB}\n")
    files = plant_login(document(datetime.now(UTC))), plant_login(document(datetime.now(UTC)), BOB)
    assert console.run("logout", "--all") == 0
    assert not any(file.exists() for file in files)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("portal", "dev"), 3, "has no access portal"),
        (("portal", "--console", "--profile", "dev"), 3, "has no access portal"),
        (("renew", "dev"), 3, "needs the AWS CLI, and none was found"),
        (("renew", "dev", "--force"), 3, "needs the AWS CLI, and none was found"),
        (("login", "dev", "--device-code"), 2, "knows no device code"),
        (("whoami", "dev"), 3, "cannot use a sign-in by “aws login”"),
    ],
)
def test_what_such_a_sign_in_cannot_do_is_said(
    console: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    without_cli(monkeypatch, tmp_path)
    file = plant_login(document(datetime.now(UTC), minutes=-5))
    before = file.read_bytes()
    assert console.run(*arguments) == code
    assert said in console.err.splitlines()[0]
    assert len(console.err.splitlines()) == 2
    assert file.read_bytes() == before


def without_cli(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Take the AWS CLI away, wherever this machine has one."""
    monkeypatch.setattr("tray.aws.aws_login.program.usual_places", lambda _environ: [])
    monkeypatch.setenv("PATH", str(folder / "empty"))


def test_renew_has_the_aws_cli_renew_and_tells_until_when(
    console: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli = install(tmp_path, monkeypatch)
    with serving(AwsSignIn()) as service:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SIGNIN", service.url)
        plant_renewable(service, minutes=-3, hours_ago=2)
        assert console.run("status", "dev") == 0
        assert console.run("renew", "dev") == 0
        assert console.err.startswith("Renewed dev. You are signed in until about ")
        assert console.run("renew", "dev", "--json") == 0
        (told,) = events(console)
        assert (told["how"], told["name"]) == ("already", "dev")
        assert len(cli.renewals) == service.renewals == 1

        plant_renewable(service, minutes=-3, hours_ago=2)
        service.says = "USER_CREDENTIALS_CHANGED"
        assert console.run("renew", "dev", "--json") == 1
        (told,) = events(console)
        assert (told["event"], told["title"], told["ended"]) == ("failed", "The sign-in has ended", True)
        assert console.run("status", "dev") == 1
        assert console.out.startswith("dev · expired")


def test_status_that_asks_renews_what_is_due(
    console: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli = install(tmp_path, monkeypatch)
    with serving(AwsSignIn()) as service:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SIGNIN", service.url)
        plant_renewable(service, minutes=-3, hours_ago=2)
        assert console.run("status", "dev", "--check") == 0
        assert console.out.startswith("dev · signed in until about ")
        service.says = "TOKEN_EXPIRED"
        plant_renewable(service, minutes=-3, hours_ago=2)
        assert console.run("status", "dev", "--check") == 1
        assert len(cli.renewals) == 2
    without_cli(monkeypatch, tmp_path)
    plant_login(document(datetime.now(UTC) - timedelta(hours=2), minutes=-3))
    assert console.run("status", "dev", "--check") == 0
    assert console.out.startswith("dev · renews on next use")


def test_a_renewal_without_an_aws_cli_says_so_to_programs(
    console: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_cli(monkeypatch, tmp_path)
    plant_login(document(datetime.now(UTC), minutes=-3))
    assert console.run("renew", "dev", "--json") == 3
    (told,) = events(console)
    assert (told["unable"], told["ended"], told["passes"]) == (True, False, False)


@posix
def test_the_doctor_sees_a_file_that_others_may_read(console: Terminal) -> None:
    plant_login(document(datetime.now(UTC))).chmod(0o644)
    assert console.run("doctor", "--json") == 0
    assert [found["name"] for found in console.json["findings"]].count("file-mode") == 1


def test_a_default_profile_that_is_switched_keeps_the_sign_ins_name(console: Terminal) -> None:
    plant_login(document(datetime.now(UTC)))
    assert console.run("use", "dev") == 0
    assert console.run("status", "--json") == 0
    assert [sign_in["name"] for sign_in in console.json["sign_ins"]] == ["dev"]
    assert console.json["default_profile"] == "dev"
