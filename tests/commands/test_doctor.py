"""``sso-tray doctor``: each finding with the file, the variable or the answer that causes it; and each fix."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from commands.conftest import Terminal
from support.center import plant_token
from support.login import operations
from support.needs import linux, posix
from support.stand_ins import command_line

from tray.aws.cache.files import write_document
from tray.aws.cache.role_credentials import credentials_path
from tray.core.message import shell
from tray.core.model import Kind, SignIn
from tray.core.session.history import History, Span
from tray.core.session.memory import Memory
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault
from tray.paths import find_paths
from tray.resident import memory_file

CONFIG = """\
[sso-session corp]
sso_start_url = https://d-1234567890.awsapps.com/start
sso_region = eu-central-1
sso_registration_scopes = sso:account:access

[profile dev]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Developer
region = eu-west-1
"""
BROWSER = command_line(sys.executable, "%s")
AKIA = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # both are the AWS documentation's own example


@pytest.fixture(autouse=True)
def no_aws_cli(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no AWS CLI of this machine be asked for its version."""
    monkeypatch.setattr("tray.doctor.aws_cli.clis_in_path", lambda _environ, seconds: [])


@pytest.fixture(autouse=True)
def desk(terminal: Terminal, renewable: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin where nothing is wrong: signed in, a sound config, a browser."""
    terminal.config.write_text(CONFIG)
    terminal.config.chmod(0o600)
    terminal.config.parent.chmod(0o755)
    terminal.plant("corp", 55, **renewable)
    monkeypatch.setenv("BROWSER", BROWSER)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    (terminal.home / ".aws" / "sso" / "cache").chmod(0o700)


def findings(terminal: Terminal, *options: str) -> list[dict[str, Any]]:
    code = terminal.run("doctor", "--json", *options)
    document = terminal.json
    assert (list(document), document["schema"]) == (["schema", "findings"], 1)
    assert code == int(any(found["level"] == "problem" for found in document["findings"]))
    return document["findings"]


def wrong(terminal: Terminal, *options: str) -> dict[str, dict[str, Any]]:
    """What is not as it should be, by name; a desktop session is not what these tests are about."""
    found = [each for each in findings(terminal, *options) if each["level"] != "ok" and each["name"] != "session"]
    assert len({each["name"] for each in found}) == len(found), found
    return {each["name"]: each for each in found}


def test_where_all_is_well_nothing_is_wrong(terminal: Terminal) -> None:
    assert wrong(terminal) == {}
    assert all(list(each) == ["name", "level", "title", "hint", "fix"] for each in findings(terminal))


@pytest.mark.parametrize(
    ("config", "name", "title"),
    [
        ("[profile two words]\nregion = x\n", "ignored-section", "Line 12 of "),
        ("# a\n\n[foo]\nregion = x\n", "ignored-section", "the section [foo] in silence"),
        ("[Profile z]\nregion = x\n", "ignored-section", "[Profile z]"),
        ("[ profile y ]\nregion = x\n", "ignored-section", "[ profile y ]"),
        (
            "[profile x]\nsso_session = corp\n",
            "no-credentials",
            "A sign-in, but no account and role is named in the profile x",
        ),
        ("[profile x]\nregion = x\n", "no-credentials", "No source of credentials is named in the profile x"),
        ("[profile x]\n", "no-credentials", "No source of credentials is named in the profile x"),
        ("[default]\nregion = x\n", "no-credentials", "The default profile names no source"),
        (
            (
                "[profile x]\nsso_session = corp\nsso_region = us-east-1\n"
                "sso_account_id = 111122223333\nsso_role_name = r\n"
            ),
            "config",
            "disagree on sso_region",
        ),
        (
            (
                "[profile x]\nsso_session = corp\nsso_start_url = https://other.awsapps.com/start\n"
                "sso_account_id = 111122223333\nsso_role_name = r\n"
            ),
            "config",
            "disagree on sso_start_url",
        ),
        (
            "[profile x]\nsso_session = gone\nsso_account_id = 111122223333\nsso_role_name = r\n",
            "config",
            "does not exist",
        ),
        (
            (
                "[profile x]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = r\n"
                "region = eu-west-1 ; Dublin\n"
            ),
            "inline-comment",
            "Line 16 of ",
        ),
        (
            (
                "[profile x]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = r\n"
                f"aws_access_key_id = ASIAXXXXXXXXXXXXXXXX\naws_secret_access_key = {SECRET}\n"
            ),
            "keys-and-sso",
            "The profile x has both",
        ),
        (f"[profile ci]\naws_access_key_id = {AKIA}\naws_secret_access_key = {SECRET}\n", "access-key", "AKIA…MPLE"),
        (
            '[profile "two words"]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = r\n',
            "javascript-name",
            "“two words”",
        ),
        (
            (
                "[default]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = r\n"
                "[profile default]\nsso_session = corp\nsso_account_id = 444455556666\nsso_role_name = r\n"
            ),
            "two-defaults",
            "they differ",
        ),
    ],
)
def test_what_the_config_file_causes(terminal: Terminal, config: str, name: str, title: str) -> None:
    terminal.config.write_text(f"{CONFIG}\n{config}")

    found = wrong(terminal)

    assert [name] == list(found)
    assert title in found[name]["title"]
    assert SECRET not in terminal.out
    assert AKIA not in terminal.out


def test_a_legacy_profile_is_worth_converting(terminal: Terminal) -> None:
    legacy = "sso_start_url = https://old.awsapps.com/start\nsso_region = us-east-1\nsso_account_id = 111122223333\n"
    terminal.config.write_text(f"{CONFIG}\n[profile x]\n{legacy}sso_role_name = r\n")
    terminal.plant("https://old.awsapps.com/start", 400)

    found = wrong(terminal)

    assert list(found) == ["legacy"]
    assert "1 profile with the start URL" in found["legacy"]["title"]


def test_a_start_url_with_two_regions_is_told_with_its_profiles(terminal: Terminal) -> None:
    legacy = "sso_start_url = https://old.awsapps.com/start\nsso_account_id = 111122223333\nsso_role_name = r\n"
    regions = {"x": "us-east-1", "y": "eu-west-1"}
    sections = "".join(f"[profile {name}]\n{legacy}sso_region = {region}\n" for name, region in regions.items())
    terminal.config.write_text(f"{CONFIG}\n{sections}")
    terminal.plant("https://old.awsapps.com/start", 400)

    found = wrong(terminal)

    assert list(found) == ["legacy", "two-regions"]
    assert "us-east-1 for the profile x, eu-west-1 for the profile y" in found["two-regions"]["title"]


def test_keys_in_the_credentials_file_are_named_by_their_ends_alone(terminal: Terminal) -> None:
    credentials = terminal.config.with_name("credentials")
    credentials.write_text(f"[ci]\naws_access_key_id = {AKIA}\naws_secret_access_key = {SECRET} # mine\n")
    credentials.chmod(0o600)

    found = wrong(terminal)

    assert list(found) == ["inline-comment", "access-key"]
    assert str(credentials) in found["access-key"]["title"]
    assert f"Line 3 of {credentials}" in found["inline-comment"]["title"]
    assert SECRET not in terminal.out
    assert AKIA not in terminal.out


@pytest.mark.parametrize(
    ("variable", "value", "name", "level", "title"),
    [
        ("AWS_PROFILE", "gone", "aws-profile", "problem", "AWS_PROFILE=gone is set, but no such profile"),
        ("AWS_PROFILE", "", "aws-profile", "problem", "AWS_PROFILE is set, but empty"),
        ("AWS_DEFAULT_PROFILE", "gone", "aws-profile", "problem", "AWS_DEFAULT_PROFILE=gone"),
        ("AWS_ACCESS_KEY_ID", AKIA, "access-key", "warning", "AWS_ACCESS_KEY_ID=AKIA…MPLE is set"),
        ("AWS_ENDPOINT_URL_SSO", "http://127.0.0.1:1", "endpoint", "warning", "AWS_ENDPOINT_URL_SSO"),
        ("HTTPS_PROXY", "http://me:pass@proxy:3128", "proxy", "warning", "NO_PROXY"),
        ("AWS_CA_BUNDLE", "/gone.pem", "ca-bundle", "problem", "AWS_CA_BUNDLE names /gone.pem, which is not there"),
        ("REQUESTS_CA_BUNDLE", "/", "ca-bundle", "problem", "which cannot be read"),
        ("AWS_CA_BUNDLE", os.devnull, "ca-bundle", "problem", "which holds no certificate"),
        ("BROWSER", "no-such-browser %s", "browser", "problem", "BROWSER names the browser “no-such-browser %s”"),
        ("BROWSER", "'", "browser", "problem", "cannot be started"),
    ],
)
def test_what_a_variable_causes(
    terminal: Terminal,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    name: str,
    level: str,
    title: str,
) -> None:
    monkeypatch.setenv("DISPLAY", "127.0.0.1:99")
    monkeypatch.setenv("PATH", str(_with_xdg_open(terminal.home)))
    monkeypatch.setenv(variable, value)

    found = wrong(terminal)

    assert [name] == list(found)
    assert level == found[name]["level"]
    assert title in found[name]["title"]
    assert "pass@" not in terminal.out


def _with_xdg_open(home: Path) -> Path:
    folder = home / "bin"
    folder.mkdir(exist_ok=True)
    opener = folder / "xdg-open"
    opener.write_text("#!/bin/sh\n")
    opener.chmod(0o755)
    return folder


def test_aws_profile_that_overrides_the_default_only_surprises(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = "\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = r\n"
    terminal.config.write_text(f"{CONFIG}[default]{other}[profile other]{other}".replace("= 1", "= 2", 1))
    monkeypatch.setenv("AWS_PROFILE", "dev")

    found = wrong(terminal)

    assert list(found) == ["aws-profile"]
    assert found["aws-profile"]["level"] == "warning"


def test_a_proxy_that_leaves_out_this_machine_is_fine(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:pass@proxy:3128")
    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")

    assert wrong(terminal) == {}
    assert "AWS is asked through the proxy of HTTPS_PROXY." in terminal.out


@linux
@pytest.mark.parametrize("display", [None, "127.0.0.1:99"])
def test_without_a_browser_a_code_is_the_way(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, display: str | None
) -> None:
    monkeypatch.delenv("BROWSER")
    monkeypatch.setenv("PATH", str(terminal.home))
    if display:
        monkeypatch.setenv("DISPLAY", display)

    found = wrong(terminal)

    assert list(found) == ["browser"]
    assert ("display" in found["browser"]["title"]) == (display is None)
    assert "--device-code" in found["browser"]["hint"]


def test_a_browser_of_the_settings_that_cannot_be_started_is_named(terminal: Terminal) -> None:
    settings = find_paths().settings_file
    settings.parent.mkdir(parents=True)
    settings.write_text(f"[browser]\ncommand = '{BROWSER}'\n" + '[sign_in.corp]\nbrowser = "gone --new"\n')

    found = wrong(terminal)

    assert found["browser"]["title"].startswith('sign_in."corp".browser names the browser “gone --new”')


@pytest.mark.parametrize(("minutes", "status"), [(-5, "expired"), (None, "signed out")])
def test_a_sign_in_that_does_not_hold_and_roles_that_outlive_it(
    terminal: Terminal, minutes: float | None, status: str
) -> None:
    token = terminal.plant("corp", minutes or 0)
    if minutes is None:
        token.unlink()
    until = datetime.now(UTC) + timedelta(hours=1)
    sign_in = SignIn("corp", Kind.SSO_SESSION, "", "")
    cached = credentials_path(find_paths().cli_cache, sign_in, "111122223333", "Developer")
    write_document(cached, {"ProviderType": "sso", "Credentials": {"Expiration": f"{until:%Y-%m-%dT%H:%M:%SZ}"}})

    found = wrong(terminal)

    assert status in found["sign-in"]["title"]
    assert "sso-tray login corp" in found["sign-in"]["hint"]
    assert "credentials for the profile dev" in found["cached-role"]["title"]


def test_a_token_without_a_refresh_token_explains_the_hour(terminal: Terminal) -> None:
    terminal.plant("corp", 55)

    assert list(wrong(terminal)) == ["not-renewable"]


def test_the_history_tells_an_early_end_from_the_token_s_hour_and_the_clock_from_both(terminal: Terminal) -> None:
    hour = timedelta(hours=1)
    spans = (Span(7.5 * hour, 8 * hour, 3), Span(2 * hour, 3 * hour))
    memory = Memory(
        histories={"corp": History(spans=spans)}, seen_at=datetime.now(UTC) - timedelta(minutes=1), skew_seconds=1200
    )
    memory_file.save(find_paths().memory_file, memory)
    before = find_paths().memory_file.read_bytes()

    found = wrong(terminal)

    assert list(found) == ["early-end", "clock"]
    assert "after 3 hours at most; earlier ones lasted 8 hours" in found["early-end"]["title"]
    assert "20 min behind" in found["clock"]["title"]
    assert before == find_paths().memory_file.read_bytes()


def _loose(terminal: Terminal, name: str) -> Path:
    path = terminal.home / ".aws" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    path.chmod(0o644)
    return path


@posix
@pytest.mark.parametrize("name", ["credentials", "sso/cache/x.json", "cli/cache/x.json", "login/cache/x.json"])
def test_a_file_that_others_may_read_is_made_private_on_demand(terminal: Terminal, name: str) -> None:
    path = _loose(terminal, name)
    path.parent.chmod(0o755)

    found = wrong(terminal)["file-mode"]
    assert str(path) in found["title"]
    assert path.stat().st_mode & 0o777 == 0o644
    assert terminal.run("doctor", "--fix", found["fix"]) == 0

    assert path.stat().st_mode & 0o777 == 0o600
    assert "it was 644" in terminal.err
    assert wrong(terminal) == {}


@posix
def test_a_folder_and_a_config_that_others_may_change_are_closed_to_them(terminal: Terminal) -> None:
    folder = terminal.config.parent
    folder.chmod(0o777)
    found = wrong(terminal)["file-mode"]
    assert terminal.run("doctor", "--fix", found["fix"]) == 0
    assert folder.stat().st_mode & 0o777 == 0o755

    terminal.config.chmod(0o666)
    found = wrong(terminal)["file-mode"]
    assert terminal.run("doctor", "--fix", found["fix"]) == 0
    assert terminal.config.stat().st_mode & 0o777 == 0o644
    assert wrong(terminal) == {}


@pytest.mark.parametrize(
    ("header", "corrected"),
    [
        ("[profile two words]", '[profile "two words"]'),
        ("[foo]", "[profile foo]"),
        ("[Profile z]", "[profile z]"),
        ("[ profile y ]", "[profile y]"),
        ("[sso_session s]  # why", "[sso-session s]  # why"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_header_is_corrected_on_demand_and_every_other_byte_stays(
    terminal: Terminal, header: str, corrected: str, newline: str
) -> None:
    text = f"; mine\n{CONFIG}\n{header}\n# a\nsso_region = us-east-1\ns3 =\n  max_queue_size = 9\n\n[other]\nx = 1"
    terminal.config.write_bytes(text.replace("\n", newline).encode())

    fix = wrong(terminal)["ignored-section"]["fix"]
    assert terminal.run("doctor", "--fix", fix) == 0

    assert text.replace(header, corrected).replace("\n", newline).encode() == terminal.config.read_bytes()
    (backup,) = find_paths().backups.iterdir()
    assert backup.read_bytes() == text.replace("\n", newline).encode()
    assert str(find_paths().backups) in terminal.err
    assert terminal.run("doctor", "--fix", fix) == 2


def test_a_header_whose_correction_is_taken_is_left_to_the_person(terminal: Terminal) -> None:
    terminal.config.write_text(f"{CONFIG}\n[dev]\nregion = x\n")
    before = terminal.config.read_bytes()

    found = wrong(terminal)["ignored-section"]

    assert found["fix"] is None
    assert "move into it" in found["hint"]
    assert terminal.run("doctor", "--fix", "ignored-section:dev") == 2
    assert terminal.err.startswith("There is nothing to fix")
    assert before == terminal.config.read_bytes()


def test_words_show_each_finding_what_to_do_and_how_to_have_it_done(terminal: Terminal) -> None:
    terminal.config.write_text(f"{CONFIG}\n[profile two words]\nregion = x\n")

    assert terminal.run("doctor") == 1

    assert "✓ The config names 1 sign-in and 1 profile.\n" in terminal.out
    assert "✗ Line 12 of " in terminal.out
    quoted = shell("ignored-section:profile two words")
    assert f"\n  Or run: sso-tray doctor --fix {quoted}\n" in terminal.out


def test_a_broken_config_is_told_by_line_and_left_alone(terminal: Terminal) -> None:
    terminal.config.write_text(f"{CONFIG}\n[dev\nregion = x\n")

    found = wrong(terminal)

    assert list(found) == ["config"]
    assert "line 12" in found["config"]["title"]


@posix
def test_nothing_unprintable_reaches_the_terminal(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = terminal.home / "a\x1b[2J"
    odd.write_text("[dev\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(odd))

    terminal.run("doctor")

    assert "a?[2J cannot be read: in line 1, [dev has no closing bracket" in terminal.out
    assert all(line.isprintable() for line in terminal.out.splitlines())


def test_the_doctor_changes_nothing(terminal: Terminal) -> None:
    _loose(terminal, "credentials").write_text("[ci]\nregion = x\n")
    terminal.config.write_text(f"{CONFIG}\n[foo]\nregion = x ; y\n")

    def all_files() -> dict[str, tuple[int, bytes]]:
        files = (path for path in terminal.home.rglob("*") if path.is_file())
        return {str(path): (path.stat().st_mode, path.read_bytes()) for path in files}

    before = all_files()
    findings(terminal)
    assert before == all_files()


def titles(terminal: Terminal, name: str, *options: str) -> list[str]:
    return [each["title"] for each in findings(terminal, *options) if each["name"] == name]


def test_online_asks_aws_about_the_sign_in_and_for_the_time(terminal: Terminal, center: IdentityCenter) -> None:
    plant_token("corp", center.issue_token())
    assert titles(terminal, "network", "--online") == ["Identity Center answers in eu-central-1."]
    assert operations(center) == ["ListAccounts", "CreateToken/refresh_token"]

    center.knobs.date_skew_seconds = 1000
    (clock,) = titles(terminal, "clock", "--online")
    assert "behind AWS's" in clock

    center.stop()
    (network,) = titles(terminal, "network", "--online")
    assert network.startswith("Could not reach ")


def test_what_aws_refuses_online_has_no_green_tick_then_nor_later(terminal: Terminal, center: IdentityCenter) -> None:
    plant_token("corp", center.issue_token())
    center.end_sessions()
    assert terminal.run("doctor") == 0
    assert "✓ corp · signed in" in terminal.out

    for options in (["--online"], []):
        terminal.run("doctor", *options)
        assert "✗ corp · expired" in terminal.out
        assert "✓ corp" not in terminal.out
    assert terminal.run("status", "corp") == 1


def test_a_token_that_aws_will_not_renew_has_no_green_tick(
    terminal: Terminal, center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tray.aws.cache.renewal._SECOND_ASK_SECONDS", 0)
    plant_token("corp", center.issue_token(expires_in=-60))
    center.inject(Fault.error("CreateToken/refresh_token", 400, "InvalidRequestException", "Invalid token provided"))

    for options in (["--online"], []):
        (found,) = (each for each in findings(terminal, *options) if each["name"] == "sign-in")
        assert (found["level"], found["title"]) == ("problem", "corp · expired")
        assert "InvalidRequestException, “Invalid token provided”" in found["hint"]


def test_online_asks_in_each_region_that_a_profile_signs_in_to(terminal: Terminal, center: IdentityCenter) -> None:
    legacy = "sso_start_url = https://old.awsapps.com/start\nsso_account_id = 111122223333\nsso_role_name = r\n"
    regions = {"x": "us-east-1", "y": "eu-west-1"}
    sections = "".join(f"[profile {name}]\n{legacy}sso_region = {region}\n" for name, region in regions.items())
    terminal.config.write_text(sections)

    (network,) = titles(terminal, "network", "--online")

    assert network == "Identity Center answers in us-east-1, eu-west-1."


def test_without_being_told_to_it_asks_nobody(terminal: Terminal, center: IdentityCenter) -> None:
    center.knobs.date_skew_seconds = 1000

    assert titles(terminal, "clock") == []
    assert center.requests == ()


def test_a_report_is_a_private_file_in_the_current_folder_without_names(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert terminal.run("doctor", "--report") == 0

    file = Path(terminal.out.strip())
    assert (terminal.err, file.parent) == ("", tmp_path)
    text = file.read_text("utf-8")
    assert "== Findings ==" in text
    assert "[sign-in 1]: sso-session, eu-central-1, 1 profiles" in text
    assert not any(name in text for name in ("corp", "d-1234567890", "111122223333", "Developer", str(terminal.home)))
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600


def test_a_report_keeps_names_where_that_is_asked_for(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    terminal.run("doctor", "--report", "--names")

    assert "corp: sso-session" in Path(terminal.out.strip()).read_text("utf-8")
