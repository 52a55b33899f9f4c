"""``use``, ``profiles`` and ``portal``: the everyday commands around a sign-in."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest
from commands.conftest import CONFIG, Terminal
from support.desk import until
from support.stand_ins import command_line


def test_use_makes_a_profile_the_default_and_keeps_every_other_byte(terminal: Terminal) -> None:
    mode = stat.S_IMODE(terminal.config.stat().st_mode)

    assert terminal.run("use", "dev") == 0
    after = terminal.config.read_text()
    assert after.startswith("# my own comment\n[default]\n")
    assert after.endswith(CONFIG[CONFIG.index("[sso-session corp]") :])
    assert mode == stat.S_IMODE(terminal.config.stat().st_mode)
    terminal.run("profiles", "--json")
    assert [row["name"] for row in terminal.json["profiles"] if row["default"]] == ["dev"]


def test_using_the_same_profile_again_changes_nothing(terminal: Terminal) -> None:
    terminal.run("use", "dev")
    before = terminal.config.read_bytes()

    assert terminal.run("use", "dev") == 0
    assert before == terminal.config.read_bytes()


@pytest.mark.parametrize("name", ["gone", "", "de", "dev]\n[profile x", "%s", "✨" * 9, "x" * 10_000])
def test_use_refuses_an_unknown_profile_and_leaves_the_file(terminal: Terminal, name: str) -> None:
    assert terminal.run("use", name) == 3
    assert terminal.config.read_text() == CONFIG
    assert len(terminal.err.splitlines()) == 2


def test_use_says_what_overrides_the_choice(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "old")

    assert terminal.run("use", "dev") == 0
    assert "AWS_PROFILE=old is set and overrides" in terminal.err


def test_use_without_a_profile_and_without_a_terminal_is_a_usage_problem(terminal: Terminal) -> None:
    assert terminal.run("use") == 2
    assert terminal.err.splitlines()[0] == "No profile is named, and there is no terminal to choose one in."


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ((), ["default", "dev", "old"]),
        (("dev",), ["dev"]),
        (("DEVEL", "corp"), ["dev"]),
        (("44",), ["old"]),
        (("eu-west",), ["default", "dev"]),
        (("--exact", "old"), ["old"]),
        (("--exact", "--", "dev"), ["dev"]),
    ],
)
def test_words_narrow_the_profiles_down(terminal: Terminal, words: tuple[str, ...], names: list[str]) -> None:
    assert terminal.run("profiles", "--json", *words) == 0
    assert [row["name"] for row in terminal.json["profiles"]] == names


@pytest.mark.parametrize(
    ("words", "code", "title"),
    [
        (("nobody",), 3, "There is no profile “nobody”."),
        (("dev", "nobody"), 3, "No profile holds all of “dev nobody”."),
        (("--exact", "de"), 3, "There is no profile “de”."),
        (("--exact", "dev", "old"), 2, "With --exact, one whole name is given."),
        (("--pick",), 2, "There is no terminal to choose a profile in."),
    ],
)
def test_words_that_no_profile_holds_are_told(
    terminal: Terminal, words: tuple[str, ...], code: int, title: str
) -> None:
    assert code == terminal.run("profiles", *words)
    assert (terminal.out, terminal.err.splitlines()[0]) == ("", title)


def test_profiles_lists_sign_in_account_role_region_and_default(terminal: Terminal) -> None:
    assert terminal.run("profiles", "--json") == 0
    rows = {row["name"]: row for row in terminal.json["profiles"]}
    assert rows["dev"] == {
        "name": "dev",
        "sign_in": "corp",
        "account": "111122223333",
        "role": "Developer",
        "region": "eu-west-1",
        "default": False,
    }
    assert rows["default"]["default"]
    assert rows["old"]["sign_in"] == "https://legacy.awsapps.com/start"


def test_profiles_as_a_table_marks_the_default(terminal: Terminal) -> None:
    terminal.run("use", "dev")
    assert terminal.run("profiles") == 0
    assert [line[:5] for line in terminal.out.splitlines() if line.startswith("*")] == ["* dev"]


def test_profiles_of_a_broken_config_fail_with_a_word(terminal: Terminal) -> None:
    terminal.config.write_text("[default\n")

    assert terminal.run("profiles") == 3
    assert terminal.out == ""


@pytest.mark.parametrize(
    ("arguments", "address"),
    [
        (("corp",), "https://d-1234567890.awsapps.com/start"),
        (("--profile", "old"), "https://legacy.awsapps.com/start"),
        (
            ("--console", "--profile", "dev"),
            "https://d-1234567890.awsapps.com/start/#/console?account_id=111122223333&role_name=Developer",
        ),
    ],
)
def test_portal_prints_an_address(terminal: Terminal, arguments: tuple[str, ...], address: str) -> None:
    assert terminal.run("portal", *arguments, "--print") == 0
    assert address == terminal.out.strip()


def test_portal_of_several_without_a_default_asks_which(terminal: Terminal) -> None:
    assert terminal.run("portal", "--print") == 3
    assert "corp" in terminal.err


def test_portal_opens_the_browser_of_the_person(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    script = f"import pathlib, sys; pathlib.Path({str(seen)!r}).write_text(sys.argv[1])"
    browser = tmp_path / "browser.py"
    browser.write_text(script)
    monkeypatch.setenv("BROWSER", command_line(sys.executable, str(browser), "%s"))

    assert terminal.run("portal", "corp") == 0
    until(lambda: seen.exists() and seen.read_text() == "https://d-1234567890.awsapps.com/start")


def test_without_a_browser_portal_says_so(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER", "/no/such/browser")
    monkeypatch.setenv("PATH", "/nowhere")

    assert terminal.run("portal", "corp") == 4
    assert terminal.err.splitlines()[0] == "No browser could be started."


def test_doctor_finds_and_explains(terminal: Terminal) -> None:
    terminal.plant("corp", -5).chmod(0o644)

    assert terminal.run("doctor", "--json") == 1
    found = [(finding["name"], finding["level"], finding["hint"]) for finding in terminal.json["findings"]]
    assert ("sign-in", "problem", "Log in from the tray, or with: sso-tray login corp") in found
    modes = [level for name, level, hint in found if name == "file-mode" and "chmod 600" in hint]
    assert modes == (["warning"] if os.name == "posix" else [])
    assert [level for name, level, _ in found if name == "session"] == (["warning"] if sys.platform == "linux" else [])

    assert terminal.run("doctor") == 1
    assert "sso-tray login corp" in terminal.out


@pytest.mark.parametrize("arguments", [("nonsense",), ("status", "--nonsense"), ("--nonsense",), ("use", "a", "b")])
def test_a_call_that_is_not_understood_exits_with_2(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    assert terminal.run(*arguments) == 2


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("status", "--help"), ("login", "--help")])
def test_help_and_version_exit_with_0(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    assert terminal.run(*arguments) == 0
    assert terminal.out
