"""``sso-tray login``: makes sure that a sign-in holds, in the person's browser or with a code where that is needed."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from tray.aws.cache.records import read_record, record_path
from tray.aws.cache.times import format_time
from tray.aws.login.context import LoginContext, LoginEvent, OpenUrl, UserCode
from tray.aws.login.login import Around, How, LoggedIn, Wish, log_in
from tray.commands import asking_aws
from tray.commands.output import print_json, print_warning
from tray.commands.which_sign_in import choose_sign_in, profile_meant
from tray.core.dataclass import replace
from tray.core.errors import ConfigProblem, ServiceProblem, SignInRefused, TrayError, UsageProblem
from tray.core.message import sentences
from tray.core.model import Kind, SignIn, Token
from tray.core.session.history import History
from tray.core.session.sharing import Sharing
from tray.core.settings import Settings, WithCode
from tray.core.words import aws_login as aws_login_words
from tray.core.words import login as login_words
from tray.core.words import pages as pages_words
from tray.core.words import terminal as terminal_words
from tray.core.words import wsl as wsl_words
from tray.core.words.times import clock, local_time
from tray.desktop.browser import comes_back, open_beside
from tray.installation import own_command
from tray.installation.wsl import is_wsl
from tray.paths import Paths, find_paths
from tray.resident.reader import Reader

_Event = Mapping[str, str]
_Tell = Callable[[_Event], None]


def run(args: argparse.Namespace) -> int:
    """
    Make sure that a sign-in holds, and tell of it in words, or with ``--json`` as one object a line.

    Raises:
        TrayError: The sign-in could not be made; with ``--json`` it was told as an event first.
    """
    tell = _print_event if args.json else _print_words
    try:
        # A signal ends the wait for a person as Ctrl-C does; only a BaseException passes through boto3 unharmed.
        asking_aws.take_interrupts()
        if args.while_input:
            asking_aws.interrupt_at_end_of_input()
        return _log_in(args, tell)
    except KeyboardInterrupt:
        cancelled = SignInRefused(login_words.CANCELLED())
        _tell_failure(args, cancelled)
        raise cancelled from None
    except TrayError as error:
        found = _cause_in_config(args, error)
        _tell_failure(args, found)
        if found is error:
            raise
        raise found from error


def _cause_in_config(args: argparse.Namespace, error: TrayError) -> TrayError:
    """Name the value of the config that is to blame for an error, where one is; else give back the error."""
    if not isinstance(error, ConfigProblem | ServiceProblem) or error.passes:
        return error
    # Few logins fail: nothing of this is loaded for the others.
    from tray.aws.config.files import read_document
    from tray.aws.config.values import wrong_for_sign_in

    paths = find_paths()
    names = [name for name in (args.name, args.profile) if name]
    if not names:
        snapshot, _ = Reader(paths).read()
        known = [sign_in.name for sign_in in snapshot.sign_ins]
        names = [name for name in (snapshot.active_profile, *known[: len(known) == 1]) if name] if known else []
    try:
        wrong = wrong_for_sign_in(read_document(paths.aws_config), paths.aws_config, names)
    except ConfigProblem:
        return error
    return error if wrong is None else ConfigProblem(wrong)


def _log_in(args: argparse.Namespace, tell: _Tell) -> int:
    paths = find_paths()
    reader = Reader(paths)
    snapshot, settings = reader.read()
    sign_in = choose_sign_in(snapshot, args.name, args.profile)
    browser = settings.browser_for(sign_in.name)
    if sign_in.kind is Kind.CONSOLE:
        if args.device_code:
            raise UsageProblem(aws_login_words.NO_CODE())
        return _log_in_by_cli(sign_in, paths, tell, browser=None if args.no_browser else browser)
    sign_in = replace(sign_in, scopes=settings.of(sign_in.name).scopes or sign_in.scopes)
    recorder = asking_aws.recorder(reader)
    with_code = _with_code(args, settings, browser)
    if with_code and not args.json and _is_forced_by_windows(args, settings):
        print_warning(wsl_words.WITH_CODE())
    wish = Wish(
        sign_in=sign_in,
        new=args.new,
        question=_question(sign_in, reader) if args.new and args.ask else None,
        device_code=with_code,
        timeout=timedelta(seconds=args.timeout),
    )
    around = Around(
        login=_login(wish, browser, tell, opens=not args.no_browser),
        renewal=asking_aws.surroundings(recorder, profile_meant(snapshot, args.name, args.profile)),
        logins=paths.logins,
        known=lambda: read_record(record_path(paths.sign_in_records, sign_in.name)) or History(),
        on_wait=lambda page: tell(
            {"event": "waiting", "name": page.sign_in, "since": _time(page.since), "url": page.url}
        ),
        deferred=asking_aws.deferred,
    )
    result = log_in(wish, around)
    told = {"event": "signed-in", "name": sign_in.name, "token_expires_at": format_time(result.expires_at)}
    tell({**told, "how": str(result.how), "words": _words(sign_in, result, reader)})
    return 0


def _log_in_by_cli(sign_in: SignIn, paths: Paths, tell: _Tell, *, browser: str | None) -> int:
    """
    Sign in to the console by the AWS CLI's ``aws login``.

    The sign-in page is opened from here, as every other one is, so that the person's choice of a browser holds; the
    AWS CLI is told that this program is the browser, which then opens nothing. Browser None opens nothing either.
    """
    # Few people have such a sign-in: nothing of this is loaded for the others.
    from tray.aws.aws_login.credentials import login_path
    from tray.aws.aws_login.login import log_in as log_in_by_cli
    from tray.aws.aws_login.program import find_cli
    from tray.disk.kept_out import forbids_change

    def on_page(url: str) -> None:
        tell({"event": "open-url", "url": url})
        if browser is not None:
            open_beside(url, browser)

    if (forbids := forbids_change(login_path(paths.login_cache, sign_in.login_session))) is not None:
        raise ConfigProblem(forbids)  # The AWS CLI would find that out after the page.
    environ, name = os.environ, sign_in.login_profile
    log_in_by_cli(name, program=find_cli(environ), environ=environ, browser=_opens_nothing(), on_page=on_page)
    reader = Reader(paths)
    snapshot, _ = reader.read()  # The person may have signed in as somebody else, which the config says then.
    profile = snapshot.profiles_by_name.get(name)
    signed_in = (profile.sign_in if profile else None) or ""
    token = snapshot.tokens.get(signed_in)
    if not isinstance(token, Token):
        raise ServiceProblem(aws_login_words.CLI_LEFT_NOTHING())
    told = {"event": "signed-in", "name": signed_in, "token_expires_at": format_time(token.expires_at)}
    tell({**told, "how": "signed-in", "words": _signed_in(signed_in, reader)})
    return 0


def _opens_nothing() -> str:
    """
    Give a command line, in the form of ``BROWSER``, that ends well whatever link it is given.

    Python's ``webbrowser``, in the AWS CLI, would turn to the next browser if it failed; and it takes a backslash for
    an escape.
    """
    return shlex.join([*(word.replace(os.sep, "/") for word in own_command()), "--version", "%s"])


def _with_code(args: argparse.Namespace, settings: Settings, browser: str) -> bool:
    """Tell whether to sign in with a code: where a browser of this machine could not come back to us."""
    if args.device_code or settings.login_device_code is not WithCode.AUTO:
        return bool(args.device_code) or settings.login_device_code is WithCode.ALWAYS
    return not comes_back(browser)


def _is_forced_by_windows(args: argparse.Namespace, settings: Settings) -> bool:
    """Tell whether it is a distribution of WSL that makes a code the way, and nobody's choice."""
    chosen = args.device_code or settings.login_device_code is not WithCode.AUTO
    return not chosen and is_wsl(os.environ)


def _login(wish: Wish, browser: str, tell: _Tell, *, opens: bool) -> LoginContext:
    def on_event(event: LoginEvent) -> None:
        match event:
            case OpenUrl(url):
                tell({"event": "open-url", "url": url})
            case UserCode(code, url, expires_in):
                limit = str(max(1, round(expires_in.total_seconds() / 60)))
                ends = "yes" if wish.new else ""
                tell({"event": "user-code", "code": code, "url": url, "minutes": limit, "ends_others": ends})

    def warn_of_stranger() -> None:
        said = login_words.STRANGER_TURNED_AWAY()
        tell({"event": "warned", "title": said.title, "hint": said.hint})

    return LoginContext(
        now=lambda: datetime.now(UTC),
        sleep=time.sleep,  # which Ctrl-C interrupts on Windows too
        tell=on_event,
        open_browser=(lambda url: open_beside(url, browser)) if opens else None,
        on_stranger=warn_of_stranger,
    )


def _question(sign_in: SignIn, reader: Reader) -> pages_words.Question | None:
    """Give what the page asks before it ends a session that holds."""
    found, snapshot, settings = asking_aws.known_of(sign_in.name, reader)
    if found is None or not found.holds:
        return None
    others = Sharing(snapshot.sign_ins, settings).others(sign_in.name)
    held = tuple(other for other in others if other in snapshot.tokens)
    known = snapshot.records.get(sign_in.name)
    end = found.deadline
    return pages_words.question(
        sign_in.name,
        None if end is None else _time(end.at),
        held,
        estimated=end is not None and end.estimated,
        wins_nothing=known is not None and known.wins_nothing,
    )


def _time(at: datetime) -> str:
    return clock(at, datetime.now(UTC), local_time)


def _words(sign_in: SignIn, result: LoggedIn, reader: Reader) -> str:
    said = _signed_in(sign_in.name, reader)
    return sentences(said, terminal_words.NO_TIME_WON() if result.how is How.JOINED else "")


def _signed_in(name: str, reader: Reader) -> str:
    found, _, _ = asking_aws.known_of(name, reader)
    end = None if found is None else found.deadline
    if end is None:
        return terminal_words.SIGNED_IN(sign_in=name)
    return terminal_words.SIGNED_IN_UNTIL(end.estimated, sign_in=name, time=_time(end.at))


def _tell_failure(args: argparse.Namespace, error: TrayError) -> None:
    if args.json:
        signed_out = isinstance(error, SignInRefused) and error.signed_out
        print_json({"event": "failed", "title": error.title, "hint": error.hint, "signed_out": signed_out})


_FOR_PEOPLE = {"words", "minutes", "ends_others"}


def _print_event(event: _Event) -> None:
    print_json({key: value for key, value in event.items() if key not in _FOR_PEOPLE})


def _print_words(event: _Event) -> None:
    """Print what the person needs on stdout, and the words around it on stderr."""
    match event["event"]:
        case "open-url":
            print(terminal_words.SIGN_IN_PAGE(), file=sys.stderr, flush=True)
            print(event["url"], flush=True)
        case "user-code":
            if event["ends_others"]:
                print(terminal_words.CODE_ENDS_OTHERS(), file=sys.stderr, flush=True)
            print(terminal_words.SIGN_IN_PAGE(), file=sys.stderr, flush=True)
            print(event["url"], flush=True)
            print(terminal_words.COMPARE_CODE(), file=sys.stderr, flush=True)
            print(event["code"], flush=True)
            print(terminal_words.CODE_LIMIT(int(event["minutes"])), file=sys.stderr, flush=True)
        case "waiting":
            print(terminal_words.WAITING(sign_in=event["name"], time=event["since"]), file=sys.stderr, flush=True)
            print(event["url"], flush=True)
        case "warned":
            print(event["title"], event["hint"], sep="\n", file=sys.stderr, flush=True)
        case "signed-in":
            print(event["words"], file=sys.stderr, flush=True)
