"""The cache of ``~/.aws/sso/cache``: tokens and client registrations, shared with the AWS CLI and every SDK."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tray.aws.cache.times import moment_at, parse_time
from tray.core.model import Token, Unreadable, nearest
from tray.core.words import config as config_words
from tray.disk import native
from tray.disk.digest import sha1_hex
from tray.disk.plain import Unfit, read_with_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_ATTEMPTS = 5
_PAUSE = 0.05
"""Seconds between two tries: the AWS CLI truncates a file, then writes it (docs/facts: Reading while others write)."""

_LARGEST = 1 << 20
"""Bytes; real files have a few thousand."""

_RENEWAL_NEEDS = ("refreshToken", "clientId", "clientSecret")


@lru_cache(maxsize=64)  # Made at every pass, its name would grow Python's table of names: 0.2 MB a day.
def token_path(cache_dir: Path, key: str) -> Path:
    """Name the token file of a sign-in, as the AWS CLI does (docs/facts: Token files); its key is `SignIn.name`."""
    return cache_dir / f"{sha1_hex(key)}.json"


def registration_path(
    cache_dir: Path, *, start_url: str, region: str, scopes: Sequence[str] | None, session_name: str | None
) -> Path:
    """
    Name the file of a client registration, as the AWS CLI does (docs/facts: Registration files).

    The start URL and the scopes are as the config has them, in its order; there are none where a client is registered
    without. A legacy sign-in has no session's name.
    """
    identity = {
        "tool": "botocore",
        "startUrl": start_url,
        "region": region,
        "scopes": None if scopes is None else list(scopes),
        "session_name": session_name,
    }
    return cache_dir / f"{sha1_hex(json.dumps(identity, sort_keys=True))}.json"


def read_token(
    path: Path, *, attempts: int = _ATTEMPTS, sleep: Callable[[float], None] = time.sleep
) -> Token | Unreadable | None:
    """
    Read what a token file says, without its secrets.

    A file that is half-written, or held by another program, is read again, for 0.2 s in all.

    Returns:
        None for no file, or for one that holds no SSO access token (a client registration, a console sign-in).
    """
    found = load_token(path, attempts=attempts, sleep=sleep)
    return found[0] if isinstance(found, tuple) else found


def load_token(
    path: Path, *, attempts: int = _ATTEMPTS, sleep: Callable[[float], None] = time.sleep
) -> tuple[Token, dict[str, Any]] | Unreadable | None:
    """Load a token, and with it all that its file holds, secrets too, from one reading; otherwise as `read_token`."""
    document = read_document(path, attempts=attempts, sleep=sleep)
    if document is None or isinstance(document, Unreadable):
        return document
    content, modified_at = document
    access_token = content.get("accessToken")
    if not isinstance(access_token, str) or not access_token:
        return None
    expires_at = moment_in(content.get("expiresAt"))
    if expires_at is None:
        return Unreadable(config_words.NO_EXPIRY())
    registration_expires_at = moment_in(content.get("registrationExpiresAt"))
    refresh_token = content.get("refreshToken")
    token = Token(
        expires_at=expires_at,
        refreshable=registration_expires_at is not None and all(content.get(key) for key in _RENEWAL_NEEDS),
        registration_expires_at=registration_expires_at,
        modified_at=modified_at,
        fingerprint=sha1_hex(access_token)[:16],
        refresh_fingerprint=sha1_hex(refresh_token)[:16] if isinstance(refresh_token, str) and refresh_token else None,
    )
    return token, content


def load_document(
    path: Path, *, attempts: int = _ATTEMPTS, sleep: Callable[[float], None] = time.sleep
) -> dict[str, Any] | None:
    """Load a token or a registration, secrets too; None where there is none that can be read."""
    document = read_document(path, attempts=attempts, sleep=sleep)
    return document[0] if isinstance(document, tuple) else None


def folder_entry(path: Path) -> tuple[int, int] | None:
    """Give a file's time (ns) and size (bytes) as its folder has them, without opening it; None for no file."""
    with suppress(OSError), os.scandir(path.parent) as entries:
        for entry in entries:
            if entry.name == path.name:
                status = entry.stat()
                return status.st_mtime_ns, status.st_size
    return None


def write_document(path: Path, document: Mapping[str, Any]) -> None:
    """
    Write a token or a registration as the AWS CLI does: JSON on one line, keys in the order given; atomic, 0600.

    Raises:
        ConfigProblem: The folder or a link forbids it.
        ServiceProblem: The disk failed. The file is as it was.
    """
    from tray.disk.files import write_private  # noqa: PLC0415 - a shell prompt waits for what imports this module

    write_private(path, json.dumps(dict(document)).encode("ascii"))


def moment_in(value: object) -> datetime | None:
    """Parse a time that a file holds (see `parse_time`), or the nearest one that can be meant; None for none."""
    try:
        return nearest(parse_time(value)) if isinstance(value, str) else None
    except ValueError:
        return None


def read_document(
    path: Path, *, attempts: int = _ATTEMPTS, sleep: Callable[[float], None] = time.sleep
) -> tuple[dict[str, Any], datetime] | Unreadable | None:
    """Read a JSON object, secrets and all, and when its file was modified (UTC); None for no file."""
    for attempt in range(attempts):
        found = _read_once(path)
        if not isinstance(found, Unreadable) or found.kept_out is not None:
            return found
        if attempt < attempts - 1:
            sleep(_PAUSE)
    return found


def _read_once(path: Path) -> tuple[dict[str, Any], datetime] | Unreadable | None:
    try:
        data, modified = read_with_time(path, _LARGEST)
        content = json.loads(data.decode("utf-8"))
    except FileNotFoundError:
        return None
    except PermissionError:
        from tray.disk.kept_out import folder_above  # noqa: PLC0415 - few folders keep anybody out

        words = config_words.OPEN_ELSEWHERE if native.is_open_elsewhere(path) else config_words.NO_PERMISSION
        return Unreadable(words(), refused=True, kept_out=folder_above(path))
    except (ValueError, RecursionError, Unfit):
        return Unreadable(config_words.NOT_JSON())
    except OSError as error:
        return Unreadable(error.strerror or type(error).__name__, refused=True)
    if not isinstance(content, dict):
        return Unreadable(config_words.NOT_JSON())
    return content, moment_at(modified)
