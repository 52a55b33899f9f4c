"""A look for changes, by a person who types and by a script: what is told, what is picked, and how it is undone."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from support.center import plant_token
from support.keyboard import dialogue, said
from support.modes import is_private
from support.setup_page import context

from tray.aws.api.accounts import Account
from tray.aws.config.files import read_full_config
from tray.aws.config.profile_names import Pick
from tray.aws.config.use import undo, use_profile
from tray.core.dataclass import replace
from tray.core.errors import ConfigProblem, NotSignedIn, ServiceProblem, SignInRefused, UsageProblem
from tray.core.model import Kind, SignIn
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault
from tray.demo.organisation import START_URL
from tray.paths import find_paths
from tray.setup import syncing, terminal
from tray.setup.dialogue import Dialogue
from tray.setup.flags import Flags
from tray.setup.offered import read_offered, remember_offered
from tray.setup.sign_in_details import SignInDetails
from tray.setup.sync import Sync
from tray.setup.sync_undo import Undoing, undo_last
from tray.setup.syncing import SyncFlags

DEV, STAGING, PROD = "111122223333", "444455556666", "777788889999"
DETAILS = SignInDetails("corp", START_URL, "us-east-1")
ASKED, YES, DRY = SyncFlags(), SyncFlags(yes=True), SyncFlags(dry_run=True)


@pytest.fixture
def config(home: Path) -> Path:
    return home / ".aws" / "config"


@pytest.fixture(autouse=True)
def signed_in(center: IdentityCenter) -> None:
    plant_token("corp", center.issue_token())


@pytest.fixture
def set_up(center: IdentityCenter) -> None:
    """A set-up of every role."""
    flags = Flags(details=DETAILS, every_role=True)
    assert terminal.run(flags, context(), {}, dialogue(terminal=False)) == 0


def sync(*lines: str, flags: SyncFlags = ASKED, environ: Mapping[str, str] | None = None, **changes: Any) -> Dialogue:
    """Answer every question with the next line; a line too few is Ctrl-D."""
    typing = dialogue(*lines, terminal=not flags.unattended)
    run = Sync(flags, context(**changes), environ or {}, typing, lambda name: "prod" in name, Undoing(find_paths()))
    run.run()
    return typing


def data(told: Dialogue) -> list[str]:
    assert isinstance(told.data, io.StringIO)
    return told.data.getvalue().splitlines()


def names(config: Path) -> list[str]:
    return list(read_full_config(config, config.parent / "credentials").profiles)


def without_marks(config: Path) -> None:
    """Let the config be as an earlier version wrote it."""
    lines = config.read_text().splitlines(keepends=True)
    config.write_text("".join(line for line in lines if not line.startswith("# sso-tray: set up")))


@pytest.mark.usefixtures("set_up")
def test_who_picks_changes_that_alone(center: IdentityCenter, config: Path) -> None:
    center.rename_account(DEV, "acme-lab")
    center.revoke(PROD, "Billing")
    center.grant(STAGING, "Auditor")
    told = sync("2 4-5", "", "y")
    assert "corp: 5 differences between your profiles and the access portal." in said(told)
    assert "    4 [ ] add     Auditor-acme-staging  " in said(told)
    assert "    5 [ ] remove  Billing-acme-prod  " in said(told)
    assert "1-5 of 5 shown, 3 chosen" in said(told)
    assert data(told) == [
        "rename Developer-acme-dev Developer-acme-lab",
        "add Auditor-acme-staging",
        "remove Billing-acme-prod",
    ]
    assert {"Developer-acme-lab", "ReadOnly-acme-dev", "Auditor-acme-staging"} <= set(names(config))
    assert "Billing-acme-prod" not in names(config)
    assert "corp: 2 differences" in said(sync(""))


@pytest.mark.usefixtures("set_up")
@pytest.mark.parametrize("lines", [("",), ("all", "", "n", "all", "none", "")])
def test_who_picks_nothing_or_says_no_changes_nothing(
    lines: tuple[str, ...], center: IdentityCenter, config: Path
) -> None:
    before = config.read_bytes()
    center.revoke(PROD)
    told = sync(*lines)
    assert f"Nothing was chosen: {config} stays as it is." in said(told)
    assert config.read_bytes() == before
    with pytest.raises(SignInRefused):
        sync("all")
    assert config.read_bytes() == before


@pytest.mark.usefixtures("set_up")
def test_all_leaves_out_what_something_of_the_persons_hangs_on(center: IdentityCenter, config: Path) -> None:
    use_profile(find_paths(), "Developer-acme-staging", {})
    center.revoke(STAGING)
    told = sync("all", "", "y")
    assert "    1 [!] remove  Developer-acme-staging  " in said(told)
    assert "          It is the default profile.\n" in said(told)
    assert data(told) == ["remove ReadOnly-acme-staging"]
    assert data(sync("1", "", "y")) == ["remove Developer-acme-staging"]
    assert "default" in names(config)


@pytest.mark.usefixtures("set_up")
def test_a_script_leaves_to_the_person_what_only_they_can_decide(center: IdentityCenter, config: Path) -> None:
    with config.open("a") as file:
        file.write("[profile reports]\nrole_arn = a\nsource_profile = Billing-acme-prod\n")
    center.revoke(PROD)
    center.revoke(STAGING, "ReadOnly")
    told = sync(flags=YES, environ={"AWS_PROFILE": "Operator-acme-prod"})
    assert data(told) == ["remove ReadOnly-acme-prod", "remove ReadOnly-acme-staging"]
    rest = said(told).partition("Left as they are, for you to decide in a terminal: sso-tray setup --sync")[2]
    assert "reports names it (source_profile), and would find nothing." in rest
    assert "AWS_PROFILE names it here, and has to be changed by you." in rest
    assert {"Billing-acme-prod", "Operator-acme-prod", "reports"} <= set(names(config))


@pytest.mark.usefixtures("set_up")
def test_a_script_keeps_the_name_that_its_environment_uses(center: IdentityCenter, config: Path) -> None:
    center.rename_account(PROD, "live")
    told = sync(flags=YES, environ={"AWS_PROFILE": "Billing-acme-prod"})
    assert data(told) == ["rename Operator-acme-prod Operator-live", "rename ReadOnly-acme-prod ReadOnly-live"]
    assert "Billing-acme-prod" in names(config)
    rest = said(told).partition("Left as it is, for you to decide in a terminal: sso-tray setup --sync")[2]
    assert "AWS_PROFILE names it here, and has to be changed by you." in rest


@pytest.mark.usefixtures("set_up")
def test_a_dry_run_says_the_same_and_changes_nothing(center: IdentityCenter, config: Path) -> None:
    center.grant(STAGING, "Auditor")
    center.rename_account(PROD, "live")
    before = config.read_bytes()
    would = sync(flags=DRY)
    assert config.read_bytes() == before
    assert not find_paths().last_sync.exists()
    assert f"4 changes would be made to {config}:" in said(would)
    assert "Your settings call Billing-acme-prod production, and Billing-live not." in said(would)
    assert data(sync(flags=YES)) == data(would)


@pytest.mark.usefixtures("set_up")
def test_whole_accounts_that_came_and_went_are_named(center: IdentityCenter) -> None:
    center.revoke(PROD)
    center.revoke(STAGING, "ReadOnly")
    center.grant("999988887777", "Admin", account_name="The Lab")
    center.grant(DEV, "Auditor")
    told = said(sync(flags=DRY))
    assert "An account is new: The-Lab (999988887777)\n" in told
    assert f"An account that you no longer have: {PROD}\n" in told


@pytest.mark.usefixtures("set_up")
def test_a_second_run_changes_nothing(center: IdentityCenter, config: Path) -> None:
    center.grant(STAGING, "Auditor")
    center.rename_account(PROD, "live")
    center.revoke(DEV, "ReadOnly")
    sync(flags=YES)
    before, stamp = config.read_bytes(), config.stat().st_mtime_ns
    told = sync(flags=YES)
    assert said(told) == "corp: your profiles are as the access portal has it.\n"
    assert data(told) == []
    assert (config.read_bytes(), config.stat().st_mtime_ns) == (before, stamp)


@pytest.mark.usefixtures("set_up")
def test_it_is_undone_byte_for_byte_with_the_way_back_from_a_switch(center: IdentityCenter, config: Path) -> None:
    paths = find_paths()
    use_profile(paths, "Developer-acme-dev", {})
    before = config.read_bytes()
    center.rename_account(DEV, "acme-lab")
    center.revoke(PROD)
    sync(flags=YES)
    assert read_full_config(config, config.parent / "credentials").profiles.keys() >= {"Developer-acme-lab"}
    undo_last(paths)
    assert config.read_bytes() == before
    assert undo(paths, {}).profile == "default"
    with pytest.raises(ConfigProblem, match="There is nothing to undo"):
        undo_last(paths)


@pytest.mark.usefixtures("set_up")
def test_a_switch_can_be_undone_after_its_profile_was_renamed(center: IdentityCenter, config: Path) -> None:
    paths = find_paths()
    use_profile(paths, "Developer-acme-dev", {})
    use_profile(paths, "ReadOnly-acme-dev", {})
    center.rename_account(DEV, "acme-lab")
    sync(flags=YES)
    assert undo(paths, {}).profile == "Developer-acme-lab"
    assert undo(paths, {}).profile == "default"


@pytest.mark.usefixtures("set_up")
def test_what_was_changed_since_is_not_undone(center: IdentityCenter, config: Path) -> None:
    center.revoke(PROD)
    sync(flags=YES)
    with config.open("a") as file:
        file.write("# mine\n")
    before = config.read_bytes()
    with pytest.raises(ConfigProblem, match="was changed since"):
        undo_last(find_paths())
    assert config.read_bytes() == before


def test_what_was_not_picked_in_the_set_up_is_not_new_and_is_listed_with_all(
    center: IdentityCenter, config: Path
) -> None:
    flags = Flags(details=DETAILS, pattern="{role}-{account_name}", profile_region="eu-west-1", length_hours="8")
    assert terminal.run(flags, context(), {}, dialogue("1", "", "y", "", "n")) == 0
    center.grant(STAGING, "Auditor")
    told = sync(flags=YES)
    assert data(told) == ["add Auditor-acme-staging"]
    assert "7 more roles have no profile, and are not new. --all lists them, too." in said(told)
    assert len(data(sync(flags=SyncFlags(yes=True, every_role=True)))) == 7


@pytest.mark.usefixtures("set_up")
def test_a_profile_that_the_person_removed_is_not_added_again(config: Path) -> None:
    text = config.read_text()
    config.write_text(text[: text.index("[profile ReadOnly-acme-staging]")])
    told = sync(flags=YES)
    assert data(told) == []
    assert "1 more role has no profile" in said(told)


@pytest.mark.usefixtures("set_up")
def test_where_nobody_knows_what_is_new_a_script_adds_nothing_the_first_time(
    center: IdentityCenter, config: Path
) -> None:
    for file in find_paths().offered.iterdir():
        file.unlink()
    center.grant(STAGING, "Auditor")
    assert data(sync(flags=DRY)) == data(sync(flags=DRY)) == []
    told = sync(flags=YES)
    assert data(told) == []
    assert "1 role has no profile. Nobody knows whether it is new" in said(told)
    center.grant(STAGING, "Owner")
    assert data(sync(flags=YES)) == ["add Owner-acme-staging"]


@pytest.mark.usefixtures("set_up")
def test_where_nobody_knows_what_is_new_a_person_is_shown_everything(center: IdentityCenter) -> None:
    for file in find_paths().offered.iterdir():
        file.unlink()
    center.grant(STAGING, "Auditor")
    assert "    1 [ ] add  Auditor-acme-staging" in said(sync(""))
    assert "1 more role has no profile" in said(sync())


CORP = SignIn("corp", Kind.SSO_SESSION, START_URL, "us-east-1")


@pytest.mark.parametrize("text", ["", "[]", '{"schema": 2}', '{"schema": 1, "portal": 7, "roles": [[1]]}', "\0"])
def test_a_record_that_cannot_be_read_is_none(text: str) -> None:
    paths = find_paths()
    remember_offered(paths, CORP, (Account(DEV, "dev", ("Admin",)),), whole=True)
    [file] = paths.offered.iterdir()
    assert is_private(file)
    assert read_offered(paths, CORP) == {Pick(DEV, "Admin")}
    file.write_text(text)
    assert read_offered(paths, CORP) is None


def test_what_another_portal_offered_is_not_known_of_this_one() -> None:
    paths = find_paths()
    remember_offered(paths, CORP, (Account(DEV, "dev", ("Admin",)),), whole=True)
    assert read_offered(paths, replace(CORP, start_url="https://d-2.awsapps.com/start")) is None
    assert read_offered(paths, replace(CORP, start_url=f"{START_URL}/#/")) == {Pick(DEV, "Admin")}


def test_a_look_at_one_account_tells_nothing_of_the_others() -> None:
    paths = find_paths()
    remember_offered(paths, CORP, (Account(DEV, "dev", ("Admin",)),), whole=False)
    assert read_offered(paths, CORP) is None
    remember_offered(paths, CORP, (Account(DEV, "dev", ("Admin",)),), whole=True)
    remember_offered(paths, CORP, (Account(PROD, "prod", ("Admin",)),), whole=False)
    assert read_offered(paths, CORP) == {Pick(DEV, "Admin"), Pick(PROD, "Admin")}


@pytest.mark.usefixtures("set_up")
def test_profiles_of_before_are_adopted_when_asked_and_by_no_script(config: Path) -> None:
    fresh = config.read_text()
    without_marks(config)
    before = config.read_bytes()
    assert data(sync(flags=YES)) == []
    assert config.read_bytes() == before
    told = sync("all", "", "y")
    assert data(told)[0] == "adopt AdministratorAccess-acme-dev"
    assert "gets a comment, so that it is compared from now on." in said(told)
    assert config.read_text() == fresh


@pytest.mark.usefixtures("set_up")
def test_several_sign_ins_are_looked_at_one_after_the_other_and_undone_together(
    center: IdentityCenter, config: Path
) -> None:
    plant_token("other", center.issue_token())
    other = SignInDetails("other", "https://d-9999999999.awsapps.com/start", "us-east-1")
    plant_token("other", center.issue_token(center.begin_session(str(other.start_url))))
    assert terminal.run(Flags(details=other, every_role=True), context(), {}, dialogue(terminal=False)) == 0
    before = config.read_bytes()
    center.grant(STAGING, "Auditor")
    assert data(sync(flags=SyncFlags(yes=True, session="other"))) == ["add Auditor-acme-staging"]
    undo_last(find_paths())
    assert config.read_bytes() == before
    center.revoke(PROD, "Billing")
    told = sync(flags=YES)
    assert [line.split()[0] for line in data(told)] == ["add", "remove", "remove"]
    undo_last(find_paths())
    assert config.read_bytes() == before


@pytest.mark.usefixtures("set_up")
def test_several_sign_ins_of_before_are_asked_about(center: IdentityCenter, config: Path) -> None:
    without_marks(config)
    with config.open("a") as file:
        file.write("\n[sso-session b]\nsso_start_url = https://d-2.awsapps.com/start\nsso_region = us-east-1\n")
    told = sync("nobody", "corp", "")
    assert "There is no sso-session nobody" in said(told)
    assert "8 differences" in said(told)


@pytest.mark.parametrize(
    ("text", "flags", "problem", "words"),
    [
        ("", DRY, ConfigProblem, "No sso-session is set up"),
        ("[profile x]\nregion = y\n", YES, ConfigProblem, "No sso-session is set up"),
        (None, SyncFlags(dry_run=True, session="nobody"), UsageProblem, "There is no sso-session nobody"),
        (None, SyncFlags(dry_run=True, pattern="{user}"), UsageProblem, "not known: {user}"),
        (None, SyncFlags(dry_run=True, profile_region="nowhere!"), UsageProblem, "not the name of a region"),
    ],
)
@pytest.mark.usefixtures("set_up")
def test_what_cannot_be_done_is_told(
    text: str | None, flags: SyncFlags, problem: type[Exception], words: str, config: Path
) -> None:
    if text is not None:
        config.write_text(text)
    with pytest.raises(problem, match=words):
        sync(flags=flags)


@pytest.mark.usefixtures("set_up")
def test_a_script_never_signs_in(center: IdentityCenter, config: Path) -> None:
    before = config.read_bytes()
    center.end_sessions()
    with pytest.raises(NotSignedIn, match="You are not signed in to corp"):
        sync(flags=YES)
    plant_token("corp", center.issue_token(expires_in=-60))
    assert data(sync(flags=YES)) == []
    assert config.read_bytes() == before
    assert "Authorize" not in [request.operation for request in center.requests]


@pytest.mark.usefixtures("set_up")
@pytest.mark.parametrize("operation", ["ListAccounts", "ListAccountRoles"])
def test_where_the_portal_fails_nothing_is_taken_for_gone(
    operation: str, center: IdentityCenter, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = config.read_bytes()
    monkeypatch.setattr("tray.aws.api.accounts._PAUSES", ())
    center.inject(Fault.error(operation, 500, "InternalServerException"))
    with pytest.raises(ServiceProblem):
        sync(flags=YES)
    center.heal()
    center.accounts = ()
    with pytest.raises(ConfigProblem, match="lists no account"):
        sync(flags=YES)
    assert config.read_bytes() == before


@pytest.mark.usefixtures("set_up")
def test_a_config_that_changes_meanwhile_is_compared_anew(
    center: IdentityCenter, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    center.revoke(PROD, "Billing")
    write = syncing.write
    times = iter((True, False, True, False))

    def changed_before(*arguments: Any) -> None:
        if next(times):
            text = config.read_text()
            config.write_text(
                text.replace("[profile Billing-acme-prod]\n", "[profile Billing-acme-prod]\noutput = json\n")
            )
        write(*arguments)

    monkeypatch.setattr(syncing, "write", changed_before)
    told = sync("all", "", "y", "")
    assert "~/.aws/config was changed meanwhile" in said(told)
    assert "You have changed it: output." in said(told)
    assert "Billing-acme-prod" in names(config)
