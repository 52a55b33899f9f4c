"""
pystray's icon for X11, made to work: in trays of the old kind, which embed a window (XEMBED) and know nothing of D-Bus.

What it changes (docs/facts: Why not pystray on Linux): a click never came, since the window did not ask for any; each
change asked the tray anew to take the icon in; what is transparent was black; a tray that ended took the loop with it,
or stopped every later change for good.

Loaded only where there is such a tray and no better one (ADR 24). Run in trayer 1.1.8, tint2 17.0 and i3bar 4.22.

Source of the rules: https://specifications.freedesktop.org/systemtray-spec/latest/ and the XEmbed protocol it names.
"""

from __future__ import annotations

import logging
import os
import queue
import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from tray.desktop.linux.pixmaps import Pixmaps

log = logging.getLogger(__name__)

_CHOICE = "PYSTRAY_BACKEND"


@contextmanager
def _backend(name: str) -> Iterator[None]:
    """Have pystray take this backend: it chooses while it is imported, and by itself it would look for GTK first."""
    before = os.environ.get(_CHOICE)
    os.environ[_CHOICE] = name
    try:
        yield
    finally:
        if before is None:
            del os.environ[_CHOICE]
        else:
            os.environ[_CHOICE] = before


with _backend("xorg"):
    import pystray._xorg as _native

from Xlib import X, Xatom, Xutil  # noqa: E402 - loaded by pystray, and with it in the order that it needs
from Xlib.error import ConnectionClosedError, XError  # noqa: E402

_LEFT, _OTHERS = 1, (2, 3)
_ARGB_DEPTH = 32


class Icon(_native.Icon):  # type: ignore[misc]
    """
    An icon in a tray of the old kind; its loop ends with that tray.

    Args:
        name: Names the program.
        on_offer: Told of a click that would open a menu.
        on_docked: Told when the tray has taken the icon in.

    Raises:
        Exception: There is no X server, or the tray has just gone.
    """

    def __init__(self, name: str, *, on_offer: Callable[[], None], on_docked: Callable[[], None]) -> None:
        self._on_offer = on_offer
        self._on_docked = on_docked
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._ended = False
        self._woken, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        super().__init__(name)
        self._display.set_error_handler(lambda error, _request: log.debug("the X server refused something: %s", error))
        self._message_handlers[X.ReparentNotify] = self._on_reparent

    def __del__(self) -> None:
        """Do nothing: `_run` has closed everything."""

    def schedule(self, call: Callable[[], None]) -> None:
        """Have a function run by the loop. From any thread."""
        self._calls.put(call)
        self._wake()

    def end(self) -> None:
        """End the loop, or prevent its start. From any thread."""
        self._ended = True
        self._wake()

    def _wake(self) -> None:
        with suppress(OSError):  # Enough is written to wake it, or it has ended.
            self._waker.send(b"\0")

    # The loop

    def _run(self) -> None:
        self._thread = threading.current_thread()
        self._mark_ready()
        try:
            self._loop()
        except ConnectionClosedError:
            log.info("the X server has ended")
        finally:
            self._running = self._visible = False
            with suppress(ConnectionClosedError, XError, OSError):
                self._window.destroy()
                self._display.close()
            self._woken.close()
            self._waker.close()

    def _loop(self) -> None:
        while not self._ended:
            while not self._calls.empty():
                self._calls.get_nowait()()
            if self._display.pending_events():  # This also sends what waits to be sent.
                event = self._display.next_event()
                self._message_handlers.get(event.type, lambda _event: None)(event)
            elif self._calls.empty():
                ready, _, _ = select.select([self._display, self._woken], [], [])
                if self._woken in ready:
                    self._woken.recv(64)

    def _on_destroy_notify(self, event: Any) -> None:
        """End with the tray: a window that it embedded is lost, or lies about on the screen."""
        manager = self._systray_manager
        if event.window.id in {self._window.id, manager.id if manager else None}:
            self._ended = True

    def _on_reparent(self, event: Any) -> None:
        if event.window.id != self._window.id or event.parent.id == self._display.screen().root.id:
            return
        if self._depth != _ARGB_DEPTH and event.parent.get_geometry().depth == self._depth:
            # What is transparent shows what the tray has there.
            self._window.change_attributes(background_pixmap=X.ParentRelative)
        self._on_docked()
        self._draw()

    def _on_button_press(self, event: Any) -> None:
        if event.detail == _LEFT:
            self()
        elif event.detail in _OTHERS:
            self._on_offer()

    # What the base class sends to the loop by messages of its own: here it is there already.

    def _show(self) -> None:
        self._assert_docked()

    def _update_icon(self) -> None:
        self._icon_valid = True
        self._draw()

    def _update_title(self) -> None:
        text = self.title.encode("utf-8", "replace")
        utf8 = self._display.intern_atom("UTF8_STRING")
        self._window.change_property(self._display.intern_atom("_NET_WM_NAME"), utf8, 8, text)
        self._window.change_property(Xatom.WM_NAME, Xatom.STRING, 8, self.title.encode("latin-1", "replace"))

    # The window

    def _create_window(self) -> Any:
        """Make the window as the base class does, for the kind of pixels that the tray wants, and with clicks."""
        with _native.display_manager(self._display):
            screen = self._display.screen()
            visual = self._wanted_visual() or screen.root_visual
            self._depth, self._format = self._describe(visual)
            colours: dict[str, Any] = {}
            if visual != screen.root_visual:
                colours = {"colormap": screen.root.create_colormap(visual, X.AllocNone), "border_pixel": 0}
                colours["background_pixel"] = 0
            mask = X.ExposureMask | X.StructureNotifyMask | X.ButtonPressMask
            window = screen.root.create_window(
                -1, -1, 1, 1, 0, self._depth, X.InputOutput, visual, event_mask=mask, **colours
            )
            window.set_wm_class(self.name, self.name)
            window.set_wm_normal_hints(
                flags=Xutil.PPosition | Xutil.PSize | Xutil.PMinSize, min_width=22, min_height=22
            )
            window.change_property(
                self._xembed_info, self._xembed_info, 32, [self._XEMBED_VERSION, self._XEMBED_MAPPED]
            )
            return window

    def _wanted_visual(self) -> int | None:
        """Ask the tray for the kind of pixels that it composes; None where it wants the screen's own."""
        manager = self._get_systray_manager()
        if manager is None:
            return None
        wanted = manager.get_full_property(self._display.intern_atom("_NET_SYSTEM_TRAY_VISUAL"), X.AnyPropertyType)
        return int(wanted.value[0]) if wanted is not None and len(wanted.value) else None

    def _describe(self, visual: int) -> tuple[int, _PixelFormat]:
        """Give the depth of a visual, and how its pixels are written."""
        server = self._display.display.info
        sizes = {form.depth: form.bits_per_pixel // 8 for form in server.pixmap_formats}
        order = "big" if server.image_byte_order else "little"
        for allowed in self._display.screen().allowed_depths:
            for found in allowed.visuals:
                if found.visual_id == visual:
                    masks = (found.red_mask, found.green_mask, found.blue_mask)
                    alpha = allowed.depth == _ARGB_DEPTH
                    return allowed.depth, _PixelFormat(sizes[allowed.depth], order, masks, alpha=alpha)
        raise ValueError("the tray names a kind of pixels that this screen does not have")

    def _draw(self) -> None:
        """Paint the icon in the middle of the window, over what the tray shows there."""
        if not self._icon:
            return
        with suppress(XError):  # The window has gone, or cannot be seen: then it will be told to paint again.
            place = self._window.get_geometry()
            size, argb = fitting(self._icon, place.width, place.height)
            left, top = (place.width - size) // 2, (place.height - size) // 2
            self._window.clear_area(0, 0, place.width, place.height)
            behind = None
            if not self._format.alpha:
                seen = self._window.get_image(left, top, size, size, X.ZPixmap, 0xFFFFFFFF)
                behind = bytes(seen.data)
            pixels = self._format.painted(argb, behind)
            self._window.put_image(self._gc, left, top, size, size, X.ZPixmap, self._depth, 0, pixels)


class _PixelFormat:
    """How the pixels of a window are written."""

    def __init__(self, size: int, order: Any, masks: tuple[int, int, int], *, alpha: bool) -> None:
        self.alpha = alpha
        self._size = size
        self._order = order
        self._masks = masks

    def painted(self, argb: bytes, behind: bytes | None) -> bytes:
        """
        Write a picture in this format, mixed with what lies behind it.

        Args:
            argb: The picture, as `Pixmaps` has it.
            behind: As many pixels of this format; None where the server mixes: then colours are multiplied by opacity.
        """
        painted = bytearray()
        for number in range(len(argb) // 4):
            opacity, *colour = argb[4 * number : 4 * number + 4]
            ground: tuple[int, ...] = (0, 0, 0)
            if behind is not None:
                ground = self._read(behind[self._size * number : self._size * (number + 1)])
            mixed = [
                (own * opacity + other * (255 - opacity)) // 255 for own, other in zip(colour, ground, strict=True)
            ]
            painted += self._written(mixed, opacity)
        return bytes(painted)

    def _read(self, pixel: bytes) -> tuple[int, ...]:
        value = int.from_bytes(pixel, self._order)
        return tuple((value & mask) * 255 // mask for mask in self._masks)

    def _written(self, colour: list[int], opacity: int) -> bytes:
        value = opacity << 24 if self.alpha else 0
        for part, mask in zip(colour, self._masks, strict=True):
            value |= part * mask // 255 & mask
        return value.to_bytes(self._size, self._order)


def fitting(pixmaps: Pixmaps, width: int, height: int) -> tuple[int, bytes]:
    """Choose the largest picture that fits, or the smallest of all: its size and its pixels."""
    room = min(width, height)
    size, _, argb = max((entry for entry in pixmaps if entry[0] <= room), default=pixmaps[0])
    return size, argb
