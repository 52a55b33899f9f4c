"""What the reader keeps of files that did not change: never that one of them could not be read."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.held import held

from tray.aws.cache.files import token_path
from tray.aws.cache.records import record_path, write_record
from tray.core.model import Snapshot, Token, Unreadable
from tray.core.session.history import History
from tray.core.settings import Settings
from tray.paths import Paths, find_paths
from tray.resident.reader import Reader

CONFIG = """
[default]
region = eu-central-1
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-central-1
sso_registration_scopes = sso:account:access
[profile dev]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Dev
"""
TOKEN = {"accessToken": "secret", "expiresAt": "2126-01-01T00:00:00Z"}
LONG_AGO = time.time() - 3600

_Said = Callable[[Snapshot, Settings], object]


@pytest.fixture
def paths(home: Path) -> Paths:
    found = find_paths({})
    for file, text in (
        (found.aws_config, CONFIG),
        (found.aws_credentials, "[old]\naws_access_key_id = x\n"),
        (token_path(found.sso_cache, "corp"), json.dumps(TOKEN)),
        (found.settings_file, "[notify]\nlead_minutes = [7]\n"),
    ):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    write_record(record_path(found.sign_in_records, "corp"), History(revision=7))
    for file in (found.aws_config, found.aws_credentials, found.settings_file, *found.sso_cache.iterdir()):
        os.utime(file, (LONG_AGO, LONG_AGO))
    os.utime(found.sign_in_records, (LONG_AGO, LONG_AGO))
    return found


FILES: list[tuple[str, Callable[[Paths], Path], _Said, object]] = [
    ("config", lambda paths: paths.aws_config, lambda read, _: read.default_profile, "default"),
    (
        "credentials",
        lambda paths: paths.aws_credentials,
        lambda read, _: [each.name for each in read.profiles],
        ["default", "dev", "old"],
    ),
    ("token", lambda paths: token_path(paths.sso_cache, "corp"), lambda read, _: type(read.tokens["corp"]), Token),
    ("settings", lambda paths: paths.settings_file, lambda _, read: read.lead_minutes, (7,)),
    (
        "record",
        lambda paths: record_path(paths.sign_in_records, "corp"),
        lambda read, _: {name: known.revision for name, known in read.records.items()},
        {"corp": 7},
    ),
]


@pytest.mark.parametrize(("file", "says", "wanted"), [each[1:] for each in FILES], ids=[each[0] for each in FILES])
def test_a_file_that_was_held_for_a_moment_is_read_although_it_did_not_change(
    paths: Paths, file: Callable[[Paths], Path], says: _Said, wanted: object
) -> None:
    reader = Reader(paths, {})
    with held(file(paths)):
        snapshot, settings = reader.read()
        assert snapshot.refused
        assert says(snapshot, settings) != wanted
    snapshot, settings = reader.read()

    assert says(snapshot, settings) == wanted
    assert not snapshot.refused


def test_what_could_be_read_is_not_read_again(paths: Paths) -> None:
    reader = Reader(paths, {})
    read = reader.read()
    files = (paths.aws_config, paths.aws_credentials, paths.settings_file, token_path(paths.sso_cache, "corp"))
    with held(files[0]), held(files[1]), held(files[2]), held(files[3]):
        assert reader.read() == read


def test_a_token_that_is_held_is_unreadable_and_nothing_else(paths: Paths) -> None:
    with held(token_path(paths.sso_cache, "corp")):
        snapshot, _ = Reader(paths, {}).read()

    assert isinstance(snapshot.tokens["corp"], Unreadable)
    assert [each.name for each in snapshot.sign_ins] == ["corp"]


def test_a_record_that_cannot_be_read_now_is_not_written_over(paths: Paths) -> None:
    from tray.core.errors import TrayError

    record = record_path(paths.sign_in_records, "corp")
    before = record.read_bytes()
    with held(record), pytest.raises(TrayError):
        write_record(record, History())

    assert record.read_bytes() == before
    assert list(record.parent.iterdir()) == [record]
