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
        until(lambda: len(messages.windows_of(program.pid)) >= 2)
        for window in messages.windows_of(program.pid)[which]:
            messages.post(window, messages.shell.WM_CLOSE)
        assert program.wait(30) == 0, said
        reader.join(10)
        assert not [line for line in said if "Traceback" in line or "Error" in line]
    finally:
        program.kill()
