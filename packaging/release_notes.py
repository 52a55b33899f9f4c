"""
What a release says about itself: its version and its section of CHANGELOG.md.

    python3 packaging/release_notes.py [--tag v1.2.3] [--output notes.md]

With a tag, it must be that of ``tray.__version__``, and the changelog must have the version with a date. Without one (a
rehearsal) what is still called unreleased does. Needs nothing but Python, because it runs before anything is installed.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

PROJECT = Path(__file__).parent.parent
UNRELEASED = "Unreleased"

_VERSION = re.compile(r'^__version__ = "([^"]+)"$', re.MULTILINE)
_HEADING = re.compile(r"^## \[(?P<name>[^\]]+)\](?P<rest>.*)$", re.MULTILINE)
_DATE = re.compile(r" - \d{4}-\d{2}-\d{2}\s*")


class NotReadyError(Exception):
    """The version, the tag and the changelog do not agree; the text says how."""


def read_version(source: str) -> str:
    """
    Find the version in the text of ``tray/__init__.py``, without importing it.

    Raises:
        NotReadyError: There is none.
    """
    found = _VERSION.search(source)
    if found is None:
        raise NotReadyError("tray/__init__.py has no line __version__ = ….")
    return found[1]


def extract_notes(changelog: str, *, version: str, tag: str | None) -> str:
    """
    Cut the notes of a version out of a changelog (https://keepachangelog.com/en/1.1.0/).

    Args:
        changelog: The whole file.
        version: As `read_version` finds it.
        tag: The tag of the release; None for a rehearsal, which takes the unreleased section when there is no other.

    Raises:
        NotReadyError: The tag is another version's; there is no such section, it has no date, or it says nothing.
    """
    if tag is not None and tag != f"v{version}":
        raise NotReadyError(f"The tag {tag} is not that of tray.__version__: v{version}.")
    headings = list(_HEADING.finditer(changelog))
    names = {heading["name"]: index for index, heading in enumerate(headings)}
    chosen = names.get(version, names.get(UNRELEASED) if tag is None else None)
    if chosen is None:
        raise NotReadyError(f"CHANGELOG.md has no section ## [{version}] - DATE.")
    heading = headings[chosen]
    if tag is not None and not _DATE.fullmatch(heading["rest"]):
        raise NotReadyError(f"In CHANGELOG.md the section of {version} has no date: ## [{version}] - YYYY-MM-DD.")
    end = headings[chosen + 1].start() if chosen + 1 < len(headings) else len(changelog)
    notes = changelog[heading.end() : end].strip()
    if not notes:
        raise NotReadyError(f"In CHANGELOG.md the section of {version} says nothing.")
    return notes + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Write the notes of this project's version; 1 when it is not ready for a release."""
    parser = argparse.ArgumentParser(description="Check the version, and cut its notes out of CHANGELOG.md.")
    parser.add_argument("--tag", help="the tag of the release, such as v1.2.3")
    parser.add_argument("--output", type=Path, help="where to write the notes; standard output if not given")
    chosen = parser.parse_args(arguments)
    try:
        version = read_version((PROJECT / "tray" / "__init__.py").read_text("utf-8"))
        notes = extract_notes((PROJECT / "CHANGELOG.md").read_text("utf-8"), version=version, tag=chosen.tag)
    except NotReadyError as problem:
        print(problem, file=sys.stderr)
        return 1
    if chosen.output is None:
        sys.stdout.write(notes)
    else:
        chosen.output.write_text(notes, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
