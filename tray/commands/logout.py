"""``sso-tray logout``: ends one sign-in, or every one of the config."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tray.aws.aws_login.credentials import forget_login
from tray.aws.cache.renewal import RenewalSurroundings, exclusively
from tray.aws.cache.sign_out import SignedOut, sign_out
from tray.commands import asking_aws
from tray.commands.output import print_json, print_warning
from tray.commands.which_sign_in import choose_sign_in, profile_meant
from tray.core.errors import ConfigProblem, ServiceProblem, TrayError
from tray.core.message import Message
from tray.core.model import Kind, SignIn, Snapshot
from tray.core.words import login as login_words
from tray.core.words import status as status_words
from tray.core.words import terminal as terminal_words
from tray.paths import Paths, find_paths
from tray.resident.reader import Reader


def run(args: argparse.Namespace) -> int:
    """
    End the sign-in that was named, the default profile's, or all, and say what was done.

    A sign-in that cannot be ended does not keep the others from it.

    Returns:
        4 where AWS could not be told of a sign-in's end, although its files are removed; else the code of the last
        problem.

    Raises:
        ConfigProblem: There is no such sign-in.
    """
    asking_aws.take_interrupts()
    paths = find_paths()
    recorder = asking_aws.recorder(Reader(paths))
    snapshot, _ = recorder.reader.read()
    around = asking_aws.surroundings(recorder, profile_meant(snapshot, args.name, None))
    warn = _warn_in_json if args.json else print_warning
    code = 0
    for sign_in in _chosen(snapshot, args):
        try:
            ended = _end(sign_in, snapshot, around, paths)
        except TrayError as problem:
            warn(problem.message)
            code = problem.exit_code
            continue
        if args.json:
            print_json({"event": "signed-out", "name": sign_in.name})
        else:
            words = terminal_words.logged_out(sign_in.name, ended.credentials, was_signed_in=ended.was_signed_in)
            print(words, file=sys.stderr)
        if ended.untold is not None:
            warn(_untold(ended.untold, ended.left))
            code = ServiceProblem.exit_code
        elif ended.left is not None and not args.json:
            warn(login_words.LOGOUT_LEFT(target=ended.left))
    return code


def _end(sign_in: SignIn, snapshot: Snapshot, around: RenewalSurroundings, paths: Paths) -> SignedOut:
    if sign_in.kind is Kind.CONSOLE:
        with exclusively(sign_in, around):  # The AWS CLI that renews it writes its file at the end.
            return SignedOut(forget_login(paths.login_cache, sign_in.login_session))
    return sign_out(sign_in, snapshot.profiles, around, cli_cache=paths.cli_cache)


def _untold(problem: TrayError, left: Path | None) -> Message:
    if left is None:
        return login_words.LOGOUT_UNTOLD(reason=problem.title)
    return login_words.LOGOUT_UNTOLD_AND_LEFT(reason=problem.title, target=left)


def _warn_in_json(said: Message) -> None:
    print_json({"event": "failed", "title": said.title, "hint": said.hint})


def _chosen(snapshot: Snapshot, args: argparse.Namespace) -> tuple[SignIn, ...]:
    if not args.all:
        return (choose_sign_in(snapshot, args.name, None),)
    if not snapshot.sign_ins:
        raise ConfigProblem(next(iter(snapshot.problems), status_words.no_sign_ins(snapshot)))
    return snapshot.sign_ins
