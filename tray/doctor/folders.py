"""Folders and files that keep this account out, or take no change: what is needed is told before it is tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tray.aws.aws_login.credentials import login_path
from tray.aws.cache.files import token_path
from tray.core.message import Message
from tray.core.model import Kind
from tray.disk.kept_out import forbids_change, keeps_from_listing
from tray.doctor.context import Context
from tray.doctor.finding import Finding, problem, warning
from tray.paths import Paths


def check(context: Context) -> Iterator[Finding]:
    """Look, and tell what is so; what the snapshot says of a folder was told before."""
    return rule(needed(context), wanted(context.paths), told=context.snapshot.problems)


def needed(context: Context) -> Iterator[Message]:
    """Look at what a sign-in needs: where tokens are kept, and our own folder; nothing is written for that."""
    paths = context.paths
    for sign_in in context.snapshot.sign_ins:
        if sign_in.kind is Kind.CONSOLE:
            yield from _told(forbids_change(login_path(paths.login_cache, sign_in.login_session)))
        else:
            yield from _told(forbids_change(token_path(paths.sso_cache, sign_in.name)))
    yield from _told(forbids_change(paths.sso_cache / "any"))
    if (of_state := forbids_change(paths.state / "any")) is not None:
        yield of_state
        return
    for folder in (paths.sign_in_records, paths.renewal_locks, paths.logins):
        yield from _told(forbids_change(folder / "any"))


def wanted(paths: Paths) -> Iterator[Message]:
    """
    Look at what is read or written besides: the folder of the config, cached credentials, settings, the log.

    A config that is elsewhere, or a link to elsewhere, may be managed there by somebody else, and that is well.
    """
    yield from _told(forbids_change(paths.sso_cache.parent.parent / "any"))
    for folder in (paths.cli_cache, paths.backups, paths.log_file.parent, paths.settings_file.parent):
        yield from _told(keeps_from_listing(folder) or forbids_change(folder / "any"))


def _told(said: Message | None) -> tuple[Message, ...]:
    return () if said is None else (said,)


def rule(needs: Iterable[Message], wants: Iterable[Message], *, told: Iterable[Message]) -> Iterator[Finding]:
    """One folder often keeps several files; it is named once."""
    before = set(told)
    for level, found in ((problem, needs), (warning, wants)):
        for said in found:
            if said not in before:
                before.add(said)
                yield level("folder", said)
