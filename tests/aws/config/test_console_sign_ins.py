"""Which profiles sign in by ``aws login``, as botocore decides it; and what such a sign-in is called."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.aws_cli import ALICE

from tray.aws.config.reading import Config, read_config
from tray.core.model import Kind, SignIn

BOB = "arn:aws:sts::210987654321:assumed-role/Admin/bob"
LOGIN = f"login_session = {ALICE}\n"
SESSION = "[sso-session corp]\nsso_start_url = https://d-1234567890.awsapps.com/start\nsso_region = us-east-1\n"
SSO = "sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Admin\n"
KEYS = "aws_access_key_id = A\naws_secret_access_key = S\n"


def read(tmp_path: Path, config: str, credentials: str = "") -> Config:
    files = tmp_path / "config", tmp_path / "credentials"
    for file, text in zip(files, (config, credentials), strict=True):
        file.write_text(text)
    return read_config(*files, {})


def console(name: str, arn: str = ALICE, region: str = "", profile: str | None = None) -> SignIn:
    return SignIn(name, Kind.CONSOLE, "", region, login_session=arn, login_profile=profile or name)


def used(found: Config) -> dict[str, str | None]:
    return {profile.name: profile.sign_in for profile in found.profiles}


def test_a_profile_with_a_login_session_is_a_sign_in_of_its_name(tmp_path: Path) -> None:
    found = read(tmp_path, f"[profile dev]\n{LOGIN}region = eu-west-1\n")
    assert found.sign_ins == (console("dev", region="eu-west-1"),)
    assert used(found) == {"dev": "dev"}
    assert found.problems == ()


def test_profiles_of_one_principal_share_the_sign_in_of_the_first(tmp_path: Path) -> None:
    found = read(tmp_path, f"[profile one]\n{LOGIN}[profile two]\nlogin_session = {BOB}\n[profile three]\n{LOGIN}")
    assert found.sign_ins == (console("one"), console("two", BOB))
    assert used(found) == {"one": "one", "two": "two", "three": "one"}


@pytest.mark.parametrize("after", ["", f"[profile late]\n{LOGIN}"])
@pytest.mark.parametrize("default_first", [True, False])
def test_the_default_profile_gives_its_name_only_where_no_other_does(
    tmp_path: Path, default_first: bool, after: str
) -> None:
    parts = [f"[default]\n{LOGIN}", f"[profile dev]\n{LOGIN}"]
    found = read(tmp_path, "".join(parts if default_first else reversed(parts)) + after)
    assert [sign_in.name for sign_in in found.sign_ins] == ["dev"]
    assert used(read(tmp_path, parts[0])) == {"default": "default"}


def test_the_order_is_that_of_the_config_file(tmp_path: Path) -> None:
    found = read(tmp_path, f"[profile dev]\n{LOGIN}{SESSION}[profile sso]\n{SSO}")
    assert [sign_in.name for sign_in in found.sign_ins] == ["dev", "corp"]


def test_an_sso_session_of_the_same_name_keeps_it(tmp_path: Path) -> None:
    both = f"{SESSION}[profile corp]\n{LOGIN}[profile 'corp (aws login)']\nlogin_session = {BOB}\n"
    found = read(tmp_path, both)
    names = [sign_in.name for sign_in in found.sign_ins]
    assert names == ["corp", "corp (aws login)", "corp (aws login) (aws login)"]
    assert [sign_in.login_profile for sign_in in found.sign_ins] == ["", "corp", "corp (aws login)"]


@pytest.mark.parametrize(
    ("settings", "credentials", "expected"),
    [
        pytest.param(SSO, "", "corp", id="SSO comes first"),
        pytest.param("", f"[dev]\n{KEYS}", None, id="keys in the credentials file come first"),
        pytest.param(KEYS, "", "dev", id="keys in the config file come later"),
        pytest.param("credential_process = /bin/x\n", "", "dev", id="a process comes later"),
        pytest.param("role_arn = r\ncredential_source = Environment\n", "", None, id="a role comes first"),
        pytest.param("role_arn = r\nweb_identity_token_file = f\n", "", None, id="a web identity comes first"),
    ],
)
def test_botocores_order_of_providers_holds(
    tmp_path: Path, settings: str, credentials: str, expected: str | None
) -> None:
    found = read(tmp_path, f"{SESSION}[profile dev]\n{LOGIN}{settings}", credentials)
    assert used(found)["dev"] == expected


def test_a_role_with_such_a_source_profile_hangs_on_its_sign_in(tmp_path: Path) -> None:
    found = read(tmp_path, f"[profile role]\nrole_arn = r\nsource_profile = dev\n[profile dev]\n{LOGIN}")
    assert used(found) == {"role": "dev", "dev": "dev"}


def test_an_empty_login_session_is_none(tmp_path: Path) -> None:
    assert read(tmp_path, "[profile dev]\nlogin_session =\n").sign_ins == ()


def test_a_default_profile_that_becomes_a_copy_renames_nothing(tmp_path: Path) -> None:
    before = read(tmp_path, f"[profile dev]\n{LOGIN}")
    after = read(tmp_path, f"[default]\n{LOGIN}[profile dev]\n{LOGIN}")
    assert before.sign_ins == after.sign_ins
