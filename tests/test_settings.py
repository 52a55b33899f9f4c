"""Settings: every key has a default; what cannot be followed is named, and never stops the program."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tray.core.model import Settings
from tray.settings import TEMPLATE, read_settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_without_a_file_everything_is_as_by_default(file: Path) -> None:
    assert (Settings(), ()) == read_settings(file)


def test_every_setting_is_read(file: Path) -> None:
    file.write_text(
        '[notify]\nlead_minutes = [60, 0.5]\nquiet_hours = "22:00-07:00"\n'
        '[icon]\ntheme = "dark"\nfollows = "worst"\n[browser]\ncommand = "firefox %s"\n'
    )

    assert (Settings((60.0, 0.5), "22:00-07:00", "dark", "worst", "firefox %s"), ()) == read_settings(file)


def test_the_template_says_the_defaults_and_changes_none(file: Path) -> None:
    file.write_text(TEMPLATE)
    assert (Settings(), ()) == read_settings(file)

    in_force = re.sub(r"^# (?=\w+ = )", "", TEMPLATE, flags=re.MULTILINE)
    file.write_text(in_force)
    assert sum(len(section) for section in tomllib.loads(in_force).values()) == 5
    assert (Settings(), ()) == read_settings(file)


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("[notify]\nlead_minutes = 15", "Setting notify.lead_minutes is not in force"),
        ("[notify]\nlead_minutes = [0]", "Setting notify.lead_minutes is not in force"),
        ("[notify]\nlead_minutes = [true]", "Setting notify.lead_minutes is not in force"),
        ("[notify]\nlead_minutes = [inf]", "Setting notify.lead_minutes is not in force"),
        ("[notify]\nlead_minutes = [nan]", "Setting notify.lead_minutes is not in force"),
        ('[notify]\nquiet_hours = "at night"', "Setting notify.quiet_hours is not in force"),
        ('[notify]\nquiet_hours = "25:00-07:00"', "Setting notify.quiet_hours is not in force"),
        ('[icon]\ntheme = "pink"', "Setting icon.theme is not in force"),
        ("[browser]\ncommand = 3", "Setting browser.command is not in force"),
        ("[icon]\ncolor = 3", "Unknown setting icon.color"),
        ("verbose = true", "Unknown setting verbose"),
        ("icon = 3", "Unknown setting icon"),
        ("[[", "The settings are not valid TOML"),
    ],
)
def test_a_setting_that_cannot_be_followed_is_named_and_the_others_hold(file: Path, line: str, title: str) -> None:
    file.write_text(f"{line}\n")

    settings, problems = read_settings(file)

    assert Settings() == settings
    assert [title] == [problem.title for problem in problems]
    assert str(file) in problems[0].hint


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\x00"])
def test_bytes_that_are_no_text_are_a_problem(file: Path, content: bytes) -> None:
    file.write_bytes(content)

    assert len(read_settings(file)[1]) == 1


def test_a_folder_in_place_of_the_file_is_a_problem(file: Path) -> None:
    file.mkdir()

    assert read_settings(file)[1][0].title == "The settings cannot be read"
