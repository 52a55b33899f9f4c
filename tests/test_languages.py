"""Which language is spoken, and what that loads."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import catalogues
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.languages import TRANSLATED, catalog, spoken_in
from support.needs import linux

from tray.aws.api.identity import Identity
from tray.catalogues import read_catalogue
from tray.cli import main
from tray.command_line import COMMANDS
from tray.commands.demo import _TerminalDesk
from tray.commands.whoami import told
from tray.core.columns import width
from tray.core.command import Do
from tray.core.language import APPROVED, FOR_A_PERSON, LANGUAGES, Speech, speak, spoken, translated
from tray.core.settings import Clock, Settings
from tray.core.view.values import Button, Notice, Slot
from tray.core.words.times import HOURS
from tray.languages import chosen, first_of, follow
from tray.parser import parse
from tray.paths import find_paths
from tray.settings.answers import key_named, value_for
from tray.settings.editing import write_setting
from tray.settings.reading import read_settings

CONFIG = (
    "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n"
    "[profile dev]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Dev\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of compiled catalogues, as the wheel has it."""
    for tag in TRANSLATED:
        place = tmp_path / tag / "LC_MESSAGES"
        place.mkdir(parents=True)
        (place / "sso-tray.mo").write_bytes(catalogues.compiled(catalog(tag)))
    return tmp_path


def test_every_language_has_a_catalogue_and_a_name() -> None:
    assert [*catalogues.languages(), "en"] == sorted(LANGUAGES, key=lambda tag: (tag == "en", tag))
    assert LANGUAGES.keys() >= APPROVED


NOTHING: tuple[str, ...] = ()


@pytest.mark.parametrize(
    ("setting", "environ", "system", "approved", "tag"),
    [
        # By hand, any
        ("de", {}, NOTHING, {"en"}, "de"),
        ("ja", {"LANG": "de_DE.UTF-8", "LANGUAGE": "de"}, ["de-DE"], {"en", "de"}, "ja"),
        ("en", {"LANGUAGE": "de"}, ["de-DE"], {"en", "de"}, "en"),
        ("auto", {"LANGUAGE": "de"}, NOTHING, {"en"}, "de"),
        ("auto", {"LANGUAGE": "de_AT:en", "LANG": "C.UTF-8"}, NOTHING, {"en"}, "de"),
        ("auto", {"LANGUAGE": "tlh:ja:de"}, NOTHING, {"en"}, "ja"),
        ("auto", {"LANGUAGE": "en_GB:de"}, NOTHING, {"en"}, "en"),
        ("auto", {"LANGUAGE": "de", "LC_ALL": "C"}, NOTHING, {"en"}, "en"),
        ("auto", {"LANGUAGE": "de", "LANG": "POSIX"}, NOTHING, {"en"}, "en"),
        ("auto", {"LANGUAGE": ""}, NOTHING, {"en"}, "en"),
        # By itself, none that nobody has approved
        ("auto", {"LANG": "de_DE.UTF-8"}, NOTHING, {"en"}, "en"),
        ("auto", {}, ["de-DE"], {"en"}, "en"),
        ("auto", {"LANG": "ja_JP.UTF-8"}, NOTHING, {"en", "de"}, "en"),
        # By itself
        ("auto", {"LANG": "de_DE.UTF-8"}, NOTHING, {"en", "de"}, "de"),
        ("auto", {"LANG": "de_CH.UTF-8@euro"}, NOTHING, {"en", "de"}, "de"),
        ("auto", {"LC_ALL": "en_US.UTF-8", "LANG": "de_DE.UTF-8"}, NOTHING, {"en", "de"}, "en"),
        ("auto", {"LC_ALL": "", "LC_MESSAGES": "de_DE", "LANG": "en_US"}, NOTHING, {"en", "de"}, "de"),
        ("auto", {"LANG": "fr_FR.UTF-8"}, ["de-DE"], {"en", "de"}, "en"),
        ("auto", {}, ["de-DE", "en-US"], {"en", "de"}, "de"),
        ("auto", {}, ["en-GB", "de-DE"], {"en", "de"}, "en"),
        ("auto", {}, ["fr-FR", "de-DE"], {"en", "de"}, "de"),
        ("auto", {"LANG": "C.UTF-8"}, ["ja"], {"en", "ja"}, "ja"),
        ("auto", {}, NOTHING, {"en", "de"}, "en"),
    ],
)
def test_the_language_is_the_persons(
    setting: str, environ: dict[str, str], system: list[str], approved: set[str], tag: str
) -> None:
    assert chosen(setting, environ, lambda: system, approved) == tag


def test_the_system_is_asked_only_where_that_can_matter() -> None:
    def asked() -> list[str]:
        raise AssertionError

    assert chosen("auto", {}, asked, {"en"}) == "en"
    assert chosen("auto", {"LANG": "de_DE"}, asked, {"en", "de"}) == "de"


@given(st.lists(st.text(max_size=12)))
def test_no_environment_names_a_language_that_there_is_not(names: list[str]) -> None:
    assert first_of(names, LANGUAGES) in {None, *LANGUAGES}


@pytest.mark.parametrize("tag", TRANSLATED)
def test_a_language_is_followed_when_the_settings_change(tag: str, folder: Path) -> None:
    assert follow(Settings(), {}, folder) is False
    assert follow(Settings(language=tag), {}, folder) is True
    assert (spoken().tag, HOURS(1)) == (tag, {"de": "1 Stunde", "ja": "1 時間"}[tag])
    assert follow(Settings(language=tag), {}, folder) is False
    assert follow(Settings(language=tag, time_format=Clock.TWELVE), {}, folder) is True
    assert spoken().twelve_hours is True
    assert follow(Settings(), {}, folder) is True
    assert HOURS(1) == "1 hour"


@pytest.mark.parametrize(
    "data", [None, b"", b"\xde\x12\x04\x95", b"\xde\x12\x04\x95" + b"\xff" * 60, b"not one at all, but long enough"]
)
def test_where_a_catalogue_is_of_no_use_english_is_spoken(data: bytes | None, tmp_path: Path) -> None:
    place = tmp_path / "de" / "LC_MESSAGES"
    place.mkdir(parents=True)
    if data is not None:
        (place / "sso-tray.mo").write_bytes(data)
    follow(Settings(language="de"), {}, tmp_path)
    assert HOURS(2) == "2 hours"


@given(st.data())
def test_a_catalogue_that_was_cut_off_or_changed_never_harms(data: st.DataObject) -> None:
    whole = catalogues.compiled(catalog("de"))[:4000]
    changed = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    for at in data.draw(st.lists(st.integers(0, 60), max_size=4)):
        if at < len(changed):
            changed[at] ^= 1 << (at % 8)
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder, "x.mo")
        path.write_bytes(bytes(changed))
        try:
            found = read_catalogue(path)
        except (OSError, ValueError):
            return
        assert isinstance(found.text("Log in"), str)
        assert isinstance(found.plural("1 hour", "{count} hours", 3), str)


def test_an_unusual_rule_of_plurals_is_followed(tmp_path: Path) -> None:
    from babel.messages.catalog import Catalog

    made = Catalog(locale="pl")
    made.add(("1 file", "{count} files"), ("{count} plik", "{count} pliki", "{count} plików"))
    path = tmp_path / "x.mo"
    path.write_bytes(catalogues.compiled(made))
    read = read_catalogue(path)
    shown = [read.plural("1 file", "{count} files", count).partition(" ")[2] for count in (1, 2, 5, 22, 1.5)]
    assert shown == ["plik", "pliki", "plików", "pliki", "pliki"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", 'language = "de"\n'),
        ("# mine\n[icon]\ntheme = 'dark'\n", "language = \"de\"\n\n# mine\n[icon]\ntheme = 'dark'\n"),
        ("\nlanguage = 'ja' # all of it\n[icon]\n", '\nlanguage = "de" # all of it\n[icon]\n'),
        ("[icon]\r\ntheme = 'dark'\r\n", "language = \"de\"\r\n\r\n[icon]\r\ntheme = 'dark'\r\n"),
    ],
)
def test_the_language_is_set_above_all_sections(before: str, after: str, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(before.encode())
    name = key_named("language")
    write_setting(file, name, value_for(name, "de"))
    assert file.read_bytes().decode() == after
    assert read_settings(file)[0].language == "de"
    write_setting(file, name, None)
    assert read_settings(file) == (read_settings(file)[0], ())
    assert read_settings(file)[0].language == "auto"


@pytest.mark.parametrize(("typed", "clock"), [("12", Clock.TWELVE), ('"24"', Clock.TWENTY_FOUR), ("auto", Clock.AUTO)])
def test_the_clock_is_set_with_or_without_quotes(typed: str, clock: Clock, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    name = key_named("time.format")
    write_setting(file, name, value_for(name, typed))
    assert read_settings(file)[0].time_format is clock


def test_a_language_that_there_is_not_is_named_as_a_problem(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('language = "tlh"\n')
    settings, (problem,) = read_settings(file)
    assert (settings.language, problem.title) == ("auto", "Setting language is not in force")
    assert problem.hint == f'It should be "en", "de", "ja" or "auto"; see {file}.'


@pytest.fixture
def german(home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somebody who wants German, has a sign-in, and is signed out."""
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(CONFIG)
    file = find_paths().settings_file
    file.parent.mkdir(parents=True)
    file.write_text('language = "de"\n')
    monkeypatch.setattr("tray.languages.follow.__defaults__", (os.environ, folder))
    return home


@pytest.mark.usefixtures("german")
def test_commands_speak_to_people_in_their_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == 1
    assert capsys.readouterr().out == "corp · abgemeldet\n"
    assert main(["use", "nobody"]) == 3
    assert capsys.readouterr().err.splitlines()[0] == "Es gibt kein Profil „nobody“"


@pytest.mark.usefixtures("german")
def test_what_programs_read_is_english_whoever_reads_the_rest(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", "ja")
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert main(["status", "--json"]) == 1
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem["title"] == "AWS_PROFILE=nobody is set, but no such profile exists"
    assert main(["status", "--short"]) == 1
    assert capsys.readouterr().out == "corp signed out\n"


@pytest.mark.usefixtures("german")
def test_what_the_tray_asks_of_its_children_is_said_to_the_person(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOR_A_PERSON, "1")
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert main(["status", "--json"]) == 1
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem["title"] == "AWS_PROFILE=nobody ist gesetzt, aber ein solches Profil gibt es nicht"
    assert FOR_A_PERSON not in os.environ, "it is no concern of what this starts"


@linux
@pytest.mark.parametrize("options", [["status", "--short"], ["status", "--json"], ["status"], ["use", "--help"]])
def test_english_loads_no_catalogue(options: list[str], home: Path) -> None:
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(CONFIG)
    code = (
        "import contextlib, sys\nfrom tray.cli import main\n"
        f"with contextlib.suppress(SystemExit): main({options})\nprint(*sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=home).stdout
    loaded = set(told.splitlines()[-1].split())
    assert "tray.catalogues" not in loaded
    assert ("tray.languages" in loaded) is ("--json" not in options and "--short" not in options)


class Marked:
    """A language in which every letter is the same, but in fields."""

    def text(self, template: str, _context: str = "") -> str:
        return re.sub(r"\{\w+:?\w*\}|[A-Za-z]", lambda found: found[0] if len(found[0]) > 1 else "ж", template)

    def plural(self, _one: str, many: str, _count: float) -> str:
        return self.text(many)


def help_of(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit, match="0"):
        parse([*filter(None, [command]), "--help"])
    return capsys.readouterr().out


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_nothing_of_a_help_is_english_but_what_is_typed(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    speak(Speech("marked", Marked()))
    usage, _, said = help_of(command, capsys).partition("\n\n")
    assert usage.startswith("жжжжж: sso-tray")
    words = [re.sub(r"^ {2,4}\S.*?(  |$)", "", line) for line in said.splitlines()]
    words = [re.sub(r"\{\w+\}", "", line) for line in words]
    assert [line for line in words if re.search("[a-z]", line)] == []
    speak()
    assert "ж" not in help_of(command, capsys), "what was said before does not stay"


@pytest.mark.parametrize("tag", TRANSLATED)
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_fits_a_screen_in_every_language(
    tag: str, command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with spoken_in(tag):
        said = help_of(command, capsys)
    assert [line for line in said.splitlines() if width(line) > 80 and "--all" not in line] == []


@pytest.mark.usefixtures("german")
def test_what_cannot_be_asked_for_is_told_in_the_person_s_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nosuch"]) == 2
    assert capsys.readouterr().err.splitlines()[0] == "Es gibt keinen Befehl „nosuch“."
    with pytest.raises(SystemExit, match="0"):
        main(["use", "--help"])
    assert "\nMacht ein Profil zum Standard für jedes Terminal und SDK.\n" in capsys.readouterr().out


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("shell", ["zsh", "fish", "pwsh"])
def test_a_completion_says_in_the_person_s_language_what_each_candidate_does(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["complete", shell, "us"]) == 0
    assert "use\tmacht ein Profil zum Standard für jedes Terminal und SDK\n" in capsys.readouterr().out
    assert main(["complete", shell, "status", "--"]) == 0
    said = dict(line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert said.keys() == {"--help", "--profile", "--json", "--short", "--check"}
    english = {"--help": "show this help message and exit", "--json": "print one JSON object"}
    with spoken_in("de"):
        assert said.items() >= {name: translated(does) for name, does in english.items()}.items()
    assert not english.items() & said.items()


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("words", [["zsh", "use", ""], ["bash", " ", "sso-tray us"]])
def test_a_completion_without_words_of_ours_asks_for_no_language(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("tray.cli._follow_settings", lambda: asked.append("language"))
    assert main(["complete", *words]) == 0
    assert (capsys.readouterr().out, asked) == ({"zsh": "dev\tcorp\n", "bash": "use\n"}[words[0]], [])


def test_what_aws_says_of_a_profile_stands_below_each_other() -> None:
    identity = Identity("111122223333", "arn:aws:sts::111122223333:assumed-role/Dev/me", "AROA:me")
    assert told("dev", identity).splitlines()[::3] == ["profile  dev", "user id  AROA:me"]
    with spoken_in("ja"):
        lines = told("dev", identity).splitlines()
    values = ("dev", identity.account, identity.arn, identity.user_id)
    assert {width(line.removesuffix(value)) for line, value in zip(lines, values, strict=True)} == {14}


def test_a_notice_in_the_terminal_keeps_its_frame_whatever_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    button = Button("サインイン", Do.SHOW_STATUS)
    _TerminalDesk().show(Notice(Slot.ANSWER, "AWS サインイン 1 件", "本番 · ends", (button,)))
    framed = [line.partition("  ")[2] for line in capsys.readouterr().out.splitlines()]
    assert len(framed) == 5
    assert len(set(map(width, framed))) == 1
