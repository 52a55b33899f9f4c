"""What variables put between here and AWS: other endpoints, a proxy, certificates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tray.core.message import Message, Text
from tray.doctor.context import Context
from tray.doctor.finding import Finding, fine, problem, warning

_ENDPOINT = Text("{variable} is set: sign-ins do not go to AWS itself.", "Unset it unless that is meant.")
_PROXY = Text("AWS is asked through the proxy of {variables}.")
_LOOPBACK_BY_PROXY = Text(
    "A proxy is set, and NO_PROXY does not leave out this machine",
    "Add 127.0.0.1 and localhost to NO_PROXY: the page that ends a sign-in comes from there.",
)
_NO_BUNDLE = Text(
    "{variable} names {file:whole}, which is not there",
    "Let it name a file of certificates in PEM form, or remove it: until then no connection to AWS succeeds.",
)
_UNREADABLE_BUNDLE = Text(
    "{variable} names {file:whole}, which cannot be read: {reason:whole}",
    "Let it name a file of certificates in PEM form, or remove it: until then no connection to AWS succeeds.",
)
_NO_CERTIFICATE = Text(
    "{variable} names {file:whole}, which holds no certificate",
    "Let it name a file of certificates in PEM form, or remove it: until then no connection to AWS succeeds.",
)

_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
"""Those that botocore goes by for the addresses of AWS."""

_CERTIFICATES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")
_PEM = (b"-----BEGIN CERTIFICATE", b"-----BEGIN TRUSTED CERTIFICATE")


def check(context: Context) -> Iterator[Finding]:
    """Look, and tell what is so."""
    return rule(context.environ, *look(context.environ))


def look(environ: Mapping[str, str]) -> tuple[bool, list[Message]]:
    """
    Look beyond the variables.

    Returns:
        Whether this machine itself would be reached by a proxy; what is wrong with each file of certificates.
    """
    from urllib.request import proxy_bypass  # noqa: PLC0415 - the other checks need no part of it

    by_proxy = not all(proxy_bypass(host) for host in ("127.0.0.1", "localhost"))
    named = [(variable, environ[variable]) for variable in _CERTIFICATES if environ.get(variable)]
    return by_proxy, [fault for variable, file in named if (fault := _fault(variable, file))]


def _fault(variable: str, file: str) -> Message | None:
    """Say what is wrong with a file of certificates."""
    try:
        content = Path(file).read_bytes()
    except FileNotFoundError:
        return _NO_BUNDLE(variable=variable, file=file)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return _UNREADABLE_BUNDLE(variable=variable, file=file, reason=reason)
    return None if any(mark in content for mark in _PEM) else _NO_CERTIFICATE(variable=variable, file=file)


def rule(environ: Mapping[str, str], loopback_by_proxy: bool, certificates: Iterable[Message]) -> Iterator[Finding]:
    """A proxy is fine, unless the page that ends a sign-in, on this machine, would be asked of it."""
    given = set(environ)  # Windows takes HTTPS_PROXY and https_proxy for one: it is named once.
    for variable in sorted(name for name in given if name.startswith("AWS_ENDPOINT_URL") and environ[name]):
        yield warning("endpoint", _ENDPOINT(variable=variable))
    proxies = [name for name in _PROXIES if name in given and environ[name]]
    if proxies:  # Their addresses may hold a password, and are not shown.
        yield fine("proxy", _PROXY(variables=proxies))
    if proxies and loopback_by_proxy:
        yield warning("proxy", _LOOPBACK_BY_PROXY())
    for fault in certificates:
        yield problem("ca-bundle", fault)
