"""The message bus, against a real dbus-daemon."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from support.bus_service import own
from support.desk import until
from support.session_bus import SessionBus, session_bus
from support.threads import turns, wait_until_it_waits
from support.tray_host import owner_of

from tray.desktop.linux.bus import DISCONNECTED, NO_REPLY, Bus, BusUnavailable, CallRefused, Interface, Method, Reply
from tray.desktop.linux.bus.interface import split_signature
from tray.desktop.linux.bus.listening import NameWatcher

ECHO = "org.example.Echo"
DAEMON = "org.freedesktop.DBus"
SERVICE_UNKNOWN = "org.freedesktop.DBus.Error.ServiceUnknown"

_SILENCE_SECONDS = 0.3
"""What never wakes up is told by nothing but a silence; whoever polls does so more often."""


@pytest.fixture
def session() -> Iterator[SessionBus]:
    with session_bus() as session:
        yield session


class Running:
    """A bus that a thread of its own reads."""

    def __init__(self, bus: Bus, **run: Any) -> None:
        self.bus = bus
        self.thread = threading.Thread(target=lambda: bus.run(**run), daemon=True)
        self.thread.start()

    def end(self) -> None:
        self.bus.stop()
        self.thread.join(10)
        assert not self.thread.is_alive()


@pytest.fixture
def run() -> Iterator[Callable[..., Bus]]:
    """Read a bus on a thread until the end of the test."""
    running: list[Running] = []

    def run(bus: Bus, **options: Any) -> Bus:
        running.append(Running(bus, **options))
        return bus

    yield run
    for one in running:
        one.end()


def export_echo(bus: Bus) -> None:
    def refuse(_body: tuple[Any, ...], _sender: str) -> tuple[Any, ...]:
        raise CallRefused("org.example.Error.No", "Not today.")

    def fail(_body: tuple[Any, ...], _sender: str) -> tuple[Any, ...]:
        raise ZeroDivisionError

    def dawdle(body: tuple[Any, ...], _sender: str) -> tuple[Any, ...]:
        time.sleep(body[0])
        return ()

    bus.export(
        "/echo",
        Interface(
            ECHO,
            methods={
                "Say": Method("s", "s", lambda body, _sender: body),
                "SayAll": Method("a{sv}a(iay)", "a{sv}a(iay)", lambda body, _sender: body),
                "Caller": Method("", "s", lambda _body, sender: (sender,)),
                "Refuse": Method("", "", refuse),
                "Fail": Method("", "", fail),
                "Lie": Method("", "u", lambda _body, _sender: ("not a number",)),
                "Dawdle": Method("d", "", dawdle),
            },
            properties={"Answer": ("u", lambda: 42), "Name": ("s", lambda: "echo")},
            signals={"Said": "s"},
        ),
    )


@pytest.fixture
def echo(session: SessionBus, run: Callable[..., Bus]) -> Bus:
    """A service at /echo."""
    bus = Bus.connect(session.address)
    export_echo(bus)
    return run(bus)


@pytest.fixture
def caller(session: SessionBus, run: Callable[..., Bus]) -> Bus:
    return run(Bus.connect(session.address))


def test_a_call_brings_back_what_the_method_returns(echo: Bus, caller: Bus) -> None:
    body = ({"a": ("s", "b"), "c": ("(ib)", (1, True))}, [(1, b"xyz"), (-2, b"")])

    reply = caller.call_and_wait(echo.unique_name, "/echo", ECHO, "SayAll", "a{sv}a(iay)", body)

    assert reply == Reply(body)


def test_a_handler_learns_who_called(echo: Bus, caller: Bus) -> None:
    reply = caller.call_and_wait(echo.unique_name, "/echo", ECHO, "Caller")

    assert reply.body == (caller.unique_name,)


def test_a_method_is_found_without_its_interface(echo: Bus, caller: Bus) -> None:
    assert caller.call_and_wait(echo.unique_name, "/echo", "", "Say", "s", ("hi",)).body == ("hi",)


@pytest.mark.parametrize(
    ("path", "interface", "member", "error"),
    [
        ("/echo", ECHO, "Refuse", "org.example.Error.No"),
        ("/echo", ECHO, "Fail", "org.freedesktop.DBus.Error.Failed"),
        ("/echo", ECHO, "Lie", "org.freedesktop.DBus.Error.Failed"),
        ("/echo", ECHO, "Say", "org.freedesktop.DBus.Error.InvalidArgs"),
        ("/echo", ECHO, "Sing", "org.freedesktop.DBus.Error.UnknownMethod"),
        ("/echo", "org.example.Other", "Say", "org.freedesktop.DBus.Error.UnknownMethod"),
        ("/nowhere", ECHO, "Say", "org.freedesktop.DBus.Error.UnknownMethod"),
    ],
)
def test_a_call_that_cannot_be_answered_brings_an_error(
    echo: Bus, caller: Bus, path: str, interface: str, member: str, error: str
) -> None:
    assert caller.call_and_wait(echo.unique_name, path, interface, member).error == error


def test_a_call_to_nobody_brings_an_error(caller: Bus) -> None:
    assert caller.call_and_wait("org.example.Nobody", "/x", ECHO, "Say").error == SERVICE_UNKNOWN


def test_properties_can_be_read_and_not_set(echo: Bus, caller: Bus) -> None:
    def properties(member: str, signature: str, *body: object) -> Reply:
        interface = "org.freedesktop.DBus.Properties"
        return caller.call_and_wait(echo.unique_name, "/echo", interface, member, signature, body)

    assert properties("Get", "ss", ECHO, "Answer").body == (("u", 42),)
    assert properties("GetAll", "s", ECHO).body == ({"Answer": ("u", 42), "Name": ("s", "echo")},)
    assert properties("Get", "ss", ECHO, "Nope").error == "org.freedesktop.DBus.Error.UnknownProperty"
    assert properties("GetAll", "s", "org.example.Other").error == "org.freedesktop.DBus.Error.UnknownInterface"
    refused = properties("Set", "ssv", ECHO, "Answer", ("u", 1))
    assert refused.error == "org.freedesktop.DBus.Error.PropertyReadOnly"


def test_an_object_describes_itself(echo: Bus, caller: Bus) -> None:
    interface = "org.freedesktop.DBus.Introspectable"
    described = caller.call_and_wait(echo.unique_name, "/echo", interface, "Introspect").body[0]

    assert (
        '<method name="SayAll">\n<arg type="a{sv}" direction="in"/>\n<arg type="a(iay)" direction="in"/>' in described
    )
    assert '<property name="Answer" type="u" access="read"/>' in described
    assert '<signal name="Said">\n<arg type="s"/>' in described
    assert caller.call_and_wait(echo.unique_name, "/echo", "org.freedesktop.DBus.Peer", "Ping").error is None


@pytest.mark.parametrize(
    ("signature", "types"),
    [
        ("", []),
        ("su", ["s", "u"]),
        ("a{sv}u(iiay)aas", ["a{sv}", "u", "(iiay)", "aas"]),
        ("a(sa(iiay)v)", ["a(sa(iiay)v)"]),
    ],
)
def test_a_signature_is_split_into_complete_types(signature: str, types: list[str]) -> None:
    assert split_signature(signature) == types


def test_a_call_that_is_not_answered_ends_once_and_in_time(echo: Bus, caller: Bus) -> None:
    replies: list[Reply] = []
    caller.call(echo.unique_name, "/echo", ECHO, "Dawdle", "d", (0.15,), on_reply=replies.append, timeout=0.05)
    until(lambda: replies)
    # The late answer is behind this one.
    assert caller.call_and_wait(echo.unique_name, "/echo", ECHO, "Say", "s", ("later",)).body == ("later",)

    assert replies == [Reply((), NO_REPLY)]


def test_a_call_leaves_at_once_when_the_connection_is_lost(session: SessionBus, echo: Bus, caller: Bus) -> None:
    replies: list[Reply] = []
    caller.call(echo.unique_name, "/echo", ECHO, "Dawdle", "d", (0.3,), on_reply=replies.append)
    session.kill()
    until(lambda: caller.lost)
    until(lambda: replies)

    caller.call(echo.unique_name, "/echo", ECHO, "Say", "s", ("x",), on_reply=replies.append)
    assert replies == [Reply((), DISCONNECTED)] * 2
    assert caller.call_and_wait(echo.unique_name, "/echo", ECHO, "Say", "s", ("x",)).error == DISCONNECTED
    caller.emit("/x", ECHO, "Said", "s", ("nobody hears",))


def test_what_does_not_fit_its_signature_is_told_to_whoever_sends_it(caller: Bus) -> None:
    with pytest.raises(TypeError):
        caller.emit("/x", ECHO, "Said", "s", (1,))

    assert not caller.lost
    assert caller.call_and_wait("org.example.Nobody", "/x", ECHO, "Say").error == SERVICE_UNKNOWN


@pytest.mark.parametrize("text", ["nul\0nul", "lone\udc80surrogate", "\N{GRINNING FACE}", "\ufffe"])
def test_no_text_loses_the_connection(echo: Bus, caller: Bus, text: str) -> None:
    said = caller.call_and_wait(echo.unique_name, "/echo", ECHO, "Say", "s", (text,)).body[0]

    assert said == text or len(said) == len(text)
    assert not caller.lost


def test_signals_reach_only_those_who_asked(session: SessionBus, echo: Bus, caller: Bus) -> None:
    heard: list[tuple[str, Any]] = []
    for name, wish in {
        "all": {},
        "path": {"path": "/echo"},
        "other path": {"path": "/other"},
        "first": {"first_argument": "one"},
        "sender": {"sender": echo.unique_name},
        "other sender": {"sender": caller.unique_name},
    }.items():
        listener = Bus.connect(session.address)
        listener.subscribe(
            interface=ECHO,
            member="Said",
            handler=partial(lambda name, body, _sender: heard.append((name, body[0])), name),
            **wish,
        )
        listener.call_and_wait("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId")
        echo.emit("/echo", ECHO, "Said", "s", ("one",))
        echo.emit("/echo", ECHO, "Said", "s", ("two",))
        echo.emit("/echo", ECHO, "Sung", "s", ("one",))
        # A call to ourselves comes back behind the signals, for both come through the same daemon.
        assert owner_of(echo, DAEMON)
        listener.call_and_wait(listener.unique_name, "/", "org.freedesktop.DBus.Peer", "Ping")
        listener.close()

    both = ["one", "two"]
    expected = {"all": both, "path": both, "first": ["one"], "sender": both}
    assert heard == [(name, text) for name, texts in expected.items() for text in texts]


def test_two_wishes_for_one_signal_are_told_apart(session: SessionBus, echo: Bus, caller: Bus) -> None:
    """The bus sends each signal once, for whichever wish; the rest is up to us."""
    heard: list[tuple[str, str]] = []

    def hear(wish: str) -> Callable[[Any, str], None]:
        return lambda body, _sender: heard.append((wish, body[0]))

    caller.subscribe(interface=ECHO, member="Said", first_argument="one", handler=hear("first"))
    caller.subscribe(interface=ECHO, member="Said", path="/elsewhere", handler=hear("path"))
    caller.subscribe(interface=ECHO, member="Said", first_argument="two", handler=hear("second"))
    assert owner_of(caller, DAEMON)
    for text in ("one", "two", "three"):
        echo.emit("/echo", ECHO, "Said", "s", (text,))

    until(lambda: ("second", "two") in heard)
    assert heard == [("first", "one"), ("second", "two")]


def test_an_owner_that_is_heard_of_twice_is_told_once() -> None:
    owners: list[str] = []
    watcher = NameWatcher("org.example.Name", owners.append)

    for owner in ("", "", ":1.1", ":1.1", ""):
        watcher.tell(owner)

    assert owners == ["", ":1.1", ""]


def test_a_callback_that_fails_harms_nobody_else(echo: Bus, caller: Bus, caplog: pytest.LogCaptureFixture) -> None:
    heard: list[str] = []

    def fail(*_anything: object) -> None:
        raise ZeroDivisionError

    caller.subscribe(interface=ECHO, member="Said", handler=fail)
    caller.subscribe(interface=ECHO, member="Said", handler=lambda body, _sender: heard.append(body[0]))
    caller.call("org.example.Nobody", "/x", ECHO, "Say", on_reply=fail)
    assert owner_of(caller, DAEMON)
    echo.emit("/echo", ECHO, "Said", "s", ("still here",))

    until(lambda: heard == ["still here"])
    assert sum("ZeroDivisionError" in record.exc_text for record in caplog.records if record.exc_text) == 2


def test_who_owns_a_name_is_followed_from_the_first_moment(session: SessionBus, caller: Bus) -> None:
    owners: list[str] = []
    caller.watch_name("org.example.Late", owners.append)
    until(lambda: owners == [""])
    other = Bus.connect(session.address)
    own(other, "org.example.Late")
    until(lambda: owners == ["", other.unique_name])
    name = other.unique_name
    other.close()
    until(lambda: owners == ["", name, ""])


def test_what_was_asked_is_heard_before_anybody_runs_the_bus(session: SessionBus) -> None:
    bus = Bus.connect(session.address)
    owners: list[str] = []
    bus.watch_name("org.example.Nobody", owners.append)
    assert owners == []

    bus.hear()

    assert owners == [""]
    bus.close()


def test_after_a_reconnection_all_is_as_before(
    session: SessionBus, run: Callable[..., Bus], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    bus = Bus.connect(session.address)
    export_echo(bus)
    heard: list[str] = []
    owners: list[str] = []
    bus.subscribe(interface=ECHO, member="Said", handler=lambda body, _sender: heard.append(body[0]))
    bus.watch_name(DAEMON, owners.append)
    run(bus, reconnect_after=(0.01, 0.02))
    until(lambda: owners == [DAEMON])

    session.kill()
    until(lambda: caplog.text.count("still ") >= 2)  # attempts that failed
    session.start()
    until(lambda: not bus.lost)
    until(lambda: owners == [DAEMON, "", DAEMON])

    other = Bus.connect(session.address)
    assert other.call_and_wait(bus.unique_name, "/echo", ECHO, "Say", "s", ("back",)).body == ("back",)
    other.emit("/echo", ECHO, "Said", "s", ("heard",))
    until(lambda: heard == ["heard"])
    other.close()


def test_without_a_wish_to_reconnect_run_ends_with_the_connection(session: SessionBus) -> None:
    running = Running(Bus.connect(session.address))
    session.kill()

    running.thread.join(10)

    assert not running.thread.is_alive()


def test_stop_ends_the_wait_for_a_reconnection(session: SessionBus) -> None:
    running = Running(Bus.connect(session.address), reconnect_after=(60.0,))
    session.kill()
    until(lambda: running.bus.lost)

    running.end()


def test_run_returns_at_once_after_an_early_stop(session: SessionBus) -> None:
    bus = Bus.connect(session.address)
    bus.stop()

    bus.run()

    assert bus.lost


def test_stop_may_come_from_a_signal_handler(session: SessionBus) -> None:
    bus = Bus.connect(session.address)
    handled: list[int] = []

    def handle(number: int, _frame: object) -> None:
        handled.append(number)
        bus.stop()

    before = signal.signal(signal.SIGUSR1, handle)
    bus.call(DAEMON, "/", DAEMON, "GetId", on_reply=lambda _: os.kill(os.getpid(), signal.SIGUSR1))
    try:
        bus.run()
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert handled == [signal.SIGUSR1]
    assert bus.lost, "it is closed for good"


def test_what_was_sent_before_the_end_arrives(session: SessionBus, caller: Bus) -> None:
    heard: list[str] = []
    caller.subscribe(interface=ECHO, member="Said", handler=lambda body, _sender: heard.append(body[0]))
    assert owner_of(caller, DAEMON)
    bus = Bus.connect(session.address)
    bus.emit("/echo", ECHO, "Said", "s", ("last words",))
    bus.stop()
    bus.run()

    until(lambda: heard == ["last words"])


def test_the_bus_thread_may_not_wait_for_itself(echo: Bus, caller: Bus) -> None:
    refusals: list[BaseException] = []

    def on_reply(_reply: Reply) -> None:
        try:
            caller.call_and_wait(echo.unique_name, "/echo", ECHO, "Say", "s", ("x",))
        except RuntimeError as error:
            refusals.append(error)

    caller.call(echo.unique_name, "/echo", ECHO, "Say", "s", ("x",), on_reply=on_reply)

    until(lambda: refusals)


def test_a_call_can_be_waited_for_while_nobody_reads(session: SessionBus, echo: Bus) -> None:
    bus = Bus.connect(session.address)

    assert bus.call_and_wait(echo.unique_name, "/echo", ECHO, "Say", "s", ("x",)).body == ("x",)
    slow = bus.call_and_wait(echo.unique_name, "/echo", ECHO, "Dawdle", "d", (0.1,), timeout=0.03)
    assert slow.error == NO_REPLY
    bus.close()


def test_many_threads_get_each_their_own_answer(echo: Bus, caller: Bus) -> None:
    wrong: list[str] = []

    def ask(thread: int) -> None:
        for number in range(100):
            text = f"{thread}/{number}"
            reply = caller.call_and_wait(echo.unique_name, "/echo", ECHO, "Say", "s", (text,), timeout=20.0)
            if reply.body != (text,):
                wrong.append(text)

    threads = [threading.Thread(target=ask, args=(thread,)) for thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_a_stuck_daemon_holds_nobody_up(session: SessionBus, echo: Bus, caller: Bus) -> None:
    text = "x" * 2_000_000
    replies: list[Reply] = []
    session.freeze()
    try:
        began = time.monotonic()
        for _ in range(4):
            caller.call(echo.unique_name, "/echo", ECHO, "Say", "s", (text,), on_reply=replies.append)
        took = time.monotonic() - began
    finally:
        session.thaw()

    assert took < 5.0  # one that waits gives up after two seconds a call
    until(lambda: len(replies) == 4)
    assert replies == [Reply((text,))] * 4


def test_two_that_send_much_to_each_other_do_not_deadlock(session: SessionBus, run: Callable[..., Bus]) -> None:
    left, right = Bus.connect(session.address), Bus.connect(session.address)
    text = "x" * 3_000_000
    replies: list[Reply] = []
    for bus in (left, right):
        export_echo(bus)
    for bus, other in ((left, right), (right, left)):
        for _ in range(3):
            bus.call(other.unique_name, "/echo", ECHO, "Say", "s", (text,), on_reply=replies.append, timeout=30.0)
    run(left)
    run(right)

    until(lambda: len(replies) == 6, 30.0)
    assert replies == [Reply((text,))] * 6


def test_a_big_signal_goes_out_although_nobody_waits_for_an_answer(
    session: SessionBus, run: Callable[..., Bus], caller: Bus
) -> None:
    heard: list[int] = []
    listener = Bus.connect(session.address)
    listener.subscribe(interface=ECHO, member="Said", handler=lambda body, _sender: heard.append(len(body[0])))
    assert owner_of(listener, DAEMON)
    run(listener)
    assert owner_of(caller, DAEMON)
    session.freeze()
    try:
        caller.emit("/echo", ECHO, "Said", "s", ("x" * 3_000_000,))
    finally:
        session.thaw()

    until(lambda: heard == [3_000_000])


def test_an_idle_connection_never_wakes_up(session: SessionBus) -> None:
    running = Running(Bus.connect(session.address))
    assert owner_of(running.bus, DAEMON)
    before = wait_until_it_waits(running.thread)
    time.sleep(_SILENCE_SECONDS)

    assert turns(running.thread) == before
    running.end()


def test_a_lost_connection_is_waited_for_without_waking_up(session: SessionBus) -> None:
    running = Running(Bus.connect(session.address), reconnect_after=(60.0,))
    session.kill()
    until(lambda: running.bus.lost)
    running.bus._wake()
    before = wait_until_it_waits(running.thread)
    time.sleep(_SILENCE_SECONDS)

    assert turns(running.thread) == before
    running.end()


@pytest.mark.parametrize("address", ["", "unix:path=/nonexistent/bus", "nonsense", "tcp:host=localhost", "unix:guid=1"])
def test_no_bus_is_told_plainly(address: str) -> None:
    with pytest.raises(BusUnavailable):
        Bus.connect(address)


def test_a_bus_that_does_not_speak_the_protocol_is_unavailable(tmp_path: Path) -> None:
    import socket

    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "bus"))
    listener.listen()

    def hang_up() -> None:
        connection, _ = listener.accept()
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        connection.close()

    thread = threading.Thread(target=hang_up)
    thread.start()
    with pytest.raises(BusUnavailable):
        Bus.connect(f"unix:path={tmp_path / 'bus'}")
    thread.join()
    listener.close()


def test_the_bus_is_found_as_the_environment_says(session: SessionBus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path=/nonexistent;{session.address},guid=00")
    first = Bus.connect()
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(Path(session.address.removeprefix("unix:path=")).parent))
    second = Bus.connect()
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", session.address)
    third = Bus.connect(system=True)

    names = {bus.unique_name for bus in (first, second, third)}
    assert len(names) == 3
    for bus in (first, second, third):
        bus.close()


def test_a_signal_that_another_thread_takes_is_handled_at_once(session: SessionBus) -> None:
    bus = Bus.connect(session.address)
    heard: list[int] = []

    def stop(number: int, _frame: object) -> None:
        heard.append(number)
        bus.stop()

    before = signal.signal(signal.SIGUSR1, stop)
    too_late = threading.Timer(20, bus.stop)

    def take_the_signal() -> None:
        wait_until_it_waits(threading.main_thread())
        signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)

    taker = threading.Thread(target=take_the_signal)
    try:
        taker.start()
        too_late.start()
        bus.run()
        assert heard == [signal.SIGUSR1]
    finally:
        too_late.cancel()
        taker.join()
        signal.signal(signal.SIGUSR1, before)


def test_messages_leave_in_the_order_of_their_numbers_whichever_thread_sends_them(
    session: SessionBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Flatpak's proxy hangs up on a number that is lower than one before."""
    bus = Bus.connect(session.address)
    numbers: list[int] = []
    send = bus._wire.send

    def remember(data: bytes) -> None:
        numbers.append(int.from_bytes(data[8:12], "little"))  # D-Bus specification, message format
        send(data)

    monkeypatch.setattr(bus._wire, "send", remember)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [
            threading.Thread(target=lambda: [bus.call(DAEMON, "/", DAEMON, "GetId") for _ in range(50)])
            for _ in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
        bus.close()

    assert len(numbers) == 300
    assert numbers == sorted(numbers)
