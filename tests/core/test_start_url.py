"""What people paste as the start URL."""

from __future__ import annotations

import pytest

from tray.core.start_url import is_region, read_start_url


@pytest.mark.parametrize(
    ("typed", "url", "region"),
    [
        ("https://d-1234567890.awsapps.com/start", "https://d-1234567890.awsapps.com/start", None),
        (" d-1234567890.awsapps.com/start/#/ ", "https://d-1234567890.awsapps.com/start", None),
        ("https://acme.awsapps.com/start/#/console?account_id=1", "https://acme.awsapps.com/start", None),
        ("https://acme.awsapps.com", "https://acme.awsapps.com/start", None),
        ("https://ssoins-1.portal.eu-west-1.app.aws", "https://ssoins-1.portal.eu-west-1.app.aws", "eu-west-1"),
        ("https://ssoins-1.portal.eu-west-1.app.aws/", "https://ssoins-1.portal.eu-west-1.app.aws", "eu-west-1"),
        ("https://ssoins-1.us-east-2.portal.amazonaws.com", None, "us-east-2"),
        ("https://ssoins-1.cn-north-1.portal.amazonaws.com.cn", None, "cn-north-1"),
        ("https://ssoins-1.portal.cn-north-1.app.amazonwebservices.com.cn", None, "cn-north-1"),
        ("https://ssoins-1.portal.eusc-de-east-1.api.amazonwebservices.eu", None, "eusc-de-east-1"),
        ("https://start.us-gov-west-1.us-gov-home.awsapps.com/directory/x", None, "us-gov-west-1"),
        ("https://start.us-gov-home.awsapps.com/directory/x", None, None),
        ("https://start.cn-northwest-1.home.awsapps.cn/directory/x", None, "cn-northwest-1"),
        ("https://identitycenter.amazonaws.com/ssoins-1", None, None),
        ("https://login.example.com/aws", None, None),
        ("https://x.portal.eu-west-1.app.aws.evil.example", None, None),
    ],
)
def test_a_start_url_is_understood_and_may_name_its_region(typed: str, url: str | None, region: str | None) -> None:
    found = read_start_url(typed)

    assert found is not None
    assert (found.url, found.region) == (url or typed, region)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "start",
        "http://d-1234567890.awsapps.com/start",
        "ftp://d-1234567890.awsapps.com/start",
        "https://",
        "https://aws.amazon.com@evil.example/start",
        "https://d-1.awsapps.com/st art",
        "https://d-1.awsapps.com/start\nsso_region = x",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://[x/",
    ],
)
def test_what_cannot_be_a_start_url_is_refused(typed: str) -> None:
    assert read_start_url(typed) is None


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("us-east-1", True),
        ("ap-southeast-5", True),
        ("us-gov-west-1", True),
        ("us-isob-east-1", True),
        ("eusc-de-east-1", True),
        ("mx-central-1", True),
        ("us-east-1a", False),
        ("useast1", False),
        ("US-EAST-1", False),
        ("", False),
        ("us-east-1\n", False),
        ("us-east-1.evil.example", False),
    ],
)
def test_a_region_is_known_by_its_form(name: str, fits: bool) -> None:
    assert is_region(name) is fits
