"""What becomes of a command's outcome: its exit code, and the words for what went wrong."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest

from tray import cli
from tray.core.errors import ConfigProblem
from tray.core.message import Message


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A tray that does what a test says."""
    module = ModuleType("tray.commands.run")
    monkeypatch.setitem(sys.modules, "tray.commands.run", module)
    return module


def _fail(_args: Any) -> int:
    raise ConfigProblem(Message("The folder cannot be used.", "Check its permissions."))


def test_a_problem_is_a_title_and_a_hint_on_the_standard_error(
    command: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    command.run = _fail  # type: ignore[attr-defined]

    assert cli.main([]) == 3
    assert capsys.readouterr().err == "The folder cannot be used.\nCheck its permissions.\n"


def test_a_program_without_a_terminal_tells_a_problem_on_the_desktop(
    command: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, str]] = []
    module = ModuleType("tray.desktop.windows.shell")
    module.alert = lambda *words: told.append(words)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    command.run = _fail  # type: ignore[attr-defined]

    assert cli.main([]) == 3
    assert told == [("The folder cannot be used.", "Check its permissions.")]


def test_a_program_without_a_terminal_ends_well(command: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    command.run = lambda _args: 0  # type: ignore[attr-defined]

    assert cli.main([]) == 0
