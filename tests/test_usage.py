"""A command line that is not understood: what is wrong with it, the same in every Python, in the person's language."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.languages import TRANSLATED, spoken_in

from tray import parser, usage
from tray.cli import main
from tray.command_line import COMMANDS, OneOf, Option, seconds
from tray.core.clusters import is_clean
from tray.core.errors import UsageProblem

OF_STATUS = "“sso-tray status --help” shows what may follow it."
SHELLS = "“bash”, “zsh”, “fish” or “pwsh”"
SECONDS = "It takes seconds: a number greater than 0, and at most 86400."
OF_RUN = {"foreground_status": False, "demo": False}
"""What the parser of all commands has for each."""

TABLE = [
    ("status --nothing", "“sso-tray status” has no option “--nothing”.", "“sso-tray status --help” lists its options."),
    (
        "status --jsn",
        "“sso-tray status” has no option “--jsn”.",
        "Did you mean “--json”? “sso-tray status --help” lists its options.",
    ),
    (
        "status --token=secret",
        "“sso-tray status” has no option “--token”.",
        "“sso-tray status --help” lists its options.",
    ),
    ("status -x", "“sso-tray status” has no option “-x”.", "“sso-tray status --help” lists its options."),
    (
        "setup --pag",  # There is another one, which no help names.
        "“sso-tray setup” has no option “--pag”.",
        "Did you mean “--page”? “sso-tray setup --help” lists its options.",
    ),
    ("--nothing status", "“sso-tray” has no option “--nothing”.", "“sso-tray --help” lists its options."),
    ("--nothing stauts", "“sso-tray” has no option “--nothing”.", "“sso-tray --help” lists its options."),
    ("--json status", "“--json” stands before the command.", "Put it behind the command: sso-tray status --json"),
    (
        "--profile dev status",
        "“--profile” stands before the command.",
        "Put it behind the command: sso-tray status --profile",
    ),
    ("-- stauts", "There is no command “stauts”.", "Did you mean “status”? “sso-tray --help” lists the commands."),
    ("''", "There is no command “”.", "“sso-tray --help” lists the commands."),
    (
        "status a b",
        "“sso-tray status” has a word too many: “b”.",
        f"A name or value with blanks needs quotation marks. {OF_STATUS}",
    ),
    (
        "settings set notify.lead_minutes 30 5",
        "“sso-tray settings” has a word too many: “5”.",
        "A name or value with blanks needs quotation marks. “sso-tray settings --help” shows what may follow it.",
    ),
    (
        "doctor dev",
        "“sso-tray doctor” has a word too many: “dev”.",
        "“sso-tray doctor --help” shows what may follow it.",
    ),
    (
        "doctor online",
        "“sso-tray doctor” has a word too many: “online”.",
        "Did you mean “--online”? “sso-tray doctor --help” shows what may follow it.",
    ),
    ("autostart", "“sso-tray autostart” needs one more word.", "Put “on”, “off” or “status” behind it."),
    ("shell", "“sso-tray shell” needs one more word.", f"Put {SHELLS} behind it."),
    ("wsl --undo", "“sso-tray wsl” needs one more word.", "Put “link” behind it."),
    (
        "exec --login -- ls",
        "“sso-tray exec” needs one more word: PROFILE.",
        "“sso-tray exec --help” shows what may follow it.",
    ),
    ("status --profile", "“--profile” needs a value behind it.", "“sso-tray status --help” says what it takes."),
    ("setup --session --all", "“--session” needs a value behind it.", "“sso-tray setup --help” says what it takes."),
    (
        "login --time",
        "“--timeout” needs a value behind it.",
        "Put a number of seconds behind it, such as: --timeout 120",
    ),
    ("credentials --format", "“--format” needs a value behind it.", "Put “process”, “env” or “json” behind it."),
    (
        "setup --name-pattern -x-{role}",
        "“--name-pattern” needs a value behind it.",
        "A value that begins with “-” is joined to it with “=”: --name-pattern=-x-{role}",
    ),
    ("login --timeout 0", "“--timeout” cannot be “0”.", SECONDS),
    ("login --timeout=86401 corp", "“--timeout” cannot be “86401”.", SECONDS),
    ("login --timeout nan", "“--timeout” cannot be “nan”.", SECONDS),
    ("login --timeout ''", "“--timeout” cannot be “”.", SECONDS),
    ("login --timeout -5", "“--timeout” cannot be “-5”.", SECONDS),
    ("login --timeout five", "“--timeout” cannot be “five”.", SECONDS),
    ("credentials --format xml", "“--format” cannot be “xml”.", "It takes “process”, “env” or “json”."),
    (
        "credentials --format=jsn",
        "“--format” cannot be “jsn”.",
        "Did you mean “json”? It takes “process”, “env” or “json”.",
    ),
    ("shell tcsh", "“sso-tray shell” does not know “tcsh”.", f"It takes {SHELLS}."),
    ("shell bahs", "“sso-tray shell” does not know “bahs”.", f"Did you mean “bash”? It takes {SHELLS}."),
    ("status --json=yes", "“--json” takes no value.", "Leave out the “=” and what follows it."),
    ("use dev --undo", "“dev” and “--undo” exclude each other.", "Leave one of the two out."),
    ("logout --all corp", "“corp” and “--all” exclude each other.", "Leave one of the two out."),
    ("profiles --json --pick", "“--json” and “--pick” exclude each other.", "Leave one of the two out."),
    ("setup --re x", "“--re” is short for more than one option.", "Type “--region” or “--rename” in full."),
    ("--ver status", "“--ver” is short for more than one option.", "Type “--verbose” or “--version” in full."),
    (
        "--verbose doctor --nothing",
        "“sso-tray doctor” has no option “--nothing”.",
        "“sso-tray doctor --help” lists its options.",
    ),
]


@pytest.mark.parametrize(("line", "title", "hint"), TABLE, ids=[line for line, *_ in TABLE])
def test_what_is_wrong_is_told_in_two_lines(
    line: str, title: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(shlex.split(line)) == 2
    assert capsys.readouterr() == ("", f"{title}\n{hint}\n")


@pytest.mark.parametrize("tag", TRANSLATED)
def test_what_is_wrong_is_told_in_the_person_s_language(tag: str) -> None:
    for line, title, hint in TABLE:
        with pytest.raises(UsageProblem) as raised, spoken_in(tag):
            parser.parse(shlex.split(line))

        message = raised.value.message
        assert message.for_log.title == title
        assert message.title != title
        assert message.hint != hint
        assert not set("“”") & set(message.title + message.hint) - set({"de": "“"}.get(tag, ""))


@pytest.mark.parametrize(
    "line",
    [
        "status --no\x1b[2J",
        "status a b\x1b[2J",
        "autostart o\x9bn",
        "login --timeout \x1b[2J",
        "use a\x1b[2J --undo",
        "--\x1b[2J",
        "\x1b[2J",
        "setup --role -\x1b[2J",
    ],
)
def test_nothing_that_a_terminal_would_obey_is_said(line: str) -> None:
    with pytest.raises(UsageProblem) as raised:
        parser.parse(line.split(" "))

    assert is_clean(raised.value.title)
    assert is_clean(raised.value.hint)


@pytest.mark.parametrize(
    ("line", "same"),
    [
        ("profiles dev --exact prod", "profiles --exact dev prod"),
        ("settings set --js notify.lead_minutes -5", "settings --json set notify.lead_minutes -5"),
        ("exec dev --login ls", "exec --login dev ls"),
        ("profiles a --exact -- -b", "profiles --exact -- a -b"),
        ("--verbose profiles a --exact b", "profiles --verbose --exact a b"),
    ],
)
def test_words_may_stand_before_and_behind_options_in_every_python(line: str, same: str) -> None:
    assert parser.parse(line.split()) == parser.parse(same.split())


def _arguments(name: str) -> list[Option]:
    return [each for entry in COMMANDS[name][1:] for each in (entry.options if isinstance(entry, OneOf) else (entry,))]


def _words_of(name: str) -> Iterator[str]:
    yield from ("x", "a b", "--a b", "-", "", "-5", "5", "0", "-y", "--verbose", "--nothing", "--j", "--json=x")
    for argument in _arguments(name):
        yield from map(str, argument.details.get("choices") or ())
        if argument.name.startswith("--"):
            yield from (argument.name, argument.name[:-1], argument.name[:5], f"{argument.name}=5")


@st.composite
def lines(draw: st.DrawFn) -> list[str]:
    name = draw(st.sampled_from(sorted(COMMANDS)))
    words = draw(st.lists(st.sampled_from(list(_words_of(name))), max_size=6))
    if draw(st.booleans()):
        words.insert(draw(st.integers(0, len(words))), "--")
    before = draw(st.sampled_from([[], [], ["--verbose"], ["--json"], ["--"]]))
    return [*before, name, *words]


@given(lines())
def test_a_line_is_understood_or_it_is_told_what_is_wrong(argv: list[str]) -> None:
    title = ""
    try:
        parser.parse(argv)
    except UsageProblem as problem:
        title = problem.title
    assert not title.startswith("The command line is not understood")


@given(lines())
def test_nothing_is_said_of_a_line_that_argparse_understands(argv: list[str]) -> None:
    try:
        understood = parser._understood(argv)
    except parser._NotUnderstood:
        return
    in_order = parser._understood(usage.in_order(argv))
    assert OF_RUN | vars(in_order) == OF_RUN | vars(understood)


def test_what_cannot_be_told_apart_is_told_by_argparse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "in_order", list)

    with pytest.raises(UsageProblem) as raised:
        parser.parse(["status", "--no\x1bthing"])
    assert raised.value.title == "The command line is not understood: --no?thing"

    with pytest.raises(UsageProblem) as raised:
        parser.parse(["shell"])
    assert "shell" in raised.value.title
    assert raised.value.hint == "“sso-tray --help” shows how it is used."


def test_every_kind_of_value_has_words_for_what_it_is() -> None:
    kinds = {argument.details.get("type") for name in COMMANDS for argument in _arguments(name)}

    assert kinds == {None, seconds}
    assert not any(entry.required for table in COMMANDS.values() for entry in table if isinstance(entry, OneOf))
