"""The person's own terminal on Linux and macOS: keys one by one, whatever standard input and output are."""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType

from tray.commands.terminal.keys import Decoder
from tray.core.picking import Press

assert sys.platform != "win32"  # noqa: S101 - tells the type checker where this module belongs

_TERMINAL = "/dev/tty"
_SEQUENCE_SECONDS = 0.1
"""What belongs to one key comes within this, also over a slow line; after an escape by itself one waits so long."""

_READ = 4096
_ENDING = (signal.SIGTERM, signal.SIGHUP)


class Console:
    """
    The terminal while keys come one by one; as a context manager it is as it was afterwards, however that ends.

    Raises:
        OSError: There is no terminal, or it cannot be controlled (on entering).
    """

    def __enter__(self) -> Console:
        self._decoder = Decoder()
        self._file = os.open(_TERMINAL, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        self._resized, self._wakes = os.pipe()
        os.set_blocking(self._wakes, False)
        try:
            self._before = termios.tcgetattr(self._file)
            termios.tcsetattr(self._file, termios.TCSADRAIN, _by_key(self._before))
        except termios.error as error:
            self._close()
            raise OSError(*error.args) from error
        self._handlers = {
            number: signal.signal(number, signal.default_int_handler)
            for number in _ENDING
            if signal.getsignal(number) is not signal.SIG_IGN
        }
        # A handler of Python's must be there, so that the signal ends the wait by a byte in the pipe.
        self._handlers[signal.SIGWINCH] = signal.signal(signal.SIGWINCH, lambda *_: None)
        self._woken = signal.set_wakeup_fd(self._wakes, warn_on_full_buffer=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.set_wakeup_fd(self._woken)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        with suppress(termios.error):  # The terminal may be gone.
            termios.tcsetattr(self._file, termios.TCSADRAIN, self._before)
        self._close()

    def size(self) -> tuple[int, int]:
        """Give rows and columns; 24 and 80 where the terminal does not know."""
        columns, rows = os.get_terminal_size(self._file)
        return rows or 24, columns or 80

    def write(self, text: str) -> None:
        """Print, control codes included; raises `OSError` where the terminal is gone."""
        rest = text.encode("utf-8", "replace")
        while rest:
            rest = rest[os.write(self._file, rest) :]

    def presses(self) -> Iterator[Press]:
        """
        Wait for keys; give none where it was the size that changed.

        Raises:
            EOFError: The terminal is gone.
        """
        patience = _SEQUENCE_SECONDS if self._decoder.waits else None
        ready, _, _ = select.select([self._file, self._resized], [], [], patience)
        if not ready:
            yield from self._decoder.end()
        if self._resized in ready:
            os.read(self._resized, _READ)
        if self._file in ready:
            read = os.read(self._file, _READ)
            if not read:
                raise EOFError
            yield from self._decoder.feed(read)

    def _close(self) -> None:
        for file in (self._file, self._resized, self._wakes):
            os.close(file)


def _by_key(attributes: list[int | list[bytes | int]]) -> list[int | list[bytes | int]]:
    """Let each key come at once and unseen, those that would end or stop the program among them; see termios(3)."""
    flags_in, flags_out, flags_of_line, flags_local, speed_in, speed_out, characters = attributes
    assert isinstance(flags_in, int)  # noqa: S101 - the first six are
    assert isinstance(flags_local, int)  # noqa: S101
    assert isinstance(characters, list)  # noqa: S101 - the last one is
    flags_in &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON | termios.ISTRIP)
    flags_local &= ~(termios.ECHO | termios.ICANON | termios.ISIG | termios.IEXTEN)
    characters = [*characters]
    characters[termios.VMIN], characters[termios.VTIME] = 1, 0
    return [flags_in, flags_out, flags_of_line, flags_local, speed_in, speed_out, characters]
