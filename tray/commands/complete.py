"""``sso-tray complete``: what could come next on a command line; called by the snippets of ``sso-tray shell``."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterator, Sequence

from tray.aws.config.reading import read_config
from tray.core.clusters import is_clean
from tray.core.dataclass import dataclass
from tray.core.language import speak, translated
from tray.paths import find_paths
from tray.settings.keys import KEYS, spelled

_ASSIGNMENT = re.compile(r"\w+=")
_ESCAPED = re.compile(r"[^\w@%+:=,./^-]", re.ASCII)
_BLANKS = " \t\n"

_IMPOSSIBLE_INSIDE = {"'": "'", '"': '"!'}
"""
What no backslash helps against inside quotation marks: a "!" recalls the history, and readline takes an escaped mark
at the end for the closing one.
"""

_Candidates = Iterator[tuple[str, str]]
"""What could stand there, and what it does."""


def run(args: argparse.Namespace) -> int:
    """
    Print a candidate a line; after a tab, what it does.

    For bash the words are ``COMP_WORDBREAKS`` and the line up to the cursor, and the candidates are what to insert.
    For the others they are the words after the program's name, the last one being typed; the shell picks those that
    fit, and quotes.
    """
    words = args.words[1:] or [""]
    if args.words[:1] == ["bash"]:
        speak()  # It shows no words of ours, so that no language need be found for them.
        found = _for_bash(args.parser, *words[:2])
    else:
        found = ("\t".join(filter(None, candidate)) for candidate in _candidates(args.parser, words))
    for line in found:
        print(line)
    return 0


def _for_bash(parser: argparse.ArgumentParser, breaks: str = "", line: str = "") -> Iterator[str]:
    words = bash_words(line, breaks)
    while len(words) > 1 and _ASSIGNMENT.match(words[0].value):
        del words[0]
    current = words[-1]
    for value, _ in _candidates(parser, [word.value for word in words[1:]] or [""]):
        inserted = bash_insertion(current, value) if value.startswith(current.value) else None
        if inserted is not None:
            yield inserted


def _candidates(parser: argparse.ArgumentParser, words: Sequence[str]) -> _Candidates:
    """
    List what could stand in place of the last of the words that follow the program's name.

    A name that holds a line break or a character that a terminal might obey is left out.
    """
    *before, current = words
    subparsers = next(each for each in _actions(parser) if isinstance(each, argparse._SubParsersAction))  # noqa: SLF001
    at = next((index for index, word in enumerate(before) if word in subparsers.choices), None)
    if at is not None:
        found = _of_command(subparsers.choices[before[at]], before[at + 1 :], current)
    elif current.startswith("-"):
        found = _options(parser)
    else:
        found = ((each.dest, translated(each.help or "")) for each in subparsers._choices_actions)  # noqa: SLF001
    return (candidate for candidate in found if is_clean(candidate[0]))


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
            yield from (
                (name, translated(action.help or "")) for name in action.option_strings if name.startswith("--")
            )


def _values(action: argparse.Action) -> _Candidates:
    if action.choices is not None:
        return ((str(choice), "") for choice in action.choices)
    if action.dest == "key":
        return ((spelled((section, key)), "") for section, keys in KEYS.items() for key in keys)
    if action.dest not in {"name", "session", "profile"}:
        return iter(())
    paths = find_paths()
    config = read_config(paths.aws_config, paths.aws_credentials, os.environ)
    if action.dest == "profile":
        return ((profile.name, profile.sign_in or "") for profile in config.profiles)
    sign_ins = {sign_in.name: "" for sign_in in config.sign_ins}
    if action.dest == "session":  # which set-up makes or goes on with: there a profile's name would not do
        return iter(sign_ins.items())
    users = {profile.name: profile.sign_in for profile in config.profiles if profile.sign_in is not None}
    return iter((users | sign_ins).items())


def _actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return parser._actions  # noqa: SLF001 - there is no public way to ask a parser what it knows


@dataclass(slots=True)
class Word:
    """A word of the line, as bash would read it; a variable in it stays as it is written."""

    value: str = ""
    quote: str = ""
    """The quotation mark that is still open."""

    opened: int = 0
    """How much of the value stands before that mark."""

    kept: int = 0
    """How much of the value readline leaves alone: up to the last character at which it breaks words."""


def bash_words(line: str, breaks: str) -> list[Word]:
    """
    Split a line up to the cursor as bash would. It is data here; no part of it is ever evaluated.

    Args:
        line: What was typed: bash hands a completion the raw line.
        breaks: ``COMP_WORDBREAKS``.

    Returns:
        At least one word; the last is the one that the cursor is in, and may be empty.
    """
    words = [Word()]
    begun = False
    characters = iter(line)
    for character in characters:
        word = words[-1]
        if word.quote:
            if character == word.quote:
                word.quote = ""
            elif character == "\\" and word.quote == '"':
                following = next(characters, "")
                word.value += following if following in '"$`\\' else character + following
            else:
                word.value += character
        elif character in _BLANKS:
            if begun:
                words.append(Word())
            begun = False
            continue
        elif character in "'\"":
            word.quote, word.opened = character, len(word.value)
        elif character == "\\":
            word.value += next(characters, "")
        else:
            word.value += character
            if character in breaks:
                word.kept = len(word.value)
        begun = True
    return words


def bash_insertion(word: Word, name: str) -> str | None:
    """
    Write what bash shall put in place of what readline takes for the word at the cursor. It inserts that as it is.

    Args:
        word: The word at the cursor.
        name: Begins with the word's value.

    Returns:
        None where the name cannot stand inside the quotation marks that are open, or they began inside the word.
    """
    if not word.quote:
        rest = name[word.kept :]
        bare = _ESCAPED.sub(lambda found: found[0] if ord(found[0]) > 127 else f"\\{found[0]}", rest)
        return f"\\{bare}" if bare.startswith("~") else bare
    if word.opened or any(mark in name for mark in _IMPOSSIBLE_INSIDE[word.quote]):
        return None
    return name if word.quote == "'" else re.sub(r"([$`\\])", r"\\\1", name)
