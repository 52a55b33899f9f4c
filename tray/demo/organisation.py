"""The organisation that the demo plays: its access portal, one person and her accounts, and the config in her home."""

from __future__ import annotations

import os
from pathlib import Path

from tray.core.dataclass import dataclass, replace
from tray.disk.staging import make_folder

START_URL = "https://d-1234567890.awsapps.com/start"
"""Of the form that real clients insist on (docs/facts: Start URLs); only the endpoints lead to the demo."""

REGION = "us-east-1"
PERSON = "alex@example.com"


@dataclass(frozen=True, slots=True)
class Account:
    """An AWS account, and the permission sets that the person is assigned there."""

    account_id: str
    """Twelve digits."""

    name: str
    email: str
    roles: tuple[str, ...]


ACCOUNTS = (
    Account("111122223333", "acme-dev", "aws+dev@example.com", ("AdministratorAccess", "Developer", "ReadOnly")),
    Account("444455556666", "acme-staging", "aws+staging@example.com", ("Developer", "ReadOnly")),
    Account("777788889999", "acme-prod", "aws+prod@example.com", ("Billing", "Operator", "ReadOnly")),
)


def renamed(accounts: tuple[Account, ...], account_id: str, name: str) -> tuple[Account, ...]:
    """Give an account another name; raises `KeyError` where there is none."""
    _account(accounts, account_id)
    return tuple(replace(each, name=name) if each.account_id == account_id else each for each in accounts)


def granted(accounts: tuple[Account, ...], account_id: str, role: str, name: str) -> tuple[Account, ...]:
    """Assign a role, in an account that may be new to the person; an assignment that is there stays one."""
    if account_id not in {each.account_id for each in accounts}:
        email = f"aws+{account_id}@example.com"
        return (*accounts, Account(account_id, name or account_id, email, (role,)))
    return tuple(
        replace(each, roles=tuple(sorted({*each.roles, role}))) if each.account_id == account_id else each
        for each in accounts
    )


def revoked(accounts: tuple[Account, ...], account_id: str, role: str | None) -> tuple[Account, ...]:
    """Take a role, or with None all of an account; raises `KeyError` where that is not assigned."""
    account = _account(accounts, account_id)
    if role is not None and role not in account.roles:
        raise KeyError(role)
    left = tuple(each for each in account.roles if role not in (None, each))
    changed = (replace(each, roles=left) if each is account else each for each in accounts)
    return tuple(each for each in changed if each.roles)


def _account(accounts: tuple[Account, ...], account_id: str) -> Account:
    return {each.account_id: each for each in accounts}[account_id]


_CONFIG = """\
# AWS access, see the onboarding page. Ask #platform before you touch prod.

[sso-session {session}]
sso_start_url = {start_url}
sso_region = {region}
sso_registration_scopes = sso:account:access

# what every terminal uses unless told otherwise: same as dev
[default]
sso_session = {session}
sso_account_id = 111122223333
sso_role_name = Developer
region = eu-central-1

[profile dev]
sso_session = {session}
sso_account_id = 111122223333
sso_role_name = Developer
region = eu-central-1

[profile dev-admin]
sso_session = {session}
sso_account_id = 111122223333
sso_role_name = AdministratorAccess
region = eu-central-1

[profile staging]
sso_session = {session}
sso_account_id = 444455556666
sso_role_name = Developer
region = eu-central-1
output = json

# look, don't touch
[profile prod]
sso_session = {session}
sso_account_id = 777788889999
sso_role_name = ReadOnly
region = eu-central-1
s3 =
    max_concurrent_requests = 20

;[profile prod-operator]      <- only while on call
;sso_session = {session}
;sso_account_id = 777788889999
;sso_role_name = Operator

# the nightly reports assume a role from dev
[profile reports]
role_arn = arn:aws:iam::444455556666:role/reports-reader
source_profile = dev
region = eu-central-1
"""


def build_home(folder: Path, *, session: str = "demo") -> Path:
    """
    Write ``.aws/config`` in a home folder, and return its path; the folder is made if it is not there.

    Args:
        folder: The home.
        session: Name of the sso-session.

    Raises:
        FileExistsError: There is a config already; it is left as it is.
        OSError: The folder cannot be written to.
    """
    aws = folder / ".aws"
    folder.mkdir(parents=True, exist_ok=True)
    make_folder(aws)
    config = aws / "config"
    text = _CONFIG.format(session=session, start_url=START_URL, region=REGION)
    with os.fdopen(os.open(config, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    return config
