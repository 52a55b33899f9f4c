"""Packages from npm that tests drive; `packaging/npm/install.sh` installs them, locked by hash."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from support.needs import needs

MODULES = Path(__file__).resolve().parent.parent.parent / "packaging" / "npm" / "node_modules"

_SECONDS = 60


def needs_package(name: str) -> Path:
    """Give the folder of a package; skip the test where it is missing, and fail it if ``CI`` is ``true``."""
    needs("node")
    folder = MODULES / name
    if not folder.is_dir():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"packaging/npm/install.sh installs {name}")
    return folder


def run_javascript(program: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a program (CommonJS), which may `require` what npm installed, with nothing in its environment but this."""
    return subprocess.run(
        ["node", "-"],
        input=program,
        env={**environment, "NODE_PATH": str(MODULES)},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
