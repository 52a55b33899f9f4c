"""What the packages say about the project; each fact is read where it lives."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

APPLICATION_ID = "io.github.sso_tray.SsoTray"
HOME_PAGE = "https://github.com/sso-tray/sso-tray"
MAINTAINER = "The SSO Tray authors <sso-tray@users.noreply.github.com>"

ROOT = Path(__file__).resolve().parent.parent.parent
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
    about = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["description"]
    return str(about).removesuffix(".")


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


def _changes(block: str) -> tuple[str, ...]:
    items = re.findall(r"^- (.+(?:\n  .+)*)", block, re.MULTILINE)
    return tuple(_without_markup(" ".join(item.split())) for item in items)


def _without_markup(text: str) -> str:
    linked = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)
    return re.sub(r"`([^`]*)`|\*([^*\s][^*]*)\*", lambda found: found[1] or found[2] or "", linked)
