"""``sso-tray profiles``: every profile, and which one is the default."""

from __future__ import annotations

import argparse

from tray.commands.output import print_json
from tray.commands.which_sign_in import choose_profile
from tray.core.errors import ConfigProblem
from tray.paths import find_paths
from tray.resident.reader import Reader


def run(args: argparse.Namespace) -> int:
    """
    Print the profiles as a table or as JSON; the default is marked with ``*``.

    Raises:
        ConfigProblem: The config cannot be read, or has no profile of the name given.
    """
    snapshot, _ = Reader(find_paths()).read()
    if not snapshot.profiles and snapshot.problems:
        raise ConfigProblem(snapshot.problems[0])
    shown = snapshot.profiles if args.profile is None else (choose_profile(snapshot, args.profile),)
    rows = [
        {
            "name": profile.name,
            "sign_in": profile.sign_in,
            "account": profile.account_id,
            "role": profile.role_name,
            "region": profile.region,
            "default": profile.name == snapshot.active_profile,
        }
        for profile in shown
    ]
    if args.json:
        print_json({"schema": 1, "profiles": rows})
        return 0
    cells = [
        (
            "*" if row["default"] else " ",
            *(str(row[key] or "-") for key in ("name", "sign_in", "account", "role", "region")),
        )
        for row in rows
    ]
    table = [(" ", "PROFILE", "SIGN-IN", "ACCOUNT", "ROLE", "REGION"), *cells]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        print(" ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    return 0
