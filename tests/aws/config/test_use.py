"""Choosing a default profile gives every program that names none the chosen settings, and changes nothing else."""

import re

import botocore.session
import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st
from support.documents import edited, full_of, sections_of, with_default
from support.examples import examples
from support.ini_texts import config_texts

from tray.aws.config import files
from tray.aws.config.default_copy import kept_copy
from tray.aws.config.default_profile import copy_to_default, default_sections, is_default, restore_default
from tray.aws.config.document import Document
from tray.aws.config.grammar import split_lines, subject
from tray.aws.config.reading import read_config
from tray.aws.config.use import UseResult, use_profile
from tray.core.errors import ConfigProblem
from tray.disk.files import list_backups
from tray.paths import find_paths

CONFIG = """\
# Made by hand.
[default]
# I like Ireland.
region = eu-west-1
cli_pager =

[sso-session corp]
sso_start_url = https://d-1234567890.awsapps.com/start
sso_region = us-east-1

[profile dev]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Admin
region=us-west-2
s3 =
  max_concurrent_requests = 20
  # faster
  addressing_style = path

# Careful!
[profile prod]
sso_session = corp
sso_account_id = 444455556666
sso_role_name = ReadOnly

[profile chained]
role_arn = arn:aws:iam::111122223333:role/deploy
source_profile = default
"""


@pytest.fixture
def paths(home):
    paths = find_paths({})
    paths.aws_config.parent.mkdir()
    paths.aws_config.write_text(CONFIG)
    return paths


def resolved(paths, profile=None):
    session = botocore.session.Session(profile=profile)
    session.set_config_variable("config_file", str(paths.aws_config))
    session.set_config_variable("credentials_file", str(paths.aws_credentials))
    return session.get_scoped_config()


def without_digests(text):
    return re.sub(r"(# sso-tray: copy of profile .*) \([0-9a-f]{8}\)", r"\1", text)


def default(paths):
    return read_config(paths.aws_config, paths.aws_credentials, {}).default_profile


def test_a_program_that_names_no_profile_gets_the_chosen_settings(paths):
    assert use_profile(paths, "dev", environ={}) == UseResult(
        changed=True, profile="dev", warnings=(), undoable=True, replaced=("region",)
    )
    assert resolved(paths) == resolved(paths, "dev") | {"cli_pager": ""}
    assert resolved(paths)["s3"] == {"max_concurrent_requests": "20", "addressing_style": "path"}
    assert default(paths) == "dev"


def test_only_the_keys_of_default_change(paths):
    use_profile(paths, "dev", environ={})
    head, tail = CONFIG.split("region = eu-west-1\ncli_pager =\n")
    head = head.replace("[default]\n", "[default]\n# sso-tray: copy of profile dev\n")
    body = """\
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Admin
region=us-west-2
s3 =
  max_concurrent_requests = 20
  addressing_style = path
cli_pager =
"""
    assert without_digests(paths.aws_config.read_text()) == head + body + tail


def test_the_second_time_nothing_changes(paths):
    use_profile(paths, "dev", environ={})
    written = paths.aws_config.stat()
    assert use_profile(paths, "dev", environ={}).changed is False
    assert paths.aws_config.stat().st_mtime_ns == written.st_mtime_ns
    assert len(list_backups(paths.backups, paths.aws_config)) == 1


def test_there_and_back_again_gives_the_same_bytes(paths):
    use_profile(paths, "prod", environ={})
    first = paths.aws_config.read_bytes()
    use_profile(paths, "dev", environ={})
    assert default(paths) == "dev"
    use_profile(paths, "prod", environ={})
    assert paths.aws_config.read_bytes() == first


def test_the_file_as_it_was_is_in_the_backups(paths):
    use_profile(paths, "dev", environ={})
    (backup,) = list_backups(paths.backups, paths.aws_config)
    assert backup.read_text() == CONFIG


def test_a_file_without_a_default_gets_one_at_its_end(paths):
    text = "[profile dev]\r\nregion = x"
    paths.aws_config.write_bytes(text.encode())
    use_profile(paths, "dev", environ={})
    added = "\r\n\r\n[default]\r\n# sso-tray: copy of profile dev\r\nregion = x\r\n"
    assert without_digests(paths.aws_config.read_bytes().decode()) == text + added


@pytest.mark.parametrize("order", [("[default]", "[profile default]"), ("[profile default]", "[default]")])
def test_both_forms_of_default_are_kept_in_step(paths, order):
    first, second = order
    paths.aws_config.write_text(f"{first}\nregion = a\n[profile dev]\nregion = x\n{second}\nregion = b\n")
    use_profile(paths, "dev", environ={})
    mark = "# sso-tray: copy of profile dev\n"
    assert without_digests(paths.aws_config.read_text()) == (
        f"{first}\n{mark}region = x\n[profile dev]\nregion = x\n{second}\n{mark}region = x\n"
    )


def test_a_default_that_was_edited_since_is_a_profile_of_its_own(paths):
    use_profile(paths, "dev", environ={})
    text = paths.aws_config.read_text()
    paths.aws_config.write_text(text.replace("Admin", "Other", 1))
    assert default(paths) == "default"


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ("nope", "no profile “nope”"),
        ("", "no profile"),
        ("default", "always the default"),
        ("chained", "takes its credentials from the default"),
        ("keys", "keys are not copied"),
        ("both", "keys are not copied"),
        ("lasting", "has access keys in"),
        ("signed", "has access keys in"),
    ],
)
def test_what_cannot_be_the_default_is_refused(paths, profile, words):
    lasting = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = SECRET\n"
    signed = f"sso_session = corp\nsso_account_id = 1\nsso_role_name = x\n{lasting}"
    paths.aws_config.write_text(
        f"{CONFIG}[profile both]\nregion = x\n[profile lasting]\n{lasting}[profile signed]\n{signed}"
    )
    paths.aws_credentials.write_text("[keys]\naws_access_key_id = A\n[both]\naws_access_key_id = B\n")
    before = paths.aws_config.read_bytes()
    with pytest.raises(ConfigProblem) as problem:
        use_profile(paths, profile, environ={})
    assert words in problem.value.title
    assert ("AWS_PROFILE=" in problem.value.hint) is ("keys" in words)
    assert "SECRET" not in str(problem.value)
    assert paths.aws_config.read_bytes() == before
    assert not paths.backups.exists()


def test_a_mistyped_name_is_answered_with_the_one_that_was_meant(paths):
    with pytest.raises(ConfigProblem) as problem:
        use_profile(paths, "prd", environ={})
    assert "“prod”" in problem.value.hint


def test_an_sso_profile_whose_short_lived_keys_are_in_the_credentials_file_too_can_be_the_default(paths):
    paths.aws_credentials.write_text("[dev]\naws_access_key_id = A\n")
    assert use_profile(paths, "dev", environ={}).changed


@pytest.mark.parametrize("broken", ["[default]\n[default]\n", "region = x\n", "[profile dev]\nregion\n", "\ufeff[a]\n"])
def test_a_file_that_botocore_refuses_is_left_alone(paths, broken):
    paths.aws_config.write_text(broken, encoding="utf-8")
    with pytest.raises(ConfigProblem):
        use_profile(paths, "dev", environ={})
    assert paths.aws_config.read_text(encoding="utf-8") == broken


def test_without_a_config_file_there_is_no_such_profile(paths):
    paths.aws_config.unlink()
    with pytest.raises(ConfigProblem):
        use_profile(paths, "dev", environ={})
    assert not paths.aws_config.exists()


def test_bytes_that_would_not_come_back_the_same_are_not_touched(paths, monkeypatch):
    monkeypatch.setattr(files, "_encoding", lambda: "cp932")
    data = CONFIG.encode() + b"# \xfa\x54\n"
    paths.aws_config.write_bytes(data)
    with pytest.raises(ConfigProblem, match="would not be kept"):
        use_profile(paths, "dev", environ={})
    assert paths.aws_config.read_bytes() == data


def test_a_profile_in_a_loop_of_sources_is_copied_as_it_is(paths):
    loop = "[profile a]\nrole_arn = x\nsource_profile = b\n[profile b]\nrole_arn = x\nsource_profile = a\n"
    paths.aws_config.write_text(loop)
    use_profile(paths, "a", environ={})
    assert resolved(paths) == {"role_arn": "x", "source_profile": "b"}


@pytest.mark.parametrize(
    ("environ", "warned"),
    [
        ({"AWS_PROFILE": "prod"}, "AWS_PROFILE=prod is set and overrides"),
        ({"AWS_DEFAULT_PROFILE": "gone"}, "AWS_DEFAULT_PROFILE=gone is set, but no such"),
        ({"AWS_PROFILE": "", "AWS_DEFAULT_PROFILE": "dev"}, "AWS_PROFILE is set, but empty"),
        ({"AWS_PROFILE": "dev"}, None),
        ({"AWS_PROFILE": "default"}, None),
    ],
)
def test_a_variable_that_overrides_the_new_default_is_told(paths, environ, warned):
    warnings = use_profile(paths, "dev", environ=environ).warnings
    assert [warning.title[: len(warned)] for warning in warnings] == [warned] if warned else warnings == ()


def test_keys_in_the_default_section_of_the_credentials_file_are_told(paths):
    paths.aws_credentials.write_text("[default]\naws_access_key_id = A\naws_secret_access_key = SECRET\n")
    (warning,) = use_profile(paths, "dev", environ={}).warnings
    assert "[default]" in warning.title
    assert "SECRET" not in repr(warning)


@pytest.mark.parametrize(
    "header", ['profile "a b"', "profile 'x y'", "profile mé", "profile x]y", "profile dev{}%s", 'profile " lead"']
)
def test_any_name_can_be_chosen(paths, header):
    _, name = subject(header)
    paths.aws_config.write_text(f"[{header}]\nregion = x\n")  # in the encoding in which botocore reads it
    use_profile(paths, name, environ={})
    assert resolved(paths) == {"region": "x"}
    assert default(paths) == name
    assert use_profile(paths, name, environ={}).changed is False


@examples(100)
@given(config_texts(sound=True), st.data())
def test_whatever_the_file_looks_like_default_becomes_equal_and_the_rest_stays(text, data):
    try:
        before = full_of(text)
    except ConfigProblem:
        reject()
    names = [name for name in before.config_profiles if name != "default"]
    assume(names)
    chosen = data.draw(st.sampled_from(names))
    once = with_default(text, chosen)
    after = full_of(once)
    stays = {"output", "s3"}
    kept = {
        key: value
        for key, value in before.config_profiles.get("default", {}).items()
        if key in stays and (isinstance(value, str) or value.keys() <= {*stays, "Region"})  # a block is judged, too
    }
    wanted = kept | before.config_profiles[chosen]
    assert after.config_profiles == before.config_profiles | {"default": wanted}
    assert after.sso_sessions == before.sso_sessions
    assert with_default(once, chosen) == once
    for section in sections_of(once):
        if is_default(section.header):
            assert sum("sso-tray: copy of profile" in line for line in section.lines) == 1


def switched(text, profile):
    """Switch, and keep what is needed to go back."""
    document = Document(text)
    sections = default_sections(document)
    copied = copy_to_default(document, profile)
    return document.text, (sections, copied.gap)


@examples(200)
@given(config_texts(sound=True) | config_texts(sound=True, mixed=True), st.data())
def test_however_often_it_is_switched_undo_gives_the_original_bytes(text, data):
    try:
        before = full_of(text)
    except ConfigProblem:
        reject()
    names = [name for name in before.config_profiles if name != "default"]
    assume(names)
    way = []
    current = text
    for chosen in data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3)):
        after, back = switched(current, chosen)
        assert kept_copy(Document(after)) == chosen
        if after != current:
            way.append((current, back))
        current = after
    for version, back in reversed(way):
        current = edited(current, restore_default, *back)
        assert current == version
    assert current == text


def test_a_comment_between_two_ends_of_lines_that_would_be_one_without_it_spoils_no_value():
    text = "[profile dev]\nregion=x\r# between\n\n [default]\n"
    after, back = switched(text, "dev")
    assert full_of(after).config_profiles["default"] == full_of(text).config_profiles["dev"]
    assert kept_copy(Document(after)) == "dev"
    assert edited(after, restore_default, *back) == text


@examples(150)
@given(config_texts(sound=True), st.data())
def test_undo_keeps_what_others_changed_meanwhile(text, data):
    try:
        before = full_of(text)
    except ConfigProblem:
        reject()
    names = [name for name in before.config_profiles if name != "default"]
    assume(names and kept_copy(Document(text)) is None)
    after, back = switched(text, data.draw(st.sampled_from(names)))
    newline = "\r\n" if "\r\n" in after else "\r" if "\r" in after else "\n"
    lines = split_lines(after)
    lines.insert(data.draw(st.integers(0, len(lines) - 1)), f"# theirs{newline}")
    others = "".join(lines) + f"{newline}[profile theirs]{newline}region = theirs{newline}"
    try:
        meanwhile = full_of(others)
    except ConfigProblem:
        reject()
    assume(kept_copy(Document(others)))
    undone = edited(others, restore_default, *back)
    now = full_of(undone)
    assert "# theirs" in undone
    assert now.config_profiles.get("default") == before.config_profiles.get("default")
    assert now.config_profiles | {"default": {}} == meanwhile.config_profiles | {"default": {}}
    assert now.sso_sessions == meanwhile.sso_sessions
    assert now.config_profiles["theirs"]["region"] == "theirs"
