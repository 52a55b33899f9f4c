"""What a change of the token file means, told from the file alone; and all that could mislead."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.build import NOW, sign_in, snapshot, utc

from tray.core import outcomes
from tray.core.clock import clock_set
from tray.core.history import History, Span, Told
from tray.core.memory import Memory, from_document, to_document
from tray.core.model import Settings, Snapshot, Status, Token, Unreadable
from tray.core.notices import plan
from tray.core.observe import observe
from tray.core.status import derive

CLIENT_ENDS = NOW + timedelta(days=80)


def held(
    at: float,
    key: str = "a",
    refresh: str | None = "ra",
    *,
    life: float = 60,
    client: float = 0,
    refreshable: bool = True,
) -> Token:
    """A token written ``at`` so many minutes after `NOW`."""
    written = NOW + timedelta(minutes=at)
    return Token(
        expires_at=written + timedelta(minutes=life),
        refreshable=refreshable,
        registration_expires_at=CLIENT_ENDS + timedelta(days=client),
        modified_at=written,
        fingerprint=key,
        refresh_fingerprint=refresh if refreshable else None,
    )


@dataclass
class Desk:
    """Looks at one sign-in over time; the memory goes through JSON at every look."""

    memory: Memory = field(default_factory=Memory)

    def look(
        self, at: float, token: Token | Unreadable | None, *, renewing: bool = False, ours: bool = False
    ) -> History:
        now = NOW + timedelta(minutes=at)
        memory = observe(self.memory, snapshot(token), now, {"corp"} if renewing else (), "corp" if ours else None)
        self.memory = from_document(to_document(memory))
        return self.history

    @property
    def history(self) -> History:
        return self.memory.history("corp")

    def tell(self, what: Memory) -> None:
        self.memory = what

    def minute(self, number: float | None = None) -> float | None:
        """The beginning, in minutes after `NOW`."""
        began = self.history.began_at
        return None if began is None else (began - NOW) / timedelta(minutes=1)


def signed_in_at_zero() -> Desk:
    desk = Desk()
    desk.look(-1, None)
    desk.tell(outcomes.signed_in(desk.memory, "corp", NOW))
    desk.look(0, held(0))
    return desk


def test_at_first_sight_the_beginning_is_unknown() -> None:
    desk = Desk()
    desk.look(0, held(-5))

    assert desk.minute() is None


@pytest.mark.parametrize("file_first", [False, True])
def test_our_own_login_is_the_beginning_whether_the_file_or_the_job_is_heard_first(file_first: bool) -> None:
    desk = Desk()
    desk.look(-5, held(-200, "old", "old"))
    if file_first:
        desk.look(0, held(0))
    desk.tell(outcomes.signed_in(desk.memory, "corp", NOW))
    known = desk.look(0.1, held(0))

    assert desk.minute() == 0
    assert not known.doubtful
    assert known.told is None


def test_a_renewal_of_ours_keeps_the_beginning_and_tells_whether_refresh_tokens_rotate() -> None:
    for refresh, rotates in (("ra", False), ("rb", True)):
        desk = signed_in_at_zero()
        known = desk.look(50, held(50, "b", refresh), renewing=True)
        assert (desk.minute(), known.doubtful, known.rotates) == (0, False, rotates)
        desk = signed_in_at_zero()
        desk.tell(outcomes.renewed(desk.memory, "corp"))
        assert desk.look(50, held(50, "b", refresh)).rotates is rotates


@pytest.mark.parametrize(
    ("token", "at", "began", "doubtful"),
    [
        pytest.param(held(300, "b", "ra"), 300, 0, False, id="the same refresh token: a renewal, however late"),
        pytest.param(held(20, "b", "rb"), 20, 20, False, id="40 minutes left: a login"),
        pytest.param(held(50, "b", "rb", client=5), 50, 50, False, id="another client: a login"),
        pytest.param(held(50, "b", "rb"), 50, 0, True, id="10 minutes left: probably a renewal"),
        pytest.param(held(70, "b", "rb"), 70, 0, True, id="just past: probably a renewal"),
        pytest.param(held(300, "b", "rb"), 300, None, False, id="long past: either"),
        pytest.param(held(-90, "b", "rb"), 30, None, False, id="moved backwards in time"),
        pytest.param(held(10, "b", "rb", life=5), 10, None, False, id="ends earlier than the one before"),
        pytest.param(held(0, "a", "ra"), 30, 0, False, id="the same token"),
        pytest.param(replace(held(0), modified_at=NOW + timedelta(minutes=30)), 30, 0, False, id="only touched"),
    ],
)
def test_a_change_by_another_program(token: Token, at: float, began: float | None, doubtful: bool) -> None:
    desk = signed_in_at_zero()
    desk.look(at - 0.5, held(0))
    known = desk.look(at, token)

    assert (desk.minute(), known.doubtful) == (began, doubtful)


def test_where_renewals_keep_the_refresh_token_a_new_one_is_a_login() -> None:
    desk = signed_in_at_zero()
    desk.look(50, held(50, "b", "ra"), renewing=True)
    desk.look(99, held(50, "b", "ra"))
    desk.look(100, held(100, "c", "rc"))

    assert desk.minute() == 100


@pytest.mark.parametrize(("after", "began"), [(5 / 60, None), (1, 51), (400, 450)])
def test_after_a_refusal_a_new_token_is_a_login_unless_a_race_may_have_been_won(
    after: float, began: float | None
) -> None:
    desk = signed_in_at_zero()
    desk.tell(outcomes.refused(desk.memory, "corp", "a", NOW + timedelta(minutes=50)))
    desk.look(50 + after - 0.01, held(0))
    desk.look(50 + after, held(50 + after, "b", "rb"))

    assert desk.minute() == began


def test_right_after_a_refusal_a_login_of_ours_that_runs_explains_the_new_token() -> None:
    desk = signed_in_at_zero()
    desk.tell(outcomes.refused(desk.memory, "corp", "a", NOW + timedelta(minutes=50)))
    desk.look(50, held(0))
    desk.look(50.1, held(50.1, "b", "rb"), ours=True)

    assert desk.minute() == pytest.approx(50.1)


def test_a_login_that_nobody_watched_has_no_known_beginning() -> None:
    desk = signed_in_at_zero()
    desk.tell(outcomes.refused(desk.memory, "corp", "a", NOW + timedelta(minutes=50)))
    desk.look(51, held(0))
    desk.look(500, held(480, "b", "rb"))  # In between the machine slept, or this program did not run.

    assert desk.minute() is None
    assert desk.history.number == 2


def test_a_login_after_a_logout_is_a_login() -> None:
    desk = signed_in_at_zero()
    desk.look(30, None)
    desk.look(40, None)
    desk.look(40.5, held(40.4, "b", "rb"))

    assert desk.minute() == pytest.approx(40.4)


def test_right_after_a_reminder_a_change_is_not_taken_for_a_renewal() -> None:
    desk = signed_in_at_zero()
    settings = Settings()
    lengths = replace(desk.history, spans=(Span(timedelta(minutes=50), timedelta(minutes=61), 2),))
    desk.tell(desk.memory.with_history("corp", lengths))
    now = NOW + timedelta(minutes=50)
    statuses = derive(snapshot(held(0)), settings, now, None, desk.memory)
    assert statuses[0].status is Status.ENDING
    desk.tell(plan(desk.memory, statuses, now, settings, utc).memory)
    desk.look(52, held(52, "b", "rb"))

    assert desk.minute() is None


def test_a_renewal_after_an_outage_that_began_in_time_may_be_another_programs() -> None:
    desk = signed_in_at_zero()
    desk.tell(outcomes.trouble(desk.memory, "corp", "No network", NOW + timedelta(minutes=55)))
    desk.look(119, held(0))
    known = desk.look(120, held(120, "b", "rb"))

    assert (desk.minute(), known.doubtful, known.trouble) == (0, True, None)


def test_a_file_that_is_unreadable_for_a_moment_changes_nothing() -> None:
    desk = signed_in_at_zero()
    before = desk.history

    assert before == desk.look(10, Unreadable("not JSON"))
    assert before == desk.look(11, held(0))


def test_a_token_that_cannot_be_renewed_before_tells_that_the_next_is_a_login() -> None:
    desk = Desk()
    desk.look(0, held(-400, refreshable=False, life=480))
    desk.look(90, held(-400, refreshable=False, life=480))
    desk.look(90.5, held(90.4, "b", "rb"))

    assert desk.minute() == pytest.approx(90.4)


def test_what_a_sign_in_lasted_is_learned_at_the_next_login() -> None:
    desk = signed_in_at_zero()
    for minute in range(50, 480, 50):
        desk.look(minute, held(minute, f"t{minute}", f"r{minute}"), renewing=True)
    desk.tell(outcomes.refused(desk.memory, "corp", "t450", NOW + timedelta(minutes=481)))
    desk.look(500, held(450, "t450", "r450"))
    desk.tell(outcomes.signed_in(desk.memory, "corp", NOW + timedelta(minutes=510)))
    known = desk.look(510, held(510, "z", "rz"))

    assert known.spans == (Span(timedelta(minutes=450), timedelta(minutes=481)),)
    (status,) = derive(snapshot(held(510, "z", "rz")), Settings(), NOW + timedelta(minutes=510), None, desk.memory)
    assert status.deadline is not None
    assert status.deadline.at == NOW + timedelta(minutes=510 + 480)


def test_a_race_that_another_program_won_teaches_no_length() -> None:
    desk = signed_in_at_zero()
    desk.tell(outcomes.refused(desk.memory, "corp", "a", NOW + timedelta(minutes=50)))
    desk.look(50.05, held(50.05, "b", "rb"))

    assert desk.history.spans == ()


def test_outliving_what_was_learned_forgets_it_and_in_doubt_only_the_second_time() -> None:
    learned = (Span(timedelta(minutes=40), timedelta(minutes=65), 3),)
    desk = signed_in_at_zero()
    desk.tell(desk.memory.with_history("corp", replace(desk.history, spans=learned)))
    assert desk.look(70, held(70, "b", "rb"), renewing=True).spans == ()

    desk.tell(desk.memory.with_history("corp", replace(desk.history, spans=learned, doubtful=True)))
    assert [span.times for span in desk.look(120, held(120, "c", "rc"), renewing=True).spans] == [1]
    assert desk.minute() is None


def test_a_clock_that_is_set_back_moves_all_that_is_remembered_with_it() -> None:
    desk = signed_in_at_zero()
    desk.look(30, held(0))
    desk.look(-150, held(0))

    assert desk.minute() == -180


def test_a_clock_that_the_system_says_was_set_moves_it_either_way() -> None:
    desk = signed_in_at_zero()
    desk.tell(clock_set(desk.memory, timedelta(hours=3)))
    desk.look(200, held(0))

    assert desk.minute() == 180


def test_a_sign_in_that_left_the_config_is_forgotten_only_after_months() -> None:
    desk = signed_in_at_zero()
    empty = Snapshot(sign_ins=(sign_in("other"),))

    assert "corp" in observe(desk.memory, empty, NOW + timedelta(days=80)).histories
    assert "corp" not in observe(desk.memory, empty, NOW + timedelta(days=91)).histories


TOKENS = st.builds(
    held,
    st.floats(-3000, 3000),
    st.sampled_from("abc"),
    st.sampled_from(["ra", "rb", None]),
    life=st.sampled_from([0.0, 1.0, 60.0, 480.0]),
    client=st.sampled_from([-100.0, 0.0, 1.0]),
    refreshable=st.booleans(),
)


@given(
    st.lists(
        st.tuples(
            st.floats(-2000, 2000),
            st.none() | st.just(Unreadable("x")) | TOKENS,
            st.sampled_from(["", "signed in", "renewed", "refused", "unrenewable", "trouble", "woke", "clock"]),
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_whatever_happens_nothing_breaks_and_only_a_refusal_ends_a_sign_in_that_may_hold(looks: list) -> None:
    desk, settings = Desk(), Settings()
    refused = set()
    for minute, token, event, renewing in looks:
        now = NOW + timedelta(minutes=minute)
        fingerprint = "" if desk.history.token is None else desk.history.token.fingerprint
        match event:
            case "signed in":
                desk.tell(outcomes.signed_in(desk.memory, "corp", now))
            case "renewed":
                desk.tell(outcomes.renewed(desk.memory, "corp"))
            case "refused":
                desk.tell(outcomes.refused(desk.memory, "corp", fingerprint, now))
                refused.add(fingerprint)
            case "unrenewable":
                desk.tell(outcomes.unrenewable(desk.memory, "corp", fingerprint))
            case "trouble":
                desk.tell(outcomes.trouble(desk.memory, "corp", "No network", now))
            case "woke":
                desk.tell(outcomes.woke(desk.memory))
            case "clock":
                desk.tell(clock_set(desk.memory, timedelta(minutes=minute)))
        desk.look(minute, token, renewing=renewing)
        seen = snapshot(token)
        (status,) = derive(seen, settings, now, None, desk.memory)
        effects = plan(desk.memory, (status,), now, settings, utc)
        desk.tell(effects.memory)
        if isinstance(token, Token):
            assert status.status is not Status.EXPIRED or token.fingerprint in refused or now >= token.expires_at
            assert status.status is Status.EXPIRED or desk.history.refused != token.fingerprint
            assert status.status is not Status.SIGNED_IN or now < token.expires_at
            assert not effects.renew or desk.history.refused != token.fingerprint
    assert desk.history.told is None or desk.history.told in Told
