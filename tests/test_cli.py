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


@pytest.fixture
def alerts(monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """What a Mac shows of a program that it started."""
    told: list[Message] = []
    module = ModuleType("tray.desktop.macos.alert")
    module.alert_unless_in_terminal = told.append  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(sys, "platform", "darwin")
    return told


def test_on_macos_a_problem_is_told_on_the_desktop_too(command: ModuleType, alerts: list[Message]) -> None:
    command.run = _fail  # type: ignore[attr-defined]

    assert cli.main([]) == 3
    assert alerts == [Message("The folder cannot be used.", "Check its permissions.")]


def test_on_macos_a_fault_of_our_own_is_told_on_the_desktop_too(command: ModuleType, alerts: list[Message]) -> None:
    def break_down(_args: Any) -> int:
        raise ZeroDivisionError

    command.run = break_down  # type: ignore[attr-defined]
    with pytest.raises(ZeroDivisionError):
        cli.main([])

    (told,) = alerts
    assert told.title == "SSO Tray ended by a fault of its own."
    assert "sso-tray.log" in told.hint


def test_on_macos_the_number_that_the_finder_gives_is_no_argument(command: ModuleType, alerts: list[Message]) -> None:
    command.run = lambda args: 0 if args.command == "run" else 7  # type: ignore[attr-defined]

    assert cli.main(["-psn_0_12345"]) == 0


def test_a_program_without_a_terminal_ends_well(command: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    command.run = lambda _args: 0  # type: ignore[attr-defined]

    assert cli.main([]) == 0
