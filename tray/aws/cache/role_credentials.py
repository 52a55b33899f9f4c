"""The role credentials in ``~/.aws/cli/cache``, which the AWS CLI keeps, and which are only read here."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tray.aws.cache.files import load_document, moment_in
from tray.core.model import Kind
from tray.core.role_credentials import RoleCredentials, is_plain
from tray.disk.digest import sha1_hex

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from tray.core.model import SignIn

FROM_SSO: Final = "sso"
"""``ProviderType`` of the entries that a sign-in brought; those of assumed roles have none."""

LEAST_LEFT: Final = timedelta(minutes=15)
"""With less left the AWS CLI asks for new ones, and so do the SDKs at each request (docs/facts: Role credentials)."""


def credentials_path(cli_cache: Path, sign_in: SignIn, account_id: str, role_name: str) -> Path:
    """Name the file in which the AWS CLI keeps the credentials of a configured role (docs/facts: Role credentials)."""
    by = "startUrl" if sign_in.kind is Kind.LEGACY else "sessionName"
    identity = {"accountId": account_id, "roleName": role_name, by: sign_in.name}
    key = json.dumps(identity, sort_keys=True, separators=(",", ":"))
    return cli_cache / f"{sha1_hex(key)}.json"


def read_cached(path: Path, account_id: str, now: datetime) -> RoleCredentials | None:
    """
    Read the credentials that the AWS CLI would use, too.

    Args:
        path: The file (`credentials_path`).
        account_id: Whose they are.
        now: The moment; UTC.

    Returns:
        None where there are none that can be read, or less than 15 minutes are left of them.
    """
    entry = load_document(path, attempts=2)
    keys = entry.get("Credentials") if entry is not None and entry.get("ProviderType") == FROM_SSO else None
    if not isinstance(keys, dict):
        return None
    expires_at = moment_in(keys.get("Expiration"))
    key_id, secret, token = keys.get("AccessKeyId"), keys.get("SecretAccessKey"), keys.get("SessionToken")
    if expires_at is None or expires_at - now < LEAST_LEFT or not is_plain(key_id, secret, token):
        return None
    return RoleCredentials(str(key_id), str(secret), str(token), expires_at, account_id)
