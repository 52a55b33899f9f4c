"""What the doctor says of the config as a whole, and of ``AWS_PROFILE``."""

from __future__ import annotations

import pytest
from support.build import profile, snapshot
from support.examined import HELD, context

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
