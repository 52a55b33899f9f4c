"""Several pages on one server: one guard for all, what they look like, and how their tabs hear of changes."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.pages import Listener, served
from support.setup_page import Visitor

from tray.core.message import Line, Plural, Text
from tray.core.page_names import PAGE_NAMES, in_terminal
from tray.core.words import page_frame, setup_page
from tray.loopback.crowd import LONGEST_SECONDS, MOST, MOST_STREAMS, Crowd, State
from tray.pages import guard
from tray.pages import server as page_server
from tray.pages.html import as_json, page_html, words_of
from tray.pages.server import NoMorePages, Page, PageServer
from tray.pages.serving import IDLE_SECONDS


class Two:
    """A server of two pages, and what was done to them."""

    def __init__(self) -> None:
        self.version = "1"
        self.over = False
        self.made: list[str] = []
        self.closed: list[str] = []
        self.slow, self.go_on = threading.Event(), threading.Event()
        self.server = PageServer({name: partial(self.make, name) for name in ("setup", "profiles")})
        self.visitor = Visitor(self.server.link("setup"))
        self.visitor.open()

    def make(self, name: str) -> Page:
        self.made.append(name)
        return Page(
            name,
            reads={"what": lambda: name},
            acts={"leave": lambda _: None, "stay": lambda _: None, "save": self.wait, "open": self.wait},
            apart=frozenset({"open"}),
            last=frozenset({"leave"}),
            words=words_of(setup_page),
            version=lambda: self.version,
            over=lambda: self.over,
            close=lambda: self.closed.append(name),
        )

    def wait(self, _body: object) -> None:
        self.slow.set()
        assert self.go_on.wait(60)

    def at(self, path: str) -> str:
        return self.visitor.site + path


@pytest.fixture
def two() -> Iterator[Two]:
    made = Two()
    yield made
    made.server.close()


def wait(two: Two, seconds: float) -> bool:
    return two.server.wait(lambda: seconds, on_stranger=lambda: None)


# Several pages


def test_one_cookie_is_for_all_pages_and_each_has_links_of_its_own(two: Two) -> None:
    assert two.visitor.get("what").json == "setup"
    assert two.visitor.send("GET", two.at("profiles/what")).json == "profiles"

    link = two.server.link("profiles")
    assert link == two.server.link("profiles"), "nobody has used it yet"
    another = Visitor(link)
    assert another.send("GET", another.link.removeprefix(another.origin)).headers["Location"] == two.at("profiles/")
    assert two.server.link("profiles") != link
    assert Visitor(link).open().status == 403


@pytest.mark.parametrize("path", ["", "profiles", "third/", "third/what", "setup/profiles/what", "/setup/", "page.js"])
def test_there_is_nothing_beside_the_pages(two: Two, path: str) -> None:
    assert two.visitor.send("GET", two.at(path)).status == 404


def test_a_page_is_made_when_it_is_asked_for_and_anew_once_it_is_over(two: Two) -> None:
    assert two.made == ["setup"]
    two.visitor.post("stay", {})
    assert two.visitor.get("what").status == 200
    assert two.made == ["setup"]

    assert two.visitor.post("leave", {}).status == 200
    assert two.closed == ["setup"]
    assert two.visitor.get("what").status == 200, "the server is there for the others"
    assert two.made == ["setup", "setup"]

    two.server.link("setup")
    assert two.closed == ["setup"], "it is still in use"
    two.over = True
    two.server.link("setup")
    assert two.closed == ["setup", "setup"]


def test_two_who_use_a_link_at_the_same_moment_do_not_both_get_in(monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(2)

    class Link(guard._Link):
        used = False

        @property
        def opened(self) -> bool:
            found = self.used
            with suppress(threading.BrokenBarrierError):
                together.wait(0.2)
            return found

        @opened.setter
        def opened(self, used: bool) -> None:
            self.used = used

    monkeypatch.setattr(guard, "_Link", Link)
    server = PageServer({"setup": made_page})
    with ThreadPoolExecutor(2) as visits:
        link = server.link("setup")
        answers = list(visits.map(lambda _: Visitor(link).open().status, range(2)))
    server.close()
    assert sorted(answers) == [303, 403]


@pytest.mark.parametrize(("act", "meanwhile"), [("save", "profiles/what"), ("open", "setup/what")])
def test_what_takes_long_keeps_no_other_page_waiting_and_a_browser_not_even_its_own(
    two: Two, act: str, meanwhile: str
) -> None:
    with ThreadPoolExecutor(2) as visits:
        under_way = visits.submit(two.visitor.post, act, {})
        assert two.slow.wait(20)
        answer = visits.submit(two.visitor.send, "GET", two.at(meanwhile))
        try:
            assert answer.result(20).status == 200
            assert not under_way.done()
        finally:
            two.go_on.set()
        assert under_way.result(20).status == 200


@pytest.mark.parametrize(
    ("name", "act", "body"),
    [
        ("profiles", "console", {"profile": "dev"}),
        ("sign-ins", "portal", {"name": "corp"}),
        ("settings", "notice", {}),
    ],
)
def test_a_desktop_that_does_not_answer_keeps_no_page_from_showing_what_changes(
    home: Path, name: str, act: str, body: dict[str, str]
) -> None:
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(
        "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n"
        "[profile dev]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Developer\n"
    )
    asked, answers = threading.Event(), threading.Event()

    def answer(*_: object) -> bool:
        asked.set()
        return answers.wait(60)

    with served(open_browser=answer, show_notice=answer) as server, ThreadPoolExecutor(2) as visits:
        visitor = Visitor(server.link(name))
        visitor.open()
        under_way = visits.submit(visitor.post, act, body)
        try:
            assert asked.wait(20)
            assert visits.submit(visitor.get, name).result(20).status == 200
            assert not under_way.done()
        finally:
            answers.set()
        assert under_way.result(20).status == 200


# Changes


def test_every_change_is_told_within_a_second_to_whoever_listens(two: Two) -> None:
    one, other = Listener(two.visitor), Listener(two.visitor)
    assert one.hear() == other.hear() == {"setup": "1"}

    two.version = "2"
    begun = time.monotonic()
    assert one.hear() == other.hear() == {"setup": "2"}
    assert time.monotonic() - begun < 1.0

    two.visitor.send("GET", two.at("profiles/what"))
    assert one.hear() == {"setup": "2", "profiles": "2"}
    one.close()
    other.close()


def test_the_stream_is_for_who_has_the_cookie(two: Two) -> None:
    stranger = Visitor(two.visitor.link)
    stranger.site = two.visitor.site
    assert Listener(stranger).status == 403


def test_an_open_tab_keeps_the_pages_and_they_end_once_it_is_closed(two: Two) -> None:
    tab = Listener(two.visitor)
    ended = threading.Event()
    waiting = threading.Thread(target=lambda: (wait(two, 0.2), ended.set()))
    waiting.start()
    assert not ended.wait(1.0), "a night is as long as it likes"
    tab.close()
    assert ended.wait(5)
    waiting.join()
    with pytest.raises(NoMorePages):
        two.server.link("setup")


def test_the_pages_end_a_quarter_of_an_hour_after_their_last_tab(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    last_open = [0.0]
    passed = threading.Event()

    def wait_a_while(_seconds: float) -> bool:
        time.sleep(0.001)
        if two.server._tabs:
            last_open[0] = clock[0]
        if clock[0] > 5_000:
            passed.set()
        clock[0] += 10
        return False

    monkeypatch.setattr(two.server._server.last_sent, "wait", wait_a_while)
    monkeypatch.setattr(page_server, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    tab = Listener(two.visitor)
    assert tab.hear()
    with ThreadPoolExecutor(1) as waits:
        ended = waits.submit(wait, two, IDLE_SECONDS)
        assert passed.wait(20), "it is there however long the tab is open"
        assert not ended.done()
        tab.close()
        assert ended.result(20) is False
    assert 15 * 60 <= clock[0] - last_open[0] <= 15 * 60 + 30


def test_a_server_that_closes_lets_go_of_its_tabs_at_once() -> None:
    two = Two()
    tab = Listener(two.visitor)
    assert tab.hear()
    begun = time.monotonic()
    two.server.close()
    assert tab.hear() is None
    assert time.monotonic() - begun < 1.0
    assert two.closed == ["setup"]


def test_streams_beyond_number_end_the_oldest_and_never_keep_a_page_from_its_answer(two: Two) -> None:
    tabs = [Listener(two.visitor) for _ in range(MOST_STREAMS + 4)]
    assert tabs[-1].hear()
    assert two.visitor.get("what").status == 200
    for tab in tabs[:4]:
        assert tab.hear()
        assert tab.hear() is None
    two.version = "2"
    assert tabs[4].hear() == {"setup": "1"}
    assert tabs[4].hear() == {"setup": "2"}
    assert MOST_STREAMS * 2 <= MOST, "requests have room beside them"
    for tab in tabs:
        tab.close()


def test_a_stream_is_not_slow_however_long_it_says_nothing() -> None:
    now = [0.0]
    ended: list[str] = []
    watched = Crowd(monotonic=lambda: now[0])

    class Connection:
        def __init__(self, name: str) -> None:
            self.name = name

        def shutdown(self, _how: int) -> None:
            ended.append(self.name)

    stream, heard = Connection("stream"), Connection("heard")
    for each in (stream, heard):
        watched.take(each)  # type: ignore[arg-type]
        watched.becomes(each, State.HEARD)  # type: ignore[arg-type]
    watched.streams(stream)  # type: ignore[arg-type]
    now[0] = LONGEST_SECONDS * 1000
    watched.end_the_slow()
    assert ended == ["heard"]
    watched.end_streams()
    assert ended == ["heard", "stream"]


# What a page looks like


def made_page(**changes: object) -> Page:
    return Page("setup", reads={}, acts={}, **({"words": words_of(setup_page)} | changes))  # type: ignore[arg-type]


def html(page: Page, *beside: str) -> str:
    return page_html(page, csrf_token="token", version='v"1', beside=beside)


def test_words_are_filled_in_and_escaped_and_those_of_scripts_are_beside_as_data() -> None:
    hostile = 'x</script><img src=x onerror=alert(1)>"&'
    text = html(made_page(words={**words_of(setup_page), "TITLE": Line(hostile)}))
    assert "<img src=x" not in text
    assert "<title>x&lt;/script&gt;" in text
    data = re.search(r'<script type="application/json" id="words">(.*?)</script>', text)
    assert data
    words = json.loads(data[1])
    assert words["TITLE"] == hostile
    assert words["ENDED"]["title"] == "The set-up has ended", "a page may say it in its own words"
    assert words["WRITE"] == {"one": "Write 1 profile", "other": "Write {count} profiles"}
    assert 'content="v&quot;1"' in text
    assert "{{" not in text.replace(data[0], "")


@pytest.mark.parametrize(
    ("template", "given"),
    [
        (Line("a {b}"), "a {b}"),
        (Plural("1 a", "{count} a"), {"one": "1 a", "other": "{count} a"}),
        (Text("a", "b"), {"title": "a", "hint": "b"}),
    ],
)
def test_a_template_for_scripts_is_plain_json(template: Line | Plural | Text, given: object) -> None:
    assert as_json(template) == given


def test_a_word_that_is_missing_is_a_fault_and_no_hole() -> None:
    with pytest.raises(KeyError):
        html(made_page(words={"TITLE": Line("x")}))


def test_a_page_leads_to_the_others_where_there_are_any() -> None:
    assert "<nav" not in html(made_page(), "setup")
    text = html(made_page(), "setup", "profiles")
    assert re.findall(r'<a href="([^"]+)"( aria-current="page")?>([^<]+)<', text) == [
        ("../setup/", ' aria-current="page"', "Set up"),
        ("../profiles/", "", "Profiles"),
    ]


@pytest.mark.parametrize(("name", "command"), [("setup", "setup"), ("settings", "settings"), ("sign-ins", "status")])
def test_without_scripts_the_command_that_does_the_same_is_named(name: str, command: str) -> None:
    assert in_terminal(name) == f"sso-tray {command}"
    text = html(made_page(command=in_terminal(name)))
    assert f"In a terminal, “sso-tray {command}” does the same." in text


def test_every_page_has_a_name_by_which_others_lead_to_it() -> None:
    assert set(PAGE_NAMES) <= page_frame.NAMES.keys()


def test_a_page_that_is_asked_for_as_the_server_ends_is_shown_or_refused_but_never_lost(two: Two) -> None:
    """Whoever asks either has a use of the server counted before it decides to end, or is told to begin another."""
    lives: list[str] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            try:
                lives.append(two.server.link("setup"))
            except NoMorePages:
                return

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        assert wait(two, 0.0) is False
        given = len(lives)
        asking.join(5)
        assert not asking.is_alive(), "after the end, who asks is told"
        assert len(lives) <= given + 1
    finally:
        over.set()
