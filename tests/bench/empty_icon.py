"""An icon that does nothing, on our own backend: what any program on it costs at least."""

from __future__ import annotations

import signal

from PIL import Image

from tray.desktop.trayicon.adapter import Menu, MenuItem  # type: ignore[attr-defined] # pystray's own
from tray.desktop.trayicon.freedesktop import Icon

menu = Menu(*(MenuItem(f"Item {number}", lambda: None) for number in range(8)))
icon = Icon("empty", Image.new("RGBA", (64, 64), "teal"), "Empty", menu)
signal.signal(signal.SIGTERM, lambda _signal, _frame: icon.stop())
icon.run()
