"""Notices on a Linux desktop, against a stand-in server on a private bus."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.bus_service import BusService
from support.desk import FakeDesk, until
from support.notification_server import (
    BARE,
    DISMISSED,
    EVERY_SERVER,
    EXPIRED,
    GNOME,
    LXQT,
    NAME,
    PATH,
    PLASMA,
    XFCE,
    Manners,
    NotificationServer,
)
from support.session_bus import SessionBus, session_bus

from tray.core.command import Clicked, Command, Do, LogIn, Snooze
from tray.core.dataclass import replace
from tray.core.view.values import Button, Delivery, Notice, Reachable, Slot
from tray.desktop.linux.bus import Bus, Interface, Method
from tray.desktop.linux.notify import FreedesktopNotifier, installed_icon
from tray.desktop.notify import Said

REMINDER = Notice(
    Slot.SIGN_IN,
    "AWS sign-in ends in 15 minutes",
    "my-sso · at 14:20",
    (Button("Log in", LogIn("my-sso")), Button("Snooze", Snooze(30))),
    LogIn("my-sso"),
    stays=True,
)
ENDED = replace(REMINDER, title="AWS sign-in has ended", body="my-sso · commands will fail until you log in.")
ANSWER = Notice(Slot.ANSWER, "my-sso · signed in", "until about 17:05")


class Commands:
    """What the notices asked for, and what became of them."""

    def __init__(self) -> None:
        self.all: list[Command | Clicked] = []
        self.told: list[Delivery | Reachable] = []

    def __call__(self, said: Said) -> None:
        if isinstance(said, Delivery | Reachable):
            self.told.append(said)
        else:
            self.all.append(said)

    @property
    def deliveries(self) -> list[tuple[str, bool]]:
        """What became of notices, by their titles."""
        return [(told.notice.title, told.taken) for told in self.told if isinstance(told, Delivery)]


@pytest.fixture
def session() -> Iterator[SessionBus]:
    with session_bus() as session:
        yield session


@pytest.fixture
def commands() -> Commands:
    return Commands()


@pytest.fixture
def fallback() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def bus(session: SessionBus) -> Iterator[Bus]:
    bus = Bus.connect(session.address)
    thread = threading.Thread(target=bus.run)
    thread.start()
    yield bus
    bus.stop()
    thread.join()


@pytest.fixture
def notifier(bus: Bus, commands: Commands, fallback: FakeDesk) -> FreedesktopNotifier:
    return FreedesktopNotifier(bus, commands, fallback, icon="our-icon")


@pytest.fixture
def like(request: pytest.FixtureRequest) -> Manners:
    """The real server that the stand-in takes after, where a test says so."""
    manners: Manners = getattr(request, "param", EVERY_SERVER[0])
    return manners


@pytest.fixture
def server(session: SessionBus, like: Manners) -> Iterator[NotificationServer]:
    with NotificationServer(session.address, like=like) as server:
        yield server


def on(*servers: Manners) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("like", servers, indirect=True, ids=[like.name for like in servers])


on_every_server = on(*EVERY_SERVER)


def settle(bus: Bus, server: BusService) -> None:
    """Wait until all that was sent so far is dealt with, on the server's side and on ours."""
    for _ in range(2):
        bus.call_and_wait(NAME, PATH, "org.freedesktop.DBus.Peer", "Ping")
        assert server.bus
        server.bus.emit("/", "org.example.Test", "Done")
    bus.call_and_wait("org.freedesktop.DBus", "/", "org.freedesktop.DBus.Peer", "Ping")


def test_a_notice_says_whose_it_is_and_offers_its_buttons(
    server: NotificationServer, notifier: FreedesktopNotifier
) -> None:
    notifier.show(REMINDER)

    shown = server.wait_for_notice()
    assert (shown.title, shown.body) == (REMINDER.title, REMINDER.body)
    assert shown.app_name == "SSO Tray"
    assert list(shown.actions.items()) == [("0", "Log in"), ("1", "Snooze"), ("default", "Log in")]
    assert shown.hints == {"urgency": 1, "desktop-entry": "io.github.sso_tray.SsoTray"}
    assert shown.icon == "our-icon"


@pytest.mark.parametrize("variable", ["XDG_DATA_HOME", "XDG_DATA_DIRS"])
def test_the_icon_is_named_only_where_the_desktop_has_it(tmp_path: Path, variable: str) -> None:
    """For a name that they do not know, xfce4-notifyd and swaync show the image of a broken one."""
    elsewhere = {"XDG_DATA_HOME": str(tmp_path / "none"), "XDG_DATA_DIRS": f"{tmp_path / 'other'}:/nowhere"}
    installed = elsewhere | {
        variable: f"{tmp_path / 'share'}:/nowhere" if "DIRS" in variable else str(tmp_path / "share")
    }
    assert installed_icon(installed) == ""
    shutil.copytree(Path(__file__).parents[2] / "assets" / "hicolor", tmp_path / "share" / "icons" / "hicolor")

    assert installed_icon(installed) == "io.github.sso_tray.SsoTray"
    assert installed_icon(elsewhere) == ""


@on_every_server
def test_the_buttons_that_a_person_sees_are_those_of_the_notice_and_no_more(
    server: NotificationServer, notifier: FreedesktopNotifier
) -> None:
    notifier.show(REMINDER)

    assert server.buttons(server.wait_for_notice().id) == ["Log in", "Snooze"]


@on_every_server
def test_what_replaces_a_notice_is_seen_with_its_own_buttons(
    server: NotificationServer, notifier: FreedesktopNotifier, bus: Bus
) -> None:
    """LXQt goes on showing the first buttons: a question's "Keep" would be the answer's "Undo"."""
    notifier.show(REMINDER)
    server.wait_for_notice("ends")
    settle(bus, server)
    notifier.show(replace(REMINDER, title="my-sso has ended", buttons=REMINDER.buttons[:1]))
    server.wait_for_notice("has ended")
    settle(bus, server)
    assert [server.buttons(number) for number in server.showing] == [["Log in"]]

    notifier.show(replace(REMINDER, title="it was good", command=None, buttons=()))

    server.wait_for_notice("it was good")
    settle(bus, server)
    assert [server.buttons(number) for number in server.showing] == [[]]


@on(XFCE, LXQT)
def test_what_has_no_button_gets_one_where_that_is_what_a_click_on_the_body_becomes(
    server: NotificationServer, notifier: FreedesktopNotifier, commands: Commands, bus: Bus
) -> None:
    notifier.show(replace(REMINDER, buttons=()))
    shown = server.wait_for_notice()
    settle(bus, server)
    server.press(shown.id, REMINDER.title)

    until(lambda: commands.all == [LogIn("my-sso")])


@on_every_server
def test_a_reminder_stays_and_an_answer_goes_by_itself(
    server: NotificationServer, notifier: FreedesktopNotifier
) -> None:
    notifier.show(REMINDER)
    notifier.show(ANSWER)
    reminder, answer = server.wait_for_notice("ends"), server.wait_for_notice("signed in")

    assert (reminder.timeout, answer.timeout) == (0, 20_000)
    server.pass_time(3600)
    assert answer.id not in server.showing
    assert answer.actions == {}
    if server.like.heeds_times:
        assert list(server.showing) == [reminder.id]


@on_every_server
def test_what_comes_after_a_notice_that_hid_itself_is_seen(
    server: NotificationServer, notifier: FreedesktopNotifier, bus: Bus
) -> None:
    """Plasma shows nothing where one that has expired is to be replaced: its second answer was never seen."""
    notifier.show(ANSWER)
    server.wait_for_notice("signed in")
    settle(bus, server)
    server.pass_time(3600)
    settle(bus, server)
    notifier.show(replace(ANSWER, title="my-sso · expired"))

    server.wait_for_notice("expired")
    settle(bus, server)
    assert [shown.title for shown in server.showing.values()] == ["my-sso · expired"]
    assert server.listed == {}


@on(PLASMA, EVERY_SERVER[0])
def test_one_that_hides_itself_at_the_very_moment_when_it_is_replaced_keeps_nothing_back(
    session: SessionBus, like: Manners, notifier: FreedesktopNotifier, bus: Bus, commands: Commands
) -> None:
    class Hiding(NotificationServer):
        """Hides the notice that is to be replaced just before it hears of that."""

        hidden = 0

        def _notify(self, body: tuple[Any, ...], sender: str) -> tuple[int]:
            if body[1] and not self.hidden:
                self.hidden = body[1]
                self.close(self.hidden, EXPIRED)
            return super()._notify(body, sender)

    with Hiding(session.address, like=like) as server:
        until(lambda: notifier._owner)
        notifier.show(ANSWER)
        first = server.wait_for_notice("signed in")
        settle(bus, server)
        notifier.show(replace(ANSWER, title="my-sso · expired"))

        until(lambda: ("my-sso · expired", True) in commands.deliveries)
        settle(bus, server)
        assert server.hidden == first.id
        assert [shown.title for shown in server.showing.values()] == ["my-sso · expired"]
        assert commands.deliveries.count(("my-sso · expired", True)) == 1


@on_every_server
@pytest.mark.parametrize(
    ("label", "command"), [("Log in", LogIn("my-sso")), ("Snooze", Snooze(30)), ("default", LogIn("my-sso"))]
)
def test_a_click_asks_for_its_command_once_and_the_notice_goes(
    server: NotificationServer,
    bus: Bus,
    notifier: FreedesktopNotifier,
    commands: Commands,
    label: str,
    command: Command,
) -> None:
    notifier.show(REMINDER)
    shown = server.wait_for_notice()
    settle(bus, server)
    if label not in shown.actions | dict.fromkeys(shown.actions.values(), ""):
        assert server.like.default_is_a_button
        return

    server.press(shown.id, label)
    until(lambda: commands.all)
    settle(bus, server)
    assert commands.all == [command]
    server.wait_for_withdrawal(shown.id)
    assert server.showing == {}

    notifier.show(ENDED)
    assert server.wait_for_notice("ended").replaces == 0


@on(GNOME, PLASMA)
def test_the_leave_to_raise_a_window_comes_with_its_own_click_and_once(
    server: NotificationServer, bus: Bus, notifier: FreedesktopNotifier, commands: Commands
) -> None:
    notifier.show(REMINDER)
    notifier.show(replace(ANSWER, buttons=(Button("Show", Do.SHOW_STATUS),)))
    reminder, answer = server.wait_for_notice("ends"), server.wait_for_notice("signed in")
    settle(bus, server)
    server.press(reminder.id, "Log in", token="kwin-7")
    server.press(answer.id, "Show")

    until(lambda: len(commands.all) == 2)
    assert commands.all == [Clicked(LogIn("my-sso"), "kwin-7"), Do.SHOW_STATUS]


@pytest.mark.parametrize("token", ["zero \0 byte", "line\nbreak", "x" * 5000, "é"])
def test_what_can_be_no_token_is_not_handed_on(
    server: NotificationServer, bus: Bus, notifier: FreedesktopNotifier, commands: Commands, token: str
) -> None:
    notifier.show(REMINDER)
    shown = server.wait_for_notice()
    settle(bus, server)
    notifier._on_token((shown.id, token), notifier._owner)
    server.press(shown.id, "Log in")

    until(lambda: commands.all)
    assert commands.all == [LogIn("my-sso")]


@on_every_server
def test_a_new_notice_replaces_the_one_in_its_slot_alone(
    server: NotificationServer, notifier: FreedesktopNotifier, commands: Commands, bus: Bus
) -> None:
    notifier.show(REMINDER)
    first = server.wait_for_notice("ends")
    notifier.show(ANSWER)
    other = server.wait_for_notice("signed in")
    notifier.show(replace(ENDED, buttons=(Button("Log in", Do.SHOW_STATUS),), command=None))

    second = server.wait_for_notice("ended")
    assert second.replaces == (0 if server.like.keeps_buttons else first.id)
    assert set(server.showing) == {second.id, other.id}
    settle(bus, server)
    server.press(second.id, "Log in")
    until(lambda: commands.all)
    assert commands.all == [Do.SHOW_STATUS]


@on_every_server
def test_a_notice_is_taken_back_once(server: NotificationServer, notifier: FreedesktopNotifier, bus: Bus) -> None:
    notifier.show(REMINDER)
    notifier.show(ANSWER)
    reminder, answer = server.wait_for_notice("ends"), server.wait_for_notice("signed in")

    notifier.withdraw(Slot.SIGN_IN)
    notifier.withdraw(Slot.SIGN_IN)
    server.wait_for_withdrawal(reminder.id)

    settle(bus, server)
    assert server.withdrawn == [reminder.id]
    assert set(server.showing) == {answer.id}


def test_nothing_is_taken_back_where_nothing_was_shown(
    server: NotificationServer, notifier: FreedesktopNotifier, bus: Bus
) -> None:
    notifier.withdraw(Slot.SIGN_IN)
    notifier.show(REMINDER)
    shown = server.wait_for_notice()
    settle(bus, server)
    server.close(shown.id, DISMISSED)
    settle(bus, server)
    notifier.withdraw(Slot.SIGN_IN)
    settle(bus, server)

    assert server.withdrawn == []


def test_after_the_person_waved_it_off_the_next_notice_is_a_new_one(
    server: NotificationServer, notifier: FreedesktopNotifier, bus: Bus
) -> None:
    notifier.show(REMINDER)
    shown = server.wait_for_notice()
    settle(bus, server)
    server.close(shown.id, DISMISSED)
    settle(bus, server)

    notifier.show(ENDED)

    assert server.wait_for_notice("ended").replaces == 0


@on_every_server
def test_a_notice_that_went_to_the_history_can_still_be_clicked(
    server: NotificationServer, notifier: FreedesktopNotifier, commands: Commands, bus: Bus
) -> None:
    notifier.show(REMINDER)
    shown = server.wait_for_notice()
    settle(bus, server)
    server.close(shown.id, EXPIRED)
    settle(bus, server)

    server.press(shown.id, "Log in")

    until(lambda: commands.all)
    assert commands.all == [LogIn("my-sso")]


@on_every_server
def test_what_lies_in_the_history_is_taken_back_too(
    server: NotificationServer, notifier: FreedesktopNotifier, bus: Bus
) -> None:
    notifier.show(REMINDER)
    shown = server.wait_for_notice()
    settle(bus, server)
    server.close(shown.id, EXPIRED)
    settle(bus, server)
    notifier.withdraw(Slot.SIGN_IN)

    server.wait_for_withdrawal(shown.id)
    settle(bus, server)
    assert (server.showing, server.listed) == ({}, {})


def test_what_is_asked_for_before_the_first_answer_comes_out_right(
    session: SessionBus, notifier: FreedesktopNotifier, bus: Bus
) -> None:
    with NotificationServer(session.address, delay=0.05) as server:
        notifier.show(REMINDER)
        notifier.show(ENDED)
        notifier.withdraw(Slot.SIGN_IN)
        notifier.show(ANSWER)
        notifier.show(REMINDER)
        server.wait_for_notice("ends")
        notifier.show(ENDED)
        notifier.withdraw(Slot.SIGN_IN)

        server.wait_for(lambda: server.withdrawn, "the withdrawal")
        settle(bus, server)

        assert [notice.title for notice in server.showing.values()] == [ANSWER.title]
        notifier.show(ENDED)
        server.wait_for(lambda: len(server.showing) == 2, "the last notice")


def test_clicks_on_other_programs_notices_are_not_ours(
    session: SessionBus, server: NotificationServer, notifier: FreedesktopNotifier, commands: Commands, bus: Bus
) -> None:
    notifier.show(REMINDER)
    server.wait_for_notice()
    body = ("Other", 0, "", "Mail", "", ["0", "Read"], {}, -1)
    other = bus.call_and_wait(NAME, PATH, NAME, "Notify", "susssasa{sv}i", body).body[0]

    server.press(other, "Read")
    settle(bus, server)

    assert commands.all == []
    notifier.withdraw(Slot.SIGN_IN)
    server.wait_for(lambda: server.withdrawn, "the withdrawal")
    assert other not in server.withdrawn


def test_a_signal_from_anybody_but_the_server_is_not_believed(
    session: SessionBus, server: NotificationServer, notifier: FreedesktopNotifier, commands: Commands, bus: Bus
) -> None:
    notifier.show(REMINDER)
    shown = server.wait_for_notice()
    settle(bus, server)

    notifier._on_action((shown.id, "0"), ":1.999")
    notifier._on_closed((shown.id, DISMISSED), ":1.999")

    assert commands.all == []
    notifier.withdraw(Slot.SIGN_IN)
    server.wait_for_withdrawal(shown.id)


def test_markup_is_escaped_only_where_the_server_would_read_it(
    session: SessionBus, notifier: FreedesktopNotifier
) -> None:
    notice = replace(REMINDER, body="<b>R&D</b>")
    with NotificationServer(session.address) as server:
        notifier.show(notice)
        assert server.wait_for_notice().body == "&lt;b&gt;R&amp;D&lt;/b&gt;"

    with NotificationServer(session.address, like=BARE) as plain:
        until(lambda: notifier._owner == plain.bus.unique_name)
        notifier.show(notice)
        shown = plain.wait_for_notice()
        assert shown.body == "<b>R&D</b>"
        assert shown.actions == {}


_ACTIVATED = """
import os, pathlib, sys
sys.path[:0] = sys.argv[2:]
from support.desk import until
from support.notification_server import NotificationServer
with NotificationServer(os.environ["DBUS_STARTER_ADDRESS"]) as server:
    shown = server.wait_for_notice()
    until(pathlib.Path(sys.argv[1]).exists)
    server.press(shown.id, "Log in")
    server.wait_for_withdrawal(shown.id)
"""


def test_a_server_that_the_notice_itself_starts_has_taken_it_and_its_buttons_work(
    session: SessionBus, tmp_path: Path, commands: Commands, fallback: FakeDesk
) -> None:
    script, go = tmp_path / "server.py", tmp_path / "go"
    script.write_text(_ACTIVATED)
    tests = Path(__file__).parents[1]
    session.kill()
    session.activates(NAME, sys.executable, str(script), str(go), str(tests), str(tests.parent))
    session.start()
    bus = Bus.connect(session.address)
    thread = threading.Thread(target=bus.run)
    thread.start()
    try:
        FreedesktopNotifier(bus, commands, fallback=fallback).show(REMINDER)
        until(lambda: commands.deliveries == [(REMINDER.title, True)])
        go.touch()
        until(lambda: commands.all == [LogIn("my-sso")])
    finally:
        bus.stop()
        thread.join()
    assert fallback.notices == []


class Counting(NotificationServer):
    """Counts how often it is asked what it can do."""

    asked = 0

    def _get_capabilities(self, body: tuple[Any, ...], sender: str) -> tuple[list[str]]:
        self.asked += 1
        return super()._get_capabilities(body, sender)


def test_a_server_is_asked_once_what_it_can_do(session: SessionBus, bus: Bus, notifier: FreedesktopNotifier) -> None:
    with Counting(session.address) as server:
        until(lambda: notifier._owner)
        for number in range(5):
            notifier.show(replace(REMINDER, title=f"number {number}"))
            notifier.show(ANSWER)
            server.wait_for_notice(f"number {number}")

        assert server.asked == 1


def test_without_a_server_the_next_way_is_used_until_one_comes(
    session: SessionBus, notifier: FreedesktopNotifier, fallback: FakeDesk
) -> None:
    notifier.show(REMINDER)
    until(lambda: fallback.notices)
    notifier.withdraw(Slot.SIGN_IN)
    notifier.show(ANSWER)
    until(lambda: len(fallback.notices) == 2)
    assert fallback.notices == [REMINDER, ANSWER]

    with NotificationServer(session.address) as server:
        until(lambda: notifier._owner)
        notifier.show(ENDED)
        shown = server.wait_for_notice()
        assert (shown.title, shown.replaces, len(shown.actions)) == (ENDED.title, 0, 3)
    assert len(fallback.notices) == 2


def test_a_restarted_server_knows_nothing_of_earlier_numbers(
    session: SessionBus, notifier: FreedesktopNotifier, commands: Commands, bus: Bus
) -> None:
    with NotificationServer(session.address) as first:
        notifier.show(REMINDER)
        old = first.wait_for_notice()
        settle(bus, first)
    with NotificationServer(session.address) as second:
        until(lambda: second.bus and notifier._owner == second.bus.unique_name)
        body = ("Other", 0, "", "Mail", "", ["0", "Read"], {}, -1)
        assert bus.call_and_wait(NAME, PATH, NAME, "Notify", "susssasa{sv}i", body).body[0] == old.id

        notifier.withdraw(Slot.SIGN_IN)
        second.press(old.id, "Read")
        notifier.show(ENDED)

        assert second.wait_for_notice("ended").replaces == 0
        settle(bus, second)
        assert second.withdrawn == []
        assert commands.all == []


class Dying(BusService):
    """A server that is gone before it answers."""

    def __init__(self, address: str) -> None:
        super().__init__(address, NAME)
        self.calls = 0
        self._gone = threading.Event()

    def offer(self, bus: Bus) -> None:
        methods = {
            "GetCapabilities": Method("", "as", lambda _body, _sender: (["actions"],)),
            "Notify": Method("susssasa{sv}i", "u", self._notify),
        }
        bus.export(PATH, Interface(NAME, methods=methods))

    def _notify(self, _body: tuple[Any, ...], _sender: str) -> tuple[int]:
        self.calls += 1
        self._gone.wait(10)
        return (1,)

    def vanish(self) -> None:
        if self.bus:
            self.bus.close()
        self._gone.set()
        super().vanish()


def test_a_notice_that_dies_with_its_server_goes_the_next_way(
    session: SessionBus, notifier: FreedesktopNotifier, fallback: FakeDesk
) -> None:
    with Dying(session.address) as server:
        notifier.show(REMINDER)
        server.wait_for(lambda: server.calls, "the call")

    until(lambda: fallback.notices)
    assert fallback.notices == [REMINDER]


def test_what_became_of_a_notice_is_told(
    session: SessionBus, notifier: FreedesktopNotifier, commands: Commands, bus: Bus
) -> None:
    notifier.show(REMINDER)
    until(lambda: commands.deliveries == [(REMINDER.title, False)])
    with NotificationServer(session.address) as server:
        until(lambda: commands.told[1:] == [Reachable()])
        notifier.show(REMINDER)
        notifier.show(ANSWER)
        until(lambda: len(commands.deliveries) == 3)
        settle(bus, server)
        assert commands.deliveries[1:] == [(REMINDER.title, True), (ANSWER.title, True)]
        commands.told.clear()

    until(lambda: commands.deliveries == [(REMINDER.title, False), (ANSWER.title, False)])
    with NotificationServer(session.address):
        until(lambda: commands.told[2:] == [Reachable()])


def test_what_was_waved_off_clicked_or_hid_itself_is_not_lost_with_its_server(
    session: SessionBus, notifier: FreedesktopNotifier, commands: Commands, bus: Bus
) -> None:
    for goes in ("waved off", "clicked", "hid itself"):
        with NotificationServer(session.address) as server:
            until(lambda server=server: server.bus and notifier._owner == server.bus.unique_name)  # type: ignore[misc]
            notifier.show(REMINDER)
            shown = server.wait_for_notice()
            settle(bus, server)
            if goes == "clicked":
                server.press(shown.id, "Log in")
            else:
                server.close(shown.id, DISMISSED if goes == "waved off" else EXPIRED)
            settle(bus, server)
        until(lambda: not notifier._owner)

    assert commands.deliveries == [(REMINDER.title, True)] * 3


def test_a_notice_that_was_taken_back_on_its_way_was_not_said(
    session: SessionBus, notifier: FreedesktopNotifier, commands: Commands, bus: Bus
) -> None:
    with NotificationServer(session.address, delay=0.1) as server:
        until(lambda: notifier._owner)
        notifier.show(REMINDER)
        notifier.withdraw(Slot.SIGN_IN)
        notifier.show(ANSWER)
        until(lambda: commands.deliveries)
        settle(bus, server)

    assert (REMINDER.title, True) not in commands.deliveries


def test_a_server_that_hangs_has_the_notice_and_one_that_dies_of_it_had_not(
    session: SessionBus, notifier: FreedesktopNotifier, commands: Commands, fallback: FakeDesk
) -> None:
    with Dying(session.address) as server:
        until(lambda: notifier._owner)
        notifier.show(REMINDER)
        server.wait_for(lambda: server.calls, "the call")
        assert commands.told == []
    until(lambda: commands.deliveries == [(REMINDER.title, False)])
    notifier.show(REMINDER)
    until(lambda: len(commands.deliveries) == 2)

    assert fallback.notices == [REMINDER], "what is tried again is not shown again otherwise"


def test_a_lost_bus_costs_no_notice_and_no_crash(
    session: SessionBus, notifier: FreedesktopNotifier, fallback: FakeDesk, bus: Bus, commands: Commands
) -> None:
    session.kill()
    until(lambda: bus.lost)

    notifier.show(REMINDER)
    notifier.withdraw(Slot.SIGN_IN)
    notifier.close()

    assert fallback.notices == [REMINDER]
    assert commands.deliveries == [(REMINDER.title, False)]


def test_nobody_waits_for_a_server_or_a_bus_that_hangs(
    session: SessionBus, server: NotificationServer, notifier: FreedesktopNotifier
) -> None:
    session.freeze()
    started = time.monotonic()
    try:
        for _ in range(20):
            notifier.show(REMINDER)
            notifier.withdraw(Slot.SIGN_IN)
        notifier.show(ENDED)
        assert time.monotonic() - started < 5
    finally:
        session.thaw()

    server.wait_for_notice("ended")


@pytest.mark.parametrize("text", ["zero \0 byte", "half a pair \ud800", "line\nbreak", "-u", "🔑" * 500, ""])
def test_no_text_costs_us_the_connection(
    server: NotificationServer, notifier: FreedesktopNotifier, bus: Bus, text: str
) -> None:
    notifier.show(Notice(Slot.SIGN_IN, text, text, (Button(text, Do.SHOW_STATUS),), Do.SHOW_STATUS))
    notifier.show(ANSWER)

    server.wait_for_notice("signed in")
    assert len(server.notices) == 2
    assert not bus.lost


def test_closing_takes_everything_back_and_shows_nothing_more(
    server: NotificationServer, notifier: FreedesktopNotifier, bus: Bus
) -> None:
    notifier.show(REMINDER)
    notifier.show(ANSWER)
    server.wait_for_notice("signed in")

    notifier.close()
    notifier.show(ENDED)
    server.wait_for(lambda: len(server.withdrawn) == 2, "both withdrawals")

    settle(bus, server)
    assert server.showing == {}
    assert len(server.notices) == 2
