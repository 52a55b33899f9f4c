"""Asks AWS whether a sign-in holds; what it says is written down, for the tray and every other command."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from tray.aws.cache import load_token, token_path
from tray.aws.portal_session import holds
from tray.aws.renewal import NotRenewable
from tray.aws.renewer import exclusively, renew_file
from tray.aws.tokens import region_of
from tray.commands.renewing import recorder, surroundings
from tray.core.errors import NotSignedIn, TrayError
from tray.core.heard import Ended, Proven
from tray.core.history import EndedBy
from tray.core.model import Kind, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.aws.renewer import Surroundings
    from tray.core.model import SignIn
    from tray.sources import Reader


def check_all(sign_ins: Iterable[SignIn], reader: Reader) -> tuple[Problem, ...]:
    """
    Ask AWS about each sign-in.

    Returns:
        Why it could not be asked; empty where it answered all.
    """
    around = surroundings(recorder(reader))
    unanswered: dict[Problem, None] = {}
    for sign_in in sign_ins:
        try:
            check(sign_in, around)
        except TrayError as error:
            unanswered[Problem(error.title, error.hint)] = None
    return tuple(unanswered)


def check(sign_in: SignIn, surroundings: Surroundings) -> None:
    """
    Ask AWS, by one call to the access portal; a stale token is renewed before.

    Where there is no token, or a past one that cannot be renewed, there is nothing to ask.

    Args:
        sign_in: Whether which holds.
        surroundings: Hears what AWS says.

    Raises:
        ConfigProblem: A file or folder cannot be used.
        ServiceProblem: AWS or the network failed: nothing is known.
    """
    if sign_in.kind is Kind.CONSOLE:
        return  # Its credentials are renewed by whichever program uses them.
    try:
        with contextlib.suppress(NotRenewable):
            renew_file(sign_in, surroundings)
    except NotSignedIn:
        return  # What AWS said was heard.
    with exclusively(sign_in, surroundings):
        found = load_token(token_path(surroundings.cache_dir, sign_in.name))
        if not isinstance(found, tuple) or found[0].expires_at <= surroundings.now():
            return
        token, document = found
        honoured = holds(region_of(document, sign_in), document["accessToken"])
        surroundings.hear(sign_in, Proven(token) if honoured else Ended(token, EndedBy.PORTAL))
