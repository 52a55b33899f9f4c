"""Which settings count for a sign-in: a table; and real botocore beside what comes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.session import Session
from hypothesis import given
from hypothesis import strategies as st
from support.examples import examples

from tray.aws.api import clients
from tray.aws.api.client_settings import Difference, Place, bundle_in_force
from tray.aws.config.client_settings import SettingsReader
from tray.core.model import Kind, SignIn
from tray.demo.organisation import START_URL

CORP = SignIn("corp", Kind.SSO_SESSION, START_URL, "us-east-1")
DUAL_STACK = "https://ssoins-1234567890abcdef.portal.us-east-1.app.aws"
SESSION = f"[sso-session corp]\nsso_start_url = {START_URL}\nsso_region = us-east-1\n"


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


def profiles(**says: str) -> str:
    """Write profiles of ``corp``, each with lines of its own."""
    texts = (f"[profile {name}]\nsso_session = corp\n{lines}\n" for name, lines in says.items())
    return SESSION + "".join(texts)


def reader(home: Path, config: str, profile: str | None = None, **environ: str) -> SettingsReader:
    folder = home / ".aws"
    folder.mkdir(exist_ok=True)
    (folder / "config").write_text(config, encoding="utf-8")
    return SettingsReader(folder / "config", folder / "credentials", environ, profile)


def values(home: Path, config: str, profile: str | None = None, **environ: str) -> dict[str, str]:
    return dict(reader(home, config, profile, **environ)(CORP).values)


A, B = "ca_bundle = /a.pem", "ca_bundle = /b.pem"
LOCAL = "services = local"
LOCAL_SERVICES = "[services local]\nsso_oidc =\n  endpoint_url = http://oidc\nsso =\n  endpoint_url = http://sso\n"


@pytest.mark.parametrize(
    ("config", "environ", "expected", "undecided"),
    [
        pytest.param("", {}, {}, [], id="nothing"),
        pytest.param(profiles(dev=A), {}, {"ca_bundle": "/a.pem"}, [], id="its one profile"),
        pytest.param(profiles(dev=A, prod=A), {}, {"ca_bundle": "/a.pem"}, [], id="all agree"),
        pytest.param(profiles(dev=A, prod=B), {}, {}, ["ca_bundle"], id="two differ"),
        pytest.param(profiles(dev=A, prod=""), {}, {}, ["ca_bundle"], id="one says nothing"),
        pytest.param(
            profiles(dev=A, default=B), {}, {"ca_bundle": "/b.pem"}, [], id="the default profile of the sign-in decides"
        ),
        pytest.param(
            profiles(dev=A, default=""), {}, {}, [], id="the default profile of the sign-in decides for nothing"
        ),
        pytest.param(
            profiles(dev=A, prod=B) + "[default]\nregion = x\n" + B,
            {},
            {},
            ["ca_bundle"],
            id="a default profile of another sign-in decides nothing",
        ),
        pytest.param(
            profiles(dev=A, prod=B),
            {"AWS_PROFILE": "prod"},
            {"ca_bundle": "/b.pem"},
            [],
            id="the profile in force decides",
        ),
        pytest.param(profiles(dev=A, prod=B), {"AWS_PROFILE": "gone"}, {}, ["ca_bundle"], id="a stale variable"),
        pytest.param(
            profiles(dev=A, prod=A, default=A), {"AWS_PROFILE": "gone"}, {"ca_bundle": "/a.pem"}, [], id="agreed anyway"
        ),
        pytest.param(
            profiles(dev="region = x") + "[default]\n" + A,
            {},
            {"ca_bundle": "/a.pem"},
            [],
            id="what no profile of its own speaks of, the default one says",
        ),
        pytest.param(
            SESSION + "[default]\n" + A,
            {},
            {"ca_bundle": "/a.pem"},
            [],
            id="a sign-in without a profile has the default",
        ),
        pytest.param(
            f"[profile other]\n{A}\n[profile third]\n{A}\nendpoint_url = http://x\n",
            {},
            {"ca_bundle": "/a.pem"},
            [],
            id="a sign-in without a profile is behind the same proxy as all others",
        ),
        pytest.param(
            f"[profile other]\n{A}\n[profile third]\n{B}\n", {}, {}, [], id="others that disagree say nothing"
        ),
        pytest.param(
            f"[profile other]\n{A}\n" + profiles(dev=""), {}, {}, [], id="others say nothing to who has a profile"
        ),
        pytest.param(
            profiles(dev="use_fips_endpoint = true", prod="use_fips_endpoint = True"),
            {},
            {"use_fips_endpoint": "true"},
            [],
            id="a switch in two spellings",
        ),
        pytest.param(
            profiles(dev="use_fips_endpoint = false", prod=""),
            {},
            {"use_fips_endpoint": "false"},
            [],
            id="a switch that is off is no difference to none",
        ),
        pytest.param(
            profiles(dev="use_fips_endpoint = true", prod="use_fips_endpoint = false"),
            {},
            {},
            ["use_fips_endpoint"],
            id="a switch on and off",
        ),
        pytest.param(
            profiles(dev=f"{A}\nuse_dualstack_endpoint = true", prod=A),
            {},
            {"ca_bundle": "/a.pem"},
            ["use_dualstack_endpoint"],
            id="each key by itself",
        ),
        pytest.param(
            profiles(dev=LOCAL, prod=LOCAL) + LOCAL_SERVICES,
            {},
            {"services": "local"},
            [],
            id="one section of services",
        ),
        pytest.param(
            profiles(dev=LOCAL, prod="services = same")
            + LOCAL_SERVICES
            + LOCAL_SERVICES.replace("services local", "services same"),
            {},
            {"services": "local"},
            [],
            id="two sections that lead to the same",
        ),
        pytest.param(
            profiles(dev=LOCAL, prod="endpoint_url = http://oidc") + LOCAL_SERVICES,
            {},
            {},
            ["services", "endpoint_url"],
            id="endpoints in two ways that lead to two places",
        ),
        pytest.param(
            profiles(dev="services = s3", prod="") + "[services s3]\ns3 =\n  endpoint_url = http://s3\n",
            {},
            {"services": "s3"},
            [],
            id="services that a sign-in does not ask",
        ),
        pytest.param(
            profiles(dev="endpoint_url = http://x\nignore_configured_endpoint_urls = true", prod=""),
            {},
            {"endpoint_url": "http://x", "ignore_configured_endpoint_urls": "true"},
            [],
            id="endpoints that are ignored",
        ),
        pytest.param(
            profiles(dev="proxy_ca_bundle = /p\nproxy_client_cert = /c", prod="proxy_ca_bundle = /p"),
            {},
            {"proxy_ca_bundle": "/p"},
            ["proxy_client_cert"],
            id="what the proxy wants",
        ),
        pytest.param(profiles(dev="use_fips_endpoint =\n  a = b\n"), {}, {}, [], id="a block where text is expected"),
        pytest.param(
            profiles(dev=A) + f"[profile chained]\nrole_arn = x\nsource_profile = dev\n{A}\n",
            {},
            {"ca_bundle": "/a.pem"},
            [],
            id="a profile that gets its credentials through another is one too",
        ),
    ],
)
def test_what_counts_for_a_sign_in(
    home: Path, config: str, environ: dict[str, str], expected: dict[str, str], undecided: list[str]
) -> None:
    found = reader(home, config, **environ)(CORP)

    assert dict(found.values) == expected
    assert {key for each in found.differences if each.decided_by is None for key in each.keys} == set(undecided)


def test_a_profile_that_is_named_has_the_say_alone(home: Path) -> None:
    config = profiles(dev=A, prod="") + f"[default]\n{B}\nuse_fips_endpoint = true\n"

    assert values(home, config, "dev") == {"ca_bundle": "/a.pem"}
    assert values(home, config, "prod") == {}
    assert values(home, config, "default") == {"ca_bundle": "/b.pem", "use_fips_endpoint": "true"}


def test_a_difference_names_who_speaks_of_it_and_who_decides(home: Path) -> None:
    config = profiles(dev=A, prod=B, third="")

    assert reader(home, config)(CORP).differences == (Difference(("ca_bundle",), ("dev", "prod"), None),)
    assert reader(home, config, AWS_PROFILE="third")(CORP).differences == (
        Difference(("ca_bundle",), ("dev", "prod"), "third"),
    )


def test_a_copy_of_a_profile_speaks_for_no_profile_more(home: Path) -> None:
    """The copy that is a switch old may lack what its profile says by now."""
    role = "sso_account_id = 111122223333\nsso_role_name = Reader\n"
    config = f"[default]\n# sso-tray: copy of profile dev (00000000)\nsso_session = corp\n{role}"
    config += profiles(dev=role + A)

    found = reader(home, config)(CORP)

    assert dict(found.values) == {"ca_bundle": "/a.pem"}
    assert found.differences == ()


def test_a_key_is_found_where_it_stands(home: Path) -> None:
    config = "# mine\n\n" + profiles(dev=f"region = x\n\n# why\n{A}") + "[default]\nuse_fips_endpoint = true\n"
    found = reader(home, config)(CORP)

    assert found.place("ca_bundle") == Place(str(home / ".aws" / "config"), config.splitlines().index(A) + 1)
    assert found.place("use_fips_endpoint") == Place(str(home / ".aws" / "config"), len(config.splitlines()))
    assert found.place("endpoint_url") is None


def test_the_credentials_file_counts_more_and_is_named(home: Path) -> None:
    ask = reader(home, profiles(dev=A))
    ask.credentials.write_text(f"[dev]\n{B}\n", encoding="utf-8")
    found = ask(CORP)

    assert dict(found.values) == {"ca_bundle": "/b.pem"}
    assert found.place("ca_bundle") == Place(str(ask.credentials), 2)


def test_a_file_that_changes_is_read_anew(home: Path) -> None:
    ask = reader(home, profiles(dev=A))
    assert dict(ask(CORP).values) == {"ca_bundle": "/a.pem"}

    ask.config.write_text(profiles(dev="ca_bundle = /another.pem"), encoding="utf-8")

    assert dict(ask(CORP).values) == {"ca_bundle": "/another.pem"}


@pytest.mark.parametrize(
    ("start_url", "config", "expected"),
    [
        (DUAL_STACK, "", "true"),
        (f"{DUAL_STACK}/", "", "true"),
        ("https://ssoins-1.portal.cn-north-1.app.amazonwebservices.com.cn", "", "true"),
        ("https://ssoins-1.portal.eusc-de-east-1.api.amazonwebservices.eu", "", "true"),
        (START_URL, "", None),
        ("https://ssoins-1.us-east-1.portal.amazonaws.com", "", None),
        ("https://portal.us-east-1.app.aws.example.com", "", None),
        ("https://[", "", None),
        (DUAL_STACK, profiles(dev="use_dualstack_endpoint = false"), "false"),
        (DUAL_STACK, profiles(dev="use_dualstack_endpoint = false", prod=""), "true"),
        (DUAL_STACK, "[default]\nuse_dualstack_endpoint = false\n", "false"),
    ],
)
def test_a_dual_stack_portal_has_dual_stack_endpoints_unless_the_config_says_otherwise(
    home: Path, start_url: str, config: str, expected: str | None
) -> None:
    found = reader(home, config)(SignIn("corp", Kind.SSO_SESSION, start_url, "us-east-1"))

    assert dict(found.values).get("use_dualstack_endpoint") == expected


# Real botocore beside it

_LINES = st.lists(
    st.sampled_from(
        [
            "use_fips_endpoint = true",
            "use_fips_endpoint = no",
            "use_dualstack_endpoint = True",
            "use_dualstack_endpoint = false",
            "endpoint_url = http://127.0.0.1:9",
            "services = local",
            "ignore_configured_endpoint_urls = true",
        ]
    ),
    max_size=4,
    unique_by=lambda line: line.split()[0],
).map("\n".join)

_VARIABLES = {
    "AWS_USE_FIPS_ENDPOINT": "false",
    "AWS_USE_DUALSTACK_ENDPOINT": "true",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:7",
    "AWS_ENDPOINT_URL_SSO_OIDC": "http://127.0.0.1:8",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
}


@examples(15)
@given(lines=_LINES, variables=st.sets(st.sampled_from(sorted(_VARIABLES)), max_size=2), named=st.booleans())
def test_requests_go_where_those_of_botocore_go_for_the_profile(
    tmp_path_factory: pytest.TempPathFactory, lines: str, variables: set[str], named: bool
) -> None:
    home = tmp_path_factory.mktemp("home")
    config = profiles(dev=lines) + "[services local]\nsso_oidc =\n  endpoint_url = http://127.0.0.1:10\n"
    chosen = reader(home, config, "dev" if named else None)(CORP)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_CONFIG_FILE", str(home / ".aws" / "config"))
        for name in variables:
            patch.setenv(name, _VARIABLES[name])
        theirs = Session(profile="dev").create_client(
            "sso-oidc", region_name="us-east-1", config=Config(signature_version=UNSIGNED)
        )
        ours = clients.oidc_client("us-east-1", settings=chosen)

        assert clients.endpoint_of(ours) == clients.endpoint_of(cast("Any", theirs))
        assert ours.meta.endpoint_url == theirs.meta.endpoint_url


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
@pytest.mark.parametrize("says", ["", A])
def test_the_certificates_are_those_that_botocore_takes_for_the_profile(
    home: Path, monkeypatch: pytest.MonkeyPatch, variable: str, says: str
) -> None:
    chosen = reader(home, profiles(dev=says))(CORP)
    monkeypatch.setenv(variable, "/of/the/variable.pem")
    monkeypatch.setattr(clients, "check_bundle", lambda *_: None)
    theirs = Session(profile="dev").create_client("sso-oidc", region_name="us-east-1")
    ours = clients.oidc_client("us-east-1", settings=chosen)

    asked = ours._endpoint.http_session._sender  # type: ignore[attr-defined]
    assert asked._verify == theirs._endpoint.http_session._verify  # type: ignore[attr-defined]
    assert bundle_in_force(chosen, {variable: "/of/the/variable.pem"})[1] == (
        theirs._endpoint.http_session._verify  # type: ignore[attr-defined]
    )
