"""``sso-tray setup --sync``: compares the profiles that the set-up wrote with the access portal."""

from __future__ import annotations

import argparse
import os
import sys

from tray.aws.config.differences import Change
from tray.commands.output import print_json
from tray.core.errors import UsageProblem
from tray.core.words import sync as sync_words
from tray.settings.reading import read_settings
from tray.setup.dialogue import Dialogue
from tray.setup.steps import SetupContext
from tray.setup.sync import Sync, Synced
from tray.setup.sync_undo import Undoing, undo_last
from tray.setup.syncing import SyncFlags

_OTHERS = (
    "start_url",
    "region",
    "scopes",
    "account",
    "role",
    "rename",
    "length_hours",
    "make_default",
    "start_at_login",
    "page",
)
_ITS_OWN = ("session", "name_pattern", "lower_case", "profile_region", "all", "yes", "dry_run", "json")


def run_sync(args: argparse.Namespace, context: SetupContext) -> int:
    """
    Look for changes and make those that are picked, or undo the last ones.

    Raises:
        UsageProblem: The flags do not go together, or nobody is there to choose.
        TrayError: As `tray.setup.sync.Sync.run` and `tray.setup.sync_undo.undo_last`.
    """
    if misplaced := _given(args, _OTHERS):
        raise UsageProblem(sync_words.OTHER_FLAGS(flags=misplaced))
    if args.undo:
        if _given(args, _ITS_OWN):
            raise UsageProblem(sync_words.UNDO_ALONE())
        undo_last(context.paths)
        print(sync_words.UNDONE(file=context.paths.aws_config), file=sys.stderr)
        return 0
    if args.json and not (args.yes or args.dry_run):
        raise UsageProblem(sync_words.NEEDS_SOMEBODY())
    settings, _ = read_settings(context.paths.settings_file, context.paths.site_settings)
    flags = SyncFlags(
        session=args.session,
        pattern=args.name_pattern,
        lower_case=args.lower_case,
        profile_region=args.profile_region,
        every_role=args.all,
        yes=args.yes,
        dry_run=args.dry_run,
        device_code=args.device_code,
        lines=not args.json,
    )
    sync = Sync(flags, context, os.environ, Dialogue(), settings.is_production, Undoing(context.paths))
    try:
        sync.run()
    finally:
        if args.json and sync.synced:
            print_json(_document(sync))
    return 0


def _given(args: argparse.Namespace, names: tuple[str, ...]) -> list[str]:
    return [f"--{name.replace('_', '-')}" for name in names if getattr(args, name)]


def _document(sync: Sync) -> dict[str, object]:
    return {
        "schema": 1,
        "dry_run": sync.flags.dry_run,
        "changes": [_change(each, change) for each in sync.synced for change in each.looked.differences.changes],
        "kept": [
            {
                "sign_in": each.looked.offer.sign_in.name,
                "profile": stays.profile,
                "new_name": stays.new_name,
                "reason": str(stays.obstacle),
            }
            for each in sync.synced
            for stays in each.looked.differences.stays
        ],
    }


def _change(synced: Synced, change: Change) -> dict[str, object]:
    offer = synced.looked.offer
    return {
        "sign_in": offer.sign_in.name,
        "kind": str(change.kind),
        "profile": change.profile,
        "new_name": change.new_name,
        "account": change.pick.account_id,
        "account_name": offer.account_names.get(change.pick.account_id),
        "role": change.pick.role,
        "done": change in synced.done,
        "used_by": [use.profile or use.key for use in change.uses],
        "changed": list(change.theirs),
    }
