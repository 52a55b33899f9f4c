"""Panels start late, crash and come back; the program says what is missing, and goes on."""

from __future__ import annotations

import resource
import signal
from contextlib import suppress
from pathlib import Path

import pytest
from end_to_end.desktop import SESSION, Desktop
from support.desk import until
from support.notification_server import PLASMA


def test_the_icon_appears_when_the_tray_comes_late(desktop: Desktop) -> None:
    desktop.host.vanish()
    program = desktop.start()
    until(lambda: program.errors.count("\n") >= 2)
    title, hint = program.errors.splitlines()[:2]
    assert "no tray" in title
    assert "AppIndicator" in hint
    desktop.host.appear()
    assert desktop.icon.tooltip == f"{SESSION} · signed out"


def test_the_icon_returns_with_the_tray_and_shows_what_became_true_meanwhile(desktop: Desktop) -> None:
    program = desktop.start()
    assert desktop.icon.tooltip == f"{SESSION} · signed out"
    desktop.host.vanish()
    desktop.plant(seconds=-60)
    desktop.notices.wait_for_notice("ended")
    assert program.alive
    desktop.host.appear()
    assert desktop.icon.tooltip == f"{SESSION} · expired"
    desktop.icon.click("Log in")
    desktop.shows("signed in")


def test_without_a_tray_notices_still_come_and_their_buttons_work(desktop: Desktop) -> None:
    desktop.host.vanish()
    desktop.plant(seconds=-60)
    program = desktop.start()
    ended = desktop.notices.wait_for_notice("ended")
    desktop.notices.press(ended.id, "Log in")
    until(lambda: program.lines[-1] == f"{SESSION} · signed in")


def test_what_no_server_took_is_said_by_the_one_that_comes(desktop: Desktop) -> None:
    desktop.notices.vanish()
    desktop.plant(seconds=-60)
    first = desktop.start()
    desktop.shows("expired")
    desktop.icon.click("Quit")
    assert first.ended() == 0
    desktop.host.wait_for(lambda: not desktop.host.icons, "the icon's end")
    desktop.start()
    desktop.shows("expired")
    assert desktop.notices.notices == []
    desktop.notices.appear()

    ended = desktop.notices.wait_for_notice("ended")
    desktop.notices.vanish()
    desktop.notices.like = PLASMA
    desktop.notices.appear()
    again = desktop.notices.wait_for_notice("ended", 2)
    assert again.replaces == 0
    assert again.title == ended.title
    desktop.notices.close(again.id)
    desktop.notices.vanish()
    desktop.notices.appear()
    desktop.icon.click("About")
    desktop.notices.wait_for_notice("SSO Tray")
    assert [notice.title for notice in desktop.notices.notices].count(ended.title) == 2, "this one was seen"


def test_what_is_true_no_more_when_a_server_comes_is_not_said(desktop: Desktop) -> None:
    desktop.notices.vanish()
    desktop.plant(seconds=-60)
    desktop.start()
    desktop.shows("expired")
    desktop.plant(seconds=7 * 3600)
    desktop.shows("signed in")
    desktop.notices.appear()
    desktop.icon.click("About")
    desktop.notices.wait_for_notice("SSO Tray")

    assert len(desktop.notices.notices) == 1


def test_without_a_notification_server_the_icon_tells(desktop: Desktop) -> None:
    desktop.notices.vanish()
    desktop.plant(seconds=-60)
    program = desktop.start()
    desktop.shows("expired")
    desktop.icon.click("About")
    desktop.icon.click("Log in")
    desktop.shows("signed in")
    desktop.icon.click("Quit")
    assert program.ended() == 0
    assert "Traceback" not in program.errors


def test_a_notification_server_that_hangs_does_not_hold_up_the_icon(desktop: Desktop) -> None:
    desktop.notices.delay = 3.0
    desktop.plant(seconds=-60)
    desktop.start()
    desktop.shows("expired")
    desktop.icon.click("Log in")
    desktop.shows("signed in")


@pytest.mark.parametrize("address", [None, "", "unix:path=/nonexistent/bus", "no address at all"])
def test_without_a_session_bus_it_says_so_and_goes_on(desktop: Desktop, address: str | None) -> None:
    program = desktop.start(DBUS_SESSION_BUS_ADDRESS=address, XDG_RUNTIME_DIR=None)
    until(lambda: "no D-Bus session" in program.errors)
    until(lambda: program.lines == [f"{SESSION} · signed out"])
    desktop.plant(seconds=7 * 3600)
    until(lambda: program.lines[-1].startswith(f"{SESSION} · signed in until "))
    program.send(signal.SIGTERM)
    assert program.ended() == 0
    assert "Traceback" not in program.errors


def test_the_icon_is_back_when_the_session_bus_was_restarted(desktop: Desktop) -> None:
    program = desktop.start()
    assert desktop.icon.tooltip
    desktop.bus.kill()
    desktop.host.vanish()
    desktop.notices.vanish()
    desktop.plant(seconds=-60)
    until(lambda: program.lines[-1] == f"{SESSION} · expired")
    desktop.bus.start()
    desktop.host.appear()
    desktop.notices.appear()
    assert desktop.icon.tooltip == f"{SESSION} · expired"
    assert "Log in" in desktop.notices.wait_for_notice("ended").actions.values()
    desktop.icon.click("Log in")
    desktop.shows("signed in")


def test_it_can_be_ended_while_the_session_bus_is_gone(desktop: Desktop) -> None:
    program = desktop.start()
    assert desktop.icon.tooltip
    desktop.bus.kill()
    until(lambda: "no tray" in program.errors)
    program.send(signal.SIGTERM)
    assert program.ended() == 0


def is_watched(folder: Path, pid: int) -> bool:
    """Tell whether a process is told by the kernel of what happens in a folder (proc_pid_fdinfo(5))."""
    watch = f"ino:{folder.stat().st_ino:x} "
    for opened in Path(f"/proc/{pid}/fdinfo").iterdir():
        with suppress(FileNotFoundError):  # It was closed meanwhile.
            if watch in opened.read_text():
                return True
    return False


def test_a_tray_that_may_open_nothing_more_goes_on_and_is_as_before_once_it_may(desktop: Desktop) -> None:
    desktop.plant(seconds=3600)
    program = desktop.start()
    desktop.shows("signed in until")
    pid = program.process.pid
    until(lambda: is_watched(desktop.cache, pid))
    _, most = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, most))
    desktop.plant(seconds=-60)  # It is told of that, and cannot look at it.
    desktop.shows("unreadable")
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (most, most))
    desktop.plant(seconds=-60, refreshable=True)
    until(lambda: "CreateToken/refresh_token" in [request.operation for request in desktop.center.requests])
    desktop.shows("signed in")
    desktop.icon.click("About")
    desktop.notices.wait_for_notice("SSO Tray")
