"""Whatever a config file looks like, we read of it what botocore reads, and refuse it where botocore does."""

import botocore.session
import pytest
from botocore.exceptions import ConfigParseError
from hypothesis import example, given
from hypothesis import strategies as st
from support.examples import examples
from support.ini_texts import config_texts

from tray.aws.config.files import read_full_config
from tray.aws.config.reading import read_config
from tray.core.errors import ConfigProblem


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("aws")


def botocore_says(config, credentials):
    session = botocore.session.Session()
    session.set_config_variable("config_file", str(config))
    session.set_config_variable("credentials_file", str(credentials))
    return session.full_config


def compare(folder, config, credentials=b""):
    files = folder / "config", folder / "credentials"
    for file, content in zip(files, (config, credentials), strict=True):
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    try:
        expected = botocore_says(*files)
    except ConfigParseError:
        with pytest.raises(ConfigProblem):
            read_full_config(*files)
        refused = read_config(*files, {})
        assert len(refused.problems) == 1
        assert (refused.sign_ins, refused.profiles, refused.default_profile) == ((), (), None)
        return False
    found = read_full_config(*files)
    assert found.profiles == expected["profiles"]
    assert list(found.profiles) == list(expected["profiles"])
    assert found.sso_sessions == expected.get("sso_sessions", {})
    read_config(*files, {"AWS_PROFILE": "dev"})
    return True


@examples(150)
@given(config_texts(), config_texts(headers=["default", "dev", "profile dev", "sso-session x", "DEFAULT"]))
@example("[profile a]\nregion = x\n  # remark\n\n  output = json\n", "")
@example("[DEFAULT]\ns3 =\n  broken\n", "")
@example("[DEFAULT]\ns3 =\n  broken\n[profile a]\n", "")
@example("", "[default]\ns3 = a\n[DEFAULT]\ns3 =\n  broken\nregion = x\n")
@example("", "[default]\ns3 = a\n[DEFAULT]\ns3 =\n  broken\n[dev]\n")
@example("[DEFAULT]\nregion = a\n[profile dev]\n[DEFAULT]\noutput = b\n", "[dev]\nregion = c\n")
def test_imagined_files(folder, config, credentials):
    compare(folder, config, credentials)


@examples(80)
@given(config_texts(sound=True))
def test_imagined_sound_files(folder, config):
    compare(folder, config)


@examples(100)
@given(st.text(st.sampled_from("[]=:#; \t\r\n\x0b\x1c\x85\u2028\"'\\pabAB\ufeff"), max_size=40))
def test_any_text(folder, text):
    compare(folder, text)
    compare(folder, f"[profile a]\n{text}")
    compare(folder, f"[profile {text}")


@examples(100)
@given(st.binary(max_size=40))
def test_any_bytes(folder, data):
    compare(folder, data)
    compare(folder, b"[profile a]\n" + data)


def test_the_imagined_files_are_worth_the_comparison(folder):
    accepted = []

    @examples(100, database=None, derandomize=True)
    @given(config_texts())
    def count(config):
        accepted.append(compare(folder, config))

    count()
    assert 0.3 < sum(accepted) / len(accepted) < 1


@pytest.mark.parametrize("mode", ["missing", "folder"])
def test_what_is_no_file_is_empty(folder, mode):
    path = folder / mode
    if mode == "folder":
        path.mkdir()
    assert botocore_says(path, path)["profiles"] == {}
    assert read_full_config(path, path).profiles == {}
