"""What is true of a sign-in by ``aws login``: fifteen minutes, renewed by others, over after twelve hours."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.build import NOW, profile, sign_in, snapshot, token, utc

from tray.core.command import OpenPortal
from tray.core.dataclass import replace
from tray.core.model import Deadline, DeadlineSource, Kind, SignIn, SignInStatus, Snapshot, Status, Token
from tray.core.notices import plan
from tray.core.session.deadline import LONGEST_CONSOLE_LOGIN
from tray.core.session.memory import Memory
from tray.core.session.schedule import next_change
from tray.core.session.status import derive
from tray.core.session.token_changes import observe
from tray.core.settings import Settings, SignInSettings
from tray.core.view.render import Scene, render
from tray.core.words import status as status_words
from tray.core.words.names import spoken

CONSOLE = SignIn("dev", Kind.CONSOLE, "", "eu-west-1", login_session="arn:aws:iam::012345678901:user/alice")
LOGIN = NOW - timedelta(hours=3)
MINUTE = timedelta(minutes=1)


def held(minutes: float, *, login: datetime | None = LOGIN, refreshable: bool = True, key: str = "a") -> Token:
    """Credentials that were got when they had 15 minutes, and have so many left now."""
    expires_at = NOW + minutes * MINUTE
    return Token(expires_at, refreshable, None, expires_at - 15 * MINUTE, key, login_at=login)


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
        assert effects.renew == ()
        memory = effects.memory
        if effects.notice is not None:
            said.append((minute, effects.notice.title))
    assert number > 12
    assert [title for _, title in said] == ["AWS sign-in ends about tomorrow 00:00", "AWS sign-in has ended"]
    assert said[0][0] == 12 * 60 - 15
    assert 12 * 60 <= said[1][0] <= 12 * 60 + 15


def test_the_clock_wakes_the_tray_for_its_end() -> None:
    told = (status_of(held(-1)),)
    assert next_change(told, Memory(), NOW, Settings(), utc) == LOGIN + LONGEST_CONSOLE_LOGIN - 15 * MINUTE


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
