"""What botocore passes over is found, and a correction does what was wanted."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore.configloader import load_config
from hypothesis import given
from hypothesis import strategies as st
from support.examined import PATHS, context

from tray.aws.config.grammar import subject
from tray.core.dataclass import replace
from tray.core.errors import ConfigProblem
from tray.doctor.config import corrected_header, hidden_headers, ignored_sections
from tray.doctor.finding import Finding, Level
from tray.paths import Paths

PROFILE = {"region"}
SESSION = {"sso_start_url", "sso_region"}


@pytest.mark.parametrize(
    ("header", "keys", "corrected"),
    [
        ("profile two words", PROFILE, 'profile "two words"'),
        ("sso-session two words", SESSION, 'sso-session "two words"'),
        ("foo", PROFILE, "profile foo"),
        ("foo", {"credential_process"}, "profile foo"),
        ("foo bar", PROFILE, 'profile "foo bar"'),
        ("corp", SESSION, "sso-session corp"),
        ("corp", SESSION | {"sso_account_id"}, "profile corp"),
        ("Profile z", set(), "profile z"),
        (" profile y ", set(), "profile y"),
        ("PROFILE 'a b'", set(), 'profile "a b"'),
        ("SSO_Session s", SESSION, "sso-session s"),
        ("sso session s", SESSION, "sso-session s"),
        ("Default", set(), "default"),
        (" default ", PROFILE, "default"),
        ("profile it's", PROFILE, 'profile "it\'s"'),
        ('profile say "hi"', PROFILE, "profile 'say \"hi\"'"),
        ("profile back\\\\slash too", PROFILE, "profile 'back\\\\slash too'"),
        ("profile", PROFILE, None),
        ("sso-session", SESSION, None),
        ("plugins", {"cli_legacy_plugin_path"}, None),
        ("services s3", {"s3"}, None),
        ("mine", set(), None),
    ],
)
def test_the_correction_of_a_header(header: str, keys: set[str], corrected: str | None) -> None:
    assert corrected == corrected_header(header, keys)


HEADERS = st.text(st.sampled_from("profilesession-_ \t\"'\\ü$(`;"), min_size=1, max_size=24).filter(str.strip)


@given(header=HEADERS | HEADERS.map(lambda name: f"profile {name}"))
def test_a_corrected_header_is_one_that_botocore_reads(header: str) -> None:
    corrected = corrected_header(header, PROFILE)

    assert corrected is None or subject(corrected) is not None


def found_in(config: str) -> list[Finding]:
    return list(ignored_sections(context(config=config)))


@pytest.mark.parametrize(
    ("config", "title", "hint", "fix"),
    [
        (
            "# a\n\n[foo]\nregion = x\n",
            f"Line 3 of {PATHS.aws_config}: AWS programs pass over the section [foo] in silence",
            "Write [profile foo]",
            "ignored-section:foo",
        ),
        (
            "[profile my own]\n",
            f"Line 1 of {PATHS.aws_config}: AWS programs pass over the section [profile my own] in silence",
            'Write [profile "my own"]',
            "ignored-section:profile my own",
        ),
        (
            "[profile foo]\n[foo]\nregion = x\n",
            f"Line 2 of {PATHS.aws_config}: AWS programs pass over the section [foo] in silence",
            (
                "Write [profile NAME] or [sso-session NAME], the name in quotes if it has spaces; or, where such a"
                " section is there already, move into it what it lacks and remove this one."
            ),
            None,
        ),
        ("[a\x1b[2J]\nregion = x\n", "the section [a [2J]", "Write [profile a [2J]", None),
        (f"[{'a' * 10_000}]\nregion = x\n", "the section [aaa", "Write [profile aaa", None),
    ],
)
def test_a_section_is_told_with_its_line_and_what_to_write(config: str, title: str, hint: str, fix: str | None) -> None:
    (finding,) = found_in(config)

    assert (finding.level, finding.name) == (Level.PROBLEM, "ignored-section")
    assert title in finding.message.title
    assert finding.message.hint.startswith(hint)
    assert fix == (finding.fix and finding.fix.name)
    assert finding.message.title.isprintable()
    assert finding.message.hint.isprintable()


def test_two_sections_are_never_corrected_into_one() -> None:
    found = found_in("[foo]\nregion = x\n[Profile foo]\nregion = y\n[profile dev]\n[dev]\nregion = z\n")

    assert [finding.fix and finding.fix.name for finding in found] == ["ignored-section:foo", None, None]


def test_sections_that_are_no_profiles_and_were_never_meant_to_be_are_left_alone() -> None:
    assert found_in("[DEFAULT]\nregion = x\n[plugins]\na = b\n[services s]\ns3 =\n  endpoint_url = http://x\n") == []


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return replace(PATHS, aws_config=tmp_path / "config", state=tmp_path / "state")


def profiles(config: Path) -> dict[str, object]:
    return load_config(str(config))["profiles"]


@pytest.mark.parametrize("header", ["profile two words", "foo", "Profile z", " profile y ", "profile it's", "ünï"])
def test_botocore_passes_over_what_is_found_and_reads_what_was_corrected(paths: Paths, header: str) -> None:
    text = f"# a\n[profile dev]\nregion = x\n\n[{header}] ; why\nregion = y\ns3 =\n  a = 1\n"
    paths.aws_config.write_text(text)
    assert list(profiles(paths.aws_config)) == ["dev"]

    (finding,) = found_in(text)
    assert finding.fix is not None
    said = finding.fix.apply(paths)

    corrected = finding.message.hint.removeprefix("Write [").removesuffix("]")
    assert said == f"[{header}] is now [{corrected}]. The file as it was is in {paths.backups}."
    _, name = subject(corrected) or ("", "")
    assert profiles(paths.aws_config) == {"dev": {"region": "x"}, name: {"region": "y", "s3": {"a": "1"}}}
    changed = paths.aws_config.read_text()
    assert changed == text.replace(f"[{header}]", f"[{corrected}]")
    assert found_in(changed) == []


@pytest.mark.parametrize("now", ["[profile foo]\nregion = x\n[foo]\n", "[other]\nregion = x\n", "[foo\n"])
def test_a_file_that_has_changed_meanwhile_is_left_as_it_is(paths: Paths, now: str) -> None:
    paths.aws_config.write_text(now)
    (finding,) = found_in("[foo]\nregion = x\n")
    assert finding.fix is not None

    with pytest.raises(ConfigProblem):
        finding.fix.apply(paths)

    assert paths.aws_config.read_text() == now


@pytest.mark.parametrize(
    ("text", "title", "hint"),
    [
        (
            "[profile a]\nregion = x\n[profile b:c\n",
            "Line 3 of {file}: [profile b:c has no closing bracket, and counts as a key of the section above",
            "Write [profile b:c]",
        ),
        (
            "# one\n[profile a]\nregion = x\n  [profile b]\n  output = y\n",
            "Line 4 of {file}: [profile b] is indented, and counts as a part of region above it",
            "Take away the blanks in front of it.",
        ),
    ],
)
def test_a_header_that_counts_as_a_part_of_the_section_above_is_found(
    text: str, title: str, hint: str, tmp_path: Path
) -> None:
    (found,) = hidden_headers(context(config=text))

    assert (found.level, found.name, found.fix) == (Level.PROBLEM, "ignored-section", None)
    assert found.message.title == title.format(file=PATHS.aws_config)
    assert found.message.hint == hint
    (tmp_path / "config").write_text(text)
    assert list(load_config(str(tmp_path / "config"))["profiles"]) == ["a"]


@pytest.mark.parametrize("text", ["[profile a]\ns3 =\n  x = [y]\n", "[profile a]\nregion = [profile b]\n"])
def test_brackets_in_values_are_no_headers(text: str) -> None:
    assert list(hidden_headers(context(config=text))) == []
