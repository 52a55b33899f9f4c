"""The icons that were drawn ahead are those that Pillow draws now."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tray.core.model import Status
from tray.desktop.icons import PALETTES
from tray.desktop.linux import pixmaps


def test_there_is_a_set_for_each_theme_that_can_be_drawn() -> None:
    assert set(pixmaps.THEMES) == set(PALETTES)


@pytest.mark.parametrize("theme", pixmaps.THEMES)
@pytest.mark.parametrize("status", Status)
def test_an_icon_drawn_ahead_is_as_pillow_draws_it(status: Status, theme: str) -> None:
    ahead, now = pixmaps.load(status, theme), pixmaps.draw(status, theme)

    assert [size[:2] for size in ahead] == [size[:2] for size in now]
    for (_, _, one), (_, _, other) in zip(ahead, now, strict=True):
        # Another version of Pillow may round a few pixels of an edge differently.
        far_off = sum(abs(a - b) > 24 for a, b in zip(one, other, strict=True))
        assert far_off <= len(one) // 200, "draw them anew: python -m tray.desktop.linux.pixmaps"


def test_what_is_written_is_what_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "pixmaps.bin"
    pixmaps.write(file)
    monkeypatch.setattr(pixmaps, "FILE", file)

    assert pixmaps.load(Status.UNREADABLE, "colour") == pixmaps.draw(Status.UNREADABLE, "colour")


def test_each_pixel_is_alpha_red_green_blue() -> None:
    image = Image.new("RGBA", (2, 1))
    image.putpixel((0, 0), (0x11, 0x22, 0x33, 0x44))
    image.putpixel((1, 0), (0xFF, 0x00, 0x80, 0xFF))

    assert pixmaps.to_pixmap(image) == (2, 1, bytes.fromhex("44112233 ffff0080"))


def test_an_image_without_transparency_is_opaque() -> None:
    assert pixmaps.to_pixmap(Image.new("RGB", (1, 1), (1, 2, 3))) == (1, 1, b"\xff\x01\x02\x03")
