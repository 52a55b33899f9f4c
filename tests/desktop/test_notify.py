"""What every notifier does: the same tests for a fake and for each real one, at the edge of what it runs on."""

from __future__ import annotations

import html
import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Protocol

import pytest
from support.desk import FakeDesk, until
from support.needs import needs
from support.toast_library import install, open_centre

from tray.core.command import Command, LogIn
from tray.core.dataclass import replace
from tray.core.view.values import Button, Notice, Slot
from tray.desktop import notify
from tray.desktop.macos.notify import send_by_script
from tray.desktop.plain_notices import BalloonNotifier, PlainNotifier, send_by_plyer
from tray.desktop.toasts import ToastNotifier

if TYPE_CHECKING:
    from support.notification_server import NotificationServer

REMINDER = Notice(
    Slot.SIGN_IN, "AWS sign-in ends in 15 minutes", "my-sso · at 14:20", (Button("Log in", LogIn("my-sso")),)
)
ANSWER = Notice(Slot.ANSWER, "my-sso · signed in", "until about 17:05")


class Stage(Protocol):
    """A notifier, and what a person got to see of it."""

    @property
    def notifier(self) -> notify.Notifier: ...

    def seen(self) -> list[tuple[str, str]]:
        """Titles and bodies, in the order in which they came."""
        ...


class FakeStage:
    def __init__(self) -> None:
        self.notifier = self._desk = FakeDesk()

    def seen(self) -> list[tuple[str, str]]:
        return [(notice.title, notice.body) for notice in self._desk.notices]


class FreedesktopStage:
    def __init__(self, notifier: notify.Notifier, server: NotificationServer) -> None:
        self._server = server
        self.notifier = notifier

    def seen(self) -> list[tuple[str, str]]:
        return [(notice.title, html.unescape(notice.body)) for notice in list(self._server.notices)]


class PlyerStage:
    """plyer, replaced where it is imported."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[dict[str, object]] = []
        plyer = ModuleType("plyer")
        plyer.notification = SimpleNamespace(notify=lambda **call: self.calls.append(call))  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "plyer", plyer)
        self.notifier = PlainNotifier(send_by_plyer)

    def seen(self) -> list[tuple[str, str]]:
        return [(str(call["title"]), str(call["message"])) for call in list(self.calls)]


class ScriptStage:
    """The script runner, replaced by a program that writes down its arguments."""

    def __init__(self, folder: Path) -> None:
        self._record = folder / "calls"
        runner = folder / "osascript"
        runner.write_text(
            f"#!{sys.executable}\nimport json, sys\n"
            f"with open({str(self._record)!r}, 'a') as calls: calls.write(json.dumps(sys.argv[1:]) + '\\n')\n"
        )
        runner.chmod(0o700)
        self.notifier = PlainNotifier(partial(send_by_script, runner=str(runner)))

    def calls(self) -> list[list[str]]:
        lines = self._record.read_text().splitlines() if self._record.exists() else []
        return [json.loads(line) for line in lines]

    def seen(self) -> list[tuple[str, str]]:
        return [(call[-2], call[-1]) for call in self.calls()]


class ToastStage:
    """desktop-notifier, with a system behind it that only remembers."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.system = install(monkeypatch)
        self.notifier = ToastNotifier(open_centre, lambda _command: None, fallback=notify.LogNotifier())

    def seen(self) -> list[tuple[str, str]]:
        return [(shown.title, shown.message) for shown in list(self.system.history)]


class BalloonStage:
    def __init__(self) -> None:
        self.log: list[tuple[str, str] | None] = []
        self.commands: list[Command | None] = []
        self.otherwise = FakeDesk()
        self.notifier = BalloonNotifier(self, self.otherwise)

    def show_balloon(self, title: str, body: str, command: Command | None) -> None:
        self.log.append((title, body))
        self.commands.append(command)

    def hide_balloon(self) -> None:
        self.log.append(None)

    def seen(self) -> list[tuple[str, str]]:
        return [shown for shown in list(self.log) if shown]


@contextmanager
def _freedesktop_stage() -> Iterator[FreedesktopStage]:
    needs("dbus-daemon")
    from support.notification_server import NotificationServer
    from support.session_bus import session_bus

    from tray.desktop.linux.bus import Bus
    from tray.desktop.linux.notify import FreedesktopNotifier

    with session_bus() as session, NotificationServer(session.address) as server:
        bus = Bus.connect(session.address)
        thread = threading.Thread(target=bus.run)
        thread.start()
        notifier = FreedesktopNotifier(bus, lambda _command: None, fallback=notify.LogNotifier())
        yield FreedesktopStage(notifier, server)
        bus.stop()
        thread.join()


@pytest.fixture(params=["fake", "freedesktop", "plyer", "script", "balloon", "toast"])
def stage(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    if request.param == "freedesktop":
        with _freedesktop_stage() as stage:
            yield stage
    elif request.param == "toast":
        toasts = ToastStage(monkeypatch)
        yield toasts
        toasts.notifier.close()
    elif request.param == "script" and sys.platform == "win32":
        pytest.skip("the stand-in is a script")
    else:
        stages: dict[str, Callable[[], Stage]] = {
            "fake": FakeStage,
            "plyer": lambda: PlyerStage(monkeypatch),
            "script": lambda: ScriptStage(tmp_path),
            "balloon": BalloonStage,
        }
        yield stages[request.param]()


class TestEveryNotifier:
    """The contract of the port."""

    def test_shows_title_and_body(self, stage: Stage) -> None:
        stage.notifier.show(REMINDER)
        until(lambda: len(stage.seen()) == 1)
        stage.notifier.show(ANSWER)
        until(lambda: len(stage.seen()) == 2)

        assert stage.seen() == [(REMINDER.title, REMINDER.body), (ANSWER.title, ANSWER.body)]

    def test_shows_any_text_as_it_is(self, stage: Stage) -> None:
        stage.notifier.show(Notice(Slot.ANSWER, "-u", '--help <b>R&D</b> %s $HOME `x` "y" {0}'))

        until(stage.seen)
        title, body = stage.seen()[0]
        assert (title.strip(), body.strip()) == ("-u", '--help <b>R&D</b> %s $HOME `x` "y" {0}')

    def test_takes_back_what_was_never_shown(self, stage: Stage) -> None:
        for slot in Slot:
            stage.notifier.withdraw(slot)
        stage.notifier.show(REMINDER)

        until(stage.seen)

    def test_may_be_closed_twice(self, stage: Stage) -> None:
        stage.notifier.show(REMINDER)
        until(stage.seen)

        stage.notifier.close()
        stage.notifier.close()

    def test_may_be_used_by_several_threads_at_once(self, stage: Stage) -> None:
        def use(number: int) -> None:
            stage.notifier.show(replace(REMINDER, title=f"reminder {number}"))
            stage.notifier.withdraw(Slot.ANSWER)

        threads = [threading.Thread(target=use, args=(number,)) for number in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        until(stage.seen)
        assert {title for title, _ in stage.seen()} <= {f"reminder {number}" for number in range(5)}


def _break_plyer(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(**_: object) -> None:
        raise error

    plyer = ModuleType("plyer")
    plyer.notification = SimpleNamespace(notify=fail)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "plyer", plyer)


def test_plyer_keeps_to_the_lengths_of_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = PlyerStage(monkeypatch)

    stage.notifier.show(Notice(Slot.ANSWER, "🔑" * 100, "é" * 1000))

    until(stage.seen)
    title, body = stage.seen()[0]
    assert len(title.encode("utf-16-le")) <= 63 * 2
    assert title == "🔑" * 31 + "…"
    assert body == "é" * 254 + "…"
    assert stage.calls[0]["app_name"] == "SSO Tray"


def test_plyer_hands_on_no_quote_and_no_empty_text(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = PlyerStage(monkeypatch)

    stage.notifier.show(Notice(Slot.ANSWER, "o'brien\\", ""))

    until(stage.seen)
    assert stage.seen() == [("o’brien⧵", " ")]


@pytest.mark.parametrize("error", [NotImplementedError("No usable implementation found!"), OSError(), ValueError()])
def test_plyer_may_fail_without_harm(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    _break_plyer(monkeypatch, error)

    PlainNotifier(send_by_plyer).show(REMINDER)

    until(lambda: caplog.records)
    assert "a notice could not be shown" in caplog.text


def test_plyer_itself_reaches_a_desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Real plyer, down to the program that it starts on a Linux desktop without dbus-python."""
    if sys.platform != "linux":
        pytest.skip("plyer starts a program on Linux only")
    for name in [name for name in sys.modules if name == "plyer" or name.startswith("plyer.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "dbus", None)
    record = tmp_path / "arguments"
    program = tmp_path / "notify-send"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {record}.new\nmv {record}.new {record}\n')
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    PlainNotifier(send_by_plyer).show(replace(REMINDER, title="-u"))

    until(record.exists)
    lines = record.read_text().splitlines()
    assert lines[:2] == [" -u", REMINDER.body]
    assert "SSO Tray" in lines


def test_the_script_is_the_same_whatever_it_is_to_say(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("the stand-in is a script")
    stage = ScriptStage(tmp_path)

    stage.notifier.show(Notice(Slot.ANSWER, 'a" & (do shell script "x") & "', "b"))
    until(stage.seen)
    stage.notifier.show(REMINDER)
    until(lambda: len(stage.seen()) == 2)

    one, other = stage.calls()
    assert one[:-2] == other[:-2]
    assert one[::2][:3] == ["-e", "-e", "-e"]
    assert "item 1 of argv" in one[3]


def test_a_missing_script_runner_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    PlainNotifier(partial(send_by_script, runner="/nowhere/osascript")).show(REMINDER)

    until(lambda: caplog.records)


def test_a_balloon_is_hidden_only_for_what_it_shows() -> None:
    stage = BalloonStage()
    stage.notifier.show(REMINDER)
    until(lambda: len(stage.log) == 1)
    stage.notifier.show(ANSWER)
    until(lambda: len(stage.log) == 2)

    stage.notifier.withdraw(Slot.SIGN_IN)
    stage.notifier.withdraw(Slot.ANSWER)

    until(lambda: len(stage.log) == 3)
    assert stage.log[-1] is None


def test_a_click_on_the_balloon_asks_for_what_a_click_on_the_notice_does() -> None:
    stage = BalloonStage()
    stage.notifier.show(replace(REMINDER, command=LogIn("my-sso")))
    until(lambda: stage.commands)

    assert stage.commands == [LogIn("my-sso")]


def test_what_the_balloon_fails_to_show_is_shown_otherwise() -> None:
    class Broken(BalloonStage):
        def show_balloon(self, title: str, body: str, command: Command | None) -> None:
            raise OSError

    stage = Broken()
    stage.notifier.show(REMINDER)

    until(lambda: stage.otherwise.notices == [REMINDER])


def test_a_closed_notifier_shows_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = threading.active_count()
    plyer, balloon = PlyerStage(monkeypatch), BalloonStage()

    for notifier in (plyer.notifier, balloon.notifier):
        notifier.close()
        notifier.show(REMINDER)

    assert threading.active_count() <= threads
    assert plyer.seen() == balloon.seen() == []


def test_on_linux_the_bus_is_used_and_without_one_the_log(caplog: pytest.LogCaptureFixture) -> None:
    needs("dbus-daemon")
    from support.session_bus import session_bus

    from tray.desktop.linux.bus import Bus
    from tray.desktop.linux.notify import FreedesktopNotifier

    with session_bus() as session:
        bus = Bus.connect(session.address)
        assert isinstance(notify.create(lambda _command: None, bus), FreedesktopNotifier)
        bus.close()

    absent = notify.create(lambda _command: None, None)
    with caplog.at_level("INFO"):
        absent.show(REMINDER)
        absent.withdraw(Slot.SIGN_IN)
        absent.close()
    assert REMINDER.title in caplog.text
