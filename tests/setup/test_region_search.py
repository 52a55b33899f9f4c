"""The region of an Identity Center is found by its start page, and believed of AWS alone."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.needs import linux, needs
from support.start_page import Portals, answer, page, portals

from tray.aws.api.fetching import Fetched
from tray.aws.config.client_settings import SettingsReader
from tray.core.errors import ServiceProblem
from tray.core.message import Message
from tray.setup import region_search
from tray.setup.region_search import RegionSearch, fetch_for, may_be_asked, region_of_page

START = "https://d-1234567890.awsapps.com/start"


def told(*fetched: Fetched, url: str = START) -> str | None:
    """What is found where pages come one after the other."""
    pages = iter(fetched)
    return region_of_page(url, lambda _: next(pages))


def html(text: str) -> Fetched:
    return Fetched(200, "", text.encode())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<meta name="region" content="us-west-2"/>', "us-west-2"),
        ("<META content='eu-central-1' data-x=1 name='region'>", "eu-central-1"),
        ('<meta name="region" content=" eusc-de-east-1 ">', "eusc-de-east-1"),
        ('<meta name="region" content="India"><meta name="region" content="ap-south-1">', "ap-south-1"),
        ('<meta name="region" content="us-west-2&quot;><script>">', None),
        ('<!-- <meta name="region" content="us-west-2"/> -->', None),
        ('<meta name="region"><meta content="us-west-2">', None),
        ('<p name="region" content="us-west-2">', None),
        ("<<meta" * 5000, None),
        ("", None),
        ("\x00\udcff".encode("utf-8", "replace").decode(), None),
    ],
)
def test_a_page_names_its_region_in_a_meta_of_that_name(text: str, expected: str | None) -> None:
    assert told(html(text)) == expected


def test_a_page_that_is_not_of_aws_is_not_believed() -> None:
    assert told(html('<meta name="region" content="us-west-2"/>'), url="https://aws.example.com") is None
    assert told(html('<meta name="region" content="us-west-2"/>'), url="https://xawsapps.com/start") is None


@pytest.mark.parametrize("status", [204, 403, 404, 500])
def test_an_error_page_is_not_believed(status: int) -> None:
    assert told(Fetched(status, "", b'<meta name="region" content="us-west-2"/>')) is None


@pytest.mark.parametrize(
    ("locations", "expected"),
    [
        (["https://ssoins-1.portal.eu-west-1.app.aws/?x=1"], "eu-west-1"),
        (["https://d-1234567890.awsapps.com/start/", "https://ssoins-1.us-east-2.portal.amazonaws.com"], "us-east-2"),
        (["/start/", "/start/#/"], "us-west-2"),
        (["http://ssoins-1.portal.eu-west-1.app.aws/"], None),
        (["https://portal.eu-west-1.app.aws.example.com/"], None),
        (["https://127.0.0.1/"], None),
        (["/a", "/b", "/c", "/d"], None),
    ],
)
def test_redirects_are_followed_to_aws_alone_and_three_at_most(locations: list[str], expected: str | None) -> None:
    pages = [Fetched(302, location, b"") for location in locations]
    assert told(*pages, html('<meta name="region" content="us-west-2"/>')) == expected


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, True),
        ({"AWS_ENDPOINT_URL_SSO": "http://127.0.0.1:1"}, False),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, False),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, True),
        ({"AWS_ENDPOINT_URL_STS": "http://127.0.0.1:1"}, True),
    ],
)
def test_where_endpoints_are_moved_the_start_page_is_not_the_portals(environ: dict[str, str], expected: bool) -> None:
    assert may_be_asked(environ) is expected


def test_a_search_that_fails_has_found_nothing() -> None:
    def fetch(_url: str) -> Fetched:
        raise ServiceProblem(Message("No answer"))

    search = RegionSearch(START, fetch)
    assert search.result(20) is None
    assert not search.under_way


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portals]:
    needs("openssl")
    hosts = ("d-1234567890.awsapps.com", "aws.example.com", "ssoins-1.portal.eu-west-1.app.aws")
    with portals(tmp_path_factory.mktemp("portals"), *hosts) as running:
        yield running


@pytest.fixture
def company(network: Portals, monkeypatch: pytest.MonkeyPatch) -> Portals:
    """A network with a proxy and an authority of its own."""
    for name, value in network.environ.items():
        monkeypatch.setenv(name, value)
    network.answers.clear()
    network.asked.clear()
    network.silent.clear()
    return network


@linux
def test_a_start_page_is_asked_through_the_proxy_and_by_the_certificates_of_the_company(company: Portals) -> None:
    company.answers["d-1234567890.awsapps.com"] = page("ap-southeast-2")
    assert RegionSearch(START).result(20) == "ap-southeast-2"
    assert company.asked == ["d-1234567890.awsapps.com/start"]


@linux
def test_an_address_of_the_company_leads_to_the_portal(company: Portals) -> None:
    there = "https://ssoins-1.portal.eu-west-1.app.aws/"
    company.answers["aws.example.com"] = answer(301, b"x" * 100, Location=there)
    assert RegionSearch("https://aws.example.com").result(20) == "eu-west-1"
    assert company.asked == ["aws.example.com/"], "the host says it already"


@linux
@pytest.mark.parametrize(
    "said", [b"", b"nonsense\r\n\r\n", answer(407), answer(200, b"\x00" * 600_000), answer(302, Location="//[")]
)
def test_an_answer_that_is_no_start_page_is_nothing_found(company: Portals, said: bytes) -> None:
    company.answers["d-1234567890.awsapps.com"] = said
    assert RegionSearch(START).result(20) is None


@linux
def test_without_the_authoritys_certificate_nothing_is_believed(
    company: Portals, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.answers["d-1234567890.awsapps.com"] = page("ap-southeast-2")
    monkeypatch.delenv("AWS_CA_BUNDLE")
    assert RegionSearch(START).result(20) is None
    assert company.asked == []


@linux
@pytest.mark.parametrize("session", ["", "corp"])
def test_the_certificates_that_the_profiles_name_are_enough(
    company: Portals, home: Path, monkeypatch: pytest.MonkeyPatch, session: str
) -> None:
    bundle = os.environ["AWS_CA_BUNDLE"]
    monkeypatch.delenv("AWS_CA_BUNDLE")
    section = "[profile dev]\nsso_session = corp\n" if session else "[default]\n"
    portal = f"[sso-session corp]\nsso_start_url = {START}\nsso_region = us-east-1\n" if session else ""
    config = home / ".aws" / "config"
    config.parent.mkdir()
    config.write_text(f"{portal}{section}ca_bundle = {bundle}\n")
    company.answers["d-1234567890.awsapps.com"] = page("ap-southeast-2")
    reader = SettingsReader(config, config.parent / "credentials", os.environ)
    assert RegionSearch(START, fetch_for(session, START, reader)).result(20) == "ap-southeast-2"


@linux
def test_nobody_waits_for_a_silent_page(company: Portals, monkeypatch: pytest.MonkeyPatch) -> None:
    company.answers["d-1234567890.awsapps.com"] = page("ap-southeast-2")
    company.silent.set()
    monkeypatch.setattr(region_search, "SECONDS", 0.3)
    search = RegionSearch(START)
    began = time.monotonic()
    assert search.result(0.1) is None
    assert time.monotonic() - began < 5
    search.result(20)
    assert not search.under_way, "the connection is given up, too"
