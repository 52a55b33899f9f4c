"""What the profiles page shows of the config, and what it does with it."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from support.needs import linux, posix
from support.pages import pages_context

from tray.core.errors import TrayError
from tray.core.session.memory import Memory
from tray.pages.profiles import command_for, profiles_page
from tray.pages.server import BadRequest
from tray.paths import find_paths
from tray.resident import memory_file

CONFIG = """[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1

[profile dev]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Developer
region = eu-west-1

[profile prod]
sso_session = corp
sso_account_id = 444455556666
sso_role_name = Admin

[profile no-account]
sso_session = corp

[profile keys]
region = us-east-1

[profile old]
sso_start_url = https://legacy.awsapps.com/start
sso_region = us-east-1
sso_account_id = 777788889999
sso_role_name = Reader

[profile person]
login_session = arn:aws:iam::123456789012:user/somebody
"""


class Page:
    """The page, as the server has it, and what it opened."""

    def __init__(self, home: Path, **environ: str) -> None:
        self.config = home / ".aws" / "config"
        self.config.parent.mkdir(exist_ok=True)
        if not self.config.exists():
            self.config.write_text(CONFIG)
        self.paths = find_paths()
        self.opened: list[tuple[str, str]] = []
        self.browser_starts = True
        self.of = profiles_page(pages_context(environ=environ, open_browser=self._open))

    def _open(self, sign_in: str, url: str) -> bool:
        self.opened.append((sign_in, url))
        return self.browser_starts

    def act(self, path: str, **body: Any) -> Any:
        return json.loads(json.dumps(self.of.acts[path](body)))

    def use(self, profile: str, **body: Any) -> Any:
        return self.act("use", profile=profile, **body)

    def set(self, text: str) -> None:
        self.paths.settings_file.parent.mkdir(parents=True, exist_ok=True)
        self.paths.settings_file.write_text(text)

    @property
    def shown(self) -> Any:
        return json.loads(json.dumps(self.of.reads["profiles"]()))

    @property
    def names(self) -> list[str]:
        return [row["name"] for row in self.shown["profiles"]]

    def row(self, name: str) -> dict[str, Any]:
        return next(row for row in self.shown["profiles"] if row["name"] == name)


@pytest.fixture
def page(home: Path) -> Page:
    return Page(home)


def test_the_profile_in_force_and_recent_ones_come_first_then_those_of_the_config(page: Page) -> None:
    assert page.names == ["dev", "prod", "no-account", "keys", "old", "person"]
    page.use("prod")
    page.use("old")
    memory_file.save(page.paths.memory_file, Memory(recent_profiles=("old", "gone", "keys")))

    assert page.names == ["old", "prod", "keys", "dev", "no-account", "person"]
    assert [row["name"] for row in page.shown["profiles"] if row["is_default"]] == ["old"]
    assert page.shown["default_profile"] == "old"
    assert page.shown["undoable"] is True


def test_each_profile_is_shown_with_what_it_gives_access_to(page: Page) -> None:
    page.set('[profiles]\nproduction = ["prod*"]\n')

    dev, old = page.row("dev"), page.row("old")
    assert (dev["shown"], dev["account"], dev["role"], dev["sign_in"], dev["region"]) == (
        ("dev", "111122223333", "Developer", "corp", "eu-west-1")
    )
    assert old["sign_in"] == "legacy.awsapps.com", "a start URL is called by its host, as in the menu"
    assert "https://legacy.awsapps.com/start" in old["searched"]
    assert [row["name"] for row in page.shown["profiles"] if row["is_production"]] == ["prod"]
    assert [row["name"] for row in page.shown["profiles"] if row["has_console"]] == ["dev", "prod", "old"]
    assert page.shown["problems"] == []


def test_a_switch_goes_through_the_door_of_the_command(page: Page) -> None:
    done = page.use("dev")

    assert done == {
        "asks": None,
        "said": {
            "title": "Default profile: dev",
            "hint": "Every terminal and SDK without AWS_PROFILE uses it from now on.",
        },
        "more": [],
        "undoable": True,
    }
    written = page.config.read_text()
    assert written.startswith(CONFIG.rstrip("\n"))
    assert "sso_role_name = Developer" in written.partition("[default]")[2]
    assert page.act("undo")["said"]["title"] == "Default profile: default"
    assert page.config.read_text() == CONFIG
    with pytest.raises(TrayError):
        page.act("undo")


def test_production_is_asked_about_first(page: Page) -> None:
    page.set('[profiles]\nproduction = ["prod*"]\n')

    for unsure in ({}, {"sure": False}, {"sure": "yes"}, {"sure": 1}):
        asked = page.use("prod", **unsure)
        assert asked["asks"]["title"] == "Switch to prod?"
    assert page.config.read_text() == CONFIG

    assert page.use("prod", sure=True)["asks"] is None
    assert page.shown["default_profile"] == "prod"
    assert page.shown["default_is_production"] is True


def test_what_overrides_a_switch_and_what_it_replaced_is_told(home: Path) -> None:
    page = Page(home, AWS_PROFILE="old")
    page.config.write_text(f"[default]\nregion = us-west-2\n\n{CONFIG}")

    assert page.names[:2] == ["old", "default"], "the one in force, then the default one"
    assert page.row("old")["in_terminal"]
    more = page.use("dev")["more"]
    assert more[0] == "Of what you had written into [default], this was replaced: region."
    assert more[1].startswith("AWS_PROFILE=old is set and overrides")


@pytest.mark.parametrize(
    ("name", "title"),
    [("gone", "There is no profile “gone”"), ("default", "default"), ("prd", "There is no profile “prd”")],
)
def test_what_cannot_be_the_default_is_refused_and_nothing_is_written(page: Page, name: str, title: str) -> None:
    with pytest.raises(TrayError, match=title):
        page.use(name)
    assert page.config.read_text() == CONFIG


@posix
def test_a_config_with_a_second_name_is_refused_as_everywhere(page: Page) -> None:
    os.link(page.config, page.config.with_name("second"))

    with pytest.raises(TrayError, match="config"):
        page.use("dev")
    assert page.config.read_text() == CONFIG


@pytest.mark.parametrize("body", [{}, {"profile": None}, {"profile": 1}, {"profile": ["dev"]}])
def test_no_page_of_ours_asks_so(page: Page, body: dict[str, Any]) -> None:
    for path in ("use", "console"):
        with pytest.raises(BadRequest):
            page.act(path, **body)


def test_the_console_is_opened_by_the_portal_s_link_as_the_sign_in_is(page: Page) -> None:
    assert page.act("console", profile="dev")["said"]["title"] == "The console of dev opens in your browser"
    page.act("console", profile="old")

    assert page.opened == [
        ("corp", "https://corp.awsapps.com/start/#/console?account_id=111122223333&role_name=Developer"),
        (
            "https://legacy.awsapps.com/start",
            "https://legacy.awsapps.com/start/#/console?account_id=777788889999&role_name=Reader",
        ),
    ]


def test_where_no_browser_starts_the_page_gets_the_link(page: Page) -> None:
    page.browser_starts = False

    assert page.act("console", profile="dev") == {
        "said": {"title": "No browser could be started", "hint": "It opens by its link, too:"},
        "link": "https://corp.awsapps.com/start/#/console?account_id=111122223333&role_name=Developer",
    }


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no-account", "The profile no-account has no account whose console could be opened"),
        ("keys", "The profile keys has no account whose console could be opened"),
        ("person", "A sign-in by “aws login” has no access portal"),
        ("gone", "There is no profile “gone”"),
    ],
)
def test_why_there_is_no_console_is_said(page: Page, name: str, said: str) -> None:
    with pytest.raises(TrayError, match=said):
        page.act("console", profile=name)
    assert page.opened == []


def test_a_config_that_cannot_be_read_is_named_and_an_empty_one_says_how_to_begin(page: Page) -> None:
    page.config.write_text("sso_session = corp\n")
    assert page.shown["profiles"] == []
    assert "line 1 comes before the first [section]" in page.shown["problems"][0]["title"]

    page.config.write_text("")
    assert page.shown["problems"] == [
        {
            "title": "There is no profile to choose.",
            "hint": "Choose “Set up…” in the tray, or run in a terminal: sso-tray setup",
        }
    ]


def test_whatever_the_page_shows_changes_its_version(page: Page) -> None:
    versions = {page.of.version(), page.of.version()}
    assert len(versions) == 1
    for change in (
        lambda: page.config.write_text(f"{CONFIG}\n"),
        lambda: page.config.with_name("credentials").write_text("[keys]\n"),
        lambda: page.set('[profiles]\nproduction = ["*"]\n'),
        lambda: memory_file.save(page.paths.memory_file, Memory(recent_profiles=("old",))),
        lambda: page.use("dev", sure=True),
        page.config.unlink,
    ):
        change()
        before = len(versions)
        versions.add(page.of.version())
        assert len(versions) == before + 1


STRANGE = (
    "a" * 10_000,
    "\u05e9\u05dc\u05d5\u05dd",
    "\u202eevil",
    "<img src=x onerror=alert(1)>",
    "a\x1b[2Jb",
    "it's $(id)",
    "a;b",
)


@linux  # Windows reads the config in its own encoding, which has not all of these characters.
def test_whatever_a_profile_is_called_it_is_shown_in_a_line_and_chosen_by_its_own_name(page: Page) -> None:
    keys = "sso_session = corp\nsso_account_id = 1\nsso_role_name = R\n"
    page.config.write_text(CONFIG + "".join(f"\n[profile {shlex.quote(name)}]\n{keys}" for name in STRANGE), "utf-8")
    assert page.shown["problems"] == []
    for name in STRANGE:
        row = page.row(name)
        assert len(row["shown"]) <= 300
        assert row["shown"].isprintable()
        assert (row["command"] is None) == (not name.isprintable())
        page.use(name)
        assert page.shown["default_profile"] == name


@linux
@pytest.mark.parametrize("name", [name for name in (*STRANGE, "!!", "`id`", "a\\b", "-n") if name.isprintable()])
def test_the_copied_command_sets_exactly_the_name_in_a_shell(name: str) -> None:
    command = command_for(name, powershell=False)
    assert command is not None
    for shell in filter(shutil.which, ("sh", "bash")):
        told = subprocess.run(
            [shell, "-c", f'{command}\nprintf %s "$AWS_PROFILE"'], capture_output=True, check=True, cwd="/"
        )
        assert told.stdout.decode() == name


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("dev", "$env:AWS_PROFILE = 'dev'"),
        ("it's $(id)", "$env:AWS_PROFILE = 'it''s $(id)'"),
        ("it\u2019s", "$env:AWS_PROFILE = 'it\u2019\u2019s'"),
        ("a\x1bb", None),
    ],
)
def test_on_windows_the_command_is_powershell_s(name: str, command: str | None) -> None:
    assert command_for(name, powershell=True) == command
