"""
What a config says about the connection to AWS, of whom that is, and what is wrong with it.

Which profile's settings count for a sign-in is decided above, in `tray.aws.config.client_settings`.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tray.core.dataclass import dataclass, field
from tray.core.errors import ConfigProblem
from tray.core.words import connection as connection_words
from tray.disk.plain import Unfit, open_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tray.core.message import Message

CA_BUNDLE: Final = "ca_bundle"
DUAL_STACK: Final = "use_dualstack_endpoint"
FIPS: Final = "use_fips_endpoint"
ENDPOINT: Final = "endpoint_url"
SERVICES: Final = "services"
PROXY_CA_BUNDLE: Final = "proxy_ca_bundle"
PROXY_CLIENT_CERTIFICATE: Final = "proxy_client_cert"
PROXY_FORWARDING: Final = "proxy_use_forwarding_for_https"

_PROXY_FILES: Final = (PROXY_CA_BUNDLE, PROXY_CLIENT_CERTIFICATE)

_BUNDLES_IN_ENVIRONMENT: Final = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")
"""The first comes before the config, the second after it (docs/facts: Settings of the profile)."""


class Place(NamedTuple):
    """Where a key stands."""

    file: str
    line: int
    """From 1."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that the profiles of a sign-in do not agree on."""

    keys: tuple[str, ...]
    profiles: tuple[str, ...]
    """Those that say something on it."""

    decided_by: str | None
    """The profile whose word counts, for it is the default one; None where nobody's does."""


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """What counts for the connections of one sign-in; what the environment says comes before it, as in botocore."""

    sign_in: str = ""
    """Its name, for people."""

    values: tuple[tuple[str, str], ...] = ()
    """Keys and values as they could stand in a profile."""

    differences: tuple[Difference, ...] = ()
    place: Callable[[str], Place | None] = field(default=lambda _: None, compare=False, repr=False)
    """Tells where a key of `values` stands; None for one that stands nowhere."""


NONE: Final = ClientSettings()
"""Nothing but what the environment says."""


def name_of(key: str, settings: ClientSettings) -> str:
    """Name one of the settings for people, with file and line where these are known."""
    return named(key, settings.place(key))


def named(key: str, place: Place | None) -> str:
    """Name a setting of the config for people."""
    return key if place is None else connection_words.IN_FILE(key=key, line=place.line, file=place.file)


def bundle_in_force(settings: ClientSettings, environ: Mapping[str, str]) -> tuple[str, str] | None:
    """
    Tell which file of certificates botocore goes by; None for the one that it brings.

    Returns:
        What names the file, for people, and the file.
    """
    first, last = _BUNDLES_IN_ENVIRONMENT
    values = dict(settings.values)
    if first in environ:
        return first, environ[first]
    if CA_BUNDLE in values:
        return name_of(CA_BUNDLE, settings), values[CA_BUNDLE]
    return (last, environ[last]) if last in environ else None


def proxies_config(settings: ClientSettings) -> dict[str, Any] | None:
    """
    Give what the library is to know of the way to a proxy; None where the settings say nothing on it.

    botocore has names for it in a profile, and yet takes it from code alone (docs/facts: Settings of the profile).
    """
    values = dict(settings.values)
    files: dict[str, Any] = {key: os.path.expanduser(values[key]) for key in _PROXY_FILES if values.get(key)}  # noqa: PTH111
    forwards = {PROXY_FORWARDING: values[PROXY_FORWARDING].lower() == "true"} if PROXY_FORWARDING in values else {}
    return {**files, **forwards} or None


def check_bundle(settings: ClientSettings, environ: Mapping[str, str], endpoint: str = "") -> None:
    """
    Make sure that the certificates can be read: the library tells of that only once a connection is there.

    Without an endpoint, only that they have a name, without which the library makes no client. One on loopback that
    speaks no TLS, such as the demo's, needs none.

    Raises:
        ConfigProblem: They cannot.
    """
    named = bundle_in_force(settings, environ)
    if named is None or (named[1].strip() and not endpoint.startswith("https:")):
        return
    fault = bundle_fault(*named)
    if fault is not None:
        raise ConfigProblem(fault)


def bundle_fault(setting: str, file: str) -> Message | None:
    """Say what keeps a file of certificates from being used; None where nothing does. It is read as botocore does."""
    import ssl  # noqa: PLC0415 - most of what asks what counts connects to nothing

    if not file.strip():
        return connection_words.EMPTY_BUNDLE(setting=setting)
    try:
        with suppress(IsADirectoryError):
            os.close(open_plain(os.path.expanduser(file), os.O_RDONLY))  # noqa: PTH111 - a pipe would be waited for
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(os.path.expanduser(file))  # noqa: PTH111 - "~nobody" is no error
    except FileNotFoundError:
        return connection_words.NO_BUNDLE(setting=setting, file=file)
    except (ssl.SSLError, Unfit):
        return connection_words.NO_CERTIFICATE(setting=setting, file=file)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        return connection_words.UNREADABLE_BUNDLE(setting=setting, file=file, reason=reason)
    return None
