"""
A lock that a newcomer can take from a holder that gives no sign of life: by a new generation of the lock file.

No lock can be taken from a process that is stopped, or that hangs. But there can be a newer file beside its own, which
counts from then on: ``lock``, ``lock.2``, ``lock.3``. The old holder sees that when it wakes (ADR 22).
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from tray.disk import lock
from tray.disk.looking import is_there

if TYPE_CHECKING:
    from pathlib import Path

    from tray.disk.lock import Lock

_DIGITS = 9

_AHEAD = 9
"""So many generations ahead are looked for: each needs one more holder that hangs, and the newest file always stays."""


class Held(NamedTuple):
    """A held lock, of some generation; made by `take` or `take_over`."""

    base: Path
    number: int
    lock: Lock

    @property
    def succeeded(self) -> bool:
        """
        Whether somebody took over meanwhile: what the lock stands for is theirs.

        This is asked with every read, so no folder is opened for it, which a slow disk would make everything wait for.
        """
        return any(is_there(_file(self.base, self.number + ahead)) for ahead in range(1, _AHEAD + 1))

    def release(self) -> None:
        """Let go of the lock; harmless when done before."""
        self.lock.release()


def take(base: Path) -> Held | None:
    """
    Take a lock at once, of the generation that counts; None where it is held already.

    Raises:
        OSError: The file cannot be made or locked here.
    """
    while True:
        number = _newest(base)
        held = lock.acquire(_file(base, number))
        if held is None:
            return None
        if _newest(base) == number:
            _forget_before(base, number)
            return Held(base, number, held)
        held.release()


def take_over(base: Path) -> Held | None:
    """
    Take a lock that another holds, by a new generation; None where somebody else was faster.

    Raises:
        OSError: The file cannot be made or locked here.
    """
    number = _newest(base) + 1
    held = lock.acquire(_file(base, number))
    return None if held is None else Held(base, number, held)


def is_held(base: Path) -> bool:
    """Tell whether a lock is held now, in the generation that counts."""
    return lock.is_held(_file(base, _newest(base)))


def forget_free(base: Path) -> bool:
    """Remove the files of a lock that nobody holds and nobody will want again; False where somebody holds it."""
    with suppress(OSError):
        held = take(base)
        if held is None:
            return False
        file = _file(base, held.number)
        try:
            # Whoever opened it just now sees, once it has the lock, that the file has gone (`lock.acquire`).
            file.unlink()
        except PermissionError:  # On Windows an open file cannot be removed: neither ours, nor then a newcomer's.
            held.release()
            file.unlink()
        finally:
            held.release()
    return True


def _file(base: Path, number: int) -> Path:
    return base if number == 1 else base.with_name(f"{base.name}.{number}")


def _newest(base: Path) -> int:
    """Give the number of the generation that counts; 1 where there is none yet."""
    return max(_numbers(base), default=1)


def _numbers(base: Path) -> list[int]:
    beginning = f"{base.name}."
    try:
        names = os.listdir(base.parent)  # noqa: PTH208 - with every pass
    except OSError:
        return []
    ends = [name.removeprefix(beginning) for name in names if name.startswith(beginning)]
    return [int(end) for end in ends if end.isdecimal() and end.isascii() and len(end) <= _DIGITS]


def _forget_before(base: Path, number: int) -> None:
    """Remove the files of earlier generations: the highest number alone counts."""
    for older in {1, *_numbers(base)}:
        if older < number:
            with suppress(OSError):  # On Windows one that is held stays.
                _file(base, older).unlink()
