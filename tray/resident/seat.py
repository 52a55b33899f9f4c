"""
This tray's seat among the trays of one person: one in each session, and one of all that speaks (ADR 22).

The speaker notifies, renews and remembers. The others show what is true, and obey: what a click of theirs changes in
the memory, they ask of the speaker. They tell each other by small files in one folder, each a note, which is gone once
it was read: a note that stays is one that nobody reads.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tray.core.command import Do, LogIn
from tray.disk import generations
from tray.disk.generations import Held
from tray.disk.looking import entries, is_there
from tray.paths import NOTE, Paths
from tray.resident.seat_notes import Wish, leave_asked, put, read, read_asked, read_wish, take, words_of

ANSWER_SECONDS = 10.0
"""How long a tray of this session may take to answer a second start; a busy machine needs one or two."""

SPEAKER_ANSWER_SECONDS = 90.0
"""How long the one that speaks may take; it may be on another machine, whose file events do not come here."""

_LOOK_SECONDS = 0.05
_ASK_AGAIN_SECONDS = 600.0
_STAND_BACK_SECONDS = 90.0
"""How long a tray that let another speak does not want to again: all others look within 60 s."""

_SETTLED_NS = 2_000_000_000
"""As for the files that are read (`tray.resident.reader`)."""


class Seat:
    """
    The seat of this tray; made by `sit_down`. What it does with files is done on the thread that reads.

    Args:
        paths: Where the files are.
        place: The lock of the session.
        session: Names the session of this moment; empty while that is not known.
        monotonic: A clock that nobody sets, in seconds.
    """

    def __init__(
        self,
        paths: Paths,
        place: Held,
        session: Callable[[], str],
        *,
        took_over: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._paths = paths
        self._place = place
        self._session = session
        self._monotonic = monotonic
        self.there: Callable[[], bool] = lambda: True
        """Tells whether a notice would be seen in this session."""

        self.took_over = took_over
        """Whether the one that sat here gave no answer."""

        self._gone = False
        self._asked_at: float | None = None
        self._stand_back_until = 0.0
        self._told: tuple[str, bool] | None = None
        self._leaving = False
        self._looked_through: int | None = None
        """When the notes had last changed (ns since the epoch), as they were looked through."""

        self._turn = threading.RLock()  # To let another speak is an errand: it follows what is being saved.
        self._speaking = generations.take(paths.lock_file)
        if self._speaking is None and took_over and self._speaker().get("session") == self._key:
            self._speaking = generations.take_over(paths.lock_file)  # The one that gave no answer held that too.

    @property
    def _key(self) -> str:
        return self._place.base.stem

    @property
    def speaks(self) -> bool:
        """Whether this tray speaks for all."""
        return self._speaking is not None and not self._leaving

    def look(self) -> bool:
        """
        Look how things stand among the trays, and speak where nobody else does.

        Returns:
            Whether this tray has a seat still. Else another one is in this session in its stead.

        Raises:
            OSError: The folder failed.
        """
        with self._turn:
            return self._look()

    def _look(self) -> bool:
        self._follow_session()
        if self._gone or self._place.succeeded:
            return False
        if self._speaking is not None and self._speaking.succeeded:
            self._speaking.release()
            self._speaking = None
        if self._speaking is None and self._monotonic() >= self._stand_back_until:
            self._speaking = generations.take(self._paths.lock_file) or self._succeed()
        if self._speaking is not None:
            self._tell()
        return True

    def asked(self) -> Do | LogIn | None:
        """
        Tell what a second start asks of this tray: to show itself, or a login that the page asks about (ADR 28).

        Each is told once; None where nothing is asked.
        """
        note = _show_note(self._place.base)
        asked = read_asked(note)
        return asked if take(note) else None

    def wishes(self) -> list[Wish]:
        """Take what other trays ask of the speaker; nothing where this one is not. Raises `OSError` as `look`."""
        if not self.speaks or not self._has_new_notes():
            return []
        try:
            notes = sorted(path for path in self._paths.sessions.iterdir() if path.name.endswith(NOTE))
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            return []
        except OSError:
            self._looked_through = None
            raise
        for note in notes:
            if note.name.startswith("alive-"):
                take(note)
        found = [read_wish(path) for path in notes if path.name.startswith("wish-")]
        return [wish for wish in found if wish is not None]

    def _has_new_notes(self) -> bool:
        """
        Tell whether the folder of the notes has changed since it was last looked through.

        With every read nobody opens a folder in vain: a disk that is slow to do so would hold back what the icon shows.
        """
        try:
            changed_at = self._paths.sessions.stat().st_mtime_ns
        except OSError:
            return False
        if changed_at == self._looked_through:
            return False
        # What has just changed may change again unseen: the clock of a file system is coarse.
        self._looked_through = changed_at if time.time_ns() - changed_at > _SETTLED_NS else None
        return True

    def should_let_speak(self) -> bool:
        """
        Tell whether the person is in another session, whose tray asks to speak. Then this one does not any more, and
        `let_speak` is due once all is saved.
        """
        with self._turn:
            if self.speaks and take(self._note("let-me-speak")) and not self.there():
                self._leaving = True
                return True
        return False

    def let_speak(self) -> None:
        """Let another tray speak. What is remembered must be saved by now."""
        with self._turn:
            self._stand_back_until = self._monotonic() + _STAND_BACK_SECONDS
            self._leaving = False
            self._stop_speaking()

    def ask(self, wish: Wish) -> None:
        """Ask something of the speaker."""
        self._write(f"wish-{time.time_ns():020}-{os.getpid()}", words_of(wish))

    def release(self) -> None:
        """Leave; to be called once everything is saved."""
        with self._turn:
            self._gone = True  # A read that is still on its way must not begin anew.
            self._stop_speaking()
        self._place.release()  # The note of a newcomer stays: taking it away would be an answer.

    def _stop_speaking(self) -> None:
        if (speaking := self._speaking) is None:
            return
        self._speaking, self._told = None, None
        succeeded = speaking.succeeded
        speaking.release()
        if not succeeded:
            take(self._note("speaker"))  # The system tells the others of that, and they look.

    def _follow_session(self) -> None:
        """Move to the session that the bus belongs to now; leave where there is a tray already."""
        base = _place(self._paths, self._session())
        if base == self._place.base or not self._session():
            return
        held = generations.take(base)
        if held is None:
            self._gone = True
            return
        self._place.release()
        self._place = held

    def _tell(self) -> None:
        """Tell the others which session speaks, and whether anybody would see a notice there."""
        now = self._key, self.there()
        if now != self._told:
            self._told = now
            self._write("speaker", {"session": now[0], "there": now[1]})

    def _succeed(self) -> Held | None:
        """Take over from a speaker that gives no answer; ask one whose person is here to let this tray speak."""
        now, alive = self._monotonic(), f"alive-{self._key}"
        asked = self._asked_at
        if asked is not None and now - asked < _ASK_AGAIN_SECONDS:
            if now - asked >= SPEAKER_ANSWER_SECONDS and take(self._note(alive)):
                self._asked_at = None
                return generations.take_over(self._paths.lock_file)
        else:
            self._asked_at = now
            self._write(alive, {})
        if self._speaker().get("there") is False and self.there():
            self._write("let-me-speak", {})
        return None

    def _speaker(self) -> dict[str, object]:
        return read(self._note("speaker"))

    def _note(self, name: str) -> Path:
        return self._paths.sessions / f"{name}{NOTE}"

    def _write(self, name: str, said: dict[str, object]) -> None:
        """Write a note; a disk that is full costs what it says, and no more."""
        with suppress(OSError):
            put(self._note(name), said)


def sit_down(
    paths: Paths,
    session: Callable[[], str],
    *,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    joins: bool = False,
    asked: Do | LogIn | None = None,
) -> Seat | None:
    """
    Take the seat of a session; None where a tray sits there that has answered: it shows its status now.

    One that gives no answer within `ANSWER_SECONDS` is succeeded. With `joins` this tray could never show anything, as
    it has no session, and the one that speaks is as good as one of its own. What this start is `asked` to do, the tray
    does that sits there then, whichever it is.

    Raises:
        OSError: The state folder cannot be used.
    """
    base = _place(paths, session())
    if joins and generations.is_held(paths.lock_file):
        base = _place(paths, str(read(paths.sessions / f"speaker{NOTE}").get("session", "")))
    note = _show_note(base)
    held = generations.take(base)
    if held is None:
        leave_asked(note, asked)
        until = monotonic() + ANSWER_SECONDS
        while held is None and monotonic() < until:
            sleep(_LOOK_SECONDS)
            if not is_there(note):
                return None  # It has answered, and may have been quit since.
            held = generations.take(base)
    take(note)
    took_over = held is None
    held = held or generations.take_over(base)
    if held is None:
        return None  # Another newcomer was faster.
    if asked is not None:
        leave_asked(note, asked)
    for name in {file.name.partition(".lock")[0] for file in entries(paths.sessions) if ".lock" in file.name}:
        if name != base.stem:
            other = base.with_name(f"{name}.lock")
            if generations.forget_free(other):
                take(_show_note(other))
    return Seat(paths, held, session, took_over=took_over, monotonic=monotonic)


def _place(paths: Paths, session: str) -> Path:
    return paths.sessions / f"{session or 'none'}.lock"


def _show_note(base: Path) -> Path:
    return base.with_suffix(f".show{NOTE}")
