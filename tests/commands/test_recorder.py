"""What a command hears from AWS is written down for all the others, and no trouble with that is the command's."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.center import center, clock, plant_token
from support.login import LEGACY, SESSION
from support.modes import is_private
from support.needs import posix
from support.renewing import CONFIG, document_in, surroundings, write_config

from tray.aws.cache.files import read_token
from tray.aws.cache.records import read_record, record_path, write_record
from tray.aws.cache.renewal import RenewalSurroundings, SessionOver, TokenRefused, lock_path, renew_file
from tray.aws.cache.sign_out import sign_out
from tray.commands import recorder as recorder_module
from tray.commands.recorder import Recorder
from tray.core.dataclass import replace
from tray.core.errors import TrayError
from tray.core.model import Kind, SignIn, Token
from tray.core.session.heard import Ended, Heard, LoggedOut, Proven, SignedIn
from tray.core.session.history import EndedBy, History
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault
from tray.demo.organisation import START_URL
from tray.disk.lock import locked
from tray.paths import Paths, find_paths
from tray.resident.reader import Reader

__all__ = ["center", "clock"]

HOUR = timedelta(hours=1)
TWIN = SignIn("twin", Kind.SSO_SESSION, START_URL, "us-east-1")


def another_of_the_portal(name: str) -> str:
    return f"""\
[sso-session {name}]
sso_start_url = {START_URL}/
sso_region = us-east-1
[profile of-{name}]
sso_session = {name}
sso_account_id = 111122223333
sso_role_name = Developer
"""


TWO_OF_ONE_PORTAL = CONFIG + another_of_the_portal("twin")


def recorder(now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Recorder:
    return Recorder(Reader(find_paths()), now)


def around(heard_by: Recorder) -> RenewalSurroundings:
    """The surroundings of the AWS work of a command, whose locks are where the recorder's are."""
    paths = heard_by.reader.paths
    return surroundings(lock_dir=paths.renewal_locks, on_skew=heard_by.on_skew, hear=heard_by.hear)


def recorded(sign_in: SignIn = SESSION) -> History | None:
    return read_record(record_path(find_paths().sign_in_records, sign_in.name))


def plant(sign_in: SignIn, token: dict[str, str]) -> Token:
    found = read_token(plant_token(sign_in.name, token))
    assert isinstance(found, Token)
    return found


@pytest.fixture
def paths(home: Path) -> Paths:
    write_config(TWO_OF_ONE_PORTAL)
    return find_paths()


@pytest.fixture
def held(paths: Paths, center: IdentityCenter) -> Token:
    return plant(SESSION, center.issue_token())


def test_a_renewal_is_written_down_with_what_aws_said_of_the_time(held: Token, center: IdentityCenter) -> None:
    center.knobs.date_skew_seconds = 1000
    renew_file(SESSION, around(recorder()), force=True)

    known = recorded()
    assert known is not None
    assert known.token is not None
    assert known.token.fingerprint == read_token(plant_path(SESSION)).fingerprint != held.fingerprint
    assert known.rotates is True
    assert known.revision == 1
    assert 995 < (known.skew or 0) < 1005
    assert known.recorded_at is not None
    assert known.held_at is not None

    renew_file(SESSION, around(recorder()), force=True)
    assert recorded().revision == 2


def plant_path(sign_in: SignIn) -> Path:
    return find_paths().sso_cache / record_path(Path(), sign_in.name).name


def refuse(center: IdentityCenter) -> None:
    center.inject(Fault.error("CreateToken/refresh_token", 400, "InvalidRequestException", "Invalid token provided"))


def end(center: IdentityCenter) -> None:
    center.end_sessions()


@pytest.mark.parametrize(
    ("happens", "error", "by", "reason"),
    [
        (end, SessionOver, EndedBy.INVALID_GRANT, ""),
        (refuse, TokenRefused, EndedBy.REFUSED, "InvalidRequestException, “Invalid token provided”"),
    ],
)
def test_a_final_refusal_is_written_down_with_its_reason(
    held: Token,
    center: IdentityCenter,
    happens: Callable[[IdentityCenter], None],
    error: type[TrayError],
    by: EndedBy,
    reason: str,
) -> None:
    happens(center)
    with pytest.raises(error):
        renew_file(SESSION, around(recorder()), force=True)

    known = recorded()
    assert known is not None
    assert known.over
    assert known.ended is not None
    assert (known.ended.fingerprint, known.ended.by, known.ended.reason) == (held.fingerprint, by, reason)


@pytest.mark.parametrize("fault", [Fault.error("*", 503, "ServiceUnavailableException"), Fault.drop("*")])
def test_what_is_no_answer_about_the_sign_in_is_not_written_down(
    held: Token, center: IdentityCenter, fault: Fault
) -> None:
    center.inject(fault)
    with pytest.raises(TrayError):
        renew_file(SESSION, around(recorder()), force=True)

    assert recorded() is None


def test_it_is_written_while_the_lock_of_the_sign_in_is_held(held: Token, center: IdentityCenter) -> None:
    heard_by = recorder()
    lock = lock_path(find_paths().renewal_locks, SESSION.name)
    free: list[bool] = []

    def hear(sign_in: SignIn, heard: Heard) -> None:
        try:
            with locked(lock, seconds=0.05):
                free.append(True)
        except TrayError:
            free.append(False)
        heard_by.hear(sign_in, heard)

    renew_file(SESSION, replace(around(heard_by), hear=hear), force=True)
    sign_out(SESSION, (), replace(around(heard_by), hear=hear), cli_cache=find_paths().cli_cache)

    assert free == [False] * 4, "a renewal; that the session is to end, that it has ended, that its token is gone"
    assert recorded().revision == 4


def everything_of_a_day(center: IdentityCenter) -> set[str]:
    """Renew, be refused, log out; give all the secrets that were in the token's file."""
    secrets: set[str] = set()
    path = plant_path(SESSION)

    def note() -> None:
        secrets.update(str(document_in(path)[key]) for key in ("accessToken", "refreshToken", "clientSecret"))

    note()
    renew_file(SESSION, around(recorder()), force=True)
    note()
    refuse(center)
    with pytest.raises(TokenRefused):
        renew_file(SESSION, around(recorder()), force=True)
    center.heal()
    held = plant(SESSION, center.issue_token())
    note()
    recorder().hear(SESSION, Proven(held))
    sign_out(SESSION, (), around(recorder()), cli_cache=find_paths().cli_cache)
    return secrets


def test_no_secret_is_ever_in_it_and_nobody_else_may_read_it(
    held: Token, paths: Paths, center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[bytes] = []

    def write(path: Path, known: History) -> None:
        write_record(path, known)
        written.append(path.read_bytes())

    monkeypatch.setattr(recorder_module, "write_record", write)
    plant(TWIN, center.issue_token())
    secrets = everything_of_a_day(center)

    assert len(secrets) == 8
    assert len(written) >= 4
    assert not [secret for secret in secrets if any(secret.encode() in content for content in written)]
    for path in (paths.sign_in_records, *paths.sign_in_records.iterdir()):
        assert is_private(path)


@posix
def test_a_folder_that_cannot_be_written_costs_the_knowledge_alone(
    held: Token, paths: Paths, caplog: pytest.LogCaptureFixture
) -> None:
    paths.state.mkdir(parents=True)
    paths.sign_in_records.write_text("in the way")
    with caplog.at_level(logging.WARNING):
        assert renew_file(SESSION, around(recorder()), force=True).renewed

    assert read_token(plant_path(SESSION)).fingerprint != held.fingerprint
    assert "What AWS said could not be written down" in caplog.text


def test_a_record_that_cannot_be_read_is_begun_anew_and_kept(held: Token, paths: Paths) -> None:
    record = record_path(paths.sign_in_records, SESSION.name)
    paths.sign_in_records.mkdir(parents=True)
    record.write_bytes(b'{"schema": 2, "history": {"of": "another version"}}')

    renew_file(SESSION, around(recorder()), force=True)

    assert recorded().revision == 1
    assert record.with_name(f"{record.name}.kept").read_bytes().startswith(b'{"schema": 2')


def test_a_sign_in_that_is_being_set_up_is_written_down_before_the_config_knows_it(
    paths: Paths, center: IdentityCenter
) -> None:
    new = SignIn("new", Kind.SSO_SESSION, "https://new.awsapps.com/start", "us-east-1")
    token = plant(new, center.issue_token())
    recorder().hear(new, SignedIn(None, token))

    known = recorded(new)
    assert known is not None
    assert known.token == token
    assert known.began_at is not None


def log_in_to_both(center: IdentityCenter) -> tuple[Token, Token]:
    """Sign in to both sign-ins of the portal: the second login joins the session of the first."""
    session = center.begin_session()
    tokens = []
    for sign_in in (SESSION, TWIN):
        tokens.append(plant(sign_in, center.issue_token(session)))
        recorder().hear(sign_in, SignedIn(None, tokens[-1]))
    mine, twins = tokens
    return mine, twins


def test_a_second_login_to_the_portal_joins_the_session_of_the_first(paths: Paths, center: IdentityCenter) -> None:
    log_in_to_both(center)

    first, second = recorded(SESSION), recorded(TWIN)
    assert first.began_at == second.began_at is not None
    assert (first.joined, second.joined) == (False, True)


@pytest.mark.parametrize(
    "heard",
    [
        lambda token: LoggedOut(token, told=True),
        lambda token: Ended(token, EndedBy.INVALID_GRANT),
        lambda token: Ended(token, EndedBy.PORTAL),
    ],
)
def test_the_end_of_one_is_the_end_of_those_that_share_its_session(
    paths: Paths, center: IdentityCenter, heard: Callable[[Token], Heard]
) -> None:
    write_settings(paths)
    mine, twins = log_in_to_both(center)
    recorder().hear(TWIN, Proven(twins))
    recorder().hear(SESSION, Proven(mine))

    recorder().hear(SESSION, heard(mine))

    twin = recorded(TWIN)
    assert twin.over
    assert twin.ended.by is EndedBy.SHARED
    assert twin.questioned


def write_settings(paths: Paths) -> None:
    """Let the length of the sessions be known, so that the second login is known to have joined."""
    paths.settings_file.parent.mkdir(parents=True)
    paths.settings_file.write_text('[sign_in."my-sso"]\nlength_hours = 8\n')


def test_where_it_is_not_certain_that_they_share_one_aws_is_to_be_asked(paths: Paths, center: IdentityCenter) -> None:
    mine, twins = (plant(each, center.issue_token()) for each in (SESSION, TWIN))
    recorder().hear(SESSION, LoggedOut(mine, told=True))

    twin = recorded(TWIN)
    assert not twin.over
    assert twin.questioned
    assert twin.token.fingerprint == twins.fingerprint


@pytest.mark.parametrize(
    "heard", [lambda token: LoggedOut(token, told=False), lambda token: Ended(token, EndedBy.REFUSED, "x")]
)
def test_what_ends_one_token_alone_is_no_matter_of_the_others(
    paths: Paths, center: IdentityCenter, heard: Callable[[Token], Heard]
) -> None:
    mine, _ = log_in_to_both(center)
    before = recorded(TWIN)

    recorder().hear(SESSION, heard(mine))

    assert recorded(TWIN) == before


def test_a_sign_in_of_another_browser_shares_nothing(paths: Paths, center: IdentityCenter) -> None:
    paths.settings_file.parent.mkdir(parents=True)
    paths.settings_file.write_text('[sign_in."twin"]\nbrowser = "another %s"\n')
    mine, _ = log_in_to_both(center)
    before = recorded(TWIN)
    assert not before.joined

    recorder().hear(SESSION, LoggedOut(mine, told=True))

    assert recorded(TWIN) == before


def test_another_sign_ins_lock_is_taken_for_its_record_and_not_waited_for_long(
    paths: Paths, center: IdentityCenter, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "_PATIENCE_SECONDS", 0.2)
    mine, _ = log_in_to_both(center)
    before = recorded(TWIN)
    with ExitStack() as held, caplog.at_level(logging.WARNING):
        held.enter_context(locked(lock_path(paths.renewal_locks, TWIN.name)))
        begun = time.monotonic()
        recorder().hear(SESSION, LoggedOut(mine, told=True))
        took = time.monotonic() - begun

    assert 0.2 <= took < 5  # any other lock is waited for twice as long
    assert recorded(SESSION).ended.by is EndedBy.LOGOUT
    assert recorded(TWIN) == before
    assert "What AWS said could not be written down: Another SSO Tray process holds" in caplog.text


def test_of_three_that_share_a_session_a_held_one_keeps_no_other_from_knowing(
    paths: Paths, center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "_PATIENCE_SECONDS", 0.1)
    third = replace(TWIN, name="third")
    write_config(TWO_OF_ONE_PORTAL + another_of_the_portal("third"))
    mine, _ = log_in_to_both(center)
    recorder().hear(third, SignedIn(None, plant(third, center.issue_token())))
    with locked(lock_path(paths.renewal_locks, TWIN.name)):
        recorder().hear(SESSION, LoggedOut(mine, told=True))

    assert recorded(third).questioned


def test_a_legacy_sign_in_is_written_down_like_any_other(paths: Paths, center: IdentityCenter) -> None:
    token = plant(LEGACY, center.issue_token(scopes=()))
    recorder().hear(LEGACY, Ended(token, EndedBy.PORTAL))

    assert recorded(LEGACY).over
