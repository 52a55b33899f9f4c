"""Several trays of one person: nothing is said to an empty chair, and nothing is said or done twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from support.build import token
from support.desk import until
from support.stage import Stage, lasting, now

from tray.core.command import Do, LogIn, Snooze, UseProfile
from tray.core.dataclass import replace
from tray.core.model import Status
from tray.core.session.memory import Memory
from tray.core.view.values import Slot
from tray.resident import memory_file
from tray.resident.inbox import Refresh

FAILS = 'print(\'{"event":"failed","title":"The sign-in was refused.","hint":"Log in again."}\'); raise SystemExit(5)'
SUCCEEDS = 'print(\'{"event":"signed-in","name":"corp","token_expires_at":"x"}\')'


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.end()


@pytest.fixture
def other(stage: Stage, tmp_path: Path) -> Iterator[Stage]:
    """The same person's tray in another session; it obeys."""
    made = Stage(tmp_path, session="there")
    yield made
    made.end()


def _goes(stage: Stage) -> None:
    stage.presence.tell("locked", away=True)
    stage.do(Refresh())


def _comes(stage: Stage) -> None:
    stage.presence.tell("locked", away=False)
    stage.do(Refresh())


def _settled(*stages: Stage) -> None:
    """Wait until each has read once more, and has looked at what it read."""
    for stage in stages:
        for _ in range(2):
            begun = stage.reader.begun
            stage.do(Refresh())
            until(lambda stage=stage, begun=begun: stage.reader.begun > begun)  # type: ignore[misc]


def test_what_nobody_could_see_is_said_on_return_once(stage: Stage) -> None:
    stage.start(lasting(9999))
    _goes(stage)
    stage.now_outside(lasting(-1))
    stage.do(Refresh())
    stage.shows(Status.EXPIRED)
    _settled(stage)
    assert stage.desk.notices == []

    _comes(stage)
    stage.tells("ended")
    _goes(stage)
    _comes(stage)
    _settled(stage)
    assert len(stage.desk.notices) == 1


def test_what_is_settled_on_return_is_not_said(stage: Stage) -> None:
    stage.start(lasting(9999))
    _goes(stage)
    stage.now_outside(lasting(-1))
    stage.do(Refresh())
    stage.shows(Status.EXPIRED)
    stage.now_outside(lasting(9999, "b"))
    stage.do(Refresh())
    stage.shows(Status.SIGNED_IN)
    _comes(stage)
    _settled(stage)

    assert stage.desk.notices == []


def test_a_notice_is_taken_back_also_while_nobody_is_there(stage: Stage) -> None:
    stage.start(lasting(-1))
    stage.tells("ended")
    _goes(stage)
    stage.now_outside(lasting(9999, "b"))
    stage.do(Refresh())

    until(lambda: Slot.SIGN_IN in stage.desk.withdrawn)


def test_a_login_that_fails_while_nobody_is_there_is_told_on_return(stage: Stage) -> None:
    stage.child("login", f"import time; time.sleep(0.5); {FAILS}")
    stage.start(None)
    stage.do(LogIn("corp"))
    stage.shows(Status.SIGNING_IN)
    _goes(stage)
    stage.shows(Status.SIGNED_OUT)
    _settled(stage)
    assert stage.desk.notices == []

    _comes(stage)
    stage.tells("refused")


def test_a_second_start_while_the_screen_is_locked_is_answered_on_return(stage: Stage) -> None:
    stage.start(lasting(9999))
    _goes(stage)
    (stage.reader.paths.sessions / "here.show.note").touch()
    _settled(stage)
    assert stage.desk.notices == []

    _comes(stage)
    stage.tells("signed in")


def test_who_clicks_is_there(stage: Stage) -> None:
    stage.start(lasting(9999))
    _goes(stage)
    _settled(stage)
    stage.do(Do.ACTIVATE)

    stage.tells("signed in")
    assert stage.presence.there


def test_the_tray_that_obeys_shows_the_same_and_says_renews_and_saves_nothing(stage: Stage, other: Stage) -> None:
    paths = stage.reader.paths
    stage.child("renew", 'print(\'{"event":"renewed","name":"corp"}\')')
    past = now() - timedelta(seconds=60)
    held = replace(token(refreshable=True), expires_at=past, registration_expires_at=now() + timedelta(days=9))
    other.start(replace(held, modified_at=past - timedelta(hours=1)))
    other.shows(Status.RENEWABLE)
    _settled(other)
    assert other.started("renew") == 0

    other.now_outside(lasting(-1))
    other.do(Refresh())
    other.shows(Status.EXPIRED)
    _settled(other)
    assert other.desk.notices == []
    assert not paths.memory_file.exists()
    stage.start(lasting(-1))
    stage.tells("ended")


def test_a_snooze_there_is_asked_of_the_one_that_speaks_and_shown_by_both(stage: Stage, other: Stage) -> None:
    stage.start(lasting(600))
    stage.tells("ends at")
    other.start(lasting(600))
    other.do(Snooze(30))
    until(lambda: list(stage.reader.paths.sessions.glob("wish-*.note")))
    _settled(stage)
    until(lambda: Slot.SIGN_IN in stage.desk.withdrawn)
    until(lambda: memory_file.load(stage.reader.paths.memory_file).snoozed_until is not None)
    _settled(other)
    until(lambda: "Snoozed" in str(other.desk.view) and "Snoozed" in str(stage.desk.view))

    other.do(Do.END_SNOOZE)
    until(lambda: list(stage.reader.paths.sessions.glob("wish-*.note")))
    _settled(stage)
    until(lambda: "Snoozed" not in str(stage.desk.view))


def test_a_profile_chosen_anywhere_is_remembered_by_the_one_that_speaks(stage: Stage, other: Stage) -> None:
    stage.start(lasting(9999))
    other.start(lasting(9999))
    for tray in (other, stage):
        tray.now_outside(lasting(9999), default_profile="prod")
        _settled(tray)
    until(lambda: memory_file.load(stage.reader.paths.memory_file).recent_profiles == ("prod", "dev"))


def test_a_click_there_is_answered_there(stage: Stage, other: Stage) -> None:
    stage.start(None)
    other.child("login", FAILS)
    other.start(None)
    other.do(LogIn("corp"))
    other.tells("refused")
    other.do(UseProfile("nobody"))
    until(lambda: len(other.desk.notices) == 2)

    assert stage.desk.notices == []


def test_when_the_speaker_ends_the_other_goes_on_where_it_was(stage: Stage, other: Stage) -> None:
    stage.start(lasting(-1))
    stage.tells("ended")
    stage.do(Snooze(30))
    until(lambda: memory_file.load(stage.reader.paths.memory_file).snoozed_until is not None)
    other.start(lasting(-1))
    _settled(other)
    stage.end()
    _settled(other)
    until(lambda: other.seat.speaks)
    _settled(other)
    assert other.desk.notices == [], "it was said"

    other.now_outside(lasting(-1, "b"))
    other.do(Refresh())
    other.tells("ended")


def test_the_one_where_the_person_is_speaks(stage: Stage, other: Stage) -> None:
    stage.start(lasting(600))
    stage.tells("ends at")
    other.start(lasting(600))
    _settled(other)
    _goes(stage)
    _settled(stage, other)
    until(lambda: (_settled(stage, other), other.seat.speaks)[1])
    assert other.desk.notices == []
    for each in (stage, other):
        each.now_outside(lasting(-1))
        each.do(Refresh())
    other.tells("ended")
    until(lambda: (_settled(stage), Slot.SIGN_IN in stage.desk.withdrawn)[1])

    _comes(stage)
    _settled(stage, other)
    assert len(stage.desk.notices) == 1
    assert len(other.desk.notices) == 1


def test_one_that_was_succeeded_ends_and_saves_nothing(stage: Stage) -> None:
    from tray.disk import generations

    stage.start(lasting(-1))
    stage.tells("ended")
    paths = stage.reader.paths
    until(lambda: memory_file.load(paths.memory_file).announcements)
    for base in (paths.sessions / "here.lock", paths.lock_file):
        assert generations.take_over(base)
    theirs = Memory(recent_profiles=("theirs",))
    memory_file.save(paths.memory_file, theirs)
    stage.now_outside(lasting(-1, "b"))
    stage.do(Refresh())
    until(lambda: not stage._thread.is_alive())

    assert memory_file.load(paths.memory_file) == theirs
    assert len(stage.desk.notices) == 1
    assert stage.desk.closed
