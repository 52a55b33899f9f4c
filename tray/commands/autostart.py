"""``sso-tray autostart``: whether the icon starts at login."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from tray.commands.output import print_json
from tray.core.autostart import Autostart, Standing
from tray.core.words import autostart as autostart_words
from tray.desktop.autostart import open_login_start
from tray.paths import find_paths

_CODES = {Standing.ON: 0, Standing.OFF: 1, Standing.BROKEN: 3}


def run(args: argparse.Namespace) -> int:
    """
    Turn it on or off, or tell how it stands.

    Returns:
        For ``status`` 0 when it is on, 1 when off, 3 when there is an entry that will not start this program.

    Raises:
        AutostartProblem: The system does not let us change it; it is as it was.
    """
    start = open_login_start(find_paths().state)
    found = {"on": start.turn_on, "off": start.turn_off, "status": start.state}[args.what]()
    if args.json:
        print_json(_written(found))
    elif args.what == "status":
        print(_told(found))
    else:
        done = autostart_words.TURNED_ON(place=found.place) if args.what == "on" else autostart_words.TURNED_OFF()
        print(done, file=sys.stderr)
    return _CODES[found.standing] if args.what == "status" else 0


def _told(found: Autostart) -> str:
    told = found.problem or found.note
    if told is not None:
        return f"{told.title}\n  {told.hint}"
    return autostart_words.ON(place=found.place) if found.standing is Standing.ON else autostart_words.OFF()


def _written(found: Autostart) -> dict[str, Any]:
    problem = found.problem
    return {
        "schema": 1,
        "state": str(found.standing),
        "entry": found.place or None,
        "command": list(found.command),
        "problem": None if problem is None else {"title": problem.title, "hint": problem.hint},
    }
