"""The icon on a Linux desktop, as a panel sees it: a private session bus, and a stand-in for the panel."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.bus_service import own
from support.desk import until
from support.session_bus import SessionBus, session_bus
from support.tray_host import ShownIcon, TrayHost

from tray.core.command import Clicked, Command, Do, LogIn, UseProfile
from tray.core.dataclass import replace
from tray.core.model import Status
from tray.core.settings import Theme
from tray.core.view.values import MenuItem, View, separator
from tray.desktop import trayicon
from tray.desktop.linux import pixmaps
from tray.desktop.linux import trayicon as linux_trayicon
from tray.desktop.linux.bus import Bus, Interface, Method


def profiles(count: int, chosen: int = 0) -> tuple[MenuItem, ...]:
    return tuple(
        MenuItem(f"profile {n}", f"profile_{n}", UseProfile(f"profile_{n}"), checked=n == chosen, radio=True)
        for n in range(count)
    )


VIEW = View(
    Status.SIGNED_IN,
    "my-sso: signed in",
    (
        MenuItem("status", "my-sso · signed in until about 17:05", enabled=False),
        MenuItem("log-in", "Log in again", LogIn("my-sso"), default=True),
        separator("1"),
        MenuItem("profiles", "Default profile", children=profiles(3)),
        MenuItem("login-start", "Start at login", checked=False),
        separator("2"),
        MenuItem("quit", "Quit", Do.QUIT),
    ),
)


def with_item(view: View, key: str, **changes: Any) -> View:
    return replace(view, menu=tuple(replace(item, **changes) if item.key == key else item for item in view.menu))


class Tray:
    """The icon of the program, run on a thread."""

    def __init__(self, address: str) -> None:
        self.commands: list[Command | Clicked] = []
        self.hosts: list[bool] = []
        self.bus = Bus.await_session(address)
        self.icon = trayicon.create(self.commands.append, on_host=self.hosts.append, bus=self.bus)
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self.icon.run, args=(self.ready.set,), daemon=True)

    def start(self) -> None:
        self.thread.start()
        assert self.ready.wait(10)

    def end(self) -> None:
        self.icon.stop()
        if self.thread.ident:
            self.thread.join(10)
        assert not self.thread.is_alive()


@pytest.fixture
def session() -> Iterator[SessionBus]:
    with session_bus() as session:
        yield session


@pytest.fixture
def host(session: SessionBus) -> Iterator[TrayHost]:
    with TrayHost(session.address) as host:
        yield host


@pytest.fixture
def tray(session: SessionBus) -> Iterator[Tray]:
    tray = Tray(session.address)
    tray.icon.apply(VIEW)
    yield tray
    tray.end()


@pytest.fixture
def icon(host: TrayHost, tray: Tray) -> ShownIcon:
    """The icon, running and shown."""
    tray.start()
    icon = host.icon("sso-tray")
    host.settle(icon)
    return icon


def test_the_item_says_what_a_panel_asks(icon: ShownIcon, tray: Tray) -> None:
    properties = icon.properties()

    expected = {
        "Id": "sso-tray",
        "Category": "ApplicationStatus",
        "Status": "Active",
        "Title": "SSO Tray",
        "ToolTip": ("", [], "my-sso: signed in", "SSO Tray"),
        "IconAccessibleDesc": "my-sso: signed in",
        "ItemIsMenu": False,
        "Menu": "/MenuBar",
        "IconName": "",
    }
    assert {name: properties[name] for name in expected} == expected
    assert icon.service == tray.bus.unique_name
    assert tray.hosts == [True]


def test_the_icon_comes_in_every_size_for_status_and_theme(icon: ShownIcon, tray: Tray) -> None:
    def pixels(status: Status, theme: str) -> dict[int, bytes]:
        return {width: data for width, _, data in pixmaps.load(status, theme)}

    assert icon.pixmaps == pixels(Status.SIGNED_IN, "colour")
    assert set(icon.pixmaps) == {16, 22, 24, 32, 48, 64}

    tray.icon.apply(replace(VIEW, icon=Status.EXPIRED))
    assert icon.pixmaps == pixels(Status.EXPIRED, "colour")

    tray.icon.apply(replace(VIEW, icon=Status.EXPIRED, theme=Theme.DARK))
    assert icon.pixmaps == pixels(Status.EXPIRED, "dark")


def test_the_menu_reads_as_the_view_says(icon: ShownIcon) -> None:
    menu = icon.menu()

    assert menu.labels() == [
        "my-sso · signed in until about 17:05",
        "Log in again",
        "-",
        "Default profile",
        "Start at login",
        "-",
        "Quit",
    ]
    assert not menu.find("my-sso").enabled
    assert menu.find("Start at login").checked is False
    shown = [(line.label, line.checked, line.radio) for line in menu.find("Default profile").children]
    assert shown == [("profile_0", True, True), ("profile_1", False, True), ("profile_2", False, True)]
    assert menu.find("Default profile", "profile_1").properties["label"] == "profile__1"


def test_clicks_become_commands(icon: ShownIcon, tray: Tray) -> None:
    icon.click("Log in again")
    icon.click("Default profile", "profile_2")
    icon.click("my-sso · signed in")
    icon.click("Start at login")
    icon.activate()
    icon.click("Quit")

    assert tray.commands == [LogIn("my-sso"), UseProfile("profile_2"), Do.ACTIVATE, Do.QUIT]


def test_a_host_that_shows_no_menu_gets_an_offer_in_its_place(icon: ShownIcon, tray: Tray) -> None:
    icon.open_missing_menu()
    icon.call_item("SecondaryActivate", "ii", (1, 1))

    assert tray.commands == [Do.OFFER, Do.OFFER]


def test_while_a_sign_in_needs_the_person_the_host_is_asked_for_attention(
    host: TrayHost, icon: ShownIcon, tray: Tray
) -> None:
    before = len(host.signals)
    tray.icon.apply(replace(VIEW, icon=Status.EXPIRED, attention=True))
    host.settle(icon)

    assert icon.needs_attention
    assert icon.read("AttentionIconPixmap") == icon.read("IconPixmap")
    sent = [(signal.member, signal.body) for signal in host.signals[before:]]
    # The icon for it comes first: a host may look for it as soon as it hears of the status.
    assert sent == [("NewIcon", ()), ("NewAttentionIcon", ()), ("NewStatus", ("NeedsAttention",))]

    before = len(host.signals)
    tray.icon.apply(VIEW)
    host.settle(icon)

    assert not icon.needs_attention
    assert icon.read("AttentionIconPixmap") == []
    assert [(signal.member, signal.body) for signal in host.signals[before:]] == [
        ("NewIcon", ()),
        ("NewStatus", ("Active",)),
    ]


def test_other_ways_to_touch_the_icon_do_nothing(icon: ShownIcon, tray: Tray) -> None:
    icon.call_item("Scroll", "is", (120, "vertical"))
    icon.call_item("ProvideXdgActivationToken", "s", ("token",))

    assert tray.commands == []


def test_the_leave_to_raise_a_window_that_comes_before_a_click_goes_with_it_once(icon: ShownIcon, tray: Tray) -> None:
    def provide(token: str) -> None:
        icon.call_item("ProvideXdgActivationToken", "s", (token,))

    provide("of the icon")
    icon.activate()
    icon.activate()
    provide("of an earlier click")
    provide("of the menu")
    icon.click("Log in again")
    icon.click("Log in again")
    provide("x" * 5000)
    icon.activate()

    assert tray.commands == [
        Clicked(Do.ACTIVATE, "of the icon"),
        Do.ACTIVATE,
        Clicked(LogIn("my-sso"), "of the menu"),
        LogIn("my-sso"),
        Do.ACTIVATE,
    ]


def test_an_equal_view_sends_nothing(host: TrayHost, icon: ShownIcon, tray: Tray) -> None:
    before = list(host.signals)

    for _ in range(5):
        tray.icon.apply(with_item(VIEW, "quit"))
    host.settle(icon)

    assert host.signals == before


@pytest.mark.parametrize(
    ("view", "signals"),
    [
        (replace(VIEW, icon=Status.EXPIRED), ["NewIcon"]),
        (replace(VIEW, tooltip="my-sso: expired"), ["NewToolTip"]),
        (with_item(VIEW, "status", label="my-sso · expired"), ["ItemsPropertiesUpdated"]),
        (with_item(VIEW, "profiles", children=profiles(3, chosen=2)), ["ItemsPropertiesUpdated"]),
        (with_item(VIEW, "quit", command=None), []),
        (with_item(VIEW, "profiles", children=profiles(4)), ["LayoutUpdated"]),
        (replace(VIEW, menu=VIEW.menu[1:]), ["ItemsPropertiesUpdated"]),
    ],
)
def test_only_what_changed_is_sent(host: TrayHost, icon: ShownIcon, tray: Tray, view: View, signals: list[str]) -> None:
    before = len(host.signals)

    tray.icon.apply(view)
    host.settle(icon)

    assert [signal.member for signal in host.signals[before:]] == signals


def test_a_menu_that_is_open_keeps_its_numbers_while_texts_change(host: TrayHost, icon: ShownIcon, tray: Tray) -> None:
    opened = icon.menu()
    tray.icon.apply(with_item(with_item(VIEW, "log-in", label="Log in"), "profiles", children=profiles(3, chosen=1)))
    host.settle(icon)

    assert [line.id for line in icon.menu().walk()] == [line.id for line in opened.walk()]
    assert icon.menu().find("Default profile", "profile_1").checked


def test_a_click_in_a_menu_that_is_out_of_date_hits_no_other_item(icon: ShownIcon, tray: Tray) -> None:
    opened = icon.menu()
    # "Log in again" is gone, and another item is where it was.
    others = (MenuItem("cancel", "Cancel sign-in", Do.QUIT), *VIEW.menu[2:])
    tray.icon.apply(replace(VIEW, menu=(VIEW.menu[0], *others)))

    icon.click_line(opened.find("Log in again"))
    assert tray.commands == []

    tray.icon.apply(with_item(VIEW, "log-in", enabled=False))
    icon.click_line(opened.find("Log in again"))
    assert tray.commands == []

    tray.icon.apply(VIEW)
    icon.click_line(opened.find("Log in again"))
    assert tray.commands == [LogIn("my-sso")]


def test_a_thousand_items_arrive_and_can_be_clicked(icon: ShownIcon, tray: Tray) -> None:
    tray.icon.apply(with_item(VIEW, "profiles", children=profiles(1000)))

    menu = icon.menu().find("Default profile")
    assert [line.label for line in menu.children] == [f"profile_{n}" for n in range(1000)]
    icon.click_line(menu.children[-1])
    assert tray.commands == [UseProfile("profile_999")]


def test_names_that_the_bus_forbids_do_not_lose_the_icon(icon: ShownIcon, tray: Tray) -> None:
    tray.icon.apply(replace(VIEW, tooltip="a\0b\udcff", menu=(MenuItem("x", "nul\0 and \ud800", Do.QUIT),)))

    icon.click("nul")

    assert tray.commands == [Do.QUIT]
    assert not tray.bus.lost


def test_a_tray_that_comes_late_gets_the_icon(session: SessionBus, tray: Tray) -> None:
    tray.start()
    until(lambda: tray.hosts == [False])
    tray.icon.apply(replace(VIEW, tooltip="changed before anybody looked"))

    with TrayHost(session.address) as host:
        icon = host.icon("sso-tray")
        assert icon.tooltip == "changed before anybody looked"
        until(lambda: tray.hosts == [False, True])


def test_a_tray_that_goes_and_returns_gets_the_icon_again(host: TrayHost, icon: ShownIcon, tray: Tray) -> None:
    for number in (1, 2, 3):
        host.vanish()
        until(lambda: tray.hosts[-1] is False)
        tray.icon.apply(replace(VIEW, tooltip=f"meanwhile {number}"))
        host.appear()
        again = host.icon("sso-tray")
        assert again.tooltip == f"meanwhile {number}"
        again.click("Quit")
        until(lambda: tray.hosts[-1] is True)

    assert tray.hosts == [True, *[False, True] * 3]
    assert host.registrations == 4
    assert tray.commands == [Do.QUIT] * 3


def test_the_icon_is_back_within_milliseconds(host: TrayHost, icon: ShownIcon) -> None:
    taken = []
    for _ in range(3):  # Another test's load is no fault of the icon.
        host.vanish()
        host.appear()
        returned = time.monotonic()
        until(lambda: host.icons)
        taken.append(time.monotonic() - returned)

    assert min(taken) < 0.2


def test_a_watcher_without_a_host_shows_nothing(session: SessionBus, tray: Tray) -> None:
    with TrayHost(session.address, shows_icons=False) as host:
        tray.start()
        until(lambda: tray.hosts == [False])
        # The icon is registered all the same, so that a host that comes finds it.
        host.icon("sso-tray")
        host.set_shows_icons(True)
        until(lambda: tray.hosts == [False, True])
        host.set_shows_icons(False)
        until(lambda: tray.hosts == [False, True, False])


def test_a_watcher_that_refuses_is_logged(session: SessionBus, tray: Tray, caplog: pytest.LogCaptureFixture) -> None:
    watcher = Bus.connect(session.address)
    nothing = Method("", "", lambda _body, _sender: ())
    watcher.export("/StatusNotifierWatcher", Interface("org.kde.StatusNotifierWatcher", {"Nothing": nothing}))
    own(watcher, "org.kde.StatusNotifierWatcher")
    thread = threading.Thread(target=watcher.run)
    thread.start()
    try:
        tray.start()
        until(lambda: "the tray refused the icon" in caplog.text)
    finally:
        watcher.stop()
        thread.join()


def test_the_icon_outlives_the_session_bus(
    session: SessionBus, host: TrayHost, icon: ShownIcon, tray: Tray, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.kill()
    until(lambda: tray.bus.lost)
    until(lambda: tray.hosts[-1] is False)
    tray.icon.apply(replace(VIEW, tooltip="changed without a bus"))
    host.vanish()
    session.start()
    host.appear()

    # The first attempt comes after one second.
    again = host.icon("sso-tray")

    assert again.tooltip == "changed without a bus"
    again.click("Quit")
    assert tray.commands == [Do.QUIT]
    until(lambda: tray.hosts == [True, False, True])


def test_attempts_to_reconnect_become_rare() -> None:
    pauses = linux_trayicon._RECONNECT_AFTER

    assert pauses[0] >= 0.5
    assert list(pauses) == sorted(pauses)
    assert pauses[-1] == 60.0


def test_the_icon_vanishes_when_the_program_stops(host: TrayHost, icon: ShownIcon, tray: Tray) -> None:
    tray.icon.stop()

    until(lambda: host.icons == [])


def test_threads_that_change_everything_meet_a_host_that_reads_everything(
    host: TrayHost, icon: ShownIcon, tray: Tray
) -> None:
    statuses = list(Status)

    def hammer(thread: int) -> None:
        for number in range(60):
            view = replace(VIEW, icon=statuses[(thread + number) % len(statuses)], tooltip=f"{thread} {number}")
            tray.icon.apply(with_item(view, "profiles", children=profiles(1 + (thread * number) % 7)))

    threads = [threading.Thread(target=hammer, args=(thread,)) for thread in range(6)]
    for thread in threads:
        thread.start()
    reads = 0
    while any(thread.is_alive() for thread in threads) or reads < 20:
        assert icon.menu().labels()[-1] == "Quit"
        icon.properties()
        icon.activate()
        reads += 1
    for thread in threads:
        thread.join()

    last = replace(VIEW, icon=Status.EXPIRED, tooltip="the last word")
    tray.icon.apply(last)
    assert icon.tooltip == "the last word"
    assert len(icon.menu().find("Default profile").children) == 3
    assert icon.pixmaps[16] == pixmaps.load(Status.EXPIRED, "colour")[0][2]
    assert tray.commands == [Do.ACTIVATE] * reads


def test_memory_stays_flat_over_a_thousand_changes(session: SessionBus, host: TrayHost) -> None:
    program = """
import gc, sys
from tray.core.model import Status
from tray.core.view.values import MenuItem, View
from tray.desktop import trayicon
from tray.desktop.linux.bus import Bus

def blocks():
    # By then all that was sent before has gone.
    bus.call_and_wait("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId")
    gc.collect()
    return sys.getallocatedblocks()

def work():
    statuses = list(Status)
    def apply(number):
        icon.apply(View(statuses[number % 8], f"tooltip {number}", tuple(
            MenuItem(f"key {n}", f"label {number} {n}") for n in range(10 + number % 3))))
    for number in range(200):
        apply(number)
    before = blocks()
    for number in range(1000):
        apply(number)
    print(blocks() - before)
    icon.stop()

bus = Bus.connect()
icon = trayicon.create(print, on_host=lambda present: None, bus=bus)
icon.run(work)
"""
    env = os.environ | {"DBUS_SESSION_BUS_ADDRESS": session.address}
    ran = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True)

    assert int(ran.stdout) < 100  # one object kept at each change would be a thousand


def test_it_is_in_the_tray_with_the_first_view_and_not_before(session: SessionBus, host: TrayHost) -> None:
    tray = Tray(session.address)
    tray.start()
    until(lambda: tray.hosts == [True])
    assert host.registrations == 0

    tray.icon.apply(VIEW)

    assert host.icon("sso-tray").tooltip == VIEW.tooltip
    tray.end()


def test_the_icon_is_registered_before_the_program_goes_on(host: TrayHost, tray: Tray) -> None:
    registered: list[Any] = []
    name = tray.bus.unique_name

    def go_on() -> None:
        watcher = ("org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher", "org.freedesktop.DBus.Properties")
        question = ("org.kde.StatusNotifierWatcher", "RegisteredStatusNotifierItems")
        registered.append(tray.bus.call_and_wait(*watcher, "Get", "ss", question).body)
        tray.icon.stop()

    tray.icon.run(go_on)

    assert registered == [(("as", [name]),)]


def test_a_view_that_cannot_be_shown_leaves_the_old_one(
    host: TrayHost, icon: ShownIcon, tray: Tray, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_status: Status, _theme: str) -> Any:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(pixmaps, "load", fail)
        tray.icon.apply(replace(VIEW, icon=Status.EXPIRED))
    assert "ZeroDivisionError" in caplog.text
    assert icon.pixmaps[16] == pixmaps.load(Status.SIGNED_IN, "colour")[0][2]

    tray.icon.apply(replace(VIEW, icon=Status.EXPIRED))

    assert icon.pixmaps[16] == pixmaps.load(Status.EXPIRED, "colour")[0][2]


def test_the_program_itself_loads_neither_pystray_nor_pillow(
    session: SessionBus, host: TrayHost, home: Path, tmp_path: Path
) -> None:
    env = os.environ | {"DBUS_SESSION_BUS_ADDRESS": session.address}
    told = tmp_path / "imports"
    with told.open("w") as errors:
        program = subprocess.Popen([sys.executable, "-X", "importtime", "-m", "tray", "run"], env=env, stderr=errors)
        try:
            icon = host.icon("sso-tray")
            icon.click("Quit")
            assert program.wait(20) == 0
        finally:
            program.kill()
            program.wait()

    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in told.read_text().splitlines()}
    assert {"jeepney", "tray"} <= imported
    heavy = {
        "PIL",
        "ast",
        "boto3",
        "dataclasses",
        "email",
        "hashlib",
        "http",
        "inspect",
        "platformdirs",
        "pystray",
        "six",
        "ssl",
    }
    loaded = sorted((heavy | {"tempfile", "unicodedata", "watchdog"}) & imported)
    assert loaded == []


def test_an_icon_that_ends_by_itself_does_not_miss_its_host(icon: ShownIcon, tray: Tray) -> None:
    assert icon.tooltip
    tray.end()

    assert tray.hosts == [True]


def test_an_icon_that_is_refused_at_first_is_offered_again_until_it_is_taken(session: SessionBus) -> None:
    with TrayHost(session.address) as host:
        host.refuses = 2
        tray = Tray(session.address)
        tray.icon.apply(VIEW)
        tray.start()
        assert host.icon("sso-tray").tooltip == "my-sso: signed in"
        tray.end()


def test_a_watcher_that_refuses_until_its_host_has_come_gets_the_icon_then(
    session: SessionBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linux_trayicon, "_REGISTER_AGAIN_AFTER", (0.01,))
    with TrayHost(session.address, shows_icons=False) as host:
        host.refuses = 1000
        tray = Tray(session.address)
        tray.icon.apply(VIEW)
        tray.start()
        until(lambda: host.refuses <= 1000 - 2)
        host.refuses = 0
        host.set_shows_icons(True)
        assert host.icon("sso-tray").tooltip == "my-sso: signed in"
        tray.end()


def test_a_session_whose_bus_does_not_come_back_is_over(session: SessionBus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linux_trayicon, "_GIVE_UP_AFTER", 2.0)
    tray = Tray(session.address)
    tray.icon.apply(VIEW)
    tray.start()
    session.kill()
    tray.thread.join(10)
    assert not tray.thread.is_alive()


def test_a_bus_that_comes_late_brings_the_icon_all_the_same(
    session: SessionBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linux_trayicon, "_GIVE_UP_AFTER", 0.1)  # It has not gone: it was never there.
    session.kill()
    tray = Tray(session.address)
    assert tray.bus.lost
    tray.icon.apply(VIEW)
    tray.start()
    time.sleep(0.3)
    assert tray.hosts == []
    session.start()
    with TrayHost(session.address) as host:
        assert host.icon("sso-tray").tooltip == "my-sso: signed in"
        tray.end()
