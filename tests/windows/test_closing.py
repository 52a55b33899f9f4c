"""What asks programs to end asks each of their windows: the resident program ends in good order whichever it is."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from support.desk import until
from windows import messages

_FIRST, _SECOND, _ALL = slice(0, 1), slice(1, 2), slice(None)


def _ours(process: int) -> list[int]:
    return [window for window in messages.windows_of(process) if messages.kind_of(window).endswith("SystemTrayIcon")]


@pytest.mark.parametrize("which", [_FIRST, _SECOND, _ALL], ids=["first", "second", "all"])
def test_it_ends_with_0_and_no_trace_of_a_fault(home: Path, which: slice) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "tray", "run", "--foreground-status"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "HOME": str(home)},
    )
    said: list[str] = []
    assert program.stdout
    reader = threading.Thread(target=lambda: said.extend(program.stdout or ()))
    reader.start()
    try:
        until(lambda: said, 60)
        # Windows adds one of its own, for writing in other scripts, which comes and goes.
        until(lambda: len(_ours(program.pid)) == 2)
        windows = messages.windows_of(program.pid) if which == _ALL else _ours(program.pid)
        for window in windows[which]:
            messages.post(window, messages.shell.WM_CLOSE)
        try:
            assert program.wait(30) == 0, said
        except subprocess.TimeoutExpired:
            left = {window: messages.kind_of(window) for window in messages.windows_of(program.pid)}
            pytest.fail(f"asked {windows[which]} of {windows}, still there: {left}, said: {said}")
        reader.join(10)
        assert not [line for line in said if "Traceback" in line or "Error" in line]
    finally:
        program.kill()
