"""Login jobs: whatever the child process does, the resident program hears of it and lives on."""

from __future__ import annotations

import queue
import sys
import threading
import time
from datetime import UTC, datetime

import pytest
from support.build import NOW

from tray.core.command import LogIn
from tray.core.message import Message
from tray.core.session.memory import Memory
from tray.core.session.renewal import LONGEST_PAUSE, How, Renewal
from tray.core.words import notices as notices_words
from tray.resident.child_commands import JobEvent
from tray.resident.jobs import LoginEnded, LoginJob, LogoutEnded, LogoutJob, PageReady, RenewalEnded, RenewalJob
from tray.resident.jobs_in_flight import JobsInFlight, taken_in


class Listener:
    """Starts a job whose child is a Python program, and hears its events."""

    def __init__(self, program: str) -> None:
        self.heard: queue.SimpleQueue[JobEvent] = queue.SimpleQueue()
        self.job = LoginJob("corp", self.heard.put, None, (sys.executable, "-c", program))
        self.job.start()

    def next(self) -> JobEvent:
        return self.heard.get(timeout=20)


def test_the_child_is_told_the_sign_in_as_data() -> None:
    listener = Listener("import sys, json; print(json.dumps({'event': 'failed', 'title': ' '.join(sys.argv[1:])}))")

    ended = listener.next()

    assert isinstance(ended, LoginEnded)
    assert ended.problem is not None
    assert ended.problem.title == "login --json --no-browser --while-input -- corp"


def test_the_events_of_a_login_are_heard_in_order() -> None:
    program = """
for line in ('{"event":"open-url","url":"https://a"}', '{"event":"user-code","code":"AB","url":"https://b"}',
             '{"event":"signed-in","name":"corp","token_expires_at":"x"}'):
    print(line, flush=True)
"""
    listener = Listener(program)

    assert [
        PageReady(listener.job, "https://a"),
        PageReady(listener.job, "https://b", "AB", opens=False),
        LoginEnded(listener.job, signed_in=True),
    ] == [listener.next() for _ in range(3)]


def test_a_failure_is_told_in_the_child_s_words() -> None:
    listener = Listener("""print('{"event":"failed","title":"No.","hint":"Try."}'); raise SystemExit(4)""")

    assert LoginEnded(listener.job, signed_in=False, problem=Message("No.", "Try.")) == listener.next()


@pytest.mark.parametrize(
    "program",
    [
        pytest.param("raise SystemExit(70)", id="crashes"),
        pytest.param("import os; os.kill(os.getpid(), 9)", id="is killed"),
        pytest.param("print('not json'); print('[1]'); print('{}')", id="prints no events"),
        pytest.param("import sys; sys.stdout.buffer.write(b'\\xff\\xfe\\n')", id="prints no text"),
    ],
)
def test_a_child_that_fails_without_a_word_is_a_problem(program: str) -> None:
    listener = Listener(program)

    assert LoginEnded(listener.job, signed_in=False, problem=notices_words.LOGIN_CRASHED()) == listener.next()


def test_a_program_that_cannot_be_started_is_a_problem() -> None:
    heard: queue.SimpleQueue[JobEvent] = queue.SimpleQueue()
    job = LoginJob("corp", heard.put, None, ("/no/such/program",))
    job.start()

    assert LoginEnded(job, signed_in=False, problem=notices_words.LOGIN_CRASHED()) == heard.get(timeout=20)


WAITS = 'print(\'{"event":"open-url","url":"https://a"}\', flush=True); import time; time.sleep(60)'
WAITS_STUBBORNLY = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + WAITS


@pytest.mark.parametrize("program", [WAITS, WAITS_STUBBORNLY])
def test_a_login_is_cancelled_though_the_child_hangs(program: str) -> None:
    listener = Listener(program)
    listener.next()
    begun = time.monotonic()

    listener.job.cancel()

    assert LoginEnded(listener.job, signed_in=False) == listener.next()
    assert time.monotonic() - begun < 10


def test_cancelling_before_the_child_has_started_stops_it() -> None:
    listener = Listener(WAITS)
    listener.job.cancel(notices_words.LOGIN_TOOK_TOO_LONG())

    events = [listener.next()]
    while not isinstance(events[-1], LoginEnded):
        events.append(listener.next())

    assert LoginEnded(listener.job, signed_in=False, problem=notices_words.LOGIN_TOOK_TOO_LONG()) == events[-1]


ANSWERED = ("", True)
CRASHED = (notices_words.RENEWAL_CRASHED().title, True)


@pytest.mark.parametrize(
    ("program", "trouble", "skew"),
    [
        ("""print('{"event":"signed-in","how":"renewed","clock_skew_seconds":-7}')""", ANSWERED, -7.0),
        (
            """print('{"event":"failed","title":"It has ended.","hint":"x","ended":true}'); raise SystemExit(1)""",
            ANSWERED,
            None,
        ),
        (
            """print('{"event":"failed","title":"No.","hint":"x","ended":false}'); raise SystemExit(1)""",
            ANSWERED,
            None,
        ),
        (
            (
                """print('{"event":"failed","title":"Offline.","hint":"x","passes":true,"clock_skew_seconds":null}');"""
                "raise SystemExit(4)"
            ),
            ("Offline.", True),
            None,
        ),
        (
            (
                """print('{"event":"failed","title":"The disk is full.","hint":"x","passes":false}');"""
                "raise SystemExit(4)"
            ),
            ("The disk is full.", False),
            None,
        ),
        ("raise SystemExit(1)", CRASHED, None),
        ("import os; os.kill(os.getpid(), 9)", CRASHED, None),
        ("""print('{"event":"failed"}'); raise SystemExit(70)""", CRASHED, None),
    ],
)
def test_a_renewal_tells_whether_aws_could_be_asked(
    program: str, trouble: tuple[str, bool], skew: float | None
) -> None:
    ended = _ended(program)

    title = "" if ended.trouble is None else ended.trouble.title
    assert ((title, ended.passes), ended.skew_seconds) == (trouble, skew)


@pytest.mark.parametrize(
    ("program", "trouble"),
    [
        ("""print('{"schema":1,"problems":[]}')""", ANSWERED),
        ("""print('{"schema":1,"problems":[{"title":"Refused.","hint":"x"}]}'); raise SystemExit(1)""", ANSWERED),
        (
            (
                """print('{"schema":1,"problems":[{"title":"Offline.","hint":"x"},{"title":"Also.","hint":"x"}]}');"""
                "raise SystemExit(4)"
            ),
            ("Offline.", True),
        ),
        ("""print('{"schema":1,"problems":[]}'); raise SystemExit(70)""", CRASHED),
    ],
)
def test_a_check_tells_whether_aws_could_be_asked(program: str, trouble: tuple[str, bool]) -> None:
    ended = _ended(program, How.ASK)

    assert ("" if ended.trouble is None else ended.trouble.title, ended.passes) == trouble


@pytest.mark.parametrize(
    ("how", "command"),
    [
        (How.RENEW, "renew --json -- corp"),
        (How.INSIST, "renew --json --force -- corp"),
        (How.ASK, "status --check --json -- corp"),
    ],
)
def test_the_child_of_a_renewal_is_told_what_to_do(how: How, command: str) -> None:
    program = "import sys, json; print(json.dumps({'title': ' '.join(sys.argv[1:]), 'hint': ''})); sys.exit(4)"

    assert _ended(program, how).trouble == Message(command, "")


def test_a_renewal_that_lacks_its_program_is_no_trouble() -> None:
    told = {"event": "failed", "title": "none was found", "hint": "x", "passes": False, "unable": True}

    ended = _ended(f"import json; print(json.dumps({told!r})); raise SystemExit(3)")

    assert (ended.unable, ended.trouble) == (True, None)
    memory = taken_in(Memory(), ended, NOW)
    assert memory.history("corp").pause_until == NOW + LONGEST_PAUSE
    assert memory.history("corp").trouble is None


def _ended(program: str, how: How = How.RENEW) -> RenewalEnded:
    heard: queue.SimpleQueue[JobEvent] = queue.SimpleQueue()
    RenewalJob("corp", heard.put, None, (sys.executable, "-c", program), how=how).start()
    ended = heard.get(timeout=20)
    assert isinstance(ended, RenewalEnded)
    return ended


@pytest.mark.parametrize(
    ("program", "problem"),
    [
        ("pass", None),
        (
            """print('{"event":"failed","title":"AWS was not told.","hint":"x"}'); raise SystemExit(4)""",
            "AWS was not told.",
        ),
        ("raise SystemExit(70)", notices_words.LOGOUT_CRASHED().title),
    ],
)
def test_what_a_logout_could_not_do_is_told(program: str, problem: str | None) -> None:
    heard: queue.SimpleQueue[JobEvent] = queue.SimpleQueue()
    LogoutJob("corp", heard.put, None, (sys.executable, "-c", program)).start()

    ended = heard.get(timeout=20)
    assert isinstance(ended, LogoutEnded)
    assert (ended.problem.title if ended.problem else None) == problem


def test_a_job_for_which_there_is_no_thread_ends_with_an_event_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    told: list[JobEvent] = []
    jobs = JobsInFlight(told.append, {}, ["never-started"])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    monkeypatch.setattr(threading.Thread, "start", refuse)
    jobs.renew(Renewal("my-sso", How.RENEW), now)
    jobs.log_in(LogIn("my-sso"), now)

    assert [type(event) for event in told] == [RenewalEnded, LoginEnded]
    for event in told:
        jobs.finish(event, now)
    assert jobs.renewing == frozenset()
    assert jobs.login is None
    assert jobs.next_limit is None
