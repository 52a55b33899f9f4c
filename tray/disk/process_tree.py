"""Child processes, and how they are ended: on Windows with what they started, which there does not end with them."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from tray.disk.core_dumps import as_given

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

if sys.platform == "win32":
    from tray.disk.job_object import JobObject

    class Tree:
        """
        A child process and what it starts. A launcher (of a virtual environment, of pip) has the real program below it.

        Args:
            child: Just started.
            leads_group: Of no effect here.
            ends_with_us: Whether all of it ends when this process does, however that ends.
            alone: Whether what it starts goes on when it is ended, such as a browser.
        """

        def __init__(
            self,
            child: subprocess.Popen[Any],
            *,
            leads_group: bool = False,  # noqa: ARG002
            ends_with_us: bool = False,
            alone: bool = False,
        ) -> None:
            self._child = child
            self._job = JobObject(child, ends_with_us=ends_with_us, alone=alone)

        def stop(self, _grace_seconds: float) -> None:
            """End it at once: Windows has no way to ask a program without a window."""
            self._job.terminate()
            self._child.kill()  # where the system refused to put it into a job
            self._child.wait()

        def let_go(self) -> None:
            """The child has ended by itself; what it left running goes on."""
            self._job.let_go()

else:
    import os
    import signal

    class Tree:
        """
        A child process. What it starts it ends itself when it is asked to stop, unless it leads a group.

        Args:
            child: Just started.
            leads_group: Whether it leads a process group of its own, all of which is stopped with it.
            ends_with_us: Of no effect here: no system but Linux ends a child so, and Linux does when the thread ends
                that started it (``prctl(2)``, PR_SET_PDEATHSIG). A child can watch its input, see `started`.
            alone: Of no effect here.
        """

        def __init__(
            self,
            child: subprocess.Popen[Any],
            *,
            leads_group: bool = False,
            ends_with_us: bool = False,  # noqa: ARG002
            alone: bool = False,  # noqa: ARG002
        ) -> None:
            self._child = child
            self._leads_group = leads_group

        def stop(self, grace_seconds: float) -> None:
            """Ask it to stop; end what has not in that time."""
            self._send(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(grace_seconds)
            self._send(signal.SIGKILL)
            self._child.wait()

        def let_go(self) -> None:
            """Do nothing: the child has ended by itself."""

        def _send(self, number: int) -> None:
            if not self._leads_group:
                self._child.send_signal(number)
                return
            # PermissionError is how macOS says that nothing of the group is left.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child.pid, number)


@contextmanager
def started(
    command: Sequence[str],
    environ: Mapping[str, str] | None = None,
    *,
    ends_with_us: bool = False,
    alone: bool = False,
) -> Iterator[tuple[subprocess.Popen[bytes], Tree]]:
    """
    Start a program of which only the output is wanted: it has no input and, on Windows, no window.

    Without an environment it has this process's. For `ends_with_us` and `alone` see `Tree`; with the first its input
    is one that ends when this process does, however that ends.

    Yields:
        The child, which the end of the block waits for, and what ends it.

    Raises:
        OSError: It could not be started.
    """
    with as_given():
        running = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if ends_with_us else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=None if environ is None else dict(environ),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    with running as child:
        tree = Tree(child, ends_with_us=ends_with_us, alone=alone)
        yield child, tree
    tree.let_go()
