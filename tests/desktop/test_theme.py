"""Which icon suits the panel of a Linux desktop."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from support.bus_service import BusService
from support.desk import until
from support.needs import linux
from support.session_bus import SessionBus, session_bus

from tray.core.settings import Theme
from tray.desktop.icons import PALETTES
from tray.desktop.linux.bus import Bus, Interface, Method
from tray.desktop.linux.system_events import follow_panel

_SETTINGS = "org.freedesktop.portal.Settings"
_PATH = "/org/freedesktop/portal/desktop"


class Portal(BusService):
    """A stand-in for the desktop portal."""

    def __init__(self, address: str, scheme: int) -> None:
        super().__init__(address, "org.freedesktop.portal.Desktop")
        self.scheme = scheme

    def offer(self, bus: Bus) -> None:
        bus.export(_PATH, Interface(_SETTINGS, methods={"Read": Method("ss", "v", self._read)}))

    def _read(self, body: tuple[Any, ...], _sender: str) -> tuple[Any]:
        assert body == ("org.freedesktop.appearance", "color-scheme")
        return (("v", ("u", self.scheme)),)

    def change(self, namespace: str, key: str, value: tuple[str, Any]) -> None:
        assert self.bus
        if (namespace, key) == ("org.freedesktop.appearance", "color-scheme"):
            self.scheme = value[1]  # Who asks after the signal hears the same.
        self.bus.emit(_PATH, _SETTINGS, "SettingChanged", "ssv", (namespace, key, value))


@pytest.fixture
def session() -> Iterator[SessionBus]:
    with session_bus() as session:
        yield session


@pytest.fixture
def bus(session: SessionBus) -> Iterator[Bus]:
    bus = Bus.connect(session.address)
    thread = threading.Thread(target=bus.run)
    thread.start()
    yield bus
    bus.stop()
    thread.join()


@pytest.mark.parametrize(("scheme", "theme"), [(0, "colour"), (1, "dark"), (2, "light"), (7, "colour")])
def test_the_portals_answer_tells_the_theme(session: SessionBus, bus: Bus, scheme: int, theme: str) -> None:
    changes: list[str] = []
    with Portal(session.address, scheme):
        panel = follow_panel(bus, lambda: changes.append("changed"))
        until(lambda: panel() == theme)
        until(lambda: len(changes) == (theme != "colour"))
        bus.call_and_wait("org.freedesktop.portal.Desktop", _PATH, "org.freedesktop.DBus.Peer", "Ping")

    assert changes == ([] if theme == "colour" else ["changed"])


def test_a_change_of_the_preference_is_told_once_and_others_are_not(session: SessionBus, bus: Bus) -> None:
    changes: list[str] = []
    with Portal(session.address, 1) as portal:
        panel = follow_panel(bus, lambda: changes.append("changed"))
        until(lambda: panel() == "dark")

        portal.change("org.freedesktop.appearance", "contrast", ("u", 2))
        portal.change("org.gnome.desktop.interface", "color-scheme", ("s", "prefer-light"))
        portal.change("org.freedesktop.appearance", "color-scheme", ("u", 1))
        portal.change("org.freedesktop.appearance", "color-scheme", ("u", 2))
        until(lambda: panel() == "light")

        until(lambda: len(changes) == 2)
        bus.call_and_wait("org.freedesktop.portal.Desktop", _PATH, "org.freedesktop.DBus.Peer", "Ping")

    assert len(changes) == 2


def test_a_portal_that_comes_back_is_asked_again(session: SessionBus, bus: Bus) -> None:
    """What changed while it was away it does not tell by itself."""
    changes: list[str] = []
    portal = Portal(session.address, 1)
    panel = follow_panel(bus, lambda: changes.append("changed"))
    with portal:
        until(lambda: panel() == "dark")
    portal.scheme = 2
    assert panel() == "dark", "nothing is known of a change yet"

    with portal:
        until(lambda: panel() == "light")
        portal.change("org.freedesktop.appearance", "color-scheme", ("u", 0))
        until(lambda: panel() == "colour")

    assert len(changes) == 3


def test_without_a_portal_or_a_bus_the_panel_is_unknown(bus: Bus) -> None:
    panel = follow_panel(bus, lambda: pytest.fail("nothing changed"))
    bus.call_and_wait("org.freedesktop.DBus", "/", "org.freedesktop.DBus.Peer", "Ping")

    assert panel() == "colour"
    assert follow_panel(None, lambda: None)() == "colour"


@linux
def test_a_panel_has_only_themes_that_an_icon_can_be_drawn_in(session: SessionBus, bus: Bus) -> None:
    with Portal(session.address, 2):
        panel = follow_panel(bus, lambda: None)
        until(lambda: panel() is Theme.LIGHT)

    assert set(Theme) - {Theme.AUTO} == set(PALETTES)
