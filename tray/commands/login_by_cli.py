"""Signs in by the AWS CLI's ``aws login``, for ``sso-tray login``."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable

from tray.aws.aws_login.login import log_in
from tray.aws.aws_login.program import find_cli
from tray.aws.cache.times import format_time
from tray.core.errors import ServiceProblem
from tray.core.model import SignIn, Token
from tray.core.words import aws_login as aws_login_words
from tray.core.words import terminal as terminal_words
from tray.desktop.browser import open_url
from tray.installation import own_command
from tray.paths import Paths
from tray.resident.reader import Reader


def log_in_by_cli(
    sign_in: SignIn, paths: Paths, tell: Callable[[dict[str, str]], None], *, browser: str | None
) -> None:
    """
    Sign in to the console.

    The sign-in page is opened from here, as every other one is, so that the person's choice of a browser holds; the
    AWS CLI is told that this program is the browser, which then opens nothing.

    Args:
        sign_in: Of the kind ``aws-login``.
        paths: Where its file is.
        tell: Hears of what happens (docs/contracts: Event lines).
        browser: A command line (see `open_url`); None to open nothing.

    Raises:
        TrayError: As `find_cli` and `log_in`.
    """

    def on_page(url: str) -> None:
        tell({"event": "open-url", "url": url})
        if browser is not None:
            open_url(url, browser)

    program = find_cli(os.environ)
    log_in(sign_in.login_profile, program=program, environ=os.environ, browser=_opens_nothing(), on_page=on_page)
    snapshot, _ = Reader(paths).read()  # The person may have signed in as somebody else, which the config says then.
    profile = snapshot.profiles_by_name.get(sign_in.login_profile)
    name = (profile.sign_in if profile else None) or ""
    token = snapshot.tokens.get(name)
    if not isinstance(token, Token):
        raise ServiceProblem(aws_login_words.CLI_LEFT_NOTHING())
    told = {"event": "signed-in", "name": name, "token_expires_at": format_time(token.expires_at)}
    tell({**told, "how": "signed-in", "words": terminal_words.SIGNED_IN(sign_in=name)})


def _opens_nothing() -> str:
    """
    Give a command line that ends well whatever link it is given, in the form of ``BROWSER``.

    Python's ``webbrowser``, in the AWS CLI, would turn to the next browser if it failed; and it takes a backslash for
    an escape.
    """
    return shlex.join([*(word.replace(os.sep, "/") for word in own_command()), "--version", "%s"])
