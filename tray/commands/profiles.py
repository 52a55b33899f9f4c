"""``sso-tray profiles``: every profile, and which one is the default; or a person picks one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tray.commands.output import print_json
from tray.commands.terminal.colour import Colour, Painter, columns_of
from tray.commands.which_sign_in import choose_profile
from tray.core.columns import table
from tray.core.errors import ConfigProblem, UsageProblem
from tray.core.message import whole
from tray.core.model import Profile, Snapshot
from tray.core.picking import holding
from tray.core.settings import Settings
from tray.core.words import picking as picking_words
from tray.paths import find_paths
from tray.resident.reader import Reader

_NAME = 1


def run(args: argparse.Namespace) -> int:
    """
    Print the profiles that hold every word, as a table or as JSON; or let the person pick one, and print its name.

    Raises:
        ConfigProblem: The config cannot be read, or has no such profile.
        UsageProblem: One is to be picked, and there is no terminal; or not one whole name is given.
        SignInRefused: None was picked.
    """
    paths = find_paths()
    snapshot, settings = Reader(paths).read()
    if not snapshot.profiles and snapshot.problems:
        raise ConfigProblem(snapshot.problems[0])
    shown = _asked_for(snapshot, args.profile, exact=args.exact)
    if args.pick:
        print(_picked(snapshot, settings, shown))
        return 0
    if args.json:
        print_json({"schema": 1, "profiles": [_row(profile, snapshot) for profile in shown]})
    else:
        _print_table(shown, snapshot, settings)
    return 0


def _asked_for(snapshot: Snapshot, words: Sequence[str], *, exact: bool) -> tuple[Profile, ...]:
    if exact:
        if len(words) != 1:
            raise UsageProblem(picking_words.ONE_WHOLE_NAME())
        return (choose_profile(snapshot, words[0]),)
    if len(words) == 1 and words[0] in snapshot.profiles_by_name:
        return (snapshot.profiles_by_name[words[0]],)
    found = holding(snapshot.profiles, words)
    if words and not found:
        if len(words) == 1:
            return (choose_profile(snapshot, words[0]),)
        raise ConfigProblem(picking_words.NONE_HOLDS(words=" ".join(words)))
    return found


def _picked(snapshot: Snapshot, settings: Settings, shown: Sequence[Profile]) -> str:
    from tray.commands.choosing import choose
    from tray.commands.terminal.picker import someone_is_there
    from tray.core.clusters import is_clean

    if not someone_is_there():
        raise UsageProblem(picking_words.NO_TERMINAL())
    # What is printed must be the name itself, for a shell to use.
    return choose(snapshot, settings, find_paths(), [profile for profile in shown if is_clean(profile.name)])


def _row(profile: Profile, snapshot: Snapshot) -> dict[str, str | bool | None]:
    return {
        "name": profile.name,
        "sign_in": profile.sign_in,
        "account": profile.account_id,
        "role": profile.role_name,
        "region": profile.region,
        "default": profile.name == snapshot.active_profile,
    }


def _print_table(shown: Sequence[Profile], snapshot: Snapshot, settings: Settings) -> None:
    rows = [
        (
            "*" if profile.name == snapshot.active_profile else " ",
            *(
                whole(text or "-")
                for text in (profile.name, profile.sign_in, profile.account_id, profile.role_name, profile.region)
            ),
        )
        for profile in shown
    ]
    painter = Painter(sys.stdout)

    def paint(row: int, column: int, text: str) -> str:
        if row == 0:
            return painter(text, Colour.FAINT)
        profile = shown[row - 1]
        if column == _NAME and settings.is_production(profile.name):
            return painter(text, Colour.BAD)
        current = column <= _NAME and profile.name == snapshot.active_profile
        return painter(text, Colour.GOOD if current else None)

    for line in table(
        [(" ", *(heading() for heading in picking_words.HEADINGS)), *rows], columns_of(sys.stdout), paint
    ):
        print(line)
