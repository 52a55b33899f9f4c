"""
What an access portal was seen to offer: what is offered beyond that is new, and a role that nobody picked then is not.

So a look for changes adds what came since, and neither what the person left out nor what they have removed.
"""

from __future__ import annotations

import logging
from pathlib import Path

from tray.aws.api.accounts import Account
from tray.aws.cache.files import read_document, token_path, write_document
from tray.aws.config.profile_names import Pick
from tray.core.errors import TrayError
from tray.core.model import SignIn
from tray.core.session.sharing import portal_of
from tray.paths import Paths

_SCHEMA = 1
_log = logging.getLogger(__name__)


def picks_of(listed: tuple[Account, ...]) -> tuple[Pick, ...]:
    """List every role in every account."""
    return tuple(Pick(account.account_id, role) for account in listed for role in account.roles)


def read_offered(paths: Paths, sign_in: SignIn) -> frozenset[Pick] | None:
    """Tell what a portal offered when it was looked at last; None where nobody has looked, or at another portal."""
    found = read_document(_path(paths, sign_in), attempts=1)
    if not isinstance(found, tuple):
        return None
    document = found[0]
    try:
        if document["schema"] != _SCHEMA or document["portal"] != _portal(sign_in):
            return None
        return frozenset(Pick(str(account_id), str(role)) for account_id, role in document["roles"])
    except (KeyError, TypeError, ValueError):
        return None


def remember_offered(paths: Paths, sign_in: SignIn, listed: tuple[Account, ...], *, whole: bool) -> None:
    """
    Write down what a portal offers now; where that cannot be written, it goes into the log.

    Args:
        paths: Where our files are.
        sign_in: Whose portal it is.
        listed: The accounts that were looked at, with their roles.
        whole: Whether these are all. Where they are not, they are added to what is known, if anything is.
    """
    picks = frozenset(picks_of(listed))
    if not whole:
        known = read_offered(paths, sign_in)
        if known is None:
            return
        picks |= known
    document = {"schema": _SCHEMA, "portal": _portal(sign_in), "roles": sorted(map(list, picks))}
    try:
        write_document(_path(paths, sign_in), document)
    except TrayError as problem:
        _log.warning("What the portal offers could not be written down: %s", problem.title)


def _path(paths: Paths, sign_in: SignIn) -> Path:
    return token_path(paths.offered, sign_in.name)


def _portal(sign_in: SignIn) -> list[str]:
    return [portal_of(sign_in.start_url), sign_in.region]
