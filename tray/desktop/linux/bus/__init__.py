"""
The message bus (D-Bus): one connection for the tray icon, the notices, and whatever else asks the desktop something.

jeepney reads and writes the bytes, in `wire` alone; the rest is ours and speaks in plain Python values.
These are named tuples: a program that starts in 60 ms would notice what it costs to make a frozen dataclass, 1 ms each.
"""

from tray.desktop.linux.bus.bus import Bus
from tray.desktop.linux.bus.connection import DISCONNECTED, NO_REPLY, Reply
from tray.desktop.linux.bus.interface import CallRefused, Interface, Method
from tray.desktop.linux.bus.parcels import Body
from tray.desktop.linux.bus.wire import BusUnavailable

__all__ = [
    "DISCONNECTED",
    "NO_REPLY",
    "Body",
    "Bus",
    "BusUnavailable",
    "CallRefused",
    "Interface",
    "Method",
    "Reply",
]
