"""The doctor's page: what it has found, by severity; its fixes, and the report to copy."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Any, Final

from tray.core.dataclass import dataclass
from tray.core.message import Message
from tray.core.words import doctor_page as words
from tray.core.words.times import clock, local_time
from tray.doctor.context import Context, read_context
from tray.doctor.examination import examine, fix_named
from tray.doctor.finding import Finding, Level
from tray.doctor.machine import find_machine
from tray.doctor.report import report
from tray.pages.context import PagesContext
from tray.pages.html import told, words_of
from tray.pages.server import BadRequest, Page
from tray.pages.versions import version_of
from tray.paths import Paths
from tray.resident.reader import Reader

_log = logging.getLogger(__name__)

_WORST_FIRST: Final = (Level.PROBLEM, Level.WARNING, Level.FINE)


def doctor_page(context: PagesContext) -> Page:
    """Make the page; nothing is looked at before it asks."""
    doctor = _DoctorPage(context)
    return Page(
        "doctor",
        reads={"findings": doctor.findings, "report": doctor.report},
        acts={"check": doctor.check, "fix": doctor.fix},
        words=words_of(words),
        version=lambda: version_of(*_looked_at(context.paths)),
    )


@dataclass(frozen=True, slots=True)
class _Examined:
    """What came of a look at everything."""

    context: Context
    findings: tuple[Finding, ...]


class _Examination:
    """One look at everything, in a thread of its own: AWS may take long to answer, and a disk too. Begins at once."""

    def __init__(self, context: PagesContext, *, online: bool) -> None:
        self.online = online
        self.outcome: _Examined | Message | None = None
        """Why it failed, if it did; None while it is under way."""

        self._context = context
        threading.Thread(target=self._run, name="doctor", daemon=True).start()

    def _run(self) -> None:
        try:
            self.outcome = _look(self._context, online=self.online)
        except Exception:  # noqa: BLE001 - the page would wait for ever
            _log.exception("the doctor failed")
            self.outcome = words.FAILED()


def _look(context: PagesContext, *, online: bool = False) -> _Examined:
    unanswered = tuple(context.ask_aws()) if online else ()
    reader = Reader(context.paths, context.environ)
    found = read_context(reader, context.now(), local_time, online=online, unanswered=unanswered)
    return _Examined(found, examine(found))


class _DoctorPage:
    def __init__(self, context: PagesContext) -> None:
        self._context = context
        self._latest: _Examination | None = None
        self._shown: _Examination | None = None
        """The last one that is over: what it found stays while the next one is under way."""

        self._once_more = False
        """Whether to look again once the one that is under way is over: it may have begun before a change."""

    def check(self, body: dict[str, Any]) -> object:
        """Begin to look at everything, or do so after the look that is under way; one that asks AWS is enough."""
        online = body.get("online") is True
        latest = self._latest
        if latest is None or latest.outcome is not None or (online and not latest.online):
            self._begin(online=online)
        elif not latest.online:
            self._once_more = True
        return self.findings()

    def _begin(self, *, online: bool) -> None:
        self._once_more = False
        self._latest = _Examination(self._context, online=online)

    def findings(self) -> object:
        """Tell what is known by now."""
        if self._latest is not None and self._latest.outcome is not None:
            self._shown = self._latest
            if self._once_more:
                self._begin(online=False)
        latest = self._latest
        shown = None if self._shown is None else self._shown.outcome
        under_way = latest is not None and latest.outcome is None
        return {
            "under_way": under_way,
            "online": latest is not None and latest.online,
            "said": self._said(latest),
            "failed": told(shown) if isinstance(shown, Message) else None,
            "levels": _levels(shown.findings) if isinstance(shown, _Examined) else [],
        }

    def _said(self, latest: _Examination | None) -> str:
        if latest is None:
            return ""
        if latest.outcome is None:
            return words.CHECKING_WITH_AWS() if latest.online else words.CHECKING()
        if isinstance(latest.outcome, Message):
            return ""
        at = latest.outcome.context.now
        said = words.CHECKED_WITH_AWS if latest.online else words.CHECKED
        return said(time=clock(at, self._context.now(), local_time))

    def fix(self, body: dict[str, Any]) -> object:
        """Do what ``sso-tray doctor --fix NAME`` does: look again whether it is to be fixed, and fix it."""
        name = body.get("name")
        if not isinstance(name, str):
            raise BadRequest
        said = fix_named(name, _look(self._context).findings).apply(self._context.paths)
        self._begin(online=False)
        return {"said": said}

    def report(self) -> object:
        """Give what ``sso-tray doctor --report`` writes, of what is shown."""
        shown = None if self._shown is None else self._shown.outcome
        examined = shown if isinstance(shown, _Examined) else _look(self._context)
        machine = find_machine(self._context.paths, self._context.environ)
        return {"text": report(examined.context, examined.findings, machine)}


def _looked_at(paths: Paths) -> tuple[Path, ...]:
    """List what most of what is found comes from."""
    ours = (paths.settings_file, *paths.site_settings, paths.sign_in_records)
    return (paths.aws_config, paths.aws_credentials, paths.sso_cache, *ours)


def _levels(findings: tuple[Finding, ...]) -> list[object]:
    """List what was found, worst first."""
    levels: list[object] = []
    for level in _WORST_FIRST:
        found = [each for each in findings if each.level is level]
        if found:
            title = _title(level, len(found), all_fine=len(found) == len(findings))
            levels.append({"level": str(level), "title": title, "findings": [_finding(each) for each in found]})
    return levels


def _title(level: Level, count: int, *, all_fine: bool) -> str:
    if level is Level.FINE and all_fine:
        return words.ALL_FINE()
    return {Level.PROBLEM: words.PROBLEMS, Level.WARNING: words.WARNINGS, Level.FINE: words.FINE}[level](count)


def _finding(found: Finding) -> dict[str, str | None]:
    return {**told(found.message), "fix": None if found.fix is None else found.fix.name}
