"""The notice of a new session that was never begun, though the old one was ended for it (docs/contracts: Notices)."""

from __future__ import annotations

import pytest
from support.build import START_URL, sign_in, utc
from support.looks import Desk, held, minute, signed_in_at_zero

from tray.core.command import LogIn
from tray.core.model import Kind, LoginInProgress, SignIn, Token
from tray.core.notices import plan, snooze
from tray.core.session.documents import from_document, to_document
from tray.core.session.heard import Ended, LoggedOut, PageShown
from tray.core.session.history import EndedBy
from tray.core.session.status import derive
from tray.core.settings import Settings
from tray.core.view.values import Notice, Slot

OTHER = SignIn("lab", sign_in().kind, "https://other.awsapps.com/start", "eu-west-1")


class Screen:
    """What a tray shows at a desk."""

    def __init__(self, desk: Desk, settings: Settings | None = None) -> None:
        self.desk = desk
        self.settings = settings or desk.settings
        self.shown: list[Notice] = []
        self.withdrawn: list[Slot] = []

    def look(self, at: float, login: LoginInProgress | None = None) -> Notice | None:
        self.desk.look(at)
        statuses = derive(self.desk.snapshot(), self.settings, minute(at), login, self.desk.memory)
        effects = plan(self.desk.memory, statuses, minute(at), self.settings, utc)
        self.desk.memory = effects.memory
        self.withdrawn += effects.withdraw
        if effects.notice is not None:
            self.shown.append(effects.notice)
        return effects.notice


def end_for_new(desk: Desk, at: float, name: str = "corp") -> None:
    """Do what ``login --new`` does until AWS's page is shown."""
    before = desk.files[name]
    assert isinstance(before, Token)
    desk.hear(at, Ended(before, EndedBy.NEW_SESSION), name)
    desk.put(None, name)
    desk.hear(at, LoggedOut(before, told=True), name)
    desk.hear(at, PageShown(None), name)


@pytest.fixture
def screen() -> Screen:
    desk = signed_in_at_zero()
    end_for_new(desk, 10)
    return Screen(desk)


SIGNING_IN = LoginInProgress("corp")


def test_while_the_login_runs_nothing_is_said_and_afterwards_once(screen: Screen) -> None:
    assert screen.look(10, SIGNING_IN) is None
    assert screen.look(12, SIGNING_IN) is None

    notice = screen.look(20)
    assert notice is not None
    assert notice.slot is Slot.SIGN_IN
    assert notice.title == "You are signed out"
    assert notice.body == "corp · the new sign-in was not finished."
    assert [(button.label, button.command) for button in notice.buttons] == [("Log in", LogIn("corp"))]
    assert notice.command == LogIn("corp")

    for later in (21, 60, 600, 3000):
        assert screen.look(later) is None
    assert screen.withdrawn == []


def test_a_restart_does_not_say_it_again(screen: Screen) -> None:
    assert screen.look(20) is not None
    screen.desk.memory = from_document(to_document(screen.desk.memory))
    assert screen.look(21) is None


def test_signing_in_withdraws_it(screen: Screen) -> None:
    assert screen.look(20) is not None
    screen.desk.log_in(30, held(30, "n"))
    assert screen.look(30) is None
    assert screen.withdrawn == [Slot.SIGN_IN]
    assert len(screen.shown) == 1


def test_the_next_one_that_is_not_finished_is_said_again(screen: Screen) -> None:
    assert screen.look(20) is not None
    screen.desk.log_in(30, held(30, "n"))
    screen.look(30)
    end_for_new(screen.desk, 40)
    assert screen.look(50) is not None


def test_another_try_that_is_given_up_is_not_told_anew(screen: Screen) -> None:
    assert screen.look(20) is not None
    assert screen.look(30, SIGNING_IN) is None
    assert screen.look(40) is None
    assert screen.withdrawn == []


def test_a_login_that_succeeds_is_followed_by_no_notice(screen: Screen) -> None:
    assert screen.look(10, SIGNING_IN) is None
    screen.desk.log_in(11, held(11, "n"))
    assert screen.look(11) is None
    assert screen.shown == []
    assert screen.withdrawn == []


def test_a_snooze_does_not_hold_it_back(screen: Screen) -> None:
    screen.desk.memory = snooze(screen.desk.memory, minute(70))
    assert screen.look(20) is not None


def test_quiet_hours_hold_it_back_and_deliver_it(screen: Screen) -> None:
    screen.settings = Settings(quiet_hours="12:00-13:00")
    assert screen.look(20) is None
    assert screen.look(59) is None
    assert screen.look(61) is not None


def test_it_holds_no_link_and_no_account_of_a_legacy_sign_in() -> None:
    legacy = SignIn(START_URL, Kind.LEGACY, START_URL, "eu-west-1")
    desk = Desk(sign_ins=(legacy,))
    desk.look(-1)
    desk.log_in(0, held(0), legacy.name)
    desk.look(0)
    end_for_new(desk, 10, legacy.name)
    notice = Screen(desk).look(20)
    assert notice is not None
    assert "https://" not in notice.title + notice.body


def test_with_a_sign_in_that_ended_by_itself_both_are_told_in_one_notice() -> None:
    desk = Desk(sign_ins=(sign_in(), OTHER))
    desk.look(-1)
    desk.log_in(0, held(0))
    desk.log_in(0, held(0, "o"), "lab")
    desk.look(0)
    end_for_new(desk, 10)
    desk.end(10, EndedBy.INVALID_GRANT, name="lab")
    screen = Screen(desk)
    notice = screen.look(20)
    assert notice is not None
    assert notice.title.endswith("have ended")
    assert "corp" in notice.body
    assert "lab" in notice.body
    assert len(screen.shown) == 1


def test_a_logout_that_the_person_asked_for_is_not_told() -> None:
    desk = signed_in_at_zero()
    desk.log_out(10)
    assert Screen(desk).look(20) is None


def test_a_token_that_another_program_removed_is_not_told() -> None:
    desk = signed_in_at_zero()
    desk.put(None)
    assert Screen(desk).look(20) is None
