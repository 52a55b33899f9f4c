"""A profile is picked in a real terminal: what is seen there, what a key does, and how the terminal is left."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("a pty is POSIX", allow_module_level=True)

from support.terminal import Terminal, terminal

from tray.paths import find_paths

USE = [sys.executable, "-P", "-m", "tray", "use"]
PICK = [sys.executable, "-P", "-m", "tray", "profiles", "--pick"]
SESSION = "[sso-session corp]\nsso_start_url = https://d-1234567890.awsapps.com/start\nsso_region = eu-central-1\n"
HELP = "Type to narrow down; Enter chooses, Esc leaves."


def write_config(home: Path, names: list[str]) -> Path:
    sections = [
        f"[profile {name}]\nsso_session = corp\nsso_account_id = {number:012}\nsso_role_name = Role{number % 7}\n"
        for number, name in enumerate(names, 1)
    ]
    config = home / ".aws" / "config"
    config.parent.mkdir(exist_ok=True)
    config.write_text(SESSION + "".join(sections))
    return config


@pytest.fixture
def config(home: Path) -> Path:
    return write_config(home, [*(f"team{number:02}-dev" for number in range(1, 41)), "東京-🦄", "prod"])


@contextmanager
def at(command: list[str], size: tuple[int, int] = (12, 80), **environ: str) -> Iterator[Terminal]:
    with terminal(command, {**os.environ, "TERM": "xterm-256color", **environ}, size) as screen:
        yield screen


def begins(line: int, words: str) -> Callable[[list[str]], bool]:
    return lambda lines: lines[line].startswith(words)


def answered(screen: Terminal, before: int) -> Callable[[list[str]], bool]:
    """Tell whether the program wrote something after so many characters, and put the cursor where typing goes on."""
    return lambda _: len(screen.text) > before and screen.text.endswith("H")


def test_a_profile_is_found_by_typing_and_becomes_the_default(config: Path) -> None:
    with at(USE) as screen:
        before = screen.modes()
        lines = screen.show(lambda lines: lines[1].startswith("42 of 42."))
        assert lines[0] == "Profile:"
        assert lines[1] == f"42 of 42. {HELP}"
        assert lines[2] == ">  team01-dev  000000000001  Role1  corp"
        assert lines[-1] == "   team10-dev  000000000010  Role3  corp"
        assert screen.seen.reversed == ["team01-dev"]
        assert screen.seen.other
        assert not screen.seen.wraps
        screen.type("role3 team3")
        screen.show(lambda lines: lines[0] == "Profile: role3 team3" and lines[1].startswith("2 of 42."))
        screen.type("\x1b[B")
        screen.show(lambda lines: lines[3].startswith(">  team38-dev"))
        screen.type("\r")
        assert screen.end() == 0
        assert screen.modes() == before
        assert not screen.seen.other
        assert screen.seen.wraps
        assert screen.seen.lines[0].startswith("Default profile: team38-dev")
    assert "[default]\n# sso-tray: copy of profile team38-dev (" in config.read_text()


@pytest.mark.parametrize(
    ("leave", "code", "said"),
    [
        (lambda screen: screen.type("\x1b"), 5, ["No profile was chosen.", "Nothing was changed."]),
        (lambda screen: screen.type("\x04"), 5, ["No profile was chosen.", "Nothing was changed."]),
        (lambda screen: screen.type("\x03"), 130, []),
        (lambda screen: os.kill(screen.program.pid, signal.SIGTERM), 130, []),
        (lambda screen: os.kill(screen.program.pid, signal.SIGHUP), 130, []),
    ],
    ids=["escape", "ctrl-d", "ctrl-c", "terminated", "hung-up"],
)
def test_whoever_leaves_leaves_the_config_and_the_terminal_as_they_were(config: Path, leave, code: int, said) -> None:
    text = config.read_text()
    with at(USE) as screen:
        before = screen.modes()
        screen.show(lambda lines: lines[1].startswith("42 of 42."))
        assert screen.modes() != before
        leave(screen)
        assert screen.end() == code
        assert screen.modes() == before
        assert not screen.seen.other
        assert [line for line in screen.seen.lines if line] == said
    assert config.read_text() == text


def test_keys_move_by_lines_pages_and_to_the_ends(config: Path) -> None:
    with at(PICK) as screen:
        for keys, line, shown in [
            ("", 2, ">  team01-dev"),
            ("\x1b[6~", 11, ">  team11-dev"),
            ("\x1b[6~", 11, ">  team21-dev"),
            ("\x1b[A\x1b[A", 9, ">  team19-dev"),
            ("\x1b[5~", 2, ">  team09-dev"),
            ("\x1bOF", 11, ">  prod"),
            ("\x1b[A", 10, ">  東京-🦄"),
            ("\x1b[H", 2, ">  team01-dev"),
            ("zzz", 1, "0 of 42."),
            ("\r", 1, "0 of 42."),
            ("\x15東", 2, ">  東京-🦄"),
        ]:
            screen.type(keys)
            screen.show(begins(line, shown))
        screen.type("\n")
        assert screen.end() == 0
        assert screen.seen.lines[0] == "東京-🦄"


def test_another_size_is_drawn_anew_without_a_key(config: Path) -> None:
    with at(PICK, (12, 80)) as screen:
        screen.type("\x1b[F")
        screen.show(lambda lines: lines[11].startswith(">  prod"))
        screen.resize(6, 30)
        lines = screen.show(lambda lines: lines[5].startswith(">  prod"))
        assert lines[1] == "42 of 42. Type to narrow down…"
        assert lines[4] == "   東京-🦄     000000000041"
        screen.resize(30, 120)
        lines = screen.show(lambda lines: lines[29].startswith(">  prod"))
        assert lines[1] == f"42 of 42. {HELP}"
        screen.resize(1, 10)
        screen.show(lambda lines: lines == ["Profile:"])
        screen.resize(3, 8)
        screen.show(lambda lines: lines[-1] == ">  prod")
        screen.type("\r")
        assert screen.end() == 0


def test_the_one_in_force_is_first_and_production_stands_out_unless_colour_is_unwanted(config: Path) -> None:
    settings = find_paths().settings_file
    settings.parent.mkdir(parents=True)
    settings.write_text('[profiles]\nproduction = ["prod"]\n')
    for unwanted, codes in (("", ("\x1b[32mteam07-dev", "\x1b[31mprod")), ("1", ())):
        with at(PICK, (60, 80), AWS_PROFILE="team07-dev", NO_COLOR=unwanted) as screen:
            lines = screen.show(lambda lines: lines[43].startswith("   prod"))
            assert lines[2].startswith(">* team07-dev")
            screen.type("\x1b[B")
            screen.show(lambda lines: lines[3].startswith(">  team01-dev"))
            assert all(code in screen.text for code in codes)
            assert bool(codes) == ("\x1b[2m" in screen.text)
            screen.type("\x1b")
            assert screen.end() == 5


def test_the_default_before_the_last_switch_comes_second(config: Path) -> None:
    assert os.spawnv(os.P_WAIT, sys.executable, [*USE, "prod"]) == 0
    assert os.spawnv(os.P_WAIT, sys.executable, [*USE, "team30-dev"]) == 0
    with at(PICK) as screen:
        lines = screen.show(lambda lines: lines[1].startswith("42 of 42."))
        assert [line.split()[-4] for line in lines[2:5]] == ["team30-dev", "prod", "team01-dev"]
        screen.type("\x03")
        assert screen.end() == 130


def test_a_name_that_a_terminal_would_obey_is_shown_harmless_and_only_offered_where_nothing_prints_it(
    home: Path,
) -> None:
    config = write_config(home, ["dev", "\x1b[31mred"])
    with at(USE) as screen:
        screen.show(lambda lines: lines[3].startswith("   ?[31mred"))
        screen.type("red\r")
        assert screen.end() == 0
    assert "copy of profile \x1b[31mred (" in config.read_text()
    with at(PICK) as screen:
        screen.show(lambda lines: lines[1].startswith("1 of 1."))
        screen.type("\r")
        assert screen.end() == 0


def test_where_a_terminal_cannot_be_controlled_a_number_is_asked_for(config: Path) -> None:
    with at(PICK, TERM="dumb") as screen:
        screen.expect("20. team20-dev  000000000020  Role6  corp")
        screen.expect("20 of 42 are shown.")
        screen.answer("Number, or words to narrow down: ", "nothing")
        screen.expect("No profile holds all of these words.")
        screen.answer("Number, or words to narrow down: ", "pro")
        screen.expect("1. prod  000000000042  Role0  corp")
        screen.answer("Number, or words to narrow down: ", "1")
        screen.expect("prod")
        assert screen.end() == 0
        assert "\x1b" not in screen.text
    with at(USE, TERM="dumb") as screen:
        screen.answer("Number, or words to narrow down: ")
        screen.expect("No profile was chosen.")
        assert screen.end() == 5


KEYS = ["t", "e", "a", "m", "4", "\x7f", "\x1b[B", "\x1b[6~", "\x1b[F", "\x1b[H", " ", "r", "o", "l", "\x15"]


def test_of_5000_profiles_a_key_is_answered_within_50_ms(home: Path) -> None:
    write_config(home, [f"team{number:04}-{'東京🦄x'[number % 4]}" for number in range(5000)])
    with at(PICK, (50, 160)) as screen:
        screen.show(lambda lines: lines[1].startswith("5000 of 5000."))
        took: list[float] = []
        for key in KEYS:
            before, begun = len(screen.text), time.perf_counter()
            screen.type(key)
            screen.show(answered(screen, before))
            took.append(time.perf_counter() - begun)
        screen.type("\x1b")
        assert screen.end() == 5
    print(f"{sorted(took)[len(took) // 2] * 1000:.1f} ms in the middle, {max(took) * 1000:.1f} ms at most")
    assert sorted(took)[len(took) // 2] < 0.05  # One key may come while the machine is busy with something else.
