"""``sso-tray setup``: sets up a sign-in and its profiles, in the terminal or on a page."""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from datetime import UTC, datetime

from tray.aws.login.context import LoginContext, LoginEvent, UserCode
from tray.commands import asking_aws
from tray.commands.setup_sync import run_sync
from tray.core.dataclass import replace
from tray.core.errors import SignInRefused, UsageProblem
from tray.core.words import setup as setup_words
from tray.core.words import sync as sync_words
from tray.core.words import terminal as terminal_words
from tray.desktop.browser import open_beside
from tray.pages import setup as setup_page
from tray.paths import Paths, find_paths
from tray.resident.reader import Reader
from tray.settings.reading import read_settings
from tray.setup import terminal
from tray.setup.dialogue import Dialogue
from tray.setup.flags import Flags
from tray.setup.sign_in_details import SignInDetails
from tray.setup.steps import SetupContext


def run(args: argparse.Namespace) -> int:
    """
    Set up a sign-in: ask what no flag answers, sign in, list, write.

    Raises:
        TrayError: It could not be done, or was cancelled; nothing was written.
    """
    paths = find_paths()
    if not args.sync and (misplaced := [name for name in ("yes", "dry_run", "undo", "json") if getattr(args, name)]):
        raise UsageProblem(sync_words.ONLY_WITH_SYNC(flags=[f"--{name.replace('_', '-')}" for name in misplaced]))
    flags = Flags(
        details=SignInDetails(args.session, args.start_url, args.region, args.scopes),
        every_role=args.all,
        account_id=args.account,
        role=args.role,
        pattern=args.name_pattern,
        lower_case=args.lower_case,
        renames=tuple(args.rename or ()),
        profile_region=args.profile_region,
        length_hours=args.length_hours,
        default=args.make_default,
        at_login=args.start_at_login,
        device_code=args.device_code,
    )
    try:
        asking_aws.take_interrupts()
        if args.sync:
            return run_sync(args, _context(paths, args))
        if args.page:
            return _on_page(flags, args, paths)
        return terminal.run(flags, _context(paths, args), os.environ, Dialogue())
    except KeyboardInterrupt:
        raise SignInRefused(setup_words.CANCELLED()) from None


def _on_page(flags: Flags, args: argparse.Namespace, paths: Paths) -> int:
    if flags.every_role or flags.account_id or flags.role or flags.renames or flags.default or flags.at_login:
        raise UsageProblem(setup_words.PAGE_ASKS())
    context = _context(paths, args)
    # In the page's own thread no interrupt ever arrives, and no handler for one could be set.
    context = replace(context, renewal=replace(context.renewal, uninterrupted=nullcontext))

    def show(link: str) -> None:
        print(setup_words.PAGE_OPENED(), file=sys.stderr, flush=True)
        print(link, flush=True)
        if context.open_browser is not None and not args.page_is_opened:
            context.open_browser("", link)

    def tell_of_stranger() -> None:
        print(setup_words.PAGE_STRANGER_TURNED_AWAY(), file=sys.stderr, flush=True)

    follow = _follow_input if args.page_is_opened else lambda _show_again: None
    return setup_page.run(flags, context, os.environ, show, on_stranger=tell_of_stranger, follow=follow)


def _follow_input(show_again: Callable[[], object]) -> None:
    """Show the page once more for each line of the input: for each further click on "Set up…"."""

    def read() -> None:
        with suppress(OSError):
            while os.read(0, 1):
                show_again()

    threading.Thread(target=read, name="input", daemon=True).start()


def _context(paths: Paths, args: argparse.Namespace) -> SetupContext:
    settings, _ = read_settings(paths.settings_file, paths.site_settings)

    def open_browser(sign_in: str, url: str) -> bool:
        return open_beside(url, settings.of(sign_in).browser or settings.browser_command)

    login = LoginContext(
        now=lambda: datetime.now(UTC),
        sleep=time.sleep,  # which Ctrl-C interrupts on Windows too
        tell=_show_page,
        open_browser=None,
    )
    return SetupContext(
        paths=paths,
        login=login,
        open_browser=None if args.no_browser else open_browser,
        renewal=asking_aws.surroundings(asking_aws.recorder(Reader(paths))),
    )


def _show_page(event: LoginEvent) -> None:
    """Tell where to sign in; in words, since the data of this command are the names of profiles."""
    print(terminal_words.SIGN_IN_PAGE(), event.url, sep="\n", file=sys.stderr, flush=True)
    if isinstance(event, UserCode):
        print(terminal_words.COMPARE_CODE(), event.code, sep="\n", file=sys.stderr, flush=True)
