"""Logins of one portal take turns: one has a page open, the others wait, and all hear what came of it."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.login import LEGACY, SESSION
from support.modes import is_private
from support.needs import posix
from support.processes import end
from support.renewing import start_python, wait_until_ready

from tray.aws.login.login_queue import LoginQueue, OpenPage, Turn, queue_of
from tray.core.dataclass import replace
from tray.core.errors import ConfigProblem, SignInRefused
from tray.core.message import Message
from tray.core.model import SignIn

START = datetime(2024, 11, 23, 9, 0, tzinfo=UTC)
"""Long ago by the clock of the file system, which tells when files were written."""

LATER = START + timedelta(seconds=5)
PAGE = OpenPage("my-sso", START, "http://127.0.0.1:4711/start?key=k", "0123456789abcdef")
REFUSED = Message("The sign-in was refused", "If that was not intended, log in again.")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "logins"


@pytest.fixture
def queue(folder: Path) -> LoginQueue:
    return queue_of(folder, SESSION)


@dataclass
class Caller:
    """Somebody who asks for a turn; time passes only while they wait."""

    queue: LoginQueue
    asked_at: datetime = START
    patience: timedelta = timedelta(minutes=10)
    on_sleep: Callable[[int], object] = lambda _times: None
    now: datetime = START
    cancelled: bool = False
    slept: int = 0
    told: list[OpenPage] = field(default_factory=list)

    def taken(self) -> AbstractContextManager[Turn]:
        return self.queue.turn(
            asked_at=self.asked_at,
            until=self.asked_at + self.patience,
            now=lambda: self.now,
            sleep=self._sleep,
            cancelled=lambda: self.cancelled,
            on_wait=self.told.append,
        )

    def _sleep(self, seconds: float) -> None:
        self.slept += 1
        self.now += timedelta(seconds=seconds)
        self.on_sleep(self.slept)


def test_who_comes_alone_waits_for_nobody(queue: LoginQueue) -> None:
    caller = Caller(queue)
    with caller.taken() as turn:
        assert not turn.waited
        assert turn.abandoned is None
    assert caller.slept == 0
    assert caller.told == []


def test_who_comes_second_waits_and_is_told_the_page_once(queue: LoginQueue) -> None:
    first = Caller(queue).taken()
    first.__enter__()

    def act(times: int) -> None:
        match times:
            case 2:
                queue.show(replace(PAGE, url=""))
            case 4:
                queue.show(PAGE)
            case 8:
                queue.answer(None, START)
                first.__exit__(None, None, None)

    second = Caller(queue, on_sleep=act)
    with second.taken() as later:
        assert later.waited
        assert later.abandoned is None
    assert second.slept == 8
    assert second.told == [PAGE], "a page that is not there yet is not told, and no page twice"


def test_another_page_of_the_same_login_is_told_too(queue: LoginQueue) -> None:
    first = Caller(queue).taken()
    first.__enter__()
    other = replace(PAGE, url="http://127.0.0.1:4712/start?key=other")
    pages = {1: PAGE, 3: other, 5: None}

    def act(times: int) -> None:
        if times not in pages:
            return
        if (page := pages[times]) is not None:
            queue.show(page)
        else:
            first.__exit__(None, None, None)

    second = Caller(queue, on_sleep=act)
    with second.taken():
        pass
    assert second.told == [PAGE, other]


def test_sign_ins_of_one_portal_wait_for_one_another_and_of_others_not(folder: Path) -> None:
    def key(sign_in: SignIn) -> str:
        return queue_of(folder, sign_in).key

    same = (replace(SESSION, name="lab"), replace(SESSION, start_url=f"{SESSION.start_url}/#/"), LEGACY)
    assert {key(sign_in) for sign_in in same} == {key(SESSION)}
    others = (replace(SESSION, region="eu-west-1"), replace(SESSION, start_url="https://other.awsapps.com/start"))
    assert key(SESSION) not in {key(sign_in) for sign_in in others}

    with Caller(queue_of(folder, SESSION)).taken():
        stranger = Caller(queue_of(folder, others[0]))
        with stranger.taken():
            assert stranger.slept == 0


# Refusals


def test_a_refusal_since_this_one_asked_is_its_refusal_too(queue: LoginQueue) -> None:
    first = Caller(queue).taken()
    first.__enter__()

    def act(_times: int) -> None:
        queue.answer(REFUSED, START)
        first.__exit__(None, None, None)

    with pytest.raises(SignInRefused) as refusal, Caller(queue, on_sleep=act).taken():
        pytest.fail("it had the turn")
    assert refusal.value.message == REFUSED
    assert refusal.value.exit_code == 5


def test_a_refusal_from_before_this_one_asked_is_not_its_own(queue: LoginQueue) -> None:
    queue.answer(REFUSED, START - timedelta(seconds=1))
    with Caller(queue).taken() as turn:
        assert not turn.waited


def test_a_refusal_in_the_future_was_left_by_a_clock_that_was_wrong(queue: LoginQueue) -> None:
    queue.answer(REFUSED, START + timedelta(days=400))
    (path,) = queue.folder.glob("*.refused.json")
    wrong = (START + timedelta(days=4000)).timestamp()
    os.utime(path, (wrong, wrong))
    with Caller(queue).taken() as turn:
        assert not turn.waited


def test_a_login_that_ended_well_or_alone_refuses_nobody(queue: LoginQueue) -> None:
    with Caller(queue).taken() as turn:
        queue.show(PAGE)
        queue.answer(None, START)
    with Caller(queue).taken() as turn:
        assert turn.abandoned is None


# Giving up


def test_who_waits_gives_up_after_their_own_time_and_the_first_goes_on(queue: LoginQueue) -> None:
    with Caller(queue).taken():
        queue.show(PAGE)
        second = Caller(queue, patience=timedelta(seconds=5))
        with pytest.raises(SignInRefused, match="in time"), second.taken():
            pytest.fail("it had the turn")
        assert 5 <= second.slept * 0.2 <= 5.5
        assert queue.open_page() == PAGE
        assert not queue.cancelled_since(START, LATER)


def test_who_waits_can_be_cancelled_alone(queue: LoginQueue) -> None:
    with Caller(queue).taken():
        second = Caller(queue)

        def act(_times: int) -> None:
            second.cancelled = True

        second.on_sleep = act
        with pytest.raises(SignInRefused, match="cancelled"), second.taken():
            pytest.fail("it had the turn")
        assert not queue.cancelled_since(START, LATER)


def cancelled_at(queue: LoginQueue, at: datetime) -> None:
    queue.cancel()
    (path,) = queue.folder.glob("*.cancel")
    os.utime(path, (at.timestamp(), at.timestamp()))


def test_all_that_were_asked_for_before_a_cancel_give_up_and_the_next_login_is_not_concerned(queue: LoginQueue) -> None:
    with Caller(queue).taken():
        assert not queue.cancelled_since(START, LATER)
        cancelled_at(queue, START + timedelta(seconds=3))
        assert queue.cancelled_since(START, LATER)
        second = Caller(queue, now=LATER)
        with pytest.raises(SignInRefused, match="cancelled"), second.taken():
            pytest.fail("it had the turn")
    later = Caller(queue, asked_at=START + timedelta(seconds=4), now=LATER)
    with later.taken():
        assert not queue.cancelled_since(later.asked_at, LATER)


def test_a_cancel_counts_also_where_the_first_died_of_it(queue: LoginQueue) -> None:
    cancelled_at(queue, START + timedelta(seconds=3))
    with pytest.raises(SignInRefused, match="cancelled"), Caller(queue, now=LATER).taken():
        pytest.fail("it had the turn")


def test_a_cancel_from_the_future_was_left_by_a_clock_that_was_wrong(queue: LoginQueue) -> None:
    cancelled_at(queue, START + timedelta(days=4000))
    assert not queue.cancelled_since(START, LATER)
    with Caller(queue).taken():
        pass


def test_where_no_login_was_ever_made_nobody_is_there_to_cancel_and_nothing_fails(queue: LoginQueue) -> None:
    assert not queue.cancelled_since(START, LATER)
    queue.cancel()
    assert queue.cancelled_since(datetime.now(UTC) - timedelta(minutes=1), datetime.now(UTC))


# Who runs


def test_it_is_seen_from_outside_whether_a_login_runs(queue: LoginQueue) -> None:
    assert queue.in_progress() is None
    with Caller(queue).taken():
        assert queue.in_progress() is None, "there is no page yet"
        queue.show(PAGE)
        assert queue.in_progress() == PAGE
        queue.answer(None, START)
        assert queue.in_progress() is None


HOLD = """
import sys, time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tray.aws.login.login_queue import OpenPage, LoginQueue
now = lambda: datetime.now(UTC)
queue = LoginQueue(Path(sys.argv[1]), sys.argv[2])
with queue.turn(
    asked_at=now(), until=now() + timedelta(minutes=1), now=now, sleep=time.sleep, cancelled=lambda: False,
    on_wait=lambda page: None,
) as turn:
    queue.show(OpenPage("my-sso", now(), "http://127.0.0.1:4711/start?key=k", "the-client"))
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def leader(queue: LoginQueue) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the turn, and a page open."""
    program = f"import sys\nsys.argv = ['', {str(queue.folder)!r}, {queue.key!r}]\n{HOLD}"
    with start_python(program) as process:
        try:
            wait_until_ready(process)
            yield process
        finally:
            process.kill()


def test_a_login_of_another_process_is_seen_until_it_dies(queue: LoginQueue, leader: subprocess.Popen[str]) -> None:
    page = queue.in_progress()
    assert page is not None
    assert (page.sign_in, page.url) == ("my-sso", PAGE.url)

    end(leader.pid)
    leader.wait(10)

    assert queue.in_progress() is None
    assert queue.open_page() == page, "it is left there for the next one"


def test_one_that_dies_is_followed_by_the_next_which_sees_what_it_left(
    queue: LoginQueue, leader: subprocess.Popen[str]
) -> None:
    def act(times: int) -> None:
        if times == 2:
            end(leader.pid)
            leader.wait(10)

    second = Caller(queue, on_sleep=act)
    with second.taken() as turn:
        assert turn.waited
        assert turn.abandoned is not None
        assert turn.abandoned.client == "the-client"
        queue.answer(None, START)
    assert [page.url for page in second.told] == [PAGE.url]
    with Caller(queue).taken() as turn:
        assert turn.abandoned is None, "what was dealt with is gone"


RACE = """
import os, sys, time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tray.aws.login.login_queue import LoginQueue
now = lambda: datetime.now(UTC)
queue, log = LoginQueue(Path(sys.argv[1]), sys.argv[2]), os.open(sys.argv[3], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
print("ready", flush=True)
sys.stdin.readline()
for _ in range(5):
    with queue.turn(
        asked_at=now(), until=now() + timedelta(minutes=1), now=now, sleep=lambda _: time.sleep(0.002),
        cancelled=lambda: False, on_wait=lambda page: None,
    ):
        os.write(log, b"[")
        time.sleep(0.002)
        os.write(log, b"]")
"""


def test_of_many_processes_exactly_one_has_the_turn(queue: LoginQueue, tmp_path: Path) -> None:
    log = tmp_path / "log"
    program = f"import sys\nsys.argv = ['', {str(queue.folder)!r}, {queue.key!r}, {str(log)!r}]\n{RACE}"
    racers = [start_python(program) for _ in range(8)]
    for racer in racers:
        wait_until_ready(racer)
    for racer in racers:
        assert racer.stdin
        racer.stdin.write("go\n")
        racer.stdin.flush()
    for racer in racers:
        _, complaint = racer.communicate(timeout=60)
        assert racer.returncode == 0, complaint
    assert log.read_text() == "[]" * 40


# The files


def page_file(queue: LoginQueue) -> Path:
    with Caller(queue).taken():
        queue.show(PAGE)
    (path,) = queue.folder.glob("*.page.json")
    return path


@posix
def test_nobody_else_may_read_what_is_left_there(queue: LoginQueue) -> None:
    before = os.umask(0)
    try:
        queue.answer(REFUSED, START - timedelta(seconds=1))
        page_file(queue)
        queue.cancel()
    finally:
        os.umask(before)
    assert queue.folder.stat().st_mode & 0o777 == 0o700
    names = {path.name.partition(".")[2] for path in queue.folder.iterdir()}
    assert names == {"page.json", "refused.json", "cancel", "lock"}
    assert all(is_private(path) for path in queue.folder.iterdir())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"sign_in": "x", "url": "' + b"x" * 1_000_000 + b'", "client": "", "since": "2026-11-23T09:00:00+00:00"}',
        {"since": None},
        {"since": 7},
        {"since": "2026-11-23T09:00:00"},
        {"since": "whenever"},
        {"url": None},
        {"url": ["http://127.0.0.1/"]},
        {"url": "javascript:alert(1)"},
        {"url": "file:///etc/passwd"},
        {"url": "http://evil.example/start"},
        {"url": "http://127.0.0.1:1/\x1b[2J"},
        {"url": "--help"},
    ],
    ids=lambda content: repr(content)[:50],
)
def test_a_page_that_cannot_be_believed_is_none_and_keeps_nobody_from_a_turn(
    queue: LoginQueue, content: bytes | dict[str, object]
) -> None:
    path = page_file(queue)
    facts = json.loads(path.read_bytes())
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(facts | content).encode())
    assert queue.open_page() is None
    with Caller(queue).taken() as turn:
        assert turn.abandoned is None
        queue.show(PAGE)
        assert queue.in_progress() == PAGE


@pytest.mark.parametrize("content", [b"", b"[]", b'{"at": 7}', b'{"at": "2026-11-23T09:00:00", "title": "t"}', b"\xff"])
def test_a_refusal_that_cannot_be_read_refuses_nobody(queue: LoginQueue, content: bytes) -> None:
    queue.answer(REFUSED, START)
    (path,) = queue.folder.glob("*.refused.json")
    path.write_bytes(content)
    with Caller(queue).taken() as turn:
        assert not turn.waited


def test_a_page_that_cannot_be_written_keeps_nobody_from_a_login(queue: LoginQueue) -> None:
    with Caller(queue).taken():
        page_path = queue.folder / queue._file(".page.json").name
        page_path.mkdir()
        queue.show(PAGE)
        queue.answer(REFUSED, START)
    assert queue.open_page() is None


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way")
    with pytest.raises(ConfigProblem), Caller(queue_of(tmp_path / "state" / "logins", SESSION)).taken():
        pytest.fail("it had the turn")


@posix
def test_a_lock_that_is_a_link_is_not_followed(queue: LoginQueue, tmp_path: Path) -> None:
    page_file(queue)
    (lock,) = queue.folder.glob("*.lock")
    lock.unlink()
    lock.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigProblem), Caller(queue).taken():
        pytest.fail("it had the turn")
    assert not (tmp_path / "elsewhere").exists()


def test_threads_of_one_process_take_turns_too(queue: LoginQueue) -> None:
    inside, most = 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal inside, most
        for _ in range(5):
            with Caller(queue, patience=timedelta(days=1)).taken():
                with lock:
                    inside += 1
                    most = max(most, inside)
                with lock:
                    inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most == 1


def test_nothing_of_the_address_is_shown_by_a_repr() -> None:
    assert "key" not in repr(PAGE)


@posix
@pytest.mark.parametrize("obstacle", ["link", "pipe"])
def test_a_cancel_is_written_into_no_other_file(queue: LoginQueue, folder: Path, obstacle: str) -> None:
    queue.cancel()
    (cancel,) = folder.glob("*.cancel")
    cancel.unlink()
    precious = folder / "precious"
    precious.write_bytes(b"data")
    if obstacle == "link":
        cancel.symlink_to(precious)
    else:
        os.mkfifo(cancel)
    before = precious.stat()

    queue.cancel()

    assert precious.stat() == before
