"""What becomes of a command's outcome: its exit code, and the words for what went wrong."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tray import cli
from tray.core.command import Do, LogIn
from tray.core.errors import ConfigProblem
from tray.core.message import Message
from tray.paths import find_paths


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

    assert cli.main([]) == 70
    assert [told.title for told in alerts] == ["SSO Tray made a mistake and stopped."]


def test_on_macos_the_number_that_the_finder_gives_is_no_argument(command: ModuleType, alerts: list[Message]) -> None:
    command.run = lambda args: 0 if args.command == "run" else 7  # type: ignore[attr-defined]

    assert cli.main(["-psn_0_12345"]) == 0


def test_a_program_without_a_terminal_ends_well(command: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    command.run = lambda _args: 0  # type: ignore[attr-defined]

    assert cli.main([]) == 0


TOKEN = "aoaA" + "s3cret" * 4


def _make_a_mistake(_args: Any) -> int:
    raise LookupError(f"no such thing: {TOKEN}")


def test_a_mistake_of_ours_is_told_in_two_lines_and_is_in_the_log_without_secrets(
    command: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    command.run = _make_a_mistake  # type: ignore[attr-defined]

    assert cli.main([]) == 70
    log = find_paths().log_file
    assert capsys.readouterr() == (
        "",
        f"SSO Tray made a mistake and stopped.\nWhat happened is in the log, for a report: {log}\n",
    )
    written = log.read_text("utf-8")
    assert "LookupError" in written
    assert "_make_a_mistake" in written
    assert "s3cret" not in written


def test_a_mistake_where_there_can_be_no_log_is_told_by_its_kind_alone(
    command: ModuleType, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command.run = _make_a_mistake  # type: ignore[attr-defined]
    folder = find_paths().log_file.parent
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("in the way")

    assert cli.main([]) == 70
    told = capsys.readouterr().err
    assert told == "SSO Tray made a mistake and stopped.\nIt could not be written down in the log (LookupError).\n"


def test_a_mistake_while_a_command_is_loaded_is_told_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "tray.commands.portal", None)  # which importing it refuses

    assert cli.main(["portal"]) == 70
    assert capsys.readouterr().err.startswith("SSO Tray made a mistake and stopped.")


@pytest.mark.parametrize("name", ["login", "logout", "renew", "setup"])
def test_a_command_that_may_be_a_child_of_the_tray_keeps_a_log(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType(f"tray.commands.{name}")
    monkeypatch.setitem(sys.modules, module.__name__, module)

    def run(_args: Any) -> int:
        logging.getLogger("tray.anything").warning("worth knowing")
        return 0

    module.run = run  # type: ignore[attr-defined]
    assert cli.main([name, "corp"] if name != "setup" else [name]) == 0
    assert "worth knowing" in find_paths().log_file.read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (["sso-tray:log-in/my%20corp"], LogIn("my corp", new=True, ask=True)),
        (["sso-tray:status"], Do.SHOW_STATUS),
        ([], Do.SHOW_STATUS),
        (["sso-tray:log-in/corp", "--demo", "--verbose"], Do.SHOW_STATUS),
        (["--help"], Do.SHOW_STATUS),
        (["logout", "--all"], Do.SHOW_STATUS),
    ],
)
def test_an_address_starts_the_tray_and_no_word_behind_it_is_an_option(
    command: ModuleType, words: list[str], asked: object
) -> None:
    """Whoever calls it may end the quotation of Windows, and put more there."""
    ran: list[Any] = []
    command.run = lambda args: ran.append(args) or 0  # type: ignore[attr-defined]

    assert cli.main(["follow", *words]) == 0
    (args,) = ran
    assert vars(args) == {
        "command": "run", "foreground_status": False, "demo": False, "verbose": False, "asked": asked,
    }  # fmt: skip
