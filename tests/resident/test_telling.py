"""What nobody took is not said, and what was answered goes when its time has come (ADR 21)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.build import NOW, profile, snapshot, token, utc
from support.desk import FakeDesk, until
from support.stage import Stage, lasting

from tray.core import answers
from tray.core.answers import Facts
from tray.core.command import Clicked, Command, Do, LogIn, OpenConsole, OpenPortal, UseProfile
from tray.core.dataclass import replace
from tray.core.message import Message
from tray.core.model import Snapshot, Token
from tray.core.notices import plan
from tray.core.session.memory import Memory
from tray.core.session.status import derive
from tray.core.settings import Settings
from tray.core.view.values import Delivery, Notice, Reachable, Slot
from tray.resident import memory_file
from tray.resident.inbox import Refresh
from tray.resident.telling import Telling


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    made.desk.takes_notices = False
    yield made
    made.end()


def said(stage: Stage) -> bool:
    """Tell whether it is remembered, also by the next start, that something was said of the sign-in."""
    return "corp" in memory_file.load(stage.reader.paths.memory_file).announcements


def is_saved(stage: Stage) -> bool:
    return stage.reader.paths.memory_file.exists()


def pass_by(stage: Stage, times: int = 3) -> None:
    """Let some passes go by."""
    for _ in range(times):
        begun = stage.reader.begun
        stage.do(Refresh())
        until(lambda begun=begun: stage.reader.begun > begun)  # type: ignore[misc]
    stage.do(Do.SHOW_ABOUT)
    until(lambda: "SSO Tray" in stage.desk.notices[-1].title)


def reminders(stage: Stage) -> list[Notice]:
    return [notice for notice in stage.desk.notices if notice.slot is Slot.SIGN_IN]


def test_what_nobody_took_is_not_remembered_and_is_said_once_somebody_does(stage: Stage) -> None:
    stage.start(lasting(-1))
    stage.tells("ended")
    ended = stage.desk.notices[0]
    until(lambda: is_saved(stage))
    assert not said(stage), "it is only on its way"
    stage.do(Delivery(ended, taken=False))
    pass_by(stage)
    assert reminders(stage) == [ended], "it is not tried at each pass"

    stage.do(Reachable())
    until(lambda: reminders(stage) == [ended, ended])
    assert not said(stage)
    stage.do(Delivery(ended, taken=True))
    until(lambda: said(stage))
    stage.do(Reachable())
    pass_by(stage)
    assert reminders(stage) == [ended, ended]


def test_what_nobody_took_is_not_said_later_where_it_is_not_true_any_more(stage: Stage) -> None:
    stage.start(lasting(-1))
    stage.tells("ended")
    stage.do(Delivery(stage.desk.notices[0], taken=False))
    stage.now_outside(lasting(9999, "b"))
    stage.do(Reachable())
    pass_by(stage)

    assert len(reminders(stage)) == 1
    assert not said(stage)


def test_a_reminder_that_stood_when_its_server_went_is_said_again(stage: Stage) -> None:
    stage.start(lasting(-1))
    stage.tells("ended")
    ended = stage.desk.notices[0]
    stage.do(Delivery(ended, taken=True))
    until(lambda: said(stage))
    stage.do(Delivery(ended, taken=False))
    until(lambda: not said(stage))
    stage.do(Reachable())

    until(lambda: reminders(stage) == [ended, ended])


def test_a_server_that_dies_of_every_notice_is_not_killed_again_and_again(stage: Stage) -> None:
    stage.start(lasting(-1))
    stage.tells("ended")
    ended = stage.desk.notices[0]
    for number in range(2, 12):
        stage.do(Delivery(ended, taken=False))
        stage.do(Reachable())
        until(lambda number=number: len(reminders(stage)) == min(number, 4))  # type: ignore[misc]
    pass_by(stage)

    assert len(reminders(stage)) == 4


def test_an_answer_that_nobody_took_comes_with_the_server(stage: Stage) -> None:
    stage.start(lasting(9999))
    stage.do(Do.SHOW_STATUS)
    stage.tells("corp · signed in")
    told = stage.desk.notices[0]
    stage.do(Delivery(told, taken=False))
    stage.do(Reachable())

    until(lambda: stage.desk.notices == [told, told])
    stage.do(Delivery(told, taken=True))
    stage.do(Reachable())
    pass_by(stage)
    assert stage.desk.notices.count(told) == 2


def test_an_answer_is_taken_back_when_it_is_not_true_any_more(stage: Stage) -> None:
    stage.start(lasting(9999))
    stage.do(Do.SHOW_STATUS)
    stage.tells("corp · signed in")
    pass_by(stage)
    assert stage.desk.withdrawn == []
    stage.do(Do.SHOW_STATUS)
    until(lambda: "signed in" in stage.desk.notices[-1].title)
    stage.now_outside(None)
    stage.do(Refresh())

    until(lambda: stage.desk.withdrawn == [Slot.ANSWER])


def test_a_switch_can_be_undone_from_its_notice(stage: Stage) -> None:
    config = stage.reader.paths.aws_config
    config.write_text("[profile dev]\nregion = x\n[profile prod]\nregion = y\n")
    stage.start(lasting(9999))
    stage.do(UseProfile("prod"))
    stage.tells("Default profile: prod")
    (undo,) = stage.desk.notices[-1].buttons
    assert undo.label == "Undo"
    stage.do(undo.command)
    stage.tells("Default profile: default")
    assert config.read_text() == "[profile dev]\nregion = x\n[profile prod]\nregion = y\n"


def test_a_switch_that_changed_nothing_offers_no_undoing_of_an_earlier_one(stage: Stage) -> None:
    stage.reader.paths.aws_config.write_text("[profile dev]\nregion = x\n[profile prod]\nregion = y\n")
    stage.start(lasting(9999), profiles=(profile("dev"), profile("prod")), default_profile="prod")
    stage.do(UseProfile("prod"))
    until(lambda: len(stage.desk.notices) == 1)
    stage.do(UseProfile("prod"))
    until(lambda: len(stage.desk.notices) == 2)

    assert [len(notice.buttons) for notice in stage.desk.notices] == [1, 0]


def test_the_offer_to_undo_goes_when_another_program_switches(stage: Stage) -> None:
    stage.reader.paths.aws_config.write_text("[profile dev]\nregion = x\n[profile prod]\nregion = y\n")
    both = (profile("dev"), profile("prod"))
    stage.start(lasting(9999), profiles=both)
    stage.reader.snapshot = replace(stage.reader.snapshot, default_profile="prod")
    stage.do(UseProfile("prod"))
    stage.tells("Default profile: prod")
    begun = stage.reader.begun
    stage.do(Refresh())
    until(lambda: stage.reader.begun > begun)
    assert stage.desk.withdrawn == []
    stage.now_outside(lasting(9999), profiles=both, default_profile="dev")
    stage.do(Refresh())

    until(lambda: stage.desk.withdrawn == [Slot.ANSWER])


PAGE = "https://oidc.example/authorize"
WAITING = f'print(\'{{"event":"open-url","url":"{PAGE}"}}\', flush=True); import time; time.sleep(60)'


def test_the_leave_to_raise_a_window_goes_with_the_page_of_its_click_once(stage: Stage) -> None:
    stage.child("login", WAITING)
    stage.start(None)
    stage.do(Clicked(LogIn("corp"), "one"))
    until(lambda: "Open sign-in page" in str(stage.desk.view) and stage.desk.tokens == ["one"])
    stage.do(Do.OPEN_SIGN_IN_PAGE)
    until(lambda: stage.desk.tokens == ["one", ""])
    wishes: tuple[Command, ...] = (Do.OPEN_SIGN_IN_PAGE, OpenPortal("corp"), OpenConsole("dev"), Do.OPEN_SETTINGS)
    for number, wish in enumerate(wishes):
        stage.do(Clicked(wish, f"for {wish}"))
        until(lambda number=number: len(stage.desk.tokens) == number + 3)  # type: ignore[misc]
        assert stage.desk.tokens[-1] == f"for {wish}"


def test_a_click_on_the_icon_hands_its_leave_on_too(stage: Stage) -> None:
    stage.child("login", WAITING)
    stage.start(None)
    stage.do(Clicked(Do.ACTIVATE, "one"))

    until(lambda: stage.desk.tokens == ["one"])


def test_the_leave_of_a_login_that_needed_no_page_is_not_kept_for_the_next_one(stage: Stage) -> None:
    stage.child("login", 'print(\'{"event":"signed-in","name":"corp","token_expires_at":"x"}\')', WAITING)
    stage.start(None)
    stage.do(Clicked(LogIn("corp"), "one"))
    until(lambda: stage.started("login") == 1 and stage.loop._jobs.login is None)
    stage.do(LogIn("corp"))

    until(lambda: stage.desk.pages)
    assert stage.desk.tokens == [""]


def test_a_program_can_be_quit_by_a_click_that_comes_with_a_leave(stage: Stage) -> None:
    stage.start(None)
    stage.do(Clicked(Do.QUIT, "one"))

    until(lambda: stage.desk.closed)


@dataclass
class Desk(FakeDesk):
    """A desk whose clock and notification server are in the test's hand."""

    now: datetime = NOW
    asked: int = 0
    takes_notices: bool = False

    def __post_init__(self) -> None:
        self.telling = Telling(self, lambda: self.now, lambda: self.asked)

    def facts(self, seen: Snapshot) -> Facts:
        return Facts(seen, derive(seen, Settings(), self.now), Settings(), None, self.now, utc)


def test_the_question_about_production_is_taken_back_after_ten_minutes() -> None:
    desk = Desk()
    desk.telling.answer(answers.confirm_production("prod"))
    both = snapshot(profiles=(profile("dev"), profile("prod")))
    assert desk.telling.next_moment == NOW + timedelta(minutes=10)
    desk.now = NOW + timedelta(minutes=9, seconds=59)
    desk.telling.judge(desk.facts(both), 1)
    assert desk.withdrawn == []
    desk.now = NOW + timedelta(minutes=10)
    desk.telling.judge(desk.facts(both), None)

    assert desk.withdrawn == [Slot.ANSWER]
    assert desk.telling.next_moment is None


def test_an_answer_is_not_judged_by_what_was_read_before_it_was_given() -> None:
    desk = Desk(asked=7)
    desk.telling.answer(answers.switched(Message("Default profile: prod", "."), "prod", undoable=True))
    before = snapshot(profiles=(profile("dev"), profile("prod")))
    desk.telling.judge(desk.facts(before), 6)
    desk.telling.judge(desk.facts(before), None)
    assert desk.withdrawn == []
    desk.telling.judge(desk.facts(before), 7)

    assert desk.withdrawn == [Slot.ANSWER]


def test_where_there_is_no_server_it_is_tried_less_and_less_often() -> None:
    desk = Desk()
    memory, seen, tried = Memory(), snapshot(token(-1)), []
    for minute in range(180):
        desk.now = NOW + timedelta(minutes=minute)
        statuses = derive(seen, Settings(), desk.now, None, memory)
        reachable = desk.telling.reachable(desk.now)
        effects = plan(memory, statuses, desk.now, Settings(), utc, there=reachable)
        memory = desk.telling.carry_out(effects, memory)
        if effects.notice is not None:
            tried.append(minute)
            memory = desk.telling.hear(Delivery(effects.notice, taken=False), memory)

    assert tried == [0, 1, 3, 7, 15, 31, 63, 95, 127, 159]


@dataclass
class World:
    """The loop's passes, and a notification server that comes, hangs, goes and comes back, as the notifier tells."""

    desk: Desk = field(default_factory=Desk)
    memory: Memory = field(default_factory=Memory)
    held: Token = field(default_factory=lambda: token(20))
    there: bool = False
    hangs: bool = False
    on_its_way: Notice | None = None
    shown: Notice | None = None
    taken: list[Notice] = field(default_factory=list)
    lost: bool = False

    def do(self, step: str) -> None:
        """Let something happen, and what the loop does then."""
        happens = {
            "comes": self.come,
            "goes": self.go,
            "hangs": self.hang,
            "wakes": self.wake,
            "a minute": lambda: self.wait(1),
            "half an hour": lambda: self.wait(30),
            "signed in": self.sign_in,
            "waved off": self.wave_off,
        }
        happens[step]()
        self.look()
        self.look()

    def look(self) -> None:
        desk = self.desk
        statuses = derive(snapshot(self.held), Settings(), desk.now, None, self.memory)
        reachable = desk.telling.reachable(desk.now)
        effects = plan(self.memory, statuses, desk.now, Settings(), utc, there=reachable)
        self.memory = desk.telling.carry_out(effects, self.memory)
        if effects.withdraw:
            self.on_its_way = self.shown = None
        if effects.notice is not None:
            self.on_its_way, self.shown = effects.notice, None
            self.answer()

    def answer(self) -> None:
        notice = self.on_its_way
        if notice is None or (self.there and self.hangs):
            return
        self.on_its_way = None
        if self.there:
            self.shown = notice
            self.taken.append(notice)
        self.lost |= not self.there
        self.hear(Delivery(notice, taken=self.there))

    def hear(self, event: Delivery | Reachable) -> None:
        self.memory = self.desk.telling.hear(event, self.memory)

    def come(self) -> None:
        if not self.there:
            self.there = True
            if self.lost:
                self.lost = False
                self.hear(Reachable())

    def go(self) -> None:
        self.there = self.hangs = False
        self.answer()
        if self.shown is not None:
            gone, self.shown, self.lost = self.shown, None, True
            self.hear(Delivery(gone, taken=False))

    def hang(self) -> None:
        self.hangs = self.there

    def wake(self) -> None:
        self.hangs = False
        self.answer()

    def wait(self, minutes: int) -> None:
        self.desk.now += timedelta(minutes=minutes)

    def sign_in(self) -> None:
        ends = self.desk.now + timedelta(minutes=20)
        key = f"{int(self.held.fingerprint, 36) + 1}"
        self.held = replace(self.held, expires_at=ends, fingerprint=key)

    def wave_off(self) -> None:
        self.shown = None


STEPS = st.sampled_from(
    ["comes", "goes", "hangs", "wakes", "a minute", "half an hour", "half an hour", "signed in", "waved off"]
)


@given(st.lists(STEPS, max_size=40))
def test_whatever_the_server_does_what_is_kept_as_said_was_taken_and_what_is_true_is_said(steps: list[str]) -> None:
    world = World()
    for step in steps:
        world.do(step)
        kept = world.desk.telling.worth_keeping(world.memory).announcements.get("corp")
        assert kept is None or world.taken
        assert kept is None or kept.ended is None or any("ended" in notice.title for notice in world.taken)
    for step in ("wakes", "comes", "half an hour", "half an hour", "half an hour"):
        world.do(step)

    assert world.memory.announcements["corp"].ended == world.held.fingerprint
    assert "ended" in world.taken[-1].title
    said = len(world.taken)
    world.do("half an hour")
    assert len(world.taken) == said, "once"
