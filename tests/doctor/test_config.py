"""What the doctor says of the config as a whole, and of ``AWS_PROFILE``."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.build import profile, snapshot
from support.examined import HELD, PATHS, context

from tray.core.dataclass import replace
from tray.core.message import Message
from tray.core.model import Snapshot
from tray.core.words import config as config_words
from tray.doctor.config import check
from tray.doctor.finding import Level

BROKEN = Message("A", "Mend it")
GONE = config_words.ENVIRONMENT_IS_UNKNOWN(variable="AWS_PROFILE", profile="gone")
OVERRIDES = config_words.ENVIRONMENT_OVERRIDES(variable="AWS_PROFILE", profile="other")
TWO = (profile("dev"), profile("other"))


@pytest.mark.parametrize(
    ("seen", "variable", "expected"),
    [
        (snapshot(HELD), None, [(Level.FINE, "config", "The config names 1 sign-in and 1 profile.", "")]),
        (
            snapshot(sign_ins=(), profiles=()),
            None,
            [(Level.PROBLEM, "config", "No AWS sign-in is set up", "sso-tray setup")],
        ),
        (
            snapshot(sign_ins=(), profiles=(), without_sign_in=BROKEN),
            None,
            [(Level.WARNING, "config", "A", "Mend it")],
        ),
        (snapshot(sign_ins=(), profiles=(), problems=(BROKEN,)), None, [(Level.PROBLEM, "config", "A", "Mend it")]),
        (
            snapshot(HELD, profiles=TWO, problems=(BROKEN,)),
            None,
            [
                (Level.PROBLEM, "config", "A", "Mend it"),
                (Level.FINE, "config", "The config names 1 sign-in and 2 profiles.", ""),
            ],
        ),
        (
            snapshot(HELD, problems=(GONE,), environment_profile="gone"),
            "gone",
            [
                (Level.FINE, "config", "The config names", ""),
                (Level.PROBLEM, "aws-profile", "AWS_PROFILE=gone is set, but no such profile exists", "Unset"),
            ],
        ),
        (
            snapshot(HELD, profiles=TWO, problems=(OVERRIDES,), environment_profile="other"),
            "other",
            [
                (Level.FINE, "config", "The config names", ""),
                (Level.WARNING, "aws-profile", "AWS_PROFILE=other is set and overrides the default profile", "Unset"),
            ],
        ),
        # What the reader found no fault with is none, such as a "default" that is a copy of another profile.
        (snapshot(HELD, environment_profile="dev"), "default", [(Level.FINE, "config", "The config names", "")]),
    ],
)
def test_the_config_and_the_variable(
    seen: Snapshot, variable: str | None, expected: list[tuple[Level, str, str, str]]
) -> None:
    found = list(check(context(seen, environ={} if variable is None else {"AWS_PROFILE": variable})))

    assert [(finding.level, finding.name) for finding in found] == [(level, name) for level, name, _, _ in expected]
    for finding, (_, _, title, hint) in zip(found, expected, strict=True):
        assert title in finding.message.title
        assert hint in finding.message.hint
        assert bool(finding.message.hint) == bool(hint)
        assert finding.fix is None


def test_a_variable_that_names_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    paths = replace(PATHS, aws_config=tmp_path / "config", aws_credentials=tmp_path / "credentials")
    paths.aws_config.write_text("")
    environ = {"AWS_CONFIG_FILE": str(paths.aws_config), "AWS_SHARED_CREDENTIALS_FILE": "x"}

    (found,) = [each for each in check(context(paths=paths, environ=environ)) if each.name == "aws-files"]

    assert found.level is Level.WARNING
    assert found.message.title == (f"AWS_SHARED_CREDENTIALS_FILE names {paths.aws_credentials}, which is not there")
    assert found.message.hint == "Correct or unset AWS_SHARED_CREDENTIALS_FILE, unless it is meant so."


def test_a_variable_that_names_a_file_of_the_current_folder_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("config").write_text("")

    found = check(context(paths=replace(PATHS, aws_config=Path("config")), environ={"AWS_CONFIG_FILE": "config"}))

    assert [each.message.title for each in found if each.name == "aws-files"] == [
        "AWS_CONFIG_FILE names config, which each program looks for in another folder"
    ]
