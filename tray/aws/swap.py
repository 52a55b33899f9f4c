"""
Puts a finished file in place of another one, unless another program has changed that meanwhile.

Between a last look at a file and a rename over it another program can still write. Linux can close that gap: a lease
makes whoever opens the file for writing wait, and ``renameat2`` swaps two names in one step, so that what turns out to
be another program's file can be put back.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def replace_unchanged(staged: Path, target: Path, before: bytes | None) -> bool:
    """
    Put a finished file in place of another one.

    Args:
        staged: The finished file, in the target's folder. Afterwards there may be a file of that name, or not.
        target: No symbolic link.
        before: What the target is known to hold; None if there was no such file.

    Returns:
        False where that is no longer so, or another program is just writing: then the target is what that one made it.

    Raises:
        OSError: The system does not allow it; the target is as it was.
    """
    if _contents(target) != before:
        return False
    try:
        return _create(staged, target) if before is None else _exchange(staged, target, before)
    except FileNotFoundError:
        return False
    except NotImplementedError:
        staged.replace(target)
        return True


def _contents(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


if sys.platform == "linux":
    import errno
    import fcntl
    import signal

    _AT_FDCWD = -100
    _RENAME_NOREPLACE = 1
    _RENAME_EXCHANGE = 2
    _UNSUPPORTED = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)
    """How a file system says that it cannot rename in this way."""

    def _create(staged: Path, target: Path) -> bool:
        try:
            _rename(staged, target, _RENAME_NOREPLACE)
        except FileExistsError:
            return False
        return True

    def _exchange(staged: Path, target: Path, before: bytes) -> bool:
        descriptor = os.open(target, os.O_RDONLY)
        try:
            leased = _lease(descriptor)
            if leased is False or _contents(target) != before:
                return False
            was, ours = os.fstat(descriptor).st_ino, staged.stat().st_ino
            _rename(staged, target, _RENAME_EXCHANGE)
            found = staged.stat().st_ino
            if found == was and not (leased and _is_awaited(descriptor)):
                return True
            # Put back what another program made; should it have made yet another one meanwhile, then that.
            taken_back = ours
            while True:
                _rename(staged, target, _RENAME_EXCHANGE)
                placed, found = found, staged.stat().st_ino
                if found == taken_back:
                    return False
                taken_back = placed
        finally:
            os.close(descriptor)

    def _lease(descriptor: int) -> bool | None:
        """Make writers wait until the file is closed; False if there is one already, None if the system cannot."""
        try:
            fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)  # A signal that does nothing by itself.
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except BlockingIOError:
            return False
        except OSError:
            return None
        return True

    def _is_awaited(descriptor: int) -> bool:
        """Tell whether a writer waits for the end of the lease."""
        try:
            return fcntl.fcntl(descriptor, fcntl.F_GETLEASE) != fcntl.F_RDLCK
        except OSError:
            return True

    def _rename(source: Path, target: Path, flags: int) -> None:
        import ctypes  # noqa: PLC0415 - few processes write

        library = ctypes.CDLL(None, use_errno=True)
        if not hasattr(library, "renameat2"):
            raise NotImplementedError
        if library.renameat2(_AT_FDCWD, os.fsencode(source), _AT_FDCWD, os.fsencode(target), flags):
            number = ctypes.get_errno()
            if number in _UNSUPPORTED:
                raise NotImplementedError
            raise OSError(number, os.strerror(number), str(source), None, str(target))

else:

    def _create(_staged: Path, _target: Path) -> bool:
        raise NotImplementedError

    def _exchange(_staged: Path, _target: Path, _before: bytes) -> bool:
        raise NotImplementedError
