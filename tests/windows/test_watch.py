"""File events on Windows come at once, also while others follow."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import PATIENCE_SECONDS, until

from tray.desktop.watch import Watcher


class Reports:
    def __init__(self) -> None:
        self._paths: list[Path | None] = []
        self._changed = threading.Condition()

    def __call__(self, path: Path | None) -> None:
        with self._changed:
            self._paths.append(path)
            self._changed.notify_all()

    def wait(self) -> list[Path | None]:
        """Wait for the first report, and give what came by then."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._paths, PATIENCE_SECONDS), "nothing was told"
            came, self._paths = self._paths, []
            return came


@pytest.fixture
def reports() -> Reports:
    return Reports()


@pytest.fixture
def aws(home: Path) -> Path:
    return home / ".aws"


@pytest.fixture
def watcher(aws: Path, reports: Reports) -> Iterator[Watcher]:
    (aws / "sso" / "cache").mkdir(parents=True)
    made = Watcher(
        (aws / "config",), (aws / "sso" / "cache",), reports, is_relevant=lambda path: path.suffix == ".json"
    )
    yield made
    made.close()


def test_a_new_token_is_told_within_a_second(watcher: Watcher, aws: Path, reports: Reports) -> None:
    taken = []
    for number in range(3):  # Another test's load is no fault of the watcher.
        begun = time.monotonic()
        token = aws / "sso" / "cache" / f"{number}.json"
        token.write_text("{}")
        assert token in reports.wait()
        taken.append(time.monotonic() - begun)

    assert min(taken) < 1.0


def test_a_replaced_config_is_told(watcher: Watcher, aws: Path, reports: Reports) -> None:
    (aws / "config").write_text("[default]\n")
    reports.wait()
    (aws / "new").write_text("[default]\nregion = x\n")
    (aws / "new").replace(aws / "config")

    assert aws / "config" in reports.wait()


def test_a_folder_that_comes_later_is_watched(home: Path, reports: Reports) -> None:
    watcher = Watcher((), (home / ".aws" / "sso" / "cache",), reports)
    try:
        (home / ".aws" / "sso" / "cache").mkdir(parents=True)
        reports.wait()
        token = home / ".aws" / "sso" / "cache" / "token.json"

        def told_of() -> bool:
            token.write_text(str(time.monotonic()))
            return token in reports.wait()

        until(told_of, otherwise=lambda: "the new folder is not watched")
    finally:
        watcher.close()


def test_what_follows_without_a_pause_does_not_hold_back_what_came_first(
    watcher: Watcher, aws: Path, reports: Reports
) -> None:
    """By itself watchdog would hold them all back for ever."""
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.wait(0.1):
            number += 1
            (aws / "sso" / "cache" / f"{number}.json").write_text("{}")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert reports.wait()
    finally:
        stop.set()
        writer.join()
