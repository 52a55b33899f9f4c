"""A release says what its version and its changelog say, or is not made."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.packaging_tools import load

release_notes = load("release_notes")

CHANGELOG = """\
# Changes

## [Unreleased]

### Added
- What comes next.

## [1.2.0] - 2026-03-04

### Fixed
- A tooltip that was too long.

## [1.1.0] - 2026-02-01
### Added
- The first.
"""


def notes(*, version: str = "1.2.0", tag: str | None = "v1.2.0", changelog: str = CHANGELOG) -> str:
    return release_notes.extract_notes(changelog, version=version, tag=tag)


def test_the_notes_are_the_versions_section_without_its_heading() -> None:
    assert notes() == "### Fixed\n- A tooltip that was too long.\n"


def test_the_last_section_ends_with_the_file() -> None:
    assert notes(version="1.1.0", tag="v1.1.0") == "### Added\n- The first.\n"


def test_a_rehearsal_takes_what_is_not_released_yet() -> None:
    assert notes(version="1.3.0", tag=None) == "### Added\n- What comes next.\n"


def test_a_rehearsal_of_a_version_with_a_section_takes_that() -> None:
    assert notes(tag=None) == notes()


@pytest.mark.parametrize("tag", ["v1.1.0", "1.2.0", "v1.2", "v1.2.0-rc1", ""])
def test_a_tag_that_is_not_the_programs_version_is_refused(tag: str) -> None:
    with pytest.raises(release_notes.NotReadyError, match=r"v1\.2\.0"):
        notes(tag=tag)


@pytest.mark.parametrize(
    ("changelog", "complaint"),
    [
        ("# Changes\n\n## [Unreleased]\n- Something.\n", "no section"),
        ("# Changes\n\n## [1.2.0]\n- Something.\n", "no date"),
        ("# Changes\n\n## [1.2.0] - soon\n- Something.\n", "no date"),
        ("# Changes\n\n## [1.2.0] - 2026-03-04\n\n## [1.1.0] - 2026-02-01\n- Something.\n", "says nothing"),
    ],
    ids=["no section", "no date", "no day", "empty"],
)
def test_a_changelog_that_is_not_ready_is_refused(changelog: str, complaint: str) -> None:
    with pytest.raises(release_notes.NotReadyError, match=complaint):
        notes(changelog=changelog)


def test_the_version_is_read_without_importing_the_program() -> None:
    assert release_notes.read_version('"""Words."""\n\n__version__ = "1.2.3"\n') == "1.2.3"
    with pytest.raises(release_notes.NotReadyError):
        release_notes.read_version("version = 1\n")


def test_this_projects_own_changelog_serves_a_rehearsal(tmp_path: Path) -> None:
    target = tmp_path / "notes.md"
    assert release_notes.main(["--output", str(target)]) == 0
    assert target.read_text("utf-8").startswith("### ")


def test_the_command_refuses_a_wrong_tag_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert release_notes.main(["--tag", "v999.0.0"]) == 1
    assert "v999.0.0" in capsys.readouterr().err
