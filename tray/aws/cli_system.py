"""What POSIX and Windows do differently with the AWS CLI: its file, where it is installed, and how it is stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tray.disk.process_tree import Tree

if TYPE_CHECKING:
    from collections.abc import Mapping

_GRACE_SECONDS = 1.0
"""Less than the resident program leaves us to end when it cancels a login."""

if sys.platform == "win32":
    PROGRAM = "aws.exe"
    CREATION_FLAGS = subprocess.CREATE_NO_WINDOW
    NEW_SESSION = False

    def usual_places(environ: Mapping[str, str]) -> list[Path]:
        """List the folders where installers put the AWS CLI v2: for all users, and for one."""
        roots = (("ProgramFiles", "Amazon/AWSCLIV2"), ("LOCALAPPDATA", "Programs/Amazon/AWSCLIV2"))
        return [Path(environ[name], folder) for name, folder in roots if environ.get(name)]

    class Run(Tree):
        """A run of the program, which may be a launcher of the real one; all of it ends when this process does."""

        def __init__(self, child: subprocess.Popen[str]) -> None:
            super().__init__(child, ends_with_us=True)

        def end(self) -> None:
            """End it and what it started."""
            self.stop(_GRACE_SECONDS)

else:
    PROGRAM = "aws"
    CREATION_FLAGS = 0
    NEW_SESSION = True

    def usual_places(environ: Mapping[str, str]) -> list[Path]:
        """List the folders where installers put the AWS CLI v2; a desktop's programs often have a short ``PATH``."""
        home = Path(environ.get("HOME") or Path.home())
        system = ("/usr/local/bin", "/opt/homebrew/bin", "/home/linuxbrew/.linuxbrew/bin", "/opt/local/bin")
        own = (".local/bin", "bin", ".nix-profile/bin")
        return [*map(Path, (*system, "/usr/bin", "/snap/bin")), *(home / folder for folder in own)]

    class Run(Tree):
        """A run of the program, which leads a process group of its own."""

        def __init__(self, child: subprocess.Popen[str]) -> None:
            super().__init__(child)
            self._leader = child

        def end(self) -> None:
            """End it and what it started."""
            # PermissionError is how macOS says that nothing of the group is left.
            with suppress(ProcessLookupError, PermissionError, subprocess.TimeoutExpired):
                os.killpg(self._leader.pid, signal.SIGTERM)
                self._leader.wait(_GRACE_SECONDS)
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._leader.pid, signal.SIGKILL)
            self._leader.wait()
