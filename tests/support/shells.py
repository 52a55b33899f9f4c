"""Shells in a terminal, as a person has them: what is typed goes through completion and quoting for real."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from support.desk import until

_SECONDS = 60.0


def install_program(folder: Path) -> str:
    """Put a ``sso-tray`` into a folder; returns the ``PATH`` that finds it first."""
    folder.mkdir()
    program = folder / "sso-tray"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -P -m tray "$@"\n')
    program.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


class Shell:
    """
    An interactive shell on a terminal of its own.

    Args:
        command: Starts it.
        environ: Its environment.
        answers: A file in which `ask` finds what the shell made of a line.
    """

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], answers: Path) -> None:
        self.answers = answers
        self.screen = b""
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=dict(environ), start_new_session=True
        )
        os.close(theirs)
        self._closing = threading.Event()
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def ask(self, line: str) -> str:
        """Type a line that writes to the file of answers, and return what it wrote."""
        self.answers.unlink(missing_ok=True)
        self.type(f"{line}\r")
        until(self.answers.exists, _SECONDS, lambda: self.screen.decode(errors="replace"))
        return self.answers.read_text()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._closing.set()
        self._listener.join()
        os.close(self._ours)

    def _listen(self) -> None:
        while not self._closing.is_set():
            ready, _, _ = select.select([self._ours], [], [], 0.1)
            try:
                self.screen += os.read(self._ours, 65536) if ready else b""
            except OSError:
                return
