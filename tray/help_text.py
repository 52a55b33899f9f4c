"""What ``--help`` prints: as `argparse` lays it out, in the language that is spoken."""

from __future__ import annotations

import argparse
from typing import Any, Final

from tray.command_line import COMMANDS
from tray.core.columns import prose, prose_anywhere, width
from tray.core.language import Words, translated
from tray.core.message import SENTENCE, may_be_wide
from tray.core.words.examples import EXAMPLES, OVERVIEW, shown

OF_ARGPARSE: Final = (
    Words("usage: "),
    Words("commands"),
    Words("positional arguments"),
    Words("options"),
    Words("show this help message and exit"),
    Words("show program's version number and exit"),
)
"""Its own words, as it hands them to the `Formatter`."""

_USAGE: Final = OF_ARGPARSE[0]


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Translates what it is handed, and breaks lines of wide letters where they may be broken."""

    def _format_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None) -> str:
        said = translated(_USAGE)
        # Further lines are indented by as many blanks as the prefix has letters: so it has one for each column.
        blanks = " " * width(said)
        text = super()._format_usage(usage, actions, groups, blanks if prefix is None else prefix)
        return text.replace(blanks, said, 1) if prefix is None else text

    def start_section(self, heading: str | None) -> None:
        """Begin a part of the help."""
        super().start_section(heading and translated(heading))

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return action.help and translated(action.help)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        # What is indented is laid out already.
        lines = [[line] if line.startswith(" ") else prose(line, width) for line in text.split("\n")]
        return "\n".join(f"{indent}{each}" for line in lines for each in line)

    def _split_lines(self, text: str, width: int) -> list[str]:
        if may_be_wide(text):
            return prose_anywhere(" ".join(text.split()), width)
        return super()._split_lines(text, width)


def around(command: str | None, description: str | None, epilog: str | None) -> tuple[str, str]:
    """
    Give what stands above and below the options.

    Args:
        command: Whose help it is; None for that of the program.
        description: Of the program.
        epilog: Of the program.
    """
    if command is not None:
        does = translated(COMMANDS[command][0])
        return SENTENCE(words=f"{does[0].upper()}{does[1:]}"), shown(EXAMPLES[command])
    return translated(description or ""), f"{shown(OVERVIEW)}\n\n{translated(epilog or '')}"
