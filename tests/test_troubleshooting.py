"""What docs/troubleshooting.md quotes is what programs say: ours, botocore, and the AWS CLI where it is installed."""

from __future__ import annotations

import ast
import importlib
import os
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import botocore
import pytest
from support.real_aws_cli import find_version_2

import tray.core.words
import tray.doctor
from tray.command_line import COMMANDS
from tray.core.message import Line, Text

_PAGE = Path(__file__).parent.parent / "docs" / "troubleshooting.md"
_AWS_CLI = Path("/usr/lib/python3/dist-packages/awscli")
"""Where Debian has version 2."""

_OF_CLI = ("customizations/sso/utils.py", "customizations/configure/exportcreds.py", "argparser.py")
_OF_BOTOCORE = ("exceptions.py", "credentials.py", "tokens.py")
_SECTIONS = ("What the AWS CLI and boto3 say", "What other SDKs and tools say", "What SSO Tray says")
_FIELD = re.compile(r"\{[^{}]*\}|%[sr]")


def _rows(section: str) -> list[list[str]]:
    """Give the cells of the table of a section."""
    text = _PAGE.read_text("utf-8").split(f"## {section}\n")[1].split("\n## ")[0]
    rows = [line.strip("| \n").split(" | ") for line in text.splitlines() if line.startswith("|")]
    return rows[2:]


def _messages(section: str) -> list[str]:
    return [re.findall(r"`([^`]+)`", row[0])[0] for row in _rows(section)]


def _plain(template: str) -> str:
    return _FIELD.sub("…", template).strip()


@cache
def _said_by(folder: Path, *files: str) -> frozenset[str]:
    """Collect the texts in the source of some modules."""
    return frozenset(_plain(text) for file in files for text in _texts(ast.parse((folder / file).read_text("utf-8"))))


def _texts(source: ast.Module) -> Iterator[str]:
    for node in ast.walk(source):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)


def _titles() -> set[str]:
    """Collect every title of a message of ours."""
    found = set()
    for package in (tray.core.words, tray.doctor):
        for name in (each.name for each in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")):
            found |= set(_titles_of(importlib.import_module(name)))
    return found


def _titles_of(module: ModuleType) -> Iterator[str]:
    for value in vars(module).values():
        yield from _titles_in(value)


def _titles_in(value: object) -> Iterator[str]:
    if isinstance(value, Text):
        yield _plain(value.title)
    elif isinstance(value, Line):
        yield _plain(value.line)
    elif isinstance(value, dict | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _titles_in(each)


@pytest.mark.parametrize("message", _messages(_SECTIONS[2]))
def test_each_message_of_ours_is_one(message: str) -> None:
    if "StatusNotifier" in message and sys.platform != "linux":
        pytest.skip("words of Linux")
    assert message in _titles()


@pytest.mark.parametrize("message", _messages(_SECTIONS[0]))
def test_each_message_of_the_aws_cli_is_in_its_source(message: str) -> None:
    if message in _said_by(Path(botocore.__file__).parent, *_OF_BOTOCORE):
        return
    if not (_AWS_CLI / _OF_CLI[0]).is_file():
        pytest.skip("no AWS CLI version 2 of Debian")
    assert message in _said_by(_AWS_CLI, *_OF_CLI)


_LOOP = "[profile a]\ncredential_process = {aws} configure export-credentials --profile a\n"
_SSO = (
    "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1\n"
    "[profile a]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Admin\n"
)


@pytest.mark.parametrize(
    ("config", "environment", "said"),
    [
        (_SSO, {"AWS_PROFILE": "a"}, "Error loading SSO Token: …"),
        (_SSO, {"AWS_PROFILE": "gone"}, "The config profile (…) could not be found"),
        (_SSO, {"AWS_PROFILE": "a", "AWS_CONFIG_FILE": '"{config}"'}, "The config profile (…) could not be found"),
        ("[profile a\nregion = x\n", {"AWS_PROFILE": "a"}, "Unable to parse config file: …"),
        (_LOOP, {"AWS_PROFILE": "a"}, "Credential process resolution detected an infinite loop, profile cycle: …"),
    ],
)
def test_the_aws_cli_says_so_for_the_cause_that_stands_there(
    home: Path, config: str, environment: dict[str, str], said: str
) -> None:
    aws = find_version_2()
    file = home / ".aws" / "config"
    file.parent.mkdir()
    file.write_text(config.format(aws=aws))
    environ = {name: value.format(config=file) for name, value in environment.items()}
    environ |= {"HOME": str(home), "PATH": os.environ["PATH"], "AWS_EC2_METADATA_DISABLED": "true"}

    ran = subprocess.run(
        [aws, "sts", "get-caller-identity", "--region", "us-east-1"],
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert said in _messages(_SECTIONS[0])
    assert ran.returncode != 0
    assert re.search(re.escape(said).replace("…", ".*"), ran.stderr)


def test_most_messages_of_the_aws_cli_are_botocores_own() -> None:
    known = _said_by(Path(botocore.__file__).parent, *_OF_BOTOCORE)

    assert len([message for message in _messages(_SECTIONS[0]) if message in known]) > 12


def test_each_row_names_a_cause_and_a_command() -> None:
    for section in _SECTIONS:
        rows = _rows(section)
        assert len(rows) >= 5
        for message, cause, command in rows:
            assert message.startswith("`")
            assert cause
            assert "`" in command


def test_each_command_of_ours_that_is_named_there_is_one() -> None:
    named = set(re.findall(r"`sso-tray ([a-z]+)", _PAGE.read_text("utf-8")))

    assert named
    assert named <= set(COMMANDS)


def test_no_message_stands_there_twice() -> None:
    messages = [message for section in _SECTIONS for message in _messages(section)]

    assert len(set(messages)) == len(messages)


def test_what_is_said_nowhere_is_not_found() -> None:
    assert "No AWS sign-in is here" not in _titles()
    assert "Unable to find credentials" not in _said_by(Path(botocore.__file__).parent, *_OF_BOTOCORE)
