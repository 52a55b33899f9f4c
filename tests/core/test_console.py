"""What is true of a sign-in by ``aws login``: fifteen minutes, renewed by others, over after twelve hours."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.build import NOW, profile, sign_in, snapshot, token, utc

from tray.core.command import OpenPortal
from tray.core.dataclass import replace
from tray.core.message import Message
from tray.core.model import Deadline, DeadlineSource, Kind, SignIn, SignInStatus, Snapshot, Status, Token
from tray.core.notices import plan
from tray.core.session.deadline import LONGEST_CONSOLE_LOGIN
from tray.core.session.heard import Ended, Heard, Renewed, hear
from tray.core.session.history import EndedBy
from tray.core.session.memory import Memory
from tray.core.session.renewal import LONGEST_PAUSE, How, Renewal, due_renewals, failed, forget_failures, unable
from tray.core.session.schedule import next_change
from tray.core.session.sharing import Sharing
from tray.core.session.status import derive, problems_of
from tray.core.session.token_changes import observe
from tray.core.settings import Settings, SignInSettings
from tray.core.view.render import Scene, render
from tray.core.words import status as status_words
from tray.core.words.names import spoken

CONSOLE = SignIn("dev", Kind.CONSOLE, "", "eu-west-1", login_session="arn:aws:iam::012345678901:user/alice")
LOGIN = NOW - timedelta(hours=3)
MINUTE = timedelta(minutes=1)
NOTHING_KNOWN = Memory()


def held(minutes: float, *, login: datetime | None = LOGIN, refreshable: bool = True, key: str = "a") -> Token:
    """Credentials that were got when they had 15 minutes, and have so many left now."""
    expires_at = NOW + minutes * MINUTE
    written_at = expires_at - 15 * MINUTE
    return Token(expires_at, refreshable, None, written_at, key, login_at=login, renewed_within=5 * MINUTE)


def seen(found: Token | None) -> Snapshot:
    return snapshot(
        sign_ins=(CONSOLE,), profiles=(profile("dev", "dev", None),), tokens={} if found is None else {"dev": found}
    )


def status_of(found: Token | None, now: datetime = NOW, hours: float | None = None) -> SignInStatus:
    settings = Settings(sign_ins={"dev": SignInSettings(length_hours=hours)})
    (told,) = derive(seen(found), settings, now)
    return told


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(None, Status.SIGNED_OUT, id="no file"),
        pytest.param(held(10), Status.SIGNED_IN, id="credentials hold"),
        pytest.param(held(-1), Status.RENEWABLE, id="past, but whoever needs them renews them"),
        pytest.param(held(-170), Status.RENEWABLE, id="not used since the login"),
        pytest.param(
            held(5, login=NOW - LONGEST_CONSOLE_LOGIN + 14 * MINUTE), Status.ENDING, id="the twelve hours end soon"
        ),
        pytest.param(
            held(-5, login=NOW - LONGEST_CONSOLE_LOGIN + 14 * MINUTE), Status.ENDING, id="past, and they end soon"
        ),
        pytest.param(held(-5, login=NOW - LONGEST_CONSOLE_LOGIN), Status.EXPIRED, id="twelve hours after the login"),
        pytest.param(
            held(5, login=NOW - LONGEST_CONSOLE_LOGIN), Status.ENDING, id="the last credentials hold a little longer"
        ),
        pytest.param(held(10, refreshable=False), Status.ENDING, id="nobody can renew them"),
        pytest.param(held(-1, refreshable=False), Status.EXPIRED, id="nobody could renew them"),
        pytest.param(held(-1, login=None), Status.RENEWABLE, id="nothing tells of the login"),
        pytest.param(held(-13 * 60, login=None), Status.EXPIRED, id="nor of a login that could still hold"),
    ],
)
def test_status(found: Token | None, expected: Status) -> None:
    assert status_of(found).status is expected


def test_the_end_is_twelve_hours_after_the_login_and_never_said_without_about() -> None:
    told = status_of(held(10))
    assert told.deadline == Deadline(LOGIN + LONGEST_CONSOLE_LOGIN, DeadlineSource.LEARNED)
    assert status_words.status_words(told, NOW, utc) == "signed in until about 21:00"
    assert status_words.status_words(status_of(held(-1)), NOW, utc) == "renews on next use"


def test_without_a_login_time_no_end_is_foretold() -> None:
    told = status_of(held(10, login=None))
    assert told.deadline is None
    assert status_words.status_words(told, NOW, utc) == "signed in"


def test_a_login_time_that_credentials_have_outlived_is_not_believed() -> None:
    told = status_of(held(10, login=NOW - LONGEST_CONSOLE_LOGIN - 10 * MINUTE))
    assert (told.status, told.deadline) == (Status.SIGNED_IN, None)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        pytest.param(4, Deadline(LOGIN + timedelta(hours=4), DeadlineSource.SETTING), id="a shorter session"),
        pytest.param(
            2, Deadline(LOGIN + LONGEST_CONSOLE_LOGIN, DeadlineSource.LEARNED), id="it has lasted longer than that"
        ),
        pytest.param(48, Deadline(LOGIN + LONGEST_CONSOLE_LOGIN, DeadlineSource.LEARNED), id="AWS allows no more"),
    ],
)
def test_a_length_that_the_person_set_counts_within_what_is_possible(hours: float, expected: Deadline) -> None:
    assert status_of(held(10), hours=hours).deadline == expected


@settings(deadline=None)
@given(
    minutes=st.floats(-3000, 15),
    login=st.none() | st.floats(-3000, 0),
    refreshable=st.booleans(),
    leads=st.lists(st.floats(0, 1e4)),
    hours=st.none() | st.floats(0.01, 100),
)
def test_never_expired_while_credentials_hold_or_can_be_renewed_and_never_signed_in_after_them(
    minutes: float, login: float | None, refreshable: bool, leads: list[float], hours: float | None
) -> None:
    login_at = None if login is None else NOW + login * MINUTE
    found = held(minutes, login=login_at, refreshable=refreshable)
    settings = Settings(lead_minutes=tuple(leads), sign_ins={"dev": SignInSettings(length_hours=hours)})

    (told,) = derive(seen(found), settings, NOW)

    if told.status is Status.SIGNED_IN:
        assert found.expires_at > NOW
    if told.status is Status.EXPIRED:
        assert found.expires_at <= NOW
        begun = min(at for at in (login_at, found.modified_at) if at is not None)
        assert not refreshable or begun + LONGEST_CONSOLE_LOGIN <= NOW
    if told.status is Status.RENEWABLE:
        assert refreshable
        assert found.expires_at <= NOW
    if told.deadline is not None and told.deadline.source is not DeadlineSource.TOKEN:
        assert login_at is not None
        assert told.deadline.estimated
    assert told.status is not Status.SIGNED_OUT


@settings(deadline=None)
@given(minutes=st.floats(-900, 15), login=st.floats(-900, 0), later=st.floats(0, 3000))
def test_time_alone_never_brings_an_ended_sign_in_back(minutes: float, login: float, later: float) -> None:
    found = held(minutes, login=NOW + login * MINUTE)
    if status_of(found).status is Status.EXPIRED:
        assert status_of(found, NOW + later * MINUTE).status is Status.EXPIRED


def test_a_working_day_is_reminded_once_and_ends_once_however_often_others_renew() -> None:
    memory, said, settings = Memory(), [], Settings()
    found, begun, number = held(15, login=NOW, key="0"), NOW, 0
    for minute in range(13 * 60):
        now = begun + minute * MINUTE
        # Somebody works all day with breaks of up to an hour, and AWS renews until the twelve hours are over.
        if found.expires_at < now < begun + LONGEST_CONSOLE_LOGIN and minute % 60 < 20:
            number += 1
            found = replace(found, expires_at=now + 15 * MINUTE, modified_at=now, fingerprint=str(number))
        shot = seen(found)
        memory = observe(memory, shot, now, settings)
        effects = plan(memory, derive(shot, settings, now, memory=memory), now, settings, utc)
        memory = effects.memory
        if effects.notice is not None:
            said.append((minute, effects.notice.title))
    assert number > 12
    assert [title for _, title in said] == ["AWS sign-in ends about tomorrow 00:00", "AWS sign-in has ended"]
    assert said[0][0] == 12 * 60 - 15
    assert 12 * 60 <= said[1][0] <= 12 * 60 + 15


def test_the_clock_wakes_the_tray_for_its_end() -> None:
    told, settings = (status_of(held(-1)),), Settings(renew_enabled=False)
    assert next_change(told, Memory(), NOW, settings, utc) == LOGIN + LONGEST_CONSOLE_LOGIN - 15 * MINUTE


def due(
    found: Token | None, memory: Memory = NOTHING_KNOWN, now: datetime = NOW, **changes: object
) -> tuple[Renewal, ...]:
    settings = Settings(**changes)  # type: ignore[arg-type]
    shot = seen(found)
    known = observe(memory, shot, now, settings)
    return due_renewals(known, derive(shot, settings, now, memory=known), now, settings)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(held(6), False, id="the AWS CLI would not"),
        pytest.param(held(5), True, id="from five minutes before its end"),
        pytest.param(held(-600), True, id="past for long: the machine slept"),
        pytest.param(held(-1, refreshable=False), False, id="what it needs is missing"),
        pytest.param(held(-1, login=NOW - LONGEST_CONSOLE_LOGIN), False, id="twelve hours after the login"),
        pytest.param(replace(held(6), modified_at=NOW - 60 * MINUTE), False, id="its file seems to be older"),
        pytest.param(None, False, id="nobody is signed in"),
    ],
)
def test_it_is_renewed_when_the_aws_cli_would(found: Token | None, expected: bool) -> None:
    assert due(found) == ((Renewal("dev", How.RENEW),) if expected else ())


def test_nothing_is_renewed_where_renewals_are_switched_off() -> None:
    assert due(held(1), renew_enabled=False) == ()


def test_the_clock_wakes_the_tray_for_its_renewal() -> None:
    found = held(9)
    assert next_change((status_of(found),), Memory(), NOW, Settings(), utc) == found.expires_at - 5 * MINUTE


def test_an_end_that_aws_told_is_shown_and_ends_the_renewals() -> None:
    found = held(-1)
    memory = observe(Memory(), seen(found), NOW, Settings())
    memory = hear(memory, "dev", Ended(found, EndedBy.INVALID_GRANT), NOW, Sharing((CONSOLE,), Settings()))
    (told,) = derive(seen(found), Settings(), NOW, memory=memory)
    assert told.status is Status.EXPIRED
    assert due(found, memory) == ()
    later = replace(held(14), fingerprint="b", login_at=NOW)
    assert derive(seen(later), Settings(), NOW, memory=observe(memory, seen(later), NOW, Settings()))[0].holds


def test_without_an_aws_cli_it_is_looked_for_again_after_a_while_and_nothing_is_said() -> None:
    found = held(-1)
    memory = unable(observe(Memory(), seen(found), NOW, Settings()), "dev", NOW)
    told = derive(seen(found), Settings(), NOW, memory=memory)
    assert problems_of(seen(found), told, memory) == ()
    assert status_words.status_words(told[0], NOW, utc) == "renews on next use"
    assert due(found, memory, NOW + 9 * MINUTE) == ()
    assert due(found, memory, NOW + LONGEST_PAUSE) != ()
    assert due(found, forget_failures(memory)) != (), "the machine woke up, or has a network"


def test_without_a_network_it_is_tried_again_and_stays_what_it_is() -> None:
    found = held(-1)
    memory = observe(Memory(), seen(found), NOW, Settings())
    for _ in range(10):
        memory = failed(memory, "dev", Message("Could not reach x"), NOW, passes=True)
    (told,) = derive(seen(found), Settings(), NOW, memory=memory)
    assert told.status is Status.RENEWABLE
    assert told.trouble is not None
    assert due(found, memory, NOW + 1 * MINUTE) == ()
    assert due(found, memory, NOW + LONGEST_PAUSE) != ()


def test_a_day_with_the_aws_cli_is_one_sign_in_that_never_looks_past() -> None:
    memory, said, settings = Memory(), [], Settings()
    found, number = held(15, login=NOW, key="0"), 0
    for second in range(0, 12 * 3600 + 1800, 30):
        now = NOW + timedelta(seconds=second)
        shot = seen(found)
        memory = observe(memory, shot, now, settings)
        statuses = derive(shot, settings, now, memory=memory)
        assert second >= 12 * 3600 or statuses[0].holds
        effects = plan(memory, statuses, now, settings, utc)
        memory = effects.memory
        if effects.notice is not None:
            said.append(effects.notice.title)
        if effects.renew:
            assert effects.renew == (Renewal("dev", How.RENEW),)
            before = found
            if now < NOW + LONGEST_CONSOLE_LOGIN:
                number += 1
                found = replace(found, expires_at=now + 15 * MINUTE, modified_at=now, fingerprint=str(number))
                heard: Heard = Renewed(before, found)
            else:
                heard = Ended(before, EndedBy.INVALID_GRANT)
            memory = hear(memory, "dev", heard, now, Sharing((CONSOLE,), settings))
    assert 70 <= number <= 74, "each ten minutes"
    assert said == ["AWS sign-in ends about tomorrow 00:00", "AWS sign-in has ended"]


def test_the_menu_offers_neither_portal_nor_session_length_but_login_and_logout() -> None:
    shot = seen(held(10))
    view = render(Scene(shot, derive(shot, Settings(), NOW), Settings()), NOW, utc)
    keys = {line.key for line in view.menu}
    assert not {"portal", "session-length", "console"} & keys
    assert {"login:dev", "log-out", "default-profile", "status:dev"} <= keys
    assert view.tooltip == "dev · signed in until about 21:00"


def test_beside_an_sso_session_the_portal_is_that_ones() -> None:
    shot = snapshot(sign_ins=(CONSOLE, sign_in("corp")), tokens={"dev": held(10), "corp": token(60)})
    view = render(Scene(shot, derive(shot, Settings(), NOW), Settings()), NOW, utc)
    portals = [line for entry in view.menu for line in entry.children if line.key == "portal"]
    assert [portal.command for portal in portals] == [OpenPortal("corp")]


@pytest.mark.parametrize(
    ("name", "said"), [("dev", "dev"), ("Admin-111122223333", "Admin-…"), ("1111222233334", "1111222233334")]
)
def test_a_notice_holds_no_account_id(name: str, said: str) -> None:
    assert spoken(replace(CONSOLE, name=name)) == said
