"""``sso-tray renew``: a silent renewal now; never a browser."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from tray.aws.cache.renewal import Renewal, SessionOver, TokenRefused, renew_file
from tray.aws.cache.times import format_time
from tray.commands import asking_aws
from tray.commands.output import print_json
from tray.commands.recorder import Recorder
from tray.commands.which_sign_in import choose_sign_in, profile_meant
from tray.core.errors import ProgramMissing, SignInRefused, TrayError
from tray.core.model import Kind
from tray.core.words import login as login_words
from tray.core.words import terminal as terminal_words
from tray.core.words.times import clock, local_time
from tray.paths import find_paths
from tray.resident.reader import Reader


def run(args: argparse.Namespace) -> int:
    """
    Renew one sign-in if it is due, and tell of it in words, or with ``--json`` as one object on a line.

    Raises:
        TrayError: The sign-in could not be renewed; with ``--json`` it was told as an event first.
    """
    recorder = asking_aws.recorder(Reader(find_paths()))
    try:
        asking_aws.take_interrupts()
        name, renewal = _renew(args, recorder)
    except KeyboardInterrupt:
        cancelled = SignInRefused(login_words.RENEWAL_CANCELLED())
        _tell_failure(args, cancelled, recorder)
        raise cancelled from None
    except TrayError as error:
        _tell_failure(args, error, recorder)
        raise
    if args.json:
        how = "renewed" if renewal.renewed else "already"
        expires_at = format_time(renewal.expires_at)
        _print_json("signed-in", recorder, name=name, token_expires_at=expires_at, how=how, renewed=renewal.renewed)
    else:
        print(_words(name, renewal, recorder.reader), file=sys.stderr)
    return 0


def _words(name: str, renewal: Renewal, reader: Reader) -> str:
    """Say until when one is signed in; where nobody knows, until when the token holds."""
    now = datetime.now(UTC)
    found, _, _ = asking_aws.known_of(name, reader)
    if found is not None and found.deadline is not None:
        end = found.deadline
        until = terminal_words.RENEWED_UNTIL if renewal.renewed else terminal_words.NEEDS_NO_RENEWAL_UNTIL
        return until(end.estimated, sign_in=name, time=clock(end.at, now, local_time))
    words = terminal_words.RENEWED if renewal.renewed else terminal_words.NEEDS_NO_RENEWAL
    return words(sign_in=name, time=clock(renewal.expires_at, now, local_time))


def _renew(args: argparse.Namespace, recorder: Recorder) -> tuple[str, Renewal]:
    snapshot, _ = recorder.reader.read()
    sign_in = choose_sign_in(snapshot, args.name, None)
    around = asking_aws.surroundings(recorder, profile_meant(snapshot, args.name, None))
    if sign_in.kind is Kind.CONSOLE:
        return sign_in.name, asking_aws.renew_by_cli(sign_in, around, recorder.reader, force=args.force)
    return sign_in.name, renew_file(sign_in, around, force=args.force)


def _tell_failure(args: argparse.Namespace, error: TrayError, recorder: Recorder) -> None:
    if args.json:
        ended = isinstance(error, SessionOver | TokenRefused)
        words = {"title": error.title, "hint": error.hint}
        unable = {"unable": True} if isinstance(error, ProgramMissing) else {}
        _print_json("failed", recorder, **words, ended=ended, passes=error.passes, **unable)


def _print_json(event: str, recorder: Recorder, **details: str | bool) -> None:
    skew = None if recorder.skew_seconds is None else round(recorder.skew_seconds)
    print_json({"event": event, **details, "clock_skew_seconds": skew})
