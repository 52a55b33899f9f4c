"""
Has the AWS CLI renew a sign-in by ``aws login``, under our lock: it takes none of its own (aws-cli#10628).

The form of such a sign-in belongs to the AWS CLI, and a renewal is signed with the key in its file (DPoP). So it is the
AWS CLI that renews, as it does whenever it needs the credentials of a profile; what it prints then are those very
credentials, which go nowhere. Whether it did, the file tells. Tried with the AWS CLI 2.36.7 on Linux.
"""

from __future__ import annotations

import re
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tray.aws.aws_login.credentials import login_path, read_console_login
from tray.aws.aws_login.program import NO_WINDOW, cli_environment, find_cli, printed_until_end
from tray.aws.aws_login.saying import last_said
from tray.aws.cache.renewal import (
    NotRenewable,
    Renewal,
    SessionOver,
    TokenRefused,
    await_winner,
    exclusively,
    is_due,
)
from tray.core.errors import ConfigProblem, NotSignedIn, ServiceProblem, TrayError
from tray.core.model import Token, Unreadable
from tray.core.session.heard import Ended, Renewed
from tray.core.session.history import EndedBy
from tray.core.words import aws_login as aws_login_words
from tray.core.words import login as login_words
from tray.core.words import status as status_words
from tray.disk.core_dumps import as_given
from tray.disk.kept_out import forbids_change
from tray.disk.process_tree import Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tray.aws.cache.renewal import RenewalSurroundings
    from tray.core.model import SignIn

_SECONDS: Final = 40.0
"""Less than others wait for our lock. One that is late is stopped, and what AWS gave it then is lost."""

_GRACE_SECONDS: Final = 1.0
_READS: Final = 41
"""So 2 s: the AWS CLI empties the file before it writes it."""

_SECOND_ASK_SECONDS: Final = 1.0

_REJECTION: Final = re.compile(r"An error occurred \((\w+)\) when calling the CreateOAuth2Token operation")
_PASSES: Final = re.compile(r"TooManyRequests|Throttl|InternalServer|ServiceUnavailable|RequestTimeout|^5\d\d$|^429$")
_NO_NETWORK: Final = re.compile(r'endpoint URL: "(\S+?)"')
"""Connecting, waiting or reading failed; with none of these does AWS answer."""

_UNTRUSTED: Final = re.compile(r"SSL validation failed for (\S+)")
_HALF_WRITTEN: Final = re.compile(r"'[0-9a-f]{64}'")
"""botocore names the file that it could not read, and says no more."""

_CONFIGURATION: Final = 253
"""Its exit code for what the config is to blame for."""

_MEANINGS: Final[tuple[tuple[str, Callable[[], TrayError]], ...]] = (
    ("Unable to load a existing login session", lambda: NotSignedIn(login_words.NOT_SIGNED_IN())),
    ("Error loading login session token", lambda: NotRenewable(login_words.NOT_RENEWABLE())),
    (
        "session has expired|change in your password|[Rr]eauthenticate",
        lambda: SessionOver(login_words.SESSION_OVER()),
    ),
    ("due to insufficient permissions", lambda: TokenRefused("INSUFFICIENT_PERMISSIONS")),
    ("unspecified error happened when resolving AWS cred", lambda: TokenRefused("AccessDeniedException")),
)
"""What its errors about a sign-in mean, the first that fits."""


class CliFailed(ServiceProblem):
    """The AWS CLI could not ask AWS, for a reason that may pass by itself."""

    passes = True


def renew(
    sign_in: SignIn,
    around: RenewalSurroundings,
    *,
    cache_dir: Path,
    environ: Mapping[str, str],
    force: bool = False,
    find: Callable[[Mapping[str, str]], Path] = find_cli,
    seconds: float = _SECONDS,
) -> Renewal:
    """
    Renew a sign-in by ``aws login`` if that is due. Never opens a browser.

    Another program may renew it in the same moment, and a refresh token may be good for one use only: the session has
    ended only if no other program's credentials are in the file then. Any other refusal is asked about a second time.

    Args:
        sign_in: One by ``aws login``.
        around: Our locks, the clock, and who is told what AWS said.
        cache_dir: ``~/.aws/login/cache``, or what ``AWS_LOGIN_CACHE_DIRECTORY`` says.
        environ: The person's.
        force: Have it done although it is not due. The AWS CLI renews no credentials that hold for more than 5 minutes.
        find: Finds the AWS CLI.
        seconds: How long it may take.

    Raises:
        SessionOver: AWS said that the sign-in has ended.
        TokenRefused: AWS refused twice to renew it, for another reason.
        NotRenewable: It is due, but what a renewal needs is missing.
        NotSignedIn: There is no sign-in, or none any more.
        ProgramMissing: There is no AWS CLI that knows ``aws login``.
        ConfigProblem: A file, a folder or the profile cannot be used.
        ServiceProblem: AWS, the network or the AWS CLI failed; says nothing about the sign-in.
    """
    path = login_path(cache_dir, sign_in.login_session)
    with exclusively(sign_in, around):
        token = _load(path, sign_in, around)
        if not (force or is_due(token, around.now())):
            return Renewal(token.expires_at, renewed=False)
        if not token.refreshable:
            raise NotRenewable(login_words.NOT_RENEWABLE())
        if (forbids := forbids_change(path)) is not None:
            raise ConfigProblem(forbids)  # The AWS CLI would find that out after AWS has answered.
        program = find(environ)

        def run() -> None:
            _run(program, sign_in.login_profile, environ, around, seconds)

        won = _refused_or_won(run, path, token, sign_in, around)
        if won is not None:
            return Renewal(won.expires_at, renewed=False)
        there = _load(path, sign_in, around)
        if there.fingerprint != token.fingerprint:
            around.hear(sign_in, Renewed(token, there))
            return Renewal(there.expires_at, renewed=True)
        if is_due(there, around.now()):
            raise ConfigProblem(aws_login_words.RENEWED_NOTHING(profile=sign_in.login_profile))
        return Renewal(there.expires_at, renewed=False)


def _refused_or_won(
    run: Callable[[], None], path: Path, token: Token, sign_in: SignIn, around: RenewalSurroundings
) -> Token | None:
    """Have it renewed; gives what another program got instead of us, and raises what AWS said where none did."""
    try:
        try:
            run()
        except TokenRefused:
            around.sleep(_SECOND_ASK_SECONDS)
            there = _load(path, sign_in, around)
            if there.fingerprint != token.fingerprint:
                return there
            run()
    except SessionOver:
        won = await_winner(path, token, around.sleep, read_console_login)
        if won is None:
            around.hear(sign_in, Ended(token, EndedBy.INVALID_GRANT))
            raise
        return won
    except TokenRefused as refusal:
        around.hear(sign_in, Ended(token, EndedBy.REFUSED, refusal.said))
        raise
    return None


def failure_of(code: int, lines: list[str]) -> TrayError:
    """
    Tell what the AWS CLI's failure means (docs/facts: Console sign-in, Running the AWS CLI).

    The words of an end have been the same from 2.32.0 to 2.36.7. Others than those that are known here end nothing.

    Args:
        code: Its exit code.
        lines: What it printed on stderr.
    """
    said = last_said(lines)
    known = next((make() for pattern, make in _MEANINGS if re.search(pattern, said)), None)
    if known is not None:
        return known
    rejection = _REJECTION.search(said)
    if rejection is not None and not _PASSES.search(rejection[1]):
        return TokenRefused(rejection[1])
    if (unreached := _NO_NETWORK.search("\n".join(lines))) is not None:
        return CliFailed(login_words.UNREACHABLE(host=_host(unreached[1])))
    if (untrusted := _UNTRUSTED.search("\n".join(lines))) is not None:
        return CliFailed(login_words.UNTRUSTED(host=_host(untrusted[1])))
    spoken = aws_login_words.IT_SAYS(said=said) if said else aws_login_words.TELLS_NOTHING()
    problem = aws_login_words.RENEWAL_FAILED(said=spoken)
    passes = code != _CONFIGURATION or _HALF_WRITTEN.search(said)
    return CliFailed(problem) if passes else ConfigProblem(problem)


def _run(program: Path, profile: str, environ: Mapping[str, str], around: RenewalSurroundings, seconds: float) -> None:
    """
    Have the AWS CLI look for the credentials of a profile, which renews them; raises what `failure_of` gives.

    It asks once: its second try would repeat a proof that is good for one request, and we try again ourselves.
    """
    with around.uninterrupted():
        try:
            with as_given():
                child = subprocess.Popen(
                    [program, "configure", "export-credentials", f"--profile={profile}"],
                    env=cli_environment(environ) | {"AWS_MAX_ATTEMPTS": "1"},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,  # Secrets.
                    stderr=subprocess.PIPE,
                    start_new_session=True,  # Windows has none, and ignores it
                    creationflags=NO_WINDOW,
                )
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or ""
            raise ServiceProblem(aws_login_words.CLI_NOT_STARTED(reason=reason)) from error
        tree = Tree(child, leads_group=True, ends_with_us=False)
        try:
            printed = printed_until_end(child, seconds)
        finally:
            if child.poll() is None:
                tree.stop(_GRACE_SECONDS)
            tree.let_go()
        if printed is None:
            raise CliFailed(aws_login_words.CLI_SILENT())
        if child.returncode != 0:
            raise failure_of(child.returncode, printed.decode("utf-8", "replace").splitlines())


def _load(path: Path, sign_in: SignIn, around: RenewalSurroundings) -> Token:
    found = read_console_login(path, attempts=_READS, sleep=around.sleep)
    if found is None:
        raise NotSignedIn(login_words.NOT_SIGNED_IN())
    if isinstance(found, Unreadable):
        raise ConfigProblem(status_words.unreadable_token(sign_in.name, found))
    return found


def _host(url: str) -> str:
    with suppress(ValueError):
        return urlsplit(url).hostname or url
    return url
