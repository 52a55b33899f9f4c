"""
The thread that reads a connection, and how the others send without ever waiting.

What the socket does not take at once is kept and sent by the reading thread, so that a big menu cannot deadlock with a
panel that sends to us at the same moment. The reading thread sleeps without a periodic wake-up; other threads wake it
through a socket pair.
"""

from __future__ import annotations

import itertools
import logging
import selectors
import signal
import socket
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

from tray.desktop.linux.bus.pending import DISCONNECTED, NO_REPLY, Pending, PendingCalls, Reply
from tray.desktop.linux.bus.routes import guarded
from tray.desktop.linux.bus.wire import BusUnavailable, Kind, Parcel, Wire

log = logging.getLogger(__name__)


class Listener(NamedTuple):
    """Who is told of what happens on the connection, always on the reading thread."""

    on_parcel: Callable[[Parcel], None]
    """A signal or a call came. Answers go to the calls that wait for them."""

    on_open: Callable[[], None]
    """There is a connection, for the first time or again."""

    on_lost: Callable[[], None]
    """The connection is gone."""


class Loop:
    """
    A connection that one thread reads and any thread writes.

    Args:
        dial: Connects anew. May raise `BusUnavailable`.
        listener: Who is told.
    """

    def __init__(self, dial: Callable[[], Wire], listener: Listener) -> None:
        self._dial = dial
        self._listener = listener
        self._lock = threading.Lock()
        self._wire: Wire | None = None
        self._serials = itertools.count(2)
        self._pending = PendingCalls()
        self._selector = selectors.DefaultSelector()
        self._woken, self._waker = socket.socketpair()
        self._woken.setblocking(False)
        self._waker.setblocking(False)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._stopping = False
        self._reading = threading.Lock()
        self._reader: int | None = None

    @property
    def lost(self) -> bool:
        """Whether there is no connection now."""
        return self._wire is None

    @property
    def is_mine(self) -> bool:
        """Whether the calling thread is the one that reads."""
        return self._reader == threading.get_ident()

    @property
    def unique_name(self) -> str:
        """The connection's name on the bus; empty while there is none."""
        wire = self._wire
        return wire.unique_name if wire else ""

    def open(self) -> None:
        """
        Connect.

        Raises:
            BusUnavailable: That did not work.
        """
        wire = self._dial()
        with self._lock:
            self._selector.register(wire.socket, selectors.EVENT_READ)
            self._wire = wire
        self._listener.on_open()

    def send(self, parcel: Parcel, pending: Pending | None = None) -> bool:
        """
        Send, or keep for the reading thread to send.

        Args:
            parcel: The message.
            pending: Who waits for the answer, if anybody.

        Returns:
            False when there is no connection: nothing was sent, and nobody waits.
        """
        with self._lock:
            if self._wire is None:
                return False
            # Numbered and sent in one step: Flatpak's proxy hangs up on numbers out of order.
            serial = next(self._serials)
            data = parcel.encode(serial)
            if pending:
                self._pending.add(serial, pending)
            self._wire.send(data)
            reader_must_know = self._wire.has_unsent or pending is not None
        if reader_must_know and not self.is_mine:
            self._wake()
        return True

    def run(self, reconnect_after: Sequence[float]) -> None:
        """Read until `stop` is called, or the connection is lost and no pauses before a new attempt are given."""
        with self._reading:
            self._reader = threading.get_ident()
            try:
                with self._woken_by_signals():
                    while not self._stopping:
                        if not self.lost:
                            self._step()
                        elif not reconnect_after or not self._reconnect(reconnect_after):
                            return
            finally:
                self.close()
                self._reader = None

    @contextmanager
    def _woken_by_signals(self) -> Generator[None, None, None]:
        """
        Let every signal end the wait, so that its handler runs at once.

        Without it one that comes just before the wait, or on another thread, would be handled when the bus speaks next.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(before)

    def read_until(self, event: threading.Event) -> None:
        """Read until an event is set, if nobody else is reading; otherwise return at once."""
        if self._reading.acquire(blocking=False):
            try:
                self._reader = threading.get_ident()
                while not event.is_set():
                    self._step()
            finally:
                self._reader = None
                self._reading.release()

    def stop(self) -> None:
        """Make `run` return, also one that is called later. May be called from a signal handler."""
        self._stopping = True
        self._wake()

    def close(self) -> None:
        """Close for good."""
        self._hang_up()
        self._selector.close()
        self._woken.close()
        self._waker.close()

    def _reconnect(self, pauses: Sequence[float]) -> bool:
        """Try to connect until that works (True) or `stop` is called (False)."""
        for pause in itertools.chain(pauses, itertools.repeat(pauses[-1])):
            until = time.monotonic() + pause
            while not self._stopping and (left := until - time.monotonic()) > 0:
                self._selector.select(left)
                self._forget_wakes()
            if self._stopping:
                break
            try:
                self.open()
            except BusUnavailable as error:
                log.debug("still %s", error)
            else:
                log.info("connected to the message bus again, as %s", self.unique_name)
                return True
        return False

    def _hang_up(self) -> None:
        """Leave the connection, and tell everyone who relied on it."""
        with self._lock:
            wire, self._wire = self._wire, None
            given_up = self._pending.take_all()
            if wire is not None:
                wire.flush()
                self._selector.unregister(wire.socket)
                wire.socket.close()
        for pending in given_up:
            pending.settle(Reply((), DISCONNECTED))
        if wire is not None and not self._stopping:  # One that is ended on purpose is not lost.
            self._listener.on_lost()

    def _step(self) -> None:
        """Wait until there is something to do, and do it."""
        with self._lock:
            wire = self._wire
            if wire is None:
                return
            timeout = self._pending.seconds_left(time.monotonic())
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if wire.has_unsent else 0)
            if self._selector.get_key(wire.socket).events != events:
                self._selector.modify(wire.socket, events)
        for key, events in self._selector.select(timeout):
            if key.fileobj is self._woken:
                self._forget_wakes()
                continue
            if events & selectors.EVENT_WRITE:
                with self._lock:
                    wire.flush()
            if events & selectors.EVENT_READ:
                self._receive(wire)
        with self._lock:
            late = self._pending.take_late(time.monotonic())
        for pending in late:
            pending.settle(Reply((), NO_REPLY))

    def _receive(self, wire: Wire) -> None:
        try:
            for parcel in wire.receive():
                if parcel.kind in (Kind.SIGNAL, Kind.CALL):
                    guarded(self._listener.on_parcel, parcel)
                else:
                    self._settle(parcel)
        except ConnectionError as error:
            log.warning("the connection to the message bus is lost: %s", error)
            self._hang_up()

    def _settle(self, answer: Parcel) -> None:
        with self._lock:
            pending = self._pending.take(answer.reply_serial)
        if pending:
            pending.settle(Reply(answer.body, answer.error_name or None))

    def _wake(self) -> None:
        # A full buffer means that a wake-up is on its way; a closed one, that there is nobody left to wake.
        with suppress(OSError):
            self._waker.send(b"\0")

    def _forget_wakes(self) -> None:
        with suppress(BlockingIOError):
            self._woken.recv(4096)
