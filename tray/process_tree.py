"""Ends a child process, on Windows with everything that it started: there the end of one process tells no other."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

if sys.platform == "win32":
    from tray.job_object import JobObject

    class Tree:
        """
        A child process and what it starts. A launcher (of a virtual environment, of pip) has the real program below it.

        Args:
            child: Just started.
            ends_with_us: Whether all of it ends when this process does, however that ends.
        """

        def __init__(self, child: subprocess.Popen[Any], *, ends_with_us: bool = False) -> None:
            self._child = child
            self._job = JobObject(child, ends_with_us=ends_with_us)

        def stop(self, _grace_seconds: float) -> None:
            """End it at once: Windows has no way to ask a program without a window."""
            self._job.terminate()
            self._child.kill()  # where the system refused to put it into a job
            self._child.wait()

        def let_go(self) -> None:
            """The child has ended by itself; what it left running goes on."""
            self._job.let_go()

else:

    class Tree:
        """
        A child process. What it starts it ends itself when it is asked to stop.

        Args:
            child: Just started.
            ends_with_us: Of no effect here.
        """

        def __init__(self, child: subprocess.Popen[Any], *, ends_with_us: bool = False) -> None:  # noqa: ARG002
            self._child = child

        def stop(self, grace_seconds: float) -> None:
            """Ask it to stop; end it where that takes too long."""
            self._child.terminate()
            try:
                self._child.wait(grace_seconds)
            except subprocess.TimeoutExpired:
                self._child.kill()

        def let_go(self) -> None:
            """Do nothing: the child has ended by itself."""
