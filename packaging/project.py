"""
What packages, manual and manifests say about the project; each fact is read where it lives.

The one sentence is the description in ``pyproject.toml``; everything else that says what the program is takes it from
here, or is held to it by ``tests/release/test_one_source.py``.
"""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

APPLICATION_ID = "io.github.sso_tray.SsoTray"
MAINTAINER = "The SSO Tray authors <nobody@sso-tray.invalid>"
"""Debian wants an address here, and nobody has a mailbox for this: one that can never be anybody's (RFC 2606)."""

ROOT = Path(__file__).resolve().parent.parent
"""The project's folder."""

_PARAGRAPHS = """\
A small icon in the system tray for people who sign in to AWS through IAM Identity Center. One glance tells whether the
sign-in still holds; a notice comes before it ends, and one click signs in again, in your own browser.

It needs no AWS CLI and works side by side with it: the same files, in the same formats. The default profile for every
terminal is a click in the menu, and so is undoing it. Your configuration keeps every comment, and each version that is
replaced is kept as a backup.

On GNOME the icon needs the AppIndicator extension, and a click on it opens the menu. Without a tray there are notices
and the command line."""
PARAGRAPHS = tuple(" ".join(each.split()) for each in _PARAGRAPHS.split("\n\n"))
"""What it is, for those who have not heard of it, in every package."""

_IN_SHORT = "### In short\n"
_HEADING = re.compile(r"^## \[(?:Unreleased\] (?P<next>\d\S*)|(?P<version>\d[^\]]*)\] - (?P<day>\d{4}-\d\d-\d\d))$")


@dataclass(frozen=True, slots=True)
class Release:
    """One version, as ``CHANGELOG.md`` tells of it."""

    version: str
    day: date | None
    """When it came out; None for one that has not."""

    changes: tuple[str, ...]
    """A sentence or two each, without markup."""

    in_short: tuple[str, ...] = ()
    """Those of them that tell the most, for who reads a few lines: all, where none are set apart."""


def version() -> str:
    """
    Give the version of the source, without importing it.

    Raises:
        LookupError: It has none.
    """
    source = (ROOT / "tray" / "__init__.py").read_text("utf-8")
    found = re.search(r'^__version__ = "(.+)"$', source, re.MULTILINE)
    if not found:
        raise LookupError("tray/__init__.py has no __version__")
    return found[1]


def description() -> str:
    """Give the one sentence of ``pyproject.toml``, without its full stop."""
    return str(_about()["description"]).removesuffix(".")


def does() -> str:
    """Give what it does, from that sentence: a verb, and what follows."""
    return description().removeprefix("A tray icon that ")


def summary() -> str:
    """Give the first thing that it does: for a line in a menu, or in a list of programs."""
    first = does().partition(",")[0]
    return first[0].upper() + first[1:]


def authors() -> str:
    """Give who publishes it."""
    return str(_about()["authors"][0]["name"])


def licence() -> str:
    """Give its licence, by the name of SPDX."""
    return str(_about()["license"])


def home_page() -> str | None:
    """
    Give the address of the project's page, without a slash at its end.

    Returns:
        ``HOME_PAGE`` of the environment, which whoever makes packages for others sets to where they offer them. None
        where it is not set: packages then name no address, since a made-up one could become somebody else's.
    """
    return os.environ.get("HOME_PAGE", "").rstrip("/") or None


def releases() -> list[Release]:
    """List the versions, newest first."""
    found: list[Release] = []
    for block in re.split(r"^(?=## )", (ROOT / "CHANGELOG.md").read_text("utf-8"), flags=re.MULTILINE):
        heading = _HEADING.match(block.partition("\n")[0])
        if heading:
            day = date.fromisoformat(heading["day"]) if heading["day"] else None
            first = block.partition(_IN_SHORT)[2].partition("\n### ")[0]
            found.append(Release(heading["next"] or heading["version"], day, _changes(block), _changes(first or block)))
    return found


def epoch() -> int:
    """
    Give the one time that all files of a package carry, so that the same source makes the same package.

    Returns:
        Seconds: ``SOURCE_DATE_EPOCH`` where it is set (https://reproducible-builds.org/specs/source-date-epoch/), else
        when the last change was committed.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    shown = subprocess.run(
        ["git", "-C", ROOT, "log", "-1", "--format=%ct"], capture_output=True, text=True, check=False
    ).stdout.strip()
    return int(shown) if shown else int((ROOT / "CHANGELOG.md").stat().st_mtime)


def day_of(release: Release) -> date:
    """Give the day of a release; for one that is to come, the day of the source."""
    return release.day or datetime.fromtimestamp(epoch(), UTC).date()


def _about() -> dict[str, Any]:
    about: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return about


def _changes(block: str) -> tuple[str, ...]:
    items = re.findall(r"^- (.+(?:\n  .+)*)", block, re.MULTILINE)
    return tuple(_without_markup(" ".join(item.split())) for item in items)


def _without_markup(text: str) -> str:
    linked = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)
    return re.sub(r"`([^`]*)`|\*([^*\s][^*]*)\*", lambda found: found[1] or found[2] or "", linked)
