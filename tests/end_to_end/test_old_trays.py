"""Trays that embed windows (XEMBED), and know nothing of D-Bus, show the icon too while there is none better."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from end_to_end.desktop import SESSION, Desktop, desktop_without_tray
from end_to_end.panel import OLD_TRAYS, RIGHT, Screen, old_tray, x_server
from support.desk import until
from support.needs import needs
from support.session_bus import SessionBus, session_bus

from tray.desktop.icons import PALETTES

_COLOURS = PALETTES["colour"]

pytestmark = pytest.mark.forms("wheel", "bundle")


@pytest.fixture
def bus() -> Iterator[SessionBus]:
    with session_bus() as started:
        yield started


@pytest.fixture
def desktop(program: Path, bus: SessionBus, home: Path, tmp_path: Path) -> Iterator[Desktop]:
    """A desktop without a tray of its own; `host` may appear."""
    with desktop_without_tray(program, bus, home, tmp_path) as made:
        yield made


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    needs("Xvfb", "xdotool", "import")
    folder = tmp_path / "screen"
    folder.mkdir()
    with x_server("800x600") as display:
        yield Screen(display, folder)


@pytest.mark.parametrize("name", OLD_TRAYS)
def test_an_old_tray_shows_the_icon_and_its_clicks_work(
    desktop: Desktop, screen: Screen, tmp_path: Path, name: str
) -> None:
    with old_tray(name, screen.display, tmp_path):
        desktop.plant(seconds=-60)
        program = desktop.start(DISPLAY=screen.display)
        until(lambda: screen.find(_COLOURS.red))
        icon = screen.find(_COLOURS.red)
        assert icon

        screen.click(icon, RIGHT)
        told = desktop.notices.wait_for_notice(f"{SESSION} · expired")
        assert list(told.actions.values()) == ["Log in", "Open access portal", "Quit"]

        screen.click(icon)
        until(lambda: program.lines[-1].endswith("signed in"))
        until(lambda: screen.find(_COLOURS.green))
        assert not screen.find(_COLOURS.red)
        assert "no tray" not in program.errors

        screen.click(icon, RIGHT)
        told = desktop.notices.wait_for_notice(f"{SESSION} · signed in")
        desktop.notices.press(told.id, "Quit")
        assert program.ended() == 0
        until(lambda: not screen.find(_COLOURS.green))
        assert "Traceback" not in program.errors


def test_a_better_tray_takes_over_and_gives_back(desktop: Desktop, screen: Screen, tmp_path: Path) -> None:
    with old_tray("tint2", screen.display, tmp_path):
        desktop.plant(seconds=-60)
        program = desktop.start(DISPLAY=screen.display)
        until(lambda: screen.find(_COLOURS.red))

        desktop.host.appear()
        assert desktop.icon.tooltip == f"{SESSION} · expired"
        until(lambda: not screen.find(_COLOURS.red))

        desktop.host.vanish()
        desktop.plant(seconds=7 * 3600)
        until(lambda: screen.find(_COLOURS.green))
        assert program.alive
        assert "no tray" not in program.errors


def test_an_old_tray_that_comes_late_goes_and_comes_back_gets_the_icon(
    desktop: Desktop, screen: Screen, tmp_path: Path
) -> None:
    desktop.plant(seconds=-60)
    program = desktop.start(DISPLAY=screen.display)
    until(lambda: "no tray" in program.errors)

    for _ in range(2):
        with old_tray("tint2", screen.display, tmp_path):
            until(lambda: screen.find(_COLOURS.red))
        until(lambda: not screen.find(_COLOURS.red))

    desktop.host.appear()
    assert desktop.icon.tooltip == f"{SESSION} · expired"
