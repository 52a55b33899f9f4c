"""
A connection: the thread that reads it, how the others send without ever waiting, and the calls that wait for an answer.

What the socket does not take at once is kept and sent by the reading thread, so that a big menu cannot deadlock with a
panel that sends to us at the same moment. The reading thread sleeps without a periodic wake-up; other threads wake it
through a socket pair.
"""

from __future__ import annotations

import itertools
import logging
import math
import selectors
import signal
import socket
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from tray.desktop.linux.bus.parcels import Body, Kind, Parcel
from tray.desktop.linux.bus.wire import BusUnavailable, Wire

log = logging.getLogger(__name__)


NO_REPLY = "org.freedesktop.DBus.Error.NoReply"
DISCONNECTED = "org.freedesktop.DBus.Error.Disconnected"


class Reply(NamedTuple):
    """What came back from a call."""

    body: Body
    error: str | None = None
    """The D-Bus error name, `NO_REPLY` and `DISCONNECTED` among them; None when the call succeeded."""


class Pending(NamedTuple):
    """A call on its way, which gets exactly one answer."""

    deadline: float
    """On the monotonic clock, in seconds."""

    on_reply: Callable[[Reply], None]

    def settle(self, reply: Reply) -> None:
        """Pass the answer on."""
        guarded(self.on_reply, reply)


def guarded(callback: Callable[..., None], *arguments: Any) -> None:
    """Run a callback; a failure is its own, not the connection's."""
    try:
        callback(*arguments)
    except Exception:
        log.exception("a callback of the message bus failed")


class Connection:
    """
    A connection that one thread reads and any thread writes; what it carries is for the class that extends it.

    Args:
        address: A D-Bus address; None for the session bus of the environment.
        system: Whether to take the system bus instead.
    """

    def __init__(self, address: str | None, *, system: bool) -> None:
        self._address = address
        self._system = system
        self._lock = threading.Lock()
        self._wire: Wire | None = None
        self._serials = itertools.count(2)
        self._pending: dict[int, Pending] = {}
        """The calls on their way, by serial number."""

        self._selector = selectors.DefaultSelector()
        self._woken, self._waker = socket.socketpair()
        self._woken.setblocking(False)
        self._waker.setblocking(False)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._stopping = False
        self._was_open = False
        self._alarms = itertools.count(-1, -1)
        self._reading = threading.Lock()
        self._reader: int | None = None

    def _on_parcel(self, parcel: Parcel) -> None:
        """Take a signal or a call, on the reading thread. Answers go to the calls that wait for them."""
        raise NotImplementedError

    def _on_open(self) -> None:
        """There is a connection, for the first time or again."""
        raise NotImplementedError

    def _on_lost(self) -> None:
        """The connection is gone."""
        raise NotImplementedError

    @property
    def lost(self) -> bool:
        """Whether there is no connection now. While it is so, calls fail at once and signals are dropped."""
        return self._wire is None

    @property
    def unique_name(self) -> str:
        """This connection's own name, such as ``:1.42``: another one after a reconnection, none while it is lost."""
        wire = self._wire
        return wire.unique_name if wire else ""

    def _is_reader(self) -> bool:
        return self._reader == threading.get_ident()

    def _open(self) -> None:
        """Connect, or raise `BusUnavailable`."""
        wire = Wire(self._address, system=self._system)
        with self._lock:
            self._selector.register(wire.socket, selectors.EVENT_READ)
            self._wire = wire
        self._was_open = True
        self._on_open()

    def _send(self, parcel: Parcel, pending: Pending | None = None) -> bool:
        """Send, or keep for the reading thread to send; False, and nobody waits, where there is no connection."""
        with self._lock:
            if self._wire is None:
                return False
            # Numbered and sent in one step: Flatpak's proxy hangs up on numbers out of order.
            serial = next(self._serials)
            data = parcel.encode(serial)
            if pending:
                self._pending[serial] = pending
            self._wire.send(data)
            reader_must_know = self._wire.has_unsent or pending is not None
        if reader_must_know and not self._is_reader():
            self._wake()
        return True

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Have something done on the reading thread in so many seconds; never, where the connection is lost before."""

        def on_reply(reply: Reply) -> None:
            if reply.error == NO_REPLY:
                act()

        # An answer that nobody owes is overdue at the right moment, and costs no thread of its own.
        with self._lock:
            if self._wire is None:
                return
            self._pending[next(self._alarms)] = Pending(time.monotonic() + seconds, on_reply)
        if not self._is_reader():
            self._wake()

    def run(self, *, reconnect_after: Sequence[float] = (), give_up_after: float | None = None) -> None:
        """
        Read, and run callbacks, until `stop` is called or the connection is lost; it is closed afterwards.

        Args:
            reconnect_after: Seconds to wait before each attempt to connect again, the last for all further attempts.
                Subscriptions, objects and names are kept. Empty: return when the connection is lost.
            give_up_after: For how many seconds to try to have a lost connection again, before returning; None for ever.
                A bus that was never there is waited for without end: it may come late, but has not gone.
        """
        with self._reading:
            self._reader = threading.get_ident()
            try:
                with self._woken_by_signals():
                    while not self._stopping:
                        if not self.lost:
                            self._step()
                        elif not reconnect_after or not self._reconnect(reconnect_after, give_up_after):
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

    def _read_until(self, event: threading.Event) -> None:
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
        """Make `run` return soon (at once, if it is called later). May be called from a signal handler."""
        self._stopping = True
        self._wake()

    def close(self) -> None:
        """Close for good; each call that waits for an answer gets `DISCONNECTED`. `run` does it by itself."""
        self._hang_up()
        self._selector.close()
        self._woken.close()
        self._waker.close()

    def _reconnect(self, pauses: Sequence[float], give_up_after: float | None) -> bool:
        """Try to connect until that works (True), `stop` is called, or it has taken too long (False)."""
        limit = math.inf if give_up_after is None or not self._was_open else time.monotonic() + give_up_after
        for pause in itertools.chain(pauses, itertools.repeat(pauses[-1])):
            until = time.monotonic() + pause
            if until > limit:
                log.warning("the message bus has not come back")
                break
            while not self._stopping and (left := until - time.monotonic()) > 0:
                self._selector.select(left)
                self._forget_wakes()
            if self._stopping:
                break
            try:
                self._open()
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
            given_up, self._pending = self._pending, {}
            if wire is not None:
                wire.flush()
                self._selector.unregister(wire.socket)
                wire.socket.close()
        for pending in given_up.values():
            pending.settle(Reply((), DISCONNECTED))
        if wire is not None and not self._stopping:  # One that is ended on purpose is not lost.
            self._on_lost()

    def _step(self) -> None:
        """Wait until there is something to do, and do it."""
        with self._lock:
            wire = self._wire
            if wire is None:
                return
            deadline = min((pending.deadline for pending in self._pending.values()), default=None)
            timeout = None if deadline is None else max(0.0, deadline - time.monotonic())
            if wire.has_unread:
                timeout = 0.0
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
        if wire.has_unread:
            self._receive(wire)
        with self._lock:
            now = time.monotonic()
            late = [serial for serial, pending in self._pending.items() if pending.deadline <= now]
            expired = [self._pending.pop(serial) for serial in late]
        for pending in expired:
            pending.settle(Reply((), NO_REPLY))

    def _receive(self, wire: Wire) -> None:
        try:
            for parcel in wire.receive():
                if parcel.kind in (Kind.SIGNAL, Kind.CALL):
                    guarded(self._on_parcel, parcel)
                else:
                    self._settle(parcel)
        except ConnectionError as error:
            log.warning("the connection to the message bus is lost: %s", error)
            self._hang_up()

    def _settle(self, answer: Parcel) -> None:
        with self._lock:
            pending = self._pending.pop(answer.reply_serial, None)
        if pending:
            pending.settle(Reply(answer.body, answer.error_name or None))

    def _wake(self) -> None:
        # A full buffer means that a wake-up is on its way; a closed one, that there is nobody left to wake.
        with suppress(OSError):
            self._waker.send(b"\0")

    def _forget_wakes(self) -> None:
        with suppress(BlockingIOError):
            self._woken.recv(4096)
