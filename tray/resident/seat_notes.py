"""What stands in the notes by which the trays of one person tell each other something, and a second start the first."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from tray.core.command import Do, LogIn, Snooze
from tray.disk.plain import NO_LINK, open_plain, read_plain

_SHORT = 4096
_STALE_SECONDS = 600.0
"""A wish that nobody has read for so long is no wish any more: the trays may all have ended meanwhile."""

Wish = Snooze | Do
"""What a tray asks of the one that speaks: a snooze, or the end of one."""

_WISHES = {"end-snooze": Do.END_SNOOZE, "snooze-until-tomorrow": Do.SNOOZE_UNTIL_TOMORROW}
_LONGEST_SNOOZE = 7 * 24 * 60


def words_of(wish: Wish) -> dict[str, object]:
    """Give what a note says for a wish."""
    match wish:
        case Snooze(minutes):
            return {"snooze": minutes}
        case Do():
            return {"do": next(name for name, meant in _WISHES.items() if meant is wish)}


def leave_asked(note: Path, asked: Do | LogIn | None) -> None:
    """Ask something of the tray that looks for this note."""
    if not isinstance(asked, LogIn):
        put(note, {})
        return
    put(note, {"log-in": asked.sign_in})


def put(note: Path, said: dict[str, object]) -> None:
    """
    Write a note whole. It is soon read and gone, so nothing waits for the disk to promise that it lasts.

    Raises:
        OSError: The folder forbids it, the disk is full, or something that is no file of ours is in the way.
    """
    staged = note.with_suffix(".new")
    descriptor = open_plain(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | NO_LINK)
    try:
        if said:  # one without words has room on a full disk
            os.write(descriptor, json.dumps(said).encode())
    finally:
        os.close(descriptor)
    staged.replace(note)


def read_asked(note: Path) -> Do | LogIn:
    """Read what a second start asks; of a note without words, and of one that nobody has read for long, the status."""
    match read(note) if _is_fresh(note) else {}:
        case {"log-in": str(name)}:
            return LogIn(name, new=True, ask=True)
        case _:
            return Do.SHOW_STATUS


def take(note: Path) -> bool:
    """Take a note away; False where there is none."""
    try:
        note.unlink()
    except OSError:
        return False
    return True


def read(note: Path) -> dict[str, object]:
    """Read a note; empty where there is none, or it makes no sense."""
    try:
        said = json.loads(read_plain(note, _SHORT))
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _is_fresh(note: Path) -> bool:
    try:
        return abs(time.time() - note.stat().st_mtime) < _STALE_SECONDS
    except OSError:
        return False


def read_wish(note: Path) -> Wish | None:
    """Read what a tray asks of the one that speaks, and take it; None where that makes no sense, or not any more."""
    match read(note) if _is_fresh(note) else {}:
        case {"snooze": int(minutes)} if 0 < minutes <= _LONGEST_SNOOZE:
            wish: Wish | None = Snooze(minutes)
        case {"do": str(name)}:
            wish = _WISHES.get(name)
        case _:
            wish = None
    take(note)
    return wish
