"""The icon in GNOME, whose extension reads it in a way of its own: a private session bus, and a stand-in for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from support.bus_service import own
from support.desk import until
from support.gnome_tray import GnomeTray
from support.session_bus import SessionBus, session_bus

from tray.core.model import Status
from tray.core.view.values import MenuItem, View
from tray.desktop.linux.bus import Bus
from tray.desktop.linux.trayicon import FreedesktopIcon

VIEW = View(Status.SIGNED_IN, "my-sso: signed in", (MenuItem("status", "my-sso · signed in", enabled=False),))
_EARLIER_AND_LATER = pytest.mark.parametrize("forgets", [True, False], ids=["46", "63"])


@pytest.fixture
def session() -> Iterator[SessionBus]:
    with session_bus() as session:
        yield session


@contextmanager
def icon_on(session: SessionBus, name: str = "") -> Iterator[Bus]:
    """Have the icon; as programs do that own a name for theirs, if there is one."""
    bus = Bus.connect(session.address)
    icon = FreedesktopIcon(bus, print, lambda _present: None)
    if not name:
        icon.apply(VIEW)
    ready = threading.Event()
    thread = threading.Thread(target=icon.run, args=(ready.set,))
    thread.start()
    assert ready.wait(10)
    try:
        if name:
            own(bus, name)
            watcher = ("org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher", "org.kde.StatusNotifierWatcher")
            assert not bus.call_and_wait(*watcher, "RegisterStatusNotifierItem", "s", (name,)).error
        yield bus
    finally:
        icon.stop()
        thread.join(10)


@_EARLIER_AND_LATER
def test_gnome_shows_the_icon_however_fast_the_program_answers(session: SessionBus, *, forgets: bool) -> None:
    with GnomeTray(session.address, forgets=forgets) as gnome, icon_on(session):
        until(lambda: gnome.shown)
        time.sleep(0.2)

        assert len(gnome.shown) == 1


@_EARLIER_AND_LATER
def test_gnome_shows_the_icon_again_after_the_shell_has_come_back(session: SessionBus, *, forgets: bool) -> None:
    with GnomeTray(session.address, forgets=forgets) as gnome, icon_on(session):
        for _crash in range(3):
            until(lambda: gnome.shown)
            gnome.vanish()
            gnome.appear()

        until(lambda: gnome.shown)


@_EARLIER_AND_LATER
def test_gnome_may_never_show_an_icon_with_a_name_of_its_own(session: SessionBus, *, forgets: bool) -> None:
    """Why there is none: this is what every program meets that has one, and answers fast."""
    name = "org.kde.StatusNotifierItem-1-1"
    with GnomeTray(session.address, forgets=forgets) as gnome, icon_on(session, name):
        until(lambda: gnome.icons)
        time.sleep(0.5)

        assert gnome.registrations == 1
        assert gnome.shown == []
