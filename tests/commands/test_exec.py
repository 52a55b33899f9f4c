"""``sso-tray exec``: the command has the credentials in its environment, is itself, and nothing else has them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from commands.conftest import Terminal
from commands.test_credentials import KEYS, cache
from support.needs import posix

TELL = "import json, os; print(json.dumps(dict(os.environ)))"


def start(*arguments: str, **variables: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tray", "exec", *arguments],
        env={**os.environ, **variables},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


@pytest.fixture(autouse=True)
def cached(terminal: Terminal) -> None:
    cache()


def test_the_command_finds_these_credentials_and_no_profile(terminal: Terminal) -> None:
    code, out, err = ended(
        start("dev", "--", sys.executable, "-c", TELL, AWS_PROFILE="old", AWS_ACCESS_KEY_ID="AKIAOLD")
    )

    assert code == 0, err
    told = json.loads(out)
    assert told["AWS_ACCESS_KEY_ID"] == KEYS["AccessKeyId"]
    assert told["AWS_SECRET_ACCESS_KEY"] == KEYS["SecretAccessKey"]
    assert told["AWS_SESSION_TOKEN"] == KEYS["SessionToken"]
    assert told["AWS_REGION"] == told["AWS_DEFAULT_REGION"] == "eu-west-1"
    assert "AWS_PROFILE" not in told
    assert err == ""


def test_its_words_exit_code_and_streams_are_its_own(terminal: Terminal) -> None:
    program = "import sys; print(sys.argv[1:], sys.stdin.read()); sys.exit(41)"
    with start("dev", "--", sys.executable, "-c", program, "--login", "--", "a b", "") as process:
        out, _ = process.communicate("typed", timeout=60)
    assert process.returncode == 41
    assert out.splitlines() == ["['--login', '--', 'a b', ''] typed"]


@posix
def test_it_is_the_process_itself_and_takes_signals_as_ever(terminal: Terminal) -> None:
    program = (
        "import os, signal; print(os.getpid(), signal.getsignal(signal.SIGINT).__name__, flush=True); signal.pause()"
    )
    with start("dev", "--", sys.executable, "-c", program) as process:
        assert process.stdout is not None
        assert process.stdout.readline().split() == [str(process.pid), "default_int_handler"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == -signal.SIGTERM


@posix
def test_a_reader_that_goes_ends_it_as_it_would_without_us(terminal: Terminal) -> None:
    """Python ignores SIGPIPE, and what is ignored is inherited."""
    with start("dev", "--", "sh", "-c", "trap; kill -PIPE $$; echo survived") as process:
        out, _ = process.communicate(timeout=60)
    assert (process.returncode, out) == (-signal.SIGPIPE, "")


@pytest.mark.parametrize(
    ("words", "code", "title"),
    [
        (["dev"], 2, "No command was named"),
        (["dev", "--"], 2, "No command was named"),
        (["dev", "ls", "--", "-l"], 2, "No command was named"),
        (["dev", "--", "no-such-program"], 127, "There is no program “no-such-program”"),
        (["gone", "--", "ls"], 3, "There is no profile “gone”."),
        (["old", "--", "ls"], 1, "The profile old needs you to sign in to legacy.awsapps.com"),
    ],
)
def test_what_keeps_the_command_from_running_is_said(
    terminal: Terminal, words: list[str], code: int, title: str
) -> None:
    assert terminal.run("exec", *words) == code
    assert terminal.err.splitlines()[0] == title
    assert terminal.out == ""


@posix
def test_what_is_no_program_is_said_to_be_none(terminal: Terminal, tmp_path: Path) -> None:
    unfit = tmp_path / "unfit"
    unfit.write_text("words")
    assert terminal.run("exec", "dev", "--", str(unfit)) == 126
    assert terminal.err.startswith(f"{unfit} cannot be started: Permission denied\n")
    assert signal.getsignal(signal.SIGPIPE) is signal.SIG_IGN, "what comes after is as it was"


def test_no_secret_is_in_a_message_or_in_the_log(terminal: Terminal) -> None:
    terminal.run("exec", "dev", "--", "no-such-program")
    log = [path.read_text() for path in terminal.home.rglob("*.log")]
    assert not [secret for secret in KEYS.values() if secret in terminal.err + "".join(log)]
