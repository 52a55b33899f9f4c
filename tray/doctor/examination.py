"""Every check, in the order of the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tray.core.errors import UsageProblem
from tray.core.words import terminal as terminal_words
from tray.doctor import (
    aws_cli,
    client_settings,
    config,
    connection,
    credential_process,
    credentials,
    desktop,
    differences,
    enforced,
    file_modes,
    finder,
    folders,
    hooks,
    other_tokens,
    sign_ins,
    values,
    wsl,
)
from tray.doctor.context import Context
from tray.doctor.finding import Finding, Fix

CHECKS: tuple[Callable[[Context], Iterable[Finding]], ...] = (
    config.check,
    values.check,
    differences.check,
    credentials.check,
    credential_process.check,
    sign_ins.check,
    aws_cli.check,
    other_tokens.check,
    folders.check,
    file_modes.check,
    finder.check,
    enforced.check,
    client_settings.check,
    connection.check,
    desktop.check,
    hooks.check,
    wsl.check,
)


def examine(context: Context) -> tuple[Finding, ...]:
    """Look into everything; changes nothing."""
    return tuple(finding for check in CHECKS for finding in check(context))


def fix_named(name: str, findings: Iterable[Finding]) -> Fix:
    """
    Find a fix by its name.

    Raises:
        UsageProblem: None of the findings has it.
    """
    for finding in findings:
        if finding.fix is not None and finding.fix.name == name:
            return finding.fix
    raise UsageProblem(terminal_words.NOTHING_TO_FIX(name=name))
