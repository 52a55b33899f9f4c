"""
Finds out what is wrong with a command line that argparse did not understand.

Its own words are English, and not the same in each Python. So the line is read once more, by the table from which the
parsers are made, and nothing of what argparse said is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tray.command_line import COMMANDS, HIDDEN, LONGEST_TIMEOUT, OneOf, Option, seconds
from tray.core.errors import UsageProblem
from tray.core.words import usage as words
from tray.core.words.mistyped import no_such_command
from tray.core.words.names import any_of

_FLAG = "store_true"
_PROGRAM: Mapping[str, dict[str, Any]] = {
    name: {"action": _FLAG} for name in ("-h", "--help", "--verbose", "--version")
}
_NUMBER = re.compile(r"-\d+|-\d*\.\d+")
"""What is no option although it begins as one."""


def in_order(argv: Sequence[str]) -> list[str]:
    """
    Read a command line, and give it with its options before its words.

    That is how argparse of every Python understands it: that of 3.11 takes a word behind an option for one too many.

    Raises:
        UsageProblem: Something is wrong with it.
    """
    rest = list(argv)
    flags = _Reader("sso-tray", _PROGRAM, _misplaced(argv)).flags_in_front(rest)
    if not rest:
        return flags
    name = rest.pop(0)
    if name not in COMMANDS:
        raise UsageProblem(no_such_command(name, COMMANDS))
    arguments = _arguments(COMMANDS[name][1:])
    reader = _Reader(f"sso-tray {name}", _options(arguments))
    options, said = reader.separated(rest)
    _check_words(reader, arguments, said)
    _check_groups(name, arguments, {each.partition("=")[0] for each in options}, said)
    return [name, *flags, *options, *(["--"] if any(word.startswith("-") for word in said) else []), *said]


def _arguments(table: Iterable[Option | OneOf]) -> list[Option]:
    return [each for entry in table for each in (entry.options if isinstance(entry, OneOf) else (entry,))]


def _options(arguments: Sequence[Option]) -> dict[str, dict[str, Any]]:
    own = {name: details for name, details in arguments if name.startswith("-")}
    return own | {name: details for name, details in _PROGRAM.items() if name != "--version"}


def _misplaced(argv: Sequence[str]) -> dict[str, str]:
    """Name the command that each option belongs to that stands before it."""
    name = next((word for word in argv if word in COMMANDS), None)
    if name is None:
        return {}
    return dict.fromkeys(_options(_arguments(COMMANDS[name][1:])), f"sso-tray {name}")


class _Reader:
    """Tells options from words, for the program or one of its commands."""

    def __init__(
        self, command: str, options: Mapping[str, dict[str, Any]], elsewhere: Mapping[str, str] | None = None
    ) -> None:
        self.command = command
        self.options = options
        self.elsewhere = elsewhere or {}

    @property
    def shown(self) -> list[str]:
        """The options that the help names."""
        return [name for name, details in self.options.items() if details.get("help") != HIDDEN]

    def flags_in_front(self, rest: list[str]) -> list[str]:
        """Take away what stands before the first word, and give the options of it; all of them are flags."""
        found = []
        while rest:
            if rest[0] != "--":
                option = self.option(rest[0])
                if option is None:
                    break
                found.append(self.complete(*option, []))
            del rest[0]
        return found

    def separated(self, rest: Sequence[str]) -> tuple[list[str], list[str]]:
        """Give the options, each in full and joined with its value, and the words."""
        following = list(rest)
        options: list[str] = []
        said: list[str] = []
        while following:
            word = following.pop(0)
            if word == "--":
                return options, [*said, *following]
            option = self.option(word)
            if option is None:
                said.append(word)
            else:
                options.append(self.complete(*option, following))
        return options, said

    def option(self, word: str) -> tuple[str, str | None] | None:
        """Tell which option a word means, and the value that is joined to it; None where it is no option."""
        if not word.startswith("-") or word == "-":
            return None
        typed, equals, value = word.partition("=")
        joined = value if equals else None
        if typed in self.options:
            return typed, joined
        found = [name for name in self.options if name.startswith(typed)] if typed.startswith("--") else []
        if len(found) == 1:
            return found[0], joined
        if not found and (" " in word or _NUMBER.fullmatch(word)):
            return None
        if typed in self.elsewhere:
            raise UsageProblem(words.MISPLACED_OPTION(option=typed, command=self.elsewhere[typed]))
        meant = [name for name in found if name in self.shown]
        if len(meant) > 1:
            raise UsageProblem(words.AMBIGUOUS_OPTION(option=typed, options=any_of(meant)))
        raise UsageProblem(words.no_such_option(self.command, typed, meant or self.shown))

    def complete(self, name: str, joined: str | None, following: list[str]) -> str:
        """Write an option with its value, which is taken from what follows where none is joined to it."""
        details = self.options[name]
        if details.get("action") == _FLAG:
            if joined is not None:
                raise UsageProblem(words.TAKES_NO_VALUE(option=name))
            return name
        value = self._value(name, following) if joined is None else joined
        if details.get("type") is seconds:
            try:
                seconds(value)
            except ValueError:
                raise UsageProblem(words.NO_SECONDS(option=name, value=value, longest=LONGEST_TIMEOUT)) from None
        choices = details.get("choices")
        if choices is not None and value not in choices:
            raise UsageProblem(words.no_such_value(name, value, choices))
        return f"{name}={value}"

    def _value(self, name: str, following: list[str]) -> str:
        if following and following[0] != "--":
            try:
                if self.option(following[0]) is None:
                    return following.pop(0)
            except UsageProblem:  # No option of ours: it may be meant for the value.
                raise UsageProblem(words.NEEDS_JOINED_VALUE(option=name, value=following[0])) from None
        details = self.options[name]
        raise UsageProblem(
            words.needs_value(self.command, name, details.get("choices"), seconds=details.get("type") is seconds)
        )


def _check_words(reader: _Reader, arguments: Sequence[Option], said: Sequence[str]) -> None:
    """Look whether each word has its place, and each place its word."""
    left = list(said)
    places = [each for each in arguments if not each.name.startswith("-")]
    for place in places:
        nargs, choices = place.details.get("nargs"), place.details.get("choices")
        if not left and nargs is None:
            placeholder = place.details["metavar"] or place.name
            raise UsageProblem(words.missing_word(reader.command, placeholder, choices))
        taken = left if nargs == "*" else left[:1]
        left = left[len(taken) :]
        if choices is not None and taken and taken[0] not in choices:
            raise UsageProblem(words.no_such_word(reader.command, taken[0], choices))
    if left:
        takes_a_name = any(place.name in {"name", "profile", "value"} for place in places)
        raise UsageProblem(words.too_many_words(reader.command, left[0], reader.shown, takes_a_name=takes_a_name))


def _check_groups(name: str, arguments: Sequence[Option], options: Iterable[str], said: Sequence[str]) -> None:
    """Look whether what was given goes together."""
    places = [each.name for each in arguments if not each.name.startswith("-")]
    given = {option: option for option in options} | dict(zip(places, said, strict=False))
    for group in COMMANDS[name][1:]:
        if isinstance(group, OneOf):
            found = [given[each.name] for each in group.options if each.name in given]
            if len(found) > 1:
                raise UsageProblem(words.EXCLUDE_EACH_OTHER(one=found[0], other=found[1]))
