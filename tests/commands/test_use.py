"""``use --undo`` brings back what ``use`` replaced, and a production profile is asked about."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from commands.conftest import CONFIG, Terminal
from support.needs import posix

from tray.paths import find_paths


class Keyboard(io.StringIO):
    """A terminal at which somebody types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def production(home: Path) -> None:
    settings = find_paths({}).settings_file
    settings.parent.mkdir(parents=True)
    settings.write_text('[profiles]\nproduction = ["de?", "prod*"]\n')


def test_undo_brings_back_every_byte_switch_by_switch(terminal: Terminal) -> None:
    assert terminal.run("use", "dev") == 0
    assert "use --undo" in terminal.err
    first = terminal.config.read_text()
    assert terminal.run("use", "old") == 0

    assert terminal.run("use", "--undo") == 0
    assert terminal.config.read_text() == first
    assert terminal.err.splitlines()[0].startswith("Default profile: dev:")
    assert terminal.run("use", "--undo") == 0
    assert terminal.config.read_text() == CONFIG
    assert terminal.err.splitlines()[0].startswith("Default profile: default:")


def test_the_switch_says_what_it_replaced_of_a_persons_own_default(terminal: Terminal) -> None:
    terminal.config.write_text(CONFIG.replace("region = eu-west-1", "output = text\nregion = us-west-2", 1))

    assert terminal.run("use", "dev") == 0

    assert terminal.err.splitlines()[1:] == [
        "Of what you had written into [default], this was replaced: region.",
        "The earlier one is kept: “sso-tray use --undo” brings it back.",
    ]
    assert "output = text" in terminal.config.read_text()
    assert terminal.run("use", "old") == 0
    assert "replaced" not in terminal.err


def test_undo_without_a_switch_is_told(terminal: Terminal) -> None:
    assert terminal.run("use", "--undo") == 3
    assert len(terminal.err.splitlines()) == 2
    assert terminal.config.read_text() == CONFIG


def test_undo_leaves_a_default_that_was_edited_since(terminal: Terminal) -> None:
    terminal.run("use", "dev")
    edited = terminal.config.read_text().replace("Developer", "Admin", 1)
    terminal.config.write_text(edited)

    assert terminal.run("use", "--undo") == 3
    assert "edited since" in terminal.err
    assert "backups" in terminal.err
    assert terminal.config.read_text() == edited


def test_undo_says_what_overrides_the_earlier_default(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.run("use", "dev")
    monkeypatch.setenv("AWS_PROFILE", "old")

    assert terminal.run("use", "--undo") == 0
    assert "AWS_PROFILE=old is set and overrides" in terminal.err


@pytest.mark.parametrize("arguments", [(), ("dev", "--undo"), ("--yes",)])
def test_use_wants_either_a_profile_or_undo(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    assert terminal.run("use", *arguments) == 2
    assert terminal.config.read_text() == CONFIG


@pytest.mark.usefixtures("production")
@pytest.mark.parametrize(("typed", "code"), [("dev\n", 0), ("Dev\n", 5), ("y\n", 5), ("\n", 5), ("", 5)])
def test_a_production_profile_becomes_the_default_when_its_name_is_typed(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    monkeypatch.setattr("sys.stdin", Keyboard(typed))

    assert terminal.run("use", "dev") == code
    assert "dev is a production profile" in terminal.err
    assert (terminal.config.read_text() == CONFIG) is (code == 5)
    assert terminal.out == ""


@pytest.mark.usefixtures("production")
def test_a_script_confirms_a_production_profile_by_yes(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("dev\n"))

    assert terminal.run("use", "dev") == 5
    assert terminal.err.splitlines() == [
        "The production profile dev was not confirmed",
        "Nothing was changed. Type its name when asked, or add --yes.",
    ]
    assert terminal.config.read_text() == CONFIG
    assert terminal.run("use", "dev", "--yes") == 0
    assert "dev" in terminal.err


@pytest.mark.usefixtures("production")
def test_other_profiles_and_undo_ask_nothing(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)

    assert terminal.run("use", "old") == 0
    assert terminal.run("use", "--undo") == 0
    assert terminal.config.read_text() == CONFIG


def test_a_file_that_botocore_refuses_is_named_by_line_and_left(terminal: Terminal) -> None:
    broken = CONFIG + "[profile dev]\n"
    terminal.config.write_text(broken)

    for arguments in (("dev",), ("--undo",)):
        assert terminal.run("use", *arguments) == 3
        assert f"line {len(broken.splitlines())} begins [profile dev] for the second time" in terminal.err
        assert terminal.config.read_text() == broken


@pytest.mark.parametrize(
    "name",
    ['say "hi"', "x]y", "it's", "%(a)s{}", "é", pytest.param("🦄", marks=posix), "back\\slash", "#x", "x" * 10_000],
)
def test_a_profile_of_any_name_can_be_used_and_undone(terminal: Terminal, name: str) -> None:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    text = f'{CONFIG}[profile "{quoted}"]\nregion = x\n'
    terminal.config.write_text(text)

    assert terminal.run("use", name) == 0
    assert f"[default]\n# sso-tray: copy of profile {name} (" in terminal.config.read_text()
    assert terminal.run("use", "--undo") == 0
    assert terminal.config.read_text() == text
