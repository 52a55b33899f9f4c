"""Hooks: a session begins once and ends once, whatever renews, joins, restarts, sleeps or sets the clock meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.build import NOW, sign_in
from support.examples import examples
from support.looks import Desk, held, legacy, minute, minutes_of, through_json

from tray.core.dataclass import replace
from tray.core.hooks import ENDED, ENDS_SOON, SIGNED_IN, Hook, due_hooks
from tray.core.model import Kind, LoginInProgress, Status, Token, Unreadable
from tray.core.session.clock import clock_set
from tray.core.session.heard import Ending
from tray.core.session.history import EndedBy
from tray.core.session.status import derive
from tray.core.settings import Settings, SignInSettings

HOOKS = Settings(on_signed_in=("in",), on_ends_soon=("soon",), on_ended=("out",))
TWO = (sign_in("corp"), sign_in("data"))


@dataclass
class Hooked(Desk):
    """A desk with hooks; what is due is kept, with the minute."""

    settings: Settings = HOOKS
    run: list[tuple[float, str]] = field(default_factory=list)
    hooks: list[Hook] = field(default_factory=list)

    def passes(self, at: float, *token: Token | Unreadable | None, login: str = "", name: str = "corp") -> list[str]:
        """Look, and decide; what is remembered goes through JSON, as through a restart."""
        self.look(at, *token, name=name)
        signing_in = LoginInProgress(login) if login else None
        statuses = derive(self.snapshot(), self.settings, minute(at), signing_in, self.memory)
        memory, due = due_hooks(self.memory, self.snapshot(), statuses, minute(at), self.settings)
        self.memory = through_json(memory)
        self.run += [(at, hook.event) for hook in due]
        self.hooks += due
        return [hook.event for hook in due]


def watched() -> Hooked:
    """A desk with hooks since a minute ago, and nobody signed in yet."""
    desk = Hooked()
    assert desk.passes(-1) == []
    return desk


def test_a_session_begins_once_is_about_to_end_once_and_ends_once() -> None:
    desk = watched()
    desk.log_in(0, legacy(0, life=100))
    for at in range(130):
        desk.passes(at)

    assert desk.run == [(0, SIGNED_IN), (85, ENDS_SOON), (100, ENDED)]
    assert [(hook.command, minutes_of(hook.ends_at), hook.ends_source) for hook in desk.hooks] == [
        (("in",), 100, "token"),
        (("soon",), 100, "token"),
        (("out",), 100, ""),
    ]


def test_a_renewal_is_no_beginning_whoever_makes_it() -> None:
    desk = watched()
    desk.log_in(0, held(0))
    assert desk.passes(0) == [SIGNED_IN]
    for hour in range(1, 7):
        desk.renew(hour * 60 - 5, held(hour * 60 - 5, f"ours {hour}"))
        assert desk.passes(hour * 60 - 4) == []
        assert desk.passes(hour * 60 - 3, held(hour * 60 - 3, f"theirs {hour}")) == []


def test_a_renewal_long_after_the_end_of_the_token_that_may_be_a_login_is_no_beginning() -> None:
    desk = watched()
    desk.log_in(0, held(0))
    desk.passes(0)
    desk.passes(200)

    assert desk.passes(201, held(201, "b")) == []


def test_a_login_of_ours_long_after_the_end_of_the_token_is_a_beginning() -> None:
    desk = watched()
    desk.log_in(0, held(0))
    desk.passes(0)
    desk.log_in(600, held(600, "b"))

    assert desk.passes(600) == [SIGNED_IN]


def test_a_login_that_joins_the_session_is_no_beginning() -> None:
    desk = watched()
    desk.log_in(0, held(0))
    desk.passes(0)
    desk.log_in(30, held(30, "b"))

    assert desk.passes(30) == []


def test_a_new_session_in_place_of_one_that_holds_is_a_beginning_and_no_end() -> None:
    desk = watched()
    desk.log_in(0, held(0))
    desk.passes(0)
    desk.end(30, EndedBy.NEW_SESSION)
    assert desk.passes(30, None, login="corp") == []
    desk.log_in(31, held(31, "b"))
    assert desk.passes(31) == [SIGNED_IN]


def test_a_new_session_that_never_began_is_an_end() -> None:
    desk = watched()
    desk.log_in(0, held(0))
    desk.passes(0)
    desk.end(30, EndedBy.NEW_SESSION)
    desk.passes(30, None, login="corp")

    assert desk.passes(31) == [ENDED]


@pytest.mark.parametrize("end", [lambda desk: desk.end(30), lambda desk: desk.log_out(30), lambda desk: desk.put(None)])
def test_refused_logged_out_or_removed_is_an_end_and_the_next_login_a_beginning(end: Callable[[Desk], None]) -> None:
    desk = watched()
    desk.log_in(0, held(0))
    desk.passes(0)
    end(desk)

    assert (desk.passes(30), desk.passes(31)) == ([ENDED], [])
    assert desk.hooks[-1].ends_at == minute(30)
    desk.log_in(40, held(40, "b"))
    assert (desk.passes(40), desk.passes(41)) == ([SIGNED_IN], [])


def test_a_login_and_a_logout_of_another_program_are_heard() -> None:
    desk = watched()

    assert desk.passes(0, held(0)) == [SIGNED_IN]
    assert desk.passes(30, None) == [ENDED]
    assert desk.passes(31, held(31, "b")) == [SIGNED_IN]


def test_an_end_while_the_tray_was_not_running_is_told_at_its_start() -> None:
    desk = watched()
    desk.log_in(0, legacy(0, life=100))
    desk.passes(0)

    assert desk.passes(500) == [ENDED]
    assert desk.hooks[-1].ends_at == minute(100)


def test_an_end_and_a_beginning_while_the_tray_was_not_running_is_a_beginning() -> None:
    desk = watched()
    desk.log_in(0, legacy(0, life=100))
    desk.passes(0)
    desk.log_in(400, legacy(400, "b", life=100))

    assert desk.passes(405) == [SIGNED_IN]


def test_a_session_that_began_soon_before_its_end_is_told_of_both() -> None:
    desk = watched()
    desk.log_in(0, legacy(0, life=10))

    assert desk.passes(0) == [SIGNED_IN, ENDS_SOON]


@pytest.mark.parametrize("found", [held(-30), legacy(-475), legacy(-500), None])
def test_what_was_so_before_there_was_a_hook_is_no_event(found: Token | None) -> None:
    desk = Hooked()

    assert (desk.passes(0, found), desk.passes(1)) == ([], [])


def test_the_end_of_a_session_from_before_there_was_a_hook_is_an_event() -> None:
    desk = Hooked()
    desk.passes(0, legacy(0, life=100))

    assert [event for at in range(120) for event in desk.passes(at)] == [ENDS_SOON, ENDED]


def test_a_hook_that_is_added_to_others_tells_of_no_beginning_that_is_over() -> None:
    desk = Hooked(settings=Settings(on_ended=("out",)))
    desk.passes(-1)
    desk.log_in(0, held(0))
    assert desk.passes(0) == []
    desk.settings = HOOKS

    assert desk.passes(1) == []


def test_without_hooks_nothing_is_remembered() -> None:
    desk = watched()
    assert desk.memory.hooks is not None
    desk.settings = Settings()
    desk.passes(0)

    assert desk.memory.hooks is None


def test_the_first_sign_in_that_is_ever_set_up_is_a_beginning() -> None:
    desk = Hooked(sign_ins=())
    desk.passes(-1)
    desk.sign_ins = (sign_in(),)
    desk.log_in(0, held(0))

    assert desk.passes(0) == [SIGNED_IN]


def test_a_sign_in_that_leaves_the_config_and_comes_back_tells_nothing_twice() -> None:
    desk = Hooked(sign_ins=TWO)
    desk.passes(-1)
    desk.log_in(0, held(0))
    desk.passes(0)
    desk.sign_ins = (sign_in("data"),)
    desk.passes(1)
    desk.sign_ins = TWO

    assert desk.passes(2) == []


def test_a_config_that_is_broken_for_a_moment_tells_nothing() -> None:
    desk = watched()
    desk.log_in(0, held(0))
    desk.passes(0)
    before = desk.memory
    broken = replace(desk.snapshot(), sign_ins=(), config_faulty=True)

    assert due_hooks(before, broken, (), minute(1), HOOKS) == (before, ())


def test_while_a_file_cannot_be_read_or_a_login_runs_or_aws_is_being_asked_nothing_is_told() -> None:
    desk = watched()
    token = held(0)
    desk.log_in(0, token)
    desk.passes(0)

    assert desk.passes(1, Unreadable("for a moment")) == []
    assert desk.passes(2, None, login="corp") == []
    desk.put(token)
    desk.hear(3, Ending(token, EndedBy.LOGOUT))
    assert desk.passes(3, replace(token, expires_at=minute(2))) == []
    assert desk.status(3).unsure


def test_a_clock_that_is_set_back_a_little_ends_nothing_twice() -> None:
    desk = watched()
    desk.log_in(0, legacy(0, life=100))
    desk.passes(0)
    desk.passes(90)
    desk.passes(101)

    assert [desk.passes(at) for at in (99.5, 100.5, 101)] == [[], [], []]


@pytest.mark.parametrize("by", [-300.0, 300.0])
def test_a_clock_that_is_set_while_a_session_holds_begins_none(by: float) -> None:
    desk = watched()
    desk.log_in(0, held(0, life=2000))
    desk.passes(0)
    desk.memory = clock_set(desk.memory, timedelta(minutes=by))
    desk.records.clear()

    assert desk.passes(by + 1) == []


def test_a_session_whose_foretold_end_has_passed_is_told_of_its_end_once_aws_has_said_so() -> None:
    desk = watched()
    desk.log_in(0, held(0))
    desk.learn()
    desk.passes(0)
    for at in range(55, 450, 55):
        desk.renew(at, held(at, f"t{at}"))
        desk.passes(at)
    assert (desk.passes(464), desk.passes(466)) == ([], [ENDS_SOON])
    assert (desk.hooks[-1].ends_at, desk.hooks[-1].ends_source) == (minute(480), "learned")
    desk.end(481)

    assert desk.passes(481) == [ENDED]


def test_each_sign_in_has_events_of_its_own() -> None:
    desk = Hooked(sign_ins=TWO)
    desk.passes(-1)
    desk.log_in(0, held(0, "a"))
    desk.passes(0)
    desk.log_in(5, held(5, "b"), "data")
    desk.passes(5)

    assert [(hook.sign_in, hook.event) for hook in desk.hooks] == [("corp", SIGNED_IN), ("data", SIGNED_IN)]


def test_aws_login_begins_at_its_own_login_whatever_renews_its_credentials() -> None:
    def console(at: float, key: str, login_at: float, refreshable: bool = True) -> Token:
        return replace(held(at, key, life=15, refreshable=refreshable), login_at=minute(login_at))

    desk = Hooked(sign_ins=(sign_in(kind=Kind.CONSOLE),))
    desk.passes(-1)
    assert desk.passes(0, console(0, "a", 3)) == [SIGNED_IN]  # AWS's clock is ahead of ours.
    assert desk.passes(1) == []
    assert desk.passes(14, console(14, "b", 3)) == []
    assert desk.passes(100, console(100, "c", 3)) == []
    assert desk.passes(200, console(200, "d", 199)) == [SIGNED_IN]


def test_the_environment_says_what_has_happened() -> None:
    hook = Hook(ENDS_SOON, "corp", ("x",), NOW + timedelta(milliseconds=1500), "learned")

    assert hook.variables() == {
        "SSO_TRAY_EVENT": "ends-soon",
        "SSO_TRAY_SIGN_IN": "corp",
        "SSO_TRAY_ENDS_AT": "2026-03-04T12:00:01Z",
        "SSO_TRAY_ENDS_SOURCE": "learned",
    }
    assert Hook(SIGNED_IN, "corp", ("x",)).variables()["SSO_TRAY_ENDS_AT"] == ""
    assert hook.key == "hooks.on_ends_soon"


def _new_session(desk: Desk, at: float, token: Token) -> None:
    desk.end(at, EndedBy.NEW_SESSION)
    desk.log_in(at, token)


def _their_renewal(desk: Desk, _at: float, token: Token) -> None:
    before = desk.files["corp"]
    assert isinstance(before, Token)
    desk.put(replace(token, refresh_fingerprint=before.refresh_fingerprint))


ALWAYS: dict[str, Callable[[Desk, float, Token], object]] = {
    "login": lambda desk, at, token: desk.log_in(at, token),
    "their login": lambda desk, _at, token: desk.put(token),
    "gone": lambda desk, _at, _token: desk.put(None),
    "sleep": lambda _desk, _at, _token: None,
}
WITH_TOKEN: dict[str, Callable[[Desk, float, Token], object]] = {
    "renewal": lambda desk, at, token: desk.renew(at, token),
    "their renewal": _their_renewal,
    "proof": lambda desk, at, _token: desk.prove(at),
    "logout": lambda desk, at, _token: desk.log_out(at),
    "refusal": lambda desk, at, _token: desk.end(at),
    "new session": _new_session,
}
EVENTS = st.tuples(st.floats(0.5, 700), st.sampled_from([*ALWAYS, *WITH_TOKEN]))


@examples(150)
@given(st.lists(EVENTS, max_size=25), st.sampled_from([None, 8.0]))
def test_whatever_happens_ends_follow_beginnings_and_a_renewal_begins_nothing(
    events: list[tuple[float, str]], length: float | None
) -> None:
    settings = replace(HOOKS, sign_ins={"corp": SignInSettings(length_hours=length)}) if length else HOOKS
    desk = Hooked(settings=settings)
    desk.passes(-1)
    may_follow = {SIGNED_IN: {SIGNED_IN, ENDS_SOON, ENDED}, ENDS_SOON: {SIGNED_IN, ENDED}, ENDED: {SIGNED_IN}}
    at, told = 0.0, ENDED
    for number, (pause, what) in enumerate(events):
        at += pause
        happens = ALWAYS.get(what) or (WITH_TOKEN[what] if "corp" in desk.files else ALWAYS["sleep"])
        happens(desk, at, held(at, f"t{number}"))
        due = desk.passes(at)
        assert what not in {"renewal", "their renewal", "proof", "sleep"} or SIGNED_IN not in due or told == ENDED
        for event in due:
            assert event in may_follow[told]
            told = event
        assert desk.passes(at) == [], "the same look tells nothing twice"
        assert (desk.status(at).status in {Status.EXPIRED, Status.SIGNED_OUT}) <= (told == ENDED)
