"""One connection to a message bus: calls, signals, names and exported objects, for any number of threads."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable

from tray.desktop.linux.bus.connection import DISCONNECTED, NO_REPLY, Connection, Pending, Reply, guarded
from tray.desktop.linux.bus.interface import CallRefused, Interface, answer
from tray.desktop.linux.bus.listening import NameWatcher, SignalHandler, Subscription
from tray.desktop.linux.bus.parcels import Body, Kind, Parcel
from tray.desktop.linux.bus.wire import DAEMON, DAEMON_PATH, BusUnavailable

log = logging.getLogger(__name__)


class Bus(Connection):
    """
    A connection to a message bus. Make one with `connect`.

    Every method may be called from any thread unless it says otherwise. "The bus thread" is the one inside `run`.
    """

    def __init__(self, address: str | None, *, system: bool) -> None:
        super().__init__(address, system=system)
        self._subscriptions: list[Subscription] = []
        self._watchers: list[NameWatcher] = []
        self._objects: dict[str, dict[str, Interface]] = {}
        self._identity = "", ""
        self._sender = ""

    @classmethod
    def connect(cls, address: str | None = None, *, system: bool = False) -> Bus:
        """
        Connect to a message bus.

        Args:
            address: A D-Bus address, such as ``unix:path=/run/user/1000/bus``; None for the one that
                ``DBUS_SESSION_BUS_ADDRESS`` names, or else for ``$XDG_RUNTIME_DIR/bus``.
            system: Whether to take the system bus instead.

        Raises:
            BusUnavailable: There is none, or it does not answer within two seconds.
        """
        try:
            bus = cls(address, system=system)
        except OSError as error:  # This process may open nothing more.
            raise BusUnavailable(f"no message bus: {error}") from error
        try:
            bus._open()
        except BusUnavailable:
            bus.close()
            raise
        return bus

    @classmethod
    def await_session(cls, address: str | None = None) -> Bus:
        """
        Connect to the session bus, as `connect` does; one that is not there yet is left to `run`, which waits for it.

        Until then the connection is `lost`, and what is asked of it is asked again once there is one.
        """
        bus = cls(address, system=False)
        try:
            bus._open()
        except BusUnavailable as error:
            log.warning("No session bus: %s", error)
        return bus

    def call(  # noqa: PLR0917 - a D-Bus call has these six parts, always in this order
        self,
        destination: str,
        path: str,
        interface: str,
        member: str,
        signature: str = "",
        body: Body = (),
        *,
        on_reply: Callable[[Reply], None] | None = None,
        timeout: float = 10.0,
    ) -> None:
        """
        Call a method, without waiting.

        Args:
            destination: Bus name of the object's owner, unique or well-known.
            path: Path of the object.
            interface: Name of the method's interface.
            member: Name of the method.
            signature: D-Bus signature of the arguments, such as ``susv``.
            body: The arguments; a variant is a pair of signature and value.
            on_reply: Called exactly once: with the answer, or with an error when none came in time or the connection
                was lost. On the bus thread; on the calling thread if the connection is already lost.
            timeout: Seconds to wait for the answer.

        Raises:
            TypeError, ValueError, struct.error: The arguments do not fit the signature.
        """
        parcel = Parcel(
            Kind.CALL,
            destination=destination,
            path=path,
            interface=interface,
            member=member,
            signature=signature,
            body=body,
            wants_reply=on_reply is not None,
        )
        pending = on_reply and Pending(time.monotonic() + timeout, on_reply)
        if not self._send(parcel, pending) and on_reply:
            guarded(on_reply, Reply((), DISCONNECTED))

    def call_and_wait(  # noqa: PLR0917 - as for `call`
        self,
        destination: str,
        path: str,
        interface: str,
        member: str,
        signature: str = "",
        body: Body = (),
        *,
        timeout: float = 2.0,
    ) -> Reply:
        """
        Call a method, as `call` does, and wait for the answer, at most for ``timeout`` seconds.

        While nobody is inside `run`, the calling thread reads meanwhile.

        Raises:
            RuntimeError: Called on the bus thread, which would wait for itself.
            TypeError, ValueError, struct.error: The arguments do not fit the signature.
        """
        if self._is_reader():
            raise RuntimeError("call_and_wait would block the bus thread")
        replies: list[Reply] = []
        answered = threading.Event()

        def on_reply(reply: Reply) -> None:
            replies.append(reply)
            answered.set()

        self.call(destination, path, interface, member, signature, body, on_reply=on_reply, timeout=timeout)
        self._read_until(answered)
        # The reader reports the timeout; the second on top is for one that a slow callback holds up.
        answered.wait(timeout + 1.0)
        return replies[0] if replies else Reply((), NO_REPLY)

    def emit(self, path: str, interface: str, member: str, signature: str = "", body: Body = ()) -> None:
        """
        Send a signal to every program that listens.

        Raises:
            TypeError, ValueError, struct.error: The arguments do not fit the signature.
        """
        self._send(Parcel(Kind.SIGNAL, path=path, interface=interface, member=member, signature=signature, body=body))

    def subscribe(
        self,
        *,
        interface: str,
        member: str,
        handler: SignalHandler,
        sender: str | None = None,
        path: str | None = None,
        first_argument: str | None = None,
    ) -> None:
        """
        Have a signal handled for as long as this object lives, also after a reconnection.

        Args:
            interface: Name of the signal's interface.
            member: Name of the signal.
            handler: Called for each one.
            sender: Only from the owner of this bus name. The bus sees to it for broadcast signals; one that is sent to
                us alone arrives from anybody.
            path: Only from this object.
            first_argument: Only with this string as first argument; the bus does not even wake us for others.
        """
        subscription = Subscription(interface, member, handler, sender, path, first_argument)
        self._subscriptions.append(subscription)
        self._ask_daemon("AddMatch", "s", (subscription.rule(),))

    def watch_name(self, name: str, on_owner: Callable[[str], None]) -> None:
        """
        Follow who owns a bus name, without starting its service.

        Args:
            name: The bus name.
            on_owner: Called with the owner's unique name, or ``""`` for none: soon after this call, and then whenever
                it changes, the loss and the return of the connection included.
        """
        watcher = NameWatcher(name, on_owner)
        self._watchers.append(watcher)
        self.subscribe(
            sender=DAEMON,
            interface=DAEMON,
            member="NameOwnerChanged",
            first_argument=name,
            handler=lambda body, _sender: watcher.tell(body[2]),
        )
        self._ask_owner(watcher)

    def export(self, path: str, interface: Interface) -> None:
        """Offer an interface on an object, besides those it has; its properties and description come with it."""
        self._objects.setdefault(path, {})[interface.name] = interface

    @property
    def is_nowhere(self) -> bool:
        """Whether there is no connection, and no address where one could come about."""
        return self.lost and not (self._address or {"DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"} & os.environ.keys())

    @property
    def sender(self) -> str:
        """Who sent the call or signal that is being handled, to be asked by its handler; empty on any other thread."""
        return self._sender if self._is_reader() else ""

    def identity(self) -> str:
        """
        Give the id that the bus has for as long as it runs (``GetId``): the same for all that are connected to it.

        Empty while there was no connection yet; while one is lost, that of the bus that was.

        Raises:
            RuntimeError: Called on the bus thread.
        """
        connection, identity = self._identity
        if (present := self.unique_name) and present != connection:
            reply = self.call_and_wait(DAEMON, DAEMON_PATH, DAEMON, "GetId")
            if not reply.error:
                identity = str(reply.body[0])
                self._identity = present, identity
        return identity

    def hear(self) -> None:
        """Handle, on this thread, what the bus has to say to all that it was asked so far. Before `run`."""
        self.call_and_wait(DAEMON, DAEMON_PATH, "org.freedesktop.DBus.Peer", "Ping")

    def _on_open(self) -> None:
        """Ask again for all that was asked for before."""
        for subscription in self._subscriptions:
            self._ask_daemon("AddMatch", "s", (subscription.rule(),))
        for watcher in self._watchers:
            self._ask_owner(watcher)

    def _on_lost(self) -> None:
        for watcher in self._watchers:
            watcher.tell("")

    def _ask_daemon(self, member: str, signature: str, body: Body) -> None:
        def report(reply: Reply) -> None:
            if reply.error not in (None, DISCONNECTED):
                log.warning("the message bus refused %s%r: %s", member, body, reply.error)

        self.call(DAEMON, DAEMON_PATH, DAEMON, member, signature, body, on_reply=report)

    def _ask_owner(self, watcher: NameWatcher) -> None:
        def on_reply(reply: Reply) -> None:
            watcher.tell("" if reply.error else reply.body[0])

        self.call(DAEMON, DAEMON_PATH, DAEMON, "GetNameOwner", "s", (watcher.name,), on_reply=on_reply)

    def _on_parcel(self, parcel: Parcel) -> None:
        self._sender = parcel.sender
        if parcel.kind is Kind.CALL:
            self._answer(parcel)
            return
        for subscription in tuple(self._subscriptions):
            if subscription.wants(parcel):
                guarded(subscription.handler, parcel.body, parcel.sender)

    def _answer(self, call: Parcel) -> None:
        try:
            self._reply(call, answer(self._objects.get(call.path, {}), call))
        except CallRefused as refusal:
            self._reply(call, call.refused(refusal.name, refusal.message))
        except Exception:
            log.exception("failed to answer %s", call.member)
            self._reply(call, call.refused("org.freedesktop.DBus.Error.Failed", f"{call.member} failed."))

    def _reply(self, call: Parcel, reply: Parcel) -> None:
        if call.wants_reply:
            self._send(reply)
