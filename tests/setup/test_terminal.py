"""The set-up in the terminal, from what was listed to the first step with it: a person types, in this process."""

from __future__ import annotations

import io
import tomllib
from pathlib import Path
from typing import Any

import pytest
from support.center import plant_token
from support.documents import undo_leads_to
from support.keyboard import dialogue, said
from support.needs import linux
from support.setup_page import context

from tray import disk
from tray.aws.config.files import read_full_config
from tray.core.errors import ConfigProblem, SignInRefused, UsageProblem
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault
from tray.demo.organisation import START_URL
from tray.desktop import autostart
from tray.installation.programs import Installation
from tray.paths import find_paths
from tray.setup import steps, terminal
from tray.setup.dialogue import Dialogue
from tray.setup.finishing import Finishing
from tray.setup.flags import Flags
from tray.setup.sign_in_details import SignInDetails

DETAILS = SignInDetails("corp", START_URL, "us-east-1")
ASKED = Flags(details=DETAILS, pattern="{role}-{account_name}", profile_region="eu-west-1")
"""What is left to ask: the roles, the length, and the end."""

EVERY = Flags(details=DETAILS, every_role=True)


@pytest.fixture
def config(home: Path) -> Path:
    return home / ".aws" / "config"


@pytest.fixture(autouse=True)
def signed_in(center: IdentityCenter) -> None:
    plant_token("corp", center.issue_token())


@pytest.fixture(autouse=True)
def desk_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the environment says nothing of a desktop there is none; else Windows and macOS have one at all times."""
    monkeypatch.setattr("tray.setup.ending._has_desktop", lambda environ: "DISPLAY" in environ)


def run(flags: Flags, *lines: str, environ: dict[str, str] | None = None) -> Dialogue:
    """Answer every question with the next line; a line too few is Ctrl-D."""
    typing = dialogue(*lines)
    assert terminal.run(flags, context(), environ or {}, typing) == 0
    return typing


def names(config: Path) -> list[str]:
    return [name for name in read_full_config(config, config.parent / "credentials").profiles if name != "default"]


def test_a_name_can_be_changed_and_what_is_wrong_with_it_is_told(config: Path) -> None:
    config.parent.mkdir(exist_ok=True)
    config.write_text("[profile mine]\nregion = x\n")
    typed = ["1-3", "", "", "1 mine", "2 AdministratorAccess-acme-dev", "3 my read", "9 x", "1", "1 admin", "y", ""]
    told = said(run(ASKED, *typed))

    assert "There is a profile “mine” already" in told
    assert "Another of these profiles is called “AdministratorAccess-acme-dev”, too" in told
    assert "“my read” cannot be a name" in told
    assert told.count("Please answer y or n, or give a number and a name.") == 2
    assert names(config) == ["mine", "admin", "Developer-acme-dev", "ReadOnly-acme-dev"]


def test_small_letters_and_another_pattern_are_shown_before_they_are_written(config: Path) -> None:
    told = said(run(ASKED, "1-2", "", "", "lower", "pattern {user}", "pattern {account_name}.{role}", "1 Root", "", ""))

    assert "administratoraccess-acme-dev" in told
    assert "not known: {user}" in told
    assert "    2  acme-dev.developer" in told
    assert names(config) == ["Root", "acme-dev.developer"]


def test_more_names_than_fit_are_shown_in_parts(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tray.setup.naming._LINES", 3)
    told = said(run(ASKED, "all", "", "", "more", "more", "more", "more", "8 last", "y", ""))

    assert "… and 5 more" in told
    assert [told.count(f"    {number}  ") for number in (1, 4, 7)] == [2, 2, 2]
    assert names(config)[-1] == "last"


def test_who_says_no_writes_nothing(config: Path) -> None:
    with pytest.raises(SignInRefused):
        run(ASKED, "1", "", "8", "n")
    assert not config.exists()
    assert not find_paths().settings_file.exists()


def test_a_config_that_changed_meanwhile_is_shown_anew_before_it_is_written(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = steps.write
    times = iter((True, False))

    def changed_before(*arguments: Any, **seen: Any) -> Any:
        if next(times):
            config.parent.mkdir(exist_ok=True)
            config.write_text("[profile Developer-acme-dev]\nregion = x\n")
        return write(*arguments, **seen)

    monkeypatch.setattr(steps, "write", changed_before)
    told = said(run(ASKED, "2", "", "", "y", "y", ""))

    assert "~/.aws/config was changed meanwhile" in told
    assert "    1  Developer-acme-dev-corp  " in told
    assert names(config) == ["Developer-acme-dev", "Developer-acme-dev-corp"]


def test_how_long_sign_ins_last_is_written_to_our_settings(config: Path) -> None:
    told = said(run(ASKED, "1", "", "eight", "10.5 h", "", ""))
    assert "“eight” is not how long a sign-in can last" in told
    assert tomllib.loads(find_paths().settings_file.read_text()) == {"sign_in": {"corp": {"length_hours": 10.5}}}


def test_who_does_not_know_how_long_sign_ins_last_sets_nothing(config: Path) -> None:
    run(ASKED, "1", "", "", "", "")
    assert not find_paths().settings_file.exists()


def test_a_length_that_the_settings_have_is_not_asked_for(config: Path) -> None:
    find_paths().settings_file.parent.mkdir(parents=True)
    find_paths().settings_file.write_text("[sign_in.corp]\nlength_hours = 4\n")
    assert "Hours" not in said(run(ASKED, "1", "", "", ""))


def test_settings_that_cannot_be_changed_do_not_undo_the_profiles(config: Path) -> None:
    find_paths().settings_file.parent.mkdir(parents=True)
    find_paths().settings_file.write_text("[[nonsense")
    asked = dialogue()
    flags = Flags(details=DETAILS, every_role=True, length_hours="8")
    assert terminal.run(flags, context(), {}, asked) == ConfigProblem.exit_code
    assert len(names(config)) == 8
    assert "Added 8 profiles" in said(asked)


def test_one_of_the_profiles_becomes_the_default_if_it_is_wanted(config: Path) -> None:
    told = said(run(ASKED, "1-2", "", "", "", "nobody", "Developer-acme-dev", environ={"AWS_PROFILE": "old"}))

    assert "No profile of this set-up is called nobody." in told
    assert "Default profile: Developer-acme-dev" in told
    assert "AWS_PROFILE" in told, "what still overrides it is told"
    assert told.rstrip().endswith(" Developer-acme-dev"), "what is to be tried"
    assert "\n[default]\n" in config.read_text()
    assert undo_leads_to(find_paths()) == "default"


def test_flags_answer_all_of_it(config: Path) -> None:
    flags = Flags(
        details=DETAILS,
        every_role=True,
        lower_case=True,
        renames=("developer-acme-dev=dev", "readonly-acme-prod = look"),
        length_hours="8h",
        default="dev",
    )
    asked = run(flags)
    assert isinstance(asked.data, io.StringIO)
    assert {"dev", "look"} < set(asked.data.getvalue().split())
    assert {"dev", "look", "administratoraccess-acme-dev"} < set(names(config))
    assert "length_hours = 8" in find_paths().settings_file.read_text()
    before = config.read_bytes()

    again = run(flags)

    assert config.read_bytes() == before, "a second run finds all of it done"
    assert "Nothing to add" in said(again)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"renames": ("dev",)}, "“dev” is not OLD=NEW"),
        ({"renames": ("=dev",)}, "“=dev” is not OLD=NEW"),
        ({"renames": ("nobody=dev",)}, "no new profile is called “nobody”"),
        ({"renames": ("Developer-acme-dev=my dev",)}, "cannot be a name"),
        ({"renames": ("Developer-acme-dev=ReadOnly-acme-dev",)}, "Another of these profiles"),
        ({"default": "nobody"}, "no profile of this set-up is called nobody"),
    ],
)
def test_flags_that_cannot_be_followed_write_nothing(config: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageProblem) as raised:
        terminal.run(Flags(details=DETAILS, every_role=True, **changes), context(), {}, dialogue(terminal=False))
    assert words in raised.value.title
    assert not config.exists()


def test_a_region_that_aws_does_not_know_the_portal_in_is_asked_for_again(
    center: IdentityCenter, config: Path, home: Path
) -> None:
    for token in (home / ".aws" / "sso" / "cache").iterdir():
        token.unlink()
    refusal = Fault.error("RegisterClient", 400, "InvalidRequestException", "Invalid start url provided", times=1)
    center.inject(refusal)
    center.inject(Fault.error("RegisterClient", 400, "InvalidClientMetadataException", times=1))
    asked = dialogue("Ohio")
    details = SignInDetails("corp", "https://ssoins-1.portal.eu-west-1.app.aws", None, "sso:account:access")

    with pytest.raises(Exception, match="InvalidClientMetadata"):  # of the second attempt
        terminal.run(Flags(details=details), context(), {}, asked)

    assert "The Identity Center of Europe (Ireland) eu-west-1 does not know this start URL" in said(asked)
    center.inject(refusal)
    refusal.times = 1
    with pytest.raises(UsageProblem, match="does not know this start URL"):  # nobody is there
        terminal.run(Flags(details=details, every_role=True), context(), {}, dialogue(terminal=False))


@linux
def test_the_start_at_login_is_offered_where_there_is_a_desktop(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "sso-tray"
    program.touch(0o755)
    monkeypatch.setattr(autostart, "find_installation", lambda: Installation((program,), None))
    start = autostart.open_login_start(find_paths().state)
    desk = {"DISPLAY": ":9"}

    assert "Start SSO Tray at login? (y/n) [n]" in said(run(ASKED, "1", "", "", "", "", "", environ=desk))
    assert start.state().standing == "off"
    assert "at login?" not in said(run(ASKED, "4", "", "", "", environ=desk | {"SSO_TRAY_DEMO": "1"}))
    run(ASKED, "2", "", "", "", "y", environ=desk)
    assert start.state().standing == "on"
    assert "at login?" not in said(run(ASKED, "3", "", "", "", environ=desk)), "it does already"
    start.turn_off()
    run(Flags(details=DETAILS, every_role=True, at_login=True))
    assert start.state().standing == "on"


def test_a_command_to_try_names_a_program_that_is_there(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tray.setup.finishing.which", lambda _name: "/usr/bin/aws")
    assert "Try it: aws sts get-caller-identity --profile x" in said(run(ASKED, "1", "", "", "1 x", "", ""))
    monkeypatch.setattr("tray.setup.finishing.which", lambda _name: None)
    assert "Try it: sso-tray whoami y" in said(run(ASKED, "2", "", "1 y", "", ""))


SITE = f"""\
[sign_in.acme]
start_url = "{START_URL}"
region = "us-east-1"
[enforced.sign_in.acme]
length_hours = 8
"""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, center: IdentityCenter) -> None:
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path))
    monkeypatch.setenv("WIN_PD_OVERRIDE_COMMON_APPDATA", str(tmp_path))
    monkeypatch.setattr(disk.native, "could_change", lambda _place: False)
    file, *_ = find_paths().site_settings
    file.parent.mkdir(exist_ok=True)
    file.write_text(SITE)
    plant_token("acme", center.issue_token())


@pytest.mark.usefixtures("site")
def test_a_portal_of_the_site_is_offered_and_nothing_about_it_is_asked(config: Path) -> None:
    asked = run(Flags(details=SignInDetails()), "", "1", *[""] * 8)

    told = said(asked)
    assert f"Your organisation offers these; the name of one is enough:\n  acme  {START_URL}\n" in told
    for unasked in ("SSO start URL", "SSO region", "SSO registration scopes", "Hours that"):
        assert unasked not in told
    assert f"[sso-session acme]\nsso_start_url = {START_URL}\nsso_region = us-east-1\n" in config.read_text()


@pytest.mark.usefixtures("site")
def test_a_script_need_not_even_name_the_only_portal_of_the_site(config: Path) -> None:
    typing = dialogue(terminal=False)

    assert terminal.run(Flags(details=SignInDetails(), every_role=True), context(), {}, typing) == 0
    assert "[sso-session acme]" in config.read_text()


@pytest.mark.usefixtures("site")
def test_a_length_that_the_administrator_has_set_stays() -> None:
    finishing = Finishing(find_paths(), {})

    problem = finishing.set_length("acme", 24.0)
    assert problem is not None
    assert problem.title == "Your administrator has set how long this sign-in lasts."
    assert finishing.set_length("acme", None) is None
    assert finishing.set_length("acme", 8.0) is None
    assert not find_paths().settings_file.exists()
