"""No command sends the terminal a character that it would obey, whoever wrote it: config, cache, settings, AWS."""

from __future__ import annotations

import io
import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from commands.conftest import Terminal
from hypothesis import given
from hypothesis import strategies as some
from support.center import plant_token

from tray import logs
from tray.command_line import COMMANDS as COMMAND_LINE
from tray.commands import output
from tray.core import answers
from tray.core.session.status import derive
from tray.core.view.render import Scene, render
from tray.core.view.values import MenuItem, Notice, View
from tray.core.words.times import local_time
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault
from tray.demo.organisation import Account
from tray.paths import find_paths
from tray.resident.reader import Reader

HOSTILE = "n\x1b[2J\x1b[31m\x1b]0;t\x07\x9b1m\x7f\x08\x00\u202e\u2066\u200b\u2028\u2029\u0085\ufeff\U000e0041m"
"""Clears the screen, colours, names the window, in 7 and in 8 bits, deletes, turns the writing around, breaks lines."""

FORGED = f"{HOSTILE}\nFORGED\r\nFORGED"
IN_INI = HOSTILE.replace("\0", "").replace("\u2028", "").replace("\u2029", "").replace("\u0085", "")

COMMANDS: dict[str, list[list[str]]] = {
    "status": [[], ["--json"], ["--short"], ["--check"], [HOSTILE], ["--profile", FORGED]],
    "login": [[HOSTILE], ["--profile", FORGED], [IN_INI, "--no-browser", "--timeout", "0.01"], ["corp", "--json"]],
    "renew": [[HOSTILE], [IN_INI], [IN_INI, "--json"], ["corp", "--force"], ["corp", "--json", "--force"]],
    "logout": [[HOSTILE], [IN_INI, "--json"], [IN_INI], ["--all"]],
    "profiles": [[], ["--json"], [HOSTILE], ["dev"]],
    "use": [[HOSTILE], [FORGED], [f"p{IN_INI}"], ["--undo"]],
    "portal": [[HOSTILE, "--print"], [IN_INI, "--print"], ["--profile", f"p{IN_INI}", "--console", "--print"]],
    "open": [[HOSTILE], [HOSTILE, "--print"]],
    "whoami": [[HOSTILE], [f"p{IN_INI}"], [f"p{IN_INI}", "--json"]],
    "credentials": [
        [HOSTILE],
        [f"p{IN_INI}"],
        ["dev", "--format", "json"],
        ["dev", "--format", "env"],
        [f"p{IN_INI}", "--format", "json"],
    ],
    "exec": [[HOSTILE], ["dev", "--", HOSTILE.replace("\0", "")], ["dev", "--", FORGED], [f"p{IN_INI}", "--", "x"]],
    "setup": [["--session", HOSTILE], ["--session", "corp", "--all", "--no-browser", "--device-code"]],
    "doctor": [[], ["--json"], ["--online"], ["--fix", HOSTILE], ["--report"]],
    "autostart": [["status"], ["status", "--json"], ["on"], ["off"], [HOSTILE]],
    "settings": [
        [],
        ["--json"],
        ["set", HOSTILE, "x"],
        ["set", "icon.theme", FORGED],
        ["set", "browser.command", HOSTILE],
    ],
    "shell": [["bash"], ["zsh"], ["fish"], ["pwsh"], [HOSTILE]],
    "wsl": [["link"], ["link", "--home", HOSTILE], [HOSTILE]],
    "complete": [["fish", "sso-tray", "status", ""], ["bash", "sso-tray", "use", HOSTILE], ["zsh", "sso-tray", ""]],
}
NOT_HERE = {
    "run": "does not end by itself; what it prints is the tooltip, and its menu and notices are looked at below",
    "demo": "plays with an organisation of its own, whatever is in the home",
}
TABS = {"complete", "shell"}
"""Where a tab parts columns, or stands in the text of a script."""


def harmful(text: str, command: str = "") -> list[str]:
    passes = "\n\t" if command in TABS else "\n"
    return [repr(each) for each in text if not each.isprintable() and each not in passes]


@pytest.fixture
def hostile(terminal: Terminal, center: IdentityCenter, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    terminal.config.write_text(
        f"""\
[default]
region = {IN_INI}
[sso-session corp]
sso_start_url = https://d-1234567890.awsapps.com/start
sso_region = us-east-1
[sso-session {IN_INI}]
sso_start_url = https://a.example/{IN_INI}
sso_region = us-east-1
sso_registration_scopes = {IN_INI}
[profile dev]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = {IN_INI}
[profile p{IN_INI}]
sso_session = {IN_INI}
sso_account_id = {IN_INI}
sso_role_name = {IN_INI}
region = {IN_INI}
[profile broken{IN_INI}]
sso_session = gone{IN_INI}
{IN_INI} = {IN_INI}
no equals {IN_INI}
""",
        encoding="utf-8",
    )
    paths = find_paths()
    paths.settings_file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(FORGED)[1:-1].replace("\\udb40\\udc41", "")
    paths.settings_file.write_text(
        f'"{text}" = "{text}"\n[icon]\ntheme = "{text}"\n[sign_in."{text}"]\nbrowser = "{text}"\n[hooks]\n'
        f'on_ended = ["{text}"]\n[notify]\nquiet_hours = "{text}"\n',
        encoding="utf-8",
    )
    plant_token("corp", {**center.issue_token(), "startUrl": FORGED, "region": "us-east-1", FORGED: FORGED})
    plant_token(IN_INI, {**center.issue_token(), "expiresAt": FORGED})
    (terminal.home / ".aws" / "sso" / "cache" / f"{'0' * 40}.json").write_text(json.dumps({FORGED: FORGED}))
    for folder in (paths.memory_file.parent, paths.memory_file.parent / "sign-ins"):
        folder.mkdir(parents=True, exist_ok=True)
    paths.memory_file.write_text(json.dumps({FORGED: FORGED}))
    center.accounts = (Account("111122223333", FORGED, FORGED, ("Role", HOSTILE, FORGED)),)
    monkeypatch.setenv("AWS_PROFILE", HOSTILE.replace("\0", ""))
    monkeypatch.chdir(terminal.home)
    return terminal


def test_every_command_is_walked() -> None:
    known = {*COMMAND_LINE, "complete"}
    assert COMMANDS.keys() | NOT_HERE.keys() == known


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_prints_what_a_terminal_would_obey(
    hostile: Terminal, center: IdentityCenter, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    for arguments in COMMANDS[command]:
        code = hostile.run(command, *arguments)
        assert not harmful(hostile.out, command), (arguments, hostile.out)
        assert not harmful(hostile.err), (arguments, hostile.err)
        assert code != 70, (arguments, hostile.err)
        forged = [line for line in (hostile.out + hostile.err).splitlines() if line.startswith("FORGED")]
        assert not forged, (arguments, hostile.out, hostile.err)
        if "--json" in arguments and code != 2:
            for line in hostile.out.splitlines():
                json.loads(line)


@pytest.mark.parametrize("command", [["renew", "corp", "--force"], ["status", "--check"], ["logout", "corp"]])
@pytest.mark.parametrize(
    "fault",
    [
        Fault.error("*", 400, f"Hostile\x1b[2J{'x' * 9}Exception", HOSTILE),
        Fault.error("*", 400, "InvalidRequestException", FORGED),
        Fault.answer("*", json.dumps({"error": FORGED, "error_description": FORGED}).encode(), status=400),
    ],
    ids=["code", "words", "body"],
)
def test_no_error_of_a_server_reaches_the_terminal_as_it_is(
    terminal: Terminal, center: IdentityCenter, command: list[str], fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    plant_token("corp", center.issue_token())
    center.inject(fault)
    assert terminal.run(*command) in {1, 4}
    assert not harmful(terminal.out + terminal.err)
    assert "FORGED" not in terminal.out + terminal.err


@given(some.text())
def test_what_is_harmless_is_left_and_the_rest_is_not_let_through(text: str) -> None:
    passed = output.harmless(text)
    assert len(passed) == len(text)
    assert passed == text or not text.isprintable()
    assert output.harmless(passed) == passed


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("\x1b[32m✓\x1b[0m good", True),
        ("\r[###  ] 3 of 5", True),
        ("a\tb\n", True),
        ("family \U0001f468\u200d\U0001f469\u200d\U0001f467", True),
        ("می\u200cخواهم", True),
        ("\x1b[8mhidden", False),
        ("\x1b[2J", False),
        ("name\rOK", False),
        ("a\u202eb", False),
        ("\x9b32m", False),
        ("\x1b[32", False),
    ],
)
def test_only_our_own_codes_and_what_letters_need_pass(text: str, passes: bool) -> None:
    assert (output.harmless(text) == text) is passes


@given(some.dictionaries(some.text(), some.text()))
def test_json_holds_every_character_and_prints_none_that_a_terminal_obeys(document: dict[str, str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n")
        patch.setattr(sys, "stdout", stream)
        output.print_json(document)
        stream.flush()
        assert isinstance(stream.buffer, io.BytesIO)
        printed = stream.buffer.getvalue().decode("utf-8")
    assert not harmful(printed)
    assert json.loads(printed) == document


def test_the_log_holds_none_and_no_message_passes_for_two(tmp_path: Path) -> None:
    assert logs.configure(tmp_path / "log")
    try:
        logging.getLogger("tray").error("said by %s", FORGED)
        written = (tmp_path / "log").read_text("utf-8")
    finally:
        for handler in list(logging.getLogger().handlers):
            if handler.name == logs._OUR_HANDLERS:
                logging.getLogger().removeHandler(handler)
                handler.close()
    assert not harmful(written)
    assert [line for line in written.splitlines() if not line.startswith(" ")] == written.splitlines()[:1]


def words_in(value: object) -> list[str]:
    """Every text that a menu or a notice shows."""
    if isinstance(value, View):
        return [value.tooltip, *(text for item in value.menu for text in words_in(item))]
    if isinstance(value, MenuItem):
        return [value.label, *(text for item in value.children for text in words_in(item))]
    assert isinstance(value, Notice)
    return [value.title, value.body, *(button.label for button in value.buttons)]


def test_menus_tooltips_and_notices_hold_none(hostile: Terminal) -> None:
    now = datetime.now(UTC)
    snapshot, settings = Reader(find_paths()).read()
    statuses = derive(snapshot, settings, now)
    shown = words_in(render(Scene(snapshot, statuses, settings), now, local_time))
    facts = answers.Facts(snapshot, statuses, settings, None, now, local_time)
    for notice in (answers.status(facts), answers.offered(facts), answers.confirm_production(FORGED)):
        shown += words_in(notice.notice)
    assert len(shown) > 20
    assert not [text for text in shown if harmful(text)]
