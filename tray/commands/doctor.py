"""``sso-tray doctor``: finds and explains what breaks sign-in; changes nothing, unless it is told to fix one thing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from tray import __version__
from tray.commands.output import print_json
from tray.commands.terminal.colour import Colour, Painter, columns_of
from tray.core.columns import prose
from tray.core.message import Message, whole
from tray.core.words import terminal as terminal_words
from tray.core.words.times import local_time
from tray.doctor.context import Context, read_context
from tray.doctor.examination import examine, fix_named
from tray.doctor.finding import Finding, Level
from tray.paths import find_paths
from tray.resident.reader import Reader

_SIGNS = {Level.FINE: "✓", Level.WARNING: "!", Level.PROBLEM: "✗"}
_COLOURS = {Level.FINE: Colour.GOOD, Level.WARNING: Colour.SOON, Level.PROBLEM: Colour.BAD}
_INDENT = "  "


def run(args: argparse.Namespace) -> int:
    """
    Print what was found, in words or as JSON; or fix one of these things; or write it all down for a report of a fault.

    Of a report the path is printed; it is in the current folder.

    Returns:
        1 where something will not work; 0 otherwise, and where something was fixed or written down.

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
    context = read_context(reader, now, local_time, online=args.online, unanswered=unanswered)
    findings = examine(context)
    if args.report:
        print(_write_report(context, findings, names=args.names))
        return 0
    if args.fix is not None:
        print(fix_named(args.fix, findings).apply(paths), file=sys.stderr)
        return 0
    if args.json:
        print_json({"schema": 1, "findings": [_document(found) for found in findings]})
    else:
        print(terminal_words.VERSION_AND_FILES(version=__version__, config=paths.aws_config, log=paths.log_file))
        _print_findings(findings)
    return int(any(found.level is Level.PROBLEM for found in findings))


def _write_report(context: Context, findings: tuple[Finding, ...], *, names: bool) -> Path:
    from tray.disk.files import write_private
    from tray.doctor.machine import find_machine
    from tray.doctor.report import report

    text = report(context, findings, find_machine(context.paths, context.environ), names=names)
    file = Path.cwd() / f"sso-tray-report-{context.now:%Y%m%d-%H%M%S}.txt"
    write_private(file, text.encode("utf-8", "backslashreplace"))
    return file


def _ask_aws(reader: Reader) -> tuple[Message, ...]:
    from tray.commands.asking_aws import check_all

    return check_all(reader.read()[0].sign_ins, reader)


def _print_findings(findings: Iterable[Finding]) -> None:
    painter, columns = Painter(sys.stdout), columns_of(sys.stdout)
    room = None if columns is None else max(columns - len(_INDENT), 1)
    for found in findings:
        sign = painter(_SIGNS[found.level], _COLOURS[found.level])
        title, *more = prose(whole(found.message.title), room)
        more += [line for each in _advice(found) for line in prose(whole(each), room)]
        print(f"{sign} {title}", *(f"{_INDENT}{line}" for line in more), sep="\n")


def _advice(found: Finding) -> Iterator[str]:
    if found.message.hint:
        yield found.message.hint
    if found.fix is not None:
        yield terminal_words.OR_RUN(name=found.fix.name)


def _document(found: Finding) -> dict[str, str | None]:
    return {
        "name": found.name,
        "level": str(found.level),
        "title": found.message.title,
        "hint": found.message.hint,
        "fix": None if found.fix is None else found.fix.name,
    }
