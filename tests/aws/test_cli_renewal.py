"""A sign-in by ``aws login`` is renewed by the AWS CLI, under our lock; what it prints goes nowhere."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.aws_cli import ALICE, FakeAwsCli, login_file, plant_login, plant_renewable
from support.aws_sign_in import AwsSignIn, serving
from support.desk import until
from support.elliptic import from_pem, make_proof, new_key, read_proof, to_pem
from support.needs import posix
from support.renewing import surroundings, write_config

from tray.aws.aws_login.renewal import CliFailed, failure_of, renew
from tray.aws.cache.renewal import NotRenewable, Renewal, SessionOver, TokenRefused, lock_path
from tray.core.errors import Busy, ConfigProblem, NotSignedIn, ProgramMissing, ServiceProblem, TrayError
from tray.core.model import Kind, SignIn
from tray.core.session.heard import Ended, Heard, Renewed
from tray.core.session.history import EndedBy
from tray.core.words import aws_login as words
from tray.disk.lock import locked

CONFIG = f"[profile dev]\nlogin_session = {ALICE}\nregion = eu-west-1\n"
SIGN_IN = SignIn("dev", Kind.CONSOLE, "", "eu-west-1", login_session=ALICE, login_profile="dev")


@pytest.fixture
def service() -> Iterator[AwsSignIn]:
    with serving(AwsSignIn()) as found:
        yield found


@pytest.fixture
def cli(tmp_path: Path) -> FakeAwsCli:
    write_config(CONFIG)
    return FakeAwsCli(tmp_path / "cli")


class Heed:
    """What a renewal told of itself."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []

    def __call__(self, _sign_in: SignIn, heard: Heard) -> None:
        self.heard.append(heard)


def renewed(cli: FakeAwsCli, service: AwsSignIn, heed: Heed | None = None, **changes: Any) -> Renewal:
    environ = {
        **os.environ,
        "AWS_ENDPOINT_URL_SIGNIN": service.url,
        "AWS_PROFILE": "gone",
        **changes.pop("environ", {}),
    }
    around = surroundings(hear=heed or Heed(), sleep=changes.pop("sleep", lambda _: None))
    values = {"cache_dir": login_file().parent, "environ": environ, "find": lambda _: cli.program, **changes}
    return renew(SIGN_IN, around, **values)


def document() -> dict[str, Any]:
    return json.loads(login_file().read_text())


@pytest.mark.parametrize("minutes", [4.5, -1, -300])
def test_what_is_due_is_renewed_and_that_is_written_down(cli: FakeAwsCli, service: AwsSignIn, minutes: float) -> None:
    plant_renewable(service, minutes=minutes, hours_ago=6)
    before, heed = document(), Heed()

    told = renewed(cli, service, heed)

    after = document()
    assert told.renewed
    assert told.expires_at > datetime.now(UTC) + timedelta(minutes=14)
    assert after["refreshToken"] != before["refreshToken"]
    assert after["idToken"] == before["idToken"]
    (heard,) = heed.heard
    assert isinstance(heard, Renewed)
    assert heard.before.fingerprint != heard.token.fingerprint
    assert service.renewals == 1


def test_the_aws_cli_is_asked_once_without_a_profile_that_is_gone(cli: FakeAwsCli, service: AwsSignIn) -> None:
    plant_renewable(service, minutes=1)
    renewed(cli, service)
    (call,) = cli.renewals
    assert call["arguments"] == ["configure", "export-credentials", "--profile=dev"]
    assert "AWS_PROFILE" not in call["environment"]
    assert call["environment"]["AWS_MAX_ATTEMPTS"] == "1"


def test_nothing_that_it_prints_comes_to_us(
    cli: FakeAwsCli, service: AwsSignIn, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    plant_renewable(service, minutes=1)
    told = renewed(cli, service)
    printed = capfd.readouterr()
    for place in (printed.out, printed.err, caplog.text, repr(told)):
        assert "ASIA" not in place
        assert "the-s" not in place
        assert "the-refresh" not in place


def test_what_is_not_due_starts_nothing(cli: FakeAwsCli, service: AwsSignIn) -> None:
    plant_renewable(service, minutes=9)
    assert not renewed(cli, service).renewed
    assert cli.calls == []


def test_who_insists_is_told_that_the_aws_cli_saw_no_need(cli: FakeAwsCli, service: AwsSignIn) -> None:
    plant_renewable(service, minutes=9)
    assert not renewed(cli, service, force=True).renewed
    assert len(cli.renewals) == 1
    assert service.calls == []


@posix
def test_the_files_mode_stays(cli: FakeAwsCli, service: AwsSignIn) -> None:
    plant_renewable(service, minutes=1).chmod(0o640)
    renewed(cli, service)
    assert login_file().stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("says", ["TOKEN_EXPIRED", "USER_CREDENTIALS_CHANGED"])
def test_an_end_is_told_where_no_other_program_has_won(cli: FakeAwsCli, service: AwsSignIn, says: str) -> None:
    before, heed, service.says = plant_renewable(service, minutes=-1).read_bytes(), Heed(), says
    with pytest.raises(SessionOver):
        renewed(cli, service, heed)
    (heard,) = heed.heard
    assert isinstance(heard, Ended)
    assert heard.by is EndedBy.INVALID_GRANT
    assert login_file().read_bytes() == before
    assert len(cli.renewals) == 1


def test_twelve_hours_after_the_login_it_is_over(cli: FakeAwsCli, service: AwsSignIn) -> None:
    plant_renewable(service, minutes=-1, hours_ago=12.1)
    with pytest.raises(SessionOver):
        renewed(cli, service)


def test_another_program_that_won_has_renewed_it(cli: FakeAwsCli, service: AwsSignIn) -> None:
    plant_renewable(service, minutes=-1)
    ours, heed, slept = document(), Heed(), []
    renewed(cli, service)
    theirs = document()
    plant_login(ours)  # What we read before they wrote: its refresh token is spent.

    def sleep(_seconds: float) -> None:
        slept.append(_seconds)
        if len(slept) == 3:
            plant_login(theirs)

    assert not renewed(cli, service, heed, sleep=sleep).renewed
    assert heed.heard == []
    assert document() == theirs


@pytest.mark.parametrize(
    ("says", "said"),
    [
        ("INSUFFICIENT_PERMISSIONS", "INSUFFICIENT_PERMISSIONS"),
        ("ValidationException", "ValidationException"),
        ("SOMETHING_NEW", "AccessDeniedException"),
    ],
)
def test_another_refusal_is_asked_about_twice(cli: FakeAwsCli, service: AwsSignIn, says: str, said: str) -> None:
    plant_renewable(service, minutes=-1)
    heed, service.says = Heed(), says
    with pytest.raises(TokenRefused) as refusal:
        renewed(cli, service, heed)
    assert refusal.value.said == said
    (heard,) = heed.heard
    assert isinstance(heard, Ended)
    assert (heard.by, heard.reason) == (EndedBy.REFUSED, said)
    assert len(cli.renewals) == 2


def test_a_refusal_that_does_not_come_twice_is_none(cli: FakeAwsCli, service: AwsSignIn) -> None:
    plant_renewable(service, minutes=-1)
    heed, service.says = Heed(), "ValidationException"

    def sleep(_seconds: float) -> None:
        service.says = ""

    assert renewed(cli, service, heed, sleep=sleep).renewed
    assert isinstance(heed.heard[0], Renewed)


@pytest.mark.parametrize("says", ["TooManyRequestsError", "InternalServerException"])
def test_trouble_of_aws_passes_and_its_proof_is_not_used_again(cli: FakeAwsCli, service: AwsSignIn, says: str) -> None:
    plant_renewable(service, minutes=-1)
    heed, service.says = Heed(), says
    with pytest.raises(ServiceProblem) as problem:
        renewed(cli, service, heed)
    assert problem.value.passes
    assert heed.heard == []
    assert len(service.calls) == 1, "a second try would have been answered as a forgery"


def test_no_network_passes_and_names_the_host(cli: FakeAwsCli, service: AwsSignIn) -> None:
    plant_renewable(service, minutes=-1)
    with pytest.raises(ServiceProblem) as problem:
        renewed(cli, service, environ={"AWS_ENDPOINT_URL_SIGNIN": "http://127.0.0.1:9"})
    assert problem.value.passes
    assert problem.value.title == "Could not reach 127.0.0.1"


def test_without_an_aws_cli_the_file_is_left_alone(service: AwsSignIn, cli: FakeAwsCli) -> None:
    before = plant_renewable(service, minutes=-1).read_bytes()

    def find(_environ: object) -> Path:
        raise ProgramMissing(words.CLI_MISSING())

    with pytest.raises(ProgramMissing):
        renewed(cli, service, find=find)
    assert login_file().read_bytes() == before


def test_what_lacks_the_key_cannot_be_renewed(cli: FakeAwsCli, service: AwsSignIn) -> None:
    plant_renewable(service, minutes=-1)
    plant_login({**document(), "dpopKey": None})
    with pytest.raises(NotRenewable):
        renewed(cli, service)
    plant_login({**document(), "dpopKey": "damaged"})
    with pytest.raises(NotRenewable):
        renewed(cli, service)
    assert service.calls == []


def test_no_sign_in_is_said(cli: FakeAwsCli, service: AwsSignIn) -> None:
    with pytest.raises(NotSignedIn):
        renewed(cli, service)


def test_a_profile_that_lacks_a_region_is_named_by_the_aws_cli(cli: FakeAwsCli, service: AwsSignIn) -> None:
    write_config(CONFIG.replace("region = eu-west-1\n", ""))
    plant_renewable(service, minutes=-1)
    with pytest.raises(ConfigProblem) as problem:
        renewed(cli, service, environ={"AWS_REGION": ""})
    assert not problem.value.passes
    assert problem.value.hint.startswith("It says: You must specify a region.")


def test_an_aws_cli_that_renews_nothing_is_no_success(tmp_path: Path, service: AwsSignIn) -> None:
    cli = FakeAwsCli(tmp_path / "cli", says="", code=0)
    plant_renewable(service, minutes=-1)
    with pytest.raises(ConfigProblem) as problem:
        renewed(cli, service)
    assert "aws configure list --profile dev" in problem.value.hint


def test_one_that_hangs_is_stopped(tmp_path: Path, service: AwsSignIn) -> None:
    write_config(CONFIG)
    cli = FakeAwsCli(tmp_path / "cli", seconds=60)
    plant_renewable(service, minutes=-1)
    begun = time.monotonic()
    with pytest.raises(CliFailed) as problem:
        renewed(cli, service, seconds=1.0)
    assert problem.value.message == words.CLI_SILENT()
    assert time.monotonic() - begun < 20


def test_it_is_heard_to_its_own_end_whatever_it_leaves_running(tmp_path: Path, service: AwsSignIn) -> None:
    write_config(CONFIG)
    cli = FakeAwsCli(tmp_path / "cli", child_seconds=30)
    plant_renewable(service, minutes=-1)
    begun = time.monotonic()
    assert renewed(cli, service).renewed
    assert time.monotonic() - begun < 25
    until((cli.folder / "child").exists)
    with suppress(OSError):  # It is of no use any more.
        os.kill(int((cli.folder / "child").read_text()), signal.SIGTERM)


def test_two_of_ours_at_once_ask_once(cli: FakeAwsCli, service: AwsSignIn) -> None:
    plant_renewable(service, minutes=-1)
    told: list[Renewal] = []
    threads = [threading.Thread(target=lambda: told.append(renewed(cli, service, sleep=time.sleep))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.renewed for each in told) == [False, False, True]
    assert len(cli.renewals) == service.renewals == 1


def test_it_waits_for_our_lock(cli: FakeAwsCli, service: AwsSignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tray.aws.cache.renewal._LOCK_SECONDS", 0.2)
    plant_renewable(service, minutes=-1)
    lock = lock_path(Path.home() / "locks", "dev")
    with locked(lock, seconds=1.0), pytest.raises(Busy):
        renewed(cli, service, sleep=time.sleep)
    assert cli.calls == []


TOKEN_URL = "https://eu-west-1.signin.aws.amazon.com/v1/token"
UNKNOWN_WORDS = "aws: [ERROR]: Something that nobody has heard of"


@pytest.mark.parametrize(
    ("code", "printed", "kind", "title"),
    [
        (255, 'Read timeout on endpoint URL: "https://eu-west-1.signin.aws.amazon.com/v1/token"', CliFailed, "reach"),
        (
            255,
            "SSL validation failed for https://eu-west-1.signin.aws.amazon.com/v1/token [SSL: X]",
            CliFailed,
            "verif",
        ),
        (253, f"Unable to retrieve credentials: '{'0' * 64}'", CliFailed, "could not renew"),
        (253, "The config profile (dev) could not be found", ConfigProblem, "could not renew"),
        (255, "Your login has lapsed. Reauthenticate by aws login", SessionOver, "ended"),
        (255, UNKNOWN_WORDS, CliFailed, "could not renew"),
        (254, "An error occurred (500) when calling the CreateOAuth2Token operation: x", CliFailed, "could not renew"),
        (254, "An error occurred (Other) when calling the CreateOAuth2Token operation: x", TokenRefused, "no longer"),
        (1, "", CliFailed, "could not renew"),
    ],
)
def test_what_a_failure_means(code: int, printed: str, kind: type[TrayError], title: str) -> None:
    found = failure_of(code, [f"aws: [ERROR]: {printed}"] if printed else [])
    assert type(found) is kind
    assert title in found.title


def test_no_account_of_what_it_says_is_shown() -> None:
    found = failure_of(255, [f"aws: [ERROR]: Nothing of {ALICE} works"])
    assert found.hint == "It says: Nothing of arn:aws:iam::…:user/alice works"


class TestProofs:
    """The stand-ins' signatures are real ones."""

    def test_a_key_is_read_as_it_was_written(self) -> None:
        key = new_key()
        assert from_pem(to_pem(key)) == key

    def test_a_proof_is_that_of_its_key_alone(self) -> None:
        proof = make_proof(new_key(), "https://x/v1/token", 5)
        _, claims = read_proof(proof)
        assert (claims["htm"], claims["htu"], claims["iat"]) == ("POST", "https://x/v1/token", 5)
        head, told, signature = proof.split(".")
        other = make_proof(new_key(), "https://x/v1/token", 5).split(".")
        for forged in (f"{other[0]}.{told}.{signature}", f"{head}.{other[1]}.{signature}", f"{head}.{told}."):
            with pytest.raises(ValueError, match="signature"):
                read_proof(forged)
