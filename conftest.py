"""What every test run gets, in one process or in several."""

from __future__ import annotations

import faulthandler
import os
import sys
from collections.abc import Generator
from typing import IO

import pytest

_STACKS_AFTER_SECONDS = 100
"""Of a test that takes so long, the stacks are written down; one that is faster is not even slow under Wine."""

_stacks: IO[str] | None = None


def pytest_sessionstart(session: pytest.Session) -> None:
    """
    Keep what a process that ends by a crash or a time-out has to say.

    On Windows pytest-xdist sends all that its processes print to nowhere, and says "Not properly terminated".
    """
    global _stacks  # noqa: PLW0603 - faulthandler writes into it as long as there is a process
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if sys.platform == "win32" and worker:
        folder = session.config.rootpath / "build" / "stacks"
        folder.mkdir(parents=True, exist_ok=True)
        _stacks = (folder / f"{worker}.txt").open("w", encoding="utf-8")
        faulthandler.enable(_stacks)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Write down where a test hangs, before it is ended for that."""
    if _stacks is None:
        return (yield)
    _stacks.write(f"{item.nodeid}\n")
    _stacks.flush()
    faulthandler.dump_traceback_later(_STACKS_AFTER_SECONDS, file=_stacks)
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Make the captured output speakable: a lone surrogate in it (a file name that is no text) stops pytest-xdist."""
    report = yield
    report.sections = [(name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections]
    return report
