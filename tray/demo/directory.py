"""The organisation that the embedded Identity Center knows: one person, some accounts, the roles in each."""

from __future__ import annotations

import hashlib

from tray.core.dataclass import dataclass

PERSON = "alex@example.com"


@dataclass(frozen=True, slots=True)
class Account:
    """An AWS account, and the permission sets that the person is assigned there."""

    account_id: str
    """Twelve digits."""

    name: str
    email: str
    roles: tuple[str, ...]


DEFAULT_ACCOUNTS = (
    Account("111122223333", "acme-dev", "aws+dev@example.com", ("AdministratorAccess", "Developer", "ReadOnly")),
    Account("444455556666", "acme-staging", "aws+staging@example.com", ("Developer", "ReadOnly")),
    Account("777788889999", "acme-prod", "aws+prod@example.com", ("Billing", "Operator", "ReadOnly")),
)


def many_accounts(count: int, roles_each: int = 2) -> tuple[Account, ...]:
    """Make an organisation of that many accounts, each with roles ``Role-000``, ``Role-001`` and so on."""
    roles = tuple(f"Role-{number:03}" for number in range(roles_each))
    return tuple(
        Account(f"{100_000_000_000 + number}", f"account-{number:05}", f"aws+{number:05}@example.com", roles)
        for number in range(count)
    )


def iam_role_name(account_id: str, permission_set: str) -> str:
    """Name the IAM role that a permission set becomes in an account: ``AWSReservedSSO_<set>_<16 hex digits>``."""
    suffix = hashlib.sha256(f"{account_id}/{permission_set}".encode()).hexdigest()[:16]
    return f"AWSReservedSSO_{permission_set}_{suffix}"
