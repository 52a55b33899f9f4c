"""What POSIX and Windows do differently with the AWS CLI: its file, and where it is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

if sys.platform == "win32":
    PROGRAM = "aws.exe"
    CREATION_FLAGS = subprocess.CREATE_NO_WINDOW

    def usual_places(environ: Mapping[str, str]) -> list[Path]:
        """List the folders where installers put the AWS CLI v2: for all users, and for one."""
        roots = (("ProgramFiles", "Amazon/AWSCLIV2"), ("LOCALAPPDATA", "Programs/Amazon/AWSCLIV2"))
        return [Path(environ[name], folder) for name, folder in roots if environ.get(name)]

else:
    PROGRAM = "aws"
    CREATION_FLAGS = 0

    def usual_places(environ: Mapping[str, str]) -> list[Path]:
        """List the folders where installers put the AWS CLI v2; a desktop's programs often have a short ``PATH``."""
        home = Path(environ.get("HOME") or Path.home())
        system = ("/usr/local/bin", "/opt/homebrew/bin", "/home/linuxbrew/.linuxbrew/bin", "/opt/local/bin")
        own = (".local/bin", "bin", ".nix-profile/bin")
        return [*map(Path, (*system, "/usr/bin", "/snap/bin")), *(home / folder for folder in own)]
