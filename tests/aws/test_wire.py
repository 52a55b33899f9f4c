"""The AWS wire: which settings count, and what its errors are called."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path
from socket import create_server

import pytest
from botocore.exceptions import BotoCoreError
from support.center import run_python

from tray.aws.api import clients, errors
from tray.aws.api.client_settings import ClientSettings
from tray.aws.config.client_settings import SettingsReader
from tray.core.errors import ConfigProblem, NotSignedIn, ServiceProblem, TrayError
from tray.core.model import Kind, SignIn
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault
from tray.demo.organisation import START_URL
from tray.paths import find_paths


def write_config(home: Path, text: str | bytes) -> Path:
    path = home / ".aws" / "config"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def settings_of(profile: str | None = None) -> ClientSettings:
    paths = find_paths()
    ask = SettingsReader(paths.aws_config, paths.aws_credentials, os.environ, profile)
    return ask(SignIn("corp", Kind.SSO_SESSION, START_URL, "us-east-1"))


def register(client: object) -> None:
    with clients.translated(client):
        client.register_client(clientName="x", clientType="public")  # type: ignore[attr-defined]


@pytest.mark.parametrize("variable", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
@pytest.mark.parametrize("value", ["", "nope"])
def test_a_stale_profile_variable_breaks_nothing(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    assert clients.oidc_client("eu-west-1").meta.endpoint_url == "https://oidc.eu-west-1.amazonaws.com"
    assert clients.portal_client("eu-west-1").meta.endpoint_url == "https://portal.sso.eu-west-1.amazonaws.com"


def test_no_credentials_are_needed_or_sent(center: IdentityCenter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    sent: list[dict[str, str | bytes]] = []
    client = clients.oidc_client("us-east-1")
    client.meta.events.register("before-send", lambda request, **_: sent.append(dict(request.headers)))
    register(client)
    [headers] = sent
    assert "Authorization" not in headers
    assert b"sso-tray/" in headers["User-Agent"]


@pytest.mark.parametrize(
    "config",
    [
        "[profile work]\nendpoint_url = http://127.0.0.1:9\n",
        "[profile work]\nservices = local\n[services local]\nsso_oidc =\n  endpoint_url = http://127.0.0.1:9\n",
    ],
)
def test_endpoints_of_the_profile_given_are_followed(home: Path, monkeypatch: pytest.MonkeyPatch, config: str) -> None:
    write_config(home, config)
    monkeypatch.setenv("AWS_PROFILE", "nope")
    of_work = settings_of("work")
    assert clients.oidc_client("us-east-1", settings=of_work).meta.endpoint_url == "http://127.0.0.1:9"
    assert clients.oidc_client("us-east-1").meta.endpoint_url == "https://oidc.us-east-1.amazonaws.com"


def test_a_moved_config_file_is_followed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = home / "elsewhere"
    moved.write_text("[default]\nendpoint_url = http://127.0.0.1:9\n", encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(moved))
    assert clients.oidc_client("us-east-1", settings=settings_of()).meta.endpoint_url == "http://127.0.0.1:9"


@pytest.mark.parametrize(
    "config",
    [
        "no section\n",
        "[default]\nkey without equals\n",
        "[a]\n[a]\n",
        b"\xef\xbb\xbf[default]\nregion = us-east-1\n",
        b"[default]\nregion = \x81\xfe\n",
    ],
    ids=["no section", "no equals", "duplicate", "byte order mark", "encoding"],
)
def test_a_broken_config_is_named(home: Path, config: str | bytes) -> None:
    path = write_config(home, config)
    with pytest.raises(ConfigProblem) as problem:
        clients.oidc_client("us-east-1")
    assert str(path) in problem.value.title


@pytest.mark.parametrize(
    ("config", "variables"),
    [
        ("[default]\nservices = missing\n", {}),
        ("", {"AWS_ENDPOINT_URL": "no-url"}),
    ],
)
def test_a_setting_that_cannot_be_used_is_explained_in_one_line(
    home: Path, monkeypatch: pytest.MonkeyPatch, config: str, variables: dict[str, str]
) -> None:
    write_config(home, config)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigProblem) as problem:
        clients.oidc_client("us-east-1", settings=settings_of())
    assert problem.value.hint
    assert "\n" not in problem.value.hint


def test_an_unknown_profile_is_named() -> None:
    with pytest.raises(ConfigProblem, match="“work”"):
        clients.sts_client("work")


@pytest.mark.parametrize("region", ["", "us east 1", "us-east-1.evil.example/"])
def test_a_region_that_is_none_is_a_configuration_problem(region: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    with pytest.raises(ConfigProblem):
        clients.oidc_client(region)


def test_a_closed_port_is_unreachable_and_named(center: IdentityCenter) -> None:
    client = clients.oidc_client("us-east-1")
    center.stop()
    with pytest.raises(errors.Unreachable, match="Could not reach 127"):
        register(client)


def test_a_server_that_hangs_is_given_up(center: IdentityCenter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "_READ_SECONDS", 0.05)
    center.inject(Fault.hang("RegisterClient"))
    with pytest.raises(errors.Unreachable, match="in time"):
        register(clients.oidc_client("us-east-1"))
    center.heal()


def test_a_dropped_connection_is_tried_again_once(center: IdentityCenter) -> None:
    center.inject(Fault.drop("RegisterClient", times=1))
    register(clients.oidc_client("us-east-1"))
    center.inject(Fault.drop("RegisterClient"))
    with pytest.raises(errors.Unreachable, match="closed the connection"):
        register(clients.oidc_client("us-east-1"))


def test_a_proxy_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:proxy-password@127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(errors.Unreachable, match="proxy") as problem:
        register(clients.oidc_client("us-east-1"))
    assert "proxy-password" not in str(problem.value)


def listen_plainly() -> int:
    """A port where something speaks, but no TLS."""
    server = create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.recv(1000)
                connection.sendall(b"HTTP/1.1 400 No\r\n\r\n")

    threading.Thread(target=answer, daemon=True).start()
    return int(server.getsockname()[1])


def test_tls_that_fails_leads_to_the_certificate_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", f"https://127.0.0.1:{listen_plainly()}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with pytest.raises(errors.Unreachable) as problem:
        register(clients.oidc_client("us-east-1"))
    assert "AWS_CA_BUNDLE" in problem.value.hint


def test_the_portals_answer_to_a_dead_token_is_not_signed_in(center: IdentityCenter) -> None:
    with pytest.raises(NotSignedIn), clients.translated():
        clients.portal_client("us-east-1").list_accounts(accessToken="dead")


def test_an_error_that_quotes_what_was_sent_is_not_passed_on() -> None:
    client = clients.oidc_client("us-east-1")
    with pytest.raises(ServiceProblem) as problem, clients.translated():
        client.create_token(clientId="c", clientSecret={"s": "the-secret"}, grantType="refresh_token")  # type: ignore[arg-type]
    assert "the-secret" not in str(problem.value)
    assert problem.value.__suppress_context__


@pytest.mark.parametrize("name", ["NoCredentialsError", "SSOTokenLoadError", "UnauthorizedSSOTokenError"])
def test_a_profile_that_cannot_sign_is_told_apart_from_aws_failing(name: str) -> None:
    from botocore import exceptions

    error: BotoCoreError = getattr(exceptions, name)(error_msg="x")
    with pytest.raises((NotSignedIn, ConfigProblem)), clients.translated():
        raise error


def test_the_library_cannot_be_made_to_log_what_it_sends(
    center: IdentityCenter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("botocore").setLevel(logging.DEBUG)
    client = clients.oidc_client("us-east-1")
    with pytest.raises(TrayError), clients.translated():
        client.create_token(
            clientId="c", clientSecret="the-secret", grantType="refresh_token", refreshToken="the-refresh-token"
        )
    assert "the-secret" not in caplog.text
    assert "the-refresh-token" not in caplog.text


def test_sts_signs_with_the_profile_given(center: IdentityCenter, home: Path) -> None:
    write_config(home, "[profile keys]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\n")
    client = clients.sts_client("keys")
    sent: list[bytes] = []
    client.meta.events.register("before-send", lambda request, **_: sent.append(request.headers["Authorization"]))
    with pytest.raises(TrayError), clients.translated():
        client.get_caller_identity()
    assert b"AKIAIOSFODNN7EXAMPLE" in sent[0]


def test_boto3_is_imported_only_when_a_client_is_made() -> None:
    done = run_python(
        "import sys, tray.aws.login.oidc, tray.aws.cache.renewal, tray.aws.api.links;"
        "print([name for name in sys.modules if 'boto' in name])"
    )
    assert done.stdout.strip() == "[]", done.stderr
