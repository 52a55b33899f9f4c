"""What the doctor says of a config file is what botocore makes of it, and a correction does what was wanted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from botocore.configloader import load_config
from hypothesis import given
from hypothesis import strategies as st
from support.needs import posix, symlink

from tray.aws.config.grammar import subject
from tray.aws.examine import correct, examine
from tray.aws.mend import correct_header, tighten
from tray.core.diagnosis.facts import IgnoredSection, LooseMode
from tray.core.errors import ConfigProblem
from tray.paths import find_paths

PROFILE = {"region": "x"}
SESSION = {"sso_start_url": "x", "sso_region": "y"}


@pytest.mark.parametrize(
    ("header", "settings", "corrected"),
    [
        ("profile two words", PROFILE, 'profile "two words"'),
        ("sso-session two words", SESSION, 'sso-session "two words"'),
        ("foo", PROFILE, "profile foo"),
        ("foo bar", PROFILE, 'profile "foo bar"'),
        ("corp", SESSION, "sso-session corp"),
        ("corp", {**SESSION, "sso_account_id": "1"}, "profile corp"),
        ("Profile z", {}, "profile z"),
        (" profile y ", {}, "profile y"),
        ("PROFILE 'a b'", {}, 'profile "a b"'),
        ("SSO_Session s", SESSION, "sso-session s"),
        ("sso session s", SESSION, "sso-session s"),
        ("Default", {}, "default"),
        (" default ", PROFILE, "default"),
        ("profile it's", PROFILE, 'profile "it\'s"'),
        ('profile say "hi"', PROFILE, "profile 'say \"hi\"'"),
        ("profile", PROFILE, None),
        ("sso-session", SESSION, None),
        ("plugins", {"cli_legacy_plugin_path": "x"}, None),
        ("services s3", {"s3": ""}, None),
        ("mine", {}, None),
    ],
)
def test_the_correction_of_a_header(header: str, settings: dict[str, str], corrected: str | None) -> None:
    assert corrected == correct(header, settings)


HEADERS = st.text(st.sampled_from("profilesession-_ \t\"'\\ü$(`;"), min_size=1, max_size=24).filter(str.strip)


@given(header=HEADERS | HEADERS.map(lambda name: f"profile {name}"))
def test_a_corrected_header_is_one_that_botocore_reads(header: str) -> None:
    corrected = correct(header, PROFILE)

    assert corrected is None or subject(corrected) is not None


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config"


def profiles(config: Path) -> dict[str, object]:
    return load_config(str(config))["profiles"]


@pytest.mark.parametrize("header", ["profile two words", "foo", "Profile z", " profile y ", "profile it's", "ünï"])
def test_botocore_passes_over_what_is_found_and_reads_what_was_corrected(config: Path, header: str) -> None:
    config.write_text(f"# a\n[profile dev]\nregion = x\n\n[{header}] ; why\nregion = y\ns3 =\n  a = 1\n")
    assert list(profiles(config)) == ["dev"]

    (found,) = examine(config, config.with_name("none"), {}, None).ignored
    assert (found.line, found.header) == (5, header)
    correct_header(found, find_paths({"AWS_CONFIG_FILE": str(config)}))

    _, name = subject(found.corrected or "") or ("", "")
    assert profiles(config) == {"dev": {"region": "x"}, name: {"region": "y", "s3": {"a": "1"}}}
    assert config.read_text().endswith(f"\n\n[{found.corrected}] ; why\nregion = y\ns3 =\n  a = 1\n")
    assert examine(config, config.with_name("none"), {}, None).ignored == ()


def test_two_sections_are_never_corrected_into_one(config: Path) -> None:
    config.write_text("[foo]\nregion = x\n[Profile foo]\nregion = y\n[profile dev]\n[dev]\nregion = z\n")

    found = examine(config, config.with_name("none"), {}, None).ignored

    assert [(each.header, each.corrected) for each in found] == [
        ("foo", "profile foo"),
        ("Profile foo", None),
        ("dev", None),
    ]


@pytest.mark.parametrize("now", ["[profile foo]\nregion = x\n[foo]\n", "[other]\nregion = x\n", "[foo\n"])
def test_a_file_that_has_changed_meanwhile_is_left_as_it_is(config: Path, now: str) -> None:
    config.write_text(now)
    section = IgnoredSection(str(config), 1, "foo", "profile foo")

    with pytest.raises(ConfigProblem):
        correct_header(section, find_paths({"AWS_CONFIG_FILE": str(config)}))

    assert config.read_text() == now


def test_sections_that_are_no_profiles_and_were_never_meant_to_be_are_left_alone(config: Path) -> None:
    config.write_text("[DEFAULT]\nregion = x\n[plugins]\na = b\n[services s]\ns3 =\n  endpoint_url = http://x\n")

    assert examine(config, config.with_name("none"), {}, None).ignored == ()


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("region = eu-west-1 ; Dublin", True),
        ("region = eu-west-1 # Dublin", True),
        ("region = eu-west-1#x", False),
        ("sso_start_url = https://a.awsapps.com/start#/", False),
        ("credential_process = a ; b", False),
        ("region = ; x", False),
    ],
)
def test_a_comment_is_a_part_of_the_value_for_botocore(config: Path, line: str, found: bool) -> None:
    config.write_text(f"[profile dev]\n{line}\n")

    assert found == bool(examine(config, config.with_name("none"), {}, None).comments)
    if found:
        assert "Dublin" in str(profiles(config)["dev"])


@posix
def test_a_mode_is_taken_back_through_a_link_but_not_from_another_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("x")
    real.chmod(0o644)
    symlink(link, real)

    tighten(LooseMode(str(link), 0o644, 0o600))
    assert real.stat().st_mode & 0o777 == 0o600

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chmod", refuse)
    with pytest.raises(ConfigProblem, match="cannot be changed"):
        tighten(LooseMode(str(real), 0o644, 0o600))
