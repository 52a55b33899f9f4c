"""What is known after a session was ended for a new one: what it was worth, and what came of it; and its words."""

from __future__ import annotations

import pytest
from support.build import sign_in
from support.looks import Desk, held, minute, minutes_of, signed_in_at_zero

from tray.core.message import Message
from tray.core.model import Status, Token
from tray.core.session.heard import Ended, Ending, LoggedOut, PageShown, SignedIn
from tray.core.session.history import EndedBy
from tray.core.settings import Settings, SignInSettings
from tray.core.words import login as login_words
from tray.core.words import notices as notices_words
from tray.core.words import pages as pages_words
from tray.core.words import terminal as terminal_words
from tray.core.words.names import listed

CORP = sign_in()


def begin_anew(desk: Desk, at: float, key: str = "n") -> Token:
    """Do what ``login --new`` does, in the order in which it writes that down."""
    before = desk.files["corp"]
    assert isinstance(before, Token)
    desk.hear(at, Ending(before, EndedBy.NEW_SESSION))
    desk.hear(at, Ended(before, EndedBy.NEW_SESSION))
    desk.put(None)
    desk.hear(at, LoggedOut(before, told=True))
    shown = desk.hear(at, PageShown(None))
    token = held(at + 1, key)
    desk.put(token)
    desk.hear(at + 1, SignedIn(None, token, shown.page_shown_at))
    desk.look(at + 1)
    return token


def eight_hours_known() -> Desk:
    return signed_in_at_zero(settings=Settings(sign_ins={"corp": SignInSettings(length_hours=8)}))


def renewed_until(desk: Desk, first: float, last: float) -> None:
    for number, at in enumerate(range(round(first), round(last), 50)):
        desk.renew(at, held(at, f"r{number}-{at}"))
        desk.look(at)


# The steps


def test_a_mark_that_a_session_is_about_to_end_has_aws_asked_until_it_has_answered() -> None:
    desk = signed_in_at_zero()
    token = desk.files["corp"]
    assert isinstance(token, Token)
    known = desk.hear(10, Ending(token, EndedBy.NEW_SESSION))
    assert known.questioned
    assert not known.over
    desk.look(10)
    assert desk.status(10).unsure

    assert not desk.prove(11).questioned
    desk.look(11)
    assert not desk.status(11).unsure
    assert desk.began() == 0, "it was not ended"


def test_a_mark_of_a_token_that_is_no_more_asks_nobody() -> None:
    desk = signed_in_at_zero()
    token = desk.files["corp"]
    assert isinstance(token, Token)
    desk.hear(10, Ending(token, EndedBy.NEW_SESSION))
    assert not desk.renew(11, held(11, "b")).questioned


def test_between_the_old_session_and_the_new_one_the_person_is_signed_out_for_a_new_session() -> None:
    desk = signed_in_at_zero()
    token = desk.files["corp"]
    assert isinstance(token, Token)
    desk.hear(10, Ended(token, EndedBy.NEW_SESSION))
    desk.put(None)
    desk.hear(10, LoggedOut(token, told=True))
    known = desk.look(10)
    assert known.token is None
    assert known.ended is not None
    assert known.ended.by is EndedBy.NEW_SESSION
    found = desk.status(10)
    assert (found.status, found.unfinished) == (Status.SIGNED_OUT, token.fingerprint)


def test_the_new_session_begins_with_its_login() -> None:
    desk = eight_hours_known()
    desk.look(0)
    begin_anew(desk, 300)
    assert desk.began() == 301
    assert not desk.history().doubtful
    assert desk.history().page_shown_at is None
    found = desk.status(302)
    assert found.status is Status.SIGNED_IN
    assert found.unfinished is None
    assert found.deadline is not None
    assert minutes_of(found.deadline.at) is not None


def test_a_session_that_we_cut_short_teaches_no_length() -> None:
    desk = signed_in_at_zero()
    begin_anew(desk, 300)
    assert desk.history().spans == ()


@pytest.mark.parametrize("already", [True, False])
def test_one_that_was_over_when_we_were_about_to_end_it_teaches_its_length(already: bool) -> None:
    desk = signed_in_at_zero()
    renewed_until(desk, 50, 451)
    before = desk.files["corp"]
    assert isinstance(before, Token)
    desk.hear(481, Ending(before, EndedBy.NEW_SESSION))
    known = desk.hear(481, Ended(before, EndedBy.PORTAL, already=already))
    assert known.ended is not None
    assert known.ended.by is (EndedBy.PORTAL if already else EndedBy.NEW_SESSION), (
        "without an answer, we may have ended it"
    )
    desk.put(None)
    assert len(desk.hear(481, LoggedOut(before, told=True)).spans) == already


def test_the_page_of_a_login_that_was_given_up_is_not_that_of_the_next() -> None:
    desk = signed_in_at_zero()
    desk.log_out(10)
    desk.give_up(20)
    known = desk.hear(30, PageShown(None))
    assert known.page_shown_at == minute(20), "the first is what counts"
    token = held(31, "b")
    desk.put(token)
    assert desk.hear(31, SignedIn(None, token, None)).began_at is None
    assert desk.records["corp"].page_shown_at is None


def test_the_page_of_this_very_login_leaves_no_doubt() -> None:
    desk = signed_in_at_zero()
    desk.log_out(10)
    shown = desk.hear(30, PageShown(None)).page_shown_at
    assert shown == minute(30)
    token = held(31, "b")
    desk.put(token)
    assert minutes_of(desk.hear(31, SignedIn(None, token, shown)).began_at) == 31


# Whether time was won


def ended_again(at: float, *, begun: float = 300, by: EndedBy = EndedBy.INVALID_GRANT) -> Desk:
    """A session of eight hours, given up for a new one, which ends itself after so many minutes."""
    desk = eight_hours_known()
    desk.look(0)
    renewed_until(desk, 50, begun)
    begin_anew(desk, begun)
    renewed_until(desk, begun + 40, at - 5)
    desk.end(at, by)
    desk.look(at)
    return desk


def old_end() -> float:
    """When the first session was foretold to end."""
    desk = eight_hours_known()
    desk.look(0)
    found = desk.status(0).deadline
    assert found is not None
    end = minutes_of(found.at)
    assert end is not None
    return end


def test_the_end_that_the_old_session_would_have_had_is_remembered() -> None:
    desk = eight_hours_known()
    desk.look(0)
    begin_anew(desk, 300)
    assert minutes_of(desk.history().old_end) == old_end()


@pytest.mark.parametrize(
    ("off", "nothing"), [(-30, False), (-6, False), (-4, True), (0, True), (4, True), (6, False), (60, False)]
)
def test_a_new_session_that_ends_when_the_old_one_would_have_has_won_nothing(off: float, nothing: bool) -> None:
    assert ended_again(old_end() + off).history().wins_nothing is nothing


@pytest.mark.parametrize(("at", "nothing"), [(15, True), (17, True), (18, False), (19, False)])
def test_of_two_ends_close_to_one_another_the_nearer_one_counts(at: float, nothing: bool) -> None:
    """The old session was to end after 15 minutes, the new one, begun a minute after the fourth, after 20."""
    desk = signed_in_at_zero(settings=Settings(sign_ins={"corp": SignInSettings(length_hours=0.25)}))
    begin_anew(desk, 4)
    desk.end(at, EndedBy.INVALID_GRANT)
    assert desk.look(at).wins_nothing is nothing


def test_the_portals_401_tells_it_too() -> None:
    assert ended_again(old_end(), by=EndedBy.PORTAL).history().wins_nothing


def test_what_we_ended_ourselves_tells_nothing() -> None:
    desk = eight_hours_known()
    desk.look(0)
    begin_anew(desk, 300)
    desk.log_out(old_end())
    assert not desk.look(old_end()).wins_nothing


def test_where_it_wins_nothing_the_next_new_session_is_foretold_to_end_with_the_old_one() -> None:
    desk = ended_again(old_end())
    at = old_end() + 10
    desk.log_in(at, held(at, "p"))
    desk.look(at)
    assert desk.history().wins_nothing
    foretold = desk.status(at).deadline
    assert foretold is not None
    begin_anew(desk, at + 200, "q")
    after = desk.status(at + 202).deadline
    assert after is not None
    assert after.at == foretold.at


def test_a_new_session_that_outlasts_the_old_end_wins_time_again() -> None:
    desk = ended_again(old_end())
    at = old_end() + 10
    desk.log_in(at, held(at, "p"))
    desk.look(at)
    foretold = desk.status(at).deadline
    assert foretold is not None
    begin_anew(desk, at + 200, "q")
    end = minutes_of(foretold.at)
    assert end is not None
    renewed_until(desk, at + 240, end + 70)
    assert not desk.history().wins_nothing


# Words

CANCELLED = Message("The sign-in was cancelled", "Log in again whenever you are ready.")
JARGON = ("token", "oauth", "pkce", "logout", "401", "session id", "idp", "refresh", "cache", "callback", "--new")


def every_word() -> list[str]:
    question = pages_words.question("my-sso", "17:05", ("lab", "data"), estimated=True, wins_nothing=True)
    problems = [
        login_words.KEPT(),
        pages_words.KEPT(),
        pages_words.NOT_BEGUN(what="AWS cannot be reached."),
        pages_words.SIGNED_IN(sign_in="my-sso"),
        pages_words.FAILED(what=CANCELLED.in_one_line),
        login_words.STILL_SIGNED_IN(what=CANCELLED.happened),
        login_words.STILL_SIGNED_IN(what=login_words.KEPT().happened),
        login_words.SIGNED_OUT(what=CANCELLED.happened, sign_in="my-sso"),
        notices_words.UNFINISHED(sign_ins=listed([CORP])),
    ]
    return [
        *(words for problem in problems for words in (problem.title, problem.hint)),
        question.title,
        *question.lines,
        question.begin,
        question.keep,
        terminal_words.NO_TIME_WON(),
        terminal_words.CODE_ENDS_OTHERS(),
        terminal_words.CODE_LIMIT(10),
        terminal_words.WAITING(sign_in="my-sso", time="16:40"),
    ]


def test_the_words_are_plain_and_whole() -> None:
    for words in every_word():
        assert not [each for each in JARGON if each in words.lower()], words
        assert "111122223333" not in words
        assert ".." not in words, words
        assert "None" not in words, words
        assert words == words.strip(), words


def test_a_question_says_until_when_what_ends_and_what_goes_on() -> None:
    full = pages_words.question("my-sso", "17:05", ("lab", "data"), estimated=True, wins_nothing=True)
    assert full.title == "You are signed in to my-sso until about 17:05."
    assert any("other sign-ins and programs may" in line for line in full.lines)
    assert any("Commands that run keep their credentials." in line for line in full.lines)
    assert any("lab, data" in line for line in full.lines)
    assert any("sign out in the access portal first" in line for line in full.lines)
    assert (full.begin, full.keep) == ("Begin a new session", "Keep this one")

    plain = pages_words.question("my-sso", None, (), estimated=False, wins_nothing=False)
    assert plain.title == "You are signed in to my-sso."
    assert len(plain.lines) == 1


def test_given_up_before_the_browser_came_and_after_it() -> None:
    assert (
        login_words.STILL_SIGNED_IN(what=CANCELLED.happened).title
        == "The sign-in was cancelled. You are still signed in."
    )
    assert login_words.SIGNED_OUT(what=CANCELLED.happened, sign_in="my-sso") == Message(
        "The sign-in was cancelled. You are signed out.", "Log in with: sso-tray login my-sso"
    )
    ended = Message("It has ended.", CANCELLED.hint)
    assert login_words.STILL_SIGNED_IN(what=ended.happened).title == "It has ended. You are still signed in."
