"""
The manifests by which winget finds a release: the templates in ``windows/winget/``, filled in.

    HOME_PAGE=https://… python3 packaging/winget.py sso-tray-1.2.3-windows-x64-setup.exe --output FOLDER

``HOME_PAGE`` is the page of the project whose releases hold the installer: winget fetches it there.
They go to the community's repository as a pull request by a person: no key to it is kept here. Needs only Python.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import re
import sys
import textwrap
from pathlib import Path

import project

TEMPLATES = Path(__file__).parent / "windows" / "winget"

_FILE = re.compile(r"sso-tray-(?P<version>[0-9]+\.[0-9]+\.[0-9]+)-windows-x64-setup\.exe")


def fill(template: str, *, file: str, content: bytes, date: dt.date) -> str:
    """
    Fill in a template's placeholders.

    Args:
        template: With the names below in braces; a brace that is meant is doubled.
        file: The installer's name, which holds the version.
        content: The installer's bytes.
        date: Of the release.

    Raises:
        ValueError: The file's name is not that of an installer of ours, or ``HOME_PAGE`` is not set.
    """
    named = _FILE.fullmatch(file)
    if named is None:
        raise ValueError(f"{file} is not named as an installer is: sso-tray-VERSION-windows-x64-setup.exe.")
    home_page = project.home_page()
    if home_page is None:
        raise ValueError("HOME_PAGE is not set: the address of the page whose releases hold the installer.")
    indented = (
        textwrap.fill(each, 118, initial_indent="  ", subsequent_indent="  ") for each in project.PARAGRAPHS[:2]
    )
    return template.format(
        authors=project.authors(),
        description=project.description(),
        home_page=home_page,
        licence=project.licence(),
        paragraphs="\n\n".join(indented),
        version=named["version"],
        file=file,
        sha256=hashlib.sha256(content).hexdigest().upper(),
        date=date.isoformat(),
    )


def main(arguments: list[str] | None = None) -> int:
    """Write one manifest for each template."""
    parser = argparse.ArgumentParser(description="Fill in the manifests for winget.")
    parser.add_argument("installer", type=Path)
    parser.add_argument("--output", type=Path, required=True, help="the folder to write to")
    chosen = parser.parse_args(arguments)
    content = chosen.installer.read_bytes()
    today = dt.datetime.now(dt.UTC).date()
    chosen.output.mkdir(parents=True, exist_ok=True)
    for template in sorted(TEMPLATES.glob("*.yaml")):
        text = fill(template.read_text("utf-8"), file=chosen.installer.name, content=content, date=today)
        (chosen.output / template.name).write_text(text, "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
