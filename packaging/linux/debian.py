"""Makes the Debian package out of the bundle."""

from __future__ import annotations

import re
import subprocess
import textwrap
from datetime import UTC, datetime, time
from email.utils import format_datetime
from pathlib import Path

import project

from linux import libraries, tree

_COMMON_LICENCES = {
    "Apache-2.0": r"Apache License\s+Version 2\.0, January 2004.*?END OF TERMS AND CONDITIONS",
    "GPL-2": r"GNU GENERAL PUBLIC LICENSE\s+Version 2, June 1991.*?END OF TERMS AND CONDITIONS",
    "GPL-3": r"GNU GENERAL PUBLIC LICENSE\s+Version 3, 29 June 2007.*?END OF TERMS AND CONDITIONS",
    "LGPL-3": r"GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3, 29 June 2007.*?choose that version for the\s+Library\.",
}
"""Debian keeps one copy of each, and its policy (12.5) wants that one named instead of another."""

_DOC = Path("usr", "share", "doc", "sso-tray")


def architecture() -> str:
    """Name this machine's architecture as Debian does."""
    command = ["dpkg", "--print-architecture"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def build(bundle: Path, dist: Path, work: Path) -> Path:
    """
    Make the package.

    Args:
        bundle: The folder that PyInstaller made.
        dist: Where the package goes.
        work: An empty folder.

    Returns:
        The package.
    """
    tree.fill(work / "usr", bundle)
    documentation = work / _DOC
    tree.write(documentation / "copyright", copyright_file(bundle))
    tree.write_compressed(documentation / "changelog.gz", changelog())
    overrides = Path(__file__).with_name("lintian-overrides").read_text("utf-8")
    tree.write(work / "usr" / "share" / "lintian" / "overrides" / "sso-tray", overrides)
    tree.settle(work)
    size = sum(path.lstat().st_size for path in work.rglob("*") if not path.is_dir())
    tree.write(work / "DEBIAN" / "control", control(libraries.depends(bundle), size))
    tree.write(work / "DEBIAN" / "md5sums", _checksums(work))
    tree.settle(work / "DEBIAN")
    package = dist / f"sso-tray_{debian_version()}_{architecture()}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(work), str(package)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=_environment())
    return package


def debian_version() -> str:
    """Write the version so that a release candidate sorts before its release."""
    return project.version().replace("rc", "~rc")


def control(depends: str, size: int) -> str:
    """
    Write the control file.

    Args:
        depends: The packages that it cannot do without.
        size: Of what is installed, in bytes.
    """
    home_page = project.home_page()
    return "\n".join(
        [
            "Package: sso-tray",
            f"Version: {debian_version()}",
            f"Architecture: {architecture()}",
            f"Maintainer: {project.MAINTAINER}",
            f"Installed-Size: {-(-size // 1024)}",
            f"Depends: {depends}",
            "Recommends: default-dbus-session-bus | dbus-session-bus, xdg-utils",
            "Suggests: gnome-shell-extension-appindicator",
            "Section: net",
            "Priority: optional",
            *([f"Homepage: {home_page}"] if home_page else []),
            f"Description: {_description()}",
            "",
        ]
    )


def _description() -> str:
    """Write the synopsis, which begins without an article (Debian Policy, 3.4.1), and the paragraphs."""
    synopsis = project.description().partition(",")[0].removeprefix("A ")
    paragraphs = (textwrap.fill(each, 74, initial_indent=" ", subsequent_indent=" ") for each in project.PARAGRAPHS)
    return "\n .\n".join((synopsis + "\n" + next(paragraphs), *paragraphs))


def changelog() -> str:
    """Write the change log in Debian's form."""
    entries = []
    for release in project.releases():
        moment = datetime.combine(project.day_of(release), time(12), UTC)
        entries.append(f"sso-tray ({release.version.replace('rc', '~rc')}) unstable; urgency=medium\n\n")
        for change in release.changes:
            wrapped = textwrap.wrap(change, 74, initial_indent="  * ", subsequent_indent="    ")
            entries.append("\n".join(wrapped) + "\n")
        entries.append(f"\n -- {project.MAINTAINER}  {format_datetime(moment)}\n\n")
    return "".join(entries).rstrip("\n") + "\n"


def copyright_file(bundle: Path) -> str:
    """Write who owns what, and under which licence; the texts of what the bundle holds are those it brings along."""
    head = Path(__file__).with_name("copyright").read_text("utf-8")
    home_page = project.home_page()
    if home_page:
        name = "Upstream-Name: SSO Tray\n"
        head = head.replace(name, f"{name}Upstream-Contact: {home_page}/issues\nSource: {home_page}\n")
    _title, _owner, licence = (project.ROOT / "LICENSE").read_text("utf-8").split("\n\n", 2)
    others = _without_common_licences((bundle / "_internal" / "THIRD-PARTY-LICENSES.txt").read_text("utf-8"))
    return f"{head}\nLicense: Expat\n{_indented(licence)}\n\nLicense: others\n{_indented(others)}\n"


def _without_common_licences(text: str) -> str:
    for name, pattern in _COMMON_LICENCES.items():
        kept = f"The text of this licence is in /usr/share/common-licenses/{name}."
        text = re.sub(pattern, kept, text, flags=re.DOTALL)
    return text


def _indented(text: str) -> str:
    """Put a text into a field of a machine-readable copyright file."""
    return "\n".join(f" {line.rstrip()}" if line.strip() else " ." for line in text.strip().splitlines())


def _checksums(work: Path) -> str:
    files = sorted(path for path in (work / "usr").rglob("*") if path.is_file() and not path.is_symlink())
    names = [str(path.relative_to(work)) for path in files]
    return subprocess.run(["md5sum", "--", *names], cwd=work, check=True, capture_output=True, text=True).stdout


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "SOURCE_DATE_EPOCH": str(project.epoch())}
