"""The real program in a real menu bar, as far as a machine without a person can tell. Run by the release."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.center import plant_token
from support.desk import until

from tray.demo.center import IdentityCenter
from tray.demo.organisation import build_home
from tray.paths import find_paths

if sys.platform != "darwin":
    pytest.skip("a matter of macOS", allow_module_level=True)

_PROGRAM = [sys.executable, "-P", "-m", "tray", "run"]


class Program:
    """The tray, and what it says."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._out, self._err = folder / "stdout", folder / "stderr"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                [*_PROGRAM, "--foreground-status"], env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err
            )

    def wait_for(self, words: str) -> None:
        """Wait until the icon says this."""
        until(lambda: words in self._out.read_text("utf-8") or self.process.poll() is not None, 60)
        assert words in self._out.read_text("utf-8"), self.errors

    @property
    def errors(self) -> str:
        return self._err.read_text("utf-8")


@contextmanager
def _started(home: Path, folder: Path, center: IdentityCenter) -> Iterator[Program]:
    build_home(home, session="my-sso")
    program = Program(folder, {**os.environ, **center.environment(), "BROWSER": "/usr/bin/true"})
    try:
        yield program
    finally:
        program.process.kill()
        program.process.wait()


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_shows_its_icon_follows_the_files_and_ends_well_when_told_to(
    home: Path, tmp_path: Path, ending: signal.Signals
) -> None:
    with IdentityCenter() as center, _started(home, tmp_path, center) as program:
        program.wait_for("signed out")
        until(lambda: "The tray shows the icon" in find_paths().log_file.read_text("utf-8"))
        plant_token("my-sso", center.issue_token(expires_in=7 * 3600))
        program.wait_for("signed in")

        program.process.send_signal(ending)

        assert program.process.wait(20) == 0
        assert "SSO Tray ends" in find_paths().log_file.read_text("utf-8")
        assert "Traceback" not in program.errors


def test_a_second_start_ends_well_and_leaves_the_first_running(home: Path, tmp_path: Path) -> None:
    with IdentityCenter() as center, _started(home, tmp_path, center) as program:
        program.wait_for("signed out")
        second = subprocess.run(_PROGRAM, capture_output=True, text=True, timeout=60, check=False)

        assert second.returncode == 0
        assert "already running" in second.stderr
        assert not list(find_paths().sessions.glob("*.show.note"))
        assert program.process.poll() is None
