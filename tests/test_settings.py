"""Settings: every key has a default; what cannot be followed is named, and never stops the program."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from support.needs import linux, posix, symlink

from tray.core.errors import ConfigProblem
from tray.core.model import Settings, SignInSettings
from tray.paths import find_paths
from tray.settings import TEMPLATE, read_layers, read_settings
from tray.settings.editing import write_session_length


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_without_a_file_everything_is_as_by_default(file: Path) -> None:
    assert (Settings(), ()) == read_settings(file)


def test_every_setting_is_read(file: Path) -> None:
    file.write_text(
        '[notify]\nlead_minutes = [60, 0.5]\nquiet_hours = "22:00-07:00"\n'
        '[icon]\ntheme = "dark"\nfollows = "worst"\n[browser]\ncommand = "firefox %s"\n'
        '[profiles]\nproduction = ["prod-*", "live"]\n'
    )
    wanted = Settings(
        lead_minutes=(60.0, 0.5),
        quiet_hours="22:00-07:00",
        production=("prod-*", "live"),
        icon_theme="dark",
        icon_follows="worst",
        browser_command="firefox %s",
    )

    assert (wanted, ()) == read_settings(file)


def test_the_template_says_the_defaults_and_changes_none(file: Path) -> None:
    file.write_text(TEMPLATE)
    assert (Settings(), ()) == read_settings(file)

    in_force = re.sub(r"^# (?=\w+ = )", "", TEMPLATE, flags=re.MULTILINE)
    file.write_text(in_force)
    assert sum(len(section) for section in tomllib.loads(in_force).values()) == 8
    assert (Settings(), ()) == read_settings(file)


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("[notify]\nlead_minutes = 15", "Setting notify.lead_minutes is not in force"),
        ("[notify]\nlead_minutes = [0]", "Setting notify.lead_minutes is not in force"),
        ("[notify]\nlead_minutes = [true]", "Setting notify.lead_minutes is not in force"),
        ("[notify]\nlead_minutes = [inf]", "Setting notify.lead_minutes is not in force"),
        ("[notify]\nlead_minutes = [nan]", "Setting notify.lead_minutes is not in force"),
        ('[notify]\nquiet_hours = "at night"', "Setting notify.quiet_hours is not in force"),
        ('[notify]\nquiet_hours = "25:00-07:00"', "Setting notify.quiet_hours is not in force"),
        ('[icon]\ntheme = "pink"', "Setting icon.theme is not in force"),
        ("[browser]\ncommand = 3", "Setting browser.command is not in force"),
        ("[icon]\ncolor = 3", "Unknown setting icon.color"),
        ("verbose = true", "Unknown setting verbose"),
        ("icon = 3", "Unknown setting icon"),
        ("[[", "The settings are not valid TOML"),
    ],
)
def test_a_setting_that_cannot_be_followed_is_named_and_the_others_hold(file: Path, line: str, title: str) -> None:
    file.write_text(f"{line}\n")

    settings, problems = read_settings(file)

    assert Settings() == settings
    assert [title] == [problem.title for problem in problems]
    assert str(file) in problems[0].hint


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\x00"])
def test_bytes_that_are_no_text_are_a_problem(file: Path, content: bytes) -> None:
    file.write_bytes(content)

    assert len(read_settings(file)[1]) == 1


def test_a_folder_in_place_of_the_file_is_a_problem(file: Path) -> None:
    file.mkdir()

    assert read_settings(file)[1][0].title == "The settings cannot be read"


def test_the_settings_of_one_sign_in_are_read(file: Path) -> None:
    file.write_text(
        '[renew]\nenabled = false\n[sign_in."my sso"]\nlength_hours = 8\nbrowser = "b %s"\nscopes = ["x"]\n'
        "[sign_in.a]\n"
    )

    settings, problems = read_settings(file)

    assert problems == ()
    assert not settings.renew_enabled
    assert SignInSettings(8.0, "b %s", ("x",)) == settings.of("my sso")
    assert SignInSettings() == settings.of("a") == settings.of("never heard of")


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("[renew]\nenabled = 1", "Setting renew.enabled is not in force"),
        ("[sign_in.a]\nlength_hours = 0", 'Setting sign_in."a".length_hours is not in force'),
        ("[sign_in.a]\nlength_hours = true", 'Setting sign_in."a".length_hours is not in force'),
        ("[sign_in.a]\nlength_hours = nan", 'Setting sign_in."a".length_hours is not in force'),
        ("[sign_in.a]\nlength_hours = 2161", 'Setting sign_in."a".length_hours is not in force'),
        ("[sign_in.a]\nscopes = 'x'", 'Setting sign_in."a".scopes is not in force'),
        ("[sign_in.a]\nscopes = [1]", 'Setting sign_in."a".scopes is not in force'),
        ("[sign_in.a]\nhours = 8", 'Unknown setting sign_in."a".hours'),
        ("[sign_in]\na = 8", 'Unknown setting sign_in."a"'),
        ("sign_in = 8", "Unknown setting sign_in"),
    ],
)
def test_a_setting_of_a_sign_in_that_cannot_be_followed_is_named(file: Path, line: str, title: str) -> None:
    file.write_text(f"{line}\n")

    settings, problems = read_settings(file)

    assert SignInSettings() == settings.of("a")
    assert [title] == [problem.title for problem in problems]


NAMES = ["my-sso", "with space", 'a"b\\c', "https://d-1234567890.awsapps.com/start#/", "ünï.côde"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "before",
    [
        "",
        TEMPLATE,
        "# no newline at the end",
        "[notify]\r\nlead_minutes = [5] # mine\r\n",
        '[sign_in.other]\nlength_hours = 1 # kept\n[icon]\ntheme = "dark"\n',
        'text = """\n[sign_in.other]\n"""\n',
    ],
)
def test_a_session_length_is_set_changed_and_taken_back_and_all_else_stays(file: Path, name: str, before: str) -> None:
    file.write_bytes(before.encode())

    for hours in (8.0, 8.0, 0.75, 168.0):
        write_session_length(file, name, hours)
        assert hours == read_settings(file)[0].of(name).length_hours
    assert file.read_bytes().startswith(before.encode())
    write_session_length(file, name, None)

    assert read_settings(file)[0].of(name).length_hours is None
    assert file.read_bytes().startswith(before.encode())
    assert b"length_hours = 168" not in file.read_bytes()
    assert [file] == list(file.parent.iterdir())


def test_a_length_is_changed_where_it_stands(file: Path) -> None:
    file.write_text('# a\n  [ sign_in . "x" ] # b\nbrowser = "f"\nlength_hours=4 # c\n\n[icon]\n')

    write_session_length(file, "x", 12)

    assert file.read_text() == '# a\n  [ sign_in . "x" ] # b\nbrowser = "f"\nlength_hours = 12\n\n[icon]\n'


@pytest.mark.parametrize(
    "before", ["sign_in = {x = {length_hours = 4}}\n", "sign_in.x.length_hours = 4\n", "[[\n", "\xff"]
)
def test_a_file_that_is_written_in_another_way_stays_as_it_is(file: Path, before: str) -> None:
    file.write_bytes(before.encode("latin-1"))

    with pytest.raises(ConfigProblem, match=re.escape("session length")) as failure:
        write_session_length(file, "x", 8)

    assert str(file) in failure.value.hint
    assert file.read_bytes() == before.encode("latin-1")


@posix
def test_a_link_stays_a_link_and_the_mode_stays(file: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text("")
    real.chmod(0o640)
    symlink(file, real)

    write_session_length(file, "x", 8)

    assert file.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert "length_hours = 8" in real.read_text()


def test_the_person_s_settings_lie_key_by_key_over_those_of_the_site(file: Path, tmp_path: Path) -> None:
    near, far = tmp_path / "near.toml", tmp_path / "far.toml"
    far.write_text('[icon]\ntheme = "dark"\nfollows = "worst"\n[sign_in.corp]\nlength_hours = 12\nbrowser = "b"\n')
    near.write_text('[icon]\nfollows = "default"\n[notify]\nlead_minutes = [30]\n[profiles]\nproduction = ["prod*"]\n')
    file.write_text("[notify]\nlead_minutes = [5]\n[sign_in.corp]\nlength_hours = 8\n")

    layers = read_layers(file, (near, tmp_path / "missing.toml", far))

    assert layers.settings == Settings(
        lead_minutes=(5.0,),
        production=("prod*",),
        icon_theme="dark",
        icon_follows="default",
        sign_ins={"corp": SignInSettings(8.0, "b")},
    )
    assert {found.name: found.source for found in layers.in_force if found.source is not None} == {
        "notify.lead_minutes": file,
        "profiles.production": near,
        "icon.theme": far,
        "icon.follows": near,
        'sign_in."corp".length_hours': file,
        'sign_in."corp".browser': far,
    }
    assert (layers.problems, layers.broken) == ((), False)


def test_a_setting_of_the_person_that_cannot_be_followed_leaves_the_site_s_in_force(file: Path, tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text('[icon]\ntheme = "dark"\n')
    file.write_text('[icon]\ntheme = "pink"\n')

    layers = read_layers(file, (site,))

    assert layers.settings.icon_theme == "dark"
    assert layers.broken


@linux
def test_the_site_s_folders_are_those_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_DIRS", "/etc/near:/etc/far")

    assert find_paths().site_settings == (
        Path("/etc/near/sso-tray/settings.toml"),
        Path("/etc/far/sso-tray/settings.toml"),
    )
    monkeypatch.delenv("XDG_CONFIG_DIRS")
    assert find_paths().site_settings == (Path("/etc/xdg/sso-tray/settings.toml"),)
