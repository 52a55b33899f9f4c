"""The memory of the tray on disk: none, an old, a newer, a broken or a hostile one starts it all the same."""

from __future__ import annotations

import json
import logging
import os
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

import pytest
from support.build import NOW, token
from support.modes import is_private
from support.needs import posix

from tray.core.model import EndId
from tray.core.session.documents import to_document
from tray.core.session.history import History, Span
from tray.core.session.memory import Announcement, Memory
from tray.resident import memory_file

HOUR = timedelta(hours=1)
MEMORY = Memory(
    announcements=MappingProxyType({"corp": Announcement(EndId("session 1"), NOW, True, (15.0,), None, NOW)}),
    showing=("corp",),
    snoozed_until=NOW + HOUR,
    recent_profiles=("prod", "dev"),
    histories=MappingProxyType({"corp": History(token=token(refreshable=True), number=1, began_at=NOW, held_at=NOW)}),
    seen_at=NOW,
    skew_seconds=2.0,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "state.json"


def write(file: Path, content: bytes) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    return file


def names(file: Path) -> list[str]:
    return sorted(entry.name for entry in file.parent.iterdir())


def test_what_was_saved_is_loaded_and_nobody_else_may_read_it(file: Path) -> None:
    memory_file.save(file, MEMORY)

    assert memory_file.take_over(file) == memory_file.load(file) == MEMORY
    assert is_private(file)
    assert is_private(file.parent)
    assert names(file) == ["state.json"]


def test_without_a_memory_it_is_empty_and_nothing_is_made(file: Path) -> None:
    assert memory_file.take_over(file) == Memory()
    assert not file.parent.exists()


def of_version_2() -> dict[str, object]:
    """A memory as 0.1 wrote it: its histories have other keys."""
    token_of_then = {
        "expires_at": NOW.isoformat(),
        "refreshable": True,
        "registration_expires_at": (NOW + 90 * 24 * HOUR).isoformat(),
        "modified_at": NOW.isoformat(),
        "fingerprint": "a",
        "refresh_fingerprint": "ra",
    }
    history = {
        "token": token_of_then,
        "began_at": NOW.isoformat(),
        "doubtful": False,
        "held_at": NOW.isoformat(),
        "refused": None,
        "rotates": True,
        "spans": [[7 * 3600.0, 8 * 3600.0, 3]],
        "trouble": None,
        "pause_until": None,
        "number": 3,
    }
    document = to_document(MEMORY)
    return {**document, "schema": 2, "histories": {"corp": history}}


def test_a_memory_of_0_1_gives_up_what_it_learned_and_keeps_the_rest(file: Path) -> None:
    write(file, json.dumps(of_version_2()).encode())

    memory = memory_file.take_over(file)

    assert dict(memory.histories) == {}
    assert (memory.snoozed_until, memory.recent_profiles) == (MEMORY.snoozed_until, MEMORY.recent_profiles)
    assert memory.announcements == MEMORY.announcements
    assert names(file) == ["state.json"]


def changed(**changes: object) -> bytes:
    return json.dumps({**to_document(MEMORY), **changes}).encode()


SPOILT = {
    "empty": b"",
    "half-written": changed()[:-9],
    "no object": b"[]",
    "no text": b"\xff\xfe",
    "no version": b"{}",
    "100,000 levels deep": b'{"schema": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a version that is no number": changed(schema="3"),
    "a version with too many digits": b'{"schema": ' + b"9" * 4000 + b"}",
    "a version beyond all": b'{"schema": ' + b"9" * 5000 + b"}",
    "another shape": changed(histories=[]),
    "a skew beyond all": changed(skew_seconds=1e300),
    "the year 9999": changed(seen_at="9999-12-31T23:59:59+00:00"),
    "a snooze for ever": changed(snoozed_until="9999-12-31T23:59:59+00:00"),
    "a history that cannot be": changed(histories={"corp": {"number": -1}}),
}


@pytest.mark.parametrize("content", SPOILT.values(), ids=SPOILT)
def test_a_memory_that_cannot_be_read_is_an_empty_one_and_is_kept_beside(
    file: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    write(file, content)
    assert memory_file.load(file) == Memory()
    assert names(file) == ["state.json"], "reading changes nothing"
    assert caplog.text == "", "and says nothing: a shell prompt may"

    with caplog.at_level(logging.WARNING):
        assert memory_file.take_over(file) == Memory()
    assert "state.json cannot be read, and is kept as state-unreadable.json" in caplog.text
    memory_file.save(file, MEMORY)

    assert memory_file.load(file) == MEMORY
    assert names(file) == ["state-unreadable.json", "state.json"]
    assert file.with_name("state-unreadable.json").read_bytes() == content


def test_a_memory_of_a_newer_version_is_kept_for_it(file: Path) -> None:
    content = changed(schema=99, more="of it")
    write(file, content)

    assert memory_file.take_over(file) == Memory()
    memory_file.save(file, MEMORY)

    assert names(file) == ["state-version-99.json", "state.json"]
    assert file.with_name("state-version-99.json").read_bytes() == content


def test_a_memory_that_is_larger_than_any_is_not_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_file, "_LARGEST", 100)
    write(file, changed())

    assert memory_file.take_over(file) == Memory()


def test_a_folder_that_cannot_be_written_costs_the_memory_alone(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    file.parent.write_text("in the way")
    with caplog.at_level(logging.WARNING):
        memory_file.save(file, MEMORY)

    assert "The memory could not be saved" in caplog.text
    assert memory_file.take_over(file) == Memory()


def test_what_was_learned_by_now_outlives_a_restart(file: Path) -> None:
    known = History(spans=(Span(7 * HOUR, 8 * HOUR, 2),))
    memory_file.save(file, Memory(histories=MappingProxyType({"corp": known})))

    assert memory_file.take_over(file).history("corp") == known


@posix
def test_a_pipe_in_its_place_holds_no_start_up(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    os.mkfifo(path)
    assert memory_file.load(path) == Memory()
    assert memory_file.take_over(path) == Memory()
    memory_file.save(path, Memory())
    assert path.is_file()
