"""Hooks, driven as their user does: set in a terminal, run by the tray at a session's beginning and end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from end_to_end.desktop import SESSION, Desktop, token_file
from support.desk import until


@pytest.mark.forms("wheel")
def test_a_session_begins_and_ends_once_whatever_renews_it(desktop: Desktop, tmp_path: Path) -> None:
    script, told = tmp_path / "hook", tmp_path / "told"
    says = "$SSO_TRAY_EVENT $1 $SSO_TRAY_SIGN_IN $SSO_TRAY_ENDS_AT $SSO_TRAY_ENDS_SOURCE"
    script.write_text(f'#!/bin/sh\nenv >>"{told}.env"; echo "{says}" >>"{told}"; echo "the hook has run"\n')
    script.chmod(0o700)

    def runs() -> list[list[str]]:
        return [line.split(" ") for line in told.read_text().splitlines()] if told.exists() else []

    for key in ("on_signed_in", "on_ended"):
        assert desktop.run("settings", "set", f"hooks.{key}", json.dumps([str(script), "a b"])).returncode == 0
    assert desktop.run("settings", "set", "hooks.on_ends_soon", "no-such-program,x").returncode == 0
    found = json.loads(desktop.run("doctor", "--json").stdout)["findings"]
    assert [each["title"] for each in found if each["name"] == "hook"] == [
        "The program of hooks.on_ends_soon is not there: no-such-program"
    ]
    program = desktop.start()
    desktop.shows("signed out")

    desktop.icon.click("Log in")
    desktop.shows("signed in")
    until(lambda: len(runs()) == 1)
    token = token_file(desktop)
    environment = Path(f"{told}.env").read_text("utf-8", "replace")
    assert "SSO_TRAY_EVENT=signed-in" in environment
    assert not [name for name in ("accessToken", "refreshToken", "clientSecret") if token[name] in environment]
    assert desktop.run("renew", "--force").returncode == 0
    assert desktop.run("login").returncode == 0
    assert desktop.run("logout").returncode == 0
    desktop.shows("signed out")
    until(lambda: len(runs()) == 2)
    desktop.plant(seconds=600)
    ends = desktop.notices.wait_for_notice("no-such-program")
    assert ends.title == "The program of hooks.on_ends_soon is not there: no-such-program"
    until(lambda: len(runs()) == 3)

    assert [each[:4] for each in runs()] == [
        ["signed-in", "a", "b", SESSION],
        ["ended", "a", "b", SESSION],
        ["signed-in", "a", "b", SESSION],
    ]
    assert runs()[2][5] == "token"
    assert desktop.log.count("hooks.on_signed_in printed: the hook has run") == 2
    assert "hooks.on_ends_soon: The program of hooks.on_ends_soon is not there" in desktop.log
    program.end()
    desktop.start()
    desktop.shows("ends at")
    assert len(runs()) == 3, "a restart tells nothing twice"
