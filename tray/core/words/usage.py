"""What is said of a command line that was not understood, in place of the English sentences of `argparse`."""

from __future__ import annotations

import re
from typing import Final

from tray.core.message import Line, whole

_REFUSED = Line("{program:whole}: error: {said:whole}")
_OF_ARGUMENT = Line("argument {argument:whole}: {said:whole}")

_ARGUMENT = re.compile(r"argument (?P<argument>\S.*?): (?P<said>.+)", re.DOTALL)
_KINDS: Final = (
    (r"unrecognized arguments: (?P<words>.+)", Line("unrecognized arguments: {words:whole}")),
    (
        r"the following arguments are required: (?P<words>.+)",
        Line("the following arguments are required: {words:whole}"),
    ),
    (r"one of the arguments (?P<words>.+) is required", Line("one of the arguments {words:whole} is required")),
    (
        r"ambiguous option: (?P<option>.+) could match (?P<words>.+)",
        Line("ambiguous option: {option:whole} could match {words:whole}"),
    ),
    (r"expected (?:one|at least one|at most one|\d+) arguments?", Line("expected an argument")),
    (r"not allowed with argument (?P<other>.+)", Line("not allowed with argument {other:whole}")),
    (
        r"invalid choice: (?P<value>.+?)(?:, maybe you meant .+?)? \(choose from (?P<words>.+)\)",
        Line("invalid choice: {value:whole} (choose from {words:whole})"),
    ),
    (r"invalid \S+ value: (?P<value>.+)", Line("invalid value: {value:whole}")),
    (r"ignored explicit argument (?P<value>.+)", Line("unexpected value: {value:whole}")),
)
"""How each sentence looks in the Pythons that we run on (3.11 to 3.14), and what is said instead."""


def refused(program: str, said: str) -> str:
    """
    Say in the person's language what was not understood; a sentence that is not known stays as it is.

    Args:
        program: Which command, as it is typed.
        said: What `argparse` says of it.
    """
    found = _ARGUMENT.fullmatch(said)
    if found is None:
        return _REFUSED(program=program, said=_translated(said))
    of_it = _OF_ARGUMENT(argument=found["argument"], said=_translated(found["said"]))
    return _REFUSED(program=program, said=of_it)


def _translated(said: str) -> str:
    for pattern, line in _KINDS:
        if found := re.fullmatch(pattern, said, re.DOTALL):
            return line(**found.groupdict())
    return whole(said)
