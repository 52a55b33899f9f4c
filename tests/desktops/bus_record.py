"""Everything that is said on a session bus about notices, icons and menus, as a monitor hears it."""

from __future__ import annotations

import threading
import time
from typing import Any, NamedTuple

from jeepney import DBusAddress, MessageType, new_method_call  # type: ignore[import-untyped]
from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped]

_INTERFACES = ("org.freedesktop.Notifications", "org.kde.StatusNotifierItem", "com.canonical.dbusmenu")


class Heard(NamedTuple):
    """A call or a signal."""

    at: float
    sender: str
    interface: str
    member: str
    body: tuple[Any, ...]


class BusRecord:
    """
    A monitor on a bus, which changes nothing there. A context manager: it listens inside.

    Args:
        address: The bus.
    """

    def __init__(self, address: str) -> None:
        self.heard: list[Heard] = []
        self._connection = open_dbus_connection(address)
        rules = [f"interface='{interface}'" for interface in _INTERFACES]
        monitoring = DBusAddress(
            "/org/freedesktop/DBus", bus_name="org.freedesktop.DBus", interface="org.freedesktop.DBus.Monitoring"
        )
        call = new_method_call(monitoring, "BecomeMonitor", "asu", (rules, 0))
        reply = self._connection.send_and_get_reply(call, timeout=10)
        assert reply.header.message_type is MessageType.method_return, reply.body
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="bus-record", daemon=True)

    def all(self, member: str, since: float = 0.0) -> list[Heard]:
        """Give every call or signal of this name, of a time or later."""
        return [heard for heard in list(self.heard) if heard.member == member and heard.at >= since]

    def __enter__(self) -> BusRecord:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()
        self._connection.close()

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                message = self._connection.receive(timeout=0.5)
            except TimeoutError:
                continue
            except (ConnectionError, OSError):
                return
            if message.header.message_type in {MessageType.method_call, MessageType.signal}:
                fields = {field.name: value for field, value in message.header.fields.items()}
                parts = (fields.get("sender", ""), fields.get("interface", ""), fields.get("member", ""))
                self.heard.append(Heard(time.monotonic(), *parts, tuple(message.body)))
