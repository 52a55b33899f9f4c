"""
Takes the moving picture in the README: the program in a real panel, from a sign-in that holds to the next one.

``PYTHONPATH=tests .venv/bin/python -m end_to_end.panel_film docs/pictures/reminder.webp``

Panel, notices and clicks are real, and so is every login; what lies between two pictures is cut. The pointer, which
screenshots leave out, is drawn where it was. Needs what `panel_picture` needs, and xfce4-notifyd.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from desktops.session import owner
from end_to_end.desktop import Desktop, served
from end_to_end.panel import RIGHT, Screen, panel
from end_to_end.panel_picture import leave_the_persons_own, on_background, settled
from PIL import Image, ImageChops, ImageDraw
from support.desk import until
from support.notification_server import NotificationServer
from support.programs import program
from support.session_bus import session_bus
from support.tray_host import TrayHost

from tray.demo.browser import visit
from tray.demo.center import IdentityCenter
from tray.desktop.icons import PALETTES
from tray.desktop.linux.bus import Bus

_SCALE = 2
_SIZE = (1040, 840)
"""Of the screen, in its own pixels."""

_WIDTH = 640
"""Of the part at its right that is shown."""

_NOTIFIER = "/usr/lib/x86_64-linux-gnu/xfce4/notifyd/xfce4-notifyd"
_SERVICES = ("org.freedesktop.Notifications", "org.kde.StatusNotifierWatcher")
_BEFORE_THE_REMINDER = 6
"""Seconds for which the sign-in is seen to hold."""

_LEAD_SECONDS = 15 * 60
_MENU = 30_000
"""Pixels that change at least when the menu opens."""

_POINTER = [(0, 0), (0, 32), (8, 25), (13, 37), (18, 35), (13, 23), (23, 23)]
_LIMIT_BYTES = 400_000
_COLOURS = PALETTES["colour"]

Point = tuple[int, int]


class Frame(NamedTuple):
    """One picture, and for how long it is shown."""

    picture: Image.Image
    milliseconds: int


@dataclass
class Story:
    """
    What a person sees and does.

    Args:
        screen: The panel.
        desktop: The rest: the program, and AWS.
    """

    screen: Screen
    desktop: Desktop

    def told(self) -> Iterator[Frame]:
        """Live through it, and take a picture of each moment."""
        self.desktop.settings('[sign_in."acme"]\nlength_hours = 8\n')
        self.desktop.plant(seconds=_LEAD_SECONDS + _BEFORE_THE_REMINDER)
        self.desktop.start()
        icon = self._icon(_COLOURS.green)
        calm = settled(self.screen)
        yield Frame(calm, 1800)
        self._icon(_COLOURS.amber)
        told = until(lambda: _notice(calm, self.screen.look()), otherwise=lambda: "no notice came")
        reminded = settled(self.screen)
        told = _notice(calm, reminded) or told
        yield Frame(reminded, 2600)

        self.desktop.browser.decide("ignore")
        log_in = _first_button(told)
        yield Frame(_pointed(reminded, log_in), 1000)
        self.screen.click(log_in)
        until(lambda: self.desktop.browser.opened)
        self._icon(_COLOURS.blue)
        yield Frame(_pointed(settled(self.screen), log_in), 1400)

        visit(self.desktop.browser.opened[-1], jar=self.desktop.browser.jar)
        self._icon(_COLOURS.green)
        signed_in = settled(self.screen)
        yield Frame(signed_in, 1600)
        yield Frame(_pointed(signed_in, icon), 700)
        self.screen.click(icon, RIGHT)
        until(lambda: _larger_than(_MENU, signed_in, self.screen.look()))
        yield Frame(_pointed(settled(self.screen), icon), 3200)

    def _icon(self, colour: tuple[int, int, int]) -> Point:
        """Wait until the panel shows an icon of this colour, and tell where."""

        def seen() -> Point | None:
            found = self.screen.find(colour)
            return found if found and found[1] < 60 else None

        found = until(seen)
        assert found
        return found


def _notice(before: Image.Image, after: Image.Image) -> tuple[int, int, int, int] | None:
    """Find what has come below the panel."""
    box = ImageChops.difference(before, after).crop((0, 60, *after.size)).getbbox()
    if not box or box[2] - box[0] < 200:
        return None
    return box[0], box[1] + 60, box[2], box[3] + 60


def _first_button(notice: tuple[int, int, int, int]) -> Point:
    left, _top, right, bottom = notice
    return left + (right - left) * 27 // 100, bottom - 60


def _larger_than(pixels: int, before: Image.Image, after: Image.Image) -> bool:
    box = ImageChops.difference(before, after).getbbox()
    return bool(box) and (box[2] - box[0]) * (box[3] - box[1]) > pixels


def _pointed(picture: Image.Image, at: Point) -> Image.Image:
    """Draw the pointer, which a screenshot leaves out."""
    drawn = picture.copy()
    outline = [(at[0] + x, at[1] + y) for x, y in _POINTER]
    ImageDraw.Draw(drawn).polygon(outline, fill="white", outline="black", width=2)
    return drawn


def take(target: Path) -> None:
    """Set everything up, live through the story, and keep it as one file that moves."""
    with tempfile.TemporaryDirectory(prefix="picture-") as name, session_bus() as bus:
        home, folder = Path(name) / "home", Path(name) / "screen"
        home.mkdir()
        folder.mkdir()
        leave_the_persons_own(home)
        wheel, nobody = program("wheel"), TrayHost(bus.address)
        size = "x".join(map(str, _SIZE))
        with (
            IdentityCenter() as center,
            panel(bus.address, home, folder, scale=_SCALE, size=size, dark=True, also=[[_NOTIFIER]]) as screen,
        ):
            asking = Bus.connect(bus.address)
            until(lambda: all(owner(asking, service) for service in _SERVICES))
            asking.close()
            notices = NotificationServer(bus.address)
            with served(Desktop(wheel, bus, nobody, notices, center, home, folder, session="acme")) as desktop:
                keep(list(Story(screen, desktop).told()), target)


def keep(frames: list[Frame], target: Path) -> None:
    """Put a background behind each picture, and write them all."""
    part = (_SIZE[0] - _WIDTH, 0, *_SIZE)
    pictures = [on_background(frame.picture, part) for frame in frames]
    target.parent.mkdir(parents=True, exist_ok=True)
    first, *others = pictures
    times = [frame.milliseconds for frame in frames]
    first.save(target, save_all=True, append_images=others, duration=times, loop=0, quality=88, method=6)
    assert target.stat().st_size < _LIMIT_BYTES, "a README has to be light"


if __name__ == "__main__":
    take(Path(sys.argv[1]))
