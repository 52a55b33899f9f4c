"""Whom AWS takes a profile for, with real boto3 in a process of its own: botocore finds its cache when imported."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.center import plant_token, run_python
from support.login import LEGACY, SESSION
from support.renewing import CONFIG, write_config

from tray.aws.api.identity import Identity
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault
from tray.demo.organisation import PERSON, START_URL

MORE = f"""
[profile old]
sso_start_url = {START_URL}
sso_region = us-east-1
sso_account_id = 444455556666
sso_role_name = ReadOnly

[profile chained]
role_arn = arn:aws:iam::444455556666:role/reports-reader
role_session_name = reports
source_profile = dev
region = eu-central-1

[profile not-mine]
sso_session = my-sso
sso_account_id = 111122223333
sso_role_name = Billing

[profile empty]
region = us-east-1
"""

ASK = """
import json, sys
from tray.core.dataclass import asdict
from tray.aws.api.identity import read_identity
from tray.core.errors import TrayError
try:
    print(json.dumps(asdict(read_identity(sys.argv[1]))))
except TrayError as error:
    print(json.dumps([type(error).__name__, error.exit_code, error.title]))
"""


@pytest.fixture(autouse=True)
def config() -> None:
    write_config(CONFIG + MORE)


def ask(profile: str, **variables: str) -> Any:
    done = run_python(f"import sys; sys.argv[1:] = [{profile!r}]\n{ASK}", **variables)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    return Identity(**answer) if isinstance(answer, dict) else answer


def test_a_profile_is_who_its_role_is(center: IdentityCenter) -> None:
    plant_token(SESSION.name, center.issue_token())
    identity = ask("dev", AWS_ACCESS_KEY_ID="AKIA", AWS_SECRET_ACCESS_KEY="of somebody else", AWS_PROFILE="nope")
    assert isinstance(identity, Identity)
    assert identity.account == "111122223333"
    assert identity.arn.startswith("arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Developer_")
    assert identity.user_id.endswith(f":{PERSON}")


def test_a_legacy_profile_and_an_assumed_role_have_their_own(center: IdentityCenter) -> None:
    plant_token(LEGACY.name, center.issue_token(scopes=()))
    plant_token(SESSION.name, center.issue_token())
    old, chained = ask("old"), ask("chained")
    assert isinstance(old, Identity)
    assert old.account == "444455556666"
    assert isinstance(chained, Identity)
    assert chained.arn == "arn:aws:sts::444455556666:assumed-role/reports-reader/reports"


def test_without_a_sign_in_that_holds_it_says_so(center: IdentityCenter) -> None:
    assert ask("dev")[:2] == ["NotSignedIn", 1]
    assert ask("old")[:2] == ["NotSignedIn", 1]
    plant_token(SESSION.name, center.issue_token())
    plant_token(LEGACY.name, center.issue_token(scopes=()))
    center.end_sessions()
    assert ask("dev")[:2] == ["NotSignedIn", 1]
    assert ask("old")[:2] == ["NotSignedIn", 1]
    plant_token(SESSION.name, center.issue_token(expires_in=-60))
    center.end_sessions()
    assert ask("dev")[:2] == ["NotSignedIn", 1]


def test_a_role_that_is_not_assigned_is_no_question_of_being_signed_in(center: IdentityCenter) -> None:
    plant_token(SESSION.name, center.issue_token())
    assert ask("not-mine") == ["ConfigProblem", 3, "AWS does not let you use the role of the profile “not-mine”"]


@pytest.mark.parametrize("profile", ["empty", "missing"])
def test_a_profile_that_cannot_be_asked_for_is_a_configuration_problem(center: IdentityCenter, profile: str) -> None:
    assert ask(profile)[:2] == ["ConfigProblem", 3]
    assert not center.requests


def test_trouble_is_not_taken_for_the_end(center: IdentityCenter) -> None:
    plant_token(SESSION.name, center.issue_token())
    center.inject(Fault.error("GetCallerIdentity", 500, "InternalFailure"))
    assert ask("dev")[:2] == ["Rejected", 4]
    center.stop()
    assert ask("dev")[:2] == ["Unreachable", 4]
