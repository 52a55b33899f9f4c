"""``sso-tray portal``: the access portal, or the AWS console by the portal's deep link."""

from __future__ import annotations

import argparse

from tray.aws.api.links import console_url, portal_url
from tray.commands.which_sign_in import choose_profile, choose_sign_in
from tray.core.errors import ConfigProblem, ServiceProblem
from tray.core.model import Kind, Snapshot
from tray.core.words import aws_login as aws_login_words
from tray.core.words import terminal as terminal_words
from tray.desktop.browser import SOON_SECONDS, open_url
from tray.paths import find_paths
from tray.resident.reader import Reader


def run(args: argparse.Namespace) -> int:
    """
    Open the page, or print its address.

    Raises:
        ConfigProblem: There is no such sign-in or profile, or it has no portal or account.
        ServiceProblem: No browser could be started.
    """
    snapshot, settings = Reader(find_paths()).read()
    url, sign_in = _console(snapshot, args) if args.console else _portal(snapshot, args)
    if args.print:
        print(url)
    elif not open_url(url, settings.browser_for(sign_in), seconds=SOON_SECONDS):
        raise ServiceProblem(terminal_words.NO_BROWSER())
    return 0


def _portal(snapshot: Snapshot, args: argparse.Namespace) -> tuple[str, str]:
    sign_in = choose_sign_in(snapshot, args.name, args.profile)
    return portal_url(sign_in.start_url), sign_in.name


def _console(snapshot: Snapshot, args: argparse.Namespace) -> tuple[str, str]:
    """Build the deep link of a profile: the one named, or the default one."""
    name = args.profile or snapshot.active_profile
    sign_in = choose_sign_in(snapshot, args.name, name)
    if sign_in.kind is Kind.CONSOLE:
        raise ConfigProblem(aws_login_words.NO_PORTAL())
    profile = choose_profile(snapshot, name) if name is not None else None
    if profile is None or profile.account_id is None:
        raise ConfigProblem(terminal_words.NO_ACCOUNT())
    return console_url(sign_in.start_url, profile.account_id, profile.role_name), sign_in.name
