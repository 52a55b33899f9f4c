"""A real terminal: a program runs in it, sees a person at the keyboard, and what it prints is read off the screen."""

from __future__ import annotations

import os
import platform
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from support.desk import until

_PATIENCE = 90.0
_READ = {"x86_64": "0", "aarch64": "63"}[platform.machine()]
"""The number of the system call ``read``."""

# So that Ctrl-C interrupts the program.
_LAUNCHER = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""


class Terminal:
    """The other end of a program's terminal."""

    def __init__(self, screen: int, program: subprocess.Popen[bytes]) -> None:
        self._screen = screen
        self.program = program
        self.text = ""
        self._seen = 0

    def expect(self, words: str) -> None:
        """Wait until these words are on the screen, below those that were waited for before."""
        deadline = time.monotonic() + _PATIENCE
        while (found := self.text.find(words, self._seen)) < 0:
            assert time.monotonic() < deadline, f"waited for {words!r}\n{self.text}"
            assert self._read() or words in self.text[self._seen :], f"ended without {words!r}\n{self.text}"
        self._seen = found + len(words)

    def answer(self, question: str, line: str = "") -> None:
        """Wait for a question, and type a line."""
        self.expect(question)
        os.write(self._screen, f"{line}\n".encode())

    def press(self, key: bytes) -> None:
        """
        Press a key, such as Ctrl-C (``\\x03``), as a person would: not before the program waits for one.

        Python would take notice of a signal that comes between the prompt and the wait only at the next key.
        """
        until(self._waits, _PATIENCE, lambda: f"never waited for a key\n{self.text}")
        os.write(self._screen, key)

    def end(self) -> int:
        """Wait for the program's end, and give its exit code."""
        while self._read():
            pass
        return self.program.wait(_PATIENCE)

    def _waits(self) -> bool:
        """Tell whether the program sleeps in a system call that reads the terminal."""
        call = Path(f"/proc/{self.program.pid}/syscall").read_text("ascii").split()
        return call[0] == _READ and int(call[1], 16) == 0

    def _read(self) -> bool:
        if not select.select([self._screen], [], [], 0.5)[0]:
            return True
        try:
            chunk = os.read(self._screen, 1 << 16)
        except OSError:  # Linux: the program's end is closed
            return False
        self.text += chunk.decode("utf-8", "replace")
        return bool(chunk)


@contextmanager
def terminal(command: Sequence[str], environ: Mapping[str, str]) -> Iterator[Terminal]:
    """Run a program in a terminal of its own."""
    screen, keyboard = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", _LAUNCHER, *command], stdin=keyboard, stdout=keyboard, stderr=keyboard, env=environ
    ) as program:
        os.close(keyboard)
        try:
            yield Terminal(screen, program)
        finally:
            program.kill()
            os.close(screen)
