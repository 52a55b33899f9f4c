"""What the doctor says of certificates, endpoints and profiles that disagree."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.build import profile, snapshot
from support.certificates import CERTIFICATE
from support.examined import context
from support.needs import posix

from tray.aws.api.client_settings import ClientSettings, Difference, Place
from tray.doctor.client_settings import bundles, check, rule
from tray.doctor.context import read_context
from tray.doctor.finding import Level
from tray.paths import find_paths
from tray.resident.reader import Reader

_LOG_IN_BY_DEV = (
    "Make the profile that is right the default one (sso-tray use dev), or log in by it: sso-tray login --profile dev"
)
_PROD_COUNTS = (
    "The profiles of corp differ on services, endpoint_url: for the sign-in prod counts, the default profile."
)
DIFFERENCE = Difference(("ca_bundle",), ("dev",), None)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (ClientSettings("corp", (("ca_bundle", "/a.pem"), ("use_fips_endpoint", "true"))), []),
        (
            ClientSettings("corp", (), (DIFFERENCE,)),
            [
                (
                    Level.WARNING,
                    "client-settings",
                    "The profiles of corp differ on ca_bundle, so that none counts for the sign-in",
                    _LOG_IN_BY_DEV,
                )
            ],
        ),
        (
            ClientSettings("corp", (), (Difference(("services", "endpoint_url"), ("dev",), "prod"),)),
            [
                (
                    Level.FINE,
                    "client-settings",
                    _PROD_COUNTS,
                    "",
                )
            ],
        ),
        (
            ClientSettings("corp", (("endpoint_url", "http://me:secret@x:1"),), (), lambda _: Place("/h/config", 7)),
            [
                (
                    Level.WARNING,
                    "endpoint",
                    "endpoint_url in line 7 of /h/config leads the sign-in corp to x, not to AWS itself.",
                    "Remove it unless that is meant.",
                )
            ],
        ),
        (
            ClientSettings("corp", (("endpoint_url", "http://x"), ("ignore_configured_endpoint_urls", "True"))),
            [],
        ),
    ],
)
def test_what_is_said(settings: ClientSettings, expected: list[tuple[Level, str, str, str]]) -> None:
    found = [(each.level, each.name, each.message.title, each.message.hint) for each in rule(settings)]
    assert found == expected
    assert "secret" not in repr(found)


@posix  # for the path in a message
def test_each_file_of_certificates_is_looked_at_once_where_it_is_named(tmp_path: Path) -> None:
    good = tmp_path / "good.pem"
    good.write_text(CERTIFICATE, encoding="ascii")
    config = (
        f"[profile a]\nca_bundle = {good}\n[profile b]\nproxy_ca_bundle = /gone\n[profile c]\nca_bundle = /gone\n"
        "[profile d]\nca_bundle =\n"
    )
    given = context(snapshot(profiles=tuple(map(profile, "abcd"))), config=config)

    assert [(each.level, each.name, each.message.title) for each in bundles(given)] == [
        (Level.PROBLEM, "ca-bundle", "proxy_ca_bundle in line 4 of /h/.aws/config names /gone, which is not there"),
        (Level.PROBLEM, "ca-bundle", "ca_bundle in line 8 of /h/.aws/config is empty"),
    ]


def test_the_sign_ins_of_a_home_are_looked_at(home: Path) -> None:
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(
        "[sso-session corp]\nsso_start_url = https://d-1234567890.awsapps.com/start\nsso_region = us-east-1\n"
        "[profile a]\nsso_session = corp\nuse_fips_endpoint = true\n[profile b]\nsso_session = corp\n",
        encoding="utf-8",
    )
    given = context()
    read = read_context(Reader(find_paths()), given.now, given.local, online=False, unanswered=())

    assert [(each.level, each.name) for each in check(read)] == [(Level.WARNING, "client-settings")]


def test_where_the_config_cannot_be_read_nothing_more_is_said(home: Path) -> None:
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text("broken\n", encoding="utf-8")
    given = context(paths=find_paths())

    assert list(check(given)) == []
