"""Writes down what a command hears from AWS of a sign-in, so that the tray and every other command know it too."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import MappingProxyType

from tray.aws.cache.records import record_path, write_record
from tray.aws.cache.renewal import lock_path
from tray.core.dataclass import dataclass, replace
from tray.core.errors import TrayError
from tray.core.model import SignIn, Token
from tray.core.session.heard import Heard, ends_session, hear, hear_of_end
from tray.core.session.history import History
from tray.core.session.memory import Memory
from tray.core.session.sharing import Sharing
from tray.core.session.token_changes import observe
from tray.disk.lock import locked
from tray.resident import memory_file
from tray.resident.reader import Reader

log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 2.0
"""How long to wait for the lock of a sign-in that shares the session: its holder hears from AWS itself."""


@dataclass(slots=True)
class Recorder:
    """
    Takes part in the AWS work of one command.

    A folder that cannot be written costs the knowledge, never the command: then the tray guesses.
    """

    reader: Reader
    now: Callable[[], datetime]
    _skew: timedelta | None = None

    def on_skew(self, skew: timedelta) -> None:
        """Be told by how much AWS's clock is ahead, of each of its answers."""
        self._skew = skew

    @property
    def skew_seconds(self) -> float | None:
        """By how much AWS's clock was ahead at its last answer; None where there was none."""
        return None if self._skew is None else self._skew.total_seconds()

    def hear(self, sign_in: SignIn, heard: Heard) -> None:
        """
        Take in what was heard of a sign-in. Hold the lock of that sign-in when you call this.

        The sign-ins that share its session are told of its end, each under its own lock.
        """
        memory, sharing = self._look(sign_in, {sign_in.name: heard.before})
        before = memory.history(sign_in.name)
        after = hear(memory, sign_in.name, heard, self.now(), sharing, self.skew_seconds)
        with _no_matter_of_the_command():
            self._write(sign_in.name, after.history(sign_in.name))
        for other in sharing.others(sign_in.name) if ends_session(heard) else ():
            lock = lock_path(self.reader.paths.renewal_locks, other)
            with _no_matter_of_the_command(), locked(lock, seconds=_PATIENCE_SECONDS):
                self._tell_of_end(sign_in, other, before, heard)

    def _tell_of_end(self, sign_in: SignIn, other: str, ended: History, heard: Heard) -> None:
        memory, _ = self._look(sign_in, {})
        sibling = memory.history(other)
        after = hear_of_end(memory, other, ended, heard, self.now()).history(other)
        if after != sibling:
            self._write(other, after)

    def _look(self, sign_in: SignIn, tokens: Mapping[str, Token | None]) -> tuple[Memory, Sharing]:
        """Say what is known by now, from the token files; some as they were before this command changed them."""
        snapshot, settings = self.reader.read()
        if snapshot.sign_ins_by_name.get(sign_in.name) is None:  # It is being set up.
            snapshot = replace(snapshot, sign_ins=(*snapshot.sign_ins, sign_in))
        held = {name: token for name, token in {**snapshot.tokens, **tokens}.items() if token is not None}
        snapshot = replace(snapshot, tokens=MappingProxyType(held))
        memory = observe(memory_file.load(self.reader.paths.memory_file), snapshot, self.now(), settings)
        return memory, Sharing(snapshot.sign_ins, settings)

    def _write(self, name: str, known: History) -> None:
        write_record(record_path(self.reader.paths.sign_in_records, name), known)


@contextmanager
def _no_matter_of_the_command() -> Generator[None, None, None]:
    try:
        yield
    except TrayError as error:
        log.warning("What AWS said could not be written down: %s", error.message.for_log.title)
