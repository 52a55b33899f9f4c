"""What was written down, what only the token file tells of other programs, and all that could mislead."""

from __future__ import annotations

import pytest
from support.build import NOW
from support.looks import EIGHT_HOURS, Desk, held, legacy, minute, signed_in_at_zero

from tray.core.dataclass import replace
from tray.core.message import Message
from tray.core.model import Token, Unreadable
from tray.core.session import renewal
from tray.core.session.history import EndedBy, History
from tray.core.settings import Settings, SignInSettings

NO_NETWORK = Message("No network", "Check it.")


def test_at_first_sight_the_beginning_is_unknown() -> None:
    desk = Desk()
    known = desk.look(0, held(-5))

    assert (desk.began(), known.held_at) == (None, minute(-5))


# What our commands wrote down.


def test_what_a_command_wrote_down_is_known_to_a_tray_that_has_never_looked() -> None:
    desk = Desk()
    desk.log_in(0, held(0))
    written = desk.records["corp"]

    assert desk.look(5) == written


def test_what_is_remembered_goes_on_from_the_revision_that_was_read() -> None:
    desk = signed_in_at_zero()
    desk.look(49)
    seen = desk.look(50, held(50, "b", "ra"))  # Another program's renewal, which no command of ours heard of.

    assert (seen.held_at, seen.revision) == (minute(50), 1)
    assert desk.look(51) == seen


@pytest.mark.parametrize("revision", [0, 1, 2, 9])
def test_another_revision_is_taken_over_newer_or_older_and_the_same_one_is_not(revision: int) -> None:
    desk = signed_in_at_zero()
    desk.look(1)
    desk.records["corp"] = replace(desk.records["corp"], began_at=minute(-99), revision=revision)
    desk.look(2)

    assert desk.began() == (0 if revision == 1 else -99)


def test_a_record_that_is_gone_loses_nothing() -> None:
    desk = signed_in_at_zero()
    desk.records.clear()

    assert desk.look(5).began_at == minute(0)
    assert desk.renew(50, held(50, "b")).revision == 2


def test_a_record_of_a_sign_in_that_is_not_in_the_config_is_left_alone() -> None:
    desk = signed_in_at_zero()
    desk.records["gone"] = History(began_at=NOW)
    desk.look(1)

    assert "gone" not in desk.memory.histories


@pytest.mark.parametrize("tray_looks_between", [True, False])
@pytest.mark.parametrize("what", ["login", "renewal"])
def test_the_tray_may_see_what_a_command_did_to_the_file_before_the_command_has_written_it_down(
    what: str, tray_looks_between: bool
) -> None:
    desk = signed_in_at_zero(settings=Settings(sign_ins={"corp": SignInSettings(length_hours=8)}))
    desk.look(499 if what == "login" else 49)
    at = 500.0 if what == "login" else 50.0
    if tray_looks_between:
        desk.look(at, held(at, "b"))
        desk.put(held(0))
    (desk.log_in if what == "login" else desk.renew)(at + 0.01, held(at, "b"))
    known = desk.look(at + 0.02)

    assert known.began_at == (minute(at + 0.01) if what == "login" else NOW)
    assert (known.number, known.doubtful, known.rotates) == ((2, False, None) if what == "login" else (1, False, True))


def test_what_a_command_heard_before_another_program_signed_in_says_nothing_of_the_new_token() -> None:
    desk = signed_in_at_zero()
    desk.end(50)
    desk.look(51)
    known = desk.look(52, held(52, "b"))

    assert (known.over, known.began_at) == (False, minute(52))


# Another program's doing.


@pytest.mark.parametrize(
    ("token", "at", "began", "doubtful"),
    [
        pytest.param(held(300, "b", "ra"), 300, 0, False, id="the same refresh token: a renewal, however late"),
        pytest.param(held(20, "b"), 20, 0, True, id="40 minutes left: a login, which joins"),
        pytest.param(held(50, "b", client=5), 50, 0, True, id="another client: a login, which joins"),
        pytest.param(held(50, "b"), 50, 0, True, id="10 minutes left: either, of the same session"),
        pytest.param(held(70, "b"), 70, 0, True, id="just past: probably a renewal"),
        pytest.param(held(70, "b", client=5), 70, None, False, id="just past, another client: a login"),
        pytest.param(held(300, "b"), 300, None, False, id="long past: either"),
        pytest.param(held(-90, "b"), 30, None, False, id="moved backwards in time"),
        pytest.param(held(10, "b", life=5), 10, None, False, id="ends earlier than the one before"),
        pytest.param(held(0), 30, 0, False, id="the same token"),
        pytest.param(replace(held(0), modified_at=minute(30)), 30, 0, False, id="only touched"),
    ],
)
def test_a_change_where_no_end_is_foretold(token: Token, at: float, began: float | None, doubtful: bool) -> None:
    desk = signed_in_at_zero()
    desk.look(at - 0.5)
    known = desk.look(at, token)

    assert (desk.began(), known.doubtful) == (began, doubtful)


@pytest.mark.parametrize(
    ("at", "watched", "began", "doubtful"),
    [
        pytest.param(20, True, 0, False, id="a login or a renewal: the same session"),
        pytest.param(300, False, 0, False, id="long past, not watched: the same session"),
        pytest.param(477, True, 0, True, id="close to the end"),
        pytest.param(490, True, 490, False, id="after it: a login"),
        pytest.param(490, False, None, False, id="after it, not watched: a login, perhaps renewed since"),
    ],
)
def test_a_change_where_the_end_is_foretold(at: float, watched: bool, began: float | None, doubtful: bool) -> None:
    desk = signed_in_at_zero()
    desk.learn()
    if watched:
        desk.look(at - 0.5)
    known = desk.look(at, held(at, "b"))

    assert (desk.began(), known.doubtful) == (began, doubtful)


def test_where_renewals_keep_the_refresh_token_a_new_one_is_a_login() -> None:
    desk = signed_in_at_zero()
    desk.renew(50, held(50, "b", "ra"))
    desk.look(115)
    desk.look(115.5, held(115.4, "c"))

    assert (desk.began(), desk.history().number) == (None, 2)


@pytest.mark.parametrize(("after", "began"), [(5 / 60, None), (1, 51), (400, 450)])
def test_after_a_refusal_a_new_token_is_a_login_unless_a_race_may_have_been_won(
    after: float, began: float | None
) -> None:
    desk = signed_in_at_zero()
    desk.end(50)
    desk.look(50 + after - 0.01)
    desk.look(50 + after, held(50 + after, "b"))

    assert desk.began() == began


def test_right_after_a_refusal_a_login_of_ours_is_one_all_the_same() -> None:
    desk = signed_in_at_zero()
    desk.end(50)
    desk.log_in(50.1, held(50.1, "b"))
    desk.look(50.1)

    assert desk.began() == pytest.approx(50.1)


def test_a_race_that_another_program_won_teaches_no_length() -> None:
    desk = signed_in_at_zero()
    desk.end(50)

    assert desk.look(50.05, held(50.05, "b")).spans == ()


def test_a_login_that_nobody_watched_has_no_known_beginning() -> None:
    desk = signed_in_at_zero()
    desk.end(50)
    desk.look(51)
    desk.look(500, held(480, "b"))  # In between the machine slept, or this program did not run.

    assert (desk.began(), desk.history().number) == (None, 2)


def test_a_token_that_another_program_removed_makes_way_for_a_new_session() -> None:
    desk = signed_in_at_zero()
    known = desk.look(30, None)

    assert (known.token, known.began_at, known.held_at, known.number) == (None, None, None, 2)
    assert known.ended is not None
    assert known.ended.by is EndedBy.REMOVED
    assert desk.look(40) == known
    desk.look(40.5, held(40.4, "b"))
    assert desk.began() == pytest.approx(40.4)


@pytest.mark.parametrize("by", [EndedBy.INVALID_GRANT, EndedBy.REFUSED])
def test_why_a_removed_token_had_ended_is_kept_where_aws_said_that_the_session_is_over(by: EndedBy) -> None:
    desk = signed_in_at_zero()
    desk.end(20, by)
    known = desk.look(30, None)

    assert known.ended is not None
    assert known.ended.by is (EndedBy.REMOVED if by is EndedBy.REFUSED else by)


def test_what_was_learned_outlives_the_token() -> None:
    desk = signed_in_at_zero()
    desk.learn()

    assert desk.look(30, None).spans == EIGHT_HOURS


def test_a_renewal_after_an_outage_that_began_in_time_may_be_another_programs() -> None:
    desk = signed_in_at_zero()
    desk.memory = renewal.failed(desk.memory, "corp", NO_NETWORK, minute(55), passes=True)
    desk.look(119)
    known = desk.look(120, held(120, "b"))

    assert (desk.began(), known.doubtful, known.trouble) == (0, True, None)


def test_a_new_token_is_left_alone_for_a_moment_so_that_no_odd_one_is_renewed_without_end() -> None:
    desk = signed_in_at_zero()

    assert desk.look(50, held(50, "b")).pause_until == minute(51)
    assert desk.look(52, held(52, "c", life=0.3)).pause_until == minute(52.1)


def test_a_file_that_is_unreadable_for_a_moment_changes_nothing() -> None:
    desk = signed_in_at_zero()
    before = desk.history()

    assert before == desk.look(10, Unreadable("not JSON"))
    assert before == desk.look(11, held(0))


def test_after_a_legacy_token_has_ended_the_next_one_is_a_login() -> None:
    desk = Desk()
    desk.look(0, legacy(-400))
    desk.look(90)
    desk.look(90.5, held(90.4, "b"))

    assert desk.began() == pytest.approx(90.4)


@pytest.mark.parametrize(("days", "kept"), [(90, False), (89.99, True)])
def test_a_sign_in_that_left_the_config_is_forgotten_ninety_days_after_its_token_was_written(
    days: float, kept: bool
) -> None:
    desk = signed_in_at_zero()
    desk.sign_ins = ()
    desk.look(days * 24 * 60)

    assert ("corp" in desk.memory.histories) is kept


@pytest.mark.parametrize(("written", "held_at"), [(-30, -30), (30, 0)], ids=["before", "by a clock that is ahead"])
def test_a_token_at_first_sight_was_proven_when_it_was_written_but_not_later_than_now(
    written: float, held_at: float
) -> None:
    known = Desk().look(0, held(written))

    assert (known.began_at, known.held_at) == (None, minute(held_at))


def test_a_token_of_which_only_lengths_were_known_is_seen_for_the_first_time_too() -> None:
    desk = Desk()
    desk.learn()
    known = desk.look(0, held(-1))

    assert (known.began_at, known.number, known.spans) == (None, 0, EIGHT_HOURS)
