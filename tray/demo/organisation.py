"""The organisation that the demo plays: its access portal, one person and her accounts, and the config in her home."""

from __future__ import annotations

import os
from pathlib import Path

from tray.core.dataclass import dataclass
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
