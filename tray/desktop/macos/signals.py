"""
Signals for a main thread that waits in AppKit.

A signal only makes Python note that its handler is due; the handler runs when the main thread next executes Python, and
in AppKit's event loop that may be in an hour. But Python can also write a byte to a socket at once, which a thread can
wait for. (PyObjC's MachSignals would take the signals away from those who handle them, and knows one mode of the run
loop only.)

Run on Linux, with a wait in C that no signal interrupts; not on macOS.
"""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def signals_heard(nudge: Callable[[], None]) -> Iterator[None]:
    """
    Call ``nudge``, on another thread, whenever there was a signal; it is to have the main thread execute some Python.

    On any thread but the main one, which alone can handle signals, this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    reading, writing = socket.socketpair()
    writing.setblocking(False)
    listener = threading.Thread(target=_listen, args=(reading, nudge), name="signals", daemon=True)
    listener.start()
    before = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        writing.close()
        listener.join()
        reading.close()


def _listen(reading: socket.socket, nudge: Callable[[], None]) -> None:
    while reading.recv(64):
        nudge()
