"""A sign-in to renew, and what a renewal needs, in this test's home."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from support.center import plant_token
from support.login import SESSION, cache_dir, operations
from tray.aws.cache.files import token_path, write_document
from tray.aws.cache.renewal import RenewalSurroundings
from tray.demo.center import IdentityCenter
from tray.demo.organisation import START_URL

TOKEN_FILE = token_path(Path(), SESSION.name).name
REFRESH = "CreateToken/refresh_token"
CONFIG = f"""\
[sso-session my-sso]
sso_start_url = {START_URL}
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[profile dev]
sso_session = my-sso
sso_account_id = 111122223333
sso_role_name = Developer
"""


def write_config(text: str = CONFIG) -> Path:
    path = Path.home() / ".aws" / "config"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def plant_due(center: IdentityCenter, **changes: Any) -> Path:
    """Write a token that ended a minute ago, of a new session that holds."""
    return plant_token(SESSION.name, {**center.issue_token(expires_in=-60), **changes})


def surroundings(**changes: object) -> RenewalSurroundings:
    values: dict[str, object] = {
        "cache_dir": cache_dir(),
        "lock_dir": Path.home() / "locks",
        "now": lambda: datetime.now(UTC),
        "sleep": time.sleep,
    }
    return RenewalSurroundings(**(values | changes))  # type: ignore[arg-type]


def document_in(path: Path) -> dict[str, object]:
    return json.loads(path.read_text("utf-8"))


def make_due(path: Path) -> None:
    """Let the token in a file have ended, whatever AWS thinks of it."""
    write_document(path, {**document_in(path), "expiresAt": "2026-01-01T00:00:00Z"})


def refreshes(center: IdentityCenter) -> int:
    return operations(center).count(REFRESH)


def start_python(program: str, variables: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """Start a Python program in this test's home, spoken to through pipes."""
    return subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, **(variables or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until_ready(child: subprocess.Popen[str]) -> None:
    assert child.stdout
    line = child.stdout.readline()
    assert line == "ready\n", line + child.communicate(timeout=10)[1]
