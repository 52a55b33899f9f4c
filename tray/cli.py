"""The command line: parses, then imports only the command that was asked for (docs/contracts: Commands)."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING

from tray.commands import output
from tray.core.errors import Fault, TrayError
from tray.disk import core_dumps

if TYPE_CHECKING:
    import argparse

_ENDED_BY_INTERRUPT = 130

FOLLOW = "follow"
"""The word behind which Windows puts an address of ours: there is an icon then, and it does what that asks for."""

_LOGGED = {"login", "logout", "open", "renew", "setup"}
"""
Commands that keep a log, in the same file as the resident program, whose children they may be.

That program sees to its own; the others have nothing to say there, but for a fault.
"""

OBJECTS_BEFORE_COLLECTION = 50_000
"""
How many objects are made before Python looks for garbage among them.

Nearly all that a large config becomes is kept: at Python's own 700, looking for garbage is a sixth of reading it. The
resident program looks after each pass.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """
    Run one command.

    Args:
        argv: The arguments after the program's name; None for those of this process.

    Returns:
        The exit code (docs/contracts: Exit codes).
    """
    core_dumps.forbid()
    try:
        args, command = _load(argv)
        if args.command in _LOGGED:
            _open_log()
        code: int = command.run(args)
        if sys.stdout is not None:  # A program without a console has none.
            sys.stdout.flush()
    except TrayError as error:
        _tell(error)
        return error.exit_code
    except KeyboardInterrupt:
        return _ENDED_BY_INTERRUPT
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told
        if output.reader_has_gone(error):
            # Such as "| head"; Python would complain once more when it flushes at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        fault = _written_down(error)
        _tell(fault)
        return fault.exit_code
    return code


def _load(argv: Sequence[str] | None) -> tuple[argparse.Namespace | SimpleNamespace, ModuleType]:
    """Understand the command line, and load the command that it names."""
    # What is loaded here is never garbage. To look through it again and again is 6 % of what a prompt waits for.
    gc.disable()
    try:
        output.prepare()
        args = _parse(sys.argv[1:] if argv is None else argv)
        _speak(args)
        return args, importlib.import_module(f"tray.commands.{args.command}")
    finally:
        gc.freeze()
        gc.set_threshold(OBJECTS_BEFORE_COLLECTION)
        gc.enable()


def _speak(args: argparse.Namespace | SimpleNamespace) -> None:
    """Speak the person's language, but for what programs read, which is the same in every language."""
    from tray.core import language

    shown = os.environ.pop(language.FOR_A_PERSON, "") != ""
    read_by_a_program = getattr(args, "json", False) or getattr(args, "short", False)
    read_by_a_program |= getattr(args, "report", False)  # By developers, who may not know the language.
    if args.command != "run" and (shown or not read_by_a_program):  # The icon sees to it itself.
        language.speak_later(_follow_settings)
    else:
        language.speak()


def _follow_settings() -> None:
    from tray import languages
    from tray.paths import find_paths
    from tray.settings.reading import read_settings

    paths = find_paths()
    languages.follow(read_settings(paths.settings_file, paths.site_settings)[0])


def _open_log() -> bool:
    """Send the log of this process to the log file; tells whether there is one."""
    from tray import logs
    from tray.paths import find_paths

    return logs.configure(find_paths().log_file)


def _written_down(error: Exception) -> Fault:
    """Write into the log what nobody has foreseen, and find the words for it."""
    import logging

    from tray.core.words import terminal as terminal_words
    from tray.paths import find_paths

    with suppress(Exception):  # Where not even the files of ours can be named, the kind is all that can be told.
        if _open_log():
            logging.getLogger(__name__).critical("A fault ended the command", exc_info=error)
            return Fault(terminal_words.FAULT(log=find_paths().log_file))
    return Fault(terminal_words.FAULT_WITHOUT_LOG(kind=type(error).__name__))


def _tell(error: TrayError) -> None:
    if sys.stderr is not None:
        print(error.message, file=sys.stderr)
        if sys.platform == "darwin":
            from tray.desktop.macos.alert import alert_unless_in_terminal

            alert_unless_in_terminal(error.message)
        return
    if sys.platform == "win32":  # Elsewhere a desktop keeps what its programs say on their standard error.
        from tray.desktop.windows.shell import alert

        alert(error.title, error.hint)


def _parse(argv: Sequence[str]) -> argparse.Namespace | SimpleNamespace:
    if sys.platform == "darwin":
        # The Finder of some versions of macOS gives what it starts a number of its own.
        argv = [word for word in argv if not word.startswith("-psn_")]
    if list(argv) in ([], ["run"]):
        # What a desktop starts at every login: the icon need not wait for a parser.
        return SimpleNamespace(command="run", foreground_status=False, demo=False, verbose=False)
    if argv[0] == FOLLOW:
        # Every page can have this called, and put more words behind it: none of them may be an option of ours (ADR 28).
        from tray.core.address import read_address

        asked = read_address(argv[1:])
        return SimpleNamespace(command="run", foreground_status=False, demo=False, verbose=False, asked=asked)
    from tray.core import language
    from tray.parser import parse

    language.speak_later(_follow_settings)  # For help, and for a command that is not there.
    return parse(argv)
