"""Asks AWS whether a sign-in holds; what it says is written down, for the tray and every other command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.aws.proof import ask
from tray.commands.renewing import recorder, surroundings
from tray.core.errors import TrayError
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
    records = reader.read()[0].records
    unanswered: dict[Problem, None] = {}
    for sign_in in sign_ins:
        try:
            known = records.get(sign_in.name)
            check(sign_in, around, was_ending=known is not None and known.ending is not None)
        except TrayError as error:
            unanswered[Problem(error.title, error.hint)] = None
    return tuple(unanswered)


def check(sign_in: SignIn, surroundings: Surroundings, *, was_ending: bool = False) -> None:
    """
    Ask AWS about one sign-in; what it says is written down.

    Args:
        sign_in: Whether which holds.
        surroundings: Hears what AWS says.
        was_ending: Whether one of our commands was about to end its session, and what came of that is not known.

    Raises:
        ConfigProblem: A file or folder cannot be used.
        ServiceProblem: AWS or the network failed: nothing is known.
    """
    if sign_in.kind is not Kind.CONSOLE:  # Its credentials are renewed by whichever program uses them.
        ask(sign_in, surroundings, ends_if_over=was_ending)
