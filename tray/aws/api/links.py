"""The access portal's links. Pure: no request is made here."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from tray.core.errors import ConfigProblem
from tray.core.links import is_safe_to_open
from tray.core.words import aws_login as aws_login_words
from tray.core.words import login as login_words

_ISSUER_HOST: Final = re.compile(r"identitycenter\.(?:[a-z0-9-]+\.)*amazonaws\.(?:com|com\.cn|eu)")


def portal_url(start_url: str) -> str:
    """
    Give the access portal's address, without the endings that people copy along (``/``, ``#``, ``#/``, ``/#/…``).

    Raises:
        ConfigProblem: The start URL is empty (there is no portal), or not safe to open.
    """
    if not start_url:
        raise ConfigProblem(aws_login_words.NO_PORTAL())
    if not is_safe_to_open(start_url):
        raise ConfigProblem(login_words.PORTAL_UNUSABLE())
    return start_url.partition("#")[0].rstrip("/")


def console_url(start_url: str, account_id: str, role_name: str | None, destination: str | None = None) -> str:
    """
    Give the portal's link that opens the AWS console in an account (docs/facts: Console links).

    Args:
        start_url: Of the sign-in.
        account_id: Twelve digits.
        role_name: The permission set; None lets the person choose.
        destination: A page of the console; None for its home.

    Raises:
        ConfigProblem: The start URL is not safe to open, or is an issuer URL, below which there are no links.
    """
    portal = portal_url(start_url)
    if _ISSUER_HOST.fullmatch(urlsplit(portal).hostname or ""):
        raise ConfigProblem(login_words.PORTAL_WITHOUT_LINKS())
    values = {"account_id": account_id, "role_name": role_name, "destination": destination}
    query = urlencode({name: value for name, value in values.items() if value}, quote_via=quote, safe="")
    return f"{portal}/#/console?{query}"
