"""The truth about a sign-in: renewed in silence past many tokens, ended when AWS says so, and never before."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest
from end_to_end.desktop import SESSION, Desktop
from support.bus_service import BusService
from support.center import plant_token
from support.desk import until
from support.login import operations
from support.session_bus import session_bus

from tray.desktop.linux.bus import Bus
from tray.resident import memory_file

pytestmark = pytest.mark.long


RENEWAL = "CreateToken/refresh_token"
TOKEN_SECONDS = 4


def sign_in(desktop: Desktop, session_seconds: float) -> float:
    """Plant a renewable token of a sign-in that has just begun; tell when that ends, by the monotonic clock."""
    desktop.center.knobs.token_seconds = TOKEN_SECONDS
    desktop.center.knobs.session_seconds = session_seconds
    plant_token(SESSION, desktop.center.issue_token())
    return time.monotonic() + session_seconds


def wait_for_the_end(desktop: Desktop) -> None:
    desktop.notices.wait_for(lambda: ended_notices(desktop), "the notice of the end", seconds=40)


def ended_notices(desktop: Desktop) -> int:
    return sum("ended" in notice.title for notice in desktop.notices.notices)


def test_renewed_in_silence_past_many_tokens_and_ended_when_aws_says_so(desktop: Desktop) -> None:
    ends = sign_in(desktop, session_seconds=20)
    program = desktop.start()
    desktop.shows("signed in")
    until(lambda: operations(desktop.center).count(RENEWAL) >= 3)
    assert desktop.notices.notices == []
    # On a busy machine a renewal may take longer than the second that is left of so short a token.
    assert {line.split(" · ")[1] for line in program.lines} <= {"signed in", "renews on next use"}

    wait_for_the_end(desktop)

    assert time.monotonic() - ends < 10
    desktop.shows("expired")
    assert ended_notices(desktop) == len(desktop.notices.notices) == 1
    assert desktop.browser.opened == []
    assert "Authorize" not in operations(desktop.center)


def test_an_outage_is_no_end_and_what_held_before_holds_after_it(desktop: Desktop) -> None:
    ends = sign_in(desktop, session_seconds=22)
    desktop.start()
    desktop.shows("signed in")
    until(lambda: RENEWAL in operations(desktop.center))
    desktop.center.stop()

    desktop.host.wait_for(lambda: "not checked since" in str(desktop.icon.menu()), "a word about the outage")
    assert "expired" not in desktop.icon.tooltip
    assert desktop.notices.notices == []

    desktop.center.start()
    desktop.host.wait_for(lambda: "not checked since" not in str(desktop.icon.menu()), "the end of the outage")
    desktop.shows("signed in")
    assert desktop.notices.notices == []

    wait_for_the_end(desktop)
    assert time.monotonic() - ends < 10
    assert ended_notices(desktop) == len(desktop.notices.notices) == 1
    assert desktop.browser.opened == []


def test_a_length_that_was_set_warns_before_the_end_though_the_token_is_renewed(desktop: Desktop) -> None:
    desktop.settings(f'[notify]\nlead_minutes = [0.1]\n[sign_in."{SESSION}"]\nlength_hours = {15 / 3600}\n')
    desktop.center.knobs.token_seconds = 5
    desktop.center.knobs.session_seconds = 15
    desktop.start()
    desktop.icon.click("Log in")
    desktop.shows("signed in until about ")

    notice = desktop.notices.wait_for_notice("ends")
    assert notice.title.startswith("AWS sign-in ends about ")
    assert desktop.shows("ends about ").startswith(f"{SESSION} · ends about ")
    wait_for_the_end(desktop)
    status = json.loads(desktop.run("status", "--json").stdout)["sign_ins"][0]
    assert status["ends_source"] in {None, "setting"}


def test_logging_out_ends_one_sign_in_here_and_at_aws(desktop: Desktop) -> None:
    sign_in(desktop, session_seconds=600)
    desktop.start()
    desktop.shows("signed in")
    desktop.icon.click("Log out", SESSION)

    desktop.shows("signed out")
    assert "Logout" in operations(desktop.center)
    assert desktop.center.sessions == ()


class Logind(BusService):
    """A stand-in for logind."""

    def __init__(self, address: str) -> None:
        super().__init__(address, "org.freedesktop.login1")

    def offer(self, bus: Bus) -> None:
        """It has nothing to offer but its signal."""

    def wake(self) -> None:
        assert self.bus
        self.bus.emit("/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep", "b", (False,))


def third_pause(desktop: Desktop) -> datetime | None:
    """Tell until when nothing is tried after the third attempt in a row has failed; that is seconds away."""
    known = memory_file.load(desktop.state / "state.json").history(SESSION)
    return None if known.trouble is None or known.trouble.attempts < 3 else known.pause_until


def test_waking_up_asks_aws_at_once_instead_of_waiting_out_a_pause(desktop: Desktop) -> None:
    with session_bus() as system, Logind(system.address) as logind:
        sign_in(desktop, session_seconds=600)
        desktop.center.stop()
        desktop.start(DBUS_SYSTEM_BUS_ADDRESS=system.address)
        desktop.host.wait_for(lambda: "not checked since" in str(desktop.icon.menu()), "a word about the outage")
        pause_until = until(lambda: third_pause(desktop))
        desktop.center.start()
        logind.wake()

        desktop.shows("signed in")
        desktop.host.wait_for(lambda: "not checked since" not in str(desktop.icon.menu()), "a fresh token")
        assert pause_until is not None
        assert datetime.now(UTC) < pause_until
