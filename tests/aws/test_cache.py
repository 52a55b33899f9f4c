"""Token files are read in every known form (docs/facts: Times in the files), and written for all programs to read."""

import contextlib
import hashlib
import json
import os
import stat
import threading
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.utils import JSONFileCache, SSOTokenLoader
from support.modes import is_private
from support.needs import posix, symlink

from tray.aws.cache.files import load_document, read_token, registration_path, token_path, write_document
from tray.core.errors import ConfigProblem
from tray.core.model import EARLIEST, LATEST, Token, Unreadable

TOKEN = {
    "startUrl": "https://d-1234567890.awsapps.com/start",
    "region": "us-east-1",
    "accessToken": "aoaSecretAccess",
    "expiresAt": "2026-11-23T01:12:30Z",
    "clientId": "client",
    "clientSecret": "aoaSecretClient",
    "registrationExpiresAt": "2027-02-20T00:00:00Z",
    "refreshToken": "aorSecretRefresh",
}


class Sleeper:
    """Stands in for `time.sleep`; does something while the reader sleeps."""

    def __init__(self, wake=lambda: None):
        self.seconds = []
        self.wake = wake

    def __call__(self, seconds):
        self.seconds.append(seconds)
        self.wake()


def put(folder, content, name="token.json"):
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def without(*keys):
    return {key: value for key, value in TOKEN.items() if key not in keys}


def test_the_token_file_is_named_as_the_cli_names_it(tmp_path):
    assert token_path(tmp_path, "my-sso") == tmp_path / "0ad374308c5a4e22f723adf10145eafad7c4031c.json"


def test_a_start_url_is_hashed_verbatim(tmp_path):
    urls = ["https://x.awsapps.com/start", "https://x.awsapps.com/start/", "https://x.awsapps.com/start#/"]
    assert len({token_path(tmp_path, url) for url in urls}) == 3


@pytest.mark.parametrize("name", ["my-sso", "mé sso", "https://x.awsapps.com/start#/"])
def test_botocore_finds_a_token_that_we_wrote(tmp_path, name):
    write_document(token_path(tmp_path, name), TOKEN)
    loader = SSOTokenLoader(cache=JSONFileCache(str(tmp_path)))
    assert loader("unused", session_name=name) == TOKEN


def test_the_registration_file_is_named_as_the_cli_names_it(tmp_path):
    path = registration_path(
        tmp_path,
        start_url="https://d-1234567890.awsapps.com/start",
        region="us-east-1",
        scopes=("sso:account:access",),
        session_name="my-sso",
    )
    identity = (
        b'{"region": "us-east-1", "scopes": ["sso:account:access"], "session_name": "my-sso", '
        b'"startUrl": "https://d-1234567890.awsapps.com/start", "tool": "botocore"}'
    )
    assert path == tmp_path / f"{hashlib.sha1(identity).hexdigest()}.json"


def test_a_registration_depends_on_each_part_of_its_identity(tmp_path):
    base: dict[str, Any] = {"start_url": "u", "region": "r", "scopes": ["a", "b"], "session_name": "s"}
    others: list[dict[str, Any]] = [
        {"start_url": "v"},
        {"region": "q"},
        {"scopes": None},
        {"scopes": ["b", "a"]},
        {"session_name": None},
    ]
    assert len({registration_path(tmp_path, **{**base, **other}) for other in [{}, *others]}) == 6


def test_a_full_token_is_read_without_its_secrets(tmp_path):
    path = put(tmp_path, TOKEN)
    os.utime(path, (1_790_000_000, 1_790_000_000))
    token = read_token(path)
    assert token == Token(
        expires_at=datetime(2026, 11, 23, 1, 12, 30, tzinfo=UTC),
        refreshable=True,
        registration_expires_at=datetime(2027, 2, 20, tzinfo=UTC),
        modified_at=datetime.fromtimestamp(1_790_000_000, UTC),
        fingerprint=token.fingerprint,
        refresh_fingerprint=token.refresh_fingerprint,
    )
    assert "Secret" not in repr(token)


@pytest.mark.parametrize("missing", ["refreshToken", "clientId", "clientSecret", "registrationExpiresAt"])
def test_a_token_that_lacks_a_part_of_its_renewal_is_not_refreshable(tmp_path, missing):
    assert read_token(put(tmp_path, without(missing))).refreshable is False


def test_a_registration_end_that_is_no_time_prevents_renewal_as_it_does_in_botocore(tmp_path):
    token = read_token(put(tmp_path, TOKEN | {"registrationExpiresAt": "soon"}))
    assert (token.refreshable, token.registration_expires_at) == (False, None)


def test_the_four_keys_of_an_old_legacy_token_are_enough(tmp_path):
    old = without("clientId", "clientSecret", "registrationExpiresAt", "refreshToken")
    token = read_token(put(tmp_path, old | {"expiresAt": "2026-11-23T01:12:30UTC"}))
    assert token.expires_at == datetime(2026, 11, 23, 1, 12, 30, tzinfo=UTC)


def test_pretty_printed_json_with_milliseconds_and_unknown_keys_is_read(tmp_path):
    text = json.dumps(TOKEN | {"expiresAt": "2026-11-23T01:12:30.893Z", "issuedAt": 5}, indent=2)
    assert read_token(put(tmp_path, text)).expires_at.microsecond == 893_000


@pytest.mark.parametrize("written", [-(10.0**9), 0.0, 4e11])
@pytest.mark.parametrize("end", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_moments_that_nobody_can_mean_are_the_nearest_that_one_can_work_with(tmp_path, end, written):
    path = put(tmp_path, TOKEN | {"expiresAt": end, "registrationExpiresAt": end})
    with contextlib.suppress(OverflowError, OSError):  # Not every file system keeps such a time.
        os.utime(path, (written, written))
    token = read_token(path)

    nearest = LATEST if end.startswith("9") else EARLIEST
    assert token.expires_at == token.registration_expires_at == nearest
    assert EARLIEST <= token.modified_at <= LATEST


def test_the_fingerprint_follows_the_access_token_alone(tmp_path):
    first = read_token(put(tmp_path, TOKEN)).fingerprint
    assert read_token(put(tmp_path, TOKEN | {"expiresAt": "2026-12-01T00:00:00Z"})).fingerprint == first
    assert read_token(put(tmp_path, TOKEN | {"accessToken": "another"})).fingerprint != first


@pytest.mark.parametrize(
    "content",
    [
        pytest.param({"clientId": "a", "clientSecret": "b", "expiresAt": "2027-02-20T00:00:00Z"}, id="registration"),
        pytest.param(TOKEN | {"accessToken": {"accessKeyId": "AKIA", "expiresAt": "…"}}, id="console sign-in"),
        pytest.param(TOKEN | {"accessToken": ""}, id="empty access token"),
        pytest.param(TOKEN | {"accessToken": None}, id="no access token"),
        pytest.param({}, id="empty object"),
    ],
)
def test_what_holds_no_sso_access_token_is_no_session(tmp_path, content):
    assert read_token(put(tmp_path, content)) is None


def test_no_file_is_no_token(tmp_path):
    assert read_token(tmp_path / "missing.json") is None
    assert read_token(tmp_path / "missing" / "missing.json") is None


@pytest.mark.parametrize("expiry", [{}, {"expiresAt": "tomorrow"}, {"expiresAt": 1763860350}, {"expiresAt": None}])
def test_an_access_token_without_an_end_is_unreadable(tmp_path, expiry):
    assert isinstance(read_token(put(tmp_path, without("expiresAt") | expiry)), Unreadable)


@pytest.mark.parametrize(
    "content",
    ["", "{", '{"accessToken": "a', "null", "[]", '"text"', "[" * 100_000, "\ufeff{}"],
    ids=["empty", "brace", "half", "null", "list", "string", "deep", "bom"],
)
def test_what_stays_broken_is_unreadable_after_at_most_a_fifth_of_a_second(tmp_path, content):
    sleeper = Sleeper()
    assert isinstance(read_token(put(tmp_path, content), sleep=sleeper), Unreadable)
    assert 0 < sum(sleeper.seconds) <= 0.2 + 1e-9


def test_bytes_that_are_no_text_are_unreadable(tmp_path):
    path = tmp_path / "token.json"
    path.write_bytes(b'{"accessToken": "\xff\xfe"}')
    assert isinstance(read_token(path, sleep=Sleeper()), Unreadable)


def test_a_file_that_is_written_while_we_look_is_read(tmp_path):
    path = put(tmp_path, json.dumps(TOKEN)[:50])
    assert isinstance(read_token(path, sleep=Sleeper(wake=lambda: put(tmp_path, TOKEN))), Token)


def test_a_file_that_is_removed_while_we_look_is_no_token(tmp_path):
    path = put(tmp_path, "")
    assert read_token(path, sleep=Sleeper(wake=lambda: path.unlink(missing_ok=True))) is None


def test_a_folder_in_place_of_the_file_is_unreadable(tmp_path):
    (tmp_path / "folder.json").mkdir()
    assert isinstance(read_token(tmp_path / "folder.json", sleep=Sleeper()), Unreadable)


@posix
def test_a_pipe_in_place_of_the_file_is_unreadable_and_waits_for_nobody(tmp_path):
    os.mkfifo(tmp_path / "pipe.json")
    assert isinstance(read_token(tmp_path / "pipe.json", sleep=Sleeper()), Unreadable)


def test_a_file_that_we_may_not_read_says_why(tmp_path, monkeypatch):
    path = put(tmp_path, TOKEN)

    def refuse(*args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tray.aws.cache.files.os.open", refuse)
    assert read_token(path, sleep=Sleeper()) == Unreadable("this user may not read it")


def test_a_reader_beside_a_writer_that_truncates_in_place_never_sees_a_broken_token(tmp_path):
    path = put(tmp_path, TOKEN)
    stop = threading.Event()

    def write_like_the_cli():
        while not stop.is_set():
            began = time.monotonic()
            with path.open("w") as file:
                file.write(json.dumps(TOKEN))
            # However slow the disk is, the file is whole for most of the time.
            time.sleep(max(0.002, 10 * (time.monotonic() - began)))

    writer = threading.Thread(target=write_like_the_cli)
    writer.start()
    try:
        found = [read_token(path) for _ in range(300)]
    finally:
        stop.set()
        writer.join()
    assert all(isinstance(token, Token) for token in found)


def test_a_document_is_loaded_with_all_that_it_holds(tmp_path):
    assert load_document(put(tmp_path, TOKEN | {"issuedAt": 5})) == TOKEN | {"issuedAt": 5}
    assert load_document(tmp_path / "missing.json") is None
    assert load_document(put(tmp_path, "{"), sleep=Sleeper()) is None


def test_a_written_document_is_one_line_in_the_order_given(tmp_path):
    path = tmp_path / "token.json"
    write_document(path, TOKEN | {"unknown": ["kept"]})
    assert path.read_text() == json.dumps(TOKEN | {"unknown": ["kept"]})


def test_a_new_file_and_its_new_folders_are_for_their_owner_alone(tmp_path):
    path = tmp_path / ".aws" / "sso" / "cache" / "token.json"
    write_document(path, TOKEN)
    assert all(map(is_private, [path, *list(path.parents)[:3]]))


@posix
@pytest.mark.parametrize(("before", "after"), [(0o644, 0o600), (0o600, 0o600), (0o400, 0o400)])
def test_an_existing_file_is_never_opened_wider(tmp_path, before, after):
    path = put(tmp_path, {})
    path.chmod(before)
    write_document(path, TOKEN)
    assert stat.S_IMODE(path.stat().st_mode) == after


@posix
def test_an_existing_folder_keeps_its_mode(tmp_path):
    tmp_path.chmod(0o755)
    write_document(tmp_path / "token.json", TOKEN)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_a_linked_file_is_written_behind_its_link(tmp_path):
    real = put(tmp_path, {}, "real.json")
    link = tmp_path / "link.json"
    symlink(link, real)
    write_document(link, TOKEN)
    assert link.is_symlink()
    assert json.loads(real.read_text()) == TOKEN


def test_a_link_to_itself_is_refused(tmp_path):
    link = tmp_path / "link.json"
    symlink(link, link)
    with pytest.raises(ConfigProblem):
        write_document(link, TOKEN)
    assert isinstance(read_token(link, sleep=Sleeper()), Unreadable)


def test_a_write_leaves_nothing_else_behind(tmp_path):
    write_document(tmp_path / "token.json", TOKEN)
    assert [entry.name for entry in tmp_path.iterdir()] == ["token.json"]


def test_a_thousand_tokens_are_read_quickly(tmp_path):
    paths = [put(tmp_path, TOKEN, f"{number}.json") for number in range(1000)]
    start = time.process_time()
    assert all(isinstance(read_token(path), Token) for path in paths)
    assert time.process_time() - start < (0.25 if os.name == "posix" else 1.0)  # Windows opens files more slowly.
