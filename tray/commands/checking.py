"""Asks AWS whether a sign-in holds; what it says is written down, for the tray and every other command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.aws.cache.proof import ask
from tray.commands.renewing import recorder, surroundings
from tray.core.errors import TrayError
from tray.core.message import Message
from tray.core.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.core.model import SignIn
    from tray.resident.reader import Reader


def check_all(sign_ins: Iterable[SignIn], reader: Reader) -> tuple[Message, ...]:
    """
    Ask AWS about each sign-in; where one of our commands was about to end a session that is over, its token is removed.

    Returns:
        Why it could not be asked; empty where it answered all.
    """
    around = surroundings(recorder(reader))
    records = reader.read()[0].records
    unanswered: dict[Message, None] = {}
    for sign_in in sign_ins:
        if sign_in.kind is Kind.CONSOLE:
            continue  # Its credentials are renewed by whichever program uses them.
        known = records.get(sign_in.name)
        try:
            ask(sign_in, around, ends_if_over=known is not None and known.ending is not None)
        except TrayError as error:
            unanswered[error.message] = None
    return tuple(unanswered)
