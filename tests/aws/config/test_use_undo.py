"""A switch can be undone to the byte, our copy follows its profile, and what a person has edited is theirs."""

import json

import botocore.session
import pytest
from support.documents import undo_leads_to
from support.held import held
from support.modes import is_private

from tray.aws.config import files, use
from tray.aws.config.default_profile import Copied
from tray.aws.config.edit import set_value
from tray.aws.config.reading import read_config
from tray.aws.config.use import refresh_default, undo, use_profile
from tray.core.errors import ConfigProblem
from tray.paths import find_paths

REST = """\
[sso-session corp]
sso_start_url = https://d-1234567890.awsapps.com/start
sso_region = us-east-1

[profile dev]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Admin
region=us-west-2
s3 =
  addressing_style = path

# Careful!
[profile prod]
sso_session = corp
sso_account_id = 444455556666
sso_role_name = ReadOnly
"""
OWN = """\
# Made by hand.
[default]
# I like Ireland.
Region:eu-west-1
; and no pager
cli_pager =
aws_access_key_id = AKIAOWN

# The company.
"""


@pytest.fixture
def paths(home):
    paths = find_paths({})
    paths.aws_config.parent.mkdir()
    return paths


@pytest.fixture(params=["\n", "\r\n"])
def write(paths, request):
    """Write the config file, in both ways of ending a line."""

    def run(text):
        data = text.replace("\n", request.param).encode()
        paths.aws_config.write_bytes(data)
        return data

    return run


def scoped(paths, profile=None):
    session = botocore.session.Session(profile=profile)
    session.set_config_variable("config_file", str(paths.aws_config))
    session.set_config_variable("credentials_file", str(paths.aws_credentials))
    return session.get_scoped_config()


def assert_is_copy(paths, profile):
    """[default] says what the profile says, and beside it what a person wrote that suits every profile."""
    default, copied = scoped(paths), scoped(paths, profile)
    assert {key: default.get(key) for key in copied} == copied
    assert default.keys() - copied.keys() <= {"cli_pager", "output"}


def edit(paths, old, new):
    data = paths.aws_config.read_bytes()
    assert old.encode() in data
    paths.aws_config.write_bytes(data.replace(old.encode(), new.encode(), 1))


@pytest.mark.parametrize(
    "before",
    [
        OWN + REST,
        REST + OWN.rstrip("\n"),
        REST + OWN,
        REST,
        REST.rstrip("\n"),
        REST + "\n\n",
        REST + "[default]",
        f"[default]\n{REST}",
        f"[profile default]\nregion = a\n{REST}",
        f"[profile default]\nregion = a\n{REST}{OWN}",
        f'{OWN}{REST}[profile "default"]\n  output = text',
        f"[default]\n    region = x\n  {REST}",
        f"  [default]\n    region = x\n{REST}",
    ],
)
def test_undo_gives_the_original_bytes(paths, write, before):
    original = write(before)
    use_profile(paths, "dev", environ={})
    first = paths.aws_config.read_bytes()
    use_profile(paths, "prod", environ={})
    use_profile(paths, "dev", environ={})
    assert_is_copy(paths, "dev")
    assert undo(paths, environ={}).profile == "prod"
    assert undo(paths, environ={}).profile == "dev"
    assert paths.aws_config.read_bytes() == first
    result = undo(paths, environ={})
    assert (result.changed, result.profile) == (True, "default")
    assert paths.aws_config.read_bytes() == original
    with pytest.raises(ConfigProblem, match="no switch"):
        undo(paths, environ={})
    assert paths.aws_config.read_bytes() == original


@pytest.mark.parametrize("ends", ["\r", "\r|\n", "\n|\r|\r\n", "\r\n|\r|\r|\n"])
@pytest.mark.parametrize("before", [OWN + REST, REST + OWN.rstrip("\n"), REST])
def test_undo_gives_the_original_bytes_whatever_ends_the_lines(paths, before, ends):
    lines, kinds = before.split("\n"), ends.split("|")
    original = "".join(f"{line}{kinds[at % len(kinds)]}" for at, line in enumerate(lines[:-1])).encode()
    original += lines[-1].encode()
    paths.aws_config.write_bytes(original)
    use_profile(paths, "dev", environ={})
    first = paths.aws_config.read_bytes()
    use_profile(paths, "prod", environ={})
    undo(paths, environ={})
    assert paths.aws_config.read_bytes() == first
    undo(paths, environ={})
    assert paths.aws_config.read_bytes() == original


def edit_default(paths, old, new):
    """Edit [default], which need not be the first section of the file."""
    head, default, rest = paths.aws_config.read_bytes().partition(b"[default]")
    assert old.encode() in rest
    paths.aws_config.write_bytes(head + default + rest.replace(old.encode(), new.encode(), 1))


MINE = """\
[default]
# how I like it
output = text
region = eu-west-1
cli_pager =
s3 =
  max_concurrent_requests = 5
sts_regional_endpoints = legacy
retry_mode = adaptive

"""
STAYS = {"output": "text", "cli_pager": "", "s3": {"max_concurrent_requests": "5"}, "retry_mode": "adaptive"}


@pytest.mark.parametrize("mine", [MINE, MINE.replace("\noutput", "\n    output"), MINE.replace("\n", "\r\n")])
def test_what_suits_every_profile_stays_in_default_and_the_rest_is_told(paths, mine):
    paths.aws_config.write_bytes((mine + REST).encode())

    first = use_profile(paths, "prod", environ={})

    assert first.replaced == ("region", "sts_regional_endpoints")
    assert scoped(paths) == scoped(paths, "prod") | STAYS
    second = use_profile(paths, "dev", environ={})
    assert second.replaced == ("s3",)
    without_s3 = {key: value for key, value in STAYS.items() if key != "s3"}
    assert scoped(paths) == scoped(paths, "dev") | without_s3
    assert use_profile(paths, "prod", environ={}).replaced == ()
    assert scoped(paths) == scoped(paths, "prod") | without_s3
    for _ in range(3):
        undo(paths, environ={})
    assert paths.aws_config.read_bytes() == (mine + REST).encode()


def test_a_key_that_is_added_or_changed_below_our_copy_is_theirs_and_stays(paths, write):
    write(MINE + REST)
    use_profile(paths, "prod", environ={})
    edit_default(paths, "retry_mode = adaptive", "retry_mode = standard\nmax_attempts = 9")
    assert read_config(paths.aws_config, paths.aws_credentials, {}).default_profile == "prod"
    use_profile(paths, "dev", environ={})
    assert scoped(paths)["max_attempts"] == "9"
    undo(paths, environ={})
    assert scoped(paths)["sso_role_name"] == "ReadOnly"
    undo(paths, environ={})
    assert scoped(paths) == STAYS | {
        "region": "eu-west-1",
        "sts_regional_endpoints": "legacy",
        "retry_mode": "standard",
        "max_attempts": "9",
    }


def test_a_new_default_to_which_somebody_added_keys_keeps_those_when_it_is_undone(paths, write):
    write(REST)
    use_profile(paths, "prod", environ={})
    paths.aws_config.write_bytes(paths.aws_config.read_bytes() + b"output = yaml\n")
    assert read_config(paths.aws_config, paths.aws_credentials, {}).default_profile == "prod"
    undo(paths, environ={})
    assert scoped(paths) == {"output": "yaml"}
    assert b"sso-tray" not in paths.aws_config.read_bytes()


@pytest.mark.parametrize("added", ["region = x", "endpoint_url = http://x", "role_arn = y", "aws_access_key_id = A"])
def test_a_key_that_makes_another_profile_of_our_copy_makes_it_theirs(paths, added):
    paths.aws_config.write_text(REST)
    use_profile(paths, "prod", environ={})
    paths.aws_config.write_bytes(paths.aws_config.read_bytes() + f"{added}\n".encode())
    assert read_config(paths.aws_config, paths.aws_credentials, {}).copied is None
    assert use_profile(paths, "dev", environ={}).replaced[-1:] == (added.partition(" ")[0],)
    assert scoped(paths) == scoped(paths, "dev")


@pytest.mark.parametrize(
    ("line", "stays"),
    [
        ("output = json", True),
        ("cli_auto_prompt = on", True),
        ("ca_bundle = /x.pem", True),
        ("tcp_keepalive = true", True),
        ("defaults_mode = standard", True),
        ("s3 =\n  addressing_style = path", True),
        ("s3 =\n  endpoint_url = http://x", False),
        ("s3 =\n  use_accelerate_endpoint = true", False),
        ("region = x", False),
        ("sigv4a_signing_region_set = *", False),
        ("use_fips_endpoint = true", False),
        ("use_dualstack_endpoint = true", False),
        ("ignore_configured_endpoint_urls = true", False),
        ("services = mine", False),
        ("aws_session_token = T", False),
        ("aws_account_id = 1", False),
        ("role_session_name = me", False),
        ("external_id = x", False),
        ("mfa_serial = x", False),
        ("duration_seconds = 900", False),
        ("source_profile = x", False),
        ("credential_source = Environment", False),
        ("credential_process = x", False),
        ("web_identity_token_file = x", False),
        ("login_session = x", False),
        ("sso_registration_scopes = x", False),
        ("granted_sso_start_url = x", False),
    ],
)
def test_which_keys_of_a_person_stay_in_default(paths, line, stays):
    paths.aws_config.write_text(f"[default]\n{line}\n[profile dev]\nparameter_validation = true\n")
    key = line.partition(" ")[0]

    result = use_profile(paths, "dev", environ={})

    assert (key in scoped(paths)) is stays
    assert result.replaced == (() if stays else (key,))


def test_what_others_changed_meanwhile_is_kept(paths, write):
    write(OWN + REST)
    use_profile(paths, "dev", environ={})
    edit(paths, "ReadOnly", "Auditor")
    edit(paths, "# The company.", "# The company, as of May.\n# New: see the wiki.")
    data = paths.aws_config.read_bytes() + b"[profile new]\nregion = x\n"
    paths.aws_config.write_bytes(data)
    undo(paths, environ={})
    after = paths.aws_config.read_bytes()
    assert after.endswith(data[data.index(b"[sso-session corp]") :])
    for kept in (b"as of May", b"# New", b"# I like Ireland.", b"; and no pager", b"# Made by hand."):
        assert after.count(kept) == 1
    assert b"Region:eu-west-1" in after
    assert b"sso-tray" not in after
    assert scoped(paths) == {"region": "eu-west-1", "cli_pager": "", "aws_access_key_id": "AKIAOWN"}


def test_a_new_default_goes_again_but_not_what_others_wrote_around_it(paths, write):
    write(REST.rstrip("\n"))
    use_profile(paths, "dev", environ={})
    edit(paths, "region=us-west-2", "region=us-west-1")
    text = paths.aws_config.read_text().replace("sso_role_name", "# mine\nsso_role_name")
    paths.aws_config.write_text(f"{text}\n[profile new]\nregion = x\n")
    refresh_default(paths)
    undo(paths, environ={})
    after = paths.aws_config.read_text()
    assert "[default]" not in after
    assert after.count("# mine") == text.count("# mine")
    assert after.endswith("[profile new]\nregion = x\n")
    assert read_config(paths.aws_config, paths.aws_credentials, {}).default_profile is None
    assert scoped(paths, "new") == {"region": "x"}


def test_a_section_that_was_removed_since_stays_away(paths, write):
    write(f"[profile default]\nregion = a\n{REST}[default]\nregion = b\n")
    use_profile(paths, "dev", environ={})
    text = paths.aws_config.read_text()
    paths.aws_config.write_text(text[text.index("[sso-session") :])
    undo(paths, environ={})
    assert paths.aws_config.read_text() == REST + "[default]\nregion = b\n"


def test_the_copy_follows_its_profile(paths, write):
    original = write(OWN + REST)
    use_profile(paths, "dev", environ={})
    assert refresh_default(paths) is False
    edit(paths, "[profile dev]", "[profile dev]\noutput = yaml")
    with pytest.raises(AssertionError):
        assert_is_copy(paths, "dev")
    assert read_config(paths.aws_config, paths.aws_credentials, {}).default_profile == "dev"
    assert refresh_default(paths) is True
    assert_is_copy(paths, "dev")
    assert refresh_default(paths) is False
    undo(paths, environ={})
    assert paths.aws_config.read_bytes() == original.replace(b"[profile dev]", b"[profile dev]\noutput = yaml")


def test_use_itself_lets_the_copy_follow_and_that_is_no_switch(paths, write):
    original = write(OWN + REST)
    use_profile(paths, "dev", environ={})
    edit(paths, "[profile dev]", "[profile dev]\noutput = yaml")
    assert use_profile(paths, "dev", environ={}).changed
    assert_is_copy(paths, "dev")
    undo(paths, environ={})
    assert paths.aws_config.read_bytes() == original.replace(b"[profile dev]", b"[profile dev]\noutput = yaml")


def test_a_default_edited_by_hand_is_theirs(paths, write):
    write(OWN + REST)
    use_profile(paths, "dev", environ={})
    edit(paths, "region=us-west-2", "region=us-west-1")
    theirs = paths.aws_config.read_bytes()
    edit(paths, "[profile dev]", "[profile dev]\noutput = yaml")
    changed = paths.aws_config.read_bytes()
    assert refresh_default(paths) is False
    assert undo_leads_to(paths) is None
    with pytest.raises(ConfigProblem, match="edited"):
        undo(paths, environ={})
    assert paths.aws_config.read_bytes() == changed
    use_profile(paths, "prod", environ={})
    undo(paths, environ={})
    assert paths.aws_config.read_bytes() == changed
    assert theirs[: theirs.index(b"[sso-session")] in changed


@pytest.mark.parametrize(
    "added",
    ["[profile default]\nregion = theirs\n", '[profile "default"]\n# sso-tray: copy of profile dev (00000000)\n'],
)
def test_a_second_form_of_default_that_came_in_since_is_theirs(paths, write, added):
    write(OWN + REST)
    use_profile(paths, "dev", environ={})
    paths.aws_config.write_bytes(paths.aws_config.read_bytes() + added.encode())
    edit(paths, "[profile dev]", "[profile dev]\noutput = yaml")
    assert refresh_default(paths) is False
    before = paths.aws_config.read_bytes()
    use_profile(paths, "dev", environ={})
    assert_is_copy(paths, "dev")
    undo(paths, environ={})
    assert paths.aws_config.read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[profile dev]", "[profile renamed]"),
        ("[profile dev]", "[profile dev]\nrole_arn = x\nsource_profile = default"),
        ("[profile dev]", "[profile dev]\n[profile dev]"),
    ],
)
def test_a_profile_that_can_be_the_default_no_longer_leaves_the_copy_as_it_is(paths, write, old, new):
    write(OWN + REST)
    use_profile(paths, "dev", environ={})
    edit(paths, old, new)
    before = paths.aws_config.read_bytes()
    assert refresh_default(paths) is False
    assert paths.aws_config.read_bytes() == before


def test_without_a_copy_or_a_file_there_is_nothing_to_refresh(paths, write):
    assert refresh_default(paths) is False
    before = write(OWN + REST)
    assert refresh_default(paths) is False
    assert paths.aws_config.read_bytes() == before


def test_what_undo_leads_to_is_known_beforehand(paths, write):
    assert undo_leads_to(paths) is None
    write(REST)
    assert undo_leads_to(paths) is None
    use_profile(paths, "dev", environ={})
    assert undo_leads_to(paths) == "default"
    use_profile(paths, "prod", environ={})
    assert undo_leads_to(paths) == "dev"
    undo(paths, environ={})
    assert undo_leads_to(paths) == "default"
    undo(paths, environ={})
    assert undo_leads_to(paths) is None
    use_profile(paths, "dev", environ={})
    paths.aws_config.write_bytes(b"\xff")
    assert undo_leads_to(paths) is None


def test_the_first_default_can_be_reached_after_any_number_of_switches(paths, write):
    original = write(OWN + REST)
    for _ in range(15):
        use_profile(paths, "dev", environ={})
        use_profile(paths, "prod", environ={})
    for _ in range(20):
        undo(paths, environ={})
    assert paths.aws_config.read_bytes() == original
    assert undo_leads_to(paths) is None


def test_each_config_file_has_its_own_way_back(paths, write, tmp_path):
    original = write(OWN + REST)
    other = find_paths({"AWS_CONFIG_FILE": str(tmp_path / "config")})
    other.aws_config.write_text(REST)
    use_profile(paths, "dev", environ={})
    use_profile(other, "prod", environ={})
    use_profile(paths, "prod", environ={})
    undo(other, environ={})
    assert other.aws_config.read_text() == REST
    undo(paths, environ={})
    undo(paths, environ={})
    assert paths.aws_config.read_bytes() == original


@pytest.mark.parametrize("step", [use_profile, undo])
def test_a_switch_that_failed_half_way_does_not_spoil_the_way_back(paths, write, monkeypatch, step):
    original = write(OWN + REST)
    use_profile(paths, "dev", environ={})
    use_profile(paths, "prod", environ={})
    before = paths.aws_config.read_bytes()

    def fail(path, change, **options):
        change(path.read_bytes())
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(files, "update_file", fail)
        for _ in range(2):
            with pytest.raises(OSError):  # noqa: PT011 - as raised above
                step(paths, *(["dev"] if step is use_profile else []), environ={})
    assert paths.aws_config.read_bytes() == before
    assert undo_leads_to(paths) == "dev"
    undo(paths, environ={})
    undo(paths, environ={})
    assert paths.aws_config.read_bytes() == original


@pytest.mark.parametrize(
    "journal",
    [
        "",
        "{",
        "[]",
        '{"schema": 2, "files": {}}',
        '{"schema": 1}',
        '{"schema": 1, "files": []}',
        '{"schema": 1, "files": {"CONFIG": 7}}',
        '{"schema": 1, "files": {"CONFIG": [{"profile": "dev"}]}}',
        '{"schema": 1, "files": {"CONFIG": [{"profile": "dev", "sections": {"default": 7}, "gap": ""}]}}',
        '{"schema": 1, "files": {"CONFIG": [{"profile": "dev", "sections": 7, "gap": ""}]}}',
    ],
)
def test_a_damaged_journal_undoes_nothing_and_does_no_harm(paths, write, journal):
    write(OWN + REST)
    use_profile(paths, "dev", environ={})
    (paths.state / "switches.json").write_text(journal.replace("CONFIG", str(paths.aws_config)))
    before = paths.aws_config.read_bytes()
    assert undo_leads_to(paths) is None
    with pytest.raises(ConfigProblem):
        undo(paths, environ={})
    assert paths.aws_config.read_bytes() == before
    use_profile(paths, "prod", environ={})
    undo(paths, environ={})
    assert paths.aws_config.read_bytes() == before


def test_what_was_replaced_is_kept_for_its_owner_alone_and_told_to_nobody(paths, write):
    write(OWN + REST)
    use_profile(paths, "dev", environ={})
    journal = paths.state / "switches.json"
    assert is_private(journal)
    assert "AKIAOWN" in json.dumps(json.loads(journal.read_text()))
    (switch,) = use._read_switches(paths, "dev")
    assert "AKIAOWN" not in repr(switch)


def test_a_change_that_would_do_more_than_it_should_is_not_made(paths, write, monkeypatch):
    before = write(OWN + REST)

    def spoil(document, _):
        set_value(document, "profile prod", "region", "x")
        return Copied("", ())

    monkeypatch.setattr(use, "copy_to_default", spoil)
    with pytest.raises(ConfigProblem, match="only you can change"):
        use_profile(paths, "dev", environ={})
    assert paths.aws_config.read_bytes() == before


def test_a_journal_that_is_held_for_a_moment_is_not_begun_anew(paths, write):
    write(OWN + REST)
    before = paths.aws_config.read_bytes()
    use_profile(paths, "dev")
    after = paths.aws_config.read_bytes()
    with held(paths.switches):
        with pytest.raises(ConfigProblem):
            use_profile(paths, "prod")
        assert use.can_undo(paths, "dev") is None
    assert paths.aws_config.read_bytes() == after
    use_profile(paths, "prod")
    undo(paths)
    undo(paths)
    assert paths.aws_config.read_bytes() == before
