"""``sso-tray settings``: what is in force, and from where."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from commands.conftest import Terminal

from tray.paths import find_paths


@pytest.fixture
def own() -> Path:
    path = find_paths().settings_file
    path.parent.mkdir(parents=True)
    return path


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path))
    monkeypatch.setenv("WIN_PD_OVERRIDE_COMMON_APPDATA", str(tmp_path))
    (path,) = find_paths().site_settings
    path.parent.mkdir()
    return path


def test_every_setting_is_a_line_of_toml_that_says_where_it_is_from(terminal: Terminal, own: Path, site: Path) -> None:
    own.write_text('[notify]\nlead_minutes = [0.5, 15]\n[browser]\ncommand = "a \\"b\\" %s \\u009b"\n')
    site.write_text('[renew]\nenabled = false\n[sign_in."a b"]\nlength_hours = 8\n')

    assert terminal.run("settings") == 0

    assert terminal.err == ""
    assert f"notify.lead_minutes = [0.5, 15]  # {own}\n" in terminal.out
    assert f"renew.enabled = false  # {site}\n" in terminal.out
    assert f'sign_in."a b".length_hours = 8  # {site}\n' in terminal.out
    assert 'icon.theme = "auto"  # default\n' in terminal.out
    assert "\x9b" not in terminal.out
    assert tomllib.loads(terminal.out)["browser"] == {"command": 'a "b" %s \x9b'}


def test_json_names_the_files_and_the_layer_of_each_setting(terminal: Terminal, own: Path, site: Path) -> None:
    own.write_text('[profiles]\nproduction = ["prod-*"]\n')

    assert terminal.run("settings", "--json") == 0

    found = terminal.json
    assert list(found) == ["schema", "files", "settings", "problems"]
    assert found["files"] == [
        {"layer": "own", "path": str(own), "exists": True},
        {"layer": "site", "path": str(site), "exists": False},
    ]
    by_name = {setting["name"]: setting for setting in found["settings"]}
    assert by_name["profiles.production"] == {
        "name": "profiles.production",
        "value": ["prod-*"],
        "layer": "own",
        "path": str(own),
    }
    assert by_name["browser.command"] == {"name": "browser.command", "value": "", "layer": "default", "path": None}


@pytest.mark.parametrize(
    ("content", "code", "title"),
    [
        ("[[", 3, "The settings are not valid TOML"),
        ('[icon]\ntheme = "pink"', 3, "Setting icon.theme is not in force"),
        ("[icon]\nsize = 3", 0, "Unknown setting icon.size"),
    ],
)
def test_what_is_wrong_is_said_and_a_broken_file_is_a_configuration_problem(
    terminal: Terminal, own: Path, content: str, code: int, title: str
) -> None:
    own.write_text(content)

    assert code == terminal.run("settings")
    assert terminal.err.startswith(f"! {title}\n  ")
    assert str(own) in terminal.err
    assert "icon.theme = " in terminal.out

    assert code == terminal.run("settings", "--json")
    assert [problem["title"] for problem in json.loads(terminal.out)["problems"]] == [title]
