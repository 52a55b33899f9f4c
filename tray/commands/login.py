"""``sso-tray login``: signs in, in the person's browser or with a code."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from tray.aws import oidc, wire
from tray.aws.renewer import exclusively
from tray.commands.choose import choose_sign_in
from tray.commands.renewing import surroundings
from tray.core import text, text_console, text_login
from tray.core.errors import SignInRefused, TrayError, UsageProblem
from tray.core.model import Kind
from tray.desktop.browser import open_url
from tray.paths import find_paths
from tray.sources import Reader


def run(args: argparse.Namespace) -> int:
    """
    Sign in, and tell of it in words, or with ``--json`` as one object a line.

    Raises:
        TrayError: The sign-in could not be made; with ``--json`` it was told as an event first.
    """
    tell = _print_json if args.json else _print_words
    try:
        # SIGTERM ends the wait for a person as Ctrl-C does; only a BaseException passes through boto3 unharmed.
        signal.signal(signal.SIGTERM, _interrupt)
        return _log_in(args, tell)
    except KeyboardInterrupt:
        cancelled = SignInRefused(*text_login.cancelled())
        _tell_failure(args, cancelled)
        raise cancelled from None
    except TrayError as error:
        _tell_failure(args, error)
        raise


def _log_in(args: argparse.Namespace, tell: Callable[[dict[str, str]], None]) -> int:
    paths = find_paths()
    snapshot, settings = Reader(paths).read()
    sign_in = choose_sign_in(snapshot, args.name, args.profile)
    browser = settings.browser_for(sign_in.name)
    if sign_in.kind is Kind.CONSOLE:
        from tray.commands.login_by_cli import log_in_by_cli

        if args.device_code:
            raise UsageProblem(*text_console.no_code())
        log_in_by_cli(sign_in, paths, tell, browser=None if args.no_browser else browser)
        return 0

    def on_event(event: oidc.LoginEvent) -> None:
        match event:
            case oidc.OpenUrl(url):
                tell({"event": "open-url", "url": url})
            case oidc.UserCode(code, url):
                tell({"event": "user-code", "code": code, "url": url})

    renewing = surroundings(paths)
    document = oidc.log_in(
        replace(sign_in, scopes=settings.of(sign_in.name).scopes or sign_in.scopes),
        client=wire.oidc_client(sign_in.region, profile=args.profile),
        cache_dir=paths.sso_cache,
        surroundings=replace(
            _surroundings(browser, on_event, no_browser=args.no_browser),
            exclusively=lambda: exclusively(sign_in, renewing),
            uninterrupted=renewing.uninterrupted,
        ),
        device_code=args.device_code,
    )
    tell({"event": "signed-in", "name": sign_in.name, "token_expires_at": str(document["expiresAt"])})
    return 0


def _surroundings(browser: str, tell: Callable[[oidc.LoginEvent], None], *, no_browser: bool) -> oidc.Surroundings:
    never = threading.Event()
    return oidc.Surroundings(
        now=lambda: datetime.now(UTC),
        sleep=time.sleep,  # which Ctrl-C interrupts on Windows too
        tell=tell,
        open_browser=None if no_browser else lambda url: open_url(url, browser),
        cancelled=never,
    )


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _tell_failure(args: argparse.Namespace, error: TrayError) -> None:
    if args.json:
        _print_json({"event": "failed", "title": error.title, "hint": error.hint})


def _print_json(event: dict[str, str]) -> None:
    print(json.dumps(event), flush=True)


def _print_words(event: dict[str, str]) -> None:
    """Print what the person needs on stdout, and the words around it on stderr."""
    match event["event"]:
        case "open-url":
            print(text.SIGN_IN_PAGE, file=sys.stderr, flush=True)
            print(event["url"], flush=True)
        case "user-code":
            print(text.SIGN_IN_PAGE, file=sys.stderr, flush=True)
            print(event["url"], flush=True)
            print(text.COMPARE_CODE, file=sys.stderr, flush=True)
            print(event["code"], flush=True)
        case "signed-in":
            print(text.signed_in(event["name"]), file=sys.stderr, flush=True)
