"""What could come next on a command line, and how bash is told."""

from __future__ import annotations

import pytest
from commands.conftest import Terminal
from support.needs import needs, posix

from tray.commands.complete import bash_insertion, bash_words

BREAKS = " \t\n\"'@><=;|&(:"
LEGACY = "https://legacy.awsapps.com/start"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["us"], {"use", "status", "login"}),
        (["--v"], {"--help", "--version", "--verbose"}),
        (["--verbose", "us"], {"use", "status"}),
        (["use", ""], {"dev", "old", "default"}),
        (["use", "dev", ""], set()),
        (["use", "-"], {"--undo", "--yes", "--help"}),
        (["status", ""], {"corp", LEGACY, "dev", "old"}),
        (["status", "--profile", ""], {"dev", "old", "default"}),
        (["status", "--profile", "dev", ""], {"corp", LEGACY}),
        (["status", "--profile=d"], {"--profile=dev", "--profile=old", "--profile=default"}),
        (["setup", "--start-url", ""], set()),
        (["shell", ""], {"bash", "zsh", "fish", "pwsh"}),
        (["doctor", "x", ""], set()),
    ],
)
def test_candidates_of_a_position(terminal: Terminal, words: list[str], expected: set[str]) -> None:
    assert terminal.run("complete", "zsh", *words) == 0

    found = {line.partition("\t")[0] for line in terminal.out.splitlines()}
    assert found >= expected
    assert bool(found) == bool(expected)
    assert "complete" not in found


def test_a_command_says_what_it_does_and_a_profile_what_it_signs_in_to(terminal: Terminal) -> None:
    terminal.run("complete", "fish", "")
    assert "use\tmake a profile the default for every terminal and SDK\n" in terminal.out

    terminal.run("complete", "fish", "use", "")
    assert terminal.out == f"default\ndev\tcorp\nold\t{LEGACY}\n"


@pytest.mark.parametrize("obeyed", ["\x1b[2J", pytest.param("\x9b2J", marks=posix)])
def test_names_that_a_terminal_might_obey_are_left_out(terminal: Terminal, obeyed: str) -> None:
    terminal.config.write_text(f'[profile "a{obeyed}"]\nregion = x\n[profile ok]\n')

    terminal.run("complete", "bash", BREAKS, "sso-tray use ")

    assert terminal.out == "ok\n"


def test_a_broken_config_completes_to_nothing_in_silence(terminal: Terminal) -> None:
    terminal.config.write_text("[[[\nx")

    assert terminal.run("complete", "zsh", "use", "") == 0
    assert (terminal.out, terminal.err) == ("", "")


@pytest.mark.parametrize(
    ("line", "value", "name", "inserted"),
    [
        ("sso-tray use t", "t", "two words", "two\\ words"),
        ("sso-tray use two\\ w", "two w", "two words", "two\\ words"),
        ('sso-tray use "two w', "two w", "two words", "two words"),
        ('sso-tray use "two w', "two w", "two w$(x)`y`\\", "two w\\$(x)\\`y\\`\\\\"),
        ('sso-tray use "a', "a", 'a"', None),
        ('sso-tray use "a', "a", "a!", None),
        ("sso-tray use 'a", "a", "a'", None),
        ("sso-tray use 'a", "a", 'a"$!', 'a"$!'),
        ("sso-tray use x'a", "xa", "xab", None),
        ("sso-tray use ''a", "a", "a", "a"),
        ("sso-tray use 'a b'c", "a bc", "a bcd", "a\\ bcd"),
        ("sso-tray login https://d", "https://d", "https://d-1/start", "//d-1/start"),
        ("sso-tray login 'https://d", "https://d", "https://d-1/start", "https://d-1/start"),
        ("sso-tray login https\\://d", "https://d", "https://d-1/start", "https://d-1/start"),
        ("sso-tray use ", "", "~a#;*", "\\~a\\#\\;\\*"),
        ("sso-tray use \\", "", "x", "x"),
    ],
)
def test_a_name_goes_back_into_the_line_as_bash_reads_it(
    line: str, value: str, name: str, inserted: str | None
) -> None:
    word = bash_words(line, BREAKS)[-1]

    assert value == word.value
    assert inserted == bash_insertion(word, name)


def test_the_words_before_the_cursor_are_those_that_bash_would_pass() -> None:
    line = "sso-tray  use\t'a b' \"c\\\"\\d $x\" e\\ f ''  g"

    assert [word.value for word in bash_words(line, BREAKS)] == ["sso-tray", "use", "a b", 'c"\\d $x', "e f", "", "g"]


def test_the_snippet_for_bash_is_sound(terminal: Terminal) -> None:
    needs("bash")
    import subprocess

    terminal.run("shell", "bash")

    assert subprocess.run(["bash", "-n"], input=terminal.out, text=True, capture_output=True, check=False).stderr == ""


def test_set_up_is_offered_sign_ins_alone(terminal: Terminal) -> None:
    terminal.run("complete", "zsh", "setup", "--session", "")

    assert terminal.out.splitlines() == ["corp", LEGACY]
