"""What a tray does for a second start, which every web page may have begun (ADR 28)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.build import profile, sign_in
from support.desk import until
from support.stage import Stage, lasting, now

from tray.core.command import Do, LogIn
from tray.core.model import Status
from tray.core.settings import Settings
from tray.resident.inbox import SAFETY_SECONDS, Read

WAITING = "import time; time.sleep(60)"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    stage.end()


def ask(stage: Stage, asked: Do | LogIn) -> None:
    read = Read(10**6, now(), stage.reader.snapshot, Settings())
    read.asked = asked
    stage.do(read)


@pytest.mark.parametrize("asked", [Do.SHOW_STATUS, LogIn("gone", new=True, ask=True)])
def test_the_status_is_shown_also_where_a_login_of_nobody_is_asked_for(stage: Stage, asked: Do | LogIn) -> None:
    stage.start(lasting(9999))
    ask(stage, asked)

    stage.tells("corp · signed in")
    assert stage.started("login") == 0


def test_a_sign_in_that_has_ended_is_logged_in(stage: Stage) -> None:
    stage.child("login", WAITING)
    stage.start(None, sign_ins=(sign_in("corp"),), profiles=(profile(),))
    ask(stage, LogIn("corp", new=True, ask=True))

    until(lambda: stage.desk.views and stage.desk.view.icon is Status.SIGNING_IN, SAFETY_SECONDS / 2)


def test_one_that_holds_is_asked_about_on_its_page_although_little_is_left(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The icon's own click would not ask any more: that one is the person's."""
    begun: list[LogIn] = []
    stage.start(lasting(600))
    monkeypatch.setattr(stage.loop._clicks, "_log_in", lambda wanted, _token: begun.append(wanted))
    ask(stage, LogIn("corp"))
    until(lambda: begun)

    assert begun == [LogIn("corp", new=True, ask=True)]
