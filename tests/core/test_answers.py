"""What answers say, how long they live, and when they are not true any more (docs/contracts: Notices)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.build import NOW, profile, sign_in, snapshot, token, utc

from tray.core import answers
from tray.core.answers import Answer, Facts
from tray.core.command import CopyAddress, Do, LogIn, UseProfile
from tray.core.dataclass import replace
from tray.core.message import Message
from tray.core.model import LoginInProgress, SignInStatus, Snapshot, Status
from tray.core.session.status import derive
from tray.core.settings import Settings
from tray.core.words import status as status_words

FAILED = Message("It failed", "Try again.")


def facts(seen: Snapshot, login: LoginInProgress | None = None, minutes: float = 0) -> Facts:
    now = NOW + timedelta(minutes=minutes)
    return Facts(seen, derive(seen, Settings(), now, login), Settings(), login, now, utc)


SIGNED_IN = facts(snapshot(token(60)))
SIGNED_OUT = facts(snapshot(None))


def test_the_status_is_told_of_every_sign_in_the_followed_one_first() -> None:
    told = answers.status(
        facts(snapshot(sign_ins=(sign_in("corp"), sign_in("lab")), profiles=(profile("dev", "lab"),)))
    )

    assert (told.notice.title, told.notice.body) == ("lab · signed out", "corp · signed out")


@pytest.mark.parametrize("problems", [(), (Message("It cannot be read", "Look at line 3."),)])
def test_where_there_is_no_sign_in_what_is_wrong_is_told(problems: tuple[Message, ...]) -> None:
    told = answers.status(facts(snapshot(sign_ins=(), profiles=(), problems=problems, config_faulty=bool(problems))))

    expected = problems[0] if problems else status_words.NO_SIGN_INS()
    assert Message(told.notice.title, told.notice.body) == expected
    offered = [(button.label, button.command) for button in told.notice.buttons]
    assert offered == ([] if problems else [("Set up", Do.SET_UP)])
    assert told.notice.command == (None if problems else Do.SET_UP)


def test_a_status_holds_until_anything_in_it_changes() -> None:
    told = answers.status(SIGNED_IN)

    assert told.holds(facts(snapshot(token(60)), minutes=1))
    assert not told.holds(SIGNED_OUT)
    assert not told.holds(facts(snapshot(token(60)), LoginInProgress("corp")))


def test_that_a_login_runs_holds_while_it_does() -> None:
    told = answers.busy("corp", LoginInProgress("corp"))

    assert told.notice.title == "Signing in to corp"
    assert told.holds(facts(snapshot(None), LoginInProgress("corp", "https://page.example")))
    assert not told.holds(SIGNED_IN)
    assert not told.holds(facts(snapshot(None), LoginInProgress("lab")))


def test_a_login_that_failed_is_offered_until_the_status_is_another() -> None:
    told = answers.failed_login("corp", FAILED, SignInStatus(sign_in(), Status.SIGNED_OUT), NOW)

    assert told is not None
    assert told.holds(SIGNED_OUT)
    assert not told.holds(SIGNED_IN)
    assert not told.holds(facts(snapshot(None), LoginInProgress("corp"))), "another one was begun"
    assert not told.holds(facts(snapshot(sign_ins=(), profiles=()))), "it was taken out of the config"


def test_a_production_profile_is_made_the_default_by_its_button_alone_and_silence_is_no_consent() -> None:
    told = answers.confirm_production("prod")

    assert told.notice.title == "Switch to prod?"
    assert [(button.label, button.command) for button in told.notice.buttons] == [
        ("Switch", UseProfile("prod", confirmed=True)),
        ("Keep", Do.KEEP),
    ]
    assert told.notice.command is None
    assert told.notice.stays


def test_a_question_is_open_while_it_can_still_be_answered() -> None:
    told = answers.confirm_production("prod")
    both = snapshot(profiles=(profile("dev"), profile("prod")))

    assert told.holds(facts(both))
    assert not told.holds(facts(replace(both, default_profile="prod")))
    assert not told.holds(facts(snapshot()))


@pytest.mark.parametrize(("undoable", "labels"), [(True, ["Undo"]), (False, [])])
def test_a_switch_can_be_undone_while_it_stands(undoable: bool, labels: list[str]) -> None:
    told = answers.switched(Message("Default profile: prod", "Every terminal uses it."), "prod", undoable=undoable)
    both = snapshot(profiles=(profile("dev"), profile("prod")))

    assert [button.label for button in told.notice.buttons] == labels
    assert {button.command for button in told.notice.buttons} <= {Do.UNDO_SWITCH}
    assert told.notice.command is None, "a stray click on the notice changes nothing"
    assert told.holds(facts(replace(both, default_profile="prod")))
    assert not told.holds(facts(replace(both, default_profile="dev")))


@pytest.mark.parametrize("answer", [answers.plain(FAILED), answers.status(SIGNED_IN)])
def test_words_alone_need_not_stay(answer: Answer) -> None:
    assert not answer.notice.stays
    assert answer.notice.buttons == ()


PAGE = "https://oidc.eu-west-1.amazonaws.com/authorize?state=x"
BY_CODE = LogIn("corp", code=True)


@pytest.mark.parametrize(
    ("code", "by_code", "offered", "said"),
    [
        (None, BY_CODE, [("Copy address", CopyAddress(PAGE)), ("Use a code", BY_CODE)], "use a code"),
        (None, None, [("Copy address", CopyAddress(PAGE))], "set a browser"),
        ("ABCD-EFGH", None, [("Copy address", CopyAddress(PAGE))], "any device"),
    ],
)
def test_a_sign_in_page_that_no_browser_opened_can_be_reached_another_way(
    code: str | None, by_code: LogIn | None, offered: list[tuple[str, object]], said: str
) -> None:
    login = LoginInProgress("corp", PAGE, code)
    told = answers.unopened_login(login, PAGE, by_code)

    assert (told.notice.title, [(b.label, b.command) for b in told.notice.buttons]) == (
        "No browser could be started.",
        offered,
    )
    assert said in told.notice.body
    assert PAGE not in told.notice.body
    assert "ABCD" not in told.notice.body, "a lock screen shows notices"
    assert told.holds(facts(snapshot(None), login))
    assert not told.holds(SIGNED_IN)
    assert not told.holds(facts(snapshot(None), LoginInProgress("corp", "https://another.example/")))
