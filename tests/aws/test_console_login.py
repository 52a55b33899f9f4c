"""What ``aws login`` leaves on disk: read without its secrets, also while it is written; forgotten by its file."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.utils import JSONFileCache, LoginTokenLoader
from hypothesis import given
from hypothesis import strategies as st
from support.aws_cli import ALICE, document, jwt, login_file, plant_login

from tray.aws.aws_login.credentials import forget_login, login_path, read_console_login
from tray.aws.cache.files import read_token
from tray.core.model import Token, Unreadable

LOGIN = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)


def read(content: dict[str, Any]) -> Token | Unreadable | None:
    return read_console_login(plant_login(content), attempts=1)


def token(content: dict[str, Any]) -> Token:
    found = read(content)
    assert isinstance(found, Token)
    return found


def test_a_file_that_botocore_writes_is_found_and_read() -> None:
    folder = login_file().parent
    LoginTokenLoader(JSONFileCache(str(folder))).save_token(ALICE, document(LOGIN))  # type: ignore[arg-type] # botocore hands it this
    assert [login_path(folder, ALICE)] == list(folder.iterdir())
    assert isinstance(read_console_login(login_path(folder, ALICE)), Token)


def test_what_the_file_says() -> None:
    found = token(document(LOGIN, minutes=15, now=LOGIN + timedelta(hours=3)))
    assert found.expires_at == LOGIN + timedelta(hours=3, minutes=15)
    assert found.login_at == LOGIN
    assert found.refreshable
    assert found.registration_expires_at is None


def test_no_secret_is_kept() -> None:
    kept = repr(token(document(LOGIN)))
    for secret in ("ASIA", "the-secret-key", "the-session-token", "the-refresh-token", "the-key", "012345678901"):
        assert secret not in kept


@pytest.mark.parametrize("missing", ["refreshToken", "dpopKey", "clientId"])
def test_without_what_a_renewal_needs_nobody_renews_it(missing: str) -> None:
    assert not token(document(LOGIN, **{missing: None})).refreshable


@pytest.mark.parametrize(
    "id_token",
    [
        *(None, "", 5, "a.b", "..", "a.!!.c", jwt([])),  # type: ignore[arg-type]
        *(jwt({"iat": iat}) for iat in (None, "x", [], 1e300, float("nan"), float("inf"), -(10**15))),
        jwt({}),
    ],
)
def test_an_id_token_that_tells_no_time_is_no_obstacle(id_token: object) -> None:
    assert token(document(LOGIN, idToken=id_token)).login_at is None


def test_nobody_signs_in_after_the_file_was_written() -> None:
    path = plant_login(document(LOGIN + timedelta(minutes=7)))
    os.utime(path, (LOGIN.timestamp(), LOGIN.timestamp()))
    found = read_console_login(path)
    assert isinstance(found, Token)
    assert found.login_at == LOGIN


def test_a_renewal_changes_the_fingerprint_and_a_touch_does_not() -> None:
    before = document(LOGIN, minutes=3)
    credentials = {**before["accessToken"], "sessionToken": "another"}
    after = token({**before, "accessToken": credentials, "refreshToken": "another"})
    assert token(before).fingerprint == token(before).fingerprint != after.fingerprint
    assert token(before).refresh_fingerprint != after.refresh_fingerprint


def test_no_file_is_no_sign_in(tmp_path: Path) -> None:
    assert read_console_login(tmp_path / "none" / "x.json") is None


@pytest.mark.parametrize("access_token", [None, "an-sso-token", {}, []])
def test_another_kind_of_token_is_no_console_sign_in(access_token: object) -> None:
    assert read(document(LOGIN, accessToken=access_token)) is None


def test_a_console_sign_in_is_no_sso_token() -> None:
    assert read_token(plant_login(document(LOGIN))) is None


def test_credentials_without_an_end_are_unreadable() -> None:
    assert isinstance(read(document(LOGIN, accessToken={"accessKeyId": "A"})), Unreadable)


def test_a_file_that_is_written_while_we_look_is_read() -> None:
    path = plant_login(document(LOGIN))
    whole = path.read_text()
    path.write_text(whole[:100])

    def sleep(_seconds: float) -> None:
        path.write_text(whole)

    assert isinstance(read_console_login(path, sleep=sleep), Token)
    path.write_text(whole[:100])
    assert isinstance(read_console_login(path, sleep=lambda _: None), Unreadable)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(changes=st.dictionaries(st.sampled_from([*document(LOGIN), "signInRegion"]), JSON))
def test_whatever_the_file_holds_reading_it_never_fails(changes: dict[str, Any]) -> None:
    assert isinstance(read({**document(LOGIN), **changes}), Token | Unreadable | None)


@given(claims=JSON)
def test_whatever_the_id_token_holds_reading_it_never_fails(claims: Any) -> None:
    assert isinstance(read(document(LOGIN, idToken=jwt(claims))), Token)


def test_forgetting_removes_one_file_and_leaves_the_others() -> None:
    path, other = plant_login(document(LOGIN)), plant_login(document(LOGIN), "arn:aws:iam::012345678901:user/bob")
    assert forget_login(path.parent, ALICE)
    assert not path.exists()
    assert other.exists()
    assert not forget_login(path.parent, ALICE)
