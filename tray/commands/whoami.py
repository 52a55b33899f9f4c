"""``sso-tray whoami``: whom AWS takes a profile for."""

from __future__ import annotations

import argparse
import json

from tray.aws.identity import read_identity
from tray.commands.choose import choose_profile
from tray.core import text_login
from tray.core.errors import ConfigProblem
from tray.core.model import Snapshot
from tray.paths import find_paths
from tray.sources import Reader


def run(args: argparse.Namespace) -> int:
    """
    Print what STS says of the profile that was named, or of the one in force.

    Raises:
        TrayError: As `read_identity`; or there is no such profile, or none in force.
    """
    snapshot, _ = Reader(find_paths()).read()
    profile = _chosen(snapshot, args.profile)
    identity = read_identity(profile)
    if args.json:
        answer = {"account": identity.account, "arn": identity.arn, "user_id": identity.user_id}
        print(json.dumps({"schema": 1, "profile": profile, **answer}, ensure_ascii=False))
    else:
        print(f"profile  {profile}", f"account  {identity.account}", f"arn      {identity.arn}", sep="\n")
        print(f"user id  {identity.user_id}")
    return 0


def _chosen(snapshot: Snapshot, name: str | None) -> str:
    wanted = name if name is not None else snapshot.active_profile
    if wanted is None:
        raise ConfigProblem(*next(iter(snapshot.problems), text_login.no_default_profile()))
    return choose_profile(snapshot, wanted).name
