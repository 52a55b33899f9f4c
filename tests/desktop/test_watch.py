"""Tells when files change, by the system's own events."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.desk import PATIENCE_SECONDS, until
from support.needs import linux
from support.threads import turns, wait_until_it_waits

from tray.desktop import file_events, watch
from tray.desktop.watch import Watcher

pytestmark = pytest.mark.skipif(os.name != "posix", reason="written for inotify and FSEvents")

_SILENCE = 0.25
"""That nothing more is told shows in nothing but a silence: longer than any burst is gathered."""


class Reports:
    """What a watcher said."""

    def __init__(self) -> None:
        self.paths: list[Path | None] = []
        self._changed = threading.Condition()

    def __call__(self, path: Path | None) -> None:
        with self._changed:
            self.paths.append(path)
            self._changed.notify_all()

    def wait(self, count: int = 1) -> list[Path | None]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.paths) >= count, PATIENCE_SECONDS), f"only {self.paths}"
            return list(self.paths)

    def settle(self) -> None:
        """Wait until nothing comes any more, and forget what came."""
        with self._changed:
            while self._changed.wait(_SILENCE):
                pass
            self.paths.clear()


@pytest.fixture
def reports() -> Reports:
    return Reports()


@pytest.fixture
def start(home: Path, reports: Reports) -> Iterator[Callable[[], Watcher]]:
    """Watch what the resident program watches."""
    started: list[Watcher] = []

    def start() -> Watcher:
        aws = home / ".aws"
        watcher = Watcher(
            [aws / "config", aws / "credentials", home / ".config" / "sso-tray" / "settings.toml"],
            [aws / "sso" / "cache"],
            reports,
            is_relevant=lambda path: path.suffix == ".json",
        )
        started.append(watcher)
        if sys.platform == "darwin":
            reports.settle()  # FSEvents also tells of what happened just before.
        return watcher

    yield start
    for watcher in started:
        watcher.close()


@pytest.fixture
def cache(home: Path) -> Path:
    folder = home / ".aws" / "sso" / "cache"
    folder.mkdir(parents=True)
    return folder


def _replace(path: Path, text: str = "{}") -> None:
    temporary = path.with_name(f"{path.name}.tmp-1")
    temporary.write_text(text)
    temporary.replace(path)


def test_a_file_written_in_place_is_reported_once(cache: Path, start: Callable[[], Watcher], reports: Reports) -> None:
    token = cache / "token.json"
    token.write_text("old")
    start()

    token.write_text("new")

    assert reports.wait() == [token]
    (cache / "next.json").write_text("new")
    assert reports.wait(2) == [token, cache / "next.json"]


def test_a_file_replaced_by_rename_is_reported_once_and_fast(
    cache: Path, start: Callable[[], Watcher], reports: Reports
) -> None:
    token = cache / "token.json"
    token.write_text("old")
    start()

    taken = []
    for number in range(1, 6):
        started = time.monotonic()
        _replace(token)
        assert reports.wait(number) == [token] * number
        taken.append(time.monotonic() - started)

    assert min(taken) < 0.3  # as is promised, on a machine that has nothing else to do


def test_a_new_a_moved_in_a_removed_and_a_closed_off_file_are_reported(
    home: Path, cache: Path, start: Callable[[], Watcher], reports: Reports
) -> None:
    (home / "elsewhere.json").write_text("{}")
    start()

    (cache / "new.json").write_text("{}")
    assert reports.wait(1)[-1] == cache / "new.json"
    (home / "elsewhere.json").rename(cache / "moved.json")
    assert reports.wait(2)[-1] == cache / "moved.json"
    (cache / "moved.json").chmod(0)
    assert reports.wait(3)[-1] == cache / "moved.json"
    (cache / "moved.json").rename(home / "elsewhere.json")
    assert reports.wait(4)[-1] == cache / "moved.json"
    (cache / "new.json").unlink()
    assert reports.wait(5)[-1] == cache / "new.json"


def test_a_burst_over_several_files_is_one_report_without_a_path(
    home: Path, cache: Path, start: Callable[[], Watcher], reports: Reports
) -> None:
    start()

    for number in range(50):
        (cache / f"{number}.json").write_text("{}")

    assert None in reports.wait()
    reports.settle()
    assert not reports.paths


def test_steady_writing_does_not_hold_the_report_back(
    cache: Path, start: Callable[[], Watcher], reports: Reports
) -> None:
    token = cache / "token.json"
    token.touch()
    start()
    ended = threading.Event()

    def write() -> None:
        with token.open("w") as file:
            while not ended.wait(0.01):
                file.write("x")
                file.flush()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert set(reports.wait(3)) == {token}
    finally:
        ended.set()
        writer.join()


def test_reading_and_irrelevant_files_cause_nothing(
    home: Path, cache: Path, start: Callable[[], Watcher], reports: Reports
) -> None:
    token = cache / "token.json"
    token.write_text("{}")
    start()

    token.read_text()
    list(cache.iterdir())
    token.stat()
    (cache / "token.json.tmp-123").write_text("")
    (cache / "tmpabc.tmp").write_text("")
    (home / ".aws" / "notes").write_text("")
    (home / ".aws" / "cli").mkdir()
    (home / ".bash_history").write_text("")
    (home / ".bash_history").unlink()
    (home / "Documents").mkdir()
    token.write_text("new")

    assert reports.wait() == [token]


@pytest.mark.skipif(not file_events.OPENS_PARENTS, reason="there the pass a minute finds what appears")
def test_folders_that_appear_later_are_followed_step_by_step(
    home: Path, start: Callable[[], Watcher], reports: Reports
) -> None:
    start()
    folder = home
    for name in (".aws", "sso", "cache"):
        folder /= name
        folder.mkdir()
        reports.wait()
        reports.settle()

    (folder / "token.json").write_text("{}")

    assert reports.wait() == [folder / "token.json"]


@pytest.mark.skipif(not file_events.OPENS_PARENTS, reason="there the pass a minute finds what appears")
def test_a_folder_that_appears_with_its_files_is_reported_and_then_followed(
    home: Path, start: Callable[[], Watcher], reports: Reports
) -> None:
    start()
    cache = home / ".aws" / "sso" / "cache"

    cache.mkdir(parents=True)
    (cache / "token.json").write_text("{}")
    reports.wait()
    reports.settle()

    _replace(cache / "token.json")
    assert reports.wait() == [cache / "token.json"]


def test_a_folder_that_is_removed_and_made_again_is_followed(
    home: Path, cache: Path, start: Callable[[], Watcher], reports: Reports
) -> None:
    (cache / "token.json").write_text("{}")
    watcher = start()
    for _ in range(2):
        shutil.rmtree(home / ".aws")
        reports.wait()
        reports.settle()
        cache.mkdir(parents=True)
        if not file_events.OPENS_PARENTS:
            watcher.check()
        reports.wait()
        reports.settle()

        (cache / "token.json").write_text("{}")

        assert reports.wait() == [cache / "token.json"]
        reports.settle()


@pytest.mark.skipif(not file_events.OPENS_PARENTS, reason="there the pass a minute finds it")
def test_a_folder_that_is_replaced_by_another_is_followed(
    home: Path, cache: Path, start: Callable[[], Watcher], reports: Reports
) -> None:
    (home / "other" / "sso" / "cache").mkdir(parents=True)
    start()

    (home / ".aws").rename(home / "before")
    (home / "other").rename(home / ".aws")
    reports.wait()
    reports.settle()
    (home / "before" / "sso" / "cache" / "old.json").write_text("{}")
    (cache / "new.json").write_text("{}")

    assert reports.wait() == [cache / "new.json"]


def test_links_are_followed_and_their_own_names_reported(
    home: Path, start: Callable[[], Watcher], reports: Reports
) -> None:
    dotfiles = home / "dotfiles"
    (dotfiles / "aws" / "sso" / "cache").mkdir(parents=True)
    (home / "far").mkdir()
    (home / "far" / "config").write_text("")
    (dotfiles / "aws" / "config").symlink_to(home / "far" / "config")
    (home / ".aws").symlink_to(dotfiles / "aws")
    start()

    (dotfiles / "aws" / "sso" / "cache" / "token.json").write_text("{}")
    assert reports.wait(1)[-1] == home / ".aws" / "sso" / "cache" / "token.json"
    (home / "far" / "config").write_text("[default]")
    assert reports.wait(2)[-1] == home / ".aws" / "config"
    _replace(home / "far" / "config")
    assert reports.wait(3)[-1] == home / ".aws" / "config"


@pytest.mark.skipif(not file_events.OPENS_PARENTS, reason="there the pass a minute finds it")
def test_a_link_that_is_turned_elsewhere_is_followed(
    home: Path, start: Callable[[], Watcher], reports: Reports
) -> None:
    for name in ("one", "two"):
        (home / name / "sso" / "cache").mkdir(parents=True)
    (home / ".aws").symlink_to("one")
    start()

    (home / "link").symlink_to("two")
    (home / "link").replace(home / ".aws")
    reports.wait()
    reports.settle()
    (home / "two" / "sso" / "cache" / "token.json").write_text("{}")

    assert reports.wait() == [home / ".aws" / "sso" / "cache" / "token.json"]


def test_a_check_finds_what_no_event_tells_of(
    cache: Path, start: Callable[[], Watcher], reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    watcher = start()
    watcher.check()
    time.sleep(_SILENCE)
    assert reports.paths == []
    monkeypatch.setattr(watcher, "_on_event", lambda _path: None)
    assert watcher._native
    monkeypatch.setattr(watcher._native._events, "_on_path", lambda _path: None)
    shutil.rmtree(cache)
    cache.mkdir()
    time.sleep(_SILENCE)
    assert reports.paths == []
    monkeypatch.undo()

    watcher.check()

    assert reports.wait() == [None]
    (cache / "token.json").write_text("{}")
    assert reports.wait(2)[-1] == cache / "token.json"


def test_a_system_without_events_left_is_told_of_once_and_endured(
    cache: Path,
    start: Callable[[], Watcher],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EMFILE, "inotify instance limit reached")

    monkeypatch.setattr(file_events, "FolderEvents", refuse)
    with caplog.at_level(logging.WARNING):
        watcher = start()
        watcher.check()
        watcher.check()

    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_events_that_were_used_up_at_the_start_are_asked_for_again(
    cache: Path,
    start: Callable[[], Watcher],
    reports: Reports,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EMFILE, "inotify instance limit reached")

    with monkeypatch.context() as used_up:
        used_up.setattr(file_events, "FolderEvents", refuse)
        watcher = start()
        watcher.check()
        (cache / "token.json").write_text("{}")
    assert reports.paths == []

    watcher.check()

    assert reports.wait() == [None], "what changed meanwhile must be looked for"
    (cache / "token.json").write_text("{ }")
    assert reports.wait(2)[-1] == cache / "token.json"


@linux
def test_each_try_without_events_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    from tray.desktop.linux import inotify

    def refuse(_count: int) -> int:
        raise OSError(errno.EMFILE, "Too many open files")

    before = len(list(Path("/proc/self/fd").iterdir()))
    monkeypatch.setattr(os, "eventfd", refuse)
    for _ in range(3):
        with pytest.raises(OSError, match="Too many"):
            inotify.FolderEvents(lambda _path: None, lambda _path: None, lambda: None)

    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_watcher_that_was_closed_asks_for_no_events(
    start: Callable[[], Watcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    watcher = start()
    watcher.close()
    before = threading.active_count()

    watcher.check()

    assert threading.active_count() == before


def test_a_folder_that_may_not_be_watched_is_told_of_once_and_the_others_still_are(
    home: Path,
    cache: Path,
    start: Callable[[], Watcher],
    reports: Reports,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    kind = vars(file_events)["FolderEvents"]
    add: Callable[..., object] = kind.add

    def refuse(self: object, folder: str, **options: object) -> object:
        if folder == os.path.realpath(cache):
            raise OSError(errno.ENOSPC, "inotify watch limit reached")
        return add(self, folder, **options)

    monkeypatch.setattr(kind, "add", refuse)
    with caplog.at_level(logging.WARNING):
        watcher = start()
        watcher.check()
        watcher.check()

    assert len(caplog.records) == 1
    (home / ".aws" / "config").write_text("")
    assert reports.wait() == [home / ".aws" / "config"]


def test_after_close_nothing_is_reported_and_no_thread_is_left(
    cache: Path, start: Callable[[], Watcher], reports: Reports
) -> None:
    before = threading.active_count()
    watcher = start()
    assert threading.active_count() > before

    (cache / "token.json").write_text("{}")
    watcher.close()
    watcher.close()
    (cache / "token.json").write_text("{}")

    until(lambda: threading.active_count() == before)
    assert reports.paths == []


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="counts switches as Linux does")
def test_nothing_wakes_while_nothing_changes(cache: Path, start: Callable[[], Watcher]) -> None:
    others = set(threading.enumerate())
    start()
    ours = set(threading.enumerate()) - others
    before = {thread: wait_until_it_waits(thread) for thread in ours}
    time.sleep(1.1)  # watchdog itself, left alone, would wake up every second

    assert ours
    assert {thread: turns(thread) for thread in ours} == before


def test_the_longest_burst_leaves_room_for_the_promised_latency() -> None:
    assert watch._QUIET_SECONDS < watch._LONGEST_BURST_SECONDS < 0.3


def test_what_happens_while_a_burst_is_looked_into_is_looked_into_again() -> None:
    looks: list[int] = []
    reports: list[Path | None] = []

    def look() -> bool:
        looks.append(len(looks))
        if len(looks) == 1:
            burst.stir()
        return False

    burst = watch._Burst(reports.append, look, time.monotonic, time.sleep)
    burst.add(None)

    until(lambda: len(looks) == 2, otherwise=lambda: "it was looked at once")
    assert reports == [None]


@contextmanager
def no_thread_left() -> Iterator[None]:
    """A system that has no thread left to give."""

    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with pytest.MonkeyPatch.context() as used_up:
        used_up.setattr(threading.Thread, "start", refuse)
        yield


def test_without_a_thread_left_changes_are_told_all_the_same_and_afterwards_as_before(
    cache: Path, start: Callable[[], Watcher], reports: Reports
) -> None:
    start()
    with no_thread_left():
        (cache / "token.json").write_text("{}")
        assert reports.wait() == [cache / "token.json"]
    (cache / "token.json").write_text("{ }")
    assert reports.wait(2)[-1] == cache / "token.json"


@linux
def test_a_watcher_that_found_no_thread_at_the_start_finds_one_later(
    cache: Path, start: Callable[[], Watcher], reports: Reports
) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    with no_thread_left():
        watcher = start()
        watcher.check()
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    watcher.check()
    assert reports.wait() == [None]
    (cache / "token.json").write_text("{}")
    assert reports.wait(2)[-1] == cache / "token.json"


EXHAUSTED = """
import resource, sys, time
from pathlib import Path
from tray.desktop.watch import Watcher
folder = Path(sys.argv[1])
watcher = Watcher([], [folder], lambda path: print("changed", flush=True))
_, most = resource.getrlimit(resource.RLIMIT_NOFILE)
taken = []
resource.setrlimit(resource.RLIMIT_NOFILE, (40, most))
try:
    while True:
        taken.append(open("/dev/null"))
except OSError:
    print("exhausted", flush=True)
sys.stdin.readline()
watcher.check()
for each in taken:
    each.close()
watcher.check()
print("freed", flush=True)
sys.stdin.readline()
"""


@linux
def test_files_are_watched_while_no_descriptor_is_left_and_afterwards(cache: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", EXHAUSTED, str(cache)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin
        assert child.stdout
        assert child.stdout.readline() == "exhausted\n"
        (cache / "token.json").write_text("{}")
        assert child.stdout.readline() == "changed\n"
        print(file=child.stdin, flush=True)
        assert child.stdout.readline() == "freed\n"
        (cache / "token.json").write_text("{ }")
        assert child.stdout.readline() == "changed\n"
        child.communicate("\n", timeout=10)
