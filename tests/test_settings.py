"""Settings: every key has a default; what cannot be followed is named, and never stops the program."""

from __future__ import annotations

import codecs
import difflib
import os
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.needs import linux, ordinary_user, posix, symlink

from tray.core.errors import ConfigProblem
from tray.core.message import Message
from tray.core.settings import Follows, Settings, SignInSettings, Theme
from tray.disk import native
from tray.paths import find_paths
from tray.settings import editing
from tray.settings.editing import write_session_length
from tray.settings.keys import TEMPLATE
from tray.settings.reading import read_layers, read_settings


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
        icon_theme=Theme.DARK,
        icon_follows=Follows.WORST,
        browser_command="firefox %s",
    )

    assert (wanted, ()) == read_settings(file)


def test_the_template_says_the_defaults_and_changes_none(file: Path) -> None:
    file.write_text(TEMPLATE)
    assert (Settings(), ()) == read_settings(file)

    in_force = re.sub(r"^# (?=\w+ = )", "", TEMPLATE, flags=re.MULTILINE)
    file.write_text(in_force)
    said = tomllib.loads(in_force).values()
    assert sum(len(section) if isinstance(section, dict) else 1 for section in said) == 13
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


IN_OTHER_FORMS = {
    "a heading with blanks": (
        '# a\n  [ sign_in . "x" ] # b\nbrowser = "f"\nlength_hours=4 # c\n\n[icon]\n',
        '# a\n  [ sign_in . "x" ] # b\nbrowser = "f"\nlength_hours=12 # c\n\n[icon]\n',
    ),
    "right below its heading": (
        "[sign_in.x] # a\nbrowser = 'f'\n\n# of icons\n[icon]\n",
        "[sign_in.x] # a\nlength_hours = 12\nbrowser = 'f'\n\n# of icons\n[icon]\n",
    ),
    "a heading alone": ("[sign_in.x]", "[sign_in.x]\nlength_hours = 12\n"),
    "a line that ends otherwise": (
        "[sign_in.x]\r\n# a\r\n[icon]\r\n",
        "[sign_in.x]\r\nlength_hours = 12\r\n# a\r\n[icon]\r\n",
    ),
    "an inline table": ("sign_in = {x = {length_hours = 4}} # a\n", "sign_in = {x = {length_hours = 12}} # a\n"),
    "an inline table without it": ("sign_in = { y = {} }\n", "sign_in = { y = {}, x = {length_hours = 12}}\n"),
    "an inline table in a section": (
        "[sign_in]\n'x' = { scopes = [] } # a\n",
        "[sign_in]\n'x' = { scopes = [], length_hours = 12} # a\n",
    ),
    "a dotted key": ("sign_in.x.length_hours = 4 # a\n", "sign_in.x.length_hours = 12 # a\n"),
    "beside a dotted key": (
        "sign_in.x.browser = 'f' # a\n[icon]\n",
        "sign_in.x.browser = 'f' # a\nsign_in.x.length_hours = 12\n[icon]\n",
    ),
    "sections out of order": (
        "[sign_in.y]\n[icon]\n[sign_in.x]\nlength_hours = 0x4 # a",
        "[sign_in.y]\n[icon]\n[sign_in.x]\nlength_hours = 12 # a",
    ),
}


@pytest.mark.parametrize(("before", "after"), IN_OTHER_FORMS.values(), ids=IN_OTHER_FORMS)
def test_a_length_is_changed_where_it_stands(file: Path, before: str, after: str) -> None:
    file.write_bytes(before.encode())

    write_session_length(file, "x", 12)

    assert file.read_bytes() == after.encode()


@pytest.mark.parametrize(
    ("before", "why"),
    [
        (b"[[\n", "not valid TOML"),
        (b"\xff", "not valid TOML"),
        (b"sign_in = 3\n", "only you can change"),
        (b"[sign_in]\nx = 3\n", "only you can change"),
        (b"[[sign_in]]\n", "only you can change"),
        # tomlkit puts these three in another order when it writes what it read.
        (b"[sign_in.x]\n[[hooks]]\na = 1\n[sign_in.y]\n", "only you can change"),
    ],
)
def test_a_file_that_cannot_be_changed_stays_as_it_is_and_is_named(file: Path, before: bytes, why: str) -> None:
    file.write_bytes(before)

    with pytest.raises(ConfigProblem, match=re.escape("session length")) as failure:
        write_session_length(file, "x", 8)

    assert str(file) in failure.value.hint
    assert why in failure.value.hint
    assert file.read_bytes() == before


@ordinary_user
def test_a_file_that_may_not_be_written_stays_as_it_is_and_is_named(file: Path) -> None:
    file.write_text("")
    file.parent.chmod(0o500)

    with pytest.raises(ConfigProblem, match=re.escape("session length")) as failure:
        write_session_length(file, "x", 8)

    assert str(file) in failure.value.hint


def test_what_another_program_writes_meanwhile_stays(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("[icon]\n")
    exchange = native.exchange

    def late(_finished: Path, target: Path, _before: bytes | None) -> bool:
        monkeypatch.setattr(native, "exchange", exchange)
        target.write_text("[icon]\ntheme = 'dark'\n")
        return False

    monkeypatch.setattr(native, "exchange", late)
    write_session_length(file, "x", 8)

    assert file.read_text() == "[icon]\ntheme = 'dark'\n\n[sign_in.\"x\"]\nlength_hours = 8\n"


def test_a_library_that_would_change_more_is_not_believed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = "# one\n# two\n[icon]\ntheme = 'dark'\n"
    file.write_bytes(before.encode())
    made = editing._with_value
    for less in (("# one\n# two\n", ""), ("'dark'", "'light'")):
        monkeypatch.setattr(editing, "_with_value", lambda *given, less=less: made(*given).replace(*less))
        with pytest.raises(ConfigProblem, match="session length"):
            write_session_length(file, "x", 8)
    assert file.read_text() == before


BLANKS = st.sampled_from(["", "", " ", "\t", "  "])
COMMENTS = st.sampled_from(["", "", " # why", "#[sign_in.x]", " # ünï \t"])


@st.composite
def toml_lines(draw: st.DrawFn) -> list[str]:
    """Draw the lines of a settings file as people write them, valid for the most part."""

    def key(*names: str) -> str:
        forms = [draw(st.sampled_from([name, f'"{name}"', f"'{name}'"])) for name in names]
        return f"{draw(BLANKS)}.{draw(BLANKS)}".join(forms)

    def length() -> str:
        value = draw(st.sampled_from(["4", "8", "0.5", "1e1", "0x8", "1_0"]))
        return f"{draw(BLANKS)}={draw(BLANKS)}{value}"

    def table(*lines: str) -> str:
        return f"{{{draw(BLANKS)}{', '.join(lines)}{draw(BLANKS)}}}"

    def body() -> list[str]:
        choices = [
            "browser = 'f'",
            "scopes = [ # all\n  'a', # one\n]",
            "# length_hours = 3",
            "",
            '  browser="""\n[x]\n"""',
        ]
        lines = draw(st.lists(st.sampled_from(choices), max_size=3, unique=True))
        own = draw(st.sampled_from([[], [f"{key('length_hours')}{length()}{draw(COMMENTS)}"]]))
        return draw(st.permutations([*lines, *own]))

    def section(name: str) -> list[str]:
        return [f"{draw(BLANKS)}[{draw(BLANKS)}{key('sign_in', name)}{draw(BLANKS)}]{draw(COMMENTS)}", *body()]

    inline = f"length_hours{length()}"
    roots = st.sampled_from(
        [
            [],
            ["# first"],
            [f"{key('sign_in', 'x', 'length_hours')}{length()}{draw(COMMENTS)}"],
            [f"{key('sign_in', 'x', 'browser')} = 'f'{draw(COMMENTS)}"],
            [f"{key('sign_in', 'x')} = {table(inline)}{draw(COMMENTS)}"],
            [f"{key('sign_in')} = {table(f'x = {table(inline)}', 'y = {}')}{draw(COMMENTS)}"],
            [f"{key('sign_in')} = {table('y = {}')}{draw(COMMENTS)}"],
        ]
    )
    sections = st.sampled_from(
        [
            section("x"),
            section("y"),
            ["[icon]", "theme = 'dark' # mine", "", "# of what comes"],
            ["[[hooks]]", "a = 1"],
            ["[sign_in]"],
            [f"[{key('sign_in', 'x', 'deep')}]", "a = 1"],
            ["", "# alone", ""],
        ]
    )
    drawn = draw(st.lists(sections, max_size=5, unique_by=lambda lines: lines[0]))
    return [line for lines in [draw(roots), *drawn] for line in lines]


@settings(deadline=None)  # each waits for the disk several times
@given(
    lines=toml_lines(),
    end=st.sampled_from(["\n", "\r\n"]),
    final=st.booleans(),
    hours=st.sampled_from([8.0, 0.75, None]),
)
def test_no_byte_that_was_not_asked_for_is_changed(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], end: str, final: bool, hours: float | None
) -> None:
    before = "\n".join(lines).replace("\n", end) + (end if final and lines else "")
    try:
        wanted = tomllib.loads(before)
    except tomllib.TOMLDecodeError:
        assume(False)
    file = tmp_path_factory.getbasetemp() / "settings-of-all-kinds.toml"
    file.write_bytes(before.encode())

    try:
        write_session_length(file, "x", hours)
    except ConfigProblem:  # see above
        assert "[[hooks]]" in lines
        assert file.read_bytes() == before.encode()
        return

    after = file.read_bytes().decode()
    found = tomllib.loads(after)
    for document in (wanted, found):
        own = document.setdefault("sign_in", {}).setdefault("x", {})
        assert document is wanted or own.get("length_hours") == hours
        own.pop("length_hours", None)
    assert found == wanted
    changes = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    gone = [line for line in changes if line.startswith("-") and not line.startswith("---")]
    assert len(gone) <= 1
    assert all("length_hours" in line or "sign_in" in line for line in gone)
    if end == "\r\n" and end in before:
        assert after.count("\n") == after.count("\r\n")


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
        icon_theme=Theme.DARK,
        icon_follows=Follows.DEFAULT,
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

    assert layers.settings.icon_theme is Theme.DARK
    assert layers.broken


@linux
def test_the_site_s_folders_are_those_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_DIRS", "/etc/near:/etc/far")

    assert find_paths().site_settings == (
        Path("/etc/near/sso-tray/settings.toml"),
        Path("/etc/far/sso-tray/settings.toml"),
        Path("/etc/xdg/sso-tray/settings.toml"),
    )
    monkeypatch.delenv("XDG_CONFIG_DIRS")
    assert find_paths().site_settings == (Path("/etc/xdg/sso-tray/settings.toml"),)


def test_a_file_that_begins_with_a_byte_order_mark_is_read_and_keeps_it(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(codecs.BOM_UTF8 + b"[notify]\r\nlead_minutes = [7]\r\n")
    write_session_length(file, "my-sso", 8)

    settings, problems = read_settings(file)
    assert (settings.lead_minutes, settings.of("my-sso").length_hours, problems) == ((7,), 8, ())
    assert file.read_bytes().startswith(codecs.BOM_UTF8 + b"[notify]\r\nlead_minutes = [7]\r\n")
    assert file.read_bytes().count(codecs.BOM_UTF8) == 1


@posix
def test_a_pipe_in_place_of_the_file_is_a_problem_and_not_waited_for(file: Path) -> None:
    os.mkfifo(file)
    settings, problems = read_settings(file)
    assert settings == Settings()
    assert [each.hint for each in problems] == [f"Check {file}: not a plain file."]


def test_a_file_that_is_far_too_large_is_a_problem(file: Path) -> None:
    file.write_bytes(b"#" * (4 << 20) + b"\n")
    settings, problems = read_settings(file)
    assert settings == Settings()
    assert [each.hint for each in problems] == [f"Check {file}: too large."]


def test_a_change_is_undone_to_the_byte_or_else_for_its_key_alone(file: Path) -> None:
    before = b"\xef\xbb\xbf[icon] # look\r\ntheme = 'dark' # at night\r\n"
    file.write_bytes(before)
    name = ("icon", "theme")
    written = editing.write_setting(file, name, None)
    assert (written.before, written.after) == (before, file.read_bytes())
    editing.undo_setting(file, name, written)
    assert file.read_bytes() == before

    written = editing.write_setting(file, name, "light")
    editing.write_setting(file, ("icon", "follows"), "worst")
    editing.undo_setting(file, name, written)
    assert tomllib.loads(file.read_bytes().decode("utf-8-sig")) == {"icon": {"theme": "dark", "follows": "worst"}}

    editing.write_setting(file, name, "colour")
    kept = file.read_bytes()
    with pytest.raises(ConfigProblem, match="could not be changed"):
        editing.undo_setting(file, name, written)
    assert file.read_bytes() == kept


def test_a_file_may_stay_as_it_is_for_what_it_holds_right_before_it_is_replaced(file: Path) -> None:
    file.write_bytes(b"[icon]\ntheme = 'dark'\n")
    seen: list[bytes] = []

    def refuse(data: bytes) -> None:
        seen.append(data)
        raise ConfigProblem(Message("Not now"))

    with pytest.raises(ConfigProblem) as refused:
        editing.write_setting(file, ("icon", "theme"), "light", allow=refuse)
    assert refused.value.hint == "Not now."
    assert seen[0] == file.read_bytes() == b"[icon]\ntheme = 'dark'\n"


def test_what_counts_without_ones_own_file_can_be_asked(file: Path, tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    file.write_text("[icon]\ntheme = 'dark'\n[sign_in.a]\nlength_hours = 1\n")
    site.write_text("[icon]\ntheme = 'light'\nfollows = 'worst'\n")
    both, one = read_layers(file, (site,)), read_layers(None, (site,))
    assert (both.settings.icon_theme, one.settings.icon_theme) == (Theme.DARK, Theme.LIGHT)
    assert both.sources == {
        ("icon", "theme"): file,
        ("icon", "follows"): site,
        ("sign_in", "a", "length_hours"): file,
    }
    assert one.sources == {("icon", "theme"): site, ("icon", "follows"): site}
