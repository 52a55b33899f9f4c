"""``sso-tray complete``: what could come next on a command line; called by the snippets of ``sso-tray shell``."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterator, Sequence

from tray.aws.config.reading import read_config
from tray.commands import bash_line
from tray.paths import find_paths

_ASSIGNMENT = re.compile(r"\w+=")
_Candidates = Iterator[tuple[str, str]]


def run(args: argparse.Namespace) -> int:
    """
    Print a candidate a line; after a tab, what it does.

    For bash the words are ``COMP_WORDBREAKS`` and the line up to the cursor, and the candidates are what to insert.
    For the others they are the words after the program's name, the last one being typed; the shell picks those that
    fit, and quotes.
    """
    words = args.words[1:] or [""]
    if args.words[:1] == ["bash"]:
        found = _for_bash(args.parser, *words[:2])
    else:
        found = ("\t".join(filter(None, candidate)) for candidate in candidates(args.parser, words))
    for line in found:
        print(line)
    return 0


def _for_bash(parser: argparse.ArgumentParser, breaks: str = "", line: str = "") -> Iterator[str]:
    words = bash_line.split(line, breaks)
    while len(words) > 1 and _ASSIGNMENT.match(words[0].value):
        del words[0]
    current = words[-1]
    for value, _ in candidates(parser, [word.value for word in words[1:]] or [""]):
        inserted = bash_line.insertion(current, value) if value.startswith(current.value) else None
        if inserted is not None:
            yield inserted


def candidates(parser: argparse.ArgumentParser, words: Sequence[str]) -> _Candidates:
    """
    List what could stand in place of the last word: itself, and what it does.

    A name that holds a line break or a character that a terminal might obey is left out.

    Args:
        parser: The program's.
        words: Those after the program's name, as the shell would pass them.
    """
    *before, current = words
    subparsers = next(each for each in _actions(parser) if isinstance(each, argparse._SubParsersAction))  # noqa: SLF001
    at = next((index for index, word in enumerate(before) if word in subparsers.choices), None)
    if at is not None:
        found = _of_command(subparsers.choices[before[at]], before[at + 1 :], current)
    elif current.startswith("-"):
        found = _options(parser)
    else:
        found = ((each.dest, each.help or "") for each in subparsers._choices_actions)  # noqa: SLF001
    return (candidate for candidate in found if candidate[0].isprintable())


def _of_command(parser: argparse.ArgumentParser, before: Sequence[str], current: str) -> _Candidates:
    options = {name: action for action in _actions(parser) for name in action.option_strings}
    taking = {name for name, action in options.items() if action.nargs != 0}
    if before and before[-1] in taking:
        return _values(options[before[-1]])
    name, equals, _ = current.partition("=")
    if equals and name in taking:
        return ((f"{name}={value}", "") for value, _ in _values(options[name]))
    if current.startswith("-"):
        return _options(parser)
    positionals = [action for action in _actions(parser) if not action.option_strings]
    given = [
        word
        for word, previous in zip(before, ["", *before], strict=False)
        if previous not in taking and not word.startswith("-")
    ]
    return _values(positionals[len(given)]) if len(given) < len(positionals) else iter(())


def _options(parser: argparse.ArgumentParser) -> _Candidates:
    for action in _actions(parser):
        if action.help != argparse.SUPPRESS:
            yield from ((name, action.help or "") for name in action.option_strings if name.startswith("--"))


def _values(action: argparse.Action) -> _Candidates:
    if action.choices is not None:
        return ((str(choice), "") for choice in action.choices)
    if action.dest not in {"name", "session", "profile"}:
        return iter(())
    paths = find_paths()
    config = read_config(paths.aws_config, paths.aws_credentials, os.environ)
    if action.dest == "profile":
        return ((profile.name, profile.sign_in or "") for profile in config.profiles)
    return ((sign_in.name, "") for sign_in in config.sign_ins)


def _actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return parser._actions  # noqa: SLF001 - there is no public way to ask a parser what it knows
