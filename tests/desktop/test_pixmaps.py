"""The icons that were drawn ahead are those that Pillow draws now."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from support.packaging_tools import load

from tray.core.model import Status
from tray.desktop.icons import PALETTES
from tray.desktop.linux import pixmaps

tray_icons = load("tray_icons")


def test_there_is_a_set_for_each_theme_that_can_be_drawn() -> None:
    assert set(pixmaps.THEMES) == set(PALETTES)


@pytest.mark.parametrize("theme", pixmaps.THEMES)
@pytest.mark.parametrize("status", Status)
def test_an_icon_drawn_ahead_is_as_pillow_draws_it(status: Status, theme: str) -> None:
    ahead, now = pixmaps.load(status, theme), tray_icons.draw(status, theme)

    assert [size[:2] for size in ahead] == [size[:2] for size in now]
    for (_, _, one), (_, _, other) in zip(ahead, now, strict=True):
        # Another version of Pillow may round a few pixels of an edge differently.
        far_off = sum(abs(a - b) > 24 for a, b in zip(one, other, strict=True))
        assert far_off <= len(one) // 200, "draw them anew: make icons"


def test_what_is_written_is_what_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "pixmaps.bin"
    tray_icons.write_pixmaps(file)
    monkeypatch.setattr(pixmaps, "FILE", file)

    assert pixmaps.load(Status.UNREADABLE, "colour") == tray_icons.draw(Status.UNREADABLE, "colour")


def test_each_pixel_is_alpha_red_green_blue() -> None:
    image = Image.new("RGBA", (2, 1))
    image.putpixel((0, 0), (0x11, 0x22, 0x33, 0x44))
    image.putpixel((1, 0), (0xFF, 0x00, 0x80, 0xFF))

    assert tray_icons.to_argb(image) == bytes.fromhex("44112233 ffff0080")


def test_an_image_without_transparency_is_opaque() -> None:
    assert tray_icons.to_argb(Image.new("RGB", (1, 1), (1, 2, 3))) == b"\xff\x01\x02\x03"
