"""Ends one sign-in and no other; ``aws sso logout`` ends them all (docs/facts: Logout of the AWS CLI)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from tray.aws.cache.adoption import adopt, sweep
from tray.aws.cache.ending import AtAws, end_session
from tray.aws.cache.files import load_document, load_token, token_path
from tray.aws.cache.renewer import exclusively
from tray.aws.cache.tokens import token_in
from tray.core.dataclass import dataclass
from tray.core.errors import ConfigProblem, TrayError
from tray.core.model import Kind, Unreadable
from tray.core.session.heard import Ended, LoggedOut
from tray.core.session.history import EndedBy
from tray.core.words import status as status_words
from tray.disk.digest import sha1_hex
from tray.disk.files import remove_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tray.aws.cache.renewer import Surroundings
    from tray.core.model import Profile, SignIn, Token

_FROM_SSO: Final = "sso"
"""``ProviderType`` of the entries that a sign-in brought; those of assumed roles have none."""


@dataclass(frozen=True, slots=True)
class SignedOut:
    """What a sign-out found and did."""

    was_signed_in: bool
    """Whether there was a token file; there is none now."""

    untold: TrayError | None = None
    """Why AWS could not be told that the sign-in ends; None where it was, or had nothing to be told."""

    credentials: int = 0
    """How many cached role credentials were removed. Those that other programs hold live on to their own end."""


def sign_out(sign_in: SignIn, profiles: Iterable[Profile], surroundings: Surroundings, *, cli_cache: Path) -> SignedOut:
    """
    End a sign-in at AWS, and remove its token and its cached role credentials, also where AWS cannot be told.

    Client registrations stay, as with ``aws sso logout``.

    Args:
        sign_in: What to end.
        profiles: Of the config; those of this sign-in tell which cached credentials are its own.
        surroundings: Folders, clock, and who is told.
        cli_cache: ``~/.aws/cli/cache``.

    Raises:
        ConfigProblem: A file cannot be removed.
        ServiceProblem: Another process of ours does not let go of the token file, or the disk failed.
    """
    token = token_path(surroundings.cache_dir, sign_in.name)
    untold: TrayError | None = None
    told = False
    with exclusively(sign_in, surroundings):
        adopt(token, sleep=surroundings.sleep)
        found = load_token(token)
        try:
            if isinstance(found, Unreadable):
                untold = ConfigProblem(status_words.UNREADABLE_TOKEN(name=sign_in.name, reason=found.reason))
            elif found is not None:
                told = _end_at_aws(token, found, sign_in, surroundings)
        except TrayError as problem:
            untold = problem
        finally:
            before = token_in(token)
            if found is not None:
                remove_file(token, sleep=surroundings.sleep)
                surroundings.hear(sign_in, LoggedOut(before, told=told))
            sweep(token)
            removed = _remove_credentials(sign_in, profiles, cli_cache)
    return SignedOut(found is not None, untold, removed)


def credentials_path(cli_cache: Path, sign_in: SignIn, account_id: str, role_name: str) -> Path:
    """
    Name the file in which the AWS CLI keeps a role's credentials (docs/facts: Role credentials).

    Args:
        cli_cache: ``~/.aws/cli/cache``.
        sign_in: The sign-in that brought them.
        account_id: Verbatim as in the config, which twelve digits should be.
        role_name: Verbatim as in the config.
    """
    by = "startUrl" if sign_in.kind is Kind.LEGACY else "sessionName"
    identity = {"accountId": account_id, "roleName": role_name, by: sign_in.name}
    key = json.dumps(identity, sort_keys=True, separators=(",", ":"))
    return cli_cache / f"{sha1_hex(key)}.json"


def _end_at_aws(path: Path, found: tuple[Token, dict[str, Any]], sign_in: SignIn, surroundings: Surroundings) -> bool:
    """Tell AWS, and have it written down before the token is removed; False where this token can end nothing."""
    outcome = end_session(path, found, sign_in, surroundings, by=EndedBy.LOGOUT)
    if outcome.at_aws is AtAws.ENDED:
        surroundings.hear(sign_in, Ended(outcome.token, EndedBy.LOGOUT))
    return outcome.at_aws is not AtAws.UNTOUCHED


def _remove_credentials(sign_in: SignIn, profiles: Iterable[Profile], cli_cache: Path) -> int:
    roles = {
        (profile.account_id, profile.role_name)
        for profile in profiles
        if profile.sign_in == sign_in.name and profile.account_id and profile.role_name
    }
    removed = 0
    for account_id, role_name in roles:
        path = credentials_path(cli_cache, sign_in, account_id, role_name)
        entry = load_document(path, attempts=1)
        if entry is not None and entry.get("ProviderType") == _FROM_SSO:
            remove_file(path)
            removed += 1
    return removed
