"""Shows a single notice for a program that is no tray, and tells whether anybody took it."""

from __future__ import annotations

import queue
import sys
import threading
from typing import TYPE_CHECKING

from tray.core.message import Message
from tray.core.view.values import Delivery, Notice, Slot
from tray.desktop.notify import Said, create

if TYPE_CHECKING:
    from tray.desktop.linux.bus import Bus

_PATIENCE_SECONDS = 3.0
"""A server of notices that says nothing for so long shows none."""


def show_one(said: Message) -> bool:
    """
    Show a message as a notice, which stays when this program ends; waits three seconds at most.

    Returns:
        Whether the desktop took it.
    """
    heard: queue.SimpleQueue[Said] = queue.SimpleQueue()
    bus = _connect()
    try:
        notice = Notice(Slot.ANSWER, said.title, said.hint)
        if not create(heard.put, bus).show(notice):
            return False
        while True:
            match heard.get(timeout=_PATIENCE_SECONDS):
                case Delivery(taken=taken):
                    return taken
    except queue.Empty:
        return sys.platform != "linux"  # where it is always told
    finally:
        if bus is not None:
            bus.stop()


def _connect() -> Bus | None:
    if sys.platform != "linux":
        return None
    from tray.desktop.linux.bus import Bus, BusUnavailable  # noqa: PLC0415 - its library exists for this system only

    try:
        bus = Bus.connect()
    except BusUnavailable:
        return None
    threading.Thread(target=bus.run, name="bus", daemon=True).start()
    return bus
