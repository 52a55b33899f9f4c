"""Which notices are sent, and when they are withdrawn (docs/contracts: Notices)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.build import NOW, profile, sign_in, snapshot, token, utc

from tray.core.command import LogIn, Snooze
from tray.core.model import Kind, LoginInProgress, Snapshot, Token, Unreadable
from tray.core.notices import plan, snooze, tomorrow_morning
from tray.core.session.clock import clock_set
from tray.core.session.documents import from_document, to_document
from tray.core.session.history import History, Span
from tray.core.session.memory import Memory
from tray.core.session.status import derive
from tray.core.settings import Settings, SignInSettings
from tray.core.view.values import Notice, Slot


@dataclass
class Desk:
    """A person's desk over time: feeds snapshots to `plan`, keeps what was shown."""

    settings: Settings = field(default_factory=Settings)
    memory: Memory = field(default_factory=Memory)
    shown: list[Notice] = field(default_factory=list)
    withdrawn: int = 0

    def at(
        self, minutes: float, seen: Snapshot, login: LoginInProgress | None = None, *, there: bool = True
    ) -> Notice | None:
        now = NOW + timedelta(minutes=minutes)
        statuses = derive(seen, self.settings, now, login, self.memory)
        effects = plan(self.memory, statuses, now, self.settings, utc, there=there)
        self.memory = from_document(to_document(effects.memory))
        self.withdrawn += len(effects.withdraw)
        if effects.notice is not None:
            self.shown.append(effects.notice)
        return effects.notice

    def snooze(self, minutes: float, length: int | None) -> None:
        now = NOW + timedelta(minutes=minutes)
        until = tomorrow_morning(now, utc) if length is None else now + timedelta(minutes=length)
        self.memory = snooze(self.memory, until)


HOUR = snapshot(token(60))


def test_one_reminder_at_the_lead_time_and_one_notice_at_the_end() -> None:
    desk = Desk()
    for minute in range(100):
        desk.at(minute, HOUR)

    assert [notice.title for notice in desk.shown] == ["AWS sign-in ends at 13:00", "AWS sign-in has ended"]


def test_the_reminder_offers_a_new_session_or_to_snooze_and_a_click_on_its_body_asks_first() -> None:
    notice = Desk().at(50, HOUR)

    assert notice is not None
    assert Slot.SIGN_IN is notice.slot
    new = LogIn("corp", new=True)
    assert [("Log in", new), ("Snooze", Snooze(30))] == [(b.label, b.command) for b in notice.buttons]
    assert LogIn("corp", new=True, ask=True) == notice.command


def test_the_notice_of_the_end_takes_the_place_of_the_reminder() -> None:
    desk = Desk()
    desk.at(50, HOUR)
    ended = desk.at(60, HOUR)

    assert ended is not None
    assert desk.shown[0].slot is ended.slot
    assert [button.label for button in ended.buttons] == ["Log in"]
    assert desk.withdrawn == 0


def test_each_lead_time_reminds_once() -> None:
    desk = Desk(Settings(lead_minutes=(30, 5)))
    sent = [minute for minute in range(60) if desk.at(minute, HOUR)]

    assert sent == [30, 55]


def test_started_inside_two_lead_times_reminds_once() -> None:
    desk = Desk(Settings(lead_minutes=(30, 15)))
    sent = [minute for minute in range(50, 60) if desk.at(minute, HOUR)]

    assert sent == [50]


def test_a_renewable_token_reminds_of_nothing() -> None:
    desk = Desk()
    for minute in range(600):
        desk.at(minute, snapshot(token(60, refreshable=True)))

    assert desk.shown == []


def test_signing_in_elsewhere_withdraws_the_notice_once() -> None:
    desk = Desk()
    desk.at(50, HOUR)
    for minute in range(51, 55):
        desk.at(minute, snapshot(token(500, key="b")))

    assert desk.withdrawn == 1
    assert len(desk.shown) == 1


def test_logging_out_withdraws_the_notice() -> None:
    desk = Desk()
    desk.at(61, HOUR)
    desk.at(62, snapshot(None))

    assert desk.withdrawn == 1


@pytest.mark.parametrize(
    "meanwhile",
    [
        pytest.param((HOUR, LoginInProgress("corp")), id="a login that fails"),
        pytest.param((snapshot(Unreadable("half-written")), None), id="a file that is unreadable for a moment"),
        pytest.param((snapshot(sign_ins=(), profiles=()), None), id="a config that is broken for a moment"),
    ],
)
def test_the_end_is_said_once_whatever_comes_between(meanwhile: tuple[Snapshot, LoginInProgress | None]) -> None:
    desk = Desk()
    desk.at(61, HOUR)
    desk.at(62, *meanwhile)
    desk.at(63, HOUR)

    assert len(desk.shown) == 1
    assert desk.withdrawn == 0


def test_a_second_token_that_ends_is_said_again() -> None:
    desk = Desk()
    desk.at(61, HOUR)
    desk.at(100, snapshot(token(200, key="b")))
    desk.at(201, snapshot(token(200, key="b")))

    assert [notice.title for notice in desk.shown] == ["AWS sign-in has ended"] * 2


def test_at_the_start_an_end_that_was_announced_before_is_not_announced_again() -> None:
    desk = Desk()
    desk.at(61, HOUR)
    restarted = Desk(memory=desk.memory)

    assert restarted.at(62, HOUR) is None


def test_after_sleep_only_what_is_true_now_is_said() -> None:
    desk = Desk(Settings(lead_minutes=(30, 15, 5)))
    desk.at(0, HOUR)
    desk.at(600, HOUR)

    assert [notice.title for notice in desk.shown] == ["AWS sign-in has ended"]


def test_snooze_holds_the_reminder_back_and_lets_it_come_again_if_still_true() -> None:
    desk = Desk(Settings(lead_minutes=(60,)))
    first = desk.at(0, HOUR)
    desk.snooze(1, 30)

    assert first is not None
    assert [minute for minute in range(2, 60) if desk.at(minute, HOUR)] == [31]


def test_snooze_never_holds_back_the_end() -> None:
    desk = Desk()
    desk.at(50, HOUR)
    desk.snooze(51, None)

    assert [minute for minute in range(52, 70) if desk.at(minute, HOUR)] == [60]


def test_signing_in_ends_a_snooze() -> None:
    desk = Desk()
    desk.at(50, HOUR)
    desk.snooze(51, None)
    desk.at(55, snapshot(token(480, key="b")))

    assert desk.memory.snoozed_until is None


def test_a_snooze_asked_for_ahead_stays_while_all_is_well() -> None:
    desk = Desk()
    desk.snooze(0, 30)
    desk.at(1, HOUR)

    assert desk.memory.snoozed_until == NOW + timedelta(minutes=30)


def test_quiet_hours_hold_back_and_deliver_what_is_still_true() -> None:
    desk = Desk(Settings(quiet_hours="12:30-13:30"))
    sent = [(minute, notice.title) for minute in range(120) if (notice := desk.at(minute, HOUR))]

    assert sent == [(90, "AWS sign-in has ended")]


@pytest.mark.parametrize(
    ("away", "said"),
    [
        (range(40, 50), [(50, "ends"), (60, "ended")]),
        (range(40, 90), [(90, "ended")]),
        (range(46, 90), [(45, "ends"), (90, "ended")]),
        (range(50, 55), [(45, "ends"), (60, "ended")]),
        (range(40, 120), []),
    ],
)
def test_what_nobody_could_see_is_said_on_return_once_if_it_is_still_true(
    away: range, said: list[tuple[int, str]]
) -> None:
    desk = Desk()
    sent = [(n, notice.title) for n in range(120) if (notice := desk.at(n, HOUR, there=n not in away))]

    assert [(minute, "ended" if "ended" in title else "ends") for minute, title in sent] == said


def test_renewals_go_on_while_nobody_is_there() -> None:
    seen = snapshot(token(5, refreshable=True))
    statuses = derive(seen, Settings(), NOW, None, Memory())

    assert plan(Memory(), statuses, NOW, Settings(), utc, there=False).renew


def test_several_sign_ins_that_end_together_are_one_notice() -> None:
    seen = snapshot(
        sign_ins=(sign_in("corp"), sign_in("lab")),
        profiles=(profile("a", "corp"), profile("b", "lab")),
        tokens={"corp": token(60), "lab": token(60, key="b")},
    )
    desk = Desk()
    for minute in range(70):
        desk.at(minute, seen)

    assert [notice.title for notice in desk.shown] == [
        "2 AWS sign-ins end soon: the first ends at 13:00",
        "2 AWS sign-ins have ended",
    ]
    assert "corp, lab" in desk.shown[0].body


def test_a_notice_holds_no_link_for_a_legacy_sign_in() -> None:
    url = "https://d-1234567890.awsapps.com/start"
    seen = snapshot(sign_ins=(sign_in(url, Kind.LEGACY),), profiles=(profile("a", url),), tokens={url: token(5)})
    notice = Desk().at(0, seen)

    assert notice is not None
    assert "://" not in notice.title + notice.body
    assert "d-1234567890.awsapps.com" in notice.body


@given(
    ends=st.lists(st.integers(1, 2000), min_size=1, max_size=4),
    steps=st.lists(st.integers(1, 240), max_size=40),
    leads=st.lists(st.sampled_from([1.0, 5.0, 15.0, 60.0]), max_size=3, unique=True),
)
def test_at_most_one_notice_a_lead_time_and_sign_in(ends: list[int], steps: list[int], leads: list[float]) -> None:
    desk = Desk(Settings(lead_minutes=tuple(leads)))
    tokens: list[Token] = [token(end, key=str(index)) for index, end in enumerate(sorted(ends))]
    minute = 0
    for step in steps:
        minute += step
        held = next((t for t in tokens if t.expires_at > NOW + timedelta(minutes=minute)), tokens[-1])
        desk.at(minute, snapshot(held))

    ended = [notice for notice in desk.shown if "ended" in notice.title]
    assert len(ended) <= len(tokens)
    assert len(desk.shown) - len(ended) <= len(leads) * len(set(ends))


def renewable(key: str = "a") -> Snapshot:
    """A token that is renewed so far ahead that only an estimate can end the sign-in."""
    return snapshot(token(2000, refreshable=True, key=key))


def desk_with(history: History, settings: Settings | None = None) -> Desk:
    return Desk(settings or Settings(), Memory().with_history("corp", history))


LEARNED_HOUR = History(number=1, began_at=NOW, spans=(Span(timedelta(minutes=50), timedelta(minutes=61)),))


def test_an_estimated_end_is_announced_as_one() -> None:
    desk = desk_with(LEARNED_HOUR)
    sent = [minute for minute in range(59) if desk.at(minute, renewable())]

    assert sent == [45]
    assert desk.shown[0].title == "AWS sign-in ends about 13:00"


def test_a_renewal_before_the_estimated_end_neither_repeats_nor_withdraws_the_reminder() -> None:
    desk = desk_with(LEARNED_HOUR)
    for minute in range(59):
        desk.at(minute, renewable(f"t{minute // 10}"))

    assert len(desk.shown) == 1
    assert desk.withdrawn == 0


@pytest.mark.parametrize(("moved", "reminders"), [(-5, 1), (5, 1), (60, 2)])
def test_an_estimate_that_moves_a_little_is_not_announced_again(moved: float, reminders: int) -> None:
    desk = desk_with(History(number=1, began_at=NOW))
    for minute in range(118):
        hours = 1 if minute < 47 else 1 + moved / 60
        desk.settings = Settings(sign_ins={"corp": SignInSettings(length_hours=hours)})
        desk.at(minute, renewable())

    assert len(desk.shown) == reminders


def test_another_guess_in_the_same_sign_in_is_not_announced_again() -> None:
    desk = desk_with(LEARNED_HOUR)
    desk.at(45, renewable())
    later = History(number=1, began_at=NOW, spans=(Span(timedelta(minutes=100), timedelta(minutes=121)),))
    desk.memory = desk.memory.with_history("corp", later)
    desk.at(61, renewable())

    assert desk.at(110, renewable()) is None


def test_the_next_sign_in_is_announced_again() -> None:
    desk = desk_with(LEARNED_HOUR)
    desk.at(45, renewable())
    again = History(number=2, began_at=NOW + timedelta(minutes=46), spans=LEARNED_HOUR.spans)
    desk.memory = desk.memory.with_history("corp", again)

    assert [minute for minute in range(46, 105) if desk.at(minute, renewable("b"))] == [91]
    assert desk.withdrawn == 1


@pytest.mark.parametrize("back", [2 / 60, 1, 30, 600])
def test_a_clock_set_back_repeats_no_reminder_and_loses_none(back: float) -> None:
    desk = Desk(Settings(lead_minutes=(30, 15)))
    for minute in range(36):
        desk.at(minute, HOUR)
    later = 35 - back
    while later < 60:
        desk.at(later, HOUR)
        later += 1

    assert [notice.title for notice in desk.shown] == ["AWS sign-in ends at 13:00"] * 2
    assert desk.at(61, HOUR) is not None
    assert desk.at(30, HOUR) is None
    assert desk.at(62, HOUR) is None


def test_a_clock_set_back_by_seconds_leaves_the_notice_of_the_end_on_the_screen() -> None:
    desk = Desk()
    desk.at(60, HOUR)
    desk.at(59.9, HOUR)
    desk.at(60, HOUR)

    assert (len(desk.shown), desk.withdrawn) == (1, 0)


def test_a_clock_set_back_does_not_announce_an_estimated_end_again() -> None:
    desk = desk_with(LEARNED_HOUR)
    desk.at(46, renewable())
    desk.memory = clock_set(desk.memory, timedelta(hours=-3))

    assert not any(desk.at(minute, renewable()) for minute in range(46 - 180, 59 - 180))


def test_a_clock_set_forward_past_everything_says_only_the_end() -> None:
    desk = Desk(Settings(lead_minutes=(30, 15)))
    desk.at(0, HOUR)
    desk.at(900, HOUR)

    assert [notice.title for notice in desk.shown] == ["AWS sign-in has ended"]


def test_no_reminder_speaks_of_an_estimated_end_that_has_passed() -> None:
    desk = desk_with(LEARNED_HOUR)

    assert desk.at(62, renewable()) is None


TWO = (sign_in("corp"), sign_in("lab"))


def two(corp: Token, lab: Token) -> Snapshot:
    return snapshot(sign_ins=TWO, profiles=(profile("a", "corp"),), tokens={"corp": corp, "lab": lab})


def test_a_new_notice_repeats_what_the_one_in_its_place_said_and_is_still_true() -> None:
    desk = Desk()
    seen = two(token(10), token(20, key="b"))
    desk.at(5, seen)
    desk.at(10, seen)
    ended = desk.shown[-1]

    assert ended.title == "AWS sign-in has ended"
    assert ended.body.splitlines()[1:] == ["lab ends at 12:20.", "“Log in” is for corp."]
    assert LogIn("corp") == ended.command


def test_a_reminder_repeats_an_end_that_was_just_told() -> None:
    desk = Desk()
    seen = two(token(10), token(35, key="b"))
    desk.at(10, seen)
    reminder = desk.at(20, seen)

    assert reminder is not None
    assert reminder.title == "AWS sign-in ends at 12:35"
    assert reminder.body.splitlines()[1:] == ["corp has ended.", "“Log in” is for lab."]
    assert LogIn("lab", new=True, ask=True) == reminder.command


def test_an_end_that_was_told_long_ago_is_not_told_again_with_the_next_one() -> None:
    desk = Desk()
    seen = two(token(-300), token(60, key="b"))
    desk.at(0, seen)
    desk.at(60, seen)

    assert [notice.title for notice in desk.shown[-1:]] == ["AWS sign-in has ended"]
    assert "corp" not in desk.shown[-1].body
    assert LogIn("lab") == desk.shown[-1].command


@pytest.mark.parametrize("minutes", [5, -5])
def test_only_a_notice_of_several_sign_ins_says_whose_its_button_is(minutes: float) -> None:
    of_two, of_one = Desk().at(0, two(token(minutes), token(minutes, key="b"))), Desk().at(0, snapshot(token(minutes)))

    assert of_two is not None
    assert of_one is not None
    assert of_two.body.splitlines()[-1] == "“Log in” is for corp."
    assert isinstance(of_two.buttons[0].command, LogIn)
    assert of_two.buttons[0].command.sign_in == "corp"
    assert "is for" not in of_one.body
