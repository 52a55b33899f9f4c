"""The real AWS CLI v2, led to the embedded Identity Center by nothing but its own settings."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from support.needs import needs
from tray.demo.browser import visit
from tray.demo.center import IdentityCenter

_SERVICES = {"sso": "2019-06-10", "sso-oidc": "2019-06-10", "sts": "2011-06-15"}
_REGISTRIES = {"ecr": "2015-09-21", "codeartifact": "2018-09-22"}
_PAGE = re.compile(r"http://\S+(?:\?user_code=|/authorize\?)\S+")
"""The page to visit: with the code in its address, or from version 2.22 on for PKCE."""

_SECONDS = 60


class RealAwsCli:
    """
    An ``aws`` in a terminal.

    From version 2.13 on it follows the variables of `IdentityCenter.environment`. To an older one, such as Debian's,
    the same is said by rules of endpoints, where it looks for data before its own (``AWS_DATA_PATH``).

    Args:
        center: Whom it talks to.
        environment: Of the terminal; leads to the home and to `center`.
        folder: Does not exist yet; for the rules of endpoints.
    """

    def __init__(self, center: IdentityCenter, environment: Mapping[str, str], folder: Path) -> None:
        self._program = find_version_2()
        kept = {name: value for name, value in environment.items() if not name.startswith("PYTHON")}
        self._environment = kept | {"AWS_DATA_PATH": str(folder), "AWS_PAGER": ""}
        lead_to_center(folder, center)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command."""
        return subprocess.Popen(
            [self._program, *arguments],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str) -> str:
        """Run a command that succeeds, and give what it prints."""
        process = self.start(*arguments)
        said, _ = process.communicate(timeout=_SECONDS)
        assert process.returncode == 0, said
        return said

    def log_in(self, *arguments: str) -> None:
        """Run ``aws sso login``, as a person who opens the page that it names, and allows."""
        with self.start("sso", "login", "--no-browser", *arguments) as process:
            assert process.stdout is not None
            page = next(filter(None, map(_PAGE.search, process.stdout)), None)
            if page is not None:
                visit(page[0])
            said, _ = process.communicate(timeout=_SECONDS)
        assert process.returncode == 0, said

    def account(self, profile: str) -> str:
        """Get the credentials of a profile, and ask STS to which account they belong."""
        return str(
            json.loads(self.run("sts", "get-caller-identity", "--output", "json", "--profile", profile))["Account"]
        )


def lead_to_registries(folder: Path, url: str) -> dict[str, str]:
    """Lead an ``aws`` of any version to the registries at one address, by data in a folder and the variables given."""
    _lead_to(folder, url, _REGISTRIES)
    return {"AWS_DATA_PATH": str(folder)} | {f"AWS_ENDPOINT_URL_{service.upper()}": url for service in _REGISTRIES}


def lead_to_center(folder: Path, center: IdentityCenter) -> None:
    """Lead an ``aws`` that is too old for the variables of `IdentityCenter.environment` there by data in a folder."""
    _lead_to(folder, center.url, _SERVICES)


def _lead_to(folder: Path, url: str, services: Mapping[str, str]) -> None:
    """Write rules by which services, each of that version of its API, are at one address."""
    for service, version in services.items():
        rules = folder / service / version / "endpoint-rule-set-1.json"
        rules.parent.mkdir(parents=True)
        rules.write_text(json.dumps(_always(url)))


@cache
def _first_of_version_2(path: str) -> str | None:
    for folder in path.split(os.pathsep):
        program = shutil.which("aws", path=folder)
        if program is not None:
            told = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=_SECONDS, check=False)
            if told.stdout.startswith("aws-cli/2."):
                return program
    return None


def find_version_2() -> str:
    """Find it in ``PATH``, also behind the version 1 that pip installs by the same name; else skip, or fail in CI."""
    needs("aws")
    program = _first_of_version_2(os.environ["PATH"])
    if program is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("needs version 2 of aws")
    return program


def _always(url: str) -> dict[str, object]:
    """Write the rules by which a service is at one address, whatever the region."""
    region = {"type": "String", "builtIn": "AWS::Region", "required": False, "documentation": "The region"}
    rule = {"type": "endpoint", "conditions": [], "endpoint": {"url": url, "properties": {}, "headers": {}}}
    return {"version": "1.0", "parameters": {"Region": region}, "rules": [rule]}
