"""An icon that does nothing, on our own backend: what any program on it costs at least."""

from __future__ import annotations

import signal

from tray.core.model import Status
from tray.core.view.values import MenuItem, View
from tray.desktop import trayicon
from tray.desktop.linux.bus import Bus

icon = trayicon.create(lambda _command: None, on_host=lambda _shown: None, bus=Bus.connect())
icon.apply(View(Status.SIGNED_IN, "Empty", tuple(MenuItem(f"{number}", f"Item {number}") for number in range(8))))
signal.signal(signal.SIGTERM, lambda _signal, _frame: icon.stop())
icon.run(lambda: None)
