"""Icons as ARGB32 in network byte order."""

from __future__ import annotations

from PIL import Image

from tray.desktop.trayicon.pixmap import SIZES, draw_pixmaps, scale_pixmaps, to_pixmap


def test_each_pixel_is_alpha_red_green_blue() -> None:
    image = Image.new("RGBA", (2, 1))
    image.putpixel((0, 0), (0x11, 0x22, 0x33, 0x44))
    image.putpixel((1, 0), (0xFF, 0x00, 0x80, 0xFF))

    assert to_pixmap(image) == (2, 1, bytes.fromhex("44112233 ffff0080"))


def test_an_image_without_transparency_is_opaque() -> None:
    assert to_pixmap(Image.new("RGB", (1, 1), (1, 2, 3))) == (1, 1, b"\xff\x01\x02\x03")


def test_every_size_is_drawn_by_itself() -> None:
    pixmaps = draw_pixmaps(lambda size: Image.new("RGBA", (size, size), (size, 0, 0, 255)))

    assert pixmaps == tuple((size, size, bytes([255, size, 0, 0]) * size * size) for size in SIZES)


def test_an_image_keeps_its_proportions_when_scaled() -> None:
    pixmaps = scale_pixmaps(Image.new("P", (100, 50)))

    assert [(width, height) for width, height, _pixels in pixmaps] == [(size, size // 2) for size in SIZES]
    assert all(len(pixels) == 4 * width * height for width, height, pixels in pixmaps)
