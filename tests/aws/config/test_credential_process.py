"""Sign-ins behind another program: followed where its command names them, never run, and else named as its job."""

from __future__ import annotations

import json
import subprocess
from contextlib import suppress

import botocore.credentials
import botocore.session
import pytest
from botocore.exceptions import SSOError
from hypothesis import given
from hypothesis import strategies as st
from support.examples import examples
from support.needs import posix

from tray.aws.config.credential_process import read_process
from tray.aws.config.reading import read_config
from tray.core.model import Kind

START = "https://d-1234567890.awsapps.com/start"
OTHER = "https://g.awsapps.com/start"
SSO = "sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Admin\n"
GRANTED = (
    "granted_sso_start_url = {url}\ngranted_sso_region = us-east-1\n"
    "granted_sso_account_id = 222233334444\ngranted_sso_role_name = Reader\n"
)
CONFIG = f"""\
[sso-session corp]
sso_start_url = {START}
sso_region = us-east-1

[profile dev]
{SSO}
[profile chained]
role_arn = arn:aws:iam::1:role/x
source_profile = dev

[profile keys]
aws_access_key_id = A
aws_secret_access_key = SECRET

[profile p]
"""
ADMIN = ("corp", "111122223333", "Admin", None)
READER = (OTHER, "222233334444", "Reader", None)
EXPORT = "aws configure export-credentials"
UTIL = "aws-sso-util credential-process"


def process(command: str, more: str = "") -> str:
    return f"{more}credential_process = {command}\n"


def by(program: str) -> tuple[None, None, None, str]:
    return (None, None, None, program)


@pytest.fixture
def read(tmp_path):
    def run(profile="", credentials="", config=CONFIG):
        files = tmp_path / "config", tmp_path / "credentials"
        files[0].write_text(config + profile)
        files[1].write_text(credentials)
        return read_config(*files, {})

    return run


def found_for(config, name="p"):
    (found,) = [profile for profile in config.profiles if profile.name == name]
    return (found.sign_in, found.account_id, found.role_name, found.program)


def runs(tmp_path, name="p"):
    """Tell which words botocore would run for a profile; None where it would take its credentials from elsewhere."""
    session = botocore.session.Session(profile=name)
    session.set_config_variable("config_file", str(tmp_path / "config"))
    session.set_config_variable("credentials_file", str(tmp_path / "credentials"))
    ran = []

    class Ran:
        returncode = 0

        def __init__(self, words, **_options):
            ran.append(words)

        def communicate(self):
            return json.dumps({"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "S"}).encode(), b""

    resolver = botocore.credentials.create_credential_resolver(session)
    for provider in resolver.providers:
        if isinstance(provider, botocore.credentials.ProcessProvider):
            provider.__dict__["_popen"] = Ran
    with suppress(SSOError):  # There is no token.
        resolver.load_credentials()
    return ran[0] if ran else None


FOLLOWED = [
    (process(f"{EXPORT} --profile dev"), ADMIN),
    (process(f"{EXPORT} --profile=dev"), ADMIN),
    (process(f"{EXPORT} --profile dev --format process"), ADMIN),
    (process(f"{EXPORT} --format process --profile dev"), ADMIN),
    (process("aws --profile dev configure export-credentials"), ADMIN),
    (process(f"/usr/local/bin/{EXPORT} --profile dev"), ADMIN),
    (process('"/opt/my tools/aws" configure export-credentials --profile "dev"'), ADMIN),
    (process('"C:/Program Files/Amazon/AWSCLIV2/aws.exe" configure export-credentials --profile dev'), ADMIN),
    (process(f"env AWS_PROFILE=dev {EXPORT}"), ADMIN),
    (process(f"/usr/bin/env {EXPORT} --profile dev"), ADMIN),
    (process(f'sh -c "{EXPORT} --profile dev"'), ADMIN),
    (process(f'bash -lc "exec {EXPORT} --profile dev 2> /dev/null"'), ADMIN),
    (process(f'sh -c "{EXPORT} --profile dev | jq ."'), ADMIN),
    (process(f'sh -c "{EXPORT} --profile dev; true"'), ADMIN),
    (process(f"cmd /c {EXPORT} --profile dev"), ADMIN),
    (process(f"{EXPORT} --profile chained"), ("corp", None, None, None)),
    (process(f"{EXPORT} --profile keys"), (None, None, None, None)),
    (process(f"{EXPORT} --profile q") + f"[profile q]\n{process(f'{EXPORT} --profile dev')}", ADMIN),
    (process(f"{EXPORT} --profile q") + f"[profile q]\n{process('aws-vault exec x --json')}", by("aws-vault")),
    (process("aws2-wrap --process --profile dev"), ADMIN),
    (process("granted credential-process --profile p", GRANTED.format(url=OTHER)), READER),
    (process("granted credential-process --profile=p", GRANTED.format(url=OTHER)), READER),
    (process("granted credential-process --auto-login --profile p", GRANTED.format(url=f"{OTHER}/")), READER),
    (process("/opt/homebrew/bin/dgranted credential-process --profile p", GRANTED.format(url=OTHER)), READER),
    (process("granted credential-process --profile p", GRANTED.format(url=START)), ("corp", *READER[1:])),
    (process("granted credential-process --profile dev"), ADMIN),
    (process("granted credential-process --profile p"), by("granted")),
    (
        process(f"{UTIL} --start-url {OTHER} --region us-east-1 --account-id 222233334444 --role-name Reader"),
        READER,
    ),
    (process(f"{UTIL} --sso-start-url={OTHER} --sso-region=us-east-1"), (OTHER, None, None, None)),
    (process(f"{UTIL} --profile dev"), ADMIN),
    (process(f"pipx run {UTIL} --profile dev"), ADMIN),
    (process("aws-sso-credential-process --profile dev"), ADMIN),
    (process("sso-tray credentials dev"), ADMIN),
    (process("sso-tray credentials dev --format process"), ADMIN),
    (process("/opt/sso-tray/sso-tray --verbose credentials --login --format process dev"), ADMIN),
    (process("sso-tray credentials --format=process --shell sh dev"), ADMIN),
    (process("flatpak run io.github.sso_tray.SsoTray credentials dev"), ADMIN),
    (process('sh -c "sso-tray credentials dev; true"'), ADMIN),
    (process("sso-tray credentials chained"), ("corp", None, None, None)),
    (process("sso-tray credentials p --format process", SSO), ADMIN),
    (process("sso-tray credentials") + "[default]\n" + SSO, ADMIN),
    (process(f"{UTIL} --profile p", SSO), ADMIN),
    (process(f"{EXPORT} --profile keys", SSO), ADMIN),
]
OF_OTHERS = [
    ('/opt/homebrew/bin/aws-sso -u open -S "Default" process --arn arn:aws:iam::1:role/x', "aws-sso"),
    ("aws-vault exec work --json --no-session", "aws-vault"),
    ("saml2aws script --credential-process --profile x", "saml2aws"),
    ("gimme-aws-creds --profile dev", "gimme-aws-creds"),
    ("aws sts get-session-token", "aws"),
    ("sso-tray status dev", "sso-tray"),
    ("/opt/aws_signing_helper credential-process --certificate c --profile-arn dev", "aws_signing_helper"),
    ("wsl aws configure export-credentials --profile dev", "wsl"),
    ("ssh box aws configure export-credentials --profile dev", "ssh"),
    ("docker run amazon/aws-cli configure export-credentials --profile dev", "docker"),
    ("env HOME=/other aws configure export-credentials --profile dev", "aws"),
    ("env AWS_CONFIG_FILE=/other aws configure export-credentials --profile dev", "aws"),
    ("FOO=1 my-helper", "my-helper"),
    ("C:/tools/Helper.EXE --profile dev", "Helper"),
    ("granted", "granted"),
]


@pytest.mark.parametrize(("profile", "expected"), FOLLOWED)
def test_a_command_that_names_its_sign_in_is_followed(read, profile, expected):
    config = read(profile)

    assert found_for(config) == expected
    assert config.problems == ()


@pytest.mark.parametrize(("command", "program"), OF_OTHERS)
def test_of_any_other_command_it_is_said_whose_job_the_sign_in_is(read, command, program):
    assert found_for(read(process(command))) == by(program)


@posix  # where botocore splits a command as a shell does
@pytest.mark.parametrize("profile", [*(profile for profile, _ in FOLLOWED), *(process(one) for one, _ in OF_OTHERS)])
def test_botocore_would_run_exactly_what_is_read_here(read, tmp_path, profile):
    config = read(profile)
    words = runs(tmp_path)

    assert (words is None) is profile.startswith("sso_session")
    if words is not None:
        command = profile.split("credential_process = ", 1)[1].partition("\n")[0]
        assert read_process("p", {"credential_process": command}) is not None
        assert found_for(config)[0] is not None or found_for(config)[3] is not None or "--profile keys" in profile


def test_nothing_is_ever_run(read, monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", lambda *_a, **_k: pytest.fail("a program was started"))

    for profile, _ in FOLLOWED:
        read(profile)


def test_keys_of_the_credentials_file_come_before_a_process_and_those_of_the_config_after_it(read, tmp_path):
    command = process(f"{EXPORT} --profile dev")
    keys = "aws_access_key_id = A\naws_secret_access_key = B\n"

    assert found_for(read(command, credentials=f"[p]\n{keys}"))[0] is None
    assert runs(tmp_path) is None
    assert found_for(read(command + keys))[0] == "corp"
    assert runs(tmp_path) is not None


def test_a_process_in_the_credentials_file_counts_too(read, tmp_path):
    config = read(credentials=f"[p]\n{process(f'{EXPORT} --profile dev')}")

    assert found_for(config) == ADMIN
    assert runs(tmp_path) == ["aws", "configure", "export-credentials", "--profile", "dev"]


def test_a_role_behind_a_process_is_signed_in_to_as_the_process_is(read):
    config = read(process(f"{EXPORT} --profile dev") + "[profile r]\nrole_arn = x\nsource_profile = p\n")

    assert found_for(config, "r") == ("corp", None, None, None)


def test_a_sign_in_that_only_a_process_names_is_one_of_the_config(read):
    config = read(process("granted credential-process --profile p", GRANTED.format(url=OTHER)))

    (_, sign_in) = config.sign_ins
    assert (sign_in.name, sign_in.kind, sign_in.start_url, sign_in.region) == (OTHER, Kind.LEGACY, OTHER, "us-east-1")


@pytest.mark.parametrize(
    ("profile", "title"),
    [
        (
            process(f"{EXPORT} --profile gone"),
            "The credential_process of the profile p asks for the profile “gone”, which does not exist",
        ),
        (process(f"{EXPORT} --profile p"), "The credential_process of the profile p asks for that profile itself"),
        (process("sso-tray credentials p"), "The credential_process of the profile p asks for that profile itself"),
        (
            process(f"{EXPORT} --profile q") + f"[profile q]\n{process(f'{EXPORT} --profile p')}",
            "Profiles ask for each other's credentials: p, q",
        ),
        (
            process(f"{EXPORT} --profile q") + "[profile q]\nrole_arn = x\nsource_profile = p\n",
            "Profiles ask for each other's credentials: p, q",
        ),
        (
            process(f"{UTIL} --start-url {OTHER}"),
            "The credential_process of the profile p names a start URL, but no region",
        ),
    ],
)
def test_a_command_that_leads_nowhere_is_told(read, profile, title):
    config = read(profile)

    assert [problem.title for problem in config.problems] == [title]
    assert found_for(config)[0] is None


def test_where_all_profiles_are_another_programs_that_is_said_instead_of_nothing(read):
    vault = "[profile {name}]\ncredential_process = aws-vault exec {name} --json\n"

    one = read(vault.format(name="a"), config="").without_sign_in
    several = read("".join(vault.format(name=name) for name in "abcd"), config="").without_sign_in
    two = read(vault.format(name="a") + "[profile b]\ncredential_process = aws-sso process\n", config="")

    assert one.title == "The profile a gets its credentials from aws-vault"
    assert one.hint == (
        "To sign in is the job of aws-vault, and does not show here. If SSO Tray shall do it, add the profile with"
        " “sso-tray setup”."
    )
    assert several.title == "4 profiles (a, b, c, …) get their credentials from aws-vault"
    assert two.without_sign_in.title == "2 profiles (a, b) get their credentials from aws-vault, aws-sso"
    assert read().without_sign_in is None
    assert read(config="").without_sign_in is None


@examples(200)
@given(
    st.text(st.sampled_from("\"'\\ \t=;|$-ac/é\x00")),
    st.lists(
        st.sampled_from(["aws", "sh", "-c", "env", EXPORT, UTIL, "--profile", "--profile=", "p", "dev", "'", ";"])
    ),
)
def test_whatever_the_command_is_it_is_read_without_harm(text, words):
    for command in (text, " ".join(words)):
        found = read_process("p", {"credential_process": command})
        assert found is None if not command else found.program
