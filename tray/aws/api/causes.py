"""
Why no answer came: the setting that led to it, where one did, named with its file and line or its variable.

Behind every such failure may be the network; but a setting that the person has made is what the person can mend.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tray.aws.api.client_settings import (
    CA_BUNDLE,
    DUAL_STACK,
    ENDPOINT,
    FIPS,
    PROXY_CA_BUNDLE,
    PROXY_CLIENT_CERTIFICATE,
    SERVICES,
    bundle_fault,
    bundle_in_force,
    name_of,
)
from tray.aws.api.errors import Unreachable, Unsendable
from tray.core.message import Message
from tray.core.words import connection as connection_words
from tray.core.words import login as login_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tray.aws.api.client_settings import ClientSettings

_FIPS_VARIABLE: Final = "AWS_USE_FIPS_ENDPOINT"
_ENDPOINT_VARIABLES: Final = (
    "AWS_ENDPOINT_URL_SSO_OIDC",
    "AWS_ENDPOINT_URL_SSO",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL",
)
_AWS: Final = (".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".api.aws", ".amazonwebservices.eu")


def resolves(host: str) -> bool:
    """Tell whether a host has an address."""
    try:
        return bool(socket.getaddrinfo(host, 443))
    except OSError:
        return False


def of_unreachable(
    host: str,
    settings: ClientSettings,
    environ: Mapping[str, str],
    *,
    by_proxy: bool = False,
    resolves: Callable[[str], bool] = resolves,
) -> Unreachable:
    """
    Say why a host could not be reached.

    Args:
        host: Where the request was to go.
        settings: What the connection was made with.
        environ: The variables, which come before the settings.
        by_proxy: Whether it is a proxy that says so: it alone knows whether the host has an address.
        resolves: Tells whether a host has an address.
    """
    if (fips := _fips(host, settings, environ)) is not None:
        if not by_proxy and not resolves(host) and resolves(host.replace("-fips.", ".", 1)):
            return Unsendable(connection_words.NO_FIPS_ENDPOINT(host=host, setting=fips))
        return Unreachable(connection_words.FIPS_UNREACHABLE(host=host, setting=fips))
    if (leading := _leading(host, settings, environ)) is not None:
        return Unreachable(connection_words.LED_ELSEWHERE(host=host, setting=leading))
    said = login_words.PROXY_FAILED(host=host) if by_proxy else login_words.UNREACHABLE(host=host)
    return Unreachable(_or_disagreement(said, settings, DUAL_STACK, FIPS, ENDPOINT, SERVICES))


def of_untrusted(host: str, settings: ClientSettings, environ: Mapping[str, str]) -> Unreachable:
    """Say why the certificate of a host could not be verified."""
    named = bundle_in_force(settings, environ)
    if named is None or (_undecided(settings, CA_BUNDLE) and "AWS_CA_BUNDLE" not in environ):
        return Unreachable(_or_disagreement(login_words.UNTRUSTED(host=host), settings, CA_BUNDLE))
    return Unreachable(connection_words.WRONG_BUNDLE(host=host, setting=named[0]))


def of_proxy(host: str, settings: ClientSettings) -> Unreachable:
    """Say why a proxy let no connection through."""
    said = login_words.PROXY_FAILED(host=host)
    return Unreachable(_or_disagreement(said, settings, PROXY_CA_BUNDLE, PROXY_CLIENT_CERTIFICATE))


def of_proxy_settings(host: str, settings: ClientSettings) -> Unsendable:
    """Say why what is set for the connection to the proxy cannot be used."""
    bundle = dict(settings.values).get(PROXY_CA_BUNDLE)
    fault = None if bundle is None else bundle_fault(name_of(PROXY_CA_BUNDLE, settings), bundle)
    return Unsendable(fault or login_words.REQUEST_FAILED(host=host))


def _fips(host: str, settings: ClientSettings, environ: Mapping[str, str]) -> str | None:
    """Name the setting by which a host is asked that has "-fips" in its name."""
    if "-fips." not in host:
        return None
    if _FIPS_VARIABLE in environ:
        return _FIPS_VARIABLE
    return name_of(FIPS, settings) if FIPS in dict(settings.values) else None


def _leading(host: str, settings: ClientSettings, environ: Mapping[str, str]) -> str | None:
    """Name the setting that leads to a host."""
    values = dict(settings.values)
    for variable in _ENDPOINT_VARIABLES:
        if _host(environ.get(variable)) == host:
            return variable
    if _host(values.get(ENDPOINT)) == host:
        return name_of(ENDPOINT, settings)
    if SERVICES in values and not host.endswith(_AWS):
        return name_of(SERVICES, settings)
    return None


def _host(url: str | None) -> str | None:
    try:
        return urlsplit(url or "").hostname
    except ValueError:
        return None


def _undecided(settings: ClientSettings, *keys: str) -> list[tuple[tuple[str, ...], str]]:
    """List what the profiles differ on and none decides: the keys, and a profile that speaks of them."""
    return [
        (difference.keys, difference.profiles[0])
        for difference in settings.differences
        if difference.decided_by is None and not set(keys).isdisjoint(difference.keys)
    ]


def _or_disagreement(said: Message, settings: ClientSettings, *keys: str) -> Message:
    """Say that profiles disagree, where that may be the cause."""
    found = _undecided(settings, *keys)
    if not found:
        return said
    name, profile, differ_on = settings.sign_in, found[0][1], [key for several, _ in found for key in several]
    if ENDPOINT in keys:
        hint = connection_words.DISAGREE_UNREACHABLE(sign_in=name, keys=differ_on, profile=profile)
    else:
        hint = connection_words.DISAGREE(sign_in=name, keys=differ_on, profile=profile)
    return Message(said.title, hint)
