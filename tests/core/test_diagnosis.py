"""Each finding of the doctor, with the facts that cause it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.build import NOW, snapshot, token, utc

from tray.core.diagnosis import Facts, Finding, Level, diagnose
from tray.core.model import Problem, Settings, Snapshot, Unreadable
from tray.core.status import derive


def facts(seen: Snapshot) -> Facts:
    return Facts(seen, derive(seen, Settings(), NOW), session=True, tray=True, notifications=True)


def found(facts: Facts, name: str) -> Finding:
    return next(finding for finding in diagnose(facts, NOW, utc) if finding.name == name)


FINE = facts(snapshot(token(400)))


def test_where_all_is_well_nothing_is_to_do() -> None:
    findings = diagnose(FINE, NOW, utc)

    assert {Level.FINE} == {finding.level for finding in findings}
    assert {""} == {finding.hint for finding in findings}
    assert {"config", "sign-in", "tray", "notifications"} == {finding.name for finding in findings}


@pytest.mark.parametrize(
    ("given", "name", "level", "says"),
    [
        (facts(snapshot(None)), "sign-in", Level.PROBLEM, "sso-tray login corp"),
        (facts(snapshot(token(-1))), "sign-in", Level.PROBLEM, "sso-tray login corp"),
        (facts(snapshot(Unreadable("no permission"))), "sign-in", Level.PROBLEM, "sso-tray login corp"),
        (facts(snapshot(token(3))), "sign-in", Level.WARNING, "before it ends"),
        (facts(snapshot(token(-3, refreshable=True))), "sign-in", Level.FINE, "renews it"),
        (facts(snapshot(problems=(Problem("A line is wrong", "Mend it"),))), "config", Level.PROBLEM, "Mend it"),
        (facts(snapshot(sign_ins=(), profiles=())), "config", Level.PROBLEM, "aws configure sso"),
        (replace(FINE, session=False), "session", Level.WARNING, "desktop session"),
        (replace(FINE, tray=False), "tray", Level.WARNING, "AppIndicator"),
        (replace(FINE, notifications=False), "notifications", Level.WARNING, "daemon"),
        (replace(FINE, open_files=("/home/a b/x",)), "file-mode", Level.WARNING, "chmod 600 '/home/a b/x'"),
        (replace(FINE, endpoints=("AWS_ENDPOINT_URL",)), "endpoint", Level.WARNING, "Unset"),
    ],
)
def test_a_finding_says_what_to_do(given: Facts, name: str, level: Level, says: str) -> None:
    finding = found(given, name)

    assert level is finding.level
    assert says in finding.hint
