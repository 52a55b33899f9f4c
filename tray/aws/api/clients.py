"""
The AWS wire: here boto3 is imported, and only once a client is asked for.

Every call to AWS is made inside `translated`, which turns the library's errors into errors for people; every answer
has passed `tray.aws.api.answers` and `tray.aws.api.transport` before a caller sees it.
"""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import tray
from tray.aws.api import causes, transport
from tray.aws.api.client_settings import DUAL_STACK, NONE, check_bundle, proxies_config
from tray.aws.api.errors import NotFromAws, Rejected, Unreachable, Unsendable, problem_of
from tray.core.errors import ConfigProblem, NotSignedIn, ServiceProblem, TrayError
from tray.core.words import aws_login as aws_login_words
from tray.core.words import login as login_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    import boto3
    import botocore.session
    from botocore.client import BaseClient
    from botocore.config import Config, _ProxiesConfigDict
    from botocore.exceptions import BotoCoreError
    from mypy_boto3_sso import SSOClient
    from mypy_boto3_sso_oidc import SSOOIDCClient
    from mypy_boto3_sts import STSClient

    from tray.aws.api.client_settings import ClientSettings

    _Client = TypeVar("_Client", bound=BaseClient)

_CONNECT_SECONDS: Final = 5.0
_READ_SECONDS: Final = 20.0
_ATTEMPTS: Final = 2

_NO_TUNNEL: Final = "Tunnel connection failed"
"""In what the library says where a proxy answered, but with an error."""

_settings_of: WeakKeyDictionary[object, ClientSettings] = WeakKeyDictionary()
"""What each client was made with, so that an error can name what led to it."""


def oidc_client(region: str, *, settings: ClientSettings = NONE, attempts: int = _ATTEMPTS) -> SSOOIDCClient:
    """
    Make a client of Identity Center's OIDC service; its requests are unsigned (docs/facts: Endpoints).

    Args:
        region: Of Identity Center (``sso_region``).
        settings: What the config says about the connection. Never taken from the profile of ``AWS_PROFILE`` by itself,
            which may be stale (docs/facts: Running the AWS CLI).
        attempts: How often a request is sent in all; 1 for one that must not be repeated unnoticed.

    Raises:
        ConfigProblem: The region is empty; the config cannot be read, or holds a value that cannot be used; or a file
            of certificates is missing or unusable.
    """
    with _configured():
        config = _config(settings, signed=False, attempts=attempts)
        client = _unsigned_session(settings).client("sso-oidc", region_name=_named(region), config=config)
    return _known(client, settings)


def portal_client(region: str, *, settings: ClientSettings = NONE, attempts: int = _ATTEMPTS) -> SSOClient:
    """Make a client of the access portal's API, unsigned too; arguments and errors as for `oidc_client`."""
    with _configured():
        config = _config(settings, signed=False, attempts=attempts)
        client = _unsigned_session(settings).client("sso", region_name=_named(region), config=config)
    return _known(client, settings)


def sts_client(profile: str, settings: ClientSettings = NONE) -> STSClient:
    """
    Make a client of STS in the profile's own region, or ``us-east-1``, that signs with the profile's credentials.

    The profile's settings, which the library finds by itself, count for it, and for the portal, which the credentials
    come from. What `settings` says beside them is whether the portal is a dual-stack one.

    Raises:
        ConfigProblem: As for `oidc_client`; or there is no such profile.
    """
    session = profile_session(profile, settings)
    with _configured():
        client = session.client("sts", region_name=session.region_name or "us-east-1", config=_config(settings))
    check_bundle(settings, os.environ, client.meta.endpoint_url)
    _settings_of[client] = settings
    return client


def profile_session(profile: str, settings: ClientSettings = NONE) -> boto3.Session:
    """Make a session that gets the credentials of a profile; arguments and errors as for `sts_client`."""
    from botocore.config import Config  # noqa: PLC0415 - slow to import

    with _configured():
        core = _core(profile)
        check_bundle(settings, os.environ)
        if dict(settings.values).get(DUAL_STACK) == "true" and core.get_config_variable(DUAL_STACK) is None:
            core.register("before-endpoint-resolution.sso", _use_dual_stack)
        # What the portal's client is made with too, which the credentials come from.
        core.set_default_client_config(Config(proxies_config=_proxies(settings)))
        return _boto3_session(core)


def endpoint_of(client: SSOOIDCClient) -> str:
    """
    Tell where the requests of a client go.

    That is what the service's rules say: ``meta.endpoint_url`` is another host where FIPS is asked for in GovCloud, and
    for dual-stack in isolated regions.
    """
    nobody = {"clientId": "", "clientSecret": "", "grantType": ""}
    with answered(client):
        url = client.generate_presigned_url("create_token", Params=nobody)  # which asks nobody
    return url.partition("?")[0].removesuffix("/token")


@contextmanager
def translated(client: object = None) -> Iterator[None]:
    """
    Turn the AWS library's errors, in a call of a client, into errors for people.

    Raises:
        NotSignedIn: The sign-in that the call needs does not hold.
        ConfigProblem: AWS does not know a scope; or a profile has no credentials.
        ServiceProblem: As for `answered`.
    """
    try:
        with answered(client):
            yield
    except Rejected as rejection:
        if rejection.code == "UnauthorizedException":
            raise NotSignedIn(login_words.NOT_SIGNED_IN()) from None
        if rejection.code == "InvalidScopeException":
            raise ConfigProblem(login_words.SCOPES_REJECTED()) from None
        raise


@contextmanager
def answered(client: object = None) -> Iterator[None]:
    """
    Do as `translated` does, but leave every error that AWS answers a `Rejected`.

    The library's own error is left out of the traceback: its text may quote what was sent.

    Raises:
        Rejected: AWS answered with an error.
        Unreachable: No answer came from AWS.
        NotSignedIn: A profile's sign-in does not hold.
        ConfigProblem: A profile has no credentials, or a program or file that they depend on fails.
        ServiceProblem: The request could not be made.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - slow to import
    from botocore.parsers import ResponseParserError  # noqa: PLC0415 - slow to import

    try:
        yield
    except ClientError as error:
        raise problem_of(error.response) from None
    except BotoCoreError as error:
        raise _from_library(error, client) from None
    except OSError as error:
        raise _of_file(error) from None
    except (ResponseParserError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError):
        # The library's parser trips over JSON and XML of another shape than it expects.
        raise NotFromAws(login_words.ANSWER_UNUSABLE()) from None


@contextmanager
def _configured() -> Iterator[None]:
    """Turn what goes wrong before any request into a `ConfigProblem`; no secret is in play yet, so reasons are told."""
    from botocore import exceptions  # noqa: PLC0415 - slow to import

    try:
        yield
    except (exceptions.ConfigParseError, exceptions.ConfigNotFound) as error:
        raise ConfigProblem(login_words.CONFIG_UNREADABLE(path=Path(error.kwargs["path"]))) from None
    except exceptions.ProfileNotFound as error:
        raise ConfigProblem(login_words.PROFILE_MISSING(profile=error.kwargs["profile"])) from None
    except exceptions.MissingDependencyException:  # Only sign-ins by aws login need more than botocore itself.
        raise ConfigProblem(aws_login_words.LIBRARY_LACKS_LOGIN()) from None
    except OSError as error:
        raise _of_file(error) from None
    except (exceptions.BotoCoreError, ValueError, TypeError) as error:  # TypeError: a block where text is expected
        raise ConfigProblem(login_words.CONFIG_INVALID(reason=" ".join(str(error).split()))) from None


def _of_file(error: OSError) -> Exception:
    """Say of what the library could not start, read or write: the program of a profile, or the cache of tokens."""
    reason = error.strerror or type(error).__name__
    if error.filename is not None:
        return ConfigProblem(login_words.FILE_FAILED(file=Path(os.fsdecode(error.filename)), reason=reason))
    if isinstance(
        error, FileNotFoundError | PermissionError
    ):  # Windows does not name the program that it cannot start.
        return ConfigProblem(login_words.PROGRAM_FAILED(reason=reason))
    return error


def _unsigned_session(settings: ClientSettings) -> boto3.Session:
    """Make a session whose default profile says what was chosen, and nothing else; the environment comes before it."""
    core = _core(None)
    core.full_config["profiles"]["default"] = dict(settings.values)
    check_bundle(settings, os.environ)
    return _boto3_session(core)


def _known(client: _Client, settings: ClientSettings) -> _Client:
    """Keep of a client what its errors shall tell, and look at the certificates that it needs."""
    check_bundle(settings, os.environ, client.meta.endpoint_url)
    _settings_of[client] = settings
    return client


def _use_dual_stack(**given: Any) -> None:
    """Do as ``use_dualstack_endpoint`` would, unless an endpoint is named; a handler of the library."""
    builtins: dict[str, Any] = given["builtins"]
    if not builtins.get("SDK::Endpoint"):
        builtins["AWS::UseDualStack"] = True


def _core(profile: str | None) -> botocore.session.Session:
    import botocore.session  # noqa: PLC0415 - slow to import

    for library in ("boto3", "botocore", "urllib3"):
        # At DEBUG and INFO they log requests and answers whole: tokens, secrets and codes.
        logging.getLogger(library).setLevel(logging.WARNING)
    nowhere = (None, None, None, None)  # not from the environment, nor from the config file
    core = botocore.session.Session(session_vars={"profile": nowhere}, profile=profile)
    transport.watch(core, _CONNECT_SECONDS + _READ_SECONDS)
    return core


def _boto3_session(core: botocore.session.Session) -> boto3.Session:
    import boto3  # noqa: PLC0415 - slow to import

    return boto3.Session(botocore_session=core)


def _named(region: str) -> str:
    if not region:  # botocore would take that of the profile, or of AWS_REGION
        raise ConfigProblem(login_words.REGION_MISSING())
    return region


def _proxies(settings: ClientSettings) -> _ProxiesConfigDict | None:
    return cast("_ProxiesConfigDict | None", proxies_config(settings))


def _config(settings: ClientSettings, *, signed: bool = True, attempts: int = _ATTEMPTS) -> Config:
    from botocore import UNSIGNED  # noqa: PLC0415 - slow to import
    from botocore.config import Config  # noqa: PLC0415 - slow to import

    return Config(
        signature_version=None if signed else UNSIGNED,
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": attempts},
        proxies_config=_proxies(settings),
        user_agent_extra=f"sso-tray/{tray.__version__}",
    )


def _refused_by_proxy(error: BotoCoreError, settings: ClientSettings, client: object) -> TrayError:
    """Say why a proxy did not let a request through; it alone knows whether the host has an address."""
    meta = getattr(client, "meta", None)
    host = urlsplit(str(getattr(meta, "endpoint_url", ""))).hostname or "AWS"
    if _NO_TUNNEL not in str(error.kwargs.get("error")):
        return causes.of_proxy(host, settings)
    return causes.of_unreachable(host, settings, os.environ, by_proxy=True)


def _from_library(error: BotoCoreError, client: object) -> TrayError:
    from botocore import exceptions as library  # noqa: PLC0415 - slow to import

    if isinstance(error, (library.SSOError, library.TokenRetrievalError, library.NoAuthTokenError)):
        return NotSignedIn(login_words.NOT_SIGNED_IN())
    if isinstance(error, (library.NoCredentialsError, library.PartialCredentialsError)):
        return ConfigProblem(login_words.CREDENTIALS_MISSING())
    # The library's sentence stays out: that of a ParamValidationError quotes what was to be sent.
    otherwise = ServiceProblem(login_words.REQUEST_IMPOSSIBLE(error=type(error).__name__))
    return _no_answer(error, client) or otherwise


def _no_answer(error: BotoCoreError, client: object) -> TrayError | None:
    """Say why no answer came; None for another kind of error."""
    from botocore import exceptions as library  # noqa: PLC0415 - slow to import

    settings = _settings_of.get(client, NONE) if client is not None else NONE
    host = urlsplit(str(error.kwargs.get("endpoint_url") or "")).hostname or "AWS"
    found: TrayError | None = None
    inner = error.kwargs.get("error")
    match inner if isinstance(inner, library.InvalidProxiesConfigError) else error:  # the later include the earlier
        case library.ProxyConnectionError():
            found = _refused_by_proxy(error, settings, client)
        case library.InvalidProxiesConfigError():
            found = causes.of_proxy_settings(host, settings)
        case library.SSLError():
            found = causes.of_untrusted(host, settings, os.environ)
        case library.ReadTimeoutError():
            found = Unreachable(login_words.NO_ANSWER(host=host))
        case library.ConnectionClosedError():
            found = Unreachable(login_words.CONNECTION_LOST(host=host))
        case library.ConnectionError():
            found = causes.of_unreachable(host, settings, os.environ)
        case library.HTTPClientError():
            found = Unsendable(login_words.REQUEST_FAILED(host=host))
    return found
