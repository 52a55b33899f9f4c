"""What the system refuses when a file is to be written, told to people: the file, the reason, and what to do."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tray.core.errors import ConfigProblem, ServiceProblem
from tray.core.words import files as files_words
from tray.disk import native

if TYPE_CHECKING:
    from collections.abc import Iterator

_DISK_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_DISK_TROUBLE: Final = (errno.EIO, errno.EFBIG)


@contextmanager
def told_to_people(path: Path) -> Iterator[None]:
    """
    Turn what the system refuses into an error that names the file, the reason, and what to do.

    Raises:
        ConfigProblem: The file, its folder or its disk forbids the change.
        ServiceProblem: The disk failed or is full.
    """
    try:
        yield
    except OSError as error:
        why = error.strerror or type(error).__name__
        if error.errno in _DISK_FULL:
            raise ServiceProblem(files_words.DISK_FULL(file=path, reason=why)) from error
        if error.errno in _DISK_TROUBLE:
            raise ServiceProblem(files_words.WRITE_FAILED(file=path, reason=why)) from error
        if error.errno == errno.EPERM:
            refuse_marked(Path(os.path.realpath(path)))
        if error.errno == errno.EROFS:
            raise ConfigProblem(files_words.READ_ONLY_DISK(file=path, reason=why)) from error
        if isinstance(error, PermissionError) and native.is_open_elsewhere(path):
            raise ConfigProblem(files_words.OPEN_ELSEWHERE(file=path)) from error
        if isinstance(error, PermissionError):  # Without a descriptor left, nothing could be imported.
            from tray.disk.kept_out import keeps_from_writing  # noqa: PLC0415 - few files keep anybody out

            if (kept_out := keeps_from_writing(path)) is not None:
                raise ConfigProblem(kept_out) from error
        raise ConfigProblem(files_words.CANNOT_WRITE(file=path, reason=why)) from error


def refuse_marked(target: Path) -> None:
    """
    Make sure that neither a file nor its folder bears a mark that forbids every change.

    Raises:
        ConfigProblem: One of them does.
    """
    for path in (target, target.parent):
        if (command := native.unmarking(path)) is not None:
            raise ConfigProblem(files_words.MARKED(file=target, bearer=path, command=command))
