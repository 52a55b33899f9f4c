"""What stands in the notes by which the trays of one person tell each other something, and a second start the first."""

from __future__ import annotations

import json
import time
from pathlib import Path

from tray.core.command import Do, LogIn, Snooze

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
        note.touch()
        return
    staged = note.with_suffix(".new")
    staged.write_text(json.dumps({"log-in": asked.sign_in}), "utf-8")
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
        with note.open("rb") as file:
            said = json.loads(file.read(_SHORT))
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
