"""``sso-tray logout``: ends one sign-in, or every one of the config."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from tray.aws.renewer import Surroundings
from tray.aws.sign_out import sign_out
from tray.commands.choose import choose_sign_in
from tray.core import text, text_login
from tray.core.errors import ConfigProblem, ServiceProblem
from tray.core.model import SignIn, Snapshot
from tray.paths import find_paths
from tray.sources import Reader


def run(args: argparse.Namespace) -> int:
    """
    End the sign-in that was named, the default profile's, or all, and say what was done.

    Returns:
        4 where AWS could not be told of a sign-in's end; its files are removed all the same.

    Raises:
        ConfigProblem: There is no such sign-in, or a file cannot be removed.
        ServiceProblem: A renewal holds the token file, or the disk failed.
    """
    paths = find_paths()
    snapshot, _ = Reader(paths).read()
    surroundings = Surroundings(cache_dir=paths.sso_cache, lock_dir=paths.renewal_locks, now=lambda: datetime.now(UTC))
    code = 0
    for sign_in in _chosen(snapshot, args):
        ended = sign_out(sign_in, snapshot.profiles, surroundings, cli_cache=paths.cli_cache)
        words = text_login.logged_out if ended.was_signed_in else text_login.not_logged_in
        print(words(sign_in.name, ended.credentials), file=sys.stderr)
        if ended.untold is not None:
            warning = text_login.logout_untold(ended.untold.title)
            print(f"! {warning.title}", f"  {warning.hint}", sep="\n", file=sys.stderr)
            code = ServiceProblem.exit_code
    return code


def _chosen(snapshot: Snapshot, args: argparse.Namespace) -> tuple[SignIn, ...]:
    if not args.all:
        return (choose_sign_in(snapshot, args.name, None),)
    if not snapshot.sign_ins:
        raise ConfigProblem(*next(iter(snapshot.problems), text.NO_SIGN_IN_PROBLEM))
    return snapshot.sign_ins
