"""Start URLs as people paste them, and the region that some name (docs/facts: Start URLs)."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from tray.core.dataclass import dataclass
from tray.core.links import is_safe_to_open

_REGION: Final = r"[a-z]{2,5}(?:-[a-z]+)+-[0-9]{1,2}"
_HOSTS_WITH_REGION: Final = tuple(
    re.compile(form.replace("REGION", f"(?P<region>{_REGION})"))
    for form in (
        r"[a-z0-9-]+\.portal\.REGION\.app\.aws",
        r"[a-z0-9-]+\.portal\.REGION\.app\.amazonwebservices\.com\.cn",
        r"[a-z0-9-]+\.portal\.REGION\.(?:api|app)\.amazonwebservices\.eu",
        r"[a-z0-9-]+\.REGION\.portal\.amazonaws\.(?:com|com\.cn|eu)",
        r"start\.REGION\.us-gov-home\.awsapps\.com",
        r"start\.REGION\.home\.awsapps\.cn",
    )
)
_DUAL_STACK_HOST: Final = re.compile(
    rf"[a-z0-9-]+\.portal\.{_REGION}\.(?:app\.aws|app\.amazonwebservices\.com\.cn|(?:api|app)\.amazonwebservices\.eu)"
)
_OF_AWS: Final = tuple(
    f".{domain}"
    for domain in (
        "amazonaws.com",
        "amazonaws.com.cn",
        "amazonaws.eu",
        "amazonwebservices.com.cn",
        "amazonwebservices.eu",
        "app.aws",
        "awsapps.cn",
        "awsapps.com",
    )
)
_PORTAL_BY_ALIAS: Final = re.compile(r"[a-z0-9-]+\.awsapps\.com")


@dataclass(frozen=True, slots=True)
class StartUrl:
    """A start URL that can be written to the config."""

    url: str
    region: str | None
    """Identity Center's region, where the host names it."""


def read_start_url(typed: str) -> StartUrl | None:
    """
    Understand what a person typed or copied from the browser.

    A missing ``https://`` is added; what a browser adds below the portal (``/``, ``#/…``, a query) is dropped. A host
    that is not AWS's is accepted: it may be a vanity URL.

    Returns:
        None where it cannot be a start URL.
    """
    text = typed.strip()
    if "://" not in text:
        text = f"https://{text}"
    text = text.partition("#")[0].partition("?")[0].rstrip("/")
    if not text.startswith("https://") or not is_safe_to_open(text):
        return None
    parts = urlsplit(text)
    host = parts.hostname or ""
    if "." not in host:
        return None
    if not parts.path and _PORTAL_BY_ALIAS.fullmatch(host):
        text += "/start"
    found = (form.fullmatch(host) for form in _HOSTS_WITH_REGION)
    return StartUrl(text, next((match["region"] for match in found if match), None))


def is_dual_stack(start_url: str) -> bool:
    """Tell whether a portal wants the dual-stack endpoints, as its host shows (docs/facts: Endpoints)."""
    try:
        host = urlsplit(start_url).hostname or ""
    except ValueError:
        return False
    return _DUAL_STACK_HOST.fullmatch(host) is not None


def is_of_aws(host: str) -> bool:
    """Tell whether a host is one of AWS's, where portals are."""
    return host.endswith(_OF_AWS)


def is_region(name: str) -> bool:
    """Tell whether a name has the form of a region, such as ``eu-west-1``: a list of them would soon be out of date."""
    return re.fullmatch(_REGION, name) is not None
