"""The file of a sign-in that all our commands share: whatever it holds, nobody stumbles over it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.build import NOW, sign_in, snapshot, token, utc
from support.modes import is_private
from support.needs import posix

from tray.aws.cache.files import token_path
from tray.aws.cache.records import read_record, read_records, record_path, write_record
from tray.core.errors import TrayError
from tray.core.notices import plan
from tray.core.session.documents import history_document, history_from
from tray.core.session.history import End, EndedBy, History, Span, Trouble
from tray.core.session.memory import Memory
from tray.core.session.schedule import next_change
from tray.core.session.status import derive, problems_of
from tray.core.session.token_changes import observe
from tray.core.settings import Settings
from tray.core.view.render import Scene, render
from tray.paths import Paths, find_paths
from tray.resident.reader import Reader

HOUR = timedelta(hours=1)
CORP = sign_in("corp")
KNOWN = History(
    token=token(refreshable=True),
    number=4,
    began_at=NOW - 2 * HOUR,
    doubtful=True,
    joined=True,
    held_at=NOW - HOUR,
    ends_by=NOW + 6 * HOUR,
    ended=End("b", NOW, EndedBy.REFUSED, "InvalidRequestException"),
    rotates=True,
    spans=(Span(7 * HOUR, 8 * HOUR, 2),),
    page_shown_at=NOW - 3 * HOUR,
    questioned_at=NOW,
    trouble=Trouble(NOW, "No network.", "Look at it.", passes=False, attempts=3),
    pause_until=NOW,
    revision=7,
    recorded_at=NOW,
    skew=-1.5,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "sign-ins"


@pytest.fixture
def record(folder: Path) -> Path:
    path = record_path(folder, "corp")
    write_record(path, KNOWN)
    return path


def test_what_was_written_down_is_read_back(folder: Path, record: Path) -> None:
    assert read_record(record) == KNOWN
    assert read_records(folder, (CORP, sign_in("other"))) == {"corp": KNOWN}


def test_it_is_named_as_the_token_file_is(folder: Path, record: Path) -> None:
    assert record.name == token_path(folder, "corp").name
    assert record_path(folder, "a/b\n").parent == folder


def test_nobody_else_may_read_it(folder: Path, record: Path) -> None:
    assert is_private(record)
    assert is_private(folder)


def written_as(**changes: object) -> bytes:
    document = {**history_document(KNOWN), **changes}
    return json.dumps({"schema": 1, "history": document}).encode()


UNREADABLE = {
    "empty": b"",
    "half-written": written_as()[:-20],
    "no object": b"[]",
    "no text": b"\xff\xfe",
    "of a newer version": b'{"schema": 2, "history": {}}',
    "of no version": b'{"history": {}}',
    "without a history": b'{"schema": 1}',
    "another shape": b'{"schema": 1, "history": []}',
    "100,000 levels deep": b'{"schema": 1, "history": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "huge": written_as(reason="x" * (2 << 20)),
    "a number without end": b'{"schema": 1, "history": {"number": ' + b"9" * 10_000 + b"}}",
    "the year 9999": written_as(began_at="9999-12-31T23:59:59+00:00"),
    "the year 1": written_as(held_at="0001-01-01T00:00:00+00:00"),
    "a moment without a zone": written_as(held_at="2026-03-04T12:00:00"),
    "no moment": written_as(held_at=[]),
    "a skew beyond all": written_as(skew=1e300),
    "a skew that is no number": b'{"schema": 1, "history": {"skew": NaN}}',
    "an endless skew": b'{"schema": 1, "history": {"skew": Infinity}}',
    "a span beyond all": written_as(spans=[[1e300, 1e300, 1]]),
    "a negative count": written_as(revision=-1),
    "an end nobody knows of": written_as(ended={"token": "a", "at": NOW.isoformat(), "by": "magic"}),
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_nothing_and_is_kept_beside_what_is_written_next(
    folder: Path, record: Path, content: bytes
) -> None:
    record.write_bytes(content)
    assert read_record(record) is None
    assert read_records(folder, (CORP,)) == {}

    write_record(record, KNOWN)

    assert read_record(record) == KNOWN
    assert record.with_name(f"{record.name}.kept").read_bytes() == content


def test_what_can_be_read_is_replaced_and_not_kept(folder: Path, record: Path) -> None:
    write_record(record, History())

    assert read_record(record) == History()
    assert list(folder.iterdir()) == [record]


def _in_the_way(folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("in the way")


def _loop(folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.symlink_to(folder)


@posix
@pytest.mark.parametrize("spoil", [_in_the_way, _loop])
def test_a_folder_that_is_none_holds_nothing_and_takes_nothing(folder: Path, spoil: Callable[[Path], None]) -> None:
    spoil(folder)

    assert read_records(folder, (CORP,)) == {}
    with pytest.raises(TrayError):
        write_record(record_path(folder, "corp"), KNOWN)


@posix
def test_a_pipe_in_its_place_is_not_waited_for(record: Path) -> None:
    record.unlink()
    os.mkfifo(record)

    assert read_record(record) is None
    write_record(record, KNOWN)
    assert read_record(record) == KNOWN


_MOMENTS = st.sampled_from(
    ["2000-01-01T00:00:00+00:00", "2200-12-31T23:59:59-12:00", "2026-03-04T12:00:01+00:00", NOW.isoformat()]
)
_NUMBERS = st.sampled_from([0, 1, 10**9, 1e-300, 3e8, -3e8, 0.0, True])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | _MOMENTS | _NUMBERS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


def _changed(value: Any, draw: Callable[[st.SearchStrategy[Any]], Any]) -> Any:
    """Put something else in some places of a document."""
    if draw(st.integers(0, 9)) == 0:
        return draw(_JSON)
    if isinstance(value, dict):
        return {key: _changed(each, draw) for key, each in value.items() if draw(st.integers(0, 19))}
    if isinstance(value, list):
        return [_changed(each, draw) for each in value]
    return draw(_MOMENTS if isinstance(value, str) else _NUMBERS) if draw(st.integers(0, 4)) == 0 else value


@given(data=st.data())
def test_whatever_of_it_can_be_read_the_tray_lives_on(data: st.DataObject) -> None:
    facts = _changed(history_document(KNOWN), data.draw)
    try:
        recorded = history_from(facts)
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError):
        return  # as `read_record` has it
    held = data.draw(st.sampled_from([None, token(), token(refreshable=True), token(-60, refreshable=True)]))
    seen = snapshot(held, records=MappingProxyType({"corp": recorded}))
    settings, memory = Settings(), Memory()
    for now in (NOW, NOW + HOUR, NOW - HOUR):
        memory = observe(memory, seen, now, settings)
        statuses = derive(seen, settings, now, memory=memory)
        problems_of(seen, statuses, memory)
        memory = plan(memory, statuses, now, settings, utc).memory
        next_change(statuses, memory, now, settings, utc)
        render(Scene(seen, statuses, settings, memory), now, utc)
    json.dumps(history_document(memory.history("corp")))


class Counted:
    """Counts what a reader asks of the folder of the records."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stats = self.listings = 0
        stat_of, list_of = Path.stat, Path.iterdir

        def counted_stat(path: Path, **options: bool) -> os.stat_result:
            self.stats += folder in {path, path.parent}
            return stat_of(path, **options)

        def counted_iterdir(path: Path) -> Any:
            self.listings += path == folder
            return list_of(path)

        monkeypatch.setattr(Path, "stat", counted_stat)
        monkeypatch.setattr(Path, "iterdir", counted_iterdir)


@pytest.fixture
def paths(home: Path) -> Paths:
    found = find_paths()
    found.aws_config.parent.mkdir()
    found.aws_config.write_text(
        "[sso-session corp]\nsso_start_url = https://d-1234567890.awsapps.com/start\nsso_region = us-east-1\n"
        "[profile dev]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Developer\n"
    )
    return found


def test_a_reader_meets_a_changed_record_with_its_next_look_and_asks_little_of_one_that_did_not_change(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader(paths)
    assert dict(reader.read()[0].records) == {}
    path = record_path(paths.sign_in_records, "corp")
    for revision in range(1, 4):
        write_record(path, History(revision=revision))
        assert reader.read()[0].records["corp"].revision == revision

    long_ago = time.time() - 60
    for path_of_old in (paths.aws_config, paths.sign_in_records):
        os.utime(path_of_old, (long_ago, long_ago))
    reader.read()
    count = Counted(paths.sign_in_records, monkeypatch)
    for _ in range(5):
        assert reader.read()[0].records["corp"].revision == 3
    assert (count.stats, count.listings) == (5, 0)

    write_record(path, History(revision=4))
    assert reader.read()[0].records["corp"].revision == 4


def test_a_reader_meets_the_record_of_a_sign_in_that_was_just_set_up(paths: Paths) -> None:
    write_record(record_path(paths.sign_in_records, "new"), KNOWN)
    long_ago = time.time() - 60
    os.utime(paths.sign_in_records, (long_ago, long_ago))
    reader = Reader(paths)
    assert dict(reader.read()[0].records) == {}

    with paths.aws_config.open("a") as config:
        config.write("[sso-session new]\nsso_start_url = https://x.awsapps.com/start\nsso_region = us-east-1\n")
        config.write("[profile x]\nsso_session = new\nsso_account_id = 111122223333\nsso_role_name = r\n")

    assert dict(reader.read()[0].records) == {"new": KNOWN}


def test_a_session_ended_for_a_new_one_while_the_files_are_read_is_known_as_that(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = token(refreshable=True)
    paths.sso_cache.mkdir(parents=True)
    file = token_path(paths.sso_cache, "corp")
    file.write_text("{}")
    looks = 0

    def look(path: Path) -> object:
        nonlocal looks
        looks += 1
        seen = held if path.exists() else None
        if looks == 2:  # Just now a command removes the token, and writes that down.
            file.unlink()
            over = History(ended=End(held.fingerprint, NOW, EndedBy.NEW_SESSION), revision=1)
            write_record(record_path(paths.sign_in_records, "corp"), over)
        return seen

    monkeypatch.setattr("tray.resident.reader.read_token", look)
    reader, memory = Reader(paths), Memory()
    for _ in range(4):
        seen, settings = reader.read()
        memory = observe(memory, seen, NOW, settings)

    [status] = derive(seen, settings, NOW, None, memory)
    assert status.unfinished == held.fingerprint
