"""``sso-tray doctor``: finds and explains what breaks sign-in; changes nothing, unless it is told to fix one thing."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from tray import __version__
from tray.aws.mend import correct_header, tighten
from tray.commands.looking import look
from tray.commands.output import print_json
from tray.core import text_autostart, text_doctor
from tray.core.diagnosis import Facts, Finding, Level, diagnose
from tray.core.diagnosis.facts import FIX_OF_AUTOSTART, fix_of_mode, fix_of_section
from tray.core.errors import UsageProblem
from tray.desktop.autostart import open_login_start
from tray.paths import Paths, find_paths

_SIGNS = {Level.FINE: "✓", Level.WARNING: "!", Level.PROBLEM: "✗"}


def run(args: argparse.Namespace) -> int:
    """
    Print what was found, in words or as JSON; or put one of these things right.

    Raises:
        UsageProblem: There is nothing of that name to be put right.
        ConfigProblem: A file cannot be changed; it is as it was.
        ServiceProblem: The disk failed, or other programs keep changing the file; it is as it was.
        AutostartProblem: The start at login cannot be changed; it is as it was.
    """
    paths = find_paths()
    now = datetime.now(UTC)
    facts = look(paths, now, online=args.online)
    if args.fix is not None:
        print(_fix(args.fix, facts, paths), file=sys.stderr)
        return 0
    findings = diagnose(facts, now, lambda at: at.astimezone())
    if args.json:
        print_json({"schema": 1, "findings": [_written(found) for found in findings]})
        return 0
    print(f"SSO Tray {__version__}; config {paths.aws_config}; log {paths.log_file}")
    for found in findings:
        print(f"{_SIGNS[found.level]} {found.title}")
        if found.hint:
            print(f"  {found.hint}")
        if found.fix is not None:
            print(f"  {text_doctor.how_to_fix(found.fix)}")
    return 0


def _fix(name: str, facts: Facts, paths: Paths) -> str:
    """Put right what bears the name; returns what was done, in words."""
    for section in facts.config.ignored:
        if fix_of_section(section) == name:
            correct_header(section, paths)
            return text_doctor.section_corrected(section.header, section.corrected or "", str(paths.backups))
    for loose in facts.loose_modes:
        if fix_of_mode(loose) == name:
            tighten(loose)
            return text_doctor.mode_tightened(loose.path, loose.mode, loose.wanted)
    if name == FIX_OF_AUTOSTART and facts.autostart is not None and facts.autostart.problem is not None:
        return text_autostart.turned_on(open_login_start(paths.state).turn_on().place)
    raise UsageProblem(*text_doctor.no_such_fix(name))


def _written(found: Finding) -> dict[str, str | None]:
    return {
        "name": found.name,
        "level": str(found.level),
        "title": found.title,
        "hint": found.hint,
        "fix": found.fix,
    }
