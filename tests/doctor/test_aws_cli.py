"""What the doctor says of the ``aws`` that a terminal runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.aws_cli import FakeAwsCli
from support.build import sign_in, snapshot
from support.examined import HELD, context

from tray.core.model import Kind
from tray.core.settings import Settings
from tray.core.words import aws_login as aws_login_words
from tray.doctor.aws_cli import check, renewal_rule, rule
from tray.doctor.finding import Level

Installed = list[tuple[Path, tuple[int, ...]]]

ONE, TWO, OLD = (Path("/1/aws"), (1, 45, 11)), (Path("/2/aws"), (2, 36, 7)), (Path("/3/aws"), (2, 7, 0))
CANNOT = f"The aws of this terminal, {ONE[0]}, is version 1.45.11, which has no “aws sso login”"
FROM_AWS = (
    "Its commands work while SSO Tray is signed in. To sign in by aws too, install version 2, which does not come from"
    " pip: https://aws.amazon.com/cli/"
)


@pytest.mark.parametrize(
    ("installed", "title", "hint"),
    [
        ([ONE], CANNOT, FROM_AWS),
        ([ONE, OLD], CANNOT, FROM_AWS),
        (
            [ONE, OLD, TWO],
            CANNOT,
            f"Version 2.36.7 is {TWO[0]}: put its folder first in PATH, or remove version 1.",
        ),
        (
            [OLD, TWO],
            f"The aws of this terminal, {OLD[0]}, is version 2.7.0, which does not know [sso-session …]",
            "Install version 2.9 or later: https://aws.amazon.com/cli/",
        ),
    ],
)
def test_an_aws_that_cannot_sign_in_is_told(installed: Installed, title: str, hint: str) -> None:
    (found,) = rule(installed, with_sessions=True)

    assert (found.level, found.name) == (Level.WARNING, "aws-version")
    assert (found.message.title, found.message.hint) == (title, hint)


@pytest.mark.parametrize("installed", [[], [TWO], [TWO, ONE], [(Path("/aws"), (2, 9, 0))]])
def test_an_aws_that_can_and_none_at_all_are_nothing_to_tell(installed: Installed) -> None:
    assert list(rule(installed, with_sessions=True)) == []


def test_who_has_no_session_needs_no_version_that_knows_them() -> None:
    legacy = sign_in("https://a.awsapps.com/start", Kind.LEGACY)

    assert list(rule([OLD], with_sessions=False)) == []
    assert list(check(context(snapshot(sign_ins=(legacy,))))) == []


def test_the_first_of_path_is_asked_for_its_version(tmp_path: Path) -> None:
    first = FakeAwsCli(tmp_path / "1", version="aws-cli/1.45.11 Python/3.11.7 Linux/6 botocore/1.43.11")
    second = FakeAwsCli(tmp_path / "2")
    path = os.pathsep.join([str(first.folder), str(second.folder)])

    (found,) = check(context(snapshot(HELD), environ={**os.environ, "PATH": path}))

    assert "1.45.11" in found.message.title
    assert str(second.folder) in found.message.hint
    assert [call["arguments"] for call in first.calls] == [["--version"]]


def test_sign_ins_by_aws_login_that_nothing_renews_are_named() -> None:
    console = sign_in("dev", Kind.CONSOLE, "")

    (found,) = renewal_rule([console], aws_login_words.CLI_TOO_OLD(version="2.31.0"))

    assert (found.level, found.name) == (Level.WARNING, "aws-login-renewal")
    assert (found.message.title, found.message.hint) == (
        "The sign-in “dev” is not kept alive: The AWS CLI 2.31.0 does not know “aws login”",
        "Install the AWS CLI, version 2.32.0 or later. Until then other programs renew it as they use it.",
    )
    assert list(renewal_rule([console], None)) == []


def test_an_aws_cli_is_looked_for_outside_the_path_only_where_something_is_to_be_renewed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli = FakeAwsCli(tmp_path / "1")
    monkeypatch.setattr("tray.aws.aws_login.program.usual_places", lambda _environ: [cli.folder])
    console, environ = snapshot(sign_ins=(sign_in("dev", Kind.CONSOLE, ""),)), {**os.environ, "PATH": str(tmp_path)}

    off = context(console, environ=environ, settings=Settings(renew_enabled=False))
    assert list(check(off)) == []
    assert cli.calls == []
    assert list(check(context(console, environ=environ))) == []
    assert len(cli.calls) == 1


def test_an_aws_cli_tells_its_version_once(tmp_path: Path) -> None:
    cli = FakeAwsCli(tmp_path / "1")
    console, environ = snapshot(sign_ins=(sign_in("dev", Kind.CONSOLE, ""),)), {**os.environ, "PATH": str(cli.folder)}

    assert list(check(context(console, environ=environ))) == []
    assert len(cli.calls) == 1
