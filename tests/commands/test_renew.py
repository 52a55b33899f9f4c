"""``sso-tray renew``: words, JSON, exit codes and signals (docs/contracts: Event lines, Exit codes)."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from commands.conftest import Terminal
from support.center import plant_token
from support.renewing import document_in, make_due, refreshes, start_python

from tray.aws.api import clients
from tray.aws.cache import renewal
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault

SECRETS = ("accessToken", "refreshToken", "clientSecret", "clientId")


@pytest.fixture
def due(center: IdentityCenter, terminal: Terminal) -> Path:
    return plant_token("corp", center.issue_token(expires_in=-60))


def test_a_renewal_is_told_in_words_on_stderr(terminal: Terminal, due: Path) -> None:
    assert terminal.run("renew", "corp") == 0
    assert terminal.out == ""
    assert terminal.err.startswith("Renewed corp. Its token holds until ")

    assert terminal.run("renew", "corp") == 0
    assert terminal.err.startswith("corp needs no renewal now. Its token holds until ")


def test_a_renewal_is_told_as_one_event(terminal: Terminal, due: Path) -> None:
    before = document_in(due)
    assert terminal.run("renew", "--json", "--", "corp") == 0
    told = terminal.json
    assert abs(told.pop("clock_skew_seconds")) <= 2
    assert told == {
        "event": "signed-in",
        "name": "corp",
        "token_expires_at": document_in(due)["expiresAt"],
        "how": "renewed",
        "renewed": True,
    }
    assert terminal.err == ""
    for document in (before, document_in(due)):
        assert not [key for key in SECRETS if str(document[key]) in terminal.out]

    assert terminal.run("renew", "corp", "--json") == 0
    assert (terminal.json["how"], terminal.json["renewed"]) == ("already", False)
    assert terminal.json["clock_skew_seconds"] is None
    assert terminal.run("renew", "corp", "--json", "--force") == 0
    assert terminal.json["renewed"] is True


def test_without_a_name_the_sign_in_of_the_profile_in_force_is_meant(
    terminal: Terminal, due: Path, center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert terminal.run("renew") == 3
    assert "several sign-ins" in terminal.err
    monkeypatch.setenv("AWS_PROFILE", "dev")
    assert terminal.run("renew") == 0
    assert refreshes(center) == 1


def test_the_end_is_told_from_trouble(terminal: Terminal, due: Path, center: IdentityCenter) -> None:
    center.knobs.date_skew_seconds = -300
    center.inject(Fault.error("CreateToken", 500, "InternalServerException", times=1))
    assert terminal.run("renew", "corp", "--json") == 4
    assert terminal.json["ended"] is False
    assert -305 < terminal.json["clock_skew_seconds"] < -295

    center.end_sessions()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(renewal, "_WINNER_SECONDS", 0)
        assert terminal.run("renew", "corp", "--json") == 1
    assert terminal.json["event"] == "failed"
    assert terminal.json["ended"] is True
    assert terminal.err.splitlines() == [terminal.json["title"], terminal.json["hint"]]

    center.stop()
    assert terminal.run("renew", "corp", "--json") == 4
    assert terminal.json["ended"] is False
    assert terminal.json["clock_skew_seconds"] is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (None, 1),
        ({"registrationExpiresAt": "2026-01-01T00:00:00Z"}, 1),
        ({"refreshToken": ""}, 1),
        ({"expiresAt": "whenever"}, 3),
    ],
)
def test_what_cannot_be_renewed_has_not_ended(
    terminal: Terminal, center: IdentityCenter, changes: dict[str, str] | None, code: int
) -> None:
    if changes is not None:
        plant_token("corp", {**center.issue_token(expires_in=-60), **changes})
    assert terminal.run("renew", "corp", "--json") == code
    assert terminal.json["ended"] is False
    assert not center.requests


def test_no_such_sign_in_is_an_event_too(terminal: Terminal) -> None:
    assert terminal.run("renew", "gone", "--json") == 3
    assert terminal.json["title"] == "There is no sign-in “gone”."


def test_a_renewal_loads_no_aws_library_where_none_is_due(terminal: Terminal, center: IdentityCenter) -> None:
    plant_token("corp", center.issue_token())
    child = start_python(
        "import sys\nfrom tray.cli import main\ncode = main(['renew', 'corp'])\n"
        "sys.exit(code or 9 * bool({'boto3', 'botocore'} & set(sys.modules)))"
    )
    assert child.communicate(timeout=60)[1].startswith("corp needs no renewal")
    assert child.returncode == 0


def start_renewal(name: str) -> subprocess.Popen[str]:
    """Start a renewal as the tray does."""
    return subprocess.Popen(
        [sys.executable, "-m", "tray", "renew", "--json", name],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="there a process cannot hear of its end")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_does_not_cost_a_token_that_is_on_its_way(
    terminal: Terminal, due: Path, center: IdentityCenter, number: signal.Signals
) -> None:
    held = center.inject(Fault.hang("CreateToken", times=1))
    child = start_renewal("corp")
    assert held.reached.wait(30)
    child.send_signal(number)
    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(0.3)  # It goes on; nothing else tells that it has heard of the signal.
    held.released.set()
    out, err = child.communicate(timeout=30)
    assert child.returncode == 0, err
    assert json.loads(out)["renewed"] is True
    make_due(due)
    assert terminal.run("renew", "corp") == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there a process cannot hear of its end")
@pytest.mark.parametrize("signals", [1, 2])
def test_a_signal_counts_once_the_request_has_failed_and_a_second_one_at_once(
    terminal: Terminal, due: Path, center: IdentityCenter, signals: int
) -> None:
    before = due.read_bytes()
    held = center.inject(Fault.hang("CreateToken"))
    child = start_renewal("corp")
    assert held.reached.wait(30)
    child.send_signal(signal.SIGTERM)
    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(0.2)  # It goes on; nothing else tells that it has heard of the signal.
    if signals == 1:
        center.stop()
    else:
        child.send_signal(signal.SIGTERM)
    out, err = child.communicate(timeout=30)
    assert child.returncode == 5, err
    assert json.loads(out)["title"] == "The renewal was cancelled"
    assert json.loads(out)["ended"] is False
    assert "Traceback" not in err
    assert due.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="there a process cannot hear of its end")
def test_a_signal_ends_the_wait_for_another_renewal(terminal: Terminal, due: Path, center: IdentityCenter) -> None:
    held = center.inject(Fault.hang("CreateToken", times=1))
    first = start_renewal("corp")
    assert held.reached.wait(30)
    second = start_python(
        "import sys\nfrom tray.cli import main\nfrom tray.disk import native\nfrom tray.commands import renew\n"
        "tried = native.try_lock\n"
        "def told(descriptor):\n    print('ready', flush=True)\n    return tried(descriptor)\n"
        "native.try_lock = told\nsys.exit(main(['renew', 'corp']))"
    )
    assert second.stdout
    assert second.stdout.readline() == "ready\n"
    second.send_signal(signal.SIGTERM)
    assert "cancelled" in second.communicate(timeout=30)[1]
    assert second.returncode == 5
    held.released.set()
    first.communicate(timeout=30)
    assert first.returncode == 0


def test_the_time_that_a_server_may_take_is_bounded() -> None:
    assert clients._CONNECT_SECONDS + clients._READ_SECONDS + renewal._WINNER_SECONDS < renewal._LOCK_SECONDS
