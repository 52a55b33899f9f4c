"""The very edge of each rule: what holds at the moment or the number itself, and what one step further."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from support.build import NOW, profile, sign_in, snapshot, token, utc

from tray.core import answers, model
from tray.core.command import Do, LogIn, OpenPortal, Snooze
from tray.core.dataclass import replace
from tray.core.errors import ConfigProblem
from tray.core.message import Message, short
from tray.core.model import Deadline, DeadlineSource, LoginInProgress, Profile, SignInStatus, Snapshot, Status
from tray.core.notices import due_leads, plan, tomorrow_morning
from tray.core.session import renewal
from tray.core.session.clock import CLOCK_JUMP, look_at_clock
from tray.core.session.history import End, EndedBy, History, Span
from tray.core.session.length import roundest, with_end
from tray.core.session.memory import Memory, renamed, used
from tray.core.session.status import derive
from tray.core.settings import Settings, quiet_span
from tray.core.view.profile_menu import FLAT, LATELY, console_menu
from tray.core.view.render import Scene, render
from tray.core.view.values import MenuItem
from tray.core.words import notices as notices_words
from tray.core.words import settings as settings_words
from tray.core.words.times import clock

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


# The clock


@pytest.mark.parametrize("leap", [timedelta(), -CLOCK_JUMP, CLOCK_JUMP])
def test_a_clock_that_is_off_by_no_more_than_a_jump_was_not_set(leap: timedelta) -> None:
    memory = Memory(seen_at=NOW, snoozed_until=NOW + HOUR)
    assert look_at_clock(memory, NOW + leap) == memory


def test_a_clock_that_is_off_by_more_was_set() -> None:
    memory = Memory(seen_at=NOW, snoozed_until=NOW + HOUR)
    back = look_at_clock(memory, NOW - CLOCK_JUMP - SECOND)
    assert back.snoozed_until == NOW + HOUR - CLOCK_JUMP - SECOND
    assert look_at_clock(memory, NOW + CLOCK_JUMP + SECOND).leapt_at == NOW + CLOCK_JUMP + SECOND


@pytest.mark.parametrize(
    ("at", "near"),
    [
        (datetime(1, 1, 1, tzinfo=UTC), model.EARLIEST),
        (model.EARLIEST, model.EARLIEST),
        (NOW, NOW),
        (model.LATEST, model.LATEST),
        (datetime(9999, 1, 1, tzinfo=UTC), model.LATEST),
    ],
)
def test_a_moment_is_brought_into_the_time_that_we_work_with(at: datetime, near: datetime) -> None:
    assert model.nearest(at) == near


# Words


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOW, "12:00"),
        (NOW.replace(hour=23, minute=59), "23:59"),
        (NOW + timedelta(days=1), "tomorrow 12:00"),
        (NOW + timedelta(days=2), "Fri 12:00"),
        (NOW + timedelta(days=6), "Tue 12:00"),
        (NOW + timedelta(days=7), "11 Mar 12:00"),
        (NOW - timedelta(days=1), "3 Mar 12:00"),
        (NOW + timedelta(days=365), "4 Mar 2027 12:00"),
    ],
)
def test_a_day_is_named_as_long_as_its_name_says_which_one(at: datetime, said: str) -> None:
    assert clock(at, NOW, utc) == said


def test_a_name_of_sixty_characters_stays_and_a_longer_one_becomes_one_of_sixty() -> None:
    assert short("a" * 60) == "a" * 60
    assert short("a" * 61) == "a" * 59 + "…"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a", '"a"'),
        ("é“”", '"é“”"'),
        ("\x1b[2J", '"\\u001b[2J"'),
        ("\u202e", '"\\U0000202e"'),
        (True, "true"),
        (5, "5"),
        (0.1 + 0.2, "0.3"),
        (9.0, "9"),
        ((15, "x"), '[15, "x"]'),
        ([], "[]"),
    ],
)
def test_a_setting_is_written_as_the_file_would_have_it(value: object, written: str) -> None:
    assert settings_words.in_force("name", value, "default") == f"name = {written}  # default"


# Notices


@pytest.mark.parametrize(
    ("left", "due"),
    [
        (timedelta(minutes=30) + SECOND, ()),
        (timedelta(minutes=30), (30,)),
        (timedelta(minutes=15) + SECOND, (30,)),
        (timedelta(minutes=15), (30, 15)),
        (SECOND, (30, 15)),
        (timedelta(), ()),
        (None, ()),
    ],
)
def test_a_lead_time_is_due_from_its_minute_until_the_end(left: timedelta | None, due: tuple[int, ...]) -> None:
    deadline = None if left is None else Deadline(NOW + left, DeadlineSource.TOKEN)
    found = SignInStatus(sign_in(), Status.ENDING, deadline=deadline)
    assert due_leads(found, NOW, Settings(lead_minutes=(30, 15))) == due


def test_an_end_that_a_token_tells_is_not_announced_as_an_estimate() -> None:
    seen = snapshot(token(10))
    said = plan(Memory(), derive(seen, Settings(), NOW), NOW, Settings(), utc).memory.announcements["corp"]

    assert (said.deadline, said.estimated) == (NOW + timedelta(minutes=10), False)


@pytest.mark.parametrize("now", [NOW + SECOND / 8, NOW.replace(hour=0), NOW.replace(hour=7, minute=59, second=59)])
def test_until_tomorrow_is_until_eight_of_the_next_day(now: datetime) -> None:
    assert tomorrow_morning(now, utc) == NOW.replace(day=NOW.day + 1, hour=8)


@pytest.mark.parametrize(
    ("moved", "again"),
    [
        (timedelta(minutes=10), False),
        (timedelta(minutes=10) + SECOND, True),
        (-timedelta(minutes=10), False),
        (-timedelta(minutes=10) - SECOND, True),
    ],
)
def test_an_end_that_moves_by_ten_minutes_is_the_same_and_by_more_another(moved: timedelta, again: bool) -> None:
    settings = Settings(lead_minutes=(30,))
    found = SignInStatus(sign_in(), Status.ENDING, deadline=Deadline(NOW + 15 * MINUTE, DeadlineSource.TOKEN))
    said = plan(Memory(), (found,), NOW, settings, utc)
    assert said.notice is not None
    other = replace(found, deadline=Deadline(NOW + 15 * MINUTE + moved, DeadlineSource.TOKEN))
    assert (plan(said.memory, (other,), NOW, settings, utc).notice is not None) is again


@pytest.mark.parametrize(
    ("span", "at", "until"),
    [
        ("12:00-13:30", time(11, 59, 59), None),
        ("12:00-13:30", time(12), time(13, 30)),
        ("12:00-13:30", time(13, 29, 59), time(13, 30)),
        ("12:00-13:30", time(13, 30), None),
        ("22:00-7:15", time(21, 59, 59), None),
        ("22:00-7:15", time(22), time(7, 15)),
        ("22:00-7:15", time(7, 14, 59), time(7, 15)),
        ("22:00-7:15", time(7, 15), None),
        ("9:00-9:00", time(9), None),
        (" ", time(12), None),
    ],
)
def test_quiet_hours_hold_from_their_first_minute_to_their_last(span: str, at: time, until: time | None) -> None:
    now = datetime.combine(NOW.date(), at, UTC)
    found = Settings(quiet_hours=span).quiet_until(now)
    assert (found and found.time()) == until
    assert found is None or timedelta(0) < found - now < timedelta(days=1)


@pytest.mark.parametrize("span", ["22-7", "22:00", "22:00-24:00", "22:60-7:00", "a:00-b:00"])
def test_what_is_no_span_of_a_day_is_refused(span: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        quiet_span(span)


# The menu


def _profiles(count: int) -> Snapshot:
    return snapshot(token(), profiles=tuple(profile(f"p{number:02}") for number in range(count)))


def _console(count: int, recent: tuple[str, ...] = ()) -> tuple[MenuItem, ...]:
    [menu] = console_menu(_profiles(count), recent, {})
    return menu.children


def test_twenty_profiles_are_listed_and_of_more_the_last_six_default_ones_first() -> None:
    assert (FLAT, LATELY) == (20, 6)
    assert [each.label for each in _console(20, ("p03",))] == [f"p{number:02}" for number in range(20)]
    recent = tuple(f"p{number:02}" for number in range(7))
    assert [each.label for each in _console(21, recent)][:8] == [*recent[:6], _console(21, recent)[6].label, "corp"]


def test_forty_profiles_of_an_account_are_listed_and_more_are_parted_by_name() -> None:
    for count, listed in ((40, 40), (41, 2)):
        group, *_ = _console(count)
        assert len(group.children) == listed


def _of_one_sign_in(count: int, accounts: int) -> tuple[MenuItem, ...]:
    """Lay out so many profiles of one sign-in beside those of another, which are too many to be listed with them."""
    members = tuple(profile(f"p{number:02}", account=f"{number % accounts:012}") for number in range(count))
    others = tuple(profile(f"q{number:02}", of="lab") for number in range(21))
    [menu] = console_menu(snapshot(token(), profiles=members + others), (), {})
    return menu.children[0].children


@pytest.mark.parametrize(
    ("count", "accounts", "lines"), [(20, 2, 20), (21, 2, 2), (21, 1, 21), (80, 40, 40), (82, 41, 3)]
)
def test_more_than_twenty_profiles_of_a_sign_in_have_a_submenu_for_each_of_two_to_forty_accounts(
    count: int, accounts: int, lines: int
) -> None:
    assert len(_of_one_sign_in(count, accounts)) == lines


def _snooze_menu(until: datetime | None) -> MenuItem:
    seen, memory = snapshot(token()), Memory(snoozed_until=until)
    statuses = derive(seen, Settings(), NOW)
    view = render(Scene(seen, statuses, Settings(), memory), NOW, utc)
    return next(each for each in view.menu if each.key == "snooze")


def test_a_snooze_is_offered_to_be_ended_until_its_last_moment() -> None:
    assert _snooze_menu(NOW).label == _snooze_menu(None).label == "Snooze"
    on = _snooze_menu(NOW + SECOND)
    assert on.label == "Snoozed until 12:00"
    assert on.children[-1].command is Do.END_SNOOZE
    assert [(each.label, each.command) for each in on.children[:-1]] == [
        ("30 minutes", Snooze(30)),
        ("1 hour", Snooze(60)),
        ("Until tomorrow", Do.SNOOZE_UNTIL_TOMORROW),
    ]


# What is remembered


def test_ten_profiles_are_remembered_the_last_one_first_and_each_once() -> None:
    memory = Memory(recent_profiles=tuple(f"p{number}" for number in range(10)))
    assert used(memory, "new").recent_profiles == ("new", *memory.recent_profiles[:9])
    assert used(memory, "p3").recent_profiles == ("p3", *(each for each in memory.recent_profiles if each != "p3"))
    assert used(memory, "p0") is used(memory, None) is memory


def test_a_profile_that_was_renamed_stays_among_those_of_late() -> None:
    old, new = Profile("old", "corp", "1", "Admin"), Profile("new", "corp", "1", "Admin")
    twin, other = Profile("twin", "corp", "1", "Admin"), Profile("other", "corp", "2", "Admin")
    memory = Memory(recent_profiles=("other", "old", "long gone"))

    def late(before: tuple[Profile, ...], after: tuple[Profile, ...]) -> tuple[str, ...]:
        return renamed(memory, snapshot(profiles=before), snapshot(profiles=after)).recent_profiles

    assert late((old, other), (other, new)) == ("other", "new", "long gone")
    assert late((old, other), (other, new, twin)) == memory.recent_profiles, "nobody knows which"
    assert late((old, other, new), (other, new)) == memory.recent_profiles, "it was removed"
    assert late((old, other), (other, replace(new, region="eu-west-1"))) == memory.recent_profiles
    assert late((), (other, new)) == memory.recent_profiles, "the config could not be read before"


def test_a_question_to_aws_is_followed_by_a_pause_of_a_minute_or_a_third_of_a_short_life() -> None:
    for life, pause in ((HOUR, MINUTE), (timedelta(minutes=3), MINUTE), (timedelta(seconds=90), 30 * SECOND)):
        held = replace(token(), modified_at=NOW, expires_at=NOW + life)
        memory = Memory().with_history("corp", History(token=held))
        assert renewal.asked(memory, "corp", NOW).history("corp").pause_until == NOW + pause
    over = memory.with_history("corp", History(token=token(), ended=End("a", NOW, EndedBy.REFUSED)))
    for nothing_to_ask in (Memory(), over):
        assert renewal.asked(nothing_to_ask, "corp", NOW) == nothing_to_ask


def test_pauses_double_up_to_the_longest_and_differ_by_half() -> None:
    for attempts in range(1, 40):
        whole = min(timedelta(seconds=2 ** min(attempts, 12)), renewal.LONGEST_PAUSE)
        pauses = [renewal.pause_after(attempts, f"salt {number}") for number in range(20)]
        assert all(whole / 2 <= pause <= whole for pause in pauses)
        assert len(set(pauses)) > 1


def test_an_end_teaches_a_length_where_it_tells_one_and_confirms_one_but_for_seconds() -> None:
    known = (Span(HOUR * 8 - 30 * SECOND, HOUR * 8),)
    assert with_end(known, HOUR, HOUR, sure=True) == known
    assert with_end((), known[0].after, known[0].until, sure=True) == known
    later = with_end(known, HOUR * 8 + 10 * SECOND, HOUR * 8 + 40 * SECOND, sure=True)
    assert later == (replace(known[0], times=2),)


@pytest.mark.parametrize(
    ("after", "until", "length"),
    [
        (HOUR * 8, HOUR * 8, None),
        (HOUR * 8, HOUR * 8 + SECOND, HOUR * 8),
        (HOUR * 8 + MINUTE - SECOND, HOUR * 8 + 30 * MINUTE, HOUR * 8),
        (HOUR * 8 + MINUTE, HOUR * 8 + 30 * MINUTE, HOUR * 8.5),
        (HOUR * 8 - MINUTE, HOUR * 8, HOUR * 8),
        (HOUR * 8 - MINUTE * 10, HOUR * 8 - SECOND, None),
        (HOUR, HOUR * 2.25, HOUR),
        (HOUR, HOUR * 2.25 + SECOND, None),
        (HOUR * 24, HOUR * 30, HOUR * 24),
        (HOUR * 24, HOUR * 30 + SECOND, None),
    ],
)
def test_a_length_is_met_within_a_minute_and_bounds_that_are_too_wide_tell_none(
    after: timedelta, until: timedelta, length: timedelta | None
) -> None:
    assert roundest(after, until) == length


# Answers


def test_a_login_that_failed_is_offered_again() -> None:
    problem = Message("It failed", "Try again.")
    told = answers.failed_login("gone", problem, None, NOW)
    assert told is not None
    assert Message(told.notice.title, told.notice.body) == problem
    assert told.notice.command == told.notice.buttons[0].command == LogIn("gone")


def test_a_login_that_ended_its_session_is_told_by_itself() -> None:
    found = SignInStatus(sign_in(), Status.SIGNED_OUT, unfinished="2026")
    assert answers.failed_login("corp", notices_words.LOGIN_CRASHED(), found, NOW) is None


@pytest.mark.parametrize(
    ("status", "problem", "still"),
    [
        (Status.SIGNED_IN, notices_words.LOGIN_CRASHED(), True),
        (Status.SIGNED_OUT, notices_words.LOGIN_CRASHED(), False),
        (Status.SIGNED_IN, notices_words.LOGIN_TOOK_TOO_LONG(), False),
    ],
)
def test_who_is_still_signed_in_after_a_crash_is_told_so(status: Status, problem: Message, still: bool) -> None:
    told = answers.failed_login("corp", problem, SignInStatus(sign_in(), status), NOW)
    assert told is not None
    assert ("still signed in" in f"{told.notice.title} {told.notice.body}".lower()) is still


@pytest.mark.parametrize(
    ("minutes", "login", "offered"),
    [
        (400, None, [("Log in again", LogIn("corp", new=True, ask=True)), ("Open access portal", OpenPortal("corp"))]),
        (-5, None, [("Log in", LogIn("corp")), ("Open access portal", OpenPortal("corp"))]),
        (
            -5,
            LoginInProgress("corp"),
            [("Cancel sign-in", Do.CANCEL_LOGIN), ("Open access portal", OpenPortal("corp"))],
        ),
    ],
)
def test_where_there_is_no_menu_the_status_comes_with_what_one_does_most(
    minutes: float, login: LoginInProgress | None, offered: list[tuple[str, object]]
) -> None:
    seen = snapshot(token(minutes))
    statuses = derive(seen, Settings(), NOW, login)

    facts = answers.Facts(seen, statuses, Settings(), login, NOW, utc)
    told = answers.offered(facts).notice

    assert (told.title, told.body) == (answers.status(facts).notice.title, "")
    assert [(button.label, button.command) for button in told.buttons] == [*offered, ("Quit", Do.QUIT)]
    assert told.command is None, "a click on the body is no choice"


def test_where_there_is_no_menu_and_no_sign_in_setting_up_is_offered() -> None:
    seen = replace(snapshot(), sign_ins=(), profiles=(), tokens={})

    told = answers.offered(answers.Facts(seen, (), Settings(), None, NOW, utc)).notice

    assert told.title == "No AWS sign-in is set up"
    assert [button.command for button in told.buttons] == [Do.SET_UP, Do.QUIT]


def test_an_error_is_written_as_its_two_lines() -> None:
    assert str(ConfigProblem(Message("It is broken", "Mend it."))) == "It is broken\nMend it."
