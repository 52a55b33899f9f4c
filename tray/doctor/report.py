"""
The report that a person attaches to a report of a fault: one text, from which nobody learns whose it is.

What is secret, the log has struck out already (`tray.logs.redact`), and it is struck out here once more. Names of
sign-ins, profiles, roles, accounts, portals, hosts, people and their folders are replaced too, each by the same
stand-in everywhere, so that what belongs together can still be seen. With ``names`` they stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from tray.core.model import Snapshot
from tray.doctor.context import Context
from tray.doctor.finding import Finding
from tray.logs import redact

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[address]"),
    (re.compile(r"arn:aws[\w-]*:[^\s\"',]+"), "[arn]"),
    (re.compile(r"(?<!\d)\d{12}(?!\d)"), "[account]"),
    (re.compile(r"(https?://)(?!127\.0\.0\.1|localhost|\[host)[^\s/:\"'<>“”]+"), r"\1[host]"),
    (re.compile(r"(?<![\w.])(?!127\.0\.0\.1)\d{1,3}(?:\.\d{1,3}){3}(?![\w.])"), "[address]"),
)
_OF_NOBODY = {"default", "root", "user", "home"}


class Machine(NamedTuple):
    """What the program runs on; each a line of the report."""

    facts: Mapping[str, str]
    """Versions, system, desktop, by what they are called."""

    settings: tuple[str, ...]
    """What is in force and no default, as lines of TOML."""

    log: tuple[str, ...]
    """The last lines of the log."""

    people: tuple[str, ...]
    """What names the person or the computer: user, host, home folder."""


def report(context: Context, findings: Iterable[Finding], machine: Machine, *, names: bool = False) -> str:
    """
    Write the report.

    Args:
        context: The person's files at one moment.
        findings: What the checks found.
        machine: What the program runs on.
        names: Whether names of accounts, hosts and people stay.
    """
    text = redact("\n".join(_lines(context, findings, machine)) + "\n")
    return text if names else without_names(text, _stand_ins(context.snapshot, machine.people))


def without_names(text: str, stand_ins: Mapping[str, str]) -> str:
    """Replace each name, where it stands as a word, by its stand-in; then all that looks like an address or account."""
    for name in sorted(stand_ins, key=len, reverse=True):  # A name may be part of a longer one.
        text = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", stand_ins[name], text)
    for pattern, stand_in in _PATTERNS:
        text = pattern.sub(stand_in, text)
    return text


def _stand_ins(snapshot: Snapshot, people: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}

    def add(kind: str, names: Iterable[str | None]) -> None:
        for name in dict.fromkeys(names):
            if name and name not in found and name.lower() not in _OF_NOBODY:
                number = sum(given.startswith(f"[{kind} ") for given in found.values()) + 1
                found[name] = f"[{kind} {number}]"

    sign_ins, profiles = snapshot.sign_ins, snapshot.profiles
    add("portal", (sign_in.start_url for sign_in in sign_ins))
    add("host", (sign_in.start_url.partition("://")[2].partition("/")[0] for sign_in in sign_ins))
    add("sign-in", (sign_in.name for sign_in in sign_ins))
    add("profile", (profile.name for profile in profiles))
    add("profile", (snapshot.default_profile, snapshot.environment_profile, snapshot.undo_to))
    add("account", (profile.account_id for profile in profiles))
    add("role", (profile.role_name for profile in profiles))
    add("name", people)
    return found


def _lines(context: Context, findings: Iterable[Finding], machine: Machine) -> Iterator[str]:
    yield "SSO Tray: a report for its developers"
    yield "Read it before you send it on. Secrets are struck out."
    yield from _part("System", (f"{name}: {fact}" for name, fact in machine.facts.items()))
    yield from _part("Settings", machine.settings)
    yield from _part("Sign-ins", _sign_ins(context))
    yield from _part("Findings", _findings(findings))
    yield from _part("Log", machine.log)


def _part(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield ""
    yield f"== {title} =="
    yield from [*lines] or ["(nothing)"]


def _sign_ins(context: Context) -> Iterator[str]:
    yield f"now {_moment(context.now)}, {len(context.snapshot.profiles)} profiles"
    for found in context.statuses:
        yield f"{found.sign_in.name}: {found.sign_in.kind}, {found.sign_in.region}, {len(found.profiles)} profiles"
        yield f"  {found.status}, ends {_moment(found.deadline.at) if found.deadline else 'at a time not known'}"
        if (token := found.token) is not None:
            renewable = "can be renewed" if token.refreshable else "cannot be renewed"
            yield f"  token until {_moment(token.expires_at)}, written {_moment(token.modified_at)}, {renewable}"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(' ', 'seconds')}Z"


def _findings(findings: Iterable[Finding]) -> Iterator[str]:
    for found in findings:
        yield f"{found.level} {found.name}: {found.message.title}"
        if found.message.hint:
            yield f"  {found.message.hint}"
