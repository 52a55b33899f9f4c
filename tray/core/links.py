"""Which links may be handed to a browser."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

_URI_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
"""RFC 3986, section 2: all that a URI may consist of. So no blank, quote, backslash or control character."""


def is_safe_to_open(url: str) -> bool:
    """
    Tell whether a link may be opened: ``https``, or ``http`` to this machine alone (the demo).

    A link that hides its host behind a user name (``https://aws.amazon.com@elsewhere``) is not safe.
    """
    if not _URI_CHARACTERS.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
