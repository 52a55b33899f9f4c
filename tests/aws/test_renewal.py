"""Silent renewal, with real boto3 against the embedded Identity Center."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from support.center import Clock, plant_token, run_python

from tray.aws.api import clients, errors
from tray.aws.cache.files import load_document
from tray.aws.cache.renewal import NotRenewable, SessionOver, TokenRefused, renew
from tray.aws.cache.times import parse_time
from tray.core.errors import NotSignedIn, ServiceProblem
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault
from tray.demo.organisation import START_URL

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def renewed(document: Mapping[str, object]) -> dict[str, object]:
    return renew(dict(document), client=clients.oidc_client("us-east-1"), now=lambda: NOW)


def test_a_renewal_brings_a_new_token_and_keeps_what_it_does_not_know(center: IdentityCenter) -> None:
    document = {**center.issue_token(), "issuedAt": "by another tool"}
    before = dict(document)
    after = renewed(document)
    assert document == before
    assert list(after) == list(before)
    assert after["accessToken"] != before["accessToken"]
    assert after["refreshToken"] != before["refreshToken"]
    assert after["expiresAt"] == "2026-11-23T13:00:00Z"
    assert after["issuedAt"] == "by another tool"


def test_a_refresh_token_that_is_not_sent_again_is_kept(center: IdentityCenter) -> None:
    center.knobs.omit_refresh_token = True
    document = center.issue_token()
    after = renewed(dict(document))
    assert after["refreshToken"] == document["refreshToken"]
    assert renewed(after)["accessToken"] != after["accessToken"]


def test_the_end_of_the_sign_in_is_told_from_trouble(center: IdentityCenter) -> None:
    document = dict(center.issue_token())
    center.inject(Fault.error("CreateToken", 500, "InternalServerException"))
    with pytest.raises(ServiceProblem):
        renewed(document)
    center.heal()
    center.end_sessions()
    with pytest.raises(SessionOver) as problem:
        renewed(document)
    assert problem.value.exit_code == 1
    center.stop()
    with pytest.raises(errors.Unreachable):
        renewed(document)


def test_an_unknown_client_is_not_the_end_of_the_sign_in(center: IdentityCenter) -> None:
    with pytest.raises(TokenRefused) as problem:
        renewed({**center.issue_token(), "clientId": "unknown"})
    assert "InvalidClientException" in problem.value.hint
    assert "sso-tray login" in problem.value.hint


@pytest.mark.parametrize("missing", ["refreshToken", "clientId", "clientSecret"])
def test_without_what_a_renewal_needs_nothing_is_asked(center: IdentityCenter, missing: str) -> None:
    document: dict[str, object] = dict(center.issue_token())
    for lacking in ({key: value for key, value in document.items() if key != missing}, {**document, missing: None}):
        with pytest.raises(NotRenewable) as problem:
            renewed(lacking)
        assert isinstance(problem.value, NotSignedIn)
    assert not center.requests


def test_a_token_that_botocore_renewed_is_read_and_renewed_here(center: IdentityCenter, clock: Clock) -> None:
    old = center.issue_token(expires_in=60)
    path = plant_token("my-sso", old)
    config = path.parents[2] / "config"
    config.write_text(
        f"[sso-session my-sso]\nsso_start_url = {START_URL}\nsso_region = us-east-1\n"
        "[profile dev]\nsso_session = my-sso\nsso_account_id = 111122223333\nsso_role_name = Developer\n",
        encoding="utf-8",
    )
    done = run_python(
        "import boto3; print(boto3.Session(profile_name='dev').client('sts').get_caller_identity()['Account'])"
    )
    assert done.stdout.strip() == "111122223333", done.stderr
    document = load_document(path)
    assert document
    assert document["accessToken"] != old["accessToken"]
    assert parse_time(document["expiresAt"]).timestamp() > clock() + 3000
    assert renewed(document)["accessToken"] != document["accessToken"]
