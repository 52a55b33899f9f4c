"""``sso-tray wsl link``: one ``~/.aws`` for Windows and this distribution inside it."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tray.commands.output import print_warning
from tray.core.errors import ConfigProblem, UsageProblem
from tray.core.words import wsl as wsl_words
from tray.disk.looking import is_folder
from tray.installation.wsl import find_windows_home, is_wsl
from tray.paths import find_paths
from tray.setup.wsl_link import Link, Standing, link_made, link_to

_OVERRIDING = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")


def run(args: argparse.Namespace) -> int:
    """
    Make the link, or undo it.

    Raises:
        UsageProblem: This is no such distribution.
        ConfigProblem: The home on the Windows side is not known, or the link cannot be made or undone; all is as it
            was.
    """
    if not is_wsl(os.environ):
        raise UsageProblem(wsl_words.ONLY_IN_WSL())
    if args.undo:
        link = link_made(find_paths())  # Windows need not answer for that.
        back = link.undo()
        words = wsl_words.UNDONE_TO_NOTHING if back is None else wsl_words.UNDONE
        print(words(link=link.aws), file=sys.stderr)
    else:
        _make(link_to(_windows_home(args.home), find_paths()), replace=args.replace)
    return 0


def _make(link: Link, *, replace: bool) -> None:
    if link.standing is Standing.LINKED:
        print(wsl_words.LINKED_ALREADY(link=link.aws, windows=link.windows), file=sys.stderr)
    else:
        kept = link.make(replace=replace)
        print(wsl_words.LINKED(link=link.aws, windows=link.windows), file=sys.stderr)
        if kept is not None:
            print(wsl_words.KEPT(kept=kept), file=sys.stderr)
    for variable in _OVERRIDING:
        if os.environ.get(variable):
            print_warning(wsl_words.VARIABLE_OVERRIDES(variable=variable))


def _windows_home(named: str | None) -> Path:
    if named is None:
        found = find_windows_home()
        if found is None:
            raise ConfigProblem(wsl_words.NO_WINDOWS_HOME())
        return found
    home = Path(named).absolute()
    if not is_folder(home) or home == Path.home():
        raise ConfigProblem(wsl_words.NO_SUCH_HOME(home=home))
    return home
