"""
A login for a new session is killed in each of its states, with each answer to ``Logout``.

Nothing ends before the person's own browser has come; the tray tells the truth within three seconds, and once.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from end_to_end.desktop import SESSION, Desktop, Program, token_file
from end_to_end.logins import PAGE, login, logouts, record, sign_in
from support.desk import until
from support.login import operations
from support.processes import alive

from tray.aws.cache.files import token_path
from tray.demo.knobs import Fault
from tray.demo.state import SignInSession

pytestmark = pytest.mark.long


TRUE_AFTER_SECONDS = 3.0
"""On a machine that is not busy with other things: it takes a command that asks AWS, and a second to notice."""

MINUTES_LEFT = 54
"""Less than an hour, so that the menu's item begins a new session without a question."""

SIGNED_IN = "signed in until about "


def came(desktop: Desktop) -> bool:
    """Tell whether the browser has come to AWS's page for the second time."""
    return [each.operation for each in desktop.center.requests].count(PAGE) == 2


def opened(desktop: Desktop) -> bool:
    """Tell whether the second page was opened."""
    return len(desktop.browser.opened) == 2


@dataclass(frozen=True)
class State:
    """Where a login is when it is killed."""

    browser: str
    """What the person's browser does."""

    dead: bool
    """Whether the old session has ended by then."""

    faults: Callable[[], tuple[Fault, ...]] = field(default=tuple)
    reached: Callable[[Desktop], bool] | None = None
    """Tells that the login is there; None for once the last of the faults was met."""


def hangs(operation: str, *, done: bool) -> Callable[[], tuple[Fault, ...]]:
    return lambda: (Fault.hang(operation, done=done),)


CODE = "CreateToken/authorization_code"
STATES = {
    "the page is opened, and no browser has come": State(
        "ignore", False, reached=lambda it: len(it.browser.opened) == 2
    ),
    "AWS was asked to end the session, and has not": State("look", False, hangs("Logout", done=False)),
    "AWS has ended the session, and the answer is on its way": State("look", True, hangs("Logout", done=True)),
    "the browser is at AWS's page": State("look", True, reached=came),
    "the code is about to be redeemed": State("allow", True, hangs(CODE, done=False)),
    "the code is spent, and the token is on its way": State("allow", True, hangs(CODE, done=True)),
}
"""Those steps of a new session in which something may get lost."""

ANSWERS = {
    "429 twice": State(
        "look", False, lambda: (Fault.error("Logout", 429, "TooManyRequestsException", times=2),), reached=came
    ),
    "500 twice": State(
        "look", False, lambda: (Fault.error("Logout", 500, "InternalServerException", times=2),), reached=came
    ),
    "a closed connection, and nothing done": State("look", False, lambda: (Fault.drop("Logout"),), reached=came),
    "a closed connection, and all done": State("look", True, lambda: (Fault.drop("Logout", done=True),), reached=came),
}


def true_after(desktop: Desktop) -> float:
    """Say how long the truth may take on this machine now (seconds)."""
    began = time.monotonic()
    assert desktop.run("status", "--check").returncode in {0, 1}
    return max(TRUE_AFTER_SECONDS, 1 + 3 * (time.monotonic() - began))


def signed_in(desktop: Desktop) -> tuple[Program, SignInSession]:
    """Let a session hold that is known to have less than an hour left, and the tray show it."""
    desktop.center.knobs.session_seconds = MINUTES_LEFT * 60
    desktop.settings(f'[notify]\nlead_minutes = [0.1]\n[sign_in."{SESSION}"]\nlength_hours = {MINUTES_LEFT / 60}\n')
    sign_in(desktop)
    program = desktop.start()
    desktop.shows(SIGNED_IN)
    [session] = desktop.center.sessions
    return program, session


def prepare(desktop: Desktop, state: State) -> Callable[[], bool]:
    """Let the next login get no further than that; gives what tells that it is there."""
    desktop.browser.decide(state.browser)
    faults = [desktop.center.inject(fault) for fault in state.faults()]
    reached = state.reached
    return faults[-1].reached.is_set if reached is None else lambda: reached(desktop)


def after_the_kill(desktop: Desktop, session: SignInSession, *, dead: bool, by_tray: bool) -> None:
    """See that the truth is told, in time and once, and that the next login works."""
    killed = time.monotonic()
    if dead:
        desktop.host.wait_for(lambda: "signed out" in desktop.icon.tooltip, "the truth")
        took = time.monotonic() - killed
        assert took < TRUE_AFTER_SECONDS or took < true_after(desktop)
        notice = desktop.notices.wait_for_notice("You are signed out")
        assert "Log in" in notice.actions.values()
        assert not token_path(desktop.cache, SESSION).exists()
        assert desktop.run("status").returncode == 1
        assert [each.title for each in desktop.notices.notices] == ["You are signed out"]
        desktop.center.heal()
        desktop.browser.decide("allow")
        desktop.notices.press(notice.id, "Log in")
        desktop.shows("signed in")
        assert desktop.run("status").returncode == 0
        return
    if desktop.center.knobs.faults:  # What hangs was never heard by AWS.
        desktop.center.stop()
        desktop.center.heal()
        desktop.center.start()
    if by_tray:
        notice = desktop.notices.wait_for_notice("You are still signed in")
        assert "Log in" in notice.actions.values()
    desktop.shows(SIGNED_IN)
    until(lambda: record(desktop).ending is None)
    assert session in desktop.center.sessions
    assert desktop.run("status").returncode == 0
    assert len(desktop.notices.notices) == by_tray


@pytest.mark.parametrize("state", [*STATES.values(), *ANSWERS.values()], ids=[*STATES, *ANSWERS])
def test_a_login_of_the_tray_is_killed(desktop: Desktop, state: State) -> None:
    program, session = signed_in(desktop)
    there = prepare(desktop, state)
    desktop.icon.click("Log in again")
    until(there, seconds=40)
    os.kill(program.login(), signal.SIGKILL)
    after_the_kill(desktop, session, dead=state.dead, by_tray=True)


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(STATES[name], id=name)
        for name in (
            "the page is opened, and no browser has come",
            "AWS has ended the session, and the answer is on its way",
            "the browser is at AWS's page",
        )
    ],
)
def test_a_login_in_a_terminal_is_killed(desktop: Desktop, state: State) -> None:
    _, session = signed_in(desktop)
    there = prepare(desktop, state)
    with login(desktop, "--new") as killed:
        until(there, seconds=40)
        killed.kill()
        after_the_kill(desktop, session, dead=state.dead, by_tray=False)


def test_with_renewals_switched_off_the_truth_is_found_out_too(desktop: Desktop) -> None:
    state = STATES["AWS has ended the session, and the answer is on its way"]
    program, session = signed_in(desktop)
    settings = desktop.home / ".config" / "sso-tray" / "settings.toml"
    desktop.settings(f"[renew]\nenabled = false\n{settings.read_text()}")
    there = prepare(desktop, state)
    desktop.icon.click("Log in again")
    until(there, seconds=40)
    os.kill(program.login(), signal.SIGKILL)
    after_the_kill(desktop, session, dead=True, by_tray=True)


def test_a_stale_token_that_was_renewed_for_the_logout_is_asked_about_too(desktop: Desktop) -> None:
    desktop.settings("[renew]\nenabled = false\n")
    desktop.center.knobs.token_seconds = 1
    sign_in(desktop)
    desktop.start()
    desktop.shows("renews on next use")
    desktop.center.knobs.token_seconds = 3600
    lost = desktop.center.inject(Fault.hang("Logout", done=True))
    with login(desktop, "--new") as killed:
        assert lost.reached.wait(30)
        killed.kill()
    desktop.notices.wait_for_notice("You are signed out")
    desktop.shows("signed out")
    assert desktop.center.sessions == ()
    assert not token_path(desktop.cache, SESSION).exists()


def test_one_that_waits_for_its_turn_or_asks_aws_loses_nothing(desktop: Desktop) -> None:
    token = sign_in(desktop)
    asked = desktop.center.inject(Fault.hang("ListAccounts"))
    with login(desktop) as checking:
        assert asked.reached.wait(30)
        checking.kill()
    desktop.center.heal()
    desktop.browser.decide("ignore")
    with login(desktop, "--new") as leader:
        leader.told("open-url")
        with login(desktop, "--new") as queued:
            queued.told("waiting")
            queued.kill()
        assert leader.process.poll() is None
    assert token_file(desktop) == token
    assert len(desktop.browser.opened) == 2
    assert logouts(desktop) == 0
    assert desktop.run("status").returncode == 0


@pytest.mark.parametrize(
    ("fault", "how"),
    [
        (lambda: Fault.error("Logout", 429, "TooManyRequestsException", times=1), "new"),
        (lambda: Fault.error("Logout", 500, "InternalServerException", times=2), "joined"),
        (lambda: Fault.drop("Logout"), "joined"),
        (lambda: Fault.drop("Logout", done=True), "new"),
        (lambda: Fault.hang("Logout"), "joined"),
    ],
    ids=["429 once", "500 twice", "closed, nothing done", "closed, all done", "no answer"],
)
def test_whatever_logout_answers_the_login_goes_on_and_says_what_was_won(
    desktop: Desktop, fault: Callable[[], Fault], how: str
) -> None:
    sign_in(desktop)
    [old] = desktop.center.sessions
    before = record(desktop).began_at
    desktop.center.inject(fault())
    with login(desktop, "--new") as new:
        assert new.ended(40) == 0, new.errors
        assert new.how == how
    assert (old in desktop.center.sessions) == (how == "joined")
    assert len(desktop.center.sessions) == 1
    known = record(desktop)
    assert known.ending is None
    assert before is not None
    assert (known.began_at == before) == (how == "joined")


def test_a_session_that_was_over_already_is_no_hindrance(desktop: Desktop) -> None:
    sign_in(desktop)
    desktop.center.end_sessions()
    with login(desktop, "--new") as new:
        assert new.ended() == 0, new.errors
        assert new.how == "signed-in"
    assert desktop.run("status").returncode == 0


@pytest.fixture(params=["cancelled in the menu", signal.SIGINT, signal.SIGHUP, signal.SIGKILL, "out of time"], ids=str)
def ending(request: pytest.FixtureRequest) -> Iterator[str | signal.Signals]:
    return request.param


def test_a_client_that_aws_has_forgotten_is_left_behind_with_the_login_that_met_it(
    desktop: Desktop, ending: str | signal.Signals
) -> None:
    sign_in(desktop)
    assert desktop.run("logout").returncode == 0
    desktop.center.forget_clients()
    limit = "6" if ending == "out of time" else "600"
    with login(desktop, "--timeout", limit) as stuck:
        until(lambda: [each for each in desktop.center.requests if (each.operation, each.status) == (PAGE, 401)])
        if isinstance(ending, signal.Signals):
            stuck.process.send_signal(ending)
        elif ending == "cancelled in the menu":
            desktop.start()
            desktop.shows("signing in")
            desktop.icon.click("Cancel sign-in")
        assert stuck.ended() == (-signal.SIGKILL if ending is signal.SIGKILL else 5)
    assert operations(desktop.center).count("RegisterClient") == 1

    sign_in(desktop)

    assert operations(desktop.center).count("RegisterClient") == 2


def test_a_login_ends_with_the_tray_that_was_killed_and_leaves_nothing(desktop: Desktop) -> None:
    desktop.browser.decide("ignore")
    program = desktop.start()
    desktop.icon.click("Log in")
    until(lambda: desktop.browser.opened)
    login_of_the_tray = program.login()
    program.send(signal.SIGKILL)

    until(lambda: not alive(login_of_the_tray), 20)
    assert not token_path(desktop.cache, SESSION).exists()
