"""Whatever lies in a file that is read, it is read as something, or told as a problem; no reader comes to grief."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.examples import examples
from support.login import SESSION

from tray.aws.aws_login.credentials import login_path, read_console_login
from tray.aws.cache import registration
from tray.aws.cache.files import load_document, load_token, read_token, token_path
from tray.aws.cache.records import read_record
from tray.aws.cache.registration import Flow
from tray.aws.cache.renewal import is_due
from tray.aws.config.use import can_undo
from tray.aws.login.login_queue import queue_of
from tray.core.dataclass import replace
from tray.core.errors import SignInRefused
from tray.core.model import Token, Unreadable
from tray.core.session.deadline import can_renew
from tray.core.settings import Settings
from tray.disk import lock
from tray.paths import find_paths
from tray.resident import memory_file, seat_notes
from tray.settings.reading import read_layers

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)

_KEYS = st.sampled_from(
    [
        *("accessToken", "expiresAt", "refreshToken", "clientId", "clientSecret", "registrationExpiresAt", "region"),
        *("startUrl", "scopes", "grantTypes", "sessionToken", "idToken", "dpopKey", "schema", "history", "files"),
        *(
            "histories",
            "announcements",
            "sign_in",
            "since",
            "url",
            "client",
            "log-in",
            "snooze",
            "do",
            "used",
            "profile",
        ),
        *("sections", "gap", "token"),
    ]
)
_MOMENTS = st.sampled_from(
    [
        *("2026-03-04T12:00:00Z", "2026-03-04T12:00:00UTC", "", "soon"),
        *("9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"),
    ]
)
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from([1, 2, -1, 1 << 63, 1e308, 1e-320])
    | _MOMENTS
    | st.text(max_size=4)
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS | st.text(max_size=4), inner),
    max_leaves=6,
)
_DOCUMENTS = st.dictionaries(_KEYS, _VALUES, max_size=10) | _VALUES
_BYTES = st.one_of(
    _DOCUMENTS.map(lambda value: json.dumps(value).encode()),
    st.tuples(_DOCUMENTS.map(lambda value: json.dumps(value).encode()), st.integers(0, 60)).map(
        lambda pair: pair[0][: pair[1]]  # half-written
    ),
    st.binary(max_size=40),
    st.sampled_from([b"[" * 100_000, b'{"a":' * 100_000, b"1" * 5000]),
    st.sampled_from([b"\xff\xfe{\0}\0", b"\xef\xbb\xbf{}", b"1e999", b"NaN"]),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tray.aws.cache.files._PAUSE", 0.0)  # between two looks at a file that may be half-written
        yield tmp_path_factory.mktemp("files")


def put(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@examples(300)
@given(_BYTES)
@example(b'{"accessToken": "a", "expiresAt": "9999-12-31T23:59:59-12:00"}')
def test_a_token_file(folder: Path, data: bytes) -> None:
    path = put(token_path(folder, SESSION.name), data)
    found = read_token(path, attempts=1)
    assert found is None or isinstance(found, Token | Unreadable)
    loaded = load_token(path, attempts=1)
    assert (loaded[0] if isinstance(loaded, tuple) else loaded) == found
    if isinstance(found, Token):
        assert isinstance(is_due(found, NOW), bool)
        assert isinstance(can_renew(found, NOW), bool)
        assert found.expires_at.tzinfo is not None


@examples(200)
@given(_BYTES)
def test_a_registration(folder: Path, data: bytes) -> None:
    put(registration._path(SESSION, folder), data)
    assert isinstance(registration.covers(SESSION, folder), bool)
    client = registration.kept_client(SESSION, folder)
    assert client is None or isinstance(client, str)
    document = load_document(registration._path(SESSION, folder), attempts=1)
    for flow in Flow:
        registration._reusable(document, SESSION, flow, NOW)
    registration.forget(SESSION, folder)


@examples(150)
@given(_BYTES)
def test_a_console_sign_in(folder: Path, data: bytes) -> None:
    found = read_console_login(put(login_path(folder, "arn:aws:iam::1:user/a"), data), attempts=1)
    assert found is None or isinstance(found, Token | Unreadable)


@examples(200)
@given(_BYTES)
def test_the_memory_and_the_records(folder: Path, data: bytes) -> None:
    path = put(folder / "state.json", data)
    read_record(path)
    memory = memory_file.load(path)
    memory_file.save(path, memory)
    assert memory_file.load(path) == memory
    put(path, data)
    assert memory_file.take_over(path) == memory


@examples(150)
@given(_BYTES, st.none() | st.text(max_size=4))
def test_the_journal_of_switches(folder: Path, data: bytes, copied: str | None) -> None:
    put(folder / "switches.json", data)
    undone = can_undo(replace(find_paths(), state=folder), copied)
    assert undone is None or isinstance(undone, str)


@examples(150)
@given(_BYTES)
def test_what_a_login_or_another_tray_left(folder: Path, data: bytes) -> None:
    queue = queue_of(folder, SESSION)
    for ending in (".page.json", ".refused.json"):
        put(queue._file(ending), data)
    queue.open_page()
    assert queue.in_progress() is None
    with suppress(SignInRefused):
        queue._check(NOW, NOW + timedelta(seconds=1), lambda: False)
    note = put(folder / "show.note", data)
    seat_notes.read_asked(note)
    seat_notes.read_wish(note)
    assert not note.exists()
    assert not lock.is_held(put(folder / "some.lock", data))


_SECTIONS = ("notify", "renew", "icon", "browser", "login", "hooks", 'sign_in."my-sso"', "sign_in", "enforced")
_NAMES = (
    *("lead_minutes", "quiet_hours", "enabled", "theme", "follows", "command", "device_code"),
    *("length_hours", "scopes"),
)
_TOML_VALUES = (
    *("[15]", "[]", "[nan]", "[inf]", "[-1]", "[1e400]", "true", '"auto"', '""', "1e308", "-0.0", "9" * 20, "[[1]]"),
    *("{}", "{a = 1}", "2026-03-04", "12:00:00", '"22:00-07:00"', '"25:00-07:00"', '"\\u0000"', '"\\u202e"'),
    "[" * 5000,
)
_TOML = st.one_of(
    st.binary(max_size=60),
    st.text(max_size=60).map(str.encode),
    st.tuples(*map(st.sampled_from, (_SECTIONS, _NAMES, _TOML_VALUES))).map(
        lambda parts: f"[{parts[0]}]\n{parts[1]} = {parts[2]}\n".encode()
    ),
)


@examples(400)
@given(_TOML, _TOML)
def test_the_settings(folder: Path, own: bytes, site: bytes) -> None:
    layers = read_layers(put(folder / "settings.toml", own), (put(folder / "site.toml", site),))
    assert isinstance(layers.settings, Settings)
    assert all(problem.title and problem.hint for problem in layers.problems)
    assert json.dumps([str(each.value) for each in layers.in_force])
