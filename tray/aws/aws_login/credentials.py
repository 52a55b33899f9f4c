"""
What ``aws login`` leaves in ``~/.aws/login/cache``: console credentials (docs/facts: Console sign-in).

The credentials hold for 15 minutes. Programs renew them as they use them, for up to 12 hours after the login, and
`tray.aws.aws_login.renewal` has the AWS CLI do so. Here they are only looked at. Tried with the AWS CLI 2.36.7.
"""

from __future__ import annotations

import base64
import json
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from tray.aws.cache.files import moment_in, read_document
from tray.core.model import Token, Unreadable, nearest
from tray.core.words import config as config_words
from tray.disk.digest import sha1_hex, sha256_hex
from tray.disk.looking import is_there

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_RENEWAL_NEEDS: Final = ("refreshToken", "dpopKey", "clientId")
"""Without these botocore renews nothing."""

_RENEWED_WITHIN: Final = timedelta(minutes=5)
"""The AWS CLI renews no credentials that hold for longer (botocore's ``_REFRESH_THRESHOLD``)."""


def login_path(cache_dir: Path, login_session: str) -> Path:
    """
    Name the file of a console sign-in, as botocore does.

    Args:
        cache_dir: ``~/.aws/login/cache``, or what ``AWS_LOGIN_CACHE_DIRECTORY`` says.
        login_session: An ARN, verbatim as in the config.
    """
    return cache_dir / f"{sha256_hex(login_session)}.json"


def read_console_login(
    path: Path, *, attempts: int = 5, sleep: Callable[[float], None] = time.sleep
) -> Token | Unreadable | None:
    """
    Read what the file of a console sign-in (`login_path`) says, without its secrets.

    A file that is half-written is read again, `attempts` times in all; `sleep` takes the seconds between.

    Returns:
        None for no file, or for one that holds no console credentials.
    """
    document = read_document(path, attempts=attempts, sleep=sleep)
    if document is None or isinstance(document, Unreadable):
        return document
    content, modified_at = document
    credentials = content.get("accessToken")
    if not isinstance(credentials, dict) or not credentials:
        return None
    expires_at = moment_in(credentials.get("expiresAt"))
    if expires_at is None:
        return Unreadable(config_words.NO_EXPIRY())
    session_token, refresh_token = credentials.get("sessionToken"), content.get("refreshToken")
    issued_at = _issued_at(content.get("idToken"))
    return Token(
        expires_at=expires_at,
        refreshable=all(content.get(key) for key in _RENEWAL_NEEDS),
        registration_expires_at=None,
        modified_at=modified_at,
        fingerprint=_fingerprint(session_token) or "",
        refresh_fingerprint=_fingerprint(refresh_token),
        login_at=None if issued_at is None else min(issued_at, modified_at),
        renewed_within=_RENEWED_WITHIN,
    )


def forget_login(cache_dir: Path, login_session: str) -> bool:
    """
    Remove the file at `login_path`, which is all that ``aws logout`` does: AWS is not told, as it cannot be.

    Returns:
        Whether there was one.

    Raises:
        ConfigProblem: The folder or a link forbids it.
        ServiceProblem: The disk failed.
    """
    from tray.disk.files import remove_file  # noqa: PLC0415 - a shell prompt waits for what imports this module

    path = login_path(cache_dir, login_session)
    found = is_there(path)
    remove_file(path)
    return found


def _fingerprint(secret: object) -> str | None:
    return sha1_hex(secret)[:16] if isinstance(secret, str) and secret else None


def _issued_at(id_token: object) -> datetime | None:
    """
    Read when the ID token was issued (UTC), which is when the person signed in: a renewal brings none.

    It is a JWT (RFC 7519) whose ``iat`` OpenID Connect Core 1.0, section 2, requires. Nothing depends on its being
    genuine, so its signature is not verified.
    """
    try:
        payload = str(id_token).split(".")[1]
        claims: Any = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return nearest(datetime.fromtimestamp(float(claims["iat"]), UTC))
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, OSError, RecursionError):
        return None
