"""
Leaves no image of this process on the disk when it crashes, for that may hold tokens (setrlimit(2), core(5)).

Programs of other people that are started from here have the limit that this process was given. The alternative,
PR_SET_DUMPABLE, would make a process a stranger to the desktop's portals, which look into ``/proc`` whom they speak to.
"""

from __future__ import annotations

import sys
from _thread import allocate_lock  # what "threading" loads more, a shell prompt would wait for
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

if sys.platform == "win32":

    def forbid() -> None:
        """Do nothing: Windows keeps such images only where an administrator has asked for them."""

    @contextmanager
    def as_given() -> Iterator[None]:
        """Change nothing: there is no such limit."""
        yield

else:
    import resource

    _lock = allocate_lock()
    _given: list[int] = []
    """The limit that this process was given (bytes), once it has another one."""

    _starting = 0
    """How many threads start a program at this moment."""

    def forbid() -> None:
        """Forbid it from now on; harmless when done before."""
        with _lock:
            if not _given:
                _given.append(resource.getrlimit(resource.RLIMIT_CORE)[0])
            _set(0)

    @contextmanager
    def as_given() -> Iterator[None]:
        """Start a program inside this block: it gets the limit that this process was given."""
        _count(1)
        try:
            yield
        finally:
            _count(-1)

    def _count(change: int) -> None:
        global _starting  # noqa: PLW0603 - the limit is the process's own, and there is one
        with _lock:
            _starting += change
            if _given:
                _set(_given[0] if _starting else 0)

    def _set(soft: int) -> None:
        with suppress(OSError, ValueError):  # somebody has lowered the upper limit meanwhile
            resource.setrlimit(resource.RLIMIT_CORE, (soft, resource.getrlimit(resource.RLIMIT_CORE)[1]))
