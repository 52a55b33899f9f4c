"""The end of one sign-in, with real boto3 against the embedded Identity Center."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from pathlib import Path

import pytest
from support.build import profile
from support.center import plant_token
from support.login import LEGACY, SESSION, operations
from support.needs import posix, superuser, symlink
from support.renewing import document_in, plant_due, surroundings

from tray.aws.api import clients, errors
from tray.aws.cache.renewal import RenewalSurroundings, exclusively, lock_path, renew_file
from tray.aws.cache.role_credentials import credentials_path
from tray.aws.cache.sign_out import SignedOut, sign_out
from tray.core.errors import Busy, ConfigProblem, NotSignedIn
from tray.core.model import SignIn
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault

PROFILES = (
    profile("dev", "my-sso"),
    profile("same-role", "my-sso"),
    profile("old", LEGACY.name),
    profile("other", "lab"),
)
LAB = SignIn("lab", SESSION.kind, SESSION.start_url, SESSION.region)


def cli_cache() -> Path:
    return Path.home() / ".aws" / "cli" / "cache"


def cache_credentials(**identity: str) -> Path:
    """Write an entry as the AWS CLI does for credentials of a role."""
    key = hashlib.sha1(json.dumps(identity, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    path = cli_cache() / f"{key}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"ProviderType": "sso", "Credentials": {"AccessKeyId": "ASIA"}}), encoding="utf-8")
    return path


def credentials_of(sign_in: SignIn, account: str = "111122223333", role: str = "Developer") -> Path:
    name = {"startUrl": sign_in.name} if sign_in is LEGACY else {"sessionName": sign_in.name}
    return cache_credentials(accountId=account, roleName=role, **name)


def end(sign_in: SignIn = SESSION, around: RenewalSurroundings | None = None) -> SignedOut:
    return sign_out(sign_in, PROFILES, around or surroundings(), cli_cache=cli_cache())


def test_a_sign_in_ends_at_aws_and_here(center: IdentityCenter) -> None:
    token = plant_token(SESSION.name, center.issue_token())
    credentials = credentials_of(SESSION)

    assert end() == SignedOut(was_signed_in=True, untold=None, credentials=1)

    assert not center.sessions
    assert not token.exists()
    assert not credentials.exists()
    assert operations(center) == ["Logout"]


def test_nothing_of_others_is_touched(center: IdentityCenter) -> None:
    folder = plant_token(SESSION.name, center.issue_token()).parent
    (folder / "registration.json").write_text('{"clientId": "a", "expiresAt": "2030-01-01T00:00:00Z"}')
    (folder / "kiro-auth-token.json").write_text('{"accessToken": "b"}')
    plant_token("lab", center.issue_token())
    plant_token(LEGACY.name, center.issue_token(scopes=()))
    credentials_of(LAB)
    credentials_of(LEGACY)
    credentials_of(SESSION, role="NotConfigured")
    (cli_cache() / "assumed.json").write_text('{"Credentials": {}}')
    (cli_cache() / "session.db").write_bytes(b"SQLite format 3\x00")
    before = {path: path.read_bytes() for path in Path.home().rglob("*") if path.is_file()}

    end()

    gone = {path for path in before if not path.exists()}
    assert gone == {plant_token(SESSION.name, {})}
    assert all(path.read_bytes() == data for path, data in before.items() if path not in gone)
    assert len(center.sessions) == 2


def test_an_entry_that_no_sign_in_brought_stays_whatever_its_name(center: IdentityCenter) -> None:
    entry = credentials_of(SESSION)
    for content in ('{"Credentials": {"AccessKeyId": "ASIA"}}', '{"ProviderType": "assume-role"}', "{", "[]"):
        entry.write_text(content, encoding="utf-8")
        assert end().credentials == 0
        assert entry.read_text("utf-8") == content


def test_a_legacy_sign_in_ends_with_the_credentials_that_its_start_url_names(center: IdentityCenter) -> None:
    token = plant_token(LEGACY.name, center.issue_token(scopes=()))
    credentials = credentials_of(LEGACY)
    assert credentials == credentials_path(cli_cache(), LEGACY, "111122223333", "Developer")

    assert end(LEGACY) == SignedOut(was_signed_in=True, credentials=1)

    assert not center.sessions
    assert not token.exists()
    assert not credentials.exists()


def test_a_sign_in_whose_access_token_has_expired_ends_at_aws_too(center: IdentityCenter) -> None:
    token = plant_due(center)
    assert end() == SignedOut(was_signed_in=True)
    assert not center.sessions
    assert not token.exists()


@pytest.mark.parametrize("scopes", [("sso:account:access",), ()])
def test_a_session_that_is_over_needs_no_end(center: IdentityCenter, scopes: tuple[str, ...]) -> None:
    token = plant_token(SESSION.name, center.issue_token(scopes=scopes))
    center.end_sessions()
    assert end() == SignedOut(was_signed_in=True)
    assert not token.exists()


def test_signed_out_already_is_no_problem(center: IdentityCenter) -> None:
    credentials = credentials_of(SESSION)
    assert end() == SignedOut(was_signed_in=False, credentials=1)
    assert not credentials.exists()
    assert end() == SignedOut(was_signed_in=False)
    assert not center.requests


def test_a_file_that_is_no_session_stays(center: IdentityCenter) -> None:
    path = plant_token(SESSION.name, {"clientId": "a", "expiresAt": "2030-01-01T00:00:00Z"})
    assert not end().was_signed_in
    assert path.exists()


@pytest.mark.parametrize("status", [400, 403, 429, 500])
def test_what_aws_does_not_hear_is_told_and_the_files_are_gone(center: IdentityCenter, status: int) -> None:
    token = plant_token(SESSION.name, center.issue_token())
    credentials = credentials_of(SESSION)
    center.inject(Fault.error("Logout", status, "SomeException"))

    ended = end()

    assert isinstance(ended.untold, errors.Rejected)
    assert ended.credentials == 1
    assert not token.exists()
    assert not credentials.exists()


def test_offline_the_files_are_gone_too(center: IdentityCenter) -> None:
    token = plant_token(SESSION.name, center.issue_token())
    center.stop()
    assert isinstance(end().untold, errors.Unreachable)
    assert not token.exists()


@pytest.mark.parametrize("operation", ["Logout", "CreateToken"])
def test_a_server_that_never_answers_is_waited_for_a_bounded_time(
    center: IdentityCenter, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    monkeypatch.setattr(clients, "_READ_SECONDS", 0.1)
    token = plant_due(center)
    center.inject(Fault.hang(operation))
    assert isinstance(end().untold, errors.Unreachable)
    assert not token.exists()
    center.heal()


def test_an_interrupt_while_aws_is_told_leaves_no_token(
    center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = plant_token(SESSION.name, center.issue_token())

    def interrupted(_region: str, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(clients, "portal_client", interrupted)
    with pytest.raises(KeyboardInterrupt):
        end()
    assert not token.exists()


@pytest.mark.parametrize("content", ["{", '{"accessToken": "a"}', "null"])
def test_a_token_that_cannot_be_read_is_removed_and_aws_is_not_told(center: IdentityCenter, content: str) -> None:
    path = plant_token(SESSION.name, {})
    path.write_text(content, encoding="utf-8")
    ended = end()
    assert ended.was_signed_in
    assert isinstance(ended.untold, ConfigProblem)
    assert not path.exists()
    assert not center.requests


def test_a_token_that_is_no_header_is_removed(center: IdentityCenter) -> None:
    path = plant_token(SESSION.name, {**center.issue_token(), "accessToken": "a\r\nX-Injected: b"})
    assert end().untold is not None
    assert not path.exists()
    assert not center.requests


def test_a_link_inside_the_cache_folder_stays_and_the_token_behind_it_goes(center: IdentityCenter) -> None:
    """Two names for one token, such as an old start URL's and a session's: the next login serves both again."""
    path = plant_token(SESSION.name, center.issue_token())
    other = path.with_name("other-name.json")
    path.rename(other)
    symlink(path, other)
    assert end() == SignedOut(was_signed_in=True)
    assert not other.exists()
    assert path.is_symlink()
    assert not end().was_signed_in


def test_what_lies_outside_the_cache_folder_is_not_removed_but_the_link_to_it_is(center: IdentityCenter) -> None:
    path = plant_token(SESSION.name, center.issue_token())
    vault = Path.home() / "vault"
    vault.mkdir()
    elsewhere = vault / "token.json"
    path.rename(elsewhere)
    symlink(path, elsewhere)
    before = elsewhere.read_bytes()

    assert end() == SignedOut(was_signed_in=True, left=Path(os.path.realpath(elsewhere)))

    assert elsewhere.read_bytes() == before
    assert not path.is_symlink()
    assert not center.sessions  # the token in there opens nothing any more


def test_a_cache_folder_that_is_itself_a_link_is_the_cache_folder(center: IdentityCenter) -> None:
    path = plant_token(SESSION.name, center.issue_token())
    moved = Path.home() / "moved"
    path.parent.rename(moved)
    symlink(path.parent, moved)
    assert end() == SignedOut(was_signed_in=True)
    assert not path.exists()


@posix
@pytest.mark.parametrize("place", ["pipe", "inside", "outside", "device", "loop", "folder"])
def test_whatever_a_link_leads_to_only_the_link_goes(center: IdentityCenter, place: str) -> None:
    path = plant_token(SESSION.name, center.issue_token())
    path.unlink()
    target = path.with_name("strange")
    match place:
        case "pipe":
            target = path
            os.mkfifo(target)
        case "inside":
            os.mkfifo(target)
        case "outside":
            target = Path.home() / "strange"
            os.mkfifo(target)
        case "device":
            target = Path("/dev/null")
        case "loop":
            target = path
            path.symlink_to(path)
        case _:
            target.mkdir()
    if not os.path.lexists(path):
        path.symlink_to(target)

    ended = end()

    assert not os.path.lexists(path)
    assert target in {path, Path("/dev/null")} or target.exists()
    assert Path("/dev/null").is_char_device()
    assert ended.left == (None if target == path else target)
    assert isinstance(ended.untold, ConfigProblem)


def test_credentials_behind_a_link_are_left_alone_unless_they_lie_in_their_cache(center: IdentityCenter) -> None:
    plant_token(SESSION.name, center.issue_token())
    entry = credentials_of(SESSION)
    elsewhere = Path.home() / "kept.json"
    entry.rename(elsewhere)
    symlink(entry, elsewhere)
    assert end().credentials == 1
    assert elsewhere.exists()
    assert not entry.is_symlink()


@superuser
def test_another_users_file_behind_a_link_is_left_alone_and_the_link_goes(center: IdentityCenter) -> None:
    path = plant_token(SESSION.name, center.issue_token())
    elsewhere = path.with_name("theirs.json")
    path.rename(elsewhere)
    os.chown(elsewhere, 12345, 12345)
    path.symlink_to(elsewhere)
    assert end() == SignedOut(was_signed_in=True, left=elsewhere)
    assert elsewhere.exists()
    assert not path.is_symlink()
    assert not center.sessions


@pytest.mark.parametrize("obstacle", ["file", "link", "pipe"])
def test_without_a_place_for_its_lock_a_sign_out_is_done_all_the_same(center: IdentityCenter, obstacle: str) -> None:
    path = plant_token(SESSION.name, center.issue_token())
    locks = Path.home() / "no-locks"
    precious = Path.home() / "precious"
    precious.write_bytes(b"data")
    if obstacle == "file":
        locks.write_bytes(b"")
    else:
        lock = lock_path(locks, SESSION.name)
        lock.parent.mkdir()
        if obstacle == "link":
            symlink(lock, precious)
        elif hasattr(os, "mkfifo"):
            os.mkfifo(lock)
        else:
            lock.mkdir()

    assert end(around=surroundings(lock_dir=locks)) == SignedOut(was_signed_in=True)

    assert not path.exists()
    assert not center.sessions
    assert precious.read_bytes() == b"data"


def test_a_lock_that_another_process_holds_is_no_missing_one(center: IdentityCenter) -> None:
    path = plant_token(SESSION.name, center.issue_token())
    around = surroundings(sleep=lambda _: None)
    with exclusively(SESSION, around), pytest.raises(Busy):
        end(around=around)
    assert path.exists()
    assert center.sessions


def test_a_renewal_on_the_way_does_not_bring_the_token_back(center: IdentityCenter) -> None:
    path = plant_due(center)
    held = center.inject(Fault.hang("CreateToken", times=1))
    renewal = threading.Thread(target=renew_file, args=(SESSION, surroundings()), daemon=True)
    renewal.start()
    assert held.reached.wait(20)
    waited = threading.Event()

    def sleep(_: float) -> None:
        held.released.set()
        waited.set()
        renewal.join(20)

    assert end(around=surroundings(sleep=sleep)) == SignedOut(was_signed_in=True)
    assert waited.is_set()
    assert not path.exists()
    assert not center.sessions


def test_a_renewal_after_the_end_finds_nothing(center: IdentityCenter) -> None:
    path = plant_due(center)
    end()
    with pytest.raises(NotSignedIn):
        renew_file(SESSION, surroundings())
    assert not path.exists()


def test_other_keys_of_the_token_do_not_matter(center: IdentityCenter) -> None:
    path = plant_token(SESSION.name, {key: value for key, value in center.issue_token().items() if key != "region"})
    assert "region" not in document_in(path)
    assert end() == SignedOut(was_signed_in=True)
    assert not center.sessions
