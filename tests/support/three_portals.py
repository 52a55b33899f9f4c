"""Three sign-ins with 500 accounts and 2,000 roles in all, for programs that set them up."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.center import run_python
from tray.aws.config.files import FullConfig, read_full_config
from tray.demo.center import IdentityCenter
from tray.demo.organisation import Account

ROLES = ("AdministratorAccess", "Billing", "Developer", "ReadOnly")


@dataclass(frozen=True)
class Portal:
    """One of the sign-ins."""

    session: str
    start_url: str
    center: IdentityCenter
    accounts: tuple[Account, ...]

    @property
    def environ(self) -> dict[str, str]:
        """Leads a program here; pages are visited by a browser that allows everything."""
        browser = f"{shlex.quote(sys.executable)} -P -m tray.demo.browser %s"
        return {**os.environ, **self.center.environment(), "BROWSER": browser}


@contextmanager
def three_portals() -> Iterator[list[Portal]]:
    """Run them; each account is called the same in each of them, as ``dev-7`` may well be."""
    with ExitStack() as stack:
        portals = []
        for number, (session, count) in enumerate((("acme", 300), ("lab", 150), ("partner", 50))):
            accounts = tuple(
                Account(f"{(number + 1) * 10**11 + each * 7919}", f"Dev {each}", "aws@example.com", ROLES)
                for each in range(count)
            )
            center = stack.enter_context(IdentityCenter(accounts=accounts))
            portals.append(Portal(session, f"https://d-{number}234567890.awsapps.com/start", center, accounts))
        yield portals


def config() -> FullConfig:
    """What this test's home says now."""
    aws = Path.home() / ".aws"
    return read_full_config(aws / "config", aws / "credentials")


def check_profiles(portal: Portal) -> None:
    """Every role of every account has its profile, once; and boto3 gets into some of them."""
    full = config()
    assert full.sso_sessions[portal.session]["sso_start_url"] == portal.start_url
    mine = {name: found for name, found in full.profiles.items() if found.get("sso_session") == portal.session}
    pairs = sorted((found["sso_account_id"], found["sso_role_name"]) for found in mine.values())
    assert pairs == sorted((account.account_id, role) for account in portal.accounts for role in account.roles)
    names = list(mine)
    for name in (names[0], names[-1]):
        program = (
            f"import boto3; print(boto3.Session(profile_name={name!r}).client('sts').get_caller_identity()['Arn'])"
        )
        ran = run_python(program, **portal.environ)
        account, role = mine[name]["sso_account_id"], mine[name]["sso_role_name"]
        assert f"::{account}:assumed-role/AWSReservedSSO_{role}_" in ran.stdout, ran.stderr
