"""How a command comes by the credentials of a profile's role: from the AWS CLI's cache, else from AWS."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tray.aws.cache.role_credentials import credentials_path, read_cached
from tray.aws.config.files import read_full_config
from tray.aws.config.sign_ins import giver, takes_from_source
from tray.commands.which_sign_in import choose_sign_in, profile_in_force
from tray.core.dataclass import dataclass
from tray.core.errors import ConfigProblem, NotSignedIn
from tray.core.model import Kind, Profile, SignIn
from tray.core.role_credentials import RoleCredentials
from tray.core.words import credentials as words
from tray.core.words.names import spoken
from tray.paths import find_paths
from tray.resident.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOGIN_SECONDS = 600.0
"""As ``sso-tray login`` waits for the person."""

_ASKED_FOR = "_SSO_TRAY_ASKED_FOR"
"""
The variable by which a process of ours that the AWS library starts meanwhile knows whose credentials are awaited, a
name a line: what no config shows, such as a script that calls us, must not lead in a circle.
"""


@dataclass(frozen=True, slots=True)
class Access:
    """What a command was given."""

    profile: Profile
    sign_in: SignIn
    credentials: RoleCredentials


def obtain(name: str | None, *, login: bool) -> Access:
    """
    Get credentials of the role of a profile, by name or the one in force. A browser opens only for a login.

    Args:
        name: The profile's.
        login: Whether to sign in where that is needed, by the one page that all logins of a portal share.

    Raises:
        NotSignedIn: The person has to sign in first.
        ConfigProblem: There is no such profile, it gets its credentials in another way or by itself, or its role is not
            assigned.
        ServiceProblem: AWS, the network or the disk failed.
        SignInRefused: The login was refused, cancelled, or took too long.
    """
    reader = Reader(find_paths())
    snapshot, _ = reader.read()
    profile = profile_in_force(snapshot, name)
    sign_in = choose_sign_in(snapshot, None, profile.name)
    if sign_in.kind is Kind.CONSOLE:
        raise ConfigProblem(words.BY_AWS_LOGIN(profile=profile.name))
    if profile.name in os.environ.get(_ASKED_FOR, "").splitlines():
        raise ConfigProblem(words.IN_A_CIRCLE(profile=profile.name))
    role = _role(profile, reader)
    if not isinstance(role, str):
        path = credentials_path(reader.paths.cli_cache, sign_in, *role)
        cached = read_cached(path, role[0], datetime.now(UTC))
        if cached is not None:
            return Access(profile, sign_in, cached)
    # All that follows takes ten times as long as what was done so far.
    try:
        return Access(profile, sign_in, _from_aws(profile, sign_in, role, reader))
    except NotSignedIn:
        if not login:
            raise NotSignedIn(words.SIGN_IN_FIRST(profile=profile.name, sign_in=spoken(sign_in))) from None
    _log_in(profile)
    return Access(profile, sign_in, _from_aws(profile, sign_in, role, Reader(reader.paths)))


def _role(profile: Profile, reader: Reader) -> tuple[str, str] | str:
    """
    Name account and role of a profile; or the profile that assumes a role, which is this one or the one it leads to.

    botocore assumes that role although the profile names one of Identity Center as well (docs/facts: Profile choice).
    What leads to another profile, a ``credential_process``, is read and never run.
    """
    full = read_full_config(reader.paths.aws_config, reader.paths.aws_credentials)
    name = giver(profile.name, full)
    if takes_from_source(full.profiles[name]):
        return name
    if profile.account_id and profile.role_name:
        return profile.account_id, profile.role_name
    raise ConfigProblem(words.WITHOUT_ROLE(profile=profile.name))


def _from_aws(profile: Profile, sign_in: SignIn, role: tuple[str, str] | str, reader: Reader) -> RoleCredentials:
    from tray.aws.api.role_credentials import ask_portal, assume
    from tray.commands import asking_aws

    recorder = asking_aws.recorder(reader)
    around = asking_aws.surroundings(recorder, profile.name)
    settings = around.client_settings(sign_in)
    asking_aws.renew_if_due(sign_in, reader.read()[0], around)
    token = _token(sign_in, reader, around.now())
    try:
        if isinstance(role, str):
            with _awaiting(profile.name, role):
                return assume(role, settings)
        return ask_portal(token, role, profile.name, settings, around.sleep)
    except NotSignedIn:
        # Whether the session is over, the portal says.
        asking_aws.check_all([sign_in], reader, profile.name)
        raise


@contextmanager
def _awaiting(*profiles: str) -> Iterator[None]:
    """Let what is started meanwhile know whose credentials are awaited; what comes after it, `exec`'s command, not."""
    before = os.environ.get(_ASKED_FOR)
    os.environ[_ASKED_FOR] = "\n".join((*(before or "").splitlines(), *profiles))
    try:
        yield
    finally:
        if before is None:
            del os.environ[_ASKED_FOR]
        else:
            os.environ[_ASKED_FOR] = before


def _token(sign_in: SignIn, reader: Reader, now: datetime) -> tuple[str, str]:
    """
    Read the region of the access token, and the token.

    Raises:
        NotSignedIn: There is none, or it is past.
    """
    from tray.aws.cache.files import load_token, token_path
    from tray.aws.cache.tokens import region_of
    from tray.core.words.login import NOT_SIGNED_IN

    found = load_token(token_path(reader.paths.sso_cache, sign_in.name))
    if not isinstance(found, tuple) or found[0].expires_at <= now:
        raise NotSignedIn(NOT_SIGNED_IN())
    return region_of(found[1], sign_in), found[1]["accessToken"]


def _log_in(profile: Profile) -> None:
    """Do as ``sso-tray login`` does; what that prints is no matter of who reads the credentials."""
    from argparse import Namespace

    from tray.commands import login

    asked = {"name": None, "profile": profile.name, "timeout": _LOGIN_SECONDS, "new": False, "ask": False}
    as_usual = {"while_input": False, "device_code": False, "no_browser": False, "json": False}
    with redirect_stdout(sys.stderr):
        login.run(Namespace(**asked, **as_usual))
