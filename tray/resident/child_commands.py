"""Child processes of this program: a hang or a crash there never touches the icon."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from tray.core.dataclass import dataclass
from tray.core.language import FOR_A_PERSON
from tray.core.message import Message
from tray.installation import own_command

if TYPE_CHECKING:
    from tray.disk.process_tree import Tree

log = logging.getLogger(__name__)

_GRACE_SECONDS = 2.0
"""How long a child that was asked to stop may take before it is killed."""


def run_own(*arguments: str, seconds: float) -> bytes:
    """
    Run a command of our own, for so many seconds at most, in a child process; gives what it printed, in UTF-8.

    Args:
        arguments: The command's name and options.
        seconds: How long it may take.

    Raises:
        OSError: It could not be started.
        TimeoutError: It took too long, and was stopped.
    """
    from subprocess import TimeoutExpired  # noqa: PLC0415 - not needed before the icon is up

    from tray.disk.process_tree import started  # noqa: PLC0415 - not needed before the icon is up

    environ = {**os.environ, "PYTHONIOENCODING": "utf-8", FOR_A_PERSON: "1"}
    # On Windows it is of no use without us; but a browser that it opened is the person's.
    with started([*own_command(), *arguments], environ, ends_with_us=True, alone=True) as (running, tree):
        try:
            printed, _ = running.communicate(timeout=seconds)
        except TimeoutExpired as error:
            tree.stop(_GRACE_SECONDS)
            raise TimeoutError(f"{arguments[0]} took more than {seconds} s") from error
    return printed


@dataclass(slots=True, eq=False)
class Job:
    """A command of ours about one sign-in, in a child process."""

    sign_in: str
    """Name of the sign-in."""

    post: Callable[[JobEvent], None]
    """Receives the events, on a thread of the job's own."""

    environ: Mapping[str, str] | None
    """The child's environment; None for this process's."""

    program: Sequence[str]
    """The command line that starts this program again."""

    ends_with_us: ClassVar[bool] = False
    """Whether it is of no use once this program has ended."""

    _tree: Tree | None = None
    cancelled: bool = False
    """Whether it was asked to stop."""

    _reason: Message | None = None

    def start(self) -> None:
        """Start the child; returns at once, and every outcome comes as an event."""
        try:
            threading.Thread(target=self._run, name=type(self).__name__, daemon=True).start()
        except RuntimeError:
            log.warning("The system has no thread left to follow a child process")
            self.post(self.end(None))

    def cancel(self, reason: Message | None = None) -> None:
        """Stop the child; the event of its end follows. Without a reason the person wanted it so."""
        self.cancelled, self._reason = True, reason
        tree = self._tree
        if tree is not None:
            try:
                threading.Thread(target=tree.stop, args=(_GRACE_SECONDS,), name="stop", daemon=True).start()
            except RuntimeError:  # The system has none left. Then it gets no time to end by itself.
                tree.stop(0.0)

    def arguments(self) -> list[str]:
        """Name the command and its options."""
        raise NotImplementedError

    def take(self, line: str) -> None:
        """Take in a line that the child printed."""
        raise NotImplementedError

    def end(self, code: int | None) -> JobEvent:
        """Tell what came of it. The exit code is None where the child could not be started or followed."""
        raise NotImplementedError

    def _run(self) -> None:
        code = None
        try:
            code = self._follow_child()
        except Exception:
            log.exception("The child process could not be started or followed")
        self.post(self.end(code))

    def _follow_child(self) -> int:
        from tray.disk.process_tree import started  # noqa: PLC0415 - not needed before the icon is up

        command = [*self.program, *self.arguments()]
        environ = {**(os.environ if self.environ is None else self.environ), FOR_A_PERSON: "1"}
        with started(command, environ, ends_with_us=self.ends_with_us) as (child, self._tree):
            if self.cancelled:
                self._tree.stop(_GRACE_SECONDS)
            assert child.stdout is not None  # noqa: S101 - it is a pipe
            for line in child.stdout:
                self.take(line.decode("utf-8", "replace"))
        return child.returncode


@dataclass(frozen=True, slots=True)
class JobEvent:
    """Something that a job told of itself."""

    job: Job
