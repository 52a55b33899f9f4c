"""``sso-tray open``: which server shows the page, and what is said where no browser comes up."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from commands.conftest import Terminal
from support.pages import serving_pages
from support.setup_page import Visitor

from tray.commands import open as open_command
from tray.core.errors import ServiceProblem
from tray.core.page_names import PAGE_NAMES
from tray.pages import serving

LINK = "http://127.0.0.1:41234/open/Zm9v"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    urls: list[str] = []

    def open_url(url: str, command: str, *, seconds: float) -> bool:
        urls.append(url)
        return command != "none"

    monkeypatch.setattr(open_command, "open_url", open_url)
    return urls


def begins(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(open_command, "own_command", lambda: [sys.executable, "-c", program])


def test_a_server_begins_and_its_page_is_opened(
    terminal: Terminal, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    begins(monkeypatch, f"import sys; print(sys.argv[2], {LINK!r}, flush=True); assert sys.argv[3] == '--serve'")
    assert terminal.run("open", "setup") == 0
    assert (opened, terminal.out, terminal.err) == ([LINK], "", "")


def test_without_a_name_it_is_the_first_page(
    terminal: Terminal, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    begins(monkeypatch, f"import sys; print(sys.argv[2], {LINK!r} + sys.argv[2])")
    assert terminal.run("open") == 0
    assert opened == [LINK + PAGE_NAMES[0]]


def test_an_address_is_printed_alone_where_it_is_asked_for(
    terminal: Terminal, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    begins(monkeypatch, f"print('setup', {LINK!r})")
    assert terminal.run("open", "setup", "--print") == 0
    assert (terminal.out, terminal.err, opened) == (f"{LINK}\n", "", [])


def test_where_no_browser_comes_up_the_address_is_printed(
    terminal: Terminal, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    begins(monkeypatch, f"print('setup', {LINK!r})")
    (terminal.home / ".config" / "sso-tray").mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(open_command, "open_url", lambda *_, **__: False)
    assert terminal.run("open", "setup") == 0
    assert terminal.out == f"{LINK}\n"
    assert terminal.err == "No browser could be started. Open this page yourself; its address works once:\n"


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import sys; sys.exit('No port\\nUse a terminal')", "No port\nUse a terminal\n"),
        ("raise SystemExit(4)", "The page could not be shown.\nThe log file says more.\n"),
    ],
)
def test_what_keeps_the_server_from_beginning_is_told(
    terminal: Terminal, opened: list[str], monkeypatch: pytest.MonkeyPatch, program: str, said: str
) -> None:
    begins(monkeypatch, program)
    assert terminal.run("open", "setup") == ServiceProblem.exit_code
    assert (terminal.err, opened) == (said, [])


def test_a_server_that_runs_is_asked_and_none_begins(
    terminal: Terminal, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    begins(monkeypatch, "raise SystemExit('none is to begin')")
    with serving_pages():
        assert terminal.run("open", "setup") == 0
        assert Visitor(opened[0]).open().status == 303


def test_the_pages_may_go_unused_for_a_quarter_of_an_hour(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Callable[[], float]] = []
    monkeypatch.setattr(serving, "serve", lambda *_, idle_seconds, **__: given.append(idle_seconds))
    assert terminal.run("open", "setup", "--serve") == 0
    assert [seconds() for seconds in given] == [15 * 60]


def test_the_server_prints_a_link_for_each_line_of_its_input(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setattr(open_command, "_ALONE_SECONDS", 0.1)
    read, write = os.pipe()
    with os.fdopen(read, encoding="utf-8") as lines, os.fdopen(write, "w", encoding="utf-8") as asks:
        monkeypatch.setattr(sys, "stdin", lines)
        asks.write("setup\nno-such-page\nsetup\n")
        asks.close()  # The tray ends.
        assert terminal.run("open", "setup", "--serve") == 0
    shown = [line.split() for line in terminal.out.splitlines()]
    assert [name for name, _ in shown] == ["setup"] * 3
    assert len({link for _, link in shown}) == 1, "nobody has used it yet"
