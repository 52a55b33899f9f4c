"""The settings page: what each setting shows, and what a page may and may not do to the file."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from support.kept_out import as_ordinary_person
from support.languages import spoken_in
from support.needs import linux
from support.pages import pages_context
from support.setup_page import Visitor

from tray.core.errors import TrayError, UsageProblem
from tray.core.language import LANGUAGES
from tray.core.message import Message
from tray.core.settings import Settings
from tray.core.words import settings_page as page_words
from tray.pages import settings as settings_page
from tray.pages.server import BadRequest, Page, PageServer
from tray.pages.settings_rows import _KINDS, Facts, Kind, groups, kind_of
from tray.paths import find_paths
from tray.settings.answers import value_for
from tray.settings.editing import document_in, write_setting
from tray.settings.keys import KEYS, SIGN_IN, SIGN_IN_KEYS
from tray.settings.policies import Policies
from tray.settings.reading import read_layers

COMMENTED = "# mine\n[icon] # look\ntheme = 'dark' # at night\n\n[sign_in.corp]\nlength_hours = 8 # they said\n"
URL = "https://corp.awsapps.com/start"
OLD = "https://old.awsapps.com/start"
PROGRAMS = [
    ["browser", "command"],
    ["hooks", "on_signed_in"],
    ["hooks", "on_ends_soon"],
    ["hooks", "on_ended"],
    ["sign_in", "corp", "browser"],
]


class Opened:
    """The page, as one tab has it: it shows a state, and acts by what it shows."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.look()

    def look(self) -> None:
        self.shown: Any = self.page.reads["settings"]()
        json.dumps(self.shown)

    def row(self, *name: str) -> dict[str, Any]:
        rows = [row for group in self.shown["groups"] for row in group["rows"]]
        return next(row for row in rows if tuple(row["name"]) == name)

    def act(self, what: str, *name: str, **body: object) -> Any:
        answer: Any = self.page.acts[what]({"name": list(name), "seen": self.row(*name)["stamp"], **body})
        json.dumps(answer)
        self.shown = answer["state"]
        return answer["said"]

    def save(self, typed: str, *name: str) -> Any:
        return self.act("save", *name, typed=typed)


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is one that this account could not change."""
    monkeypatch.setattr("tray.disk.guarded.changeable", lambda _file: None)


def serve(
    *profiles: str, sign_ins: tuple[str, ...] = ("corp",), notice: Callable[[Message], bool | None] = lambda _said: True
) -> Page:
    paths = find_paths()
    lines = [f"[sso-session {name}]\nsso_start_url = {URL}\nsso_region = us-east-1\n" for name in sign_ins]
    lines += [f"[profile {name}]\nregion = us-east-1\n" for name in profiles]
    paths.aws_config.parent.mkdir(parents=True, exist_ok=True)
    paths.aws_config.write_text("".join(lines), "utf-8")
    return settings_page.settings_page(pages_context(environ={}, show_notice=notice))


def test_every_setting_has_a_row_with_its_words_and_a_way_to_be_shown() -> None:
    opened = Opened(serve())
    names = [tuple(row["name"]) for group in opened.shown["groups"] for row in group["rows"]]
    general = {(section, key) for section, keys in KEYS.items() for key in keys}
    of_sign_in = {(SIGN_IN, "corp", key) for key in ("length_hours", "browser", "scopes")}
    assert set(names) == general | of_sign_in
    assert len(names) == len(set(names))
    for group in opened.shown["groups"]:
        for row in group["rows"]:
            assert row["label"]
            assert row["about"].endswith(".")
            assert row["source"] == page_words.BY_DEFAULT()
            assert (row["kind"] == "choice") is bool(row["choices"])
            assert row["kind"] != "choice" or row["value"] in dict(row["choices"])
            assert not row["notes"]
            assert not row["reset"]
            assert not row["undo"]


def test_whatever_names_a_program_is_known_to_and_so_is_a_key_that_comes_to_be() -> None:
    every = {f"{section}.{key}" for section, keys in KEYS.items() for key in keys}
    every |= {f"{SIGN_IN}.{key}" for key in SIGN_IN_KEYS}
    programs = {f"{name[0]}.{name[-1]}" for name in PROGRAMS}
    assert every - set(_KINDS) == programs
    assert kind_of(("icon", "to_come")) is Kind.PROGRAM


@pytest.mark.parametrize(
    "name", [*PROGRAMS, ["hooks", "to_come"], ["sign_in", "corp", "to_come"], ["enforced", "hooks"]]
)
@pytest.mark.parametrize("what", ["save", "unset", "undo"])
def test_no_page_makes_a_program_run(own: Path, name: list[str], what: str) -> None:
    own.write_text('[hooks]\non_ended = ["a"]\n[browser]\ncommand = "b"\n[sign_in.corp]\nbrowser = "c"\n')
    before = own.read_bytes()
    opened = Opened(serve())
    rows = {tuple(row["name"]): row for group in opened.shown["groups"] for row in group["rows"]}
    stamp = rows.get(tuple(name), {"stamp": ""})["stamp"]
    for typed in ('["/bin/sh", "-c", "x"]', "xterm %s", ""):
        with pytest.raises(UsageProblem, match="names a program"):
            opened.page.acts[what]({"name": name, "seen": stamp, "typed": typed})
    assert own.read_bytes() == before


@pytest.mark.parametrize(
    "typed",
    [
        '15]\n[hooks]\non_ended = ["xterm"]\n[notify]\nx = [1',
        '"\n[browser]\ncommand = "xterm',
        "5\nenabled = true",
        '8\nbrowser = "xterm"',
        "'''\n[browser]\ncommand='xterm'\n#'''",
    ],
)
@pytest.mark.parametrize("name", [name for name in _KINDS if name != "sign_in.start_url"])
def test_a_value_never_becomes_another_setting(own: Path, name: str, typed: str) -> None:
    section, _, key = name.partition(".")
    own.write_text("[sign_in.corp]\nregion = 'us-east-1'\n[browser] # mine\n")
    whole = (section, "corp", key) if section == SIGN_IN else (section, key)
    opened = Opened(serve())
    try:
        opened.save(typed, *whole)
    except TrayError:
        assert own.read_text() == "[sign_in.corp]\nregion = 'us-east-1'\n[browser] # mine\n"
    written = document_in(own.read_bytes())
    assert "hooks" not in written
    assert not written["browser"]
    assert "browser" not in written["sign_in"]["corp"]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_request_that_would_make_a_program_run_is_refused_at_the_door_too(own: Path, name: list[str]) -> None:
    server = PageServer({"settings": serve})
    try:
        visitor = Visitor(server.link("settings"))
        visitor.open()
        rows = [row for group in visitor.get("settings").json["groups"] for row in group["rows"]]
        stamp = next(row["stamp"] for row in rows if row["name"] == name)
        body = {"name": name, "seen": stamp, "typed": '["xterm"]'}
        for what in ("save", "unset", "undo"):
            answer = visitor.post(what, body)
            assert answer.status == 422
            assert answer.json["title"].endswith("names a program, and no page may change which are run.")
            assert visitor.post(what, body, X_CSRF_Token="guess").status == 403
    finally:
        server.close()
    assert not own.exists()


def test_a_setting_of_a_program_is_shown_with_the_command_that_changes_it(own: Path) -> None:
    own.write_text('[hooks]\non_ended = ["notify-send", "it\'s"]\n')
    opened = Opened(serve())
    row = opened.row("hooks", "on_ended")
    assert (row["kind"], row["value"], row["reset"]) == ("program", '["notify-send", "it\'s"]', "")
    assert row["change"].startswith("sso-tray settings set hooks.on_ended ")
    row = opened.row("sign_in", "corp", "browser")
    assert row["change"].startswith("sso-tray settings set sign_in.corp.browser ")
    assert row["change"].rstrip("'\"").endswith("firefox %s")


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("notify.lead_minutes", "60, 0.5", [60, 0.5]),
        ("notify.lead_minutes", "[10]", [10]),
        ("notify.lead_minutes", " ", []),
        ("notify.quiet_hours", "22:00-07:00", "22:00-07:00"),
        ("notify.quiet_hours", "", ""),
        ("renew.enabled", "false", False),
        ("icon.theme", "colour", "colour"),
        ("icon.follows", "worst", "worst"),
        ("profiles.production", " prod-* \n\nlive, really\n", ["prod-*", "live, really"]),
        ("profiles.production", "", []),
        ("login.device_code", "true", True),
        ("login.device_code", "auto", "auto"),
        ("sign_in.corp.length_hours", "7.5", 7.5),
        ("sign_in.corp.length_hours", "", None),
        ("sign_in.corp.scopes", "sso:account:access, other:scope", ["sso:account:access", "other:scope"]),
        ("sign_in.corp.scopes", "", None),
    ],
)
def test_what_is_typed_is_written_and_read_back_and_undone_to_the_byte(
    own: Path, name: str, typed: str, value: object
) -> None:
    own.write_bytes(COMMENTED.encode())
    opened = Opened(serve())
    whole = tuple(name.split("."))

    opened.save(typed, *whole)

    assert set(COMMENTED.splitlines()) - set(own.read_text().splitlines()) <= {
        "theme = 'dark' # at night",
        "length_hours = 8 # they said",
    }
    found: Any = document_in(own.read_bytes())
    for part in whole:
        found = found.get(part, {}) if part != whole[-1] else found.get(part)
    assert found == value
    assert type(found) is type(value)
    row = opened.row(*whole)
    opened.look()
    assert opened.row(*whole) == row, "the answer is what would be shown"
    assert row["undo"] is (own.read_bytes() != COMMENTED.encode())
    if row["undo"]:
        opened.act("undo", *whole)
    assert own.read_bytes() == COMMENTED.encode()
    assert not opened.row(*whole)["undo"]


def test_the_comment_that_goes_with_a_line_comes_back_when_that_is_undone(own: Path) -> None:
    data = codecs.BOM_UTF8 + COMMENTED.replace("\n", "\r\n").encode()
    own.write_bytes(data)
    opened = Opened(serve())
    assert opened.act("unset", "icon", "theme") == "Saved. Now in force: As the panel is."
    assert b"at night" not in own.read_bytes()
    opened.act("undo", "icon", "theme")
    assert own.read_bytes() == data


def test_a_change_is_undone_beside_later_ones(own: Path) -> None:
    own.write_text(COMMENTED)
    opened = Opened(serve())
    opened.save("light", "icon", "theme")
    opened.save("9", "sign_in", "corp", "length_hours")
    assert opened.act("undo", "icon", "theme") == "Undone. Now in force: For a dark panel."
    assert own.read_text() == COMMENTED.replace("'dark'", '"dark"').replace("= 8", "= 9")
    opened.act("undo", "sign_in", "corp", "length_hours")
    assert document_in(own.read_bytes()) == document_in(COMMENTED.encode())


def test_what_was_changed_since_is_not_undone(own: Path) -> None:
    opened = Opened(serve())
    opened.save("light", "icon", "theme")
    own.write_text(own.read_text().replace("light", "dark"))
    with pytest.raises(TrayError, match="changed meanwhile"):
        opened.act("undo", "icon", "theme")
    assert "dark" in own.read_text()
    opened.look()
    assert not opened.row("icon", "theme")["undo"], "nor is it offered"


@pytest.mark.parametrize("what", ["save", "unset"])
def test_a_tab_that_shows_an_older_state_overwrites_nothing(own: Path, what: str) -> None:
    own.write_text(COMMENTED)
    page = serve()
    one, other = Opened(page), Opened(page)
    one.save("light", "icon", "theme")
    before = own.read_bytes()
    with pytest.raises(TrayError, match="could not be changed") as refused:
        other.act(what, "icon", "theme", typed="colour")
    assert refused.value.hint == "It has been changed meanwhile. What counts now is shown; nothing was overwritten."
    assert own.read_bytes() == before
    other.save("5", "notify", "lead_minutes")
    assert "light" in own.read_text(), "what nobody else has changed can be, and only that is"
    other.save("colour", "icon", "theme")


def test_a_change_of_the_site_or_of_what_counts_makes_a_state_old_too(own: Path, site: Path) -> None:
    opened = Opened(serve())
    site.write_text("[icon]\ntheme = 'light'\n")
    with pytest.raises(TrayError, match="changed meanwhile"):
        opened.save("dark", "icon", "theme")
    assert not own.exists()


def test_a_file_that_changes_while_it_is_replaced_keeps_what_the_other_program_wrote(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.write_text(COMMENTED)
    opened = Opened(serve())

    def late(path: Path, name: Any, value: Any, **more: Any) -> Any:
        path.write_text(COMMENTED.replace("dark", "light"))
        return write_setting(path, name, value, **more)

    monkeypatch.setattr("tray.pages.settings.write_setting", late)
    with pytest.raises(TrayError, match="changed meanwhile"):
        opened.save("colour", "icon", "theme")
    assert own.read_text() == COMMENTED.replace("dark", "light")


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("notify.lead_minutes", "soon"),
        ("notify.lead_minutes", "0"),
        ("notify.lead_minutes", "10081"),
        ("notify.quiet_hours", "25:00-07:00"),
        ("renew.enabled", "perhaps"),
        ("icon.theme", "pink"),
        ("sign_in.corp.length_hours", "2161"),
        ("sign_in.corp.length_hours", "7,5"),
        ("sign_in.corp.length_hours", "inf"),
        ("sign_in.corp.scopes", "a\0b"),
        ("notify.quiet_hours", "\ud800"),
    ],
)
def test_a_value_that_cannot_be_followed_is_refused_in_the_words_of_settings_set(
    own: Path, name: str, typed: str
) -> None:
    whole = tuple(name.split("."))
    with pytest.raises(UsageProblem) as said:
        value_for(whole, typed)
    with pytest.raises(UsageProblem) as refused:
        Opened(serve()).save(typed, *whole)
    assert refused.value.message == said.value.message
    assert not own.exists()


@pytest.mark.parametrize("typed", ["a\0b", "prod-\udcff"])
def test_a_pattern_that_is_no_text_is_refused(own: Path, typed: str) -> None:
    with pytest.raises(UsageProblem, match=r"profiles\.production cannot be"):
        Opened(serve()).save(typed, "profiles", "production")
    assert not own.exists()


def test_a_broken_file_is_named_with_its_line_and_never_overwritten(own: Path) -> None:
    broken = COMMENTED.replace("[icon]", "[icon")
    own.write_text(broken)
    opened = Opened(serve())
    (problem,) = opened.shown["problems"]
    assert problem["title"] == "The settings are not valid TOML"
    assert "line 2" in problem["hint"]
    assert opened.row("icon", "theme")["value"] == "auto"
    with pytest.raises(TrayError, match=r"icon\.theme could not be changed"):
        opened.save("dark", "icon", "theme")
    assert own.read_text() == broken


def test_a_value_of_ones_own_that_does_not_count_is_named_beside_its_setting(
    own: Path, site: Path, guarded: None
) -> None:
    own.write_text("[icon]\ntheme = 'pink'\nfollows = 1979-05-27\n[renew]\nenabled = false\n")
    site.write_text("[notify]\nlead_minutes = [5]\n[enforced.renew]\nenabled = true\n")
    opened = Opened(serve())

    row = opened.row("icon", "theme")
    (note,) = row["notes"]
    assert note.startswith('Your settings file says "pink" here, which cannot be followed. It should be "auto", ')
    assert row["reset"] == "Back to the default: As the panel is"
    assert "says 1979-05-27 here" in opened.row("icon", "follows")["notes"][0]
    row = opened.row("renew", "enabled")
    assert (row["value"], row["enforced"]) == ("true", True)
    assert row["source"] == f"Enforced by your administrator, in {site}."
    assert row["notes"] == ["Your settings file says false here, which does not count."]
    assert row["reset"] == "Take it out of your settings file"
    row = opened.row("notify", "lead_minutes")
    assert (row["value"], row["source"]) == ("5", f"From your organisation’s file, {site}.")

    with pytest.raises(TrayError, match="enforced by your administrator"):
        opened.save("false", "renew", "enabled")
    opened.act("unset", "renew", "enabled")
    assert "enabled" not in own.read_text()
    opened.act("unset", "icon", "theme")
    opened.save("6", "notify", "lead_minutes")
    assert opened.row("notify", "lead_minutes")["reset"] == "Back to your organisation’s: 5"
    assert opened.row("notify", "lead_minutes")["source"] == "From your settings file."


def test_a_policy_is_named_as_the_system_does() -> None:
    place = "HKLM\\Software\\Policies\\SSO Tray"

    def layers(*, guarded: bool) -> Any:
        return read_layers(None, (), lambda: [Policies(place, guarded, (("renew.enabled", 0),))])

    for guarded, source in (
        (True, f"Enforced by your administrator, in {place}."),
        (False, f"From your organisation’s policy, {place}."),
    ):
        found = layers(guarded=guarded)
        rows = [row for group in groups(Facts({}, Path("own"), (), found, found, {})) for row in group.rows]
        row = next(row for row in rows if row.name == ("renew", "enabled"))
        assert (row.value, row.source, row.enforced) == ("false", source, guarded)


def test_each_sign_in_has_its_settings_and_so_has_one_that_only_a_file_names(own: Path, site: Path) -> None:
    site.write_text('[sign_in."acme"]\nstart_url = "https://acme.awsapps.com/start"\n')
    own.write_text('[sign_in."a \\u202e<b>"]\nlength_hours = 1\n[sign_in.corp]\nlength_hours = 10\n')
    page = serve("dev")
    with find_paths().aws_config.open("a") as config:
        config.write(
            f"sso_start_url = {OLD}\nsso_region = us-east-1\nsso_account_id = 111122223333\nsso_role_name = A\n"
        )
    opened = Opened(page)
    titles = [group["title"] for group in opened.shown["groups"] if group["sign_in"]]
    assert titles == ["Sign-in corp", "Sign-in old.awsapps.com", "Sign-in a  <b>", "Sign-in acme"]
    assert opened.row("sign_in", "corp", "length_hours")["said"] == "10 hours"
    assert opened.row("sign_in", "a \u202e<b>", "length_hours")["said"] == "1 hour"
    assert opened.row("sign_in", "acme", "start_url")["value"] == "https://acme.awsapps.com/start"
    opened.save("2", "sign_in", "a \u202e<b>", "length_hours")
    opened.save("https://acme.awsapps.com/start", "sign_in", "acme", "start_url")
    opened.save("3", "sign_in", OLD, "length_hours")
    written = document_in(own.read_bytes())["sign_in"]
    assert written["a \u202e<b>"] == {"length_hours": 2}
    assert written[OLD] == {"length_hours": 3}


def test_two_sign_ins_whose_long_names_begin_alike_keep_their_own(own: Path) -> None:
    one, other = ("x" * 200 + end for end in "ab")
    opened = Opened(serve(sign_ins=(one, other)))
    opened.save("2", "sign_in", one, "length_hours")
    assert opened.row("sign_in", one, "length_hours")["source"] == "From your settings file."
    assert opened.row("sign_in", other, "length_hours")["source"] == "The default."


def test_a_sign_in_that_has_gone_is_not_set(own: Path) -> None:
    opened = Opened(serve())
    find_paths().aws_config.write_text("")
    with pytest.raises(TrayError, match="not on this page any more"):
        opened.save("8", "sign_in", "corp", "length_hours")
    assert not own.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "icon.theme"},
        {"name": ["icon"]},
        {"name": ["icon", 3]},
        {"name": ["icon", "theme", "x"]},
        {"name": ["sign_in", "corp"]},
        {"name": ["icon", "theme"], "seen": 3, "typed": "dark"},
        {"name": ["icon", "theme"], "seen": ""},
        {"name": ["icon", "theme"], "seen": "", "typed": ["dark"]},
        {"name": ["icon", "theme", "a", "b"]},
    ],
)
def test_what_no_page_of_ours_sends_is_refused(own: Path, body: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        serve().acts["save"](body)
    assert not own.exists()


def test_the_patterns_show_what_a_switch_would_ask_about() -> None:
    profiles = [*(f"prod-{number}" for number in range(20)), "Prod-x", "live", "<b>live</b>", "x" * 100, "dev"]
    answer: Any = serve(*profiles).acts["match"]({"typed": "prod-*\nlive\n*live*\nnone-*\n" + "x" * 100})
    assert answer["said"] == "23 profiles are production with these names."
    first, second, third, fourth, fifth = answer["patterns"]
    assert (first["count"], len(first["names"]), first["more"]) == (20, 12, 8)
    assert second == {"pattern": "live", "count": 1, "names": ["live"], "more": 0}
    assert third["names"] == ["live", "<b>live</b>"]
    assert (fourth["count"], fourth["names"]) == (0, [])
    assert len(fifth["names"][0]) == 60
    nothing: Any = serve("a").acts["match"]({"typed": ""})
    assert nothing == {"said": "0 profiles are production with these names.", "patterns": []}


@pytest.mark.parametrize(
    ("taken", "said"), [(True, "is on the screen"), (False, "shows no notices"), (None, "nobody has answered yet")]
)
def test_the_test_notice_tells_what_became_of_it(taken: bool | None, said: str) -> None:
    shown: list[Message] = []

    def show(message: Message) -> bool | None:
        shown.append(message)
        return taken

    answer: Any = serve(notice=show).acts["notice"]({})
    assert said in answer["title"]
    assert answer["hint"]
    assert shown == [page_words.TEST_NOTICE()]


@linux
def test_a_folder_that_cannot_be_written_is_said_before_anything_is_typed(own: Path) -> None:
    own.parent.chmod(0o500)
    opened = Opened(serve())

    def look() -> list[Any]:
        opened.look()
        try:
            opened.save("dark", "icon", "theme")
        except TrayError as problem:
            return [opened.shown["problems"], problem.title]
        return []

    problems, title = as_ordinary_person(look)
    assert str(own.parent) in json.dumps(problems)
    assert title == "Setting icon.theme could not be changed."
    assert not own.exists()
    own.parent.chmod(0o700)
    opened.look()
    assert opened.shown["problems"] == []


def test_whatever_the_page_shows_changes_its_version(own: Path, site: Path) -> None:
    page = serve("dev")
    seen = {page.version()}
    assert page.version() in seen

    def changes() -> None:
        assert page.version() not in seen
        seen.add(page.version())

    own.write_text("[icon]\n")
    changes()
    own.write_text("[icon]\ntheme = 'dark'\n")
    changes()
    site.write_text("[icon]\n")
    changes()
    find_paths().aws_config.write_text("[profile a]\n")
    changes()
    own.unlink()
    changes()


def test_while_the_config_cannot_be_read_its_sign_ins_stay_and_that_is_said(own: Path) -> None:
    page = serve("dev")
    opened = Opened(page)
    find_paths().aws_config.write_text("[sso-session corp\n")
    opened.look()
    assert any(str(find_paths().aws_config) in problem["title"] for problem in opened.shown["problems"])
    opened.save("8", "sign_in", "corp", "length_hours")
    assert page.acts["match"]({"typed": "dev"}) == {
        "said": "1 profile is production with these names.",
        "patterns": [{"pattern": "dev", "count": 1, "names": ["dev"], "more": 0}],
    }


def test_languages_are_called_as_their_speakers_call_them_and_a_change_is_said_in_the_new_one(own: Path) -> None:
    def speak(settings: Settings) -> None:
        stack.close()
        if settings.language != "auto":
            stack.enter_context(spoken_in(settings.language))

    with ExitStack() as stack:
        page = settings_page.settings_page(pages_context(environ={}, speak=speak))
        opened = Opened(page)
        assert opened.shown["language"] == "en"
        row = opened.row("", "language")
        assert row["spelled"] == "language"
        assert row["choices"] == [["auto", "Automatic"], *map(list, LANGUAGES.items())]
        assert opened.save("de", "", "language") == "Gespeichert. Jetzt gilt: Deutsch."
        assert opened.shown["language"] == "de", "so that the page is loaded again"
        assert own.read_text() == 'language = "de"\n'
        assert opened.save("12", "time", "format") == "Gespeichert. Jetzt gilt: 12 Stunden, etwa 2:30 PM."
        assert opened.act("unset", "", "language").startswith("Saved.")
