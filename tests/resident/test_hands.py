"""What the menu offers and the outside may hold up: done beside the loop, and told when it is done."""

from __future__ import annotations

import errno
import os
import queue
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from support.build import sign_in, snapshot
from support.desk import FakeDesk, until

from tray.core.session.memory import Memory
from tray.core.settings import Settings
from tray.disk.lock import locked
from tray.paths import find_paths
from tray.resident import child_commands, memory_file, pages_child
from tray.resident import hands as hands_module
from tray.resident.errands import Errands
from tray.resident.hands import Hands
from tray.resident.inbox import Done


@dataclass
class Desk(FakeDesk):
    """A desktop on which what is opened first hangs for as long as the test wants."""

    answers: threading.Event = field(default_factory=threading.Event)
    hangs: bool = False

    def open_url(self, url: str, command: str, token: str = "") -> bool:
        self._start()
        return super().open_url(url, command, token)

    def open_file(self, path: Path, token: str = "") -> bool:
        self._start()
        return super().open_file(path, token)

    def _start(self) -> None:
        if self.hangs:
            self.hangs = False
            self.answers.wait(20)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def told() -> queue.SimpleQueue[Done]:
    return queue.SimpleQueue()


@pytest.fixture
def hands(desk: Desk, told: queue.SimpleQueue[Done], home: Path) -> Hands:
    paths = find_paths({})
    paths.state.mkdir(parents=True)
    paths.aws_config.parent.mkdir(parents=True)
    paths.aws_config.write_text("[profile dev]\nregion = x\n[profile prod]\nregion = y\n")
    return Hands(paths, {}, Errands(), told.put, desk.open_url, desk.open_file)


def hear(told: queue.SimpleQueue[Done]) -> Done:
    return told.get(timeout=20)


def test_diagnose_shows_what_the_doctor_prints(hands: Hands, desk: Desk) -> None:
    hands.paths.aws_config.unlink()
    hands.diagnose()

    until(lambda: desk.files)
    assert "No AWS sign-in is set up" in desk.files[0].read_text(encoding="utf-8")


@pytest.mark.parametrize("task", ["open_settings", "diagnose"])
def test_a_file_for_an_editor_is_never_half_written(
    hands: Hands, desk: Desk, told: queue.SimpleQueue[Done], monkeypatch: pytest.MonkeyPatch, task: str
) -> None:
    report = hands.paths.state / "diagnosis.txt"
    report.write_text("of yesterday")

    def refuse(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    getattr(hands, task)()

    said = hear(told)
    assert "No space left" in said.message.in_one_line
    assert not hands.paths.settings_file.exists()
    assert report.read_text() == "of yesterday"
    assert desk.files == []


def test_settings_that_are_there_are_opened_as_they_are(hands: Hands, desk: Desk) -> None:
    hands.paths.settings_file.parent.mkdir(parents=True, exist_ok=True)
    hands.paths.settings_file.write_text("# mine\n")
    hands.open_settings()

    until(lambda: desk.files == [hands.paths.settings_file])
    assert hands.paths.settings_file.read_text() == "# mine\n"


def test_without_an_editor_the_person_learns_where_the_file_is(
    hands: Hands, desk: Desk, told: queue.SimpleQueue[Done]
) -> None:
    desk.has_browser = False
    hands.open_settings()
    assert str(hands.paths.settings_file) in hear(told).message.hint

    hands.diagnose()
    assert "diagnosis.txt" in hear(told).message.hint


def test_a_settings_folder_that_cannot_be_made_is_told(hands: Hands, desk: Desk, told: queue.SimpleQueue[Done]) -> None:
    hands.paths.settings_file.parent.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        hands.paths.settings_file.parent.rmdir()  # on Windows it is the state folder too
    hands.paths.settings_file.parent.write_text("in the way")
    hands.open_settings()

    assert str(hands.paths.settings_file) in hear(told).message.hint
    assert desk.files == []


def test_a_portal_that_is_gone_opens_nothing(hands: Hands, desk: Desk) -> None:
    hands.open_portal("gone", snapshot(), Settings())
    hands.open_console("gone", snapshot(), Settings())
    hands.open_portal("corp", snapshot(), Settings())

    until(lambda: desk.pages)
    assert [url for url, _ in desk.pages] == ["https://d-1234567890.awsapps.com/start"]


def test_switches_are_made_in_the_order_asked(hands: Hands, told: queue.SimpleQueue[Done]) -> None:
    hands.use("dev")
    hands.use("gone")
    hands.use("prod")
    hands.undo_switch()

    assert [(done.message.title, done.default_profile) for done in [hear(told) for _ in range(4)]] == [
        ("Default profile: dev", "dev"),
        ("There is no profile “gone”", None),
        ("Default profile: prod", "prod"),
        ("Default profile: dev", None),
    ]


def test_a_config_that_is_locked_holds_up_switches_alone(
    hands: Hands, desk: Desk, told: queue.SimpleQueue[Done]
) -> None:
    with locked(hands.paths.state / "aws-config.lock"):
        hands.use("dev")
        hands.set_session_length("corp", 8.0)
        hands.open_portal("corp", snapshot(), Settings())
        hands.save(Memory(recent_profiles=("dev",)))
        hands.finish(20)
        until(lambda: desk.pages and "length_hours" in _text(hands.paths.settings_file))
        assert memory_file.load(hands.paths.memory_file).recent_profiles == ("dev",)
        assert told.empty()

    assert hear(told).default_profile == "dev"


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def test_a_browser_that_hangs_holds_up_nothing(hands: Hands, desk: Desk, told: queue.SimpleQueue[Done]) -> None:
    desk.hangs = True
    hands.open_page("https://d-1.awsapps.com/start", "corp", Settings())
    until(lambda: not desk.hangs)
    hands.open_page("https://d-2.awsapps.com/start", "corp", Settings())
    hands.use("dev")

    assert hear(told).default_profile == "dev"
    until(lambda: [url for url, _ in desk.pages] == ["https://d-2.awsapps.com/start"])
    desk.answers.set()
    until(lambda: len(desk.pages) == 2)


def test_an_editor_that_hangs_holds_up_nothing(hands: Hands, desk: Desk) -> None:
    desk.hangs = True
    hands.open_settings()
    until(lambda: not desk.hangs)
    hands.set_session_length("corp", 8.0)
    hands.open_settings()

    until(lambda: desk.files)
    assert "length_hours = 8" in _text(hands.paths.settings_file)
    desk.answers.set()
    until(lambda: len(desk.files) == 2)


def test_a_login_in_a_terminal_is_told_to_give_up(hands: Hands) -> None:
    hands.cancel_logins(sign_in())

    until(lambda: list(hands.paths.logins.glob("*.cancel")))


def test_of_memories_that_follow_each_other_fast_the_last_is_saved(hands: Hands) -> None:
    for number in range(100):
        hands.save(Memory(recent_profiles=(str(number),)))
    hands.finish(20)

    assert memory_file.load(hands.paths.memory_file).recent_profiles == ("99",)


def test_the_end_does_not_wait_for_ever_for_the_memory(
    hands: Hands, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    hung = threading.Event()
    monkeypatch.setattr(memory_file, "save", lambda _path, _memory: hung.wait(20))
    hands.save(Memory())
    begun = time.monotonic()
    hands.finish(0.2)

    assert time.monotonic() - begun < 10
    assert "could not be saved in time" in caplog.text
    hung.set()


def test_one_pages_child_and_one_diagnosis_at_a_time(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    ends = threading.Event()

    def run_own(*arguments: str, **_how: object) -> bytes:
        started.append(arguments[0])
        ends.wait(20)
        return b""

    monkeypatch.setattr("tray.resident.hands.run_own", run_own)
    for _ in range(3):
        hands.diagnose()
    until(lambda: started == ["doctor"])
    ends.set()
    until(lambda: not hands.errands.busy("doctor"))
    assert started == ["doctor"]


LINK = "http://127.0.0.1:41234/once/Zm9v"
SERVES = f"""
import sys
print(sys.argv[-2], {LINK!r}, flush=True)
for number, line in enumerate(sys.stdin):
    if number == 2:
        break
    print(line.strip(), f"{LINK}{{number}}", flush=True)
"""


def answers(*programs: str) -> list[str]:
    """Give the command line of a program that is another one at each start, the last one again and again."""
    choose = (
        "import os, sys; folder, *all_of_them = sys.argv[1:-3];"
        " number = len(os.listdir(folder)); open(os.path.join(folder, str(number)), 'w').close();"
        " exec(all_of_them[min(number, len(all_of_them) - 1)])"
    )
    return [sys.executable, "-c", choose, tempfile.mkdtemp(), *programs]


def test_each_further_click_brings_the_same_pages_child_back(
    hands: Hands, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = answers(SERVES)
    monkeypatch.setattr(pages_child, "own_command", lambda: command)

    hands.show_page("setup", Settings(), "first")
    until(lambda: len(desk.pages) == 1)
    hands.show_page("setup", Settings(), "second")
    until(lambda: len(desk.pages) == 2)
    hands.show_page("setup", Settings(browser_command="chrome"), "third")
    until(lambda: len(desk.pages) == 3)

    assert desk.pages == [(LINK, ""), (f"{LINK}0", ""), (f"{LINK}1", "chrome")]
    assert desk.tokens == ["first", "second", "third"]
    assert hands.errands.busy("pages")


def test_a_click_as_the_pages_child_ends_begins_a_new_one(
    hands: Hands, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = f"import sys; print('setup', {LINK!r}, flush=True); sys.stdin.readline()"
    again = f"print('setup', '{LINK}-again', flush=True)"
    command = answers(ends, again)
    monkeypatch.setattr(pages_child, "own_command", lambda: command)

    hands.show_page("setup", Settings())
    until(lambda: len(desk.pages) == 1)
    hands.show_page("setup", Settings())
    until(lambda: len(desk.pages) == 2)
    until(lambda: not hands.errands.busy("pages"))
    hands.show_page("setup", Settings())
    until(lambda: len(desk.pages) == 3)

    assert [url for url, _ in desk.pages] == [LINK, f"{LINK}-again", f"{LINK}-again"]


def test_clicks_before_the_pages_child_has_an_address_open_it_once(
    hands: Hands, desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    begun, go = tmp_path / "begun", tmp_path / "go"
    waits = (
        f"import os, time\nopen({str(begun)!r}, 'w').close()\nwhile not os.path.exists({str(go)!r}): time.sleep(0.01)\n"
    )
    monkeypatch.setattr(pages_child, "own_command", lambda: answers(waits + SERVES))
    hands.show_page("setup", Settings(), "first")
    hands.show_page("setup", Settings(), "second")
    until(begun.exists)
    hands.show_page("setup", Settings(), "third")
    hands.show_page("setup", Settings(), "fourth")
    until(lambda: not hands.errands.busy("a click that shows a page"))
    go.touch()

    until(lambda: desk.pages)
    hands.show_page("setup", Settings())
    until(lambda: len(desk.pages) == 2)
    assert [url for url, _ in desk.pages] == [LINK, f"{LINK}0"]
    assert desk.tokens[0] == "fourth", "the window comes up for the click that was last"


@pytest.mark.parametrize("has_browser", [True, False])
def test_the_pages_child_is_opened_while_it_is_served_and_its_address_can_be_copied_otherwise(
    hands: Hands, desk: Desk, told: queue.SimpleQueue[Done], monkeypatch: pytest.MonkeyPatch, has_browser: bool
) -> None:
    desk.has_browser = has_browser
    monkeypatch.setattr(pages_child, "own_command", lambda: answers(f"print('setup', {LINK!r}, flush=True)"))

    hands.show_page("setup", Settings(browser_command="firefox %s"))

    until(lambda: desk.pages == [(LINK, "firefox %s")])
    if not has_browser:
        done = hear(told)
        assert (done.message.title, done.address) == ("No browser could be started.", LINK)
        assert done.message.hint.endswith("run in a terminal: sso-tray setup")
    until(lambda: not hands.errands.busy("pages"))


@pytest.mark.parametrize("command", ["raise SystemExit(3)", "import time; time.sleep(60)", None])
def test_a_set_up_that_comes_to_no_page_opens_nothing_and_says_so(
    hands: Hands, desk: Desk, told: queue.SimpleQueue[Done], monkeypatch: pytest.MonkeyPatch, command: str | None
) -> None:
    monkeypatch.setattr(pages_child, "_PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(
        pages_child,
        "own_command",
        lambda: [str(Path("no", "such", "program"))] if command is None else answers(command),
    )

    hands.show_page("setup", Settings())

    said = hear(told).message
    assert (said.title, "sso-tray open setup" in said.hint) == ("The page could not be shown.", True)
    until(lambda: not hands.errands.busy("pages"))
    assert desk.pages == []
    hands.show_page("setup", Settings())
    assert hear(told).message == said, "the next click tries again"


def test_a_command_of_ours_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_commands, "own_command", lambda: [sys.executable, "-c", "import time; time.sleep(60)"])

    with pytest.raises(TimeoutError):
        child_commands.run_own("doctor", seconds=0.3)


def test_pages_are_shown_by_one_process_each_for_its_own_click(
    hands: Hands, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    begins_late = f"import sys, time; time.sleep(0.2)\n{SERVES}"
    command = answers(begins_late, "raise SystemExit(9)")
    monkeypatch.setattr(pages_child, "own_command", lambda: command)

    hands.show_page("doctor", Settings(), "first")
    hands.show_page("settings", Settings(), "second")
    until(lambda: len(desk.pages) == 2)
    hands.show_page("doctor", Settings(), "third")
    until(lambda: len(desk.pages) == 3)

    shown = dict(zip(desk.tokens, (url for url, _ in desk.pages), strict=True))
    assert shown == {"first": LINK, "second": f"{LINK}0", "third": f"{LINK}1"}


@pytest.mark.parametrize("why", ["no server", "no browser"])
@pytest.mark.parametrize("name", ["settings", "doctor"])
def test_where_there_is_no_page_a_text_is_opened_as_before(
    hands: Hands, desk: Desk, told: queue.SimpleQueue[Done], monkeypatch: pytest.MonkeyPatch, name: str, why: str
) -> None:
    monkeypatch.setattr(hands_module, "run_own", lambda *_arguments, **_how: b"all is well")
    desk.has_browser = why != "no browser"
    program = "raise SystemExit(4)" if why == "no server" else f"print({name!r}, {LINK!r}, flush=True)"
    monkeypatch.setattr(pages_child, "own_command", lambda: answers(program))

    hands.show_page(name, Settings())

    until(lambda: desk.files)
    assert desk.files[0].name == {"settings": "settings.toml", "doctor": "diagnosis.txt"}[name]
    assert [url for url, _ in desk.pages] == ([LINK] if why == "no browser" else [])
    if desk.has_browser:  # else there is no editor here either
        assert told.empty(), "nothing is said of a way that was replaced by another"
