"""The icons that were drawn ahead are those that Pillow draws now."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support.needs import linux

from tray.core.model import Status
from tray.desktop.icons import PALETTES
from tray.desktop.trayicon import drawn


def test_there_is_a_set_for_each_theme_that_can_be_drawn() -> None:
    assert set(drawn.THEMES) == set(PALETTES)


@pytest.mark.parametrize("theme", drawn.THEMES)
@pytest.mark.parametrize("status", Status)
def test_an_icon_drawn_ahead_is_as_pillow_draws_it(status: Status, theme: str) -> None:
    ahead, now = drawn.load(status, theme), drawn.draw(status, theme)

    assert [size[:2] for size in ahead] == [size[:2] for size in now]
    for (_, _, one), (_, _, other) in zip(ahead, now, strict=True):
        # Another version of Pillow may round a few pixels of an edge differently.
        far_off = sum(abs(a - b) > 24 for a, b in zip(one, other, strict=True))
        assert far_off <= len(one) // 200, "draw them anew: python -m tray.desktop.trayicon.drawn"


def test_what_is_written_is_what_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "drawn.bin"
    drawn.write(file)
    monkeypatch.setattr(drawn, "FILE", file)

    assert drawn.load(Status.UNREADABLE, "colour") == drawn.draw(Status.UNREADABLE, "colour")


@linux
def test_the_tray_on_linux_loads_no_pillow() -> None:
    program = "import sys, tray.commands.run, tray.desktop.trayicon.freedesktop; print('PIL' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert found.stdout == "False\n"
