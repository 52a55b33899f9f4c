"""A Windows desktop under Wine, with the program that was built for it, and a person at the mouse."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from end_to_end.panel import LEFT, RIGHT, Screen, x_server
from PIL import Image, ImageChops, ImageStat
from support.center import plant_token
from support.desk import until
from wine.menu import Menu, read

from tray.core.model import Status
from tray.demo.center import IdentityCenter
from tray.demo.organisation import build_home
from tray.desktop import icons
from tray.paths import home_environment

PROJECT = Path(__file__).parents[2]
BUNDLE = Path(os.environ.get("TEST_WINDOWS_PROGRAM", "nowhere"))
SESSION = "my-sso"
TASKBAR = 748
"""Where the taskbar begins, from the top of the screen."""

_FOLDER = PROJECT / ".wine"
_WINE = "/usr/lib/wine/wine64"
_PYTHON = _FOLDER / "python" / "cp313" / "python.exe"
_LAUNCH = Path(__file__).with_name("launch.py")
_CORNER = (1024 - 40, TASKBAR, 1024, 768)
"""The part of the taskbar that holds icons."""

_AWAY = (5, 5)
_ALIKE = 12.0
"""How much two pictures of an icon may differ, as the mean of all pixels, of 255."""


def windows_path(path: Path) -> str:
    """Say what Windows calls a file of this machine."""
    return "Z:" + str(path).replace("/", "\\")


class Program:
    """A program on the Windows side; what it prints is read as it comes."""

    def __init__(self, desktop: WindowsDesktop, name: str, *arguments: str) -> None:
        command = [_WINE, str(_PYTHON), "-P", windows_path(_LAUNCH), windows_path(desktop.variables)]
        self._out = desktop.folder / f"{name}-{time.monotonic_ns()}.out"
        with self._out.open("wb") as out:
            # Wine writes to no regular file.
            self._pipe = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=out)
        self.process = subprocess.Popen(
            [*command, windows_path(BUNDLE / name), *arguments],
            env=desktop.wine,
            stdin=subprocess.DEVNULL,
            stdout=self._pipe.stdin,
            stderr=self._pipe.stdin,
        )
        assert self._pipe.stdin
        self._pipe.stdin.close()

    @property
    def text(self) -> str:
        """All it printed."""
        return self._out.read_text("utf-8", "replace")

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    def ended(self, seconds: float = 60.0) -> int:
        """Wait until it has ended, and give its exit code."""
        code = self.process.wait(seconds)
        self._pipe.wait(10)
        return code


class WindowsDesktop:
    """
    What the program meets, and what a person does to it.

    Args:
        screen: What the person sees.
        center: Identity Center.
        folder: An empty folder for what belongs to the test.
        wine: The environment of Wine.
    """

    def __init__(self, screen: Screen, center: IdentityCenter, folder: Path, wine: Mapping[str, str]) -> None:
        self.screen, self.center, self.folder, self.wine = screen, center, folder, dict(wine)
        self.home = folder / "Jürgen Müller 用户"
        self.home.mkdir()
        build_home(self.home, session=SESSION)
        self.visited = folder / "visited"
        """Comes with the first page that is ignored."""

        self.variables = folder / "environment.json"
        self.browser("allow")

    def browser(self, decision: str) -> None:
        """From now on, in programs started afterwards: ``allow`` or ``ignore`` what a page asks."""
        ignore = f"open('{self.visited.as_posix()}','w')"
        script = {"allow": ["-m", "tray.demo.browser"], "ignore": ["-c", ignore]}[decision]
        command = " ".join([windows_path(_PYTHON), "-P", *script, "%s"])
        home = {name: windows_path(Path(value)) for name, value in home_environment(self.home).items()}
        self.variables.write_text(json.dumps({**home, **self.center.environment(), "BROWSER": command}))

    @property
    def config(self) -> str:
        return (self.home / ".aws" / "config").read_text("utf-8")

    def plant(self, *, seconds: float) -> None:
        """Write a token that ends in so many seconds and cannot be renewed."""
        token = self.center.issue_token(expires_in=seconds)
        plant_token(SESSION, {name: value for name, value in token.items() if name != "refreshToken"}, home=self.home)

    def start(self) -> Program:
        """Start the tray, as the desktop would."""
        return Program(self, "sso-tray-gui.exe", "run", "--foreground-status")

    def follow_addresses(self) -> None:
        """
        Write down who follows the addresses of our scheme, as the program does where there are toasts.

        It writes into the person's own part. Wine 8 looks in the machine's alone.
        """
        key = r"HKLM\Software\Classes\sso-tray"
        command = f'"{windows_path(BUNDLE / "sso-tray-gui.exe")}" follow "%1"'
        for words in ([key, "/v", "URL Protocol", "/d", ""], [rf"{key}\shell\open\command", "/ve", "/d", command]):
            self._windows("reg", "add", *words, "/f")

    def call(self, address: str) -> None:
        """Have Windows follow an address, as the button of a notice does, and a page in the browser."""
        self._windows(str(_PYTHON), "-P", windows_path(_LAUNCH), windows_path(self.variables), "start", address)

    def _windows(self, *command: str) -> None:
        # No pipe: what goes on running would hold it.
        no = subprocess.DEVNULL
        subprocess.run([_WINE, *command], env=self.wine, check=True, timeout=60, stdin=no, stdout=no, stderr=no)

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run a command in a terminal, to its end: its exit code, and what it printed."""
        program = Program(self, "sso-tray.exe", *arguments)
        code = program.ended()
        return code, program.text

    def shows(self, status: Status) -> tuple[int, int]:
        """Wait until the taskbar shows the icon of a status, and tell where its middle is."""
        until(lambda: self._find(status), 30)
        found = self._find(status)
        assert found
        return found

    def _find(self, status: Status) -> tuple[int, int] | None:
        drawn = icons.draw(status, 16, "dark")
        wanted = Image.new("RGB", drawn.size, "white")
        wanted.paste(drawn, mask=drawn)
        corner = self.screen.look().crop(_CORNER)
        best = min(
            (_difference(corner.crop((x, y, x + 16, y + 16)), wanted), x, y)
            for x in range(corner.width - 15)
            for y in range(corner.height - 15)
        )
        return (_CORNER[0] + best[1] + 8, _CORNER[1] + best[2] + 8) if best[0] < _ALIKE else None

    def has_no_icon(self) -> bool:
        """Tell whether the corner of the taskbar is empty."""
        return len(self.screen.look().crop(_CORNER).getcolors()) == 1

    def click(self, status: Status) -> None:
        """Click the icon of a status."""
        self.screen.click(self.shows(status), LEFT)
        self.screen.point(_AWAY)

    def open_menu(self, status: Status, count: int) -> Menu:
        """Open the menu of the icon, which must have so many lines."""
        icon = self.shows(status)
        self.screen.point(_AWAY)
        closed = self._settled()
        self.screen.click(icon, RIGHT)
        self.screen.point(_AWAY)
        return self._read(closed, closed.width, count)

    def open_submenu(self, menu: Menu, line: int, count: int) -> Menu:
        """Open the submenu of a line, on the left of the menu; it must have so many lines."""
        closed = self._settled()
        self.screen.click(menu.lines[line])
        return self._read(closed, menu.left, count)

    def _read(self, closed: Image.Image, right: int, count: int) -> Menu:
        def found() -> Menu | None:
            menu = read(closed, self.screen.look(), right, TASKBAR)
            return menu if menu and len(menu.lines) == count else None

        menu = until(found)
        assert menu
        return menu

    def _settled(self) -> Image.Image:
        """Wait until the screen changes no more, as when a tooltip goes."""

        def still() -> Image.Image | None:
            before = self.screen.look()
            time.sleep(0.5)
            now = self.screen.look()
            return now if ImageChops.difference(before, now).getbbox() is None else None

        settled = until(still)
        assert settled
        return settled


def _difference(one: Image.Image, other: Image.Image) -> float:
    means = ImageStat.Stat(ImageChops.difference(one, other)).mean
    return sum(means) / len(means)


@contextmanager
def windows_desktop(folder: Path) -> Iterator[WindowsDesktop]:
    """Show a Windows desktop on a screen of its own for as long as the block lasts."""
    with x_server("1024x768") as display, IdentityCenter() as center:
        wine = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))},
            "WINEPREFIX": str(_FOLDER / "prefix"),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree=;mshtml=;winemenubuilder.exe=;wbemprox=",
            "LC_ALL": "C.UTF-8",
            "DISPLAY": display,
        }
        # Wine shows every icon, and says so nowhere: else each new home would be told where it hides.
        key = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer"
        shows_all = ["reg", "add", key, "/v", "EnableAutoTray", "/t", "REG_DWORD", "/d", "0", "/f"]
        subprocess.run([_WINE, *shows_all], env=wine, check=True, capture_output=True, stdin=subprocess.DEVNULL)
        shots = folder / "screens"
        shots.mkdir()
        shell = subprocess.Popen(
            [_WINE, "explorer.exe", "/desktop=tray,1024x768"],
            env=wine,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        desktop = WindowsDesktop(Screen(display, shots), center, folder, wine)
        try:
            until(lambda: desktop.screen.look().getpixel((512, 300)) != (0, 0, 0), 60)
            yield desktop
        finally:
            subprocess.run(["/usr/lib/wine/wineserver64", "-k"], env=wine, check=False)
            shell.wait(20)
