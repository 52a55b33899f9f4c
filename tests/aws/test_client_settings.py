"""
What a config says about the connection, kept on the wire: real TLS before the embedded Identity Center.

The variables of this machine are out of the way, so that the config alone says how AWS is reached.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from support.center import Clock, Page, fetch
from support.certificates import CERTIFICATE
from support.company_network import Authority, InspectingProxy, TlsFront, forget_variables, make_authority
from support.login import SESSION as PORTAL_SESSION
from support.login import Person, cache_dir
from support.renewing import write_config

from tray.aws.api import causes, clients, errors
from tray.aws.api.client_settings import ClientSettings, Difference, bundle_fault
from tray.aws.config.client_settings import SettingsReader
from tray.aws.login import oidc
from tray.core.dataclass import replace
from tray.core.errors import ConfigProblem, TrayError
from tray.core.model import Kind, SignIn
from tray.demo.center import IdentityCenter
from tray.demo.organisation import START_URL
from tray.paths import find_paths

SESSION = f"[sso-session corp]\nsso_start_url = {START_URL}\nsso_region = us-east-1\n"
DUAL_STACK = "https://ssoins-1234567890abcdef.portal.us-east-1.app.aws"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(autouse=True)
def config_alone(center: IdentityCenter, monkeypatch: pytest.MonkeyPatch) -> None:
    forget_variables(monkeypatch)


@pytest.fixture
def proxy(center: IdentityCenter, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[InspectingProxy]:
    with InspectingProxy(port_of(center), authority) as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield running


def port_of(center: IdentityCenter) -> int:
    return int(center.url.rpartition(":")[2])


def settings(config: str, profile: str | None = None, start_url: str = START_URL) -> ClientSettings:
    write_config(config)
    paths = find_paths()
    ask = SettingsReader(paths.aws_config, paths.aws_credentials, os.environ, profile)
    return ask(SignIn("corp", Kind.SSO_SESSION, start_url, "us-east-1"))


def profile(name: str, says: str) -> str:
    return f"[profile {name}]\nsso_session = corp\n{says}\n"


def register(given: ClientSettings) -> None:
    client = clients.oidc_client("us-east-1", settings=given, attempts=1)
    with clients.translated(client):
        client.register_client(clientName="x", clientType="public")


def list_accounts(given: ClientSettings, token: str) -> None:
    client = clients.portal_client("us-east-1", settings=given, attempts=1)
    with clients.translated(client):
        client.list_accounts(accessToken=token)


def refusal(given: ClientSettings) -> TrayError:
    with pytest.raises(TrayError) as problem:
        register(given)
    return problem.value


def line_of(text: str) -> int:
    return find_paths().aws_config.read_text("utf-8").splitlines().index(text) + 1


# Behind a proxy that looks into the traffic


def test_behind_a_proxy_the_certificates_of_the_profile_are_trusted(
    proxy: InspectingProxy, authority: Authority, center: IdentityCenter
) -> None:
    given = settings(SESSION + profile("dev", f"ca_bundle = {authority.certificate}"))

    register(given)
    list_accounts(given, center.issue_token()["accessToken"])

    assert proxy.asked == ["oidc.us-east-1.amazonaws.com", "portal.sso.us-east-1.amazonaws.com"]


def test_a_file_of_certificates_in_the_home_is_found(proxy: InspectingProxy, authority: Authority, home: Path) -> None:
    (home / "company.pem").write_bytes(authority.certificate.read_bytes())

    register(settings(SESSION + profile("dev", "ca_bundle = ~/company.pem")))


def test_without_the_proxys_certificates_nothing_is_sent_and_they_are_hinted_at(
    proxy: InspectingProxy, center: IdentityCenter
) -> None:
    problem = refusal(settings(SESSION + profile("dev", "region = us-east-1")))

    assert isinstance(problem, errors.Unreachable)
    assert problem.title == "The secure connection to oidc.us-east-1.amazonaws.com could not be verified"
    assert "ca_bundle" in problem.hint
    assert center.requests == ()


def test_certificates_that_do_not_fit_are_named_with_file_and_line(
    proxy: InspectingProxy, tmp_path: Path, center: IdentityCenter
) -> None:
    other = tmp_path / "other.pem"
    other.write_text(CERTIFICATE, encoding="ascii")
    says = f"ca_bundle = {other}"

    problem = refusal(settings(SESSION + profile("dev", says)))

    assert isinstance(problem, errors.Unreachable)
    assert problem.title == "The secure connection to oidc.us-east-1.amazonaws.com could not be verified"
    assert f"ca_bundle in line {line_of(says)} of {find_paths().aws_config}" in problem.hint
    assert center.requests == ()


def test_profiles_that_differ_on_the_certificates_are_named_where_none_counts(
    proxy: InspectingProxy, authority: Authority
) -> None:
    config = SESSION + profile("dev", f"ca_bundle = {authority.certificate}") + profile("prod", "")

    assert refusal(settings(config)).hint == (
        "The profiles of corp differ on ca_bundle, so that none counts: make the one that is right the default profile"
        " (sso-tray use dev), or log in by it (sso-tray login --profile dev)."
    )
    register(settings(config, "dev"))


def test_the_environments_certificates_come_first(
    proxy: InspectingProxy, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.pem"
    other.write_text(CERTIFICATE, encoding="ascii")
    monkeypatch.setenv("AWS_CA_BUNDLE", str(authority.certificate))
    register(settings(SESSION + profile("dev", f"ca_bundle = {other}")))

    monkeypatch.setenv("AWS_CA_BUNDLE", str(other))
    problem = refusal(settings(SESSION + profile("dev", f"ca_bundle = {authority.certificate}")))
    assert "The certificates that AWS_CA_BUNDLE names" in problem.hint


def test_a_dual_stack_portal_is_asked_at_its_dual_stack_endpoints(
    proxy: InspectingProxy, authority: Authority, center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = profile("dev", f"ca_bundle = {authority.certificate}")
    given = settings(SESSION + bundle, start_url=DUAL_STACK)
    register(given)
    list_accounts(given, center.issue_token()["accessToken"])
    assert proxy.asked == ["oidc.us-east-1.api.aws", "portal.sso.us-east-1.api.aws"]

    monkeypatch.setenv("AWS_USE_DUALSTACK_ENDPOINT", "false")
    register(given)
    assert proxy.asked[-1] == "oidc.us-east-1.amazonaws.com"


@pytest.mark.parametrize(("says", "variable"), [("use_fips_endpoint = true", None), ("", "AWS_USE_FIPS_ENDPOINT")])
def test_a_fips_endpoint_that_does_not_exist_is_the_settings_matter_and_not_the_proxys(
    proxy: InspectingProxy, authority: Authority, monkeypatch: pytest.MonkeyPatch, says: str, variable: str | None
) -> None:
    if variable is not None:
        monkeypatch.setenv(variable, "true")
    problem = refusal(settings(SESSION + profile("dev", f"ca_bundle = {authority.certificate}\n{says}")))

    assert proxy.asked == ["oidc-fips.us-east-1.amazonaws.com"]
    setting = variable or f"use_fips_endpoint in line {line_of(says)} of {find_paths().aws_config}"
    assert problem.title == "Could not reach the FIPS endpoint oidc-fips.us-east-1.amazonaws.com"
    assert problem.hint == (
        f"{setting} asks for it, and few regions have one: remove the setting, or make it false. If nothing else of AWS"
        " can be reached either, check the network."
    )


def test_a_proxy_that_lets_nothing_through_stays_the_proxys_matter(
    proxy: InspectingProxy, authority: Authority
) -> None:
    given = settings(SESSION + profile("dev", f"ca_bundle = {authority.certificate}"))
    client = clients.oidc_client("eu-west-3", settings=given, attempts=1)
    with pytest.raises(errors.Unreachable) as problem, clients.translated(client):
        client.register_client(clientName="x", clientType="public")

    assert problem.value.title == ("The proxy did not let the connection to oidc.eu-west-3.amazonaws.com through")


def test_a_proxy_that_speaks_tls_itself_is_trusted_by_the_profiles_certificates_for_it(
    center: IdentityCenter, authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    of_proxy = make_authority(tmp_path, "proxy")
    both = f"ca_bundle = {authority.certificate}\nproxy_ca_bundle = {of_proxy.certificate}"
    with InspectingProxy(port_of(center), authority) as proxy, TlsFront(proxy.port, of_proxy) as front:
        for name, value in proxy.environment(f"https://127.0.0.1:{front.port}").items():
            monkeypatch.setenv(name, value)

        register(settings(SESSION + profile("dev", both)))

        assert proxy.asked == ["oidc.us-east-1.amazonaws.com"]
        without = settings(SESSION + profile("dev", both.partition("\n")[0]) + profile("prod", both))
        assert "differ on proxy_ca_bundle" in refusal(without).hint


# TLS at an endpoint of one's own


def test_an_endpoint_of_the_profile_with_a_certificate_of_its_own(center: IdentityCenter, authority: Authority) -> None:
    with TlsFront(port_of(center), authority) as front:
        services = "[services front]\nsso_oidc =\n  endpoint_url = https://127.0.0.1:{0}\nsso =\n  endpoint_url ="
        services = f"{services} https://127.0.0.1:{{0}}\n".format(front.port)
        says = f"ca_bundle = {authority.certificate}\nservices = front"
        given = settings(SESSION + profile("dev", says) + services)
        register(given)
        list_accounts(given, center.issue_token()["accessToken"])

        trusting_others = settings(SESSION + profile("dev", "services = front") + services)
        assert "could not be verified" in refusal(trusting_others).title


# What cannot be used is said before anything is sent


def missing(folder: Path) -> Path:
    return folder / "gone.pem"


def a_folder(folder: Path) -> Path:
    return folder


def no_certificate(folder: Path) -> Path:
    file = folder / "key.pem"
    file.write_text("-----BEGIN PRIVATE KEY-----\n", encoding="ascii")
    return file


def cut_short(folder: Path) -> Path:
    file = folder / "cut.pem"
    file.write_text(CERTIFICATE[:200], encoding="ascii")
    return file


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (missing, "which is not there"),
        (a_folder, "which cannot be read: "),
        (no_certificate, "which holds no certificate"),
        (cut_short, "which holds no certificate"),
    ],
)
@pytest.mark.parametrize("by", ["config", "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_a_file_of_certificates_that_cannot_be_used_is_named_before_anything_is_sent(
    center: IdentityCenter,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[Path], Path],
    why: str,
    by: str,
) -> None:
    file = make(tmp_path)
    says = f"ca_bundle = {file}" if by == "config" else ""
    if by != "config":
        monkeypatch.setenv(by, str(file))
    given = settings(SESSION + profile("dev", says))

    with pytest.raises(ConfigProblem) as problem:
        register(given)

    setting = by if by != "config" else f"ca_bundle in line {line_of(says)} of {find_paths().aws_config}"
    assert problem.value.title.startswith(f"{setting} names {file}, {why}")
    assert center.requests == ()


def test_a_file_of_certificates_that_has_no_name_is_not_taken_for_leave_to_trust_everybody(
    center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", "")
    with pytest.raises(ConfigProblem, match="AWS_CA_BUNDLE is empty"):
        register(settings(SESSION))


def test_certificates_that_are_gone_keep_nobody_from_an_endpoint_without_tls(
    center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", "/gone.pem")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", center.url)
    register(settings(SESSION))


def test_a_file_of_certificates_that_can_be_used_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "bundle.pem"
    file.write_text(f"# mine\n{CERTIFICATE}", encoding="ascii")
    assert bundle_fault("ca_bundle", str(file)) is None


def test_certificates_for_the_proxy_itself_are_named_where_they_cannot_be_used(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "https://127.0.0.1:9")
    says = f"proxy_ca_bundle = {tmp_path / 'gone.pem'}"

    problem = refusal(settings(SESSION + profile("dev", says)))

    assert isinstance(problem, errors.Unsendable)
    assert problem.title.startswith(f"proxy_ca_bundle in line {line_of(says)} of {find_paths().aws_config} names ")


# Whose fault it is that nothing answers

FIPS = "oidc-fips.us-east-1.amazonaws.com"
IN_FORCE = ClientSettings("corp", (("use_fips_endpoint", "true"), ("endpoint_url", "http://localhost:4566")))


def only(*hosts: str) -> Callable[[str], bool]:
    return lambda host: host in hosts


@pytest.mark.parametrize(
    ("host", "environ", "known", "title", "named", "passes"),
    [
        (
            FIPS,
            {},
            only("oidc.us-east-1.amazonaws.com"),
            f"There is no FIPS endpoint {FIPS}",
            "use_fips_endpoint",
            False,
        ),
        (FIPS, {"AWS_USE_FIPS_ENDPOINT": "true"}, only(), f"Could not reach the FIPS endpoint {FIPS}", "AWS_USE", True),
        (FIPS, {}, only(FIPS), f"Could not reach the FIPS endpoint {FIPS}", "use_fips_endpoint", True),
        ("localhost", {}, only(), "Could not reach localhost", "endpoint_url leads there", True),
        (
            "localhost",
            {"AWS_ENDPOINT_URL_SSO": "http://localhost:1"},
            only(),
            "Could not reach localhost",
            "AWS_ENDPOINT_URL_SSO leads there",
            True,
        ),
        ("oidc.us-east-1.amazonaws.com", {}, only(), "Could not reach oidc.us-east-1", "Check the network", True),
    ],
)
def test_a_setting_that_leads_nowhere_is_named_and_else_the_network(
    host: str, environ: dict[str, str], known: Callable[[str], bool], title: str, named: str, passes: bool
) -> None:
    problem = causes.of_unreachable(host, IN_FORCE, environ, resolves=known)

    assert problem.title.startswith(title)
    assert problem.hint.startswith(named)
    assert problem.passes is passes


def test_profiles_that_differ_on_an_endpoint_are_named_beside_the_network() -> None:
    differ = (Difference(("services", "endpoint_url"), ("dev",), None), Difference(("use_fips_endpoint",), ("x",), "x"))
    problem = causes.of_unreachable("oidc.us-east-1.amazonaws.com", ClientSettings("corp", (), differ), {})

    assert problem.title == "Could not reach oidc.us-east-1.amazonaws.com"
    assert problem.hint.startswith("Check the network, the VPN or proxy. ")
    assert "The profiles of corp differ on services, endpoint_url, so that none counts: " in problem.hint


def test_where_fips_needs_no_host_of_its_own_the_page_is_that_of_the_requests() -> None:
    """GovCloud's hosts are FIPS ones under their ordinary name."""
    given = settings(SESSION + profile("dev", "use_fips_endpoint = true"))
    client = clients.oidc_client("us-gov-west-1", settings=given)

    assert clients.endpoint_of(client) == "https://oidc.us-gov-west-1.amazonaws.com"


# A whole login


def test_the_page_of_a_dual_stack_portal_is_at_its_dual_stack_endpoint_too(
    proxy: InspectingProxy,
    authority: Authority,
    center: IdentityCenter,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The person's browser trusts the company, and finds its way by itself."""
    person = Person(center, clock)
    at_aws = "https://oidc.us-east-1.api.aws"

    def through_the_proxy(url: str, form: Mapping[str, str] | None = None, *, jar: CookieJar | None = None) -> Page:
        return fetch(url.replace(at_aws, center.url), form, jar=jar)

    monkeypatch.setattr("support.login.fetch", through_the_proxy)
    given = settings(SESSION + profile("dev", f"ca_bundle = {authority.certificate}"), start_url=DUAL_STACK)
    sign_in = replace(PORTAL_SESSION, start_url=DUAL_STACK)

    oidc.log_in(
        sign_in,
        client=clients.oidc_client("us-east-1", settings=given),
        cache_dir=cache_dir(),
        surroundings=person.surroundings(),
    )
    person.join()

    assert [url.partition("?")[0] for url in person.aws_urls] == [f"{at_aws}/authorize"]
    assert set(proxy.asked) == {"oidc.us-east-1.api.aws"}
