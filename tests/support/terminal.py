"""A real terminal: a program runs in it, sees a person at the keyboard, and what it prints is read off the screen."""

from __future__ import annotations

import codecs
import fcntl
import os
import platform
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from support.desk import until
from support.screen import Screen

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

    def __init__(self, screen: int, program: subprocess.Popen[bytes], seen: Screen | None = None) -> None:
        self._screen = screen
        self.program = program
        self.seen = seen
        """What is to be seen, for a program that draws; None where only lines are read."""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
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

    def type(self, keys: str) -> None:
        """Type, without waiting."""
        os.write(self._screen, keys.encode())

    def show(self, true: Callable[[list[str]], object]) -> list[str]:
        """Wait until what is to be seen is as it should be, and give its lines."""
        assert self.seen is not None
        deadline = time.monotonic() + _PATIENCE
        while not true(self.seen.lines):
            told = "\n".join(self.seen.lines)
            assert time.monotonic() < deadline, told
            assert self._read(), told
        return self.seen.lines

    def resize(self, rows: int, columns: int) -> None:
        """Make the window another size, as a person does with a mouse."""
        assert self.seen is not None
        self.seen.resize(rows, columns)
        _set_size(self._screen, rows, columns)

    def modes(self) -> list[object]:
        """Give what the line discipline does with keys; see termios(3)."""
        return termios.tcgetattr(self._screen)

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
        text = self._decoder.decode(chunk)
        self.text += text
        if self.seen is not None:
            self.seen.feed(text)
        return bool(chunk)


@contextmanager
def terminal(
    command: Sequence[str], environ: Mapping[str, str], size: tuple[int, int] | None = None
) -> Iterator[Terminal]:
    """Run a program in a terminal of its own; with a size (rows, columns) what it draws can be seen."""
    screen, keyboard = pty.openpty()
    if size is not None:
        _set_size(screen, *size)
    with subprocess.Popen(
        [sys.executable, "-c", _LAUNCHER, *command], stdin=keyboard, stdout=keyboard, stderr=keyboard, env=environ
    ) as program:
        os.close(keyboard)
        try:
            yield Terminal(screen, program, None if size is None else Screen(*size))
        finally:
            program.kill()
            os.close(screen)


def _set_size(screen: int, rows: int, columns: int) -> None:
    fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
