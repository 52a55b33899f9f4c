"""What keeps the program from starting is shown where the Finder or a login of macOS started it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.needs import posix
from support.stand_ins import make_program

from tray.core.message import Message
from tray.desktop.macos.alert import alert_unless_in_terminal

MESSAGE = Message('-u "quoted" $HOME', "Check `its` permissions.")


@pytest.fixture
def runner(tmp_path: Path) -> Path:
    """Something that notes its arguments, one a line."""
    script = tmp_path / "runner.py"
    script.write_text(
        f"import sys, pathlib\npathlib.Path({str(tmp_path / 'said')!r}).write_text('\\n'.join(sys.argv[1:]))\n"
    )
    return make_program(tmp_path / "osascript", script)


@posix
def test_a_program_that_the_system_started_shows_an_alert_whose_texts_are_no_script(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, runner: Path
) -> None:
    monkeypatch.setattr(os, "getppid", lambda: 1)
    alert_unless_in_terminal(MESSAGE, str(runner))

    said = (tmp_path / "said").read_text().splitlines()
    assert said[-2:] == [f" {MESSAGE.title}", MESSAGE.hint]
    assert not any("quoted" in word for word in said[:-2])


@posix
@pytest.mark.parametrize(("parent", "terminal"), [(4711, False), (1, True)])
def test_who_has_a_terminal_or_another_program_that_reads_gets_no_alert(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, runner: Path, parent: int, terminal: bool
) -> None:
    monkeypatch.setattr(os, "getppid", lambda: parent)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    alert_unless_in_terminal(MESSAGE, str(runner))

    assert not (tmp_path / "said").exists()


@posix
def test_an_alert_that_cannot_be_shown_is_no_further_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(os, "getppid", lambda: 1)
    alert_unless_in_terminal(MESSAGE, str(tmp_path / "gone"))
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: (_ for _ in ()).throw(subprocess.TimeoutExpired("x", 1)))
    alert_unless_in_terminal(MESSAGE)

    assert caplog.text.count("no alert could be shown") == 2
