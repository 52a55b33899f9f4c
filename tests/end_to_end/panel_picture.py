"""
Takes the picture in the README: the program in a real panel, with its menu open.

``PYTHONPATH=tests .venv/bin/python -m end_to_end.panel_picture docs/pictures/panel.png``

Needs the programs of packaging/debian-packages-test.txt, and the font of the Debian package fonts-cantarell.
"""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from end_to_end.desktop import Desktop, served
from end_to_end.panel import RIGHT, Screen, changed, panel
from PIL import Image, ImageChops, ImageDraw, ImageOps
from support.desk import until
from support.notification_server import NotificationServer
from support.programs import program
from support.session_bus import session_bus
from support.tray_host import TrayHost

from tray.demo.center import IdentityCenter
from tray.desktop.icons import PALETTES

_CLOCK = timedelta(hours=14, minutes=20)
"""The time of day in the picture."""

_LEFT_OF_THE_SIGN_IN = timedelta(hours=2, minutes=45)
_SCALE = 2
_WIDTH, _MARGIN = 480, 24
"""Width of the picture, and what it shows below the menu; before scaling."""

_ANY_OTHER = (255, 0, 255)
_BACKGROUND = ("#35506b", "#8fa9b8")
"""The empty screen is black, which is no picture."""

_MENU, _SUBMENU = 30_000, 20_000
"""Pixels that change at least when each of them opens."""


def take(target: Path) -> None:
    """Set everything up, open the menu and the profiles below it, and keep what is seen."""
    with tempfile.TemporaryDirectory(prefix="picture-") as name, session_bus() as bus:
        home, folder = Path(name) / "home", Path(name) / "screen"
        home.mkdir()
        folder.mkdir()
        leave_the_persons_own(home)
        wheel, host = program("wheel"), TrayHost(bus.address)
        with (
            NotificationServer(bus.address) as notices,
            IdentityCenter() as center,
            panel(bus.address, home, folder, scale=_SCALE, size="1200x900", dark=True) as screen,
            served(Desktop(wheel, bus, host, notices, center, home, folder, session="acme")) as desktop,
        ):
            desktop.plant(seconds=_LEFT_OF_THE_SIGN_IN.total_seconds())
            desktop.start()
            _keep(_look(screen), target)


def _look(screen: Screen) -> Image.Image:
    green = PALETTES["colour"].green
    until(lambda: screen.find(green))
    icon = screen.find(green)
    assert icon
    closed = screen.look()
    screen.click(icon, RIGHT)
    until(lambda: changed(closed, screen.look()) > _MENU)
    opened = settled(screen)
    screen.type("Down", "Down", "Down", "Down", "Right")
    until(lambda: changed(opened, screen.look()) > _SUBMENU)
    screen.type("Down", "Down")
    return settled(screen)


def settled(screen: Screen) -> Image.Image:
    """Look until two looks in a row show the same."""
    seen = [screen.look()]

    def same() -> bool:
        seen.append(screen.look())
        return not changed(*seen[-2:])

    until(same)
    return seen[-1]


def _keep(seen: Image.Image, target: Path) -> None:
    """Put a background behind what is seen, and keep the corner with the menu."""
    _, _, right, bottom = _foreground(seen).getbbox()
    corner = (right - _WIDTH * _SCALE, 0, right, bottom + _MARGIN * _SCALE)
    target.parent.mkdir(parents=True, exist_ok=True)
    on_background(seen, corner).save(target, optimize=True)


def on_background(seen: Image.Image, part: tuple[int, int, int, int] | None = None) -> Image.Image:
    """Put a background behind a part of what is seen, or behind all of it."""
    whole = part or (0, 0, *seen.size)
    picture, foreground = seen.crop(whole), _foreground(seen).crop(whole)
    background = ImageOps.colorize(Image.linear_gradient("L").resize(picture.size), *_BACKGROUND)
    background.paste(picture, mask=foreground)
    return background


def _foreground(seen: Image.Image) -> Image.Image:
    """Tell what is not the empty screen."""
    painted = seen.copy()
    ImageDraw.floodfill(painted, (0, painted.height - 1), _ANY_OTHER)
    return ImageChops.difference(painted, seen).convert("L").point(lambda value: 0 if value else 255)


def leave_the_persons_own(home: Path) -> None:
    """Take this process to a home of its own, in a time zone where it is the time of the picture."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "XDG_", "DBUS_", "GTK_", "GDK_")):
            del os.environ[name]
    now = datetime.now(UTC)
    since_midnight = timedelta(hours=now.hour, minutes=now.minute)
    ahead = (_CLOCK - since_midnight) % timedelta(days=1) // timedelta(minutes=1)
    os.environ |= {"HOME": str(home), "TZ": f"LOC-{ahead // 60:02}:{ahead % 60:02}"}


if __name__ == "__main__":
    take(Path(sys.argv[1]))
