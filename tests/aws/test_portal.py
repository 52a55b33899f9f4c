"""The portal's links, and what may be opened."""

from __future__ import annotations

import pytest

from tray.aws.api.links import console_url, portal_url
from tray.core.errors import ConfigProblem

PORTAL = "https://example.awsapps.com/start"


@pytest.mark.parametrize("ending", ["", "/", "#", "#/", "/#", "/#/", "/#/?tab=accounts", "//"])
def test_a_portal_link_drops_what_people_copy_along(ending: str) -> None:
    assert portal_url(PORTAL + ending) == PORTAL


@pytest.mark.parametrize(
    ("start_url", "expected"),
    [
        (PORTAL, f"{PORTAL}/#/console?account_id=123456789012&role_name=S3FullAccess"),
        (f"{PORTAL}#/", f"{PORTAL}/#/console?account_id=123456789012&role_name=S3FullAccess"),
        (
            "https://ssoins-1.portal.eu-west-1.app.aws/",
            "https://ssoins-1.portal.eu-west-1.app.aws/#/console?account_id=123456789012&role_name=S3FullAccess",
        ),
        (
            "https://start.us-gov-home.awsapps.com/directory/x",
            "https://start.us-gov-home.awsapps.com/directory/x/#/console?account_id=123456789012&role_name=S3FullAccess",
        ),
    ],
)
def test_a_console_link_extends_the_portals_own_address(start_url: str, expected: str) -> None:
    assert console_url(start_url, "123456789012", "S3FullAccess") == expected


def test_a_console_link_is_the_documented_example() -> None:
    link = console_url(PORTAL, "123456789012", "S3FullAccess", "https://console.aws.amazon.com/s3/home")
    assert link == (
        "https://example.awsapps.com/start/#/console?account_id=123456789012&role_name=S3FullAccess"
        "&destination=https%3A%2F%2Fconsole.aws.amazon.com%2Fs3%2Fhome"
    )


def test_values_in_a_console_link_cannot_add_parameters() -> None:
    link = console_url(PORTAL, "1&role_name=Admin", "A b#/?&=ü", "x&y")
    assert link.endswith("account_id=1%26role_name%3DAdmin&role_name=A%20b%23%2F%3F%26%3D%C3%BC&destination=x%26y")


def test_without_a_role_the_person_chooses() -> None:
    assert console_url(PORTAL, "123456789012", None) == f"{PORTAL}/#/console?account_id=123456789012"


@pytest.mark.parametrize(
    "start_url",
    [
        "https://identitycenter.amazonaws.com/ssoins-1234567890abcdef",
        "https://identitycenter.amazonaws.com.cn/ssoins-1",
        "https://identitycenter.amazonaws.eu/ssoins-1",
        "https://identitycenter.us-gov.amazonaws.com/ssoins-1",
    ],
)
def test_an_issuer_url_has_no_console_links(start_url: str) -> None:
    assert portal_url(start_url) == start_url
    with pytest.raises(ConfigProblem) as problem:
        console_url(start_url, "123456789012", "Admin")
    assert "awsapps.com/start" in problem.value.hint


@pytest.mark.parametrize(
    "start_url", ["", "example.awsapps.com/start", "http://example.awsapps.com/start", "javascript:alert(1)"]
)
def test_a_start_url_that_must_not_be_opened_is_a_configuration_problem(start_url: str) -> None:
    with pytest.raises(ConfigProblem):
        portal_url(start_url)
    with pytest.raises(ConfigProblem):
        console_url(start_url, "123456789012", "Admin")
