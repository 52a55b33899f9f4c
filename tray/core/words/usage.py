"""What is said of a command line that is not understood: what is wrong with it, and what to type instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tray.core.message import Message, Text
from tray.core.near_misses import near_misses
from tray.core.words.names import any_of

_NO_OPTION = Text("“{command:whole}” has no option “{option}”.", "“{command:whole} --help” lists its options.")
_MISTYPED_OPTION = Text(
    "“{command:whole}” has no option “{option}”.",
    "Did you mean {similar:whole}? “{command:whole} --help” lists its options.",
)
MISPLACED_OPTION = Text("“{option}” stands before the command.", "Put it behind the command: {command:whole} {option}")
AMBIGUOUS_OPTION = Text("“{option}” is short for more than one option.", "Type {options:whole} in full.")
TAKES_NO_VALUE = Text("“{option}” takes no value.", "Leave out the “=” and what follows it.")
_NEEDS_VALUE = Text("“{option}” needs a value behind it.", "“{command:whole} --help” says what it takes.")
_NEEDS_CHOICE = Text("“{option}” needs a value behind it.", "Put {choices:whole} behind it.")
_NEEDS_SECONDS = Text("“{option}” needs a value behind it.", "Put a number of seconds behind it, such as: {option} 120")
NEEDS_JOINED_VALUE = Text(
    "“{option}” needs a value behind it.", "A value that begins with “-” is joined to it with “=”: {option}={value}"
)
NO_SECONDS = Text(
    "“{option}” cannot be “{value}”.", "It takes seconds: a number greater than 0, and at most {longest}."
)
_NO_CHOICE = Text("“{option}” cannot be “{value}”.", "It takes {choices:whole}.")
_MISTYPED_CHOICE = Text("“{option}” cannot be “{value}”.", "Did you mean {similar:whole}? It takes {choices:whole}.")
_NO_WORD = Text("“{command:whole}” does not know “{word}”.", "It takes {choices:whole}.")
_MISTYPED_WORD = Text(
    "“{command:whole}” does not know “{word}”.", "Did you mean {similar:whole}? It takes {choices:whole}."
)
_MISSING_CHOICE = Text("“{command:whole}” needs one more word.", "Put {choices:whole} behind it.")
_MISSING_WORD = Text(
    "“{command:whole}” needs one more word: {placeholder}.", "“{command:whole} --help” shows what may follow it."
)
_TOO_MANY_WORDS = Text(
    "“{command:whole}” has a word too many: “{word}”.", "“{command:whole} --help” shows what may follow it."
)
_TOO_MANY_WITH_A_NAME = Text(
    "“{command:whole}” has a word too many: “{word}”.",
    "A name or value with blanks needs quotation marks. “{command:whole} --help” shows what may follow it.",
)
_OPTION_WITHOUT_DASHES = Text(
    "“{command:whole}” has a word too many: “{word}”.",
    "Did you mean {similar:whole}? “{command:whole} --help” shows what may follow it.",
)
EXCLUDE_EACH_OTHER = Text("“{one}” and “{other}” exclude each other.", "Leave one of the two out.")
NOT_UNDERSTOOD = Text("The command line is not understood: {problem:whole}", "“sso-tray --help” shows how it is used.")


def no_such_option(command: str, option: str, known: Iterable[str]) -> Message:
    """Say that a command has no such option, among those that it has."""
    if similar := near_misses(option, known):
        return _MISTYPED_OPTION(command=command, option=option, similar=any_of(similar))
    return _NO_OPTION(command=command, option=option)


def needs_value(command: str, option: str, choices: Sequence[str] | None, *, seconds: bool = False) -> Message:
    """
    Say that nothing stands behind an option that takes a value.

    Args:
        command: As it is typed, with the program's name.
        option: Likewise.
        choices: What alone it can be; None where it can be more.
        seconds: Whether it takes a time.
    """
    if choices is not None:
        return _NEEDS_CHOICE(option=option, choices=any_of(choices))
    return _NEEDS_SECONDS(option=option) if seconds else _NEEDS_VALUE(command=command, option=option)


def no_such_value(option: str, value: str, choices: Sequence[str]) -> Message:
    """Say that an option cannot have a value, and which ones it can."""
    if similar := near_misses(value, choices):
        return _MISTYPED_CHOICE(option=option, value=value, similar=any_of(similar), choices=any_of(choices))
    return _NO_CHOICE(option=option, value=value, choices=any_of(choices))


def no_such_word(command: str, word: str, choices: Sequence[str]) -> Message:
    """Say that a word cannot follow a command, and which ones can."""
    if similar := near_misses(word, choices):
        return _MISTYPED_WORD(command=command, word=word, similar=any_of(similar), choices=any_of(choices))
    return _NO_WORD(command=command, word=word, choices=any_of(choices))


def missing_word(command: str, placeholder: str, choices: Sequence[str] | None) -> Message:
    """Say that a word has to follow a command: one of some, or whatever its placeholder in the help stands for."""
    if choices is not None:
        return _MISSING_CHOICE(command=command, choices=any_of(choices))
    return _MISSING_WORD(command=command, placeholder=placeholder)


def too_many_words(command: str, word: str, options: Iterable[str], *, takes_a_name: bool) -> Message:
    """Say that a command has no use for a word; ``options`` are those that it has."""
    if f"--{word}" in options:
        return _OPTION_WITHOUT_DASHES(command=command, word=word, similar=any_of([f"--{word}"]))
    return (_TOO_MANY_WITH_A_NAME if takes_a_name else _TOO_MANY_WORDS)(command=command, word=word)
