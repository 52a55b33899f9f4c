"""The trays of one person: one in each session, one of all that speaks, and nobody who gives no answer in their way."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.needs import posix

from tray.core.command import Do, LogIn, Snooze
from tray.disk import generations, lock
from tray.paths import Paths
from tray.resident.seat import ANSWER_SECONDS, SPEAKER_ANSWER_SECONDS, Seat, sit_down
from tray.resident.seat_notes import Wish, put, read


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


class Trays:
    """The trays of one person, and the clock of the machine."""

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self.clock = Clock()
        self.started: list[Seat] = []
        self.session_of: dict[int, str] = {}

    def start(self, session: str, *, joins: bool = False, asked: Do | LogIn | None = None) -> Seat | None:
        number = len(self.session_of)
        self.session_of[number] = session
        seat = sit_down(
            self.paths,
            lambda: self.session_of[number],
            monotonic=self.clock,
            sleep=self.clock.sleep,
            joins=joins,
            asked=asked,
        )
        if seat is not None:
            self.started.append(seat)
        return seat

    def sits(self, session: str) -> Seat:
        seat = self.start(session)
        assert seat
        return seat

    def notes(self) -> list[str]:
        return sorted(path.name for path in self.paths.sessions.glob("*.note"))


@pytest.fixture
def trays(tmp_path: Path) -> Iterator[Trays]:
    names = ("config", "credentials", "cache", "settings.toml", "state", "log", "login")
    made = Trays(Paths(*(tmp_path / name for name in names)))  # type: ignore[arg-type] # the last one has a default
    yield made
    for seat in made.started:
        seat.release()


def test_the_first_tray_speaks_and_one_in_another_session_obeys(trays: Trays) -> None:
    first, second = trays.sits("a"), trays.sits("b")

    assert (first.look(), first.speaks) == (True, True)
    assert (second.look(), second.speaks) == (True, False)


def test_when_the_speaker_goes_the_other_one_speaks(trays: Trays) -> None:
    first, second, third = trays.sits("a"), trays.sits("b"), trays.sits("c")
    first.release()
    for seat in (second, third):
        assert seat.look()

    assert (second.speaks, third.speaks) == (True, False)


def test_a_second_start_in_a_session_is_answered_and_the_first_is_asked_to_show_itself(
    trays: Trays, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = trays.sits("a")
    asked: list[object] = []

    def sleep(_seconds: float) -> None:
        trays.clock.seconds += 1.0
        asked.append(first.asked())

    monkeypatch.setattr(trays.clock, "sleep", sleep)
    assert trays.start("a") is None
    assert asked == [Do.SHOW_STATUS]
    assert not first.asked()
    assert first.look()


ASKED = LogIn("müller & söhne", new=True, ask=True)


def test_a_second_start_hands_on_the_login_that_it_is_asked_for(trays: Trays, monkeypatch: pytest.MonkeyPatch) -> None:
    first = trays.sits("a")
    asked: list[object] = []

    def sleep(_seconds: float) -> None:
        trays.clock.seconds += 1.0
        asked.append(first.asked())

    monkeypatch.setattr(trays.clock, "sleep", sleep)

    assert trays.start("a", asked=ASKED) is None
    assert asked == [ASKED]
    assert first.asked() is None


@pytest.mark.parametrize("asked", [ASKED, Do.SHOW_STATUS])
def test_a_first_start_does_itself_what_it_is_asked_for(trays: Trays, asked: Do | LogIn) -> None:
    seat = trays.start("a", asked=asked)

    assert seat is not None
    assert seat.asked() == asked
    assert seat.asked() is None


def test_a_start_that_takes_over_does_what_it_is_asked_for(trays: Trays) -> None:
    trays.sits("a")
    second = trays.start("a", asked=ASKED)

    assert second is not None
    assert second.took_over
    assert second.asked() == ASKED


@pytest.mark.parametrize("said", ['{"log-in": 7}', '{"use": "prod"}', '{"do": "quit"}', "[", "9" * 5000, ""])
def test_a_note_that_says_anything_else_asks_for_the_status(trays: Trays, said: str) -> None:
    first = trays.sits("a")
    (trays.paths.sessions / "a.show.note").write_text(said)

    assert first.asked() is Do.SHOW_STATUS


def test_a_login_that_was_asked_for_long_ago_is_not_begun(trays: Trays) -> None:
    first = trays.sits("a")
    note = trays.paths.sessions / "a.show.note"
    note.write_text('{"log-in": "corp"}')
    os.utime(note, (0, 0))

    assert first.asked() is Do.SHOW_STATUS


def test_a_second_start_takes_the_place_of_one_that_gives_no_answer(trays: Trays) -> None:
    first = trays.sits("a")
    first.look()
    began = trays.clock.seconds
    second = trays.sits("a")

    assert trays.clock.seconds - began == pytest.approx(ANSWER_SECONDS, abs=0.2)
    assert second.took_over
    assert second.speaks, "of the same session, the lock of the person too"
    assert second.look()
    assert not first.look(), "the old one sees that on waking"
    assert not first.speaks or first._speaking is None or first._speaking.succeeded
    first.release()
    assert second.look()
    assert second.speaks


def test_the_end_of_an_old_one_that_was_succeeded_disturbs_nothing(trays: Trays) -> None:
    first = trays.sits("a")
    first.look()
    second = trays.sits("a")
    second.look()
    note = trays.paths.sessions / "speaker.note"
    before = note.read_text()
    first.release()

    assert note.read_text() == before
    assert second.look()
    assert trays.start("a") is not None  # Nobody answers here.


def test_a_second_start_takes_the_seat_at_once_when_the_first_ends_meanwhile(
    trays: Trays, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = trays.sits("a")
    began = trays.clock.seconds

    def sleep(seconds: float) -> None:
        trays.clock.seconds += seconds
        first.release()

    monkeypatch.setattr(trays.clock, "sleep", sleep)
    second = trays.sits("a")
    assert not second.took_over
    assert trays.clock.seconds - began < 1


def test_a_second_start_that_was_answered_does_not_follow_a_tray_that_is_quit_right_then(
    trays: Trays, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = trays.sits("a")

    def sleep(seconds: float) -> None:
        trays.clock.seconds += seconds
        assert first.asked()
        first.release()

    monkeypatch.setattr(trays.clock, "sleep", sleep)
    assert trays.start("a") is None


def test_a_speaker_in_another_session_that_gives_no_answer_is_succeeded(trays: Trays) -> None:
    hangs, second = trays.sits("a"), trays.sits("b")
    hangs.look()
    second.look()
    trays.clock.seconds += SPEAKER_ANSWER_SECONDS - 1
    second.look()
    assert not second.speaks
    trays.clock.seconds += 2
    second.look()
    assert second.speaks

    assert hangs.look(), "its session has no other tray: it shows, and obeys"
    assert not hangs.speaks
    assert hangs.wishes() == []


def test_a_speaker_that_answers_goes_on(trays: Trays) -> None:
    first, second = trays.sits("a"), trays.sits("b")
    for _ in range(30):
        second.look()
        trays.clock.seconds += 60
        first.look()
        first.wishes()

    assert first.speaks
    assert not second.speaks


def test_the_tray_where_the_person_is_asks_to_speak_and_is_let(trays: Trays) -> None:
    first, second = trays.sits("a"), trays.sits("b")
    for seat in (first, second):
        seat.look()
    assert not first.should_let_speak()
    first.there = lambda: False
    first.look()
    second.look()
    assert first.should_let_speak()
    assert not first.speaks, "from now on nothing is said or remembered there"
    assert not second.look() or not second.speaks
    first.let_speak()
    for seat in (first, second):
        seat.look()

    assert (first.speaks, second.speaks) == (False, True)
    second.release()
    first.look()
    assert not first.speaks
    trays.clock.seconds += 100
    first.look()
    assert first.speaks, "nobody else does"


def test_one_who_is_there_goes_on_speaking(trays: Trays) -> None:
    first, second = trays.sits("a"), trays.sits("b")
    (trays.paths.sessions / "let-me-speak.note").write_text("{}")
    first.look()
    second.look()

    assert not first.should_let_speak()
    assert first.speaks


def test_two_that_nobody_sees_leave_it_as_it_is(trays: Trays) -> None:
    first, second = trays.sits("a"), trays.sits("b")
    first.there = second.there = lambda: False
    for _ in range(3):
        first.look()
        second.look()
        assert not first.should_let_speak()

    assert first.speaks


def test_wishes_reach_the_one_that_speaks_once_and_in_order(trays: Trays) -> None:
    first, second = trays.sits("a"), trays.sits("b")
    wishes: list[Wish] = [Snooze(30), Do.END_SNOOZE, Snooze(60), Do.SNOOZE_UNTIL_TOMORROW]
    for wish in wishes:
        second.ask(wish)

    assert second.wishes() == []
    assert first.wishes() == wishes
    assert first.wishes() == []


def test_a_folder_of_notes_that_rests_is_not_opened_again_and_a_new_note_is_found(
    trays: Trays, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = trays.sits("a"), trays.sits("b")
    opened: list[Path] = []
    iterdir = Path.iterdir

    def opening(folder: Path) -> Iterator[Path]:
        opened.append(folder)
        return iter(iterdir(folder))

    monkeypatch.setattr(Path, "iterdir", opening)
    long_ago = time.time_ns() - 10_000_000_000
    os.utime(trays.paths.sessions, ns=(long_ago, long_ago))
    assert first.wishes() == []
    assert opened
    opened.clear()
    assert first.wishes() == []
    assert opened == []

    second.ask(Snooze(30))
    assert first.wishes() == [Snooze(30)]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"snooze": -1}', '{"snooze": 1e99}', '{"snooze": 99999999}', '{"do": "quit"}', "[" * 3000],
)
def test_a_wish_that_makes_no_sense_is_dropped(trays: Trays, text: str) -> None:
    first = trays.sits("a")
    note = trays.paths.sessions / "wish-1.note"
    note.write_text(text)

    assert first.wishes() == []
    assert not note.exists()


def test_the_seat_follows_a_bus_that_came_late_or_anew(trays: Trays) -> None:
    first = trays.sits("")
    first.look()
    trays.session_of[0] = "a"
    assert first.look()
    assert json.loads((trays.paths.sessions / "speaker.note").read_text())["session"] == "a"
    trays.session_of[0] = ""
    assert first.look(), "a bus that has gone for a moment changes nothing"
    assert not generations.is_held(trays.paths.sessions / "none.lock")
    assert generations.is_held(trays.paths.sessions / "a.lock")


def test_one_that_comes_into_a_session_with_a_tray_has_no_seat_there(trays: Trays) -> None:
    first, second = trays.sits("a"), trays.sits("b")
    trays.session_of[0] = "b"

    assert not first.look()
    first.release()
    assert second.look()
    assert second.speaks


def test_seats_of_sessions_that_are_over_are_cleared_away(trays: Trays) -> None:
    for session in ("a", "b"):
        trays.sits(session).release()
    trays.sits("c")

    assert [path.name for path in trays.paths.sessions.glob("*.lock*")] == ["c.lock"]


def test_nothing_is_left_behind_but_the_locks(trays: Trays) -> None:
    first = trays.sits("a")
    first.look()
    first.release()

    assert trays.notes() == []
    assert lock.acquire(trays.paths.lock_file)


def test_a_disk_that_takes_no_notes_costs_what_they_say(trays: Trays, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object, **_more: object) -> int:
        raise OSError(28, "No space left on device")

    first, second = trays.sits("a"), trays.sits("b")
    monkeypatch.setattr(Path, "write_text", full)
    assert first.look()
    assert second.look()
    second.ask(Snooze(30))
    assert first.speaks


def test_a_start_without_any_session_asks_the_one_that_speaks_to_show_itself(
    trays: Trays, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = trays.sits("a")
    first.look()
    asked: list[object] = []

    def sleep(_seconds: float) -> None:
        asked.append(first.asked())

    monkeypatch.setattr(trays.clock, "sleep", sleep)
    assert trays.start("", joins=True) is None
    assert asked == [Do.SHOW_STATUS]
    first.release()
    assert trays.start("", joins=True), "alone it goes on"


def test_a_wish_that_nobody_has_read_for_long_is_none_any_more(trays: Trays) -> None:
    first, second = trays.sits("a"), trays.sits("b")
    second.ask(Snooze(30))
    (note,) = trays.paths.sessions.glob("wish-*.note")
    os.utime(note, (1e9, 1e9))

    assert first.wishes() == []
    assert not note.exists()


def test_what_was_asked_of_a_session_that_is_over_goes_with_its_seat(trays: Trays) -> None:
    trays.sits("a").release()
    (trays.paths.sessions / "a.show.note").touch()
    held = trays.sits("b")
    (trays.paths.sessions / "b.show.note").touch()
    trays.sits("c")

    assert trays.notes() == ["b.show.note"]
    assert held.asked()


@posix
@pytest.mark.parametrize("obstacle", ["link", "pipe"])
def test_a_note_is_written_into_no_other_file_and_waits_for_nobody(trays: Trays, obstacle: str) -> None:
    trays.sits("c1")
    staged = trays.paths.sessions / "speaker.new"
    precious = trays.paths.sessions / "precious"
    precious.write_bytes(b"data")
    if obstacle == "link":
        staged.symlink_to(precious)
    else:
        os.mkfifo(staged)
    put_aside = staged.lstat()

    with pytest.raises(OSError, match=r"symbolic links|No such device"):
        put(trays.paths.sessions / "speaker.note", {"session": "c1"})

    assert precious.read_bytes() == b"data"
    assert staged.lstat() == put_aside


@posix
def test_a_note_that_is_a_pipe_says_nothing(trays: Trays) -> None:
    trays.sits("c1")
    note = trays.paths.sessions / "pipe.note"
    os.mkfifo(note)
    assert read(note) == {}
