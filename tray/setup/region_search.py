"""
Finds the region of an Identity Center by its start page, which names it (docs/facts: Start URLs).

Nobody waits for that for long, and it is only offered: the person sees the region, and may know better (ADR 35).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin, urlsplit

from tray.aws.api import fetching
from tray.aws.api.client_settings import NONE, ClientSettings
from tray.aws.api.fetching import Fetched
from tray.core.errors import TrayError
from tray.core.model import Kind, SignIn
from tray.core.start_url import is_of_aws, is_region, read_start_url

SECONDS: Final = 3.0
"""The longest that anybody waits for the start page."""

_MOST_REDIRECTS: Final = 3
_LARGEST: Final = 256 << 10
_log = logging.getLogger(__name__)


def may_be_asked(environ: Mapping[str, str]) -> bool:
    """Tell whether the start URL leads to the portal: not if endpoints are moved (docs/facts: Endpoint variables)."""
    if environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        return True
    return not any(environ.get(name) for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SSO"))


def fetch(url: str, settings: ClientSettings = NONE) -> Fetched:
    """Fetch a page of the portal; raises `TrayError` where none comes."""
    return fetching.fetch(url, settings, seconds=SECONDS, largest=_LARGEST)


def fetch_for(
    session: str | None, start_url: str, client_settings: Callable[[SignIn], ClientSettings]
) -> Callable[[str], Fetched]:
    """
    Give what fetches pages by what the config says about the connection to a portal.

    Args:
        session: How the sso-session is to be called, as far as that is known.
        start_url: Of the portal.
        client_settings: Finds what counts for a sign-in (docs/adr: 0032).
    """
    sign_in = SignIn(session or "", Kind.SSO_SESSION, start_url, region="")
    return lambda url: fetch(url, client_settings(sign_in))


class RegionSearch:
    """
    A search that begins at once, in a thread that nobody waits for at the end.

    Args:
        start_url: As it would be written to the config.
        fetch: Fetches a page, without following redirects.
    """

    def __init__(self, start_url: str, fetch: Callable[[str], Fetched] = fetch) -> None:
        self.start_url = start_url
        self._fetch = fetch
        self._region: str | None = None
        self._thread = threading.Thread(target=self._run, name="region-search", daemon=True)
        self._thread.start()

    @property
    def under_way(self) -> bool:
        """Whether it has not come to an end."""
        return self._thread.is_alive()

    def result(self, seconds: float) -> str | None:
        """Wait for so many seconds at most; give the region, None where the search has found none."""
        self._thread.join(seconds)
        return self._region

    def _run(self) -> None:
        try:
            self._region = region_of_page(self.start_url, self._fetch)
        except (TrayError, ValueError) as problem:
            _log.info("The start page told no region: %s", getattr(problem, "title", type(problem).__name__))


def region_of_page(start_url: str, fetch: Callable[[str], Fetched]) -> str | None:
    """
    Ask the start page for its region: by the host that it leads to, or by what the page says.

    Redirects are followed to AWS alone, three at most, and only a page of AWS is believed.

    Args:
        start_url: Of https.
        fetch: Fetches a page; what it raises is raised on.

    Raises:
        ValueError: A redirect leads to no address.
    """
    url = start_url
    for _ in range(_MOST_REDIRECTS + 1):
        fetched = fetch(url)
        of_aws = is_of_aws(urlsplit(url).hostname or "")
        if not (300 <= fetched.status < 400 and fetched.location):
            return _named_in(fetched.body) if fetched.status == 200 and of_aws else None
        url = urljoin(url, fetched.location)
        parts = urlsplit(url)
        if parts.scheme != "https" or not is_of_aws(parts.hostname or ""):
            return None
        led_to = read_start_url(url)
        if led_to is not None and led_to.region is not None:
            return led_to.region
    return None


def _named_in(page: bytes) -> str | None:
    parser = _MetaRegion()
    parser.feed(page.decode("utf-8", "replace"))
    return parser.region


class _MetaRegion(HTMLParser):
    region: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        content = (found.get("content") or "").strip()
        if tag == "meta" and found.get("name") == "region" and is_region(content):
            self.region = self.region or content
