"""Commands run in this process, on a home of their own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.center import center, clock
from support.settings_files import own, site

from tray.aws.cache.files import token_path, write_document
from tray.cli import main

__all__ = ["center", "clock", "own", "site"]

CONFIG = """\
# my own comment
[default]
region = eu-west-1

[sso-session corp]
sso_start_url = https://d-1234567890.awsapps.com/start
sso_region = eu-central-1
sso_registration_scopes = sso:account:access

[profile dev]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Developer
region = eu-west-1

[profile old]
sso_start_url = https://legacy.awsapps.com/start
sso_region = us-east-1
sso_account_id = 444455556666
sso_role_name = Reader
"""


@dataclass
class Terminal:
    """A person's terminal: runs commands, sees what they print."""

    home: Path
    capture: pytest.CaptureFixture[str]
    out: str = ""
    err: str = ""

    @property
    def config(self) -> Path:
        return self.home / ".aws" / "config"

    def run(self, *arguments: str) -> int:
        self.capture.readouterr()
        try:
            code = main(arguments)
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        self.out, self.err = self.capture.readouterr()
        return code

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def plant(self, name: str, minutes: float, **changes: object) -> Path:
        """Write a token file in the AWS CLI's form that ends in so many minutes."""
        document = {
            "startUrl": "https://d-1234567890.awsapps.com/start",
            "region": "eu-central-1",
            "accessToken": "a-token",
            "expiresAt": f"{datetime.now(UTC) + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}",
        }
        path = token_path(self.home / ".aws" / "sso" / "cache", name)
        write_document(path, document | changes)
        return path


@pytest.fixture
def terminal(home: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    made = Terminal(home, capsys)
    made.config.parent.mkdir()
    made.config.write_text(CONFIG)
    return made


@pytest.fixture
def renewable() -> dict[str, str]:
    """What makes a token renewable."""
    return {
        "clientId": "client",
        "clientSecret": "s3cret",
        "registrationExpiresAt": f"{datetime.now(UTC) + timedelta(days=80):%Y-%m-%dT%H:%M:%SZ}",
        "refreshToken": "r3fresh",
    }
