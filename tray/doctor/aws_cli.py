"""
Whether the ``aws`` of this terminal can sign in: version 1, which pip installs by the same name, cannot. And whether
there is one that keeps the sign-ins by ``aws login`` alive.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tray.aws.aws_login.program import Installed, clis_in_path, find_cli
from tray.core.errors import ProgramMissing
from tray.core.message import Message, Text
from tray.core.model import Kind, SignIn
from tray.core.words import aws_login as aws_login_words
from tray.core.words.names import spoken
from tray.doctor.context import Context
from tray.doctor.finding import Finding, warning

_VERSION_1 = Text(
    "The aws of this terminal, {program:whole}, is version {version}, which has no “aws sso login”",
    "Its commands work while SSO Tray is signed in. To sign in by aws too, install version 2, which does not come from"
    " pip: https://aws.amazon.com/cli/",
)
_VERSION_1_FIRST = Text(
    "The aws of this terminal, {program:whole}, is version {version}, which has no “aws sso login”",
    "Version {other_version} is {other:whole}: put its folder first in PATH, or remove version 1.",
)
_NO_SESSIONS = Text(
    "The aws of this terminal, {program:whole}, is version {version}, which does not know [sso-session …]",
    "Install version 2.9 or later: https://aws.amazon.com/cli/",
)

_KNOWS_SESSIONS = (2, 9)
"""The first version that does (changelog of the AWS CLI)."""

_SECONDS = 5.0


def check(context: Context) -> Iterator[Finding]:
    """Look, and tell what is so."""
    with_sessions = any(sign_in.kind is Kind.SSO_SESSION for sign_in in context.snapshot.sign_ins)
    installed = clis_in_path(context.environ, seconds=_SECONDS)
    yield from rule(installed, with_sessions=with_sessions)
    by_login = [sign_in for sign_in in context.snapshot.sign_ins if sign_in.kind is Kind.CONSOLE]
    if by_login and context.settings.renew_enabled:
        yield from renewal_rule(by_login, _why_none(context, installed))


def renewal_rule(sign_ins: Sequence[SignIn], missing: Message | None) -> Iterator[Finding]:
    """
    Tell of sign-ins by ``aws login`` that nobody renews but by using them.

    Args:
        sign_ins: Those by ``aws login``.
        missing: Why there is no AWS CLI that renews them; None where there is one.
    """
    if missing is None:
        return
    for sign_in in sign_ins:
        words = aws_login_words.NOT_KEPT_ALIVE(sign_in=spoken(sign_in), reason=missing.title)
        yield warning("aws-login-renewal", words)


def _why_none(context: Context, installed: Installed) -> Message | None:
    try:
        find_cli(context.environ, seconds=_SECONDS, known=installed)
    except ProgramMissing as problem:
        return problem.message
    return None


def rule(installed: Installed, *, with_sessions: bool) -> Iterator[Finding]:
    """
    Only the first counts; nobody needs one.

    Args:
        installed: Each program with its version, in the order of ``PATH``.
        with_sessions: Whether the config has an sso-session.
    """
    if not installed:
        return
    (program, version), *others = installed
    shown = _dotted(version)
    if version < (2,):
        later = next(((other, each) for other, each in others if each >= _KNOWS_SESSIONS), None)
        if later is None:
            yield warning("aws-version", _VERSION_1(program=program, version=shown))
        else:
            other, other_version = later[0], _dotted(later[1])
            said = _VERSION_1_FIRST(program=program, version=shown, other=other, other_version=other_version)
            yield warning("aws-version", said)
    elif version < _KNOWS_SESSIONS and with_sessions:
        yield warning("aws-version", _NO_SESSIONS(program=program, version=shown))


def _dotted(version: Sequence[int]) -> str:
    return ".".join(map(str, version))
