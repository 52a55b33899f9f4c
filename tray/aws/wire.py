"""
The AWS wire: the only module that imports boto3 and botocore, and only once a client is asked for.

Whoever calls AWS does so inside `translated`, which turns the library's errors into errors for people.
"""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager, suppress
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import tray
from tray.core import text_console, text_login
from tray.core.errors import ConfigProblem, NotSignedIn, ServiceProblem, TrayError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError
    from mypy_boto3_sso import SSOClient
    from mypy_boto3_sso_oidc import SSOOIDCClient
    from mypy_boto3_sts import STSClient

_CONNECT_SECONDS: Final = 5.0
_READ_SECONDS: Final = 20.0
_ATTEMPTS: Final = 2

_AN_ERROR_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9.]{0,63}")
_OVERLOADED: Final = frozenset({"SlowDownException", "TooManyRequestsException", "ThrottlingException"})
_NOT_SIGNED_IN: Final = frozenset({"UnauthorizedException"})


class Unreachable(ServiceProblem):
    """No answer came from AWS: says nothing about the sign-in."""


class Rejected(ServiceProblem):
    """
    AWS answered, with an error.

    Args:
        title: See `TrayError`.
        hint: See `TrayError`.
        code: The error's name in the service model, such as ``InvalidGrantException``; else ``HTTP 403`` and the like.
        transient: Whether the same request may succeed later.
        answered_at: AWS's clock when it answered (UTC); None where the answer is not known to come from AWS.
    """

    def __init__(
        self, title: str, hint: str, *, code: str, transient: bool, answered_at: datetime | None = None
    ) -> None:
        super().__init__(title, hint)
        self.code = code
        self.transient = transient
        self.answered_at = answered_at


def oidc_client(region: str, *, profile: str | None = None, attempts: int = _ATTEMPTS) -> SSOOIDCClient:
    """
    Make a client of Identity Center's OIDC service; its requests are unsigned (AWS-SSO-FACTS section 3).

    Args:
        region: Identity Center's region (``sso_region``).
        profile: Whose ``endpoint_url``, ``services`` and ``ca_bundle`` count; None for those of ``[default]``.
            Never taken from ``AWS_PROFILE``, which may be stale (AWS-SSO-FACTS section 0, item 6).
        attempts: How often a request is sent in all; 1 for one that must not be repeated unnoticed.

    Raises:
        ConfigProblem: The region is empty; or the config cannot be read, has no such profile, or holds a value that
            cannot be used.
    """
    with _configured():
        config = _config(signed=False, attempts=attempts)
        return _session(profile).client("sso-oidc", region_name=_named(region), config=config)


def portal_client(region: str, *, profile: str | None = None) -> SSOClient:
    """Make a client of the access portal's API, unsigned too; region, profile and errors as for `oidc_client`."""
    with _configured():
        return _session(profile).client("sso", region_name=_named(region), config=_config(signed=False))


def sts_client(profile: str, *, region: str | None = None) -> STSClient:
    """
    Make a client of STS that signs with a profile's credentials.

    Args:
        profile: Whose credentials sign.
        region: Where to ask; None for the profile's own region, or ``us-east-1`` where it has none.

    Raises:
        ConfigProblem: As for `oidc_client`.
    """
    with _configured():
        session = _session(profile)
        return session.client("sts", region_name=region or session.region_name or "us-east-1", config=_config())


@contextmanager
def translated() -> Iterator[None]:
    """
    Turn the AWS library's errors into errors for people.

    The library's own error is left out of the traceback: its text may quote what was sent.

    Raises:
        ConfigProblem: AWS does not know a scope; or a profile has no credentials.
        NotSignedIn: The sign-in that the call needs does not hold.
        Rejected: AWS answered with an error.
        Unreachable: No answer came.
        ServiceProblem: The request could not be made, or the answer makes no sense.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - slow to import
    from botocore.parsers import ResponseParserError  # noqa: PLC0415 - slow to import

    try:
        yield
    except ClientError as error:
        raise _from_answer(error) from None
    except BotoCoreError as error:
        raise _from_library(error) from None
    except (ResponseParserError, AttributeError, TypeError, ValueError):
        # The library's parser trips over JSON of another shape than it expects.
        raise ServiceProblem(*text_login.answer_unusable()) from None


def answered_at(answer: Mapping[str, Any]) -> datetime | None:
    """
    Tell AWS's clock when it answered: the ``Date`` header, in whole seconds.

    Args:
        answer: Of a client's call, or of a `ClientError`.

    Returns:
        UTC; None where the header is missing or no date.
    """
    date = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
    with suppress(TypeError, ValueError):
        return parsedate_to_datetime(date).replace(tzinfo=UTC)  # RFC 9110 section 5.6.7: always in GMT
    return None


def demand(answer: Mapping[str, Any], *names: str) -> None:
    """
    Make sure that an answer has what it must have: a proxy's page passes for an empty one.

    Raises:
        ServiceProblem: A name is missing.
    """
    if any(answer.get(name) is None for name in names):
        raise ServiceProblem(*text_login.answer_unusable())


@contextmanager
def _configured() -> Iterator[None]:
    """Turn what goes wrong before any request into a `ConfigProblem`; no secret is in play yet, so reasons are told."""
    from botocore import exceptions  # noqa: PLC0415 - slow to import

    try:
        yield
    except (exceptions.ConfigParseError, exceptions.ConfigNotFound) as error:
        raise ConfigProblem(*text_login.config_unreadable(str(Path(error.kwargs["path"])))) from None
    except exceptions.ProfileNotFound as error:
        raise ConfigProblem(*text_login.profile_missing(str(error.kwargs["profile"]))) from None
    except exceptions.MissingDependencyException:  # Only sign-ins by aws login need more than botocore itself.
        raise ConfigProblem(*text_console.library_lacks_login()) from None
    except (exceptions.BotoCoreError, ValueError) as error:
        raise ConfigProblem(*text_login.config_invalid(" ".join(str(error).split()))) from None


def _session(profile: str | None) -> boto3.Session:
    import boto3  # noqa: PLC0415 - slow to import
    import botocore.session  # noqa: PLC0415 - slow to import

    for library in ("boto3", "botocore", "urllib3"):
        # At DEBUG and INFO they log requests and answers whole: tokens, secrets and codes.
        logging.getLogger(library).setLevel(logging.WARNING)
    nowhere = (None, None, None, None)  # not from the environment, nor from the config file
    core = botocore.session.Session(session_vars={"profile": nowhere}, profile=profile)
    return boto3.Session(botocore_session=core)


def _named(region: str) -> str:
    if not region:  # botocore would take that of the profile, or of AWS_REGION
        raise ConfigProblem(*text_login.region_missing())
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


def _from_answer(error: ClientError) -> TrayError:
    status: int = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code: str = error.response.get("Error", {}).get("Code", "")
    at = answered_at(error.response)
    if not _AN_ERROR_CODE.fullmatch(code):
        code, at = f"HTTP {status}", None  # a proxy's own page, not AWS
    if code in _NOT_SIGNED_IN:
        return NotSignedIn(*text_login.not_signed_in())
    if code == "InvalidScopeException":
        return ConfigProblem(*text_login.scopes_rejected())
    if code in _OVERLOADED or status == 429:
        return Rejected(*text_login.overloaded(), code=code, transient=True, answered_at=at)
    if status >= 500:
        return Rejected(*text_login.service_failed(status), code=code, transient=True, answered_at=at)
    return Rejected(*text_login.request_rejected(code), code=code, transient=False, answered_at=at)


def _from_library(error: BotoCoreError) -> TrayError:
    from botocore import exceptions as library  # noqa: PLC0415 - slow to import

    if isinstance(error, (library.SSOError, library.TokenRetrievalError, library.NoAuthTokenError)):
        return NotSignedIn(*text_login.not_signed_in())
    if isinstance(error, (library.NoCredentialsError, library.PartialCredentialsError)):
        return ConfigProblem(*text_login.credentials_missing())
    host = urlsplit(str(error.kwargs.get("endpoint_url") or "")).hostname or "AWS"
    no_answer = (  # the first that fits: the later ones include the earlier ones
        (library.ProxyConnectionError, text_login.proxy_failed),
        (library.SSLError, text_login.untrusted),
        (library.ReadTimeoutError, text_login.no_answer),
        (library.ConnectionClosedError, text_login.connection_lost),
        (library.ConnectionError, text_login.unreachable),
        (library.HTTPClientError, text_login.request_failed),
    )
    for kind, words in no_answer:
        if isinstance(error, kind):
            return Unreachable(*words(host))
    # The library's sentence stays out: that of a ParamValidationError quotes what was to be sent.
    return ServiceProblem(*text_login.request_impossible(type(error).__name__))
