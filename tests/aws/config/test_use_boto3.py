"""After a switch plain boto3, which names no profile, works in the chosen account; after undo, as before."""

import pytest
from support.center import plant_token, run_python

from tray.aws.config.use import undo, use_profile
from tray.demo.organisation import build_home
from tray.paths import find_paths

WHO_AM_I = "import boto3; print(boto3.client('sts').get_caller_identity()['Account'])"


@pytest.fixture
def paths(home, center):
    build_home(home)
    plant_token("demo", center.issue_token())
    return find_paths({})


def account():
    ran = run_python(WHO_AM_I)
    return ran.stdout.strip() or ran.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    "stale",
    ["", "\n[profile default]\nregion = eu-west-1\naws_access_key_id = AKIASTALE\naws_secret_access_key = stale\n"],
    ids=["default alone", "profile default too"],
)
def test_boto3_follows_a_switch_and_its_undoing(paths, stale):
    with paths.aws_config.open("a") as file:
        file.write(stale)
    original = paths.aws_config.read_bytes()
    before = account()
    assert use_profile(paths, "prod", environ={}).warnings == ()
    assert account() == "777788889999" != before
    undo(paths, environ={})
    assert paths.aws_config.read_bytes() == original
    assert account() == before


def test_boto3_works_as_before_where_there_was_no_default(paths):
    text = paths.aws_config.read_text()
    paths.aws_config.write_text(text.replace("[default]", "[profile first]"))
    original = paths.aws_config.read_bytes()
    use_profile(paths, "prod", environ={})
    assert account() == "777788889999"
    undo(paths, environ={})
    assert paths.aws_config.read_bytes() == original
    assert "credentials" in account()
