"""Every shell script of the project is one that shellcheck has nothing to say about."""

from __future__ import annotations

import subprocess

import pytest
from support.needs import needs
from support.packaging_tools import PACKAGING, PROJECT

SCRIPTS = [
    PROJECT / ".ci" / "run",
    *sorted(path for path in PACKAGING.rglob("*.sh") if "node_modules" not in path.parts),
]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_shellcheck_finds_nothing(script: object) -> None:
    needs("shellcheck")
    checked = subprocess.run(
        ["shellcheck", "--external-sources", str(script)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert checked.returncode == 0, checked.stdout


def test_shellcheck_would_find_something() -> None:
    needs("shellcheck")
    wrong = "#!/bin/sh\nrm -rf $1\n"
    checked = subprocess.run(["shellcheck", "-"], input=wrong, capture_output=True, text=True, check=False, timeout=60)
    assert "SC2086" in checked.stdout
