"""Whatever encoding standard output has, every command prints, and JSON stays JSON."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from commands.conftest import Terminal
from support.ini_texts import locale_encoding

from tray.cli import main
from tray.commands import output, shell
from tray.installation import own_command

ENCODINGS = ["ascii", "cp437", "cp932", "cp1251", "cp1252", "utf-8", "utf-16-le"]
PAGES = [encoding for encoding in ENCODINGS if encoding != "utf-16-le"]
"""In these ASCII is ASCII."""

SESSION, PROFILE = ("Zoë–東京", "дом“x”") if locale_encoding() == "utf-8" else ("Zoë", "“x”")
NAMED = f"""
[sso-session {SESSION}]
sso_start_url = https://d-1234567890.awsapps.com/start
sso_region = eu-central-1
[profile {PROFILE}]
sso_session = {SESSION}
sso_account_id = 111122223333
sso_role_name = Developer
"""


def redirected(monkeypatch: pytest.MonkeyPatch, encoding: str) -> io.TextIOWrapper:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="\n")
    monkeypatch.setattr(sys, "stdout", stream)
    return stream


def printed(stream: io.TextIOWrapper) -> bytes:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue()


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    "command",
    [
        ("status",),
        ("status", "--short"),
        ("doctor",),
        ("profiles",),
        ("settings",),
        ("portal", "corp", "--print"),
        ("complete", "fish", "sso-tray", "status", ""),
        ("shell", "bash"),
        ("login", "--help"),
    ],
    ids=" ".join,
)
def test_every_command_prints_in_every_encoding(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, encoding: str, command: tuple[str, ...]
) -> None:
    terminal.config.write_text(terminal.config.read_text() + NAMED)
    terminal.plant("corp", 60)
    stream = redirected(monkeypatch, encoding)
    with suppress(SystemExit):  # the parser prints its help, and ends
        main(command)
    assert printed(stream).decode(encoding)


@pytest.mark.parametrize("encoding", PAGES)
@pytest.mark.parametrize("command", ["status", "doctor", "profiles", "settings"])
def test_json_is_the_same_in_every_encoding(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, encoding: str, command: str
) -> None:
    terminal.config.write_text(terminal.config.read_text() + NAMED)
    stream = redirected(monkeypatch, encoding)
    main([command, "--json"])
    document = json.loads(printed(stream).decode("utf-8"))
    assert document["schema"] == 1
    if command == "profiles" and encoding == "utf-8":
        assert len(document["profiles"]) == 4


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_is_no_text_in_a_path_comes_through_json_and_back(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    path = "/home/zo\udceb/.aws/\udcffconfig/“é”\ud800"
    stream = redirected(monkeypatch, encoding)
    output.prepare()
    output.print_json({"path": path})
    line = printed(stream).decode(encoding)
    assert json.loads(line) == {"path": path}
    if encoding == "utf-8":
        assert "“é”" in line


def test_no_command_prints_json_in_a_way_of_its_own() -> None:
    own = [path.name for path in Path(output.__file__).parent.glob("*.py") if "json.dump" in path.read_text("utf-8")]
    assert own == ["output.py"]


@pytest.mark.parametrize(
    ("encoding", "line"),
    [
        ("utf-8", "“a” · b… ✓ ✗ é ?"),
        ("cp1252", "“a” · b… + x é ?"),
        ("cp437", '"a" · b... + x é ?'),
        ("ascii", '"a" - b... + x ? ?'),
    ],
)
def test_what_an_encoding_lacks_is_said_more_simply(monkeypatch: pytest.MonkeyPatch, encoding: str, line: str) -> None:
    stream = redirected(monkeypatch, encoding)
    output.prepare()
    print("“a” · b… ✓ ✗ é \udc80")
    assert printed(stream).decode(encoding) == f"{line}\n"


def test_a_frozen_program_heeds_the_encoding_that_is_asked_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8:strict")
    stream = redirected(monkeypatch, "cp1252")
    output.prepare()
    print("✓")
    assert printed(stream) == "✓\n".encode()


def test_a_program_without_a_console_has_nothing_to_prepare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    output.prepare()
    assert (sys.stdout, sys.stderr) == (None, None)


@pytest.mark.parametrize("encoding", ["cp437", "utf-8"])
def test_the_program_itself_prints_to_a_pipe(terminal: Terminal, encoding: str) -> None:
    found = subprocess.run(
        [*own_command(), "doctor"],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert found.returncode == 1, found.stderr  # There is no sign-in.
    assert ("✓" if encoding == "utf-8" else "+") in found.stdout.decode(encoding)


@pytest.mark.parametrize("command", [("settings",), ("settings", "--json"), ("shell", "bash"), ("--help",)])
def test_a_reader_that_has_gone_is_no_fault(home: Path, command: tuple[str, ...]) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "tray", *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert program.stdout
    assert program.stderr
    program.stdout.close()
    assert program.wait(60) == 0
    assert program.stderr.read() == ""
    program.stderr.close()


def test_what_a_shell_evaluates_is_ascii_for_no_two_agree_on_a_code_page() -> None:
    folder = Path(shell.__file__).parent / "snippets"
    assert {file.name for file in folder.iterdir() if file.read_bytes().isascii()} == {"bash", "fish", "pwsh", "zsh"}


def test_powershell_completes_the_name_with_its_ending_too_and_reads_utf_8() -> None:
    snippet = (Path(shell.__file__).parent / "snippets" / "pwsh").read_text("utf-8")
    assert "-CommandName sso-tray, sso-tray.exe " in snippet
    before, _, after = snippet.partition("& $program complete")
    assert "[Console]::OutputEncoding = New-Object System.Text.UTF8Encoding" in before
    assert "[Console]::OutputEncoding = $encoding" in after
