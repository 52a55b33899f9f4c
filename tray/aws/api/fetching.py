"""A page of the web, fetched by the way that clients of AWS go: their proxies, and the certificates that they trust."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import tray
from tray.aws.api.client_settings import bundle_in_force, check_bundle
from tray.core.errors import ServiceProblem
from tray.core.words import login as login_words

if TYPE_CHECKING:
    from tray.aws.api.client_settings import ClientSettings


class Fetched(NamedTuple):
    """A page as it came, or where it is instead."""

    status: int
    location: str
    """Where a redirect leads; empty for none."""

    body: bytes


def fetch(url: str, settings: ClientSettings, *, seconds: float, largest: int) -> Fetched:
    """
    Fetch a page as a browser would, through the proxy and by the certificates that clients of AWS use here.

    Args:
        url: Of https.
        settings: What the config says about the connection.
        seconds: The longest silence.
        largest: Bytes of the page that are read; what follows is left.

    Raises:
        ConfigProblem: A file of certificates is missing or unusable.
        ServiceProblem: No page came.
    """
    from botocore.httpsession import ProxyConfiguration, get_cert_path  # noqa: PLC0415 - slow to import
    from botocore.utils import get_environ_proxies  # noqa: PLC0415 - slow to import
    from urllib3 import PoolManager, ProxyManager  # noqa: PLC0415 - slow to import
    from urllib3.exceptions import HTTPError  # noqa: PLC0415 - slow to import

    check_bundle(settings, os.environ, url)
    named = bundle_in_force(settings, os.environ)
    certificates = get_cert_path(True) if named is None else named[1]
    proxies = ProxyConfiguration(proxies=get_environ_proxies(url))
    proxy = proxies.proxy_url_for(url)
    options: dict[str, Any] = {"cert_reqs": "CERT_REQUIRED", "ca_certs": certificates}
    if proxy:
        options |= {"proxy_url": proxy, "proxy_headers": proxies.proxy_headers_for(proxy)}
    headers = {"Accept": "text/html", "Accept-Encoding": "identity", "User-Agent": f"sso-tray/{tray.__version__}"}
    library = (ProxyManager if proxy else PoolManager)(timeout=seconds, **options)
    try:
        # The AWS library's own session would follow redirects, and read all of a page.
        answer = library.request("GET", url, headers=headers, redirect=False, retries=False, preload_content=False)
        body = answer.read(largest)
        answer.close()
    except (HTTPError, OSError, ValueError) as error:
        raise ServiceProblem(login_words.REQUEST_FAILED(host=urlsplit(url).hostname or "")) from error
    finally:
        library.clear()
    return Fetched(answer.status, str(answer.headers.get("location") or ""), body)
