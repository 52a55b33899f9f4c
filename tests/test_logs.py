"""The log: a rotating private file from which every secret is struck out."""

from __future__ import annotations

import base64
import errno
import io
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.needs import posix

from tray import logs

_log = logging.getLogger("tray.test")

_URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_BASE64 = _URL_SAFE[:62] + "+/"


def _base64(size: int) -> st.SearchStrategy[str]:
    """Base64 of at least that many bytes, with and without padding, in both alphabets."""
    encoders = st.sampled_from([base64.b64encode, base64.urlsafe_b64encode])
    raw = st.binary(min_size=size, max_size=200)
    return st.builds(lambda encode, data, cut: encode(data).decode().rstrip("=" * cut), encoders, raw, st.booleans())


_parts = st.text(_URL_SAFE, min_size=6, max_size=60)
_jwts = st.builds(lambda head, parts: "eyJ" + head + "".join(f".{part}" for part in parts), _parts, st.lists(_parts))
_tokens = st.builds(
    lambda kind, body: f"ao{kind}A{body}", st.sampled_from("ar"), st.text(_BASE64 + ":", min_size=8, max_size=300)
)
_keys = st.builds(
    lambda kind, rest: kind + rest,
    st.sampled_from(["AKIA", "ASIA"]),
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=16, max_size=16),
)
_bare_secrets = st.one_of(_jwts, _tokens, _keys, _base64(30))

_words = st.sampled_from(["signed in as", "GET /token", "error:", "{'a': 1}", "at 12:00", "(", "["])


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    """A log file in a folder that does not exist yet; afterwards logging is as it was before."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield tmp_path / "logs" / "sso-tray" / "sso-tray.log"
    for handler in [handler for handler in root.handlers if handler not in handlers]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


@given(secret=_bare_secrets, before=_words, after=_words)
def test_a_bare_secret_never_comes_out(secret: str, before: str, after: str) -> None:
    for template in ("{} {} {}", "{}\n{}\n{}", '{} "{}" {}', "{} '{}', {}", "{} x={}&{}", "{} <{}> {}"):
        assert secret not in logs.redact(template.format(before, secret, after))


_json_keys = st.sampled_from(
    [
        "accessToken",
        "refreshToken",
        "clientSecret",
        "deviceCode",
        "userCode",
        "secretAccessKey",
        "sessionToken",
        "idToken",
    ]
)


@given(key=_json_keys, secret=st.text(min_size=9).filter(lambda text: len(set(text)) > 5))
def test_a_secret_under_its_name_never_comes_out(key: str, secret: str) -> None:
    answer = {"a": 1, key: secret, "z": "kept"}
    as_json = json.dumps(answer)

    for text in (as_json, json.dumps(answer, ensure_ascii=False), str(answer), json.dumps({"body": as_json})):
        redacted = logs.redact(text)
        assert secret not in redacted
        assert json.dumps(secret)[1:-1] not in redacted
        assert "kept" in redacted or text.startswith('{"body"')


def test_json_within_json_loses_its_secret_and_nothing_else() -> None:
    text = json.dumps({"body": json.dumps({"refreshToken": 'a"b\\c', "region": "eu-west-1"})})

    assert logs.redact(text) == '{"body": "{\\"refreshToken\\": [hidden], \\"region\\": \\"eu-west-1\\"}"}'


@given(
    key=st.sampled_from(
        ["code", "state", "user_code", "device_code", "code_verifier", "client_secret", "refresh_token"]
    ),
    secret=st.text(_URL_SAFE + "%.~", min_size=8),
)
def test_a_secret_in_a_link_never_comes_out(key: str, secret: str) -> None:
    for template in ("https://x.example/callback?{}={}&error=none", "GET /oauth/callback?a=b&{}={} HTTP/1.1"):
        redacted = logs.redact(template.format(key, secret))
        assert f"{key}={secret}" not in redacted
        assert "error=none" in redacted or "HTTP/1.1" in redacted


@pytest.mark.parametrize(
    "text",
    [
        "read /home/alice/.aws/sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json",
        "profile AdministratorAccess-123456789012 of my-sso ends about 17:05",
        "status_code=200 exit 3",
        '  File "/usr/lib/python3.11/site-packages/tray/desktop/watch.py", line 12, in _look_again',
        "org.freedesktop.portal.Settings answered 1",
        "https://d-1234567890.awsapps.com/start/#/",
    ],
)
def test_what_helps_to_find_a_fault_stays(text: str) -> None:
    assert logs.redact(text) == text


def test_arguments_exceptions_and_stacks_are_redacted(log_file: Path) -> None:
    secret = "aoaAAAAAGXabcdefghijklmnop:MGQCMabcdefgh"
    logs.configure(log_file)

    _log.warning("token %s in %r", secret, {"accessToken": "short"})
    try:
        int(f"bad answer {secret}")
    except ValueError:
        _log.exception("failed")

    text = log_file.read_text(encoding="utf-8")
    assert secret not in text
    assert "short" not in text
    assert "ValueError: invalid literal for int() with base 10: 'bad answer [hidden]" in text
    assert "Traceback" in text


def test_the_file_is_private_and_its_times_are_utc(log_file: Path) -> None:
    logs.configure(log_file)

    _log.info("hello ✓ \ud800")

    line = log_file.read_text(encoding="utf-8")
    assert line.endswith("Z INFO tray.test: hello ✓ \\ud800\n")
    if os.name == "posix":
        assert log_file.stat().st_mode & 0o777 == 0o600
        assert log_file.parent.stat().st_mode & 0o777 == 0o700


def test_the_file_rotates_and_stays_private(log_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_MAX_BYTES", 2000)
    logs.configure(log_file)

    for number in range(200):
        _log.info("line %d", number)

    files = sorted(log_file.parent.iterdir())
    assert [file.name for file in files] == ["sso-tray.log", "sso-tray.log.1", "sso-tray.log.2"]
    assert all(file.stat().st_size <= 2000 for file in files)
    assert "line 199" in log_file.read_text()
    if os.name == "posix":
        assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_a_file_that_cannot_be_put_aside_goes_on(log_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path, _target: object) -> None:
        raise PermissionError(errno.EACCES, "another process has it open")

    monkeypatch.setattr(logs, "_MAX_BYTES", 100)
    monkeypatch.setattr(Path, "replace", refuse)
    logs.configure(log_file)

    for number in range(5):
        _log.info("line %d", number)

    assert log_file.read_text().count("line") == 5
    assert list(log_file.parent.iterdir()) == [log_file]


def test_configured_twice_each_line_comes_once(log_file: Path) -> None:
    logs.configure(log_file)
    logs.configure(log_file)

    _log.info("once")

    assert log_file.read_text().count("once") == 1


def test_only_verbose_logs_details_and_speaks_on_the_standard_error(
    log_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(log_file)
    _log.debug("detail")
    _log.info("plain")
    assert capsys.readouterr() == ("", "")
    logs.configure(log_file, verbose=True)
    _log.debug("detail aoaAAAAAGXabcdefghijklmnop")
    out, err = capsys.readouterr()

    assert out == ""
    assert "detail [hidden]" in err
    assert log_file.read_text().count("detail") == 1


def test_requests_to_aws_are_never_logged_in_detail(log_file: Path) -> None:
    logs.configure(log_file, verbose=True)

    logging.getLogger("botocore.endpoint").debug("Making request with body")
    logging.getLogger("urllib3.connectionpool").info("POST /token")

    assert log_file.read_text() == ""


def test_without_a_place_for_the_file_the_program_goes_on(tmp_path: Path, log_file: Path) -> None:
    (tmp_path / "file").write_text("")

    logs.configure(tmp_path / "file" / "logs" / "sso-tray.log")
    _log.warning("nobody hears this")

    assert (tmp_path / "file").read_text() == ""


def test_without_a_file_nothing_is_printed_instead(
    tmp_path: Path, log_file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    logs.configure(tmp_path / "file" / "sso-tray.log")

    _log.error("nobody hears this")

    assert capfd.readouterr() == ("", "")


class FullDisk(io.StringIO):
    """A stream that takes nothing."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_disturbs_nobody(log_file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure(log_file)
    ours = next(handler for handler in logging.getLogger().handlers if handler.name == "sso-tray")
    assert isinstance(ours, logging.StreamHandler)
    ours.setStream(FullDisk()).close()

    _log.error("lost")

    assert capfd.readouterr() == ("", "")


@posix
@pytest.mark.parametrize("obstacle", ["pipe", "link"])
def test_what_is_no_log_file_of_ours_is_neither_waited_for_nor_written(log_file: Path, obstacle: str) -> None:
    log_file.parent.mkdir(parents=True)
    precious = log_file.with_name("precious")
    precious.write_bytes(b"data")
    if obstacle == "pipe":
        os.mkfifo(log_file)
    else:
        log_file.symlink_to(precious)

    assert not logs.configure(log_file)
    _log.info("a line")

    assert precious.read_bytes() == b"data"
