"""Watching as on macOS: watchdog's own code for it, on FSEvents in memory."""

from __future__ import annotations

import importlib
import os
import threading
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import fsevents
from support.desk import until

pytestmark = pytest.mark.skipif(os.name != "posix", reason="paths as on macOS")

_SILENCE = 0.3


class Trial:
    """The watcher of the resident program."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.system = fsevents.install(monkeypatch)
        self.aws = home / ".aws"
        self.cache = self.aws / "sso" / "cache"
        self.reports: list[Path | None] = []
        self.watcher: Any = None

    def start(self, **places: Any) -> None:
        module = importlib.import_module("tray.desktop.watch")
        files = places.get("files", [self.aws / "config"])
        self.watcher = module.Watcher(
            files, [self.cache], self.reports.append, is_relevant=lambda path: path.suffix == ".json"
        )

    def settle(self) -> None:
        """Wait until all that happened so far is reported."""
        events = self.watcher._native._events._observer.event_queue
        until(lambda: not events.unfinished_tasks and "watch" not in {thread.name for thread in threading.enumerate()})


@pytest.fixture
def trial(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trial]:
    trial = Trial(home, monkeypatch)
    yield trial
    if trial.watcher:
        trial.watcher.close()
    assert trial.system.streams == []


def test_a_token_and_the_config_are_told_of(trial: Trial) -> None:
    trial.cache.mkdir(parents=True)
    trial.start()

    trial.system.wrote(trial.cache / "token.json")
    until(lambda: trial.reports == [trial.cache / "token.json"])
    trial.system.wrote(trial.aws / "config")
    until(lambda: trial.reports[1:] == [trial.aws / "config"])


def test_other_files_are_not_told_of(trial: Trial) -> None:
    trial.cache.mkdir(parents=True)
    trial.start()

    trial.system.wrote(trial.cache / "token.json.tmp")
    trial.system.made_folder(trial.aws / "cli")
    trial.system.wrote(trial.aws / "cli" / "x.json")
    trial.system.wrote(trial.cache / "token.json")
    until(lambda: trial.reports)

    assert trial.reports == [trial.cache / "token.json"]


def test_the_home_directory_is_never_watched(trial: Trial, home: Path) -> None:
    trial.start()
    assert trial.system.watched == set()

    trial.cache.mkdir(parents=True)
    trial.watcher.check()

    assert trial.system.watched == {str(trial.aws), str(trial.cache), str(trial.cache.parent)}


def test_the_token_folder_of_a_first_sign_in_is_found_at_once(trial: Trial) -> None:
    trial.aws.mkdir()
    trial.start()

    trial.system.made_folder(trial.cache.parent)
    until(lambda: str(trial.cache.parent) in trial.system.watched)
    trial.system.made_folder(trial.cache)
    until(lambda: str(trial.cache) in trial.system.watched)
    trial.settle()
    assert None in trial.reports
    trial.reports.clear()
    trial.system.wrote(trial.cache / "token.json")

    until(lambda: trial.reports == [trial.cache / "token.json"])


def test_a_token_folder_that_was_removed_is_found_again(trial: Trial) -> None:
    trial.cache.mkdir(parents=True)
    trial.start()
    trial.cache.rmdir()
    trial.system.tell(trial.cache, 1 << 5)  # its root has changed
    until(lambda: str(trial.cache) not in trial.system.watched)
    until(lambda: trial.reports)
    time.sleep(_SILENCE)
    trial.reports.clear()

    trial.system.made_folder(trial.cache)
    until(lambda: str(trial.cache) in trial.system.watched)

    until(lambda: trial.reports == [None])


def test_links_such_as_that_of_tmp_are_seen_through(trial: Trial, home: Path) -> None:
    (home / "private" / "sso" / "cache").mkdir(parents=True)
    trial.aws.symlink_to(home / "private")
    trial.start()

    trial.system.wrote(home / "private" / "sso" / "cache" / "token.json")

    until(lambda: trial.reports == [trial.cache / "token.json"])


def test_a_name_may_be_written_otherwise_than_the_disk_has_it(trial: Trial, home: Path) -> None:
    trial.cache.mkdir(parents=True)
    folder = home / unicodedata.normalize("NFC", "Müller")
    folder.mkdir()
    config = folder / "Config"
    trial.start(files=[config])

    trial.watcher._on_event(str(home / unicodedata.normalize("NFD", "müller") / "config"))

    until(lambda: trial.reports == [config])
