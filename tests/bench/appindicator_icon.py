"""An icon that does nothing, on pystray's AppIndicator backend: needs GTK from the distribution, and a display."""

from __future__ import annotations

from PIL import Image
from pystray import Icon, Menu, MenuItem

menu = Menu(*(MenuItem(f"Item {number}", lambda: None) for number in range(8)))
Icon("empty", Image.new("RGBA", (64, 64), "teal"), "Empty", menu).run()
