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
from tray.core.message import whole


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """
    Read the arguments; one that is not understood ends the program with 2.

    Args:
        argv: What follows the program's name.

    Raises:
        UsageProblem: There is no such command.
    """
    command = next((word for word in argv if not word.startswith("-")), "")
    if command == "exec" and "--" in argv:
        # Whatever follows is another program's, and argparse of each Python leaves out another "--" of it.
        at = list(argv).index("--")
        args = _parse(argv[:at])
        args.words = [] if args.words else list(argv[at + 1 :])
        return args
    return _parse(argv)


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    name = argv[0] if argv else ""
    if name == "complete":
        # The snippets of "shell" call it. Its words are a command line that is being typed, and no options of ours.
        return argparse.Namespace(command=name, parser=_parser(), words=list(argv[1:]))
    if name in COMMANDS:
        alone = _prepared(_Parser(prog=f"sso-tray {name}"), name)
        args, unknown = alone.parse_known_args(argv[1:], argparse.Namespace(verbose=False))
        if not unknown:
            return args
    command = next((word for word in argv if word != "--verbose"), "")  # Behind another option there need be none.
    if command and not command.startswith("-") and command not in COMMANDS:
        from tray.core.words.mistyped import no_such_command  # noqa: PLC0415 - a command that is there needs no words

        raise UsageProblem(no_such_command(command, COMMANDS))
    return _parser().parse_args(argv)


class _Parser(argparse.ArgumentParser):
    """
    A parser whose help ends with examples, which are loaded when they are asked for.

    It says what it did not understand without what a terminal would obey.
    """

    def error(self, message: str) -> NoReturn:
        """End the program with 2."""
        super().error(whole(message))

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
