"""What the doctor finds: pure, so that each finding can be tested with the facts that cause it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tray.core import text
from tray.core.model import SignInStatus, Snapshot, Status
from tray.core.text import LocalTime


class Level(StrEnum):
    """How much a finding matters."""

    FINE = "ok"
    WARNING = "warning"
    """Works, but not as it should."""

    PROBLEM = "problem"
    """Something will not work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    """Stable, for programs: ``config``, ``sign-in``, ``tray`` …"""

    level: Level
    title: str
    """What is so."""

    hint: str = ""
    """What to do; empty where there is nothing to do."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the doctor looked at."""

    snapshot: Snapshot
    statuses: tuple[SignInStatus, ...]
    session: bool
    """Whether there is a desktop session."""

    tray: bool
    """Whether something shows tray icons."""

    notifications: bool
    """Whether something shows notifications."""

    open_files: tuple[str, ...] = ()
    """Files with secrets in ``~/.aws`` that others than their owner may read or write."""

    endpoints: tuple[str, ...] = ()
    """Variables that lead AWS clients elsewhere."""


def diagnose(facts: Facts, now: datetime, local: LocalTime) -> tuple[Finding, ...]:
    """
    Explain what breaks sign-in, or will.

    Args:
        facts: What was found.
        now: The moment (UTC).
        local: Turns a moment into local time.
    """
    return (*_config(facts.snapshot), *_sign_ins(facts, now, local), *_files(facts), *_desktop(facts))


def _config(snapshot: Snapshot) -> Iterator[Finding]:
    for problem in snapshot.problems:
        yield Finding("config", Level.PROBLEM, *problem)
    if snapshot.sign_ins:
        yield Finding("config", Level.FINE, text.config_read(len(snapshot.sign_ins), len(snapshot.profiles)))
    elif not snapshot.problems:
        yield Finding("config", Level.PROBLEM, *text.NO_SIGN_IN_PROBLEM)


def _sign_ins(facts: Facts, now: datetime, local: LocalTime) -> Iterator[Finding]:
    for found in facts.statuses:
        line = text.status_line(found, now, local)
        level = Level.FINE
        if found.status in {Status.SIGNED_OUT, Status.EXPIRED, Status.UNREADABLE}:
            level = Level.PROBLEM
        elif found.status is Status.ENDING:
            level = Level.WARNING
        yield Finding("sign-in", level, line, text.sign_in_hint(found))


def _files(facts: Facts) -> Iterator[Finding]:
    for file in facts.open_files:
        yield Finding("file-mode", Level.WARNING, *text.open_file(file))
    for variable in facts.endpoints:
        yield Finding("endpoint", Level.WARNING, *text.endpoint_replaced(variable))


def _desktop(facts: Facts) -> Iterator[Finding]:
    if not facts.session:
        yield Finding("session", Level.WARNING, *text.NO_SESSION_BUS)
        return
    if facts.tray:
        yield Finding("tray", Level.FINE, text.TRAY_FOUND)
    else:
        yield Finding("tray", Level.WARNING, *text.NO_TRAY)
    if facts.notifications:
        yield Finding("notifications", Level.FINE, text.NOTIFICATIONS_FOUND)
    else:
        yield Finding("notifications", Level.WARNING, *text.NO_NOTIFICATIONS)
