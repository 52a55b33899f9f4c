"""
Keeps what AWS answered from the moment it is there until it is in the token file, whatever happens between.

A refresh token or a login's code is spent once AWS has answered. So a staged file is made beside the token file before
AWS is asked, with all the room that is needed; the answer is copied into its memory, which outlives the process; then
it becomes the token file by a rename. One that a killed process or a failing disk left behind is adopted by the process
that takes the sign-in's lock next.

A staged file is a token document with blanks after it, so that ``aws sso logout`` ends what it holds like any other
token (docs/facts: Logout of the AWS CLI). Its name tells which file it is for, and which token it follows. A living
process holds a lock on its own.
"""

from __future__ import annotations

import errno
import json
import os
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tray.aws.cache.files import load_token
from tray.core.errors import ConfigProblem, TrayError
from tray.core.message import Message, sentences
from tray.core.model import Unreadable
from tray.core.words import config as config_words
from tray.core.words import files as files_words
from tray.disk import native
from tray.disk.files import follow, write_private
from tray.disk.refusals import refuse_marked, told_to_people
from tray.disk.staging import STAGED, make_folder, move

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_ROOM: Final = 64 * 1024
"""Bytes; real token files have a few thousand."""

_LARGEST: Final = 1 << 20
_BLANK: Final = b" "
_NOTHING: Final = "none"
"""What the token of a first login follows."""

_NO_RENAME: Final = (errno.EBUSY, errno.EXDEV)
"""How the system says that a file can only be written in place: it is mounted by itself, as into a container."""


@contextmanager
def stage(path: Path, follows: str | None, *, sleep: Callable[[float], None] = time.sleep) -> Iterator[Staged]:
    """
    Make the place in which the next token is kept; do so before AWS is asked.

    Hold the sign-in's lock, and call `adopt` before. In the end the file stays if it holds a token that is not in its
    place yet; `adopt` takes that up. It follows the token in the file, which is named by its fingerprint.

    Raises:
        ConfigProblem: The file, its folder or the link forbids a change.
        ServiceProblem: The disk failed or is full.
    """
    from tempfile import mkstemp  # noqa: PLC0415 - reading, which is far more frequent, needs no part of it

    with told_to_people(path):
        target = follow(path)
        make_folder(target.parent)
        refuse_marked(target)
        begins = f"{_prefix(target)}{follows or _NOTHING}-"
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
        _write_all(self._descriptor, _BLANK * _ROOM)
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
        self._fill(_BLANK * len(self._data))
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
            _finish(self._descriptor, len(self._data))
            self._release()
            with suppress(FileNotFoundError):  # swept away by a machine that shares this home, but no locks
                _place(self._file, follow(self._path), self._data, self._sleep)
                return
        write_private(self._path, self._data, sleep=self._sleep)

    def _fill(self, data: bytes) -> bool:
        """Write over the beginning of the file; tells whether that went well."""
        if self._memory is not None and len(data) <= _ROOM:
            self._memory[: len(data)] = data
            return True
        with suppress(OSError):
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            _write_all(self._descriptor, data)
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


def adopt(path: Path, *, sleep: Callable[[float], None] = time.sleep) -> None:
    """
    Put in place what a killed process, or a failing disk, kept from its token file; then nothing is left beside it.

    Hold the sign-in's lock. A staged file is adopted if it is whole, and the token file still holds the token that it
    follows, or was torn as it was written in place. A token file that is gone was removed by a logout, which stays one;
    only a first login's token has none to follow. What may not be adopted is removed.

    Raises:
        ConfigProblem: The folder forbids the change.
        ServiceProblem: The disk failed.
    """
    with told_to_people(path):
        target = follow(path)
        for file in _left_behind(target):
            data: bytes | None = None
            with _taken(file) as descriptor:
                if descriptor is None:
                    continue
                data = _document_in(descriptor)
                if data is None or not _may_follow(target, _followed_by(file, target)):
                    data = None
                    os.ftruncate(descriptor, 0)
                else:  # Written anew: after an error, a second sync of the same memory proves nothing.
                    os.lseek(descriptor, 0, os.SEEK_SET)
                    _write_all(descriptor, data)
                    _finish(descriptor, len(data))
            if data is None:
                file.unlink(missing_ok=True)
            else:
                _place(file, target, data, sleep)


def sweep(path: Path) -> None:
    """
    Remove what processes left beside a token file when they were killed, tokens and all; hold the sign-in's lock.

    A staged file of a living process stays.

    Raises:
        ConfigProblem: The folder forbids it.
        ServiceProblem: The disk failed.
    """
    with told_to_people(path):
        for file in _left_behind(follow(path)):
            with _taken(file) as descriptor:
                if descriptor is None:
                    continue
                os.ftruncate(descriptor, 0)  # whatever becomes of the file, its token is gone
            file.unlink(missing_ok=True)


def _prefix(target: Path) -> str:
    """Give how the names of a token file's staged files begin; next comes the fingerprint of the token they follow."""
    return f".{target.name}{STAGED}"


def _left_behind(target: Path) -> list[Path]:
    """List the staged files of a token file, also those of living processes."""
    try:
        return sorted(entry for entry in target.parent.iterdir() if entry.name.startswith(_prefix(target)))
    except FileNotFoundError:
        return []


def _followed_by(file: Path, target: Path) -> str:
    return file.name.removeprefix(_prefix(target)).partition("-")[0]


def _may_follow(target: Path, follows: str) -> bool:
    found = load_token(target)
    if found is None:
        return follows == _NOTHING
    if isinstance(found, Unreadable):
        if found.reason not in {config_words.NOT_JSON(), config_words.NO_EXPIRY()}:  # what is there may well be newer
            raise ConfigProblem(config_words.CANNOT_OPEN(file=target, reason=found.reason))
        return found.reason == config_words.NOT_JSON()
    return found[0].fingerprint == follows


@contextmanager
def _taken(file: Path) -> Iterator[int | None]:
    """Open a staged file that nobody works on any more; None where it is gone, or of a living process."""
    try:
        descriptor = os.open(file, os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        yield None
        return
    try:
        dead = True
        with suppress(OSError):
            dead = native.try_lock(descriptor)
        yield descriptor if dead else None
    finally:
        with suppress(OSError):  # it is closed all the same
            os.close(descriptor)


def _document_in(descriptor: int) -> bytes | None:
    """Read a staged file; None where it holds no whole token document."""
    data = os.read(descriptor, _LARGEST).rstrip(_BLANK)
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(document, dict) and document.get("accessToken") else None


def _finish(descriptor: int, size: int) -> None:
    """Cut off the blanks, which hurt nobody where that fails, and make the file last."""
    with suppress(OSError):
        os.ftruncate(descriptor, size)
    os.fsync(descriptor)


def _place(file: Path, target: Path, data: bytes, sleep: Callable[[float], None]) -> None:
    """Make a staged file that lasts the token file; raises as `move`."""
    try:
        move(file, target, 0o600, sleep)
    except OSError as error:
        if error.errno not in _NO_RENAME:
            raise
        _overwrite(target, data)
        file.unlink()


def _overwrite(target: Path, data: bytes) -> None:
    """Write a file in place. It is emptied first: half of the new one and half of the old might pass for a whole."""
    descriptor = os.open(target, os.O_WRONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0))
    try:
        os.ftruncate(descriptor, 0)
        _write_all(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
