"""The command line is read the same whether the options of one command are known or those of all."""

from __future__ import annotations

import argparse
import shlex

import pytest

from tray import parser
from tray.core.errors import UsageProblem
from tray.core.words.examples import EXAMPLES, Examples

LINES = [
    "run --demo",
    "demo --terminal",
    "status corp --short --check",
    "login --profile dev --new --ask --timeout 5 --json",
    "renew corp --force --verbose",
    "logout --all",
    "profiles dev --json",
    "use dev --yes",
    "use --undo",
    "portal --console --print",
    "open setup --print --serve",
    "whoami dev",
    "credentials dev --format env --shell fish --login",
    "exec dev --login",
    "setup --all --name-pattern {role} --page",
    "doctor --online --fix x",
    "autostart on",
    "settings --json",
    "settings set notify.lead_minutes 5",
    "use",
    "profiles prod admin --pick",
    "shell zsh",
    "wsl link --undo --home /mnt/c/Users/me --replace",
]
OF_RUN = {"foreground_status": False, "demo": False}


@pytest.mark.parametrize("line", LINES)
def test_a_command_alone_is_understood_as_among_all_others(line: str) -> None:
    alone = parser.parse(line.split())
    among_all = parser.parse(["complete"]).parser.parse_args(line.split())

    assert OF_RUN | vars(alone) == vars(among_all)


@pytest.mark.parametrize(
    ("line", "profile", "words"),
    [
        ("exec dev -- ls -l --login -- x", "dev", ["ls", "-l", "--login", "--", "x"]),
        ("exec --login dev -- ls", "dev", ["ls"]),
        ("--verbose exec dev -- sso-tray exec other -- ls", "dev", ["sso-tray", "exec", "other", "--", "ls"]),
        ("exec dev", "dev", []),
        ("exec dev -- ", "dev", []),
        ("exec dev ls -- -l", "dev", []),
        ("-- exec dev -- ls", "dev", ["ls"]),
        ("-- exec dev", "dev", []),
    ],
)
def test_what_follows_two_dashes_is_the_command_s_own(line: str, profile: str, words: list[str]) -> None:
    args = parser.parse(line.split())

    assert (args.command, args.profile, args.words) == ("exec", profile, words)


def test_every_command_is_among_the_lines() -> None:
    program: argparse.ArgumentParser = parser.parse(["complete"]).parser
    [commands] = [each for each in program._actions if isinstance(each, argparse._SubParsersAction)]

    assert {line.partition(" ")[0] for line in LINES} == set(commands.choices)


@pytest.mark.parametrize(("name", "examples"), EXAMPLES.items(), ids=EXAMPLES)
def test_the_help_of_each_command_has_examples_that_are_understood(
    name: str, examples: Examples, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="0"):
        parser.parse([name, "--help"])
    alone = capsys.readouterr().out
    among_all = next(
        each.choices[name].format_help() for each in _program()._actions if isinstance(each, argparse._SubParsersAction)
    )

    assert alone == among_all
    told = alone.partition("\nexamples:\n")[2].splitlines()
    assert all(len(line) <= 80 for line in told if "--all" not in line)
    for line, does in examples:
        assert any(shown.startswith(f"  {line}") for shown in told)
        assert does in alone
        command = line.removeprefix('eval "$(').removesuffix(')"').partition(" | ")[0]
        program, *words = shlex.split(command)
        assert program == "sso-tray"
        assert parser.parse(words).command == name


def test_every_command_has_examples_and_the_program_too(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        parser.parse(["--help"])
    told = capsys.readouterr().out

    assert "\nexamples:\n  sso-tray setup " in told
    assert "\nexit codes:\n" in told
    assert max(map(len, told.splitlines())) <= 80
    [commands] = [each for each in _program()._actions if isinstance(each, argparse._SubParsersAction)]
    assert set(EXAMPLES) == set(commands.choices)


def _program() -> argparse.ArgumentParser:
    return parser.parse(["complete"]).parser


@pytest.mark.parametrize("option", ["--version", "--help", "-h"])
@pytest.mark.parametrize("rest", ["", " https://us-east-1.signin.aws.amazon.com/v1/authorize?a=b", " stauts"])
def test_what_asks_about_the_program_itself_ends_well_whatever_follows(
    option: str, rest: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The AWS CLI takes ``sso-tray --version`` for a browser that shows its page (`tray.commands.login`)."""
    with pytest.raises(SystemExit, match="0"):
        parser.parse(f"{option}{rest}".split())

    assert capsys.readouterr().out.startswith(("sso-tray ", "usage: sso-tray"))


@pytest.mark.parametrize(
    ("line", "told", "hint"),
    [
        ("stauts", "stauts", "Did you mean “status”? “sso-tray --help” lists the commands."),
        ("logn", "logn", "Did you mean “login”? “sso-tray --help” lists the commands."),
        ("log", "log", "Did you mean “login” or “logout”? “sso-tray --help” lists the commands."),
        ("set", "set", "Did you mean “setup” or “settings”? “sso-tray --help” lists the commands."),
        ("--verbose who-am-i", "who-am-i", "Did you mean “whoami”? “sso-tray --help” lists the commands."),
        ("Profile --json", "Profile", "Did you mean “profiles”? “sso-tray --help” lists the commands."),
        ("nothing", "nothing", "“sso-tray --help” lists the commands."),
        ("sso login", "sso", "“sso-tray --help” lists the commands."),
    ],
)
def test_a_command_that_is_not_there_is_answered_with_those_that_may_have_been_meant(
    line: str, told: str, hint: str
) -> None:
    with pytest.raises(UsageProblem) as raised:
        parser.parse(line.split())

    assert (raised.value.title, raised.value.hint) == (f"There is no command “{told}”.", hint)
