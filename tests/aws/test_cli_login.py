"""``aws login`` is run, watched and stopped; its exit codes become errors that a person can act on."""

from __future__ import annotations

import os
import queue
import shlex
import sys
import threading
import time
from pathlib import Path

import pytest
from support.aws_cli import REFUSED, FakeAwsCli, approve, login_file
from support.desk import until
from support.processes import alive, end, interrupt_us

from tray.aws.aws_login.login import log_in
from tray.core.errors import ConfigProblem, ServiceProblem, SignInRefused, TrayError

NO_BROWSER = shlex.join([Path(sys.executable).as_posix(), "-c", "pass", "%s"])
"""Python's ``webbrowser`` splits it as a POSIX shell does, on Windows too."""

LONG = 8 if os.name == "posix" else 30

STARTS_IN = 1.5 if os.name == "posix" else 8.0
"""Seconds in which the program has started one of its own; under Wine that takes long."""


def environment(cli: FakeAwsCli) -> dict[str, str]:
    return {**os.environ, "PATH": cli.path}


def sign_in(cli: FakeAwsCli, seconds: float = 20, **environ: str) -> list[str]:
    pages: list[str] = []

    def on_page(url: str) -> None:
        pages.append(url)
        approve(url)

    log_in(
        "dev",
        program=cli.program,
        environ=environment(cli) | environ,
        browser=NO_BROWSER,
        on_page=on_page,
        seconds=seconds,
    )
    return pages


def test_the_page_is_told_once_and_the_file_is_there_at_the_end(tmp_path: Path) -> None:
    pages = sign_in(FakeAwsCli(tmp_path))
    assert len(pages) == 1
    assert pages[0].startswith("https://us-east-1.signin.aws.amazon.com/v1/authorize?response_type=code&")
    assert login_file().exists()


def test_the_profile_is_named_and_nothing_in_the_environment_names_another(tmp_path: Path) -> None:
    cli = FakeAwsCli(tmp_path)
    sign_in(cli, AWS_PROFILE="nope", AWS_DEFAULT_PROFILE="nope", BROWSER="firefox")
    (call,) = cli.calls
    assert call["arguments"] == ["login", "--profile=dev"]
    assert not {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"} & call["environment"].keys()
    assert call["environment"]["BROWSER"] == NO_BROWSER


@pytest.mark.parametrize(
    ("code", "error", "exit_code"),
    [
        (253, ConfigProblem, 3),
        (254, ServiceProblem, 4),
        (255, ServiceProblem, 4),
        (1, ServiceProblem, 4),
        (130, SignInRefused, 5),
        (143, SignInRefused, 5),
    ],
)
def test_exit_codes_become_errors(tmp_path: Path, code: int, error: type[TrayError], exit_code: int) -> None:
    with pytest.raises(error) as caught:
        sign_in(FakeAwsCli(tmp_path, says=f"\naws: [ERROR]: {REFUSED}\n", code=code))
    assert caught.value.exit_code == exit_code
    assert type(caught.value) is error


def test_what_the_cli_says_is_told_without_accounts_and_links(tmp_path: Path) -> None:
    says = (
        "aws: [ERROR]: Profile 'x-012345678901' of arn:aws:iam::012345678901:user/a, https://host/token?code=secret\n"
    )
    with pytest.raises(ConfigProblem) as caught:
        sign_in(FakeAwsCli(tmp_path, says=f"aws: [ERROR]: first\n{says}Some advice", code=253))
    assert "Profile 'x-…' of arn:aws:iam::…:user/a, …" in caught.value.hint
    assert "012345678901" not in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("says", ["", "x" * 100_000, "\x1b[31mred\x07", "\udcff" * 3])
def test_whatever_it_says_the_error_stays_in_a_few_lines(tmp_path: Path, says: str) -> None:
    with pytest.raises(ServiceProblem) as caught:
        sign_in(FakeAwsCli(tmp_path, says=says.encode("utf-8", "replace").decode(), code=255))
    assert caught.value.hint.isprintable()
    assert len(caught.value.hint) < 400


def test_a_cli_that_has_gone_is_told(tmp_path: Path) -> None:
    cli = FakeAwsCli(tmp_path)
    cli.program.unlink()
    with pytest.raises(ServiceProblem, match="could not be started"):
        sign_in(cli)


def test_a_person_who_takes_too_long_ends_the_cli_and_what_it_started(tmp_path: Path) -> None:
    cli = FakeAwsCli(tmp_path, child_seconds=60)
    with pytest.raises(SignInRefused, match="in time"):
        log_in(
            "dev",
            program=cli.program,
            environ=environment(cli),
            browser=NO_BROWSER,
            on_page=lambda _: 0,
            seconds=STARTS_IN,
        )
    assert not alive(cli.calls[0]["pid"])
    until(lambda: not alive(int((tmp_path / "child").read_text())))


def test_an_interrupt_ends_the_cli(tmp_path: Path) -> None:
    cli = FakeAwsCli(tmp_path)
    shown: queue.SimpleQueue[str] = queue.SimpleQueue()

    def interrupt() -> None:
        shown.get(timeout=20)
        interrupt_us()

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        log_in("dev", program=cli.program, environ=environment(cli), browser=NO_BROWSER, on_page=shown.put)
    thread.join()
    assert not alive(cli.calls[0]["pid"])


def test_a_browser_that_outlives_the_cli_holds_nothing_up(tmp_path: Path) -> None:
    cli = FakeAwsCli(tmp_path, child_seconds=LONG)
    began = time.monotonic()
    sign_in(cli)
    assert time.monotonic() - began < LONG - 1
    end(int((tmp_path / "child").read_text()))


@pytest.mark.parametrize(
    "line",
    ["See https://docs.aws.amazon.com/cli/", "file:///authorize?x", "http://elsewhere.example/authorize?x"],
)
def test_other_links_are_no_sign_in_page(line: str) -> None:
    from tray.aws.aws_login.login import _page_in

    assert _page_in(line) is None
    assert _page_in("Open <https://us-east-1.signin.aws.amazon.com/v1/authorize?a=b>.") is not None
