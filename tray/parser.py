"""
Reads the command line.

Only the options of the command that was named are made known to a parser: all of them would take a twentieth of the
time of a shell prompt.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn

from tray import __version__
from tray.command_line import COMMANDS, HIDDEN, OneOf
from tray.core.errors import UsageProblem
from tray.core.language import Words


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """
    Read the arguments.

    Args:
        argv: What follows the program's name.

    Raises:
        UsageProblem: They are not understood; it tells why.
    """
    line = list(argv)
    named = next((at for at, word in enumerate(line) if not word.startswith("-")), len(line))
    if line[named : named + 1] == ["exec"] and "--" in line[named:]:
        # Whatever follows is another program's, and argparse of each Python leaves out another "--" of it.
        at = line.index("--", named)
        args = _parse(line[:at])
        args.words = [] if args.words else line[at + 1 :]
        return args
    return _parse(line)


def _parse(argv: list[str]) -> argparse.Namespace:
    if argv[:1] == ["complete"]:
        # The snippets of "shell" call it. Its words are a command line that is being typed, and no options of ours.
        return argparse.Namespace(command="complete", parser=_parser(), words=argv[1:])
    try:
        return _understood(argv)
    except _NotUnderstood as problem:
        from tray import usage  # noqa: PLC0415 - a line that is understood needs no words
        from tray.core.words.usage import NOT_UNDERSTOOD  # noqa: PLC0415 - likewise

        try:
            return _understood(usage.in_order(argv))
        except _NotUnderstood:
            raise UsageProblem(NOT_UNDERSTOOD(problem=problem)) from None


def _understood(argv: list[str]) -> argparse.Namespace:
    name = argv[0] if argv else ""
    if name in COMMANDS:
        alone = _prepared(_Parser(prog=f"sso-tray {name}"), name)
        args, unknown = alone.parse_known_args(argv[1:], argparse.Namespace(verbose=False))
    else:
        args, unknown = _parser().parse_known_args(argv)
    if unknown:
        raise _NotUnderstood(" ".join(unknown))
    return args


class _NotUnderstood(Exception):
    """What argparse says of a command line, in English."""


class _Parser(argparse.ArgumentParser):
    """A parser whose help ends with examples, which are loaded when they are asked for."""

    def error(self, message: str) -> NoReturn:
        """Leave it to us to tell what was not understood."""
        raise _NotUnderstood(message)

    def format_help(self) -> str:
        """Write the help out, in the language that is spoken."""
        from tray import help_text  # noqa: PLC0415 - a prompt needs none

        english = self.description, self.epilog, self.formatter_class
        name = self.get_default("command")
        command = name if self.prog.endswith(f" {name}") else None
        self.description, self.epilog = help_text.around(command, *english[:2])
        self.formatter_class = help_text.Formatter
        try:
            return super().format_help()
        finally:
            self.description, self.epilog, self.formatter_class = english


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="sso-tray",
        description=Words(
            "Tells in the system tray whether your AWS sign-in still holds, reminds you before it ends, and signs in"
            " again with a click. Without a command it starts the icon."
        ),
        epilog=Words(
            "exit codes:\n  0 done, or signed in; 1 not signed in; 2 usage; 3 configuration problem;\n"
            "  4 AWS or network failed; 5 cancelled, refused or timed out.\n\n"
            "“sso-tray COMMAND --help” shows the options of each command, and examples."
        ),
    )
    parser.add_argument("--version", action="version", version=f"sso-tray {__version__}")
    parser.add_argument("--verbose", action="store_true", help=Words("log more, and to the terminal as well"))
    parser.set_defaults(command="run", foreground_status=False, demo=False)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, (does, *_) in COMMANDS.items():
        _prepared(commands.add_parser(name, help=does), name)
    return parser


def _prepared(parser: argparse.ArgumentParser, name: str) -> argparse.ArgumentParser:
    """Make a command's options known to its parser."""
    does, *options = COMMANDS[name]
    parser.description = f"{does[0].upper()}{does[1:]}."
    parser.set_defaults(command=name)
    parser.add_argument("--verbose", action="store_true", help=HIDDEN, default=HIDDEN)
    for option in options:
        if isinstance(option, OneOf):
            group = parser.add_mutually_exclusive_group(required=option.required)
            for each in option.options:
                group.add_argument(each.name, **each.details)
        else:
            parser.add_argument(option.name, **option.details)
    return parser
