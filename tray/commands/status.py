"""``sso-tray status``: whether the sign-ins hold."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from typing import Any

from tray.commands.output import print_json, print_warning
from tray.commands.which_sign_in import choose_sign_in, profile_meant
from tray.core.message import Message
from tray.core.model import SignIn, SignInStatus, Snapshot, Status
from tray.core.session.status import derive, followed, icon_of, is_renewable, problems_of
from tray.core.session.token_changes import observe
from tray.core.words import status as status_words
from tray.core.words.prompt import CONFIG_UNREADABLE, prompt
from tray.core.words.times import local_time
from tray.paths import find_paths
from tray.resident import memory_file
from tray.resident.reader import Reader

_SIGNED_IN, _NOT_SIGNED_IN, _CONFIG_PROBLEM, _NO_ANSWER = 0, 1, 3, 4


def run(args: argparse.Namespace) -> int:
    """
    Print every sign-in, or the one that was named.

    With ``--check`` AWS is asked about them first.

    Returns:
        0 when the sign-in that was named holds, or, without a name, the one that the icon follows; 1 when it does not;
        3 when there is none; 4 when AWS was to be asked and gave no answer.

    Raises:
        ConfigProblem: There is no such sign-in or profile.
    """
    paths = find_paths()
    reader = Reader(paths)
    snapshot, settings = reader.read()
    unanswered: tuple[Message, ...] = ()
    if args.check:
        from tray.commands.asking_aws import check_all  # A shell prompt asks nobody, and does not wait for this.

        profile = profile_meant(snapshot, args.name, args.profile)
        unanswered = check_all(_asked_about(snapshot, args), reader, profile)
        snapshot, settings = reader.read()
    now = datetime.now(UTC)
    memory = observe(memory_file.load(paths.memory_file), snapshot, now, settings)
    statuses = derive(snapshot, settings, now, memory=memory)
    shown = followed(statuses, snapshot, settings)
    if args.name is not None or args.profile is not None:
        (chosen,) = _asked_about(snapshot, args)
        statuses = tuple(found for found in statuses if found.sign_in.name == chosen.name)
        shown = statuses[0]
    icon = icon_of(shown, snapshot)
    problems = tuple(dict.fromkeys((*unanswered, *problems_of(snapshot, statuses, memory))))
    if args.json:
        print_json(document(snapshot, statuses, icon, now, problems))
    elif args.short:
        _print_short(shown, icon, now)
    else:
        _print_lines(snapshot, statuses, icon, now, problems)
    if unanswered:
        return _NO_ANSWER
    if shown is None:
        return _CONFIG_PROBLEM
    return _SIGNED_IN if shown.holds else _NOT_SIGNED_IN


def _asked_about(snapshot: Snapshot, args: argparse.Namespace) -> tuple[SignIn, ...]:
    if args.name is None and args.profile is None:
        return snapshot.sign_ins
    return (choose_sign_in(snapshot, args.name, args.profile),)


def document(
    snapshot: Snapshot,
    statuses: tuple[SignInStatus, ...],
    icon: Status,
    now: datetime,
    problems: tuple[Message, ...],
) -> dict[str, Any]:
    """Build the object of ``status --json``, schema 1 (docs/contracts: Status JSON)."""
    return {
        "schema": 1,
        "now": _written(now),
        "default_profile": snapshot.active_profile,
        "icon": str(icon),
        "sign_ins": [_sign_in(found, now) for found in statuses],
        "problems": [{"title": problem.title, "hint": problem.hint} for problem in problems],
    }


def _sign_in(found: SignInStatus, now: datetime) -> dict[str, Any]:
    token, deadline = found.token, found.deadline
    return {
        "name": found.sign_in.name,
        "kind": str(found.sign_in.kind),
        "start_url": found.sign_in.start_url or None,
        "region": found.sign_in.region or None,
        "status": str(found.status),
        "token_expires_at": _written(token.expires_at) if token else None,
        "renewable": token is not None and is_renewable(found.sign_in, token, now),
        "ends_at": _written(deadline.at) if deadline else None,
        "ends_source": str(deadline.source) if deadline else None,
        "checked_at": _written(found.checked_at) if found.checked_at else None,
        "profiles": list(found.profiles),
    }


def _print_short(shown: SignInStatus | None, icon: Status, now: datetime) -> None:
    """Print nothing where nothing is set up: a prompt of somebody without AWS stays as it is."""
    if shown is not None:
        print(prompt(shown, now, local_time))
    elif icon is Status.UNREADABLE:
        print(CONFIG_UNREADABLE)


def _print_lines(
    snapshot: Snapshot,
    statuses: tuple[SignInStatus, ...],
    icon: Status,
    now: datetime,
    problems: tuple[Message, ...],
) -> None:
    from tray.commands.terminal.colour import Colour, Painter  # A prompt has none.

    painter = Painter(sys.stdout)
    colours = {Status.ENDING: Colour.SOON, Status.EXPIRED: Colour.BAD, Status.UNREADABLE: Colour.BAD}
    for found in statuses:
        words = status_words.status_words(found, now, local_time)
        name = status_words.status_line(found, now, local_time).removesuffix(words)
        holds = Colour.GOOD if found.holds else Colour.SOON if found.lapsed else None
        print(f"{name}{painter(words, colours.get(found.status, holds))}")
    if icon is Status.NO_CONFIG:
        print(status_words.no_sign_ins(snapshot))
    for problem in problems:
        print_warning(problem, file=sys.stdout)


def _written(at: datetime) -> str:
    """Write a moment as RFC 3339 in UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
