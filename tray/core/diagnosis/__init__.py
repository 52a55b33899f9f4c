"""What the doctor finds: pure, so that each finding can be tested with the facts that cause it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tray.core.diagnosis.facts import Facts
from tray.core.diagnosis.finding import Finding, Level
from tray.core.diagnosis.of_config import of_config, of_environment
from tray.core.diagnosis.of_machine import of_autostart, of_desktop, of_files, of_network
from tray.core.diagnosis.of_sign_ins import of_sign_ins
from tray.core.text import LocalTime

__all__ = ["Facts", "Finding", "Level", "diagnose"]


def diagnose(facts: Facts, now: datetime, local: LocalTime) -> tuple[Finding, ...]:
    """
    Explain what breaks sign-in, or will.

    Args:
        facts: What was found.
        now: The moment (UTC).
        local: Turns a moment into local time.
    """
    return tuple(_all(facts, now, local))


def _all(facts: Facts, now: datetime, local: LocalTime) -> Iterator[Finding]:
    yield from of_config(facts)
    yield from of_environment(facts)
    yield from of_sign_ins(facts, now, local)
    yield from of_files(facts)
    yield from of_network(facts)
    yield from of_desktop(facts)
    yield from of_autostart(facts)
