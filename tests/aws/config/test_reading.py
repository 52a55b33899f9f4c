"""Profiles and sign-ins are read as botocore reads them, and what is wrong with them is told in plain words."""

import time

import botocore.session
import pytest
from support.documents import with_default
from support.ini_texts import locale_encoding

from tray.aws.config.reading import Config, read_config
from tray.core.model import Kind, Profile, SignIn

START = "https://d-1234567890.awsapps.com/start"
SESSION = f"[sso-session corp]\nsso_start_url = {START}\nsso_region = us-east-1\n"
SSO = "sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Admin\n"
LEGACY = f"sso_start_url = {START}\nsso_region = us-east-1\nsso_account_id = 111122223333\nsso_role_name = Admin\n"
ELSEWHERE = LEGACY.replace("us-east-1", "eu-west-1")
STATIC = "aws_access_key_id = A\naws_secret_access_key = SECRET\n"


@pytest.fixture
def read(tmp_path):
    def run(config="", credentials="", environ=None):
        files = tmp_path / "config", tmp_path / "credentials"
        for path, text in zip(files, (config, credentials), strict=True):
            path.write_bytes(text.encode() if isinstance(text, str) else text)
        return read_config(*files, environ or {})

    return run


def sign_ins_of(found):
    return {profile.name: profile.sign_in for profile in found.profiles}


def titles(found):
    return [problem.title for problem in found.problems]


def test_no_files_are_an_empty_config(tmp_path):
    assert read_config(tmp_path / "config", tmp_path / "none" / "credentials", {}) == Config()


def test_a_session_and_its_profiles(read):
    found = read(
        f"{SESSION}sso_registration_scopes = sso:account:access, x:y ,\n[profile dev]\n{SSO}region = eu-west-1\n"
    )
    assert found == Config(
        sign_ins=(SignIn("corp", Kind.SSO_SESSION, START, "us-east-1", ("sso:account:access", "x:y")),),
        profiles=(Profile("dev", "corp", "111122223333", "Admin", "eu-west-1"),),
    )


def test_a_session_without_profiles_is_a_sign_in_too(read):
    assert [sign_in.name for sign_in in read(SESSION).sign_ins] == ["corp"]


def test_legacy_profiles_share_the_sign_in_of_their_start_url(read):
    other = LEGACY.replace("/start\n", "/start#/\n")
    found = read(f"[profile a]\n{LEGACY}[profile b]\n{other}[profile c]\n{LEGACY}")
    assert found.sign_ins == (
        SignIn(START, Kind.LEGACY, START, "us-east-1"),
        SignIn(f"{START}#/", Kind.LEGACY, f"{START}#/", "us-east-1"),
    )
    assert sign_ins_of(found) == {"a": START, "b": f"{START}#/", "c": START}


def test_each_legacy_profile_keeps_the_region_of_its_own(read):
    chained = "role_arn = arn:aws:iam::1:role/x\nsource_profile = b\n"
    found = read(f"{SESSION}[profile a]\n{LEGACY}[profile b]\n{ELSEWHERE}[profile c]\n{chained}[profile d]\n{SSO}")
    assert {profile.name: profile.sso_region for profile in found.profiles} == {
        "a": "us-east-1",
        "b": "eu-west-1",
        "c": "eu-west-1",
        "d": None,
    }


@pytest.mark.parametrize(
    ("default", "environ", "region"),
    [
        ("", {}, "us-east-1"),
        ("a", {}, "us-east-1"),
        ("b", {}, "eu-west-1"),
        ("chained", {}, "eu-west-1"),
        ("other", {}, "us-east-1"),
        ("a", {"AWS_PROFILE": "b"}, "eu-west-1"),
        ("b", {"AWS_PROFILE": "other"}, "eu-west-1"),
        ("b", {"AWS_PROFILE": "gone"}, "eu-west-1"),
    ],
)
def test_a_start_url_with_two_regions_is_signed_in_to_in_that_of_the_profile_in_force(read, default, environ, region):
    chained = "[profile chained]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = b\n"
    text = f"{SESSION}[profile a]\n{LEGACY}[profile b]\n{ELSEWHERE}{chained}[profile other]\n{SSO}"
    found = read(with_default(text, default) if default else text, environ=environ)
    assert [sign_in.region for sign_in in found.sign_ins if sign_in.kind is Kind.LEGACY] == [region]


def test_sign_ins_come_in_the_order_of_the_file(read):
    found = read(f"[profile a]\n{LEGACY}{SESSION}[profile b]\n{SSO}{SESSION.replace('corp', 'beta')}")
    assert [sign_in.name for sign_in in found.sign_ins] == [START, "corp", "beta"]


def test_profiles_of_the_credentials_file_alone_come_last(read):
    found = read(f"[profile b]\n{SSO}{SESSION}", f"[z]\n{STATIC}[profile a]\n{STATIC}[b]\n{STATIC}")
    assert sign_ins_of(found) == {"b": "corp", "z": None, "profile a": None}
    assert list(sign_ins_of(found)) == ["b", "z", "profile a"]
    assert "SECRET" not in repr(found)


def test_a_session_is_enough_to_sign_in_with(read):
    found = read(f"{SESSION}[profile a]\nsso_session = corp\n")
    assert (sign_ins_of(found), found.problems) == ({"a": "corp"}, ())


def test_a_region_alone_is_no_sign_in(read):
    found = read("[profile a]\nsso_region = us-east-1\nregion = x\n")
    assert (found.sign_ins, found.problems) == ((), ())


@pytest.mark.parametrize("missing", ["sso_start_url", "sso_region"])
@pytest.mark.parametrize("how", ["absent", "empty", "block"])
def test_an_incomplete_session_is_one_problem_and_no_sign_in(read, missing, how):
    lines = {"absent": "", "empty": f"{missing} =\n", "block": f"{missing} =\n  a = b\n"}
    broken = "".join(lines[how] if line.startswith(missing) else line for line in SESSION.splitlines(keepends=True))
    found = read(f"{broken}[profile a]\n{SSO}[profile b]\n{SSO}")
    assert (found.sign_ins, sign_ins_of(found)) == ((), {"a": None, "b": None})
    assert titles(found) == [f"The sso-session corp has no {missing}"]


@pytest.mark.parametrize("missing", ["sso_start_url", "sso_region"])
def test_an_incomplete_legacy_profile_is_a_problem_and_no_sign_in(read, missing):
    broken = "".join(line for line in LEGACY.splitlines(keepends=True) if not line.startswith(missing))
    found = read(f"[profile a]\n{broken}")
    assert (found.sign_ins, sign_ins_of(found)) == ((), {"a": None})
    assert titles(found) == [f"The profile a has no {missing}"]


@pytest.mark.parametrize("settings", [SSO, LEGACY])
@pytest.mark.parametrize("missing", ["sso_account_id", "sso_role_name"])
def test_an_account_without_a_role_can_sign_in_but_is_a_problem(read, settings, missing):
    broken = "".join(line for line in settings.splitlines(keepends=True) if not line.startswith(missing))
    found = read(f"{SESSION}[profile a]\n{broken}")
    assert sign_ins_of(found)["a"] is not None
    assert titles(found) == [f"The profile a has no {missing}"]


@pytest.mark.parametrize("session", ["nope", ""])
def test_an_unknown_session_is_a_problem(read, session):
    found = read(f"[profile a]\n{SSO.replace('corp', session)}")
    assert sign_ins_of(found) == {"a": None}
    assert titles(found) == [f"The profile a names the sso-session “{session}”, which does not exist"]


@pytest.mark.parametrize(("key", "value"), [("sso_region", "eu-west-1"), ("sso_start_url", f"{START}/")])
def test_a_profile_that_contradicts_its_session_is_a_problem(read, key, value):
    found = read(f"{SESSION}[profile a]\n{SSO}{key} = {value}\n[profile b]\n{SSO}sso_region = us-east-1\n")
    assert sign_ins_of(found) == {"a": None, "b": "corp"}
    assert titles(found) == [f"The profile a and the sso-session corp disagree on {key}"]


def role(source):
    return f"role_arn = arn:aws:iam::1:role/x\nsource_profile = {source}\n"


def test_a_chain_of_source_profiles_leads_to_its_sign_in(read):
    found = read(
        f"{SESSION}[profile c]\n{role('b')}[profile b]\n{role('a')}[profile a]\n{SSO}"
        f"[profile keys]\n{role('static')}[profile plain]\nsource_profile = a\n",
        f"[static]\n{STATIC}",
    )
    assert sign_ins_of(found) == {"c": "corp", "b": "corp", "a": "corp", "keys": None, "plain": None, "static": None}
    assert found.problems == ()


def test_a_role_comes_before_the_profile_s_own_sso_settings_as_in_botocore(read):
    found = read(
        f"{SESSION}[profile a]\n{SSO}{role('keys')}"
        f"[profile b]\n{SSO}role_arn = x\ncredential_source = Environment\n"
        f"[profile c]\n{SSO}role_arn = x\nweb_identity_token_file = /x\n",
        f"[keys]\n{STATIC}",
    )
    assert sign_ins_of(found) == {"a": None, "b": None, "c": None, "keys": None}


def test_a_source_with_keys_of_its_own_is_not_followed_further(read):
    found = read(f"{SESSION}[profile a]\n{role('b')}[profile b]\n{role('sso')}{STATIC}[profile sso]\n{SSO}")
    assert sign_ins_of(found) == {"a": None, "b": "corp", "sso": "corp"}


def test_a_profile_with_keys_may_be_its_own_source(read):
    found = read(f"[profile a]\n{role('a')}{STATIC}")
    assert (sign_ins_of(found), found.problems) == ({"a": None}, ())


def test_a_missing_source_is_one_problem_for_all_who_lead_to_it(read):
    found = read(f"[profile a]\n{role('b')}[profile b]\n{role('nope')}[profile c]\n{role('b')}")
    assert sign_ins_of(found) == {"a": None, "b": None, "c": None}
    assert titles(found) == ["The profile b takes its credentials from “nope”, which does not exist"]


def test_a_loop_of_sources_is_one_problem(read):
    found = read(f"[profile d]\n{role('c')}[profile c]\n{role('a')}[profile a]\n{role('b')}[profile b]\n{role('c')}")
    assert set(sign_ins_of(found).values()) == {None}
    assert titles(found) == ["Profiles take their credentials from each other: a, b, c"]
    assert titles(read(f"[profile a]\n{role('a')}")) == ["The profile a takes its credentials from itself"]


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("region = x\n", "line 1 comes before the first [section]"),
        ("[a]\n\nregion\n", "line 3 is not “key = value”"),
        ("[a]\n= x\n", "line 2 is not “key = value”"),
        ("[profile x\n", "in line 1, [profile x has no closing bracket"),
        ("[a]\n\n  [profile x  \nregion = y\n", "in line 3, [profile x has no closing bracket"),
        ("[profile x}\nregion = y\n", "in line 1, [profile x has no closing bracket"),
        ("[profile x # mine\n", "in line 1, [profile x has no closing bracket"),
        ("[sso-session corp\nsso_region = x\n", "in line 1, [sso-session corp has no closing bracket"),
        ("[default\n", "in line 1, [default has no closing bracket"),
        ("[a=b\n", "in line 1, [a=b has no closing bracket"),
        ("[a]\nprofile x]\nregion = y\n", "in line 2, profile x] has no opening bracket"),
        ("[a]\n{profile x]\n", "in line 2, profile x] has no opening bracket"),
        ("default]\nregion = y\n", "in line 1, default] has no opening bracket"),
        ("[\n", "line 1 comes before the first [section]"),
        ("[a]\n[\n", "line 2 is not “key = value”"),
        ("[a]\n[]\n", "line 2 is not “key = value”"),
        ("[a]\nsomething else]\n", "line 2 is not “key = value”"),
        ("[a]\r\nx = 1\r\n[a]\r\n", "line 3 begins [a] for the second time"),
        ("[a]\nx = 1\nX = 2\n", "line 3 sets x for the second time"),
        ("[a]\ns3 =\n  b\n", "below line 2, the block of s3 has a line without “=”"),
        ("\ufeff[a]\nx = 1\n", "byte order mark"),
        ("[a]\nx = 1\n".encode("utf-16"), "byte order mark"),
        (b"[a]\nx = 1\ny = \x81\n", f"line 3 is not {locale_encoding()} text"),
    ],
)
@pytest.mark.parametrize("which", ["config", "credentials"])
def test_a_file_that_botocore_refuses_is_one_problem_that_names_file_and_line(read, tmp_path, config, words, which):
    sound = f"[profile ok]\n{LEGACY}"
    texts = (config, sound) if which == "config" else (sound, config)
    found = read(*texts, environ={"AWS_PROFILE": "ok"})
    assert found == Config(environment_profile="ok", problems=found.problems, broken=True, faulty=True)
    (problem,) = found.problems
    assert problem.title.startswith(f"{tmp_path / which} cannot be read: ")
    assert words.casefold() in problem.title.casefold()
    assert problem.hint


def test_a_file_that_we_may_not_read_is_a_problem(read, tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tray.aws.config.files.read_plain", refuse)
    (tmp_path / "config").write_text(SESSION)
    found = read_config(tmp_path / "config", tmp_path / "credentials", {})
    assert titles(found) == [f"{tmp_path / 'config'} cannot be read: Permission denied"]


@pytest.mark.parametrize(
    ("config", "credentials", "default"),
    [
        ("", "", None),
        ("[profile a]\nregion = x\n", "", None),
        ("[default]\nregion = x\n", "", "default"),
        ("[profile default]\nregion = x\n", "", "default"),
        ("", f"[default]\n{STATIC}", "default"),
    ],
)
def test_default_is_the_profile_of_that_name(read, config, credentials, default):
    assert read(config, credentials).default_profile == default


MARKED = "[default]\n# sso-tray: copy of profile b (0123abcd)\n"


@pytest.mark.parametrize(
    ("config", "default"),
    [
        pytest.param(f"[default]\n{SSO}[profile a]\n{SSO}region = x\n", "a", id="same account and role"),
        pytest.param(f"[profile default]\n{LEGACY}[profile a]\n{LEGACY}", "a", id="same legacy"),
        pytest.param(f"[default]\n{LEGACY}[profile a]\n{ELSEWHERE}", "default", id="same legacy in another region"),
        pytest.param(f"{MARKED}{SSO}[profile a]\n{SSO}[profile b]\n{SSO}", "b", id="marked, of two alike"),
        pytest.param(
            f"{MARKED}{SSO}region = z\n[profile a]\n{SSO}[profile b]\n{SSO}", "b", id="marked, edited a little"
        ),
        pytest.param(
            with_default("[profile b]\nregion = z\n", "b").replace("z", "y", 1), "b", id="marked, source changed since"
        ),
        pytest.param(
            with_default("[profile b]\nregion = z\n", "b") + "role_arn = x\n", "default", id="marked, edited since"
        ),
        pytest.param(
            with_default("[profile b]\nregion = z\n", "b") + "output = text\n", "b", id="marked, added to since"
        ),
        pytest.param(f"{MARKED}region = z\n[profile b]\nregion = y\n", "default", id="marked, edited"),
        pytest.param(f"{MARKED}{SSO}[profile a]\n{SSO}", "a", id="marked, but gone"),
        pytest.param(f"{MARKED}region = z\n", "default", id="marked, gone, and nothing like it"),
        pytest.param("[default]\nregion = z\n[profile a]\nregion = z\n", "default", id="no sso"),
        pytest.param("[default]\nsso_session = corp\n[profile a]\nsso_session = corp\n", "default", id="no role"),
        pytest.param(f"[default]\n{SSO}[profile a]\n{SSO.replace('Admin', 'Other')}", "default", id="another role"),
        pytest.param(
            "[default]\nregion = z\n[profile b]\n# sso-tray: copy of profile b (0123abcd)\nregion = z\n",
            "default",
            id="mark elsewhere",
        ),
        pytest.param(with_default("[default]\nregion = z\n", "default"), "default", id="copy of itself"),
    ],
)
def test_a_default_that_is_a_copy_goes_by_the_other_s_name(read, config, default):
    found = read(f"{SESSION}{config}")
    assert found.default_profile == default
    assert ("default" in sign_ins_of(found)) is (default == "default")


@pytest.mark.parametrize(
    ("environ", "profile", "problem"),
    [
        ({}, None, None),
        ({"AWS_PROFILE": "dev"}, "dev", None),
        ({"AWS_PROFILE": "default"}, "dev", None),
        ({"AWS_PROFILE": "old"}, "old", "AWS_PROFILE=old is set and overrides the default profile"),
        ({"AWS_DEFAULT_PROFILE": "old"}, "old", "AWS_DEFAULT_PROFILE=old is set and overrides the default profile"),
        (
            {"AWS_PROFILE": "old", "AWS_DEFAULT_PROFILE": "dev"},
            "old",
            "AWS_PROFILE=old and AWS_DEFAULT_PROFILE=dev are both set",
        ),
        ({"AWS_PROFILE": "dev", "AWS_DEFAULT_PROFILE": "dev"}, "dev", None),
        ({"AWS_PROFILE": "gone"}, "gone", "AWS_PROFILE=gone is set, but no such profile exists"),
        ({"AWS_PROFILE": ""}, None, "AWS_PROFILE is set, but empty"),
        ({"AWS_PROFILE": "", "AWS_DEFAULT_PROFILE": "dev"}, None, "AWS_PROFILE is set, but empty"),
    ],
)
def test_the_profile_of_the_environment(read, environ, profile, problem):
    found = read(f"{SESSION}[default]\n{SSO}[profile dev]\n{SSO}[profile old]\n{LEGACY}", environ=environ)
    assert found.default_profile == "dev"
    assert found.environment_profile == profile
    assert titles(found) == ([problem] if problem else [])


def test_without_a_default_the_environment_overrides_nothing(read):
    assert read("[profile dev]\nregion = x\n", environ={"AWS_PROFILE": "dev"}).problems == ()


@pytest.mark.parametrize("environ", [{"AWS_PROFILE": "a"}, {"AWS_DEFAULT_PROFILE": "b"}, {"AWS_PROFILE": ""}])
def test_botocore_takes_its_profile_from_the_same_variable(read, monkeypatch, environ):
    for variable, value in environ.items():
        monkeypatch.setenv(variable, value)
    assert botocore.session.Session().profile == next(iter(environ.values()))


def test_names_are_shown_without_control_characters(read):
    found = read("[profile a\x1b[31m]\nsso_session = \x07\n")
    assert all(problem.title.isprintable() and problem.hint.isprintable() for problem in found.problems)
    assert len(found.problems) == 1


def many(count):
    sections = [f"[profile p{number}]\n{role(f'p{number + 1}')}" for number in range(count // 2)]
    sections += [f"[profile p{number}]\n{SSO}region = x\noutput = json\n" for number in range(count // 2, count)]
    return SESSION + "\n".join(sections)


def test_ten_thousand_profiles_are_read_quickly_and_in_linear_time(read):
    def seconds(count):
        taken = []
        for _ in range(3):
            start = time.process_time()
            found = read(many(count))
            taken.append(time.process_time() - start)
        assert len(found.profiles) == count
        assert {profile.sign_in for profile in found.profiles} == {"corp"}
        return min(taken)

    small, large = seconds(2_500), seconds(10_000)
    assert large < 1.0
    assert large < small * 8


def test_importing_the_reader_loads_no_aws_library():
    import subprocess
    import sys

    ours = "tray.aws.config.reading, tray.aws.config.use"
    program = f"import sys, {ours}; print([m for m in sys.modules if m.startswith('boto')])"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
