"""A real panel with a real tray, on a screen that nobody sees: xfce4-panel under Xvfb."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from PIL import Image, ImageChops
from support.needs import needs

LEFT, RIGHT = 1, 3
"""Buttons of the pointer."""

_TOLERANCE = 12
_FEW = 20
_XFCONF_SERVICE = Path("/usr/share/dbus-1/services/org.xfce.Xfconf.service")
_PANEL = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="dark-mode" type="bool" value="{dark}"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="size" type="uint" value="28"/>
      <property name="icon-size" type="uint" value="22"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/>
        <value type="int" value="2"/>
        <value type="int" value="3"/>
        <value type="int" value="4"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-2" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
      <property name="icon-size" type="uint" value="22"/>
    </property>
    <property name="plugin-3" type="string" value="clock">
      <property name="digital-layout" type="uint" value="3"/>
      <property name="digital-time-font" type="string" value="Cantarell 11"/>
      <property name="digital-time-format" type="string" value="%H:%M"/>
    </property>
    <property name="plugin-4" type="string" value="separator">
      <property name="style" type="uint" value="0"/>
    </property>
  </property>
</channel>
"""
_GTK = """[Settings]
gtk-theme-name = Adwaita
gtk-font-name = Cantarell 11
gtk-application-prefer-dark-theme = {dark}
gtk-enable-animations = false
gtk-xft-antialias = 1
gtk-xft-hinting = 1
gtk-xft-hintstyle = hintslight
gtk-xft-rgba = none
"""

_TINT2 = """\
rounded = 0
background_color = #f6f5f4 100
panel_items = S
panel_size = 100% 28
panel_position = top right horizontal
panel_background_id = 1
systray_padding = 4 2 4
systray_icon_size = 22
"""

Colour = tuple[int, int, int]


class Screen:
    """
    What a person sees and touches.

    Args:
        display: The X display, such as ``:7``.
        folder: Where screenshots are kept.
    """

    def __init__(self, display: str, folder: Path) -> None:
        self.display = display
        self._folder = folder
        self._taken = 0

    def look(self) -> Image.Image:
        """Take a screenshot."""
        self._taken += 1
        file = self._folder / f"screen-{self._taken}.png"
        self._run("import", "-silent", "-window", "root", str(file))
        with Image.open(file) as image:
            return image.convert("RGB")

    def find(self, colour: Colour) -> tuple[int, int] | None:
        """Tell where something of about this colour is: its middle; None for nothing larger than a few pixels."""
        seen = self.look()
        away = ImageChops.difference(seen, Image.new("RGB", seen.size, colour))
        red, green, blue = (band.point(lambda value: 255 if value <= _TOLERANCE else 0) for band in away.split())
        alike = ImageChops.darker(ImageChops.darker(red, green), blue)
        if alike.histogram()[255] < _FEW:
            return None
        left, top, right, bottom = alike.getbbox()
        return (left + right) // 2, (top + bottom) // 2

    def click(self, at: tuple[int, int], button: int = LEFT) -> None:
        """Click somewhere, and leave the pointer there."""
        self._run("xdotool", "mousemove", str(at[0]), str(at[1]), "click", str(button))

    def point(self, at: tuple[int, int]) -> None:
        """Move the pointer."""
        self._run("xdotool", "mousemove", str(at[0]), str(at[1]))

    def type(self, *keys: str) -> None:
        """Press keys, one after the other."""
        self._run("xdotool", "key", *keys)

    def _run(self, *command: str) -> None:
        environment = {**os.environ, "DISPLAY": self.display}
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=30)


def changed(before: Image.Image, after: Image.Image) -> int:
    """Tell how large a part of the screen has changed: the pixels of the rectangle around it."""
    box = ImageChops.difference(before, after).getbbox()
    return (box[2] - box[0]) * (box[3] - box[1]) if box else 0


@contextmanager
def panel(
    bus: str,
    home: Path,
    folder: Path,
    *,
    scale: int = 1,
    size: str = "800x600",
    dark: bool = False,
    also: Sequence[Sequence[str]] = (),
) -> Iterator[Screen]:
    """
    Show a panel with a tray and a clock at the top of an invisible screen, for as long as the block lasts.

    Args:
        bus: Address of the session bus.
        home: Where the panel looks for its configuration.
        folder: An empty folder, for screenshots and logs.
        scale: 2 for twice the size in pixels, as on a fine screen.
        size: Of the screen, in pixels.
        dark: Whether the panel and its menus are dark.
        also: More programs of the desktop that are started there.
    """
    needs("Xvfb", "xfce4-panel", "xfconf-query", "xdotool", "import")
    words = {"dark": str(dark).lower()}
    _write(home / ".config/xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml", _PANEL.format(**words))
    _write(home / ".config/gtk-3.0/settings.ini", _GTK.format(**words))
    with ExitStack() as stack:
        display = stack.enter_context(x_server(size))
        environment = {
            **os.environ,
            "HOME": str(home),
            "DISPLAY": display,
            "DBUS_SESSION_BUS_ADDRESS": bus,
            "GDK_SCALE": str(scale),
            "GDK_GL": "disable",  # spares loading LLVM (docs/facts: Why not pystray on Linux)
            "NO_AT_BRIDGE": "1",
            "TZ": os.environ.get("TZ", "UTC"),
        }
        for command in ([_xfconfd()], ["openbox"], ["xfce4-panel", "--disable-wm-check"], *also):
            stack.enter_context(_running(command, environment, folder))
        yield Screen(display, folder)


_I3 = """\
# i3 config file (v4)
font pango:Cantarell 10
bar {
    colors {
        background #2e3440
    }
}
"""

OLD_TRAYS = {
    "trayer": "trayer --edge top --align right --height 24 --transparent true --alpha 0",
    "tint2": "tint2 -c {folder}/tint2rc",
    "i3bar": "i3 -c {folder}/i3.conf",
}
"""Trays that embed windows and know nothing of D-Bus, and how each is started."""


@contextmanager
def old_tray(name: str, display: str, folder: Path) -> Iterator[None]:
    """Show one of `OLD_TRAYS` on a display, for as long as the block lasts."""
    command = OLD_TRAYS[name].format(folder=folder).split()
    needs(command[0])
    _write(folder / "i3.conf", _I3)
    _write(folder / "tint2rc", _TINT2)
    environment = {**os.environ, "DISPLAY": display, "DBUS_SESSION_BUS_ADDRESS": f"unix:path={folder / 'no-bus'}"}
    with ExitStack() as stack:
        if name == "tint2":  # It waits for a window manager; trayer is swallowed by one that is just starting.
            stack.enter_context(_running(["openbox"], environment, folder))
        stack.enter_context(_running(command, environment, folder))
        yield


@contextmanager
def x_server(size: str) -> Iterator[str]:
    """
    Start an X server on a display that is free; gives its name.

    It does not begin anew when its last client leaves: that may be a screenshot, while others are just connecting.
    """
    reading, writing = os.pipe()
    with (
        os.fdopen(reading) as told,
        subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"],
            pass_fds=[writing],
            stderr=subprocess.DEVNULL,
        ) as server,
    ):
        os.close(writing)
        try:
            number = told.readline().strip()
            assert number, "Xvfb did not start"
            yield f":{number}"
        finally:
            server.kill()


@contextmanager
def _running(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> Iterator[None]:
    """Run a program and those it starts, for as long as the block lasts."""
    with (
        (folder / f"{Path(command[0]).name}.log").open("wb") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True) as process,
    ):
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def _xfconfd() -> str:
    """Find the daemon that keeps Xfce's settings; the bus of a test starts nothing by itself."""
    found = re.search(r"^Exec=(.+)$", _XFCONF_SERVICE.read_text("utf-8"), re.MULTILINE)
    assert found
    return found[1]


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
