"""
The AWS wire: the one door to boto3 and botocore, which are imported only once a client is asked for.

Every call to AWS is made inside `translated`, which turns the library's errors into errors for people; every answer
has passed `tray.aws.api.answers` and `tray.aws.api.transport` before a caller sees it.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import tray
from tray.aws.api import answers
from tray.aws.api.errors import NotFromAws, Rejected, Unreachable, Unsendable, keep_error, problem_of
from tray.aws.api.transport import Limited
from tray.core.errors import ConfigProblem, NotSignedIn, ServiceProblem, TrayError
from tray.core.words import aws_login as aws_login_words
from tray.core.words import login as login_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError
    from mypy_boto3_sso import SSOClient
    from mypy_boto3_sso_oidc import SSOOIDCClient
    from mypy_boto3_sts import STSClient


_CONNECT_SECONDS: Final = 5.0
_READ_SECONDS: Final = 20.0
_ATTEMPTS: Final = 2


def oidc_client(region: str, *, profile: str | None = None, attempts: int = _ATTEMPTS) -> SSOOIDCClient:
    """
    Make a client of Identity Center's OIDC service; its requests are unsigned (docs/facts: Endpoints).

    Args:
        region: Of Identity Center (``sso_region``).
        profile: Whose ``endpoint_url``, ``services`` and ``ca_bundle`` count; None for those of ``[default]``.
            Never taken from ``AWS_PROFILE``, which may be stale (docs/facts: Running the AWS CLI).
        attempts: How often a request is sent in all; 1 for one that must not be repeated unnoticed.

    Raises:
        ConfigProblem: The region is empty; or the config cannot be read, has no such profile, or holds a value that
            cannot be used.
    """
    with _configured():
        config = _config(signed=False, attempts=attempts)
        return _session(profile).client("sso-oidc", region_name=_named(region), config=config)


def portal_client(region: str, *, profile: str | None = None, attempts: int = _ATTEMPTS) -> SSOClient:
    """Make a client of the access portal's API, unsigned too; arguments and errors as for `oidc_client`."""
    with _configured():
        config = _config(signed=False, attempts=attempts)
        return _session(profile).client("sso", region_name=_named(region), config=config)


def sts_client(profile: str) -> STSClient:
    """
    Make a client of STS in the profile's own region, or ``us-east-1``, that signs with the profile's credentials.

    Raises:
        ConfigProblem: As for `oidc_client`.
    """
    with _configured():
        session = _session(profile)
        return session.client("sts", region_name=session.region_name or "us-east-1", config=_config())


@contextmanager
def translated() -> Iterator[None]:
    """
    Turn the AWS library's errors into errors for people.

    Raises:
        NotSignedIn: The sign-in that the call needs does not hold.
        ConfigProblem: AWS does not know a scope; or a profile has no credentials.
        ServiceProblem: As for `answered`.
    """
    try:
        with answered():
            yield
    except Rejected as rejection:
        if rejection.code == "UnauthorizedException":
            raise NotSignedIn(login_words.NOT_SIGNED_IN()) from None
        if rejection.code == "InvalidScopeException":
            raise ConfigProblem(login_words.SCOPES_REJECTED()) from None
        raise


@contextmanager
def answered() -> Iterator[None]:
    """
    Do as `translated` does, but leave every error that AWS answers a `Rejected`.

    The library's own error is left out of the traceback: its text may quote what was sent.

    Raises:
        Rejected: AWS answered with an error.
        Unreachable: No answer came from AWS.
        NotSignedIn: A profile's sign-in does not hold.
        ConfigProblem: A profile has no credentials.
        ServiceProblem: The request could not be made.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - slow to import
    from botocore.parsers import ResponseParserError  # noqa: PLC0415 - slow to import

    try:
        yield
    except ClientError as error:
        raise problem_of(error.response) from None
    except BotoCoreError as error:
        raise _from_library(error) from None
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
    except (exceptions.BotoCoreError, ValueError) as error:
        raise ConfigProblem(login_words.CONFIG_INVALID(reason=" ".join(str(error).split()))) from None


def _session(profile: str | None) -> boto3.Session:
    import boto3  # noqa: PLC0415 - slow to import
    import botocore.session  # noqa: PLC0415 - slow to import

    for library in ("boto3", "botocore", "urllib3"):
        # At DEBUG and INFO they log requests and answers whole: tokens, secrets and codes.
        logging.getLogger(library).setLevel(logging.WARNING)
    nowhere = (None, None, None, None)  # not from the environment, nor from the config file
    core = botocore.session.Session(session_vars={"profile": nowhere}, profile=profile)
    _watch_answers(core)
    return boto3.Session(botocore_session=core)


def _watch_answers(core: Any) -> None:
    """Hold every client of a session to our limits, those too that the library makes for itself to sign with."""
    for service in ("sso", "sso-oidc"):
        core.register(f"before-parse.{service}", keep_error)
    core.register("after-call", _on_answer)
    make = core.create_client

    def create_client(*args: Any, **options: Any) -> Any:
        client = make(*args, **options)
        endpoint = client._endpoint  # noqa: SLF001 - the library has no other place for a sender of one's own
        endpoint.http_session = Limited(endpoint.http_session, _CONNECT_SECONDS + _READ_SECONDS)
        return client

    core.create_client = create_client


def _on_answer(http_response: Any, parsed: Mapping[str, Any], model: Any, **_: object) -> None:
    """Check each answer; a handler of the library's event ``after-call``. Errors it raises itself, afterwards."""
    if http_response.status_code < 300:
        answers.demand(model.name, parsed)


def _named(region: str) -> str:
    if not region:  # botocore would take that of the profile, or of AWS_REGION
        raise ConfigProblem(login_words.REGION_MISSING())
    return region


def _config(*, signed: bool = True, attempts: int = _ATTEMPTS) -> Config:
    from botocore import UNSIGNED  # noqa: PLC0415 - slow to import
    from botocore.config import Config  # noqa: PLC0415 - slow to import

    return Config(
        signature_version=None if signed else UNSIGNED,
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": attempts},
        user_agent_extra=f"sso-tray/{tray.__version__}",
    )


def _from_library(error: BotoCoreError) -> TrayError:
    from botocore import exceptions as library  # noqa: PLC0415 - slow to import

    if isinstance(error, (library.SSOError, library.TokenRetrievalError, library.NoAuthTokenError)):
        return NotSignedIn(login_words.NOT_SIGNED_IN())
    if isinstance(error, (library.NoCredentialsError, library.PartialCredentialsError)):
        return ConfigProblem(login_words.CREDENTIALS_MISSING())
    host = urlsplit(str(error.kwargs.get("endpoint_url") or "")).hostname or "AWS"
    no_answer = (  # the first that fits: the later ones include the earlier ones
        (library.ProxyConnectionError, login_words.PROXY_FAILED),
        (library.SSLError, login_words.UNTRUSTED),
        (library.ReadTimeoutError, login_words.NO_ANSWER),
        (library.ConnectionClosedError, login_words.CONNECTION_LOST),
        (library.ConnectionError, login_words.UNREACHABLE),
    )
    for kind, words in no_answer:
        if isinstance(error, kind):
            return Unreachable(words(host=host))
    if isinstance(error, library.HTTPClientError):
        return Unsendable(login_words.REQUEST_FAILED(host=host))
    # The library's sentence stays out: that of a ParamValidationError quotes what was to be sent.
    return ServiceProblem(login_words.REQUEST_IMPOSSIBLE(error=type(error).__name__))
