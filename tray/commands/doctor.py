"""``sso-tray doctor``: finds and explains what breaks sign-in; changes nothing, unless it is told to fix one thing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from tray import __version__
from tray.commands.output import print_json
from tray.core.message import Message, whole
from tray.core.words import terminal as terminal_words
from tray.core.words.times import local_time
from tray.doctor.context import read_context
from tray.doctor.examination import examine, fix_named
from tray.doctor.finding import Finding, Level
from tray.paths import find_paths
from tray.resident.reader import Reader

_SIGNS = {Level.FINE: "✓", Level.WARNING: "!", Level.PROBLEM: "✗"}


def run(args: argparse.Namespace) -> int:
    """
    Print what was found, in words or as JSON; or fix one of these things.

    Raises:
        UsageProblem: There is nothing of that name to be fixed.
        ConfigProblem: A file cannot be changed; it is as it was.
        ServiceProblem: The disk failed, or other programs keep changing the file; it is as it was.
        AutostartProblem: The start at login cannot be changed; it is as it was.
    """
    paths = find_paths()
    reader = Reader(paths)
    unanswered = _ask_aws(reader) if args.online else ()
    now = datetime.now(UTC)
    findings = examine(read_context(reader, now, local_time, online=args.online, unanswered=unanswered))
    if args.fix is not None:
        print(fix_named(args.fix, findings).apply(paths), file=sys.stderr)
    elif args.json:
        print_json({"schema": 1, "findings": [_document(found) for found in findings]})
    else:
        print(terminal_words.VERSION_AND_FILES(version=__version__, config=paths.aws_config, log=paths.log_file))
        print(*map(whole, _lines(findings)), sep="\n")
    return 0


def _ask_aws(reader: Reader) -> tuple[Message, ...]:
    from tray.commands.asking_aws import check_all

    return check_all(reader.read()[0].sign_ins, reader)


def _lines(findings: Iterable[Finding]) -> Iterator[str]:
    for found in findings:
        yield f"{_SIGNS[found.level]} {found.message.title}"
        if found.message.hint:
            yield f"  {found.message.hint}"
        if found.fix is not None:
            yield f"  {terminal_words.OR_RUN(name=found.fix.name)}"


def _document(found: Finding) -> dict[str, str | None]:
    return {
        "name": found.name,
        "level": str(found.level),
        "title": found.message.title,
        "hint": found.message.hint,
        "fix": None if found.fix is None else found.fix.name,
    }
