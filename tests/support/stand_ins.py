"""Makes programs that play others, in the form that each system starts."""

from __future__ import annotations

import io
import os
import shlex
import sys
import zipfile
from importlib import resources
from pathlib import Path

SYSTEM_PATH = os.environ.get("PATH", "") if os.name == "nt" else "/usr/bin:/bin"
"""A ``PATH`` with the system's own programs."""


def make_program(path: Path, script: Path) -> Path:
    """
    Make a program that runs a Python script with this Python.

    Args:
        path: Without the ending that programs have on Windows.
        script: The Python script.

    Returns:
        The program. On Windows it is the launcher by which pip makes a package's commands into programs: behind it
        stand which Python to start, and an archive for that Python to run.
    """
    if os.name == "nt":
        return _make_launcher(path.with_suffix(".exe"), script)
    path.write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, str(script)])} "$@"\n')
    path.chmod(0o700)
    return path


def command_line(*words: str) -> str:
    """Join a program and its arguments to a command line such as a browser setting, as each system quotes."""
    if os.name == "nt":
        return " ".join(f'"{word}"' if " " in word else word for word in words)
    return shlex.join(words)


def _make_launcher(path: Path, script: Path) -> Path:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("__main__.py", f"import runpy\nrunpy.run_path({str(script)!r}, run_name='__main__')\n")
    launcher = resources.files("pip._vendor.distlib").joinpath("t64.exe").read_bytes()
    path.write_bytes(launcher + f'#!"{sys.executable}"\n'.encode() + archive.getvalue())
    return path
