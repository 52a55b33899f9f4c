"""A real panel shows the icon and its menu, and what a person does there reaches the program."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from end_to_end.desktop import Desktop, desktop_without_tray
from end_to_end.panel import RIGHT, Screen, changed, panel
from support.desk import until
from support.session_bus import SessionBus, session_bus

from tray.desktop.icons import PALETTES

_COLOURS = PALETTES["colour"]


@pytest.fixture
def bus() -> Iterator[SessionBus]:
    with session_bus() as started:
        yield started


@pytest.fixture
def desktop(program: Path, bus: SessionBus, home: Path, tmp_path: Path) -> Iterator[Desktop]:
    """A desktop whose tray is the panel's."""
    with desktop_without_tray(program, bus, home, tmp_path) as made:
        yield made


@pytest.fixture
def screen(bus: SessionBus, home: Path, tmp_path: Path) -> Iterator[Screen]:
    folder = tmp_path / "screen"
    folder.mkdir()
    with panel(bus.address, home, folder) as started:
        yield started


def test_a_real_panel_shows_the_icon_and_its_menu_and_a_click_there_signs_in(desktop: Desktop, screen: Screen) -> None:
    desktop.plant(seconds=-60)
    program = desktop.start()
    until(lambda: screen.find(_COLOURS.red))
    icon = screen.find(_COLOURS.red)
    assert icon
    assert icon[1] < 30, "in the panel, at the top of the screen"

    screen.click(icon)
    until(lambda: program.lines[-1].endswith("signed in"))
    assert len(desktop.browser.opened) == 1
    until(lambda: screen.find(_COLOURS.green))
    assert not screen.find(_COLOURS.red)

    closed = screen.look()
    screen.click(icon, RIGHT)
    until(lambda: changed(closed, screen.look()) > 20_000)
    screen.type("Up", "Return")  # from the bottom: Quit
    assert program.ended() == 0
    until(lambda: not screen.find(_COLOURS.green))


def test_a_menu_that_is_open_in_a_real_panel_stays_open_while_its_texts_change(
    desktop: Desktop, screen: Screen
) -> None:
    desktop.plant(seconds=3000)
    program = desktop.start()
    until(lambda: screen.find(_COLOURS.green))
    icon = screen.find(_COLOURS.green)
    assert icon
    closed = screen.look()
    screen.click(icon, RIGHT)
    until(lambda: changed(closed, screen.look()) > 20_000)

    desktop.plant(seconds=-60)
    until(lambda: screen.find(_COLOURS.red))

    assert changed(closed, screen.look()) > 20_000
    screen.type("Up", "Return")  # from the bottom: Quit
    assert program.ended() == 0


def test_the_browser_opens_on_the_display_of_the_panel_that_was_clicked(
    desktop: Desktop, screen: Screen, tmp_path: Path
) -> None:
    programs, seen = tmp_path / "programs", tmp_path / "seen"
    programs.mkdir()
    (programs / "xdg-open").write_text(f'#!/bin/sh\necho "$DISPLAY" "$WAYLAND_DISPLAY" >>{seen}\n')
    (programs / "xdg-open").chmod(0o700)
    desktop.plant(seconds=-60)
    # The display of the session that the program was started in has gone, with its socket.
    path = f"{programs}:{os.environ['PATH']}"
    desktop.start(BROWSER=None, PATH=path, DISPLAY=":47110", WAYLAND_DISPLAY="wayland-47")
    until(lambda: screen.find(_COLOURS.red))
    icon = screen.find(_COLOURS.red)
    assert icon
    screen.click(icon)
    until(seen.exists)

    assert seen.read_text().split() == [screen.display]
