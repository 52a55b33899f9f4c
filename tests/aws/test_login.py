"""A login of ours, from the wish to the token, with real boto3, real records and the embedded Identity Center."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.center import Clock, plant_token
from support.desk import until
from support.login import SESSION, Person, cache_dir, operations
from support.renewing import CONFIG, REFRESH, document_in, plant_due, surroundings, write_config

from tray.aws.api import errors
from tray.aws.cache import registration, renewal
from tray.aws.cache.files import token_path
from tray.aws.cache.records import read_record, record_path
from tray.aws.login import sign_in_pages
from tray.aws.login.login import Around, How, LoggedIn, Wish, log_in
from tray.aws.login.login_queue import OpenPage, queue_of
from tray.aws.login.sign_in_pages import SignInPages
from tray.commands.recorder import Recorder
from tray.core.dataclass import replace
from tray.core.errors import ServiceProblem, SignInRefused
from tray.core.message import Message
from tray.core.model import SignIn
from tray.core.session.history import History
from tray.core.words import pages as pages_words
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault
from tray.demo.organisation import START_URL
from tray.disk.digest import sha1_hex
from tray.paths import find_paths
from tray.resident.reader import Reader

QUESTION = pages_words.question("my-sso", None, (), estimated=False, wins_nothing=False)
TOKEN = Path(".aws") / "sso" / "cache" / token_path(Path(), SESSION.name).name


def known(sign_in: SignIn = SESSION) -> History:
    return read_record(record_path(find_paths().sign_in_records, sign_in.name)) or History()


@dataclass
class Caller:
    """Somebody who calls ``login``, in a terminal of their own; and the person who helps in a browser."""

    person: Person
    sign_in: SignIn = SESSION
    waited_for: list[OpenPage] = field(default_factory=list)
    waits: threading.Event = field(default_factory=threading.Event)
    interrupted: bool = False
    over: bool = False

    def log_in(self, **wish: object) -> LoggedIn:
        paths = find_paths()
        recorder = Recorder(Reader(paths), self.now)
        login = self.person.surroundings()
        around = Around(
            login=replace(login, sleep=self.sleep, cancelled=self._cancelled),
            renewal=surroundings(now=self.now, hear=recorder.hear, lock_dir=paths.renewal_locks),
            logins=paths.logins,
            known=lambda: known(self.sign_in),
            on_wait=self.on_wait,
        )
        try:
            return log_in(Wish(sign_in=self.sign_in, **wish), around)  # type: ignore[arg-type]
        finally:
            self.over = True
            self.person.join()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.person.clock(), UTC)

    def sleep(self, _seconds: float) -> None:
        time.sleep(0.01)

    def on_wait(self, page: OpenPage) -> None:
        self.waited_for.append(page)
        self.waits.set()

    def _cancelled(self) -> bool:
        if self.interrupted:
            raise KeyboardInterrupt
        return self.person.cancelled.is_set()

    def leave(self, _url: str) -> None:
        """Cancel the login, and close the tab."""
        self.person.cancelled.set()
        raise ConnectionAbortedError

    @property
    def pages(self) -> int:
        return len(self.person.urls)


@pytest.fixture(autouse=True)
def config(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in_pages, "_GLANCE_SECONDS", 0.02)
    monkeypatch.setattr(renewal, "_WINNER_SECONDS", 0)
    write_config(CONFIG.replace("sso_registration_scopes = sso:account:access\n", ""))


@pytest.fixture
def caller(center: IdentityCenter, clock: Clock) -> Caller:
    return Caller(Person(center, clock))


@pytest.fixture
def token_file(home: Path) -> Path:
    return home / TOKEN


@pytest.fixture
def signed_in(center: IdentityCenter, caller: Caller, token_file: Path) -> Caller:
    """Somebody whose session began five minutes ago with a login of ours; what was asked since then is counted."""
    caller.log_in()
    caller.person.clock.advance(300)
    for seen in (caller.person.events, caller.person.pages, caller.person.asked):
        seen.clear()
    assert token_file.exists()
    return caller


def since_then(center: IdentityCenter) -> list[str]:
    """What was asked of AWS after the login of `signed_in`."""
    return operations(center)[2:]


# Plain: makes sure


def test_where_aws_says_yes_no_page_opens(center: IdentityCenter, signed_in: Caller, token_file: Path) -> None:
    before = token_file.read_bytes()
    assert signed_in.log_in().how is How.ALREADY
    assert signed_in.pages == 0
    assert since_then(center) == ["ListAccounts"]
    assert token_file.read_bytes() == before
    assert known().held_at == pytest.approx(signed_in.now(), abs=timedelta(seconds=10))


def test_a_stale_token_is_renewed_and_no_page_opens(center: IdentityCenter, signed_in: Caller) -> None:
    signed_in.person.clock.advance(3600)
    result = signed_in.log_in()
    assert result.how is How.RENEWED
    assert result.expires_at > signed_in.now() + timedelta(minutes=50)
    assert signed_in.pages == 0
    assert since_then(center) == [REFRESH, "ListAccounts"]


def test_without_a_token_the_page_opens(center: IdentityCenter, caller: Caller, token_file: Path) -> None:
    result = caller.log_in()
    assert result.how is How.SIGNED_IN
    assert caller.pages == 1
    assert result.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ") == document_in(token_file)["expiresAt"]
    assert "ListAccounts" not in operations(center)


def test_401_leads_to_the_page_at_once(center: IdentityCenter, signed_in: Caller) -> None:
    center.end_sessions()
    assert signed_in.log_in().how is How.SIGNED_IN
    assert signed_in.pages == 1
    assert since_then(center) == ["ListAccounts", "CreateToken/authorization_code"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault.drop("ListAccounts"),
        Fault.error("ListAccounts", 500, "InternalServerException"),
        Fault.error("ListAccounts", 429, "TooManyRequestsException"),
    ],
    ids=str,
)
def test_no_answer_opens_no_page_and_changes_nothing(
    center: IdentityCenter, signed_in: Caller, token_file: Path, fault: Fault
) -> None:
    before, history = token_file.read_bytes(), known()
    center.inject(fault)
    with pytest.raises(ServiceProblem) as problem:
        signed_in.log_in()
    assert problem.value.exit_code == 4
    assert signed_in.person.events == []
    assert token_file.read_bytes() == before
    assert known() == history


def test_scopes_that_were_never_registered_count_as_not_signed_in(center: IdentityCenter, signed_in: Caller) -> None:
    signed_in.sign_in = replace(SESSION, scopes=("sso:account:access", "codewhisperer:completions"))
    assert signed_in.log_in().how is How.SIGNED_IN
    assert signed_in.pages == 1
    assert "ListAccounts" not in since_then(center)
    assert signed_in.log_in().how is How.ALREADY


@pytest.mark.parametrize(
    "changes", [{"startUrl": "https://other.awsapps.com/start"}, {"region": "eu-west-1"}, {"expiresAt": "whenever"}]
)
def test_a_token_of_another_portal_or_region_or_that_cannot_be_read_leads_to_the_page(
    center: IdentityCenter, signed_in: Caller, token_file: Path, changes: dict[str, str]
) -> None:
    plant_token(SESSION.name, {**center.issue_token(), **changes})
    assert signed_in.log_in().how is How.SIGNED_IN
    assert signed_in.pages == 1
    assert document_in(token_file)["startUrl"] == START_URL


def test_another_way_to_write_the_same_portal_needs_no_page(center: IdentityCenter, signed_in: Caller) -> None:
    signed_in.sign_in = replace(SESSION, start_url=f"{START_URL}/#/")
    assert signed_in.log_in().how is How.ALREADY


# New: nothing ends before the browser has come


def test_the_session_ends_when_the_persons_browser_has_come_and_a_new_one_begins(
    center: IdentityCenter, signed_in: Caller, token_file: Path
) -> None:
    [old] = center.sessions
    seen: list[tuple[bool, bool, list[str]]] = []

    def look(_url: str) -> None:
        seen.append((old in center.sessions, token_file.exists(), since_then(center)))

    signed_in.person.before = signed_in.person.at_aws = look

    assert signed_in.log_in(new=True).how is How.NEW

    assert seen == [(True, True, []), (False, False, ["Logout"])]
    [new] = center.sessions
    assert new != old
    assert known().began_at == pytest.approx(signed_in.now(), abs=timedelta(seconds=10))
    assert known().page_shown_at is None
    assert known().ending is None


def test_a_stale_token_ends_its_session_too(center: IdentityCenter, signed_in: Caller) -> None:
    signed_in.person.clock.advance(3600)
    assert signed_in.log_in(new=True).how is How.NEW
    assert since_then(center)[:2] == [REFRESH, "Logout"]
    assert len(center.sessions) == 1


def test_where_no_session_holds_it_is_a_login(center: IdentityCenter, caller: Caller) -> None:
    assert caller.log_in(new=True).how is How.SIGNED_IN
    center.end_sessions()
    assert caller.log_in(new=True).how is How.SIGNED_IN


def test_where_aws_does_not_end_it_the_login_joins(center: IdentityCenter, signed_in: Caller, token_file: Path) -> None:
    began_at, [old] = known().began_at, center.sessions
    center.inject(Fault.error("Logout", 429, "TooManyRequestsException", times=2))
    before = document_in(token_file)
    assert signed_in.log_in(new=True).how is How.JOINED
    assert center.sessions == (old,)
    assert document_in(token_file)["accessToken"] != before["accessToken"]
    assert known().began_at == began_at, "no time was won"
    assert known().ending is None


def test_where_nobody_tells_whether_it_has_ended_the_page_says_so_and_the_token_stays(
    center: IdentityCenter, signed_in: Caller, token_file: Path
) -> None:
    before = token_file.read_bytes()
    center.inject(Fault.drop("Logout"))
    center.inject(Fault.drop("ListAccounts"))
    with pytest.raises(ServiceProblem):
        signed_in.log_in(new=True)
    assert "could not be started" in signed_in.person.pages[0].text
    assert token_file.read_bytes() == before
    assert known().questioned, "the tray asks"


def test_the_page_asks_where_it_is_told_to(center: IdentityCenter, signed_in: Caller) -> None:
    signed_in.person.choice = "begin"
    assert signed_in.log_in(new=True, question=QUESTION).how is How.NEW
    assert [each.rpartition("choice=")[2] for each in signed_in.person.asked if "choice=" in each] == ["begin"]


def test_a_plain_login_asks_nothing(center: IdentityCenter, signed_in: Caller) -> None:
    center.end_sessions()
    assert signed_in.log_in(question=QUESTION).how is How.SIGNED_IN
    assert not [each for each in signed_in.person.asked if "choice=" in each]


def test_it_is_not_asked_again_on_the_page_of_another_registration(center: IdentityCenter, signed_in: Caller) -> None:
    center.inject(Fault.error("CreateToken/authorization_code", 401, "InvalidClientException", times=1))
    assert signed_in.log_in(new=True, question=QUESTION).how is How.NEW
    assert signed_in.pages == 2
    assert [each.rpartition("choice=")[2] for each in signed_in.person.asked if "choice=" in each] == ["begin"]
    assert since_then(center).count("Logout") == 1


# Given up


def untouched(center: IdentityCenter, caller: Caller, token_file: Path, **wish: object) -> SignInRefused:
    """Log in, be refused, and see that nothing has changed."""
    before, sessions, history = token_file.read_bytes(), center.sessions, known()
    with pytest.raises(SignInRefused) as refusal:
        caller.log_in(**wish)
    assert token_file.read_bytes() == before
    assert center.sessions == sessions
    assert known() == history
    assert not refusal.value.signed_out
    assert refusal.value.exit_code == 5
    return refusal.value


def test_cancelled_before_the_browser_came_one_is_still_signed_in(
    center: IdentityCenter, signed_in: Caller, token_file: Path
) -> None:
    signed_in.person.decision = None
    signed_in.person.before = lambda _url: signed_in.person.cancelled.set()
    refusal = untouched(center, signed_in, token_file, new=True)
    assert refusal.title == "The sign-in was cancelled. You are still signed in."


def test_timed_out_before_the_browser_came_one_is_still_signed_in(
    center: IdentityCenter, signed_in: Caller, token_file: Path
) -> None:
    signed_in.person.decision = None
    signed_in.person.before = lambda _url: signed_in.person.clock.advance(31)
    refusal = untouched(center, signed_in, token_file, new=True, timeout=timedelta(seconds=30))
    assert refusal.title == "The sign-in was not approved in time. You are still signed in."


def test_who_keeps_the_session_is_still_signed_in_and_told_so_once(
    center: IdentityCenter, signed_in: Caller, token_file: Path
) -> None:
    signed_in.person.choice = "keep"
    refusal = untouched(center, signed_in, token_file, new=True, question=QUESTION)
    assert refusal.title == "The session was kept. You are still signed in."
    assert "Nothing was changed" in signed_in.person.pages[0].text


@pytest.mark.parametrize("how", ["cancelled", "timed out", "denied", "interrupted"])
def test_given_up_at_awss_page_one_is_signed_out_and_told_so(
    center: IdentityCenter, signed_in: Caller, token_file: Path, how: str
) -> None:
    def act(url: str) -> None:
        match how:
            case "cancelled":
                signed_in.leave(url)
            case "timed out":
                signed_in.person.clock.advance(601)
                raise ConnectionAbortedError
            case "interrupted":
                signed_in.interrupted = True
                raise ConnectionAbortedError

    signed_in.person.at_aws = act
    signed_in.person.decision = "deny"
    with pytest.raises(SignInRefused, match="You are signed out") as refusal:
        signed_in.log_in(new=True)
    assert refusal.value.signed_out
    assert refusal.value.hint == "Log in with: sso-tray login my-sso"
    assert not token_file.exists()
    assert known().page_shown_at is not None


def test_a_login_after_one_that_was_given_up_at_awss_page_joins_nobody_knows_what(
    center: IdentityCenter, signed_in: Caller
) -> None:
    signed_in.person.at_aws = signed_in.leave
    with pytest.raises(SignInRefused):
        signed_in.log_in(new=True)
    signed_in.person.cancelled.clear()
    signed_in.person.at_aws = lambda _url: None
    signed_in.person.clock.advance(1800)

    assert signed_in.log_in().how is How.SIGNED_IN

    assert known().began_at is None, "the person may have signed in on the page that was left"
    assert known().page_shown_at is None
    assert signed_in.log_in(new=True).how is How.NEW
    assert known().began_at is not None


def test_a_plain_login_that_is_given_up_says_nothing_of_the_session(center: IdentityCenter, caller: Caller) -> None:
    caller.person.at_aws = caller.leave
    with pytest.raises(SignInRefused) as refusal:
        caller.log_in()
    assert refusal.value.title == "The sign-in was cancelled"
    assert not refusal.value.signed_out


# Many at once


class Crowd:
    """Callers who log in at once, each in a thread."""

    def __init__(self, center: IdentityCenter, clock: Clock) -> None:
        self._center, self._clock = center, clock
        self._pool = ThreadPoolExecutor(8)
        self.callers: list[Caller] = []
        self.leads = threading.Event()
        self.go = threading.Event()

    def add(self, *, jar_of: Caller | None = None, **wish: object) -> tuple[Caller, Future[LoggedIn]]:
        person = Person(self._center, self._clock)
        if jar_of is not None:
            person.jar = jar_of.person.jar
        caller = Caller(person)
        person.at_aws = lambda _url: self._hold(caller)
        self.callers.append(caller)
        return caller, self._pool.submit(caller.log_in, **wish)

    def _hold(self, caller: Caller) -> None:
        self.leads.set()
        until(lambda: self.go.is_set() or caller.over, seconds=20)

    def close(self) -> None:
        self.go.set()
        for caller in self.callers:
            caller.person.cancelled.set()
        self._pool.shutdown()

    @property
    def pages(self) -> int:
        return sum(caller.pages for caller in self.callers)


@pytest.fixture
def crowd(center: IdentityCenter, clock: Clock) -> Iterator[Crowd]:
    made = Crowd(center, clock)
    yield made
    made.close()


def test_five_logins_at_once_share_one_page(center: IdentityCenter, crowd: Crowd) -> None:
    leader, first = crowd.add()
    assert crowd.leads.wait(20)
    others = [crowd.add() for _ in range(4)]
    for caller, _ in others:
        assert caller.waits.wait(20)
    crowd.go.set()

    assert first.result(30).how is How.SIGNED_IN
    assert [result.result(30).how for _, result in others] == [How.ALREADY] * 4
    assert crowd.pages == 1
    [url] = leader.person.urls
    assert all([page.url for page in caller.waited_for] == [url] for caller, _ in others)
    assert operations(center).count("CreateToken/authorization_code") == 1


def test_two_new_ones_at_once_begin_one_session(center: IdentityCenter, signed_in: Caller, crowd: Crowd) -> None:
    [old] = center.sessions
    _, first = crowd.add(jar_of=signed_in, new=True)
    assert crowd.leads.wait(20)
    second, result = crowd.add(new=True)
    assert second.waits.wait(20)
    crowd.go.set()

    assert [each.result(30).how for each in (first, result)] == [How.NEW, How.NEW]
    assert crowd.pages == 1
    assert since_then(center).count("Logout") == 1
    [new] = center.sessions
    assert new != old


def test_a_new_one_is_not_content_with_a_session_from_before_it_asked(
    center: IdentityCenter, signed_in: Caller, clock: Clock
) -> None:
    [old] = center.sessions
    assert signed_in.log_in(new=True).how is How.NEW
    clock.advance(1)
    assert signed_in.log_in(new=True).how is How.NEW
    assert since_then(center).count("Logout") == 2
    assert old not in center.sessions


def test_a_refusal_ends_all_that_wait(center: IdentityCenter, crowd: Crowd) -> None:
    leader, first = crowd.add()
    leader.person.decision = "deny"
    assert crowd.leads.wait(20)
    others = [crowd.add() for _ in range(2)]
    for caller, _ in others:
        assert caller.waits.wait(20)
    crowd.go.set()
    for result in (first, *(result for _, result in others)):
        with pytest.raises(SignInRefused, match="refused"):
            result.result(30)
    assert crowd.pages == 1


def test_a_cancel_for_all_ends_all_that_wait(center: IdentityCenter, crowd: Crowd) -> None:
    _, first = crowd.add()
    assert crowd.leads.wait(20)
    other, result = crowd.add()
    assert other.waits.wait(20)
    queue_of(find_paths().logins, SESSION).cancel()
    for each in (first, result):
        with pytest.raises(SignInRefused, match="cancelled"):
            each.result(30)
    assert crowd.pages == 1


def test_where_the_first_runs_out_of_time_alone_the_next_opens_its_own_page(
    center: IdentityCenter, crowd: Crowd, clock: Clock
) -> None:
    leader, first = crowd.add(timeout=timedelta(seconds=30))
    assert crowd.leads.wait(20)
    other, result = crowd.add()
    assert other.waits.wait(20)
    clock.advance(31)
    with pytest.raises(SignInRefused, match="in time"):
        first.result(30)
    crowd.go.set()
    assert result.result(30).how is How.SIGNED_IN
    assert (leader.pages, other.pages) == (1, 1)


def test_where_the_first_is_interrupted_alone_the_next_opens_its_own_page(center: IdentityCenter, crowd: Crowd) -> None:
    leader, first = crowd.add()
    assert crowd.leads.wait(20)
    other, result = crowd.add()
    assert other.waits.wait(20)
    leader.interrupted = True
    with pytest.raises(SignInRefused, match="cancelled"):
        first.result(30)
    crowd.go.set()
    assert result.result(30).how is How.SIGNED_IN
    assert other.pages == 1


def test_where_the_first_fails_the_next_tries_for_itself(center: IdentityCenter, crowd: Crowd) -> None:
    _, first = crowd.add()
    assert crowd.leads.wait(20)
    other, result = crowd.add()
    assert other.waits.wait(20)
    center.inject(Fault.error("CreateToken/authorization_code", 400, "InvalidGrantException", times=1))
    crowd.go.set()
    with pytest.raises(ServiceProblem):
        first.result(30)
    assert result.result(30).how is How.SIGNED_IN
    assert other.pages == 1


def test_one_that_waits_longer_than_it_may_gives_up_alone(center: IdentityCenter, crowd: Crowd, clock: Clock) -> None:
    _, first = crowd.add()
    assert crowd.leads.wait(20)
    other, result = crowd.add(timeout=timedelta(seconds=5))
    assert other.waits.wait(20)
    clock.advance(6)
    with pytest.raises(SignInRefused, match="in time"):
        result.result(30)
    crowd.go.set()
    assert first.result(30).how is How.SIGNED_IN


# Registrations


def client_of(token_file: Path) -> str:
    return str(document_in(token_file)["clientId"])


def test_a_registration_is_kept(center: IdentityCenter, signed_in: Caller, token_file: Path) -> None:
    before = client_of(token_file)
    signed_in.log_in(new=True)
    center.end_sessions()
    signed_in.log_in()
    assert client_of(token_file) == before
    assert operations(center).count("RegisterClient") == 1


@pytest.mark.parametrize("used", [True, False])
def test_where_a_login_died_its_registration_is_not_used_again(
    center: IdentityCenter, signed_in: Caller, token_file: Path, used: bool
) -> None:
    before = client_of(token_file)
    mark = sha1_hex(before if used else "another")[:16]
    queue = queue_of(find_paths().logins, SESSION)
    page = OpenPage(SESSION.name, signed_in.now(), "http://127.0.0.1:4711/start?key=k", mark)
    queue.show(page)
    center.end_sessions()
    signed_in.log_in()
    assert (client_of(token_file) != before) is used
    assert queue.open_page() is None


@pytest.mark.parametrize("interrupted", [True, False])
def test_a_login_that_is_given_up_leaves_no_registration_that_aws_may_have_forgotten(
    center: IdentityCenter, signed_in: Caller, interrupted: bool
) -> None:
    center.end_sessions()

    def give_up(_url: str) -> None:
        signed_in.interrupted = interrupted
        if not interrupted:
            signed_in.person.cancelled.set()

    signed_in.person.before = give_up
    signed_in.person.decision = None
    with pytest.raises(SignInRefused):
        signed_in.log_in()
    before = registration.kept_client(SESSION, cache_dir())
    signed_in.person.decision, signed_in.person.before = "allow", lambda _url: None
    signed_in.person.cancelled.clear()
    signed_in.interrupted = False
    signed_in.log_in()
    assert registration.kept_client(SESSION, cache_dir()) != before


def test_a_login_that_fails_otherwise_leaves_it(center: IdentityCenter, signed_in: Caller) -> None:
    before = registration.kept_client(SESSION, cache_dir())
    center.end_sessions()
    center.inject(Fault.error("CreateToken/authorization_code", 500, "InternalServerException"))
    with pytest.raises(ServiceProblem):
        signed_in.log_in()
    assert registration.kept_client(SESSION, cache_dir()) == before


def test_nothing_is_ended_where_no_page_can_be_served(
    center: IdentityCenter, signed_in: Caller, token_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_port(self: SignInPages, *_: object, **__: object) -> None:
        raise ServiceProblem(Message("no port", ""))

    monkeypatch.setattr(SignInPages, "__init__", no_port)
    before = token_file.read_bytes()
    with pytest.raises(ServiceProblem):
        signed_in.log_in(new=True)
    assert token_file.read_bytes() == before
    assert len(center.sessions) == 1


def test_nothing_is_ended_where_the_new_token_could_not_be_written(
    center: IdentityCenter, signed_in: Caller, token_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tray.aws.login import oidc

    def full(*_: object, **__: object) -> None:
        raise ServiceProblem(Message("The disk is full", ""))

    monkeypatch.setattr(oidc, "stage", full)
    with pytest.raises(ServiceProblem):
        signed_in.log_in(new=True)
    assert signed_in.pages == 0
    assert len(center.sessions) == 1


def test_with_a_code_the_session_ends_once_the_code_is_there_and_before_it_is_shown(
    center: IdentityCenter, signed_in: Caller
) -> None:
    [old] = center.sessions
    held: list[bool] = []
    tell = signed_in.person.events

    class Told(list[object]):
        def append(self, event: object) -> None:
            held.append(old in center.sessions)
            tell.append(event)  # type: ignore[arg-type]

    signed_in.person.events = Told()  # type: ignore[assignment]
    signed_in.sleep = signed_in.person.sleep  # type: ignore[method-assign, assignment]
    result = signed_in.log_in(new=True, device_code=True)
    assert result.how is How.NEW
    assert held == [False]
    asked = since_then(center)
    assert asked.index("StartDeviceAuthorization") < asked.index("Logout")


def test_where_no_code_can_be_had_nothing_is_ended(center: IdentityCenter, signed_in: Caller, token_file: Path) -> None:
    center.inject(Fault.drop("StartDeviceAuthorization"))
    with pytest.raises(errors.Unreachable):
        signed_in.log_in(new=True, device_code=True)
    assert len(center.sessions) == 1
    assert token_file.exists()


def test_a_token_of_a_home_that_was_restored_is_asked_about(center: IdentityCenter, caller: Caller) -> None:
    """No record of ours tells of it."""
    plant_due(center)
    assert caller.log_in().how is How.RENEWED
    assert known().held_at is not None
