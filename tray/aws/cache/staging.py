"""
Keeps what AWS answered from the moment it is there until it is in the token file, whatever happens between.

A refresh token or a login's code is spent once AWS has answered. So a staged file is made beside the token file before
AWS is asked, with all the room that is needed; the answer is copied into its memory, which outlives the process; then
it becomes the token file by a rename. One that a killed process or a failing disk left behind is adopted by the process
that takes the sign-in's lock next (`tray.aws.cache.adoption`).
"""

from __future__ import annotations

import json
import os
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tray.aws.cache.adoption import sweep
from tray.aws.cache.staged_files import BLANK, NOTHING, finish, place, prefix, write_all
from tray.core.errors import TrayError
from tray.core.message import Message, sentences
from tray.core.words import files as files_words
from tray.disk import native
from tray.disk.files import follow, write_private
from tray.disk.refusals import refuse_marked, told_to_people
from tray.disk.staging import make_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_ROOM: Final = 64 * 1024
"""Bytes; real token files have a few thousand."""


@contextmanager
def stage(path: Path, follows: str | None, *, sleep: Callable[[float], None] = time.sleep) -> Iterator[Staged]:
    """
    Make the place in which the next token is kept; do so before AWS is asked.

    Hold the sign-in's lock, and call `adopt` before. In the end the file stays if it
    holds a token that is not in its place yet; `adopt` takes that up.

    Args:
        path: The token file; a symbolic link is followed. A missing folder is made 0700.
        follows: Fingerprint of the token in it (`Token.fingerprint`); None where there is none.
        sleep: Takes seconds.

    Raises:
        ConfigProblem: The file, its folder or the link forbids a change.
        ServiceProblem: The disk failed or is full.
    """
    from tempfile import mkstemp  # noqa: PLC0415 - reading, which is far more frequent, needs no part of it

    with told_to_people(path):
        target = follow(path)
        make_folder(target.parent)
        refuse_marked(target)
        begins = f"{prefix(target)}{follows or NOTHING}-"
        descriptor, name = mkstemp(prefix=begins, suffix=".tmp", dir=target.parent)
    staged = Staged(path, Path(name), descriptor, sleep)
    try:
        with told_to_people(path):
            staged.make_room()
        yield staged
    finally:
        staged.close()


class Staged:
    """A token on its way into its file; made by `stage`."""

    def __init__(self, path: Path, file: Path, descriptor: int, sleep: Callable[[float], None]) -> None:
        self._path = path
        self._file = file
        self._descriptor = descriptor
        self._sleep = sleep
        self._memory: Any = None
        self._data = b""
        self._stays = False

    def make_room(self) -> None:
        """
        Take all that is needed of the disk, and mark the file as a living process's.

        Raises:
            OSError: The disk has no room for it, or fails.
        """
        with suppress(OSError):  # on a disk that has no locks there is still the sign-in's own
            native.try_lock(self._descriptor)
        write_all(self._descriptor, BLANK * _ROOM)
        os.fsync(self._descriptor)
        self._memory = native.memory_of(self._descriptor, _ROOM)

    def keep(self, document: Mapping[str, Any]) -> None:
        """
        Keep a token document; call it at once when AWS has answered. Never fails.

        Where the system maps files into memory, this is a copy that asks nothing of it: from then on neither the end of
        this process nor a failing disk loses the token.
        """
        self._data = json.dumps(dict(document)).encode("ascii")
        self._stays = self._fill(self._data)

    def put(self) -> None:
        """
        Put what was kept in the token file, 0600 or less; hold the sign-in's lock.

        Raises:
            ConfigProblem: The folder forbids it. The token stays beside the file, and is adopted later.
            ServiceProblem: The disk failed; likewise.
        """
        try:
            with told_to_people(self._path):
                self._put()
        except TrayError as problem:
            if self._stays:
                raise type(problem)(
                    Message(problem.title, sentences(problem.hint, files_words.KEPT_BESIDE()))
                ) from problem
            raise
        self._stays = False
        with suppress(TrayError):  # else by the next who takes the lock
            sweep(self._path)

    def drop(self) -> None:
        """Forget what was kept: another program has written a newer token, or ended the sign-in."""
        self._fill(BLANK * len(self._data))
        self._stays = False

    def close(self) -> None:
        """Remove the file, unless it holds a token that is not in its place yet."""
        self._release()
        if not self._stays:
            with suppress(OSError):  # what then stays behind is blank
                self._file.unlink(missing_ok=True)

    def _put(self) -> None:
        if self._stays:
            if self._memory is not None:
                self._memory.flush()
            finish(self._descriptor, len(self._data))
            self._release()
            with suppress(FileNotFoundError):  # swept away by a machine that shares this home, but no locks
                place(self._file, follow(self._path), self._data, self._sleep)
                return
        write_private(self._path, self._data, sleep=self._sleep)

    def _fill(self, data: bytes) -> bool:
        """Write over the beginning of the file; tells whether that went well."""
        if self._memory is not None and len(data) <= _ROOM:
            self._memory[: len(data)] = data
            return True
        with suppress(OSError):
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            write_all(self._descriptor, data)
            return True
        return False

    def _release(self) -> None:
        if self._memory is not None:
            self._memory.close()
            self._memory = None
        if self._descriptor >= 0:
            with suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = -1
