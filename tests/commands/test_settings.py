"""``sso-tray settings``: what is in force, and from where."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from commands.conftest import Terminal

from tray import disk
from tray.paths import find_paths
from tray.settings.reading import read_settings


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
        *({"layer": "site", "path": str(each), "exists": False} for each in find_paths().site_settings),
    ]
    by_name = {setting["name"]: setting for setting in found["settings"]}
    assert by_name["profiles.production"] == {
        "name": "profiles.production",
        "value": ["prod-*"],
        "layer": "own",
        "path": str(own),
        "enforced": False,
    }
    assert by_name["browser.command"] == {
        "name": "browser.command",
        "value": "",
        "layer": "default",
        "path": None,
        "enforced": False,
    }


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


COMMENTED = "# mine\n[notify] # when\nlead_minutes = [15] # why\n\n[icon]\n# of icons\n"


@pytest.mark.parametrize(
    ("key", "value", "after"),
    [
        ("notify.lead_minutes", "30,5", COMMENTED.replace("[15]", "[30, 5]")),
        ("notify.lead_minutes", "[0.5]", COMMENTED.replace("[15]", "[0.5]")),
        ("notify.lead_minutes", "10", COMMENTED.replace("[15]", "[10]")),
        ("notify.lead_minutes", "[]", COMMENTED.replace("[15]", "[]")),
        ("notify.quiet_hours", "22:00-07:00", COMMENTED.replace("# when\n", '# when\nquiet_hours = "22:00-07:00"\n')),
        ("icon.theme", "dark", COMMENTED.replace("[icon]\n", '[icon]\ntheme = "dark"\n')),
        ("icon.theme", '"dark"', COMMENTED.replace("[icon]\n", '[icon]\ntheme = "dark"\n')),
        ("renew.enabled", "false", f"{COMMENTED}\n[renew]\nenabled = false\n"),
        ("login.device_code", "auto", f'{COMMENTED}\n[login]\ndevice_code = "auto"\n'),
        ("login.device_code", "true", f"{COMMENTED}\n[login]\ndevice_code = true\n"),
        ("browser.command", "true", f'{COMMENTED}\n[browser]\ncommand = "true"\n'),
        ("browser.command", "firefox -P 'a, b' %s", f"{COMMENTED}\n[browser]\ncommand = \"firefox -P 'a, b' %s\"\n"),
        ("profiles.production", "prod-*", f'{COMMENTED}\n[profiles]\nproduction = ["prod-*"]\n'),
        ("profiles.production", "live, 4*", f'{COMMENTED}\n[profiles]\nproduction = ["live", "4*"]\n'),
        ("profiles.production", "1,2", f'{COMMENTED}\n[profiles]\nproduction = ["1", "2"]\n'),
        ("sign_in.corp.length_hours", "8", f'{COMMENTED}\n[sign_in."corp"]\nlength_hours = 8\n'),
        ("sign_in.dev.length_hours", "0.5", f'{COMMENTED}\n[sign_in."corp"]\nlength_hours = 0.5\n'),
        (
            "sign_in.https://legacy.awsapps.com/start.browser",
            "b",
            f'{COMMENTED}\n[sign_in."https://legacy.awsapps.com/start"]\nbrowser = "b"\n',
        ),
        (
            'sign_in."https://legacy.awsapps.com/start".browser',
            "b",
            f'{COMMENTED}\n[sign_in."https://legacy.awsapps.com/start"]\nbrowser = "b"\n',
        ),
    ],
)
def test_one_setting_is_set_and_taken_back_and_every_other_byte_stays(
    terminal: Terminal, own: Path, key: str, value: str, after: str
) -> None:
    own.write_bytes(COMMENTED.encode())

    assert terminal.run("settings", "set", key, value) == 0
    assert own.read_bytes().decode() == after
    assert terminal.out == ""
    [told] = terminal.err.splitlines()
    assert told.startswith("Now in force: ")
    assert told.endswith(f"  # {own}")

    assert terminal.run("settings", "unset", key) == 0
    kept = own.read_text()
    if "lead_minutes" in key:
        assert kept == COMMENTED.replace("lead_minutes = [15] # why\n", "")
    else:
        assert kept.startswith(COMMENTED)
    assert (read_settings(own)[1], terminal.run("settings")) == ((), 0)


@pytest.mark.parametrize(
    ("arguments", "code", "title", "hint"),
    [
        (("set", "icon.theem", "dark"), 2, "There is no setting “icon.theem”.", "Did you mean icon.theme?"),
        (("set", "theme", "dark"), 2, "There is no setting “theme”.", "Did you mean icon.theme?"),
        (("set", "Notify.Lead_Minutes", "5"), 2, "There is no setting “Notify.Lead_Minutes”.", "lead_minutes?"),
        (("unset", "lead_minute"), 2, "There is no setting “lead_minute”.", "Did you mean notify.lead_minutes?"),
        (("set", "sign_in.corp.lenght", "8"), 2, "There is no setting", 'mean sign_in."corp".length_hours?'),
        (("set", "nothing.like.it", "8"), 2, "There is no setting “nothing.like.it”.", "“sso-tray settings” lists"),
        (("set", "", "8"), 2, "There is no setting “”.", "“sso-tray settings” lists"),
        (("set", "icon.theme", "pink"), 2, "Setting icon.theme cannot be “pink”.", '"auto", "light", "dark" or'),
        (("set", "icon.theme", "dark\nx = 1"), 2, "Setting icon.theme cannot be “dark x = 1”.", "It should be"),
        (("set", "notify.lead_minutes", ""), 2, "Setting notify.lead_minutes cannot be “”.", "a list of minutes"),
        (("set", "notify.lead_minutes", "1\nx = 2"), 2, "Setting notify.lead_minutes cannot be", "a list of minutes"),
        (("set", "notify.quiet_hours", "25:00-1:00"), 2, "Setting notify.quiet_hours cannot be", "a span such as"),
        (("set", "sign_in.corp.length_hours", "-1"), 2, 'Setting sign_in."corp".length_hours cannot', "of hours"),
        (("set", "sign_in.nobody.browser", "b"), 3, "There is no sign-in “nobody”.", "Known sign-ins: "),
        (("set", "browser.command", "a\udcff %s"), 2, "Setting browser.command cannot be “a", "a command in quotes"),
        (("set", "profiles.production", "a\udcff"), 2, "Setting profiles.production cannot be “a", "a list of names"),
        (("set", "icon.theme"), 2, "“settings set” needs a key and a value.", "Such as: "),
        (("set",), 2, "“settings set” needs a key and a value.", "Such as: "),
        (("unset",), 2, "“settings unset” needs a key, and no value.", "Such as: "),
        (("unset", "icon.theme", "dark"), 2, "“settings unset” needs a key, and no value.", "Such as: "),
        (("set", "icon.theme", "dark", "--json"), 2, "“settings set” and “settings unset” print", "Leave out"),
    ],
)
def test_what_cannot_be_set_is_told_and_nothing_is_written(
    terminal: Terminal, own: Path, arguments: tuple[str, ...], code: int, title: str, hint: str
) -> None:
    own.write_text(COMMENTED)

    assert code == terminal.run("settings", *arguments)
    said = terminal.err.splitlines()
    assert len(said) == 2
    assert said[0].startswith(title)
    assert hint in said[1]
    assert (terminal.out, own.read_text()) == ("", COMMENTED)


def test_a_setting_of_the_site_counts_again_when_one_s_own_is_taken_out(
    terminal: Terminal, own: Path, site: Path
) -> None:
    site.write_text('[icon]\ntheme = "light"\n')
    assert terminal.run("settings", "set", "icon.theme", "dark") == 0
    assert terminal.run("settings", "unset", "icon.theme") == 0
    assert terminal.err == f'Now in force: icon.theme = "light"  # {site}\n'
    assert own.exists()


def test_a_setting_of_a_sign_in_that_is_gone_can_be_taken_out(terminal: Terminal, own: Path) -> None:
    own.write_text("[sign_in.gone]\nlength_hours = 8\n")
    assert terminal.run("settings", "unset", "sign_in.gone.length_hours") == 0
    assert own.read_text() == "[sign_in.gone]\n"
    assert terminal.err == 'No file sets sign_in."gone".length_hours any more.\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "[notify]\nlead_minutes = [\n  30,\n  5,\n] # both\n[icon]\n",
            "[notify]\nlead_minutes = [1] # both\n[icon]\n",
        ),
        ("[notify]\nlead_minutes = [\n  30, # long\n  5,\n]\n", None),
        ("notify.lead_minutes = [5] # a\n", "notify.lead_minutes = [1] # a\n"),
        ("notify = {lead_minutes = [5]} # a\n", "notify = {lead_minutes = [1]} # a\n"),
        ("notify = 3\n", None),
        ("[[\n", None),
    ],
)
def test_a_value_is_changed_where_it_stands_unless_a_comment_in_it_would_be_lost(
    terminal: Terminal, own: Path, before: str, after: str | None
) -> None:
    own.write_text(before)

    assert terminal.run("settings", "set", "notify.lead_minutes", "1") == (3 if after is None else 0)
    assert own.read_text() == (before if after is None else after)
    assert ("Setting notify.lead_minutes could not be changed." in terminal.err) == (after is None)


def test_the_path_of_the_file_is_printed_whether_it_is_there_or_not(terminal: Terminal, own: Path) -> None:
    for _ in range(2):
        assert terminal.run("settings", "--path") == 0
        assert terminal.out == f"{own}\n"
        own.write_text("[[")


def test_a_file_is_made_where_there_was_none(terminal: Terminal) -> None:
    assert terminal.run("settings", "set", "icon.follows", "worst") == 0
    assert find_paths().settings_file.read_text() == '[icon]\nfollows = "worst"\n'


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ('["notify-send", "AWS, signed in"]', ["notify-send", "AWS, signed in"]),
        ("docker,logout", ["docker", "logout"]),
        ("sleep,5", ["sleep", "5"]),
        ("~/bin/after sign-in", ["~/bin/after sign-in"]),
        ("[]", []),
    ],
)
def test_a_hook_is_a_program_and_its_arguments(terminal: Terminal, own: Path, typed: str, words: list[str]) -> None:
    assert terminal.run("settings", "set", "hooks.on_signed_in", typed) == 0

    assert tomllib.loads(own.read_text()) == {"hooks": {"on_signed_in": words}}
    assert terminal.run("settings", "--json") == 0
    (found,) = [each for each in terminal.json["settings"] if each["name"] == "hooks.on_signed_in"]
    assert found["value"] == words


@pytest.mark.parametrize("typed", ['["", "x"]', "[5]", "[docker,logout]", "[", '["a\\u0000b"]'])
def test_what_names_no_program_is_no_hook(terminal: Terminal, own: Path, typed: str) -> None:
    assert terminal.run("settings", "set", "hooks.on_ended", typed) == 2

    assert "a program and its arguments" in terminal.err
    assert not own.exists()


@pytest.fixture
def enforced(site: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of the site that nobody but its administrator could change, whoever runs the tests."""
    monkeypatch.setattr(disk.native, "could_change", lambda _place: False)
    site.write_text(
        '[enforced.icon]\ntheme = "dark"\n[enforced.browser]\ncommand = "b %s"\n[notify]\nlead_minutes = [5]\n'
    )
    return site


def test_what_is_enforced_is_said_and_by_whom(terminal: Terminal, own: Path, enforced: Path) -> None:
    own.write_text('[icon]\ntheme = "light"\n')

    assert terminal.run("settings") == 0
    assert f'icon.theme = "dark"  # enforced by {enforced}\n' in terminal.out
    assert f"notify.lead_minutes = [5]  # {enforced}\n" in terminal.out

    assert terminal.run("settings", "--json") == 0
    by_name = {setting["name"]: setting for setting in terminal.json["settings"]}
    assert by_name["icon.theme"] == {
        "name": "icon.theme",
        "value": "dark",
        "layer": "site",
        "path": str(enforced),
        "enforced": True,
    }
    assert not by_name["notify.lead_minutes"]["enforced"]


@pytest.mark.parametrize(
    ("key", "value", "name"),
    [
        ("icon.theme", "light", "icon.theme"),
        ("icon.theme", "dark", "icon.theme"),
        ("browser.command", "mine", "browser.command"),
        ("sign_in.corp.browser", "mine", 'sign_in."corp".browser'),
    ],
)
def test_what_is_enforced_cannot_be_set(
    terminal: Terminal, own: Path, enforced: Path, key: str, value: str, name: str
) -> None:
    own.write_text(COMMENTED)

    assert terminal.run("settings", "set", key, value) == 3
    title, hint = terminal.err.splitlines()
    assert title == f"Setting {name} is enforced by your administrator."
    assert hint == f"It is set in {enforced}."
    assert (terminal.out, own.read_text()) == ("", COMMENTED)


def test_what_is_not_enforced_can_be_set_and_one_s_own_line_can_always_go(
    terminal: Terminal, own: Path, enforced: Path
) -> None:
    own.write_text('[icon]\ntheme = "light"\n')

    assert terminal.run("settings", "set", "notify.lead_minutes", "30") == 0
    assert terminal.run("settings", "unset", "icon.theme") == 0
    assert terminal.err == f'Now in force: icon.theme = "dark"  # enforced by {enforced}\n'
    assert "light" not in own.read_text()


def test_what_its_reader_could_change_is_told_and_does_not_bind(
    terminal: Terminal, own: Path, enforced: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk.native, "could_change", lambda _place: True)

    assert terminal.run("settings", "set", "icon.theme", "light") == 0
    assert terminal.run("settings") == 0
    assert f'icon.theme = "light"  # {own}\n' in terminal.out
    assert f"What {enforced} enforces counts as an ordinary setting" in terminal.err
    assert terminal.run("doctor", "--json") in {0, 1}
    [found] = [each for each in terminal.json["findings"] if each["name"] == "enforced"]
    assert (found["level"], found["fix"]) == ("warning", None)
    assert str(enforced) in found["title"]

    monkeypatch.setattr(disk.native, "could_change", lambda _place: False)
    assert terminal.run("doctor", "--json") in {0, 1}
    assert not [each for each in terminal.json["findings"] if each["name"] == "enforced"]
