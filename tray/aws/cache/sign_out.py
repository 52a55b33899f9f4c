"""
Ends a session at AWS, and a sign-in here: one, and no other; ``aws sso logout`` ends them all.

Sources: docs/facts: What begins a new session, Logout of the AWS CLI.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from tray.aws.api import clients, errors
from tray.aws.cache.files import load_document, load_token, token_path
from tray.aws.cache.renewal import NotRenewable, SessionOver, TokenRefused, exclusively, renew
from tray.aws.cache.role_credentials import FROM_SSO, credentials_path
from tray.aws.cache.staging import adopt, stage, sweep
from tray.aws.cache.tokens import region_of, token_in
from tray.core.dataclass import dataclass
from tray.core.errors import ConfigProblem, NotSignedIn, TrayError
from tray.core.model import Unreadable
from tray.core.session.heard import Ended, Ending, LoggedOut, Renewed
from tray.core.session.history import EndedBy
from tray.core.words import status as status_words
from tray.disk.files import follow, remove_file
from tray.disk.refusals import told_to_people

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tray.aws.cache.renewal import RenewalSurroundings
    from tray.core.model import Profile, SignIn, Token

_SECOND_TRY_SECONDS: Final = 1.0
"""Between an answer that passes and the same question again."""


class AtAws(Enum):
    """What became of the session."""

    ENDED = "ended"
    WAS_OVER = "was over"
    UNTOUCHED = "untouched"
    """This token can end nothing any more; the browser's session may go on."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the session, and by which token it was asked for."""

    at_aws: AtAws
    token: Token
    """The one that was found, or the one that it was renewed to."""


def end_session(
    path: Path, found: tuple[Token, dict[str, Any]], sign_in: SignIn, surroundings: RenewalSurroundings, *, by: EndedBy
) -> Outcome:
    """
    End the session of the token that was found in a sign-in's file, which stays. Hold the sign-in's lock.

    An access token that has expired ends nothing although its session may hold; a renewed one does. That is written
    first: were this process killed before AWS is told, nobody could renew again. And so is that the session is about to
    be ended: were it killed then, the next process that finds that mark asks AWS what came of it. Where another program
    puts another token there meanwhile, the session of that one is ended.

    Raises:
        ServiceProblem: AWS or the network failed; nothing is known of the session.
        ConfigProblem: A renewed token cannot be written.
    """
    token, document = found
    region = region_of(document, sign_in)
    if token.expires_at > surroundings.now():
        surroundings.hear(sign_in, Ending(token, by))
        if _log_out(region, document["accessToken"], sign_in, surroundings):
            return Outcome(AtAws.ENDED, token)
    client = clients.oidc_client(region, settings=surroundings.client_settings(sign_in), attempts=1)
    try:
        with stage(path, token.fingerprint, sleep=surroundings.sleep) as staged, surroundings.uninterrupted():
            renewed = renew(document, client=client, now=surroundings.now, on_skew=surroundings.on_skew)
            staged.keep(renewed)
            other = _other_in(path, token)
            if other is None:
                staged.put()
                fresh = token_in(path) or token
                surroundings.hear(sign_in, Renewed(token, fresh))
            else:
                staged.drop()
    except SessionOver:
        other = _other_in(path, token)  # Another program may have been faster with the refresh token.
        if other is None:
            surroundings.hear(sign_in, Ended(token, EndedBy.INVALID_GRANT))
            return Outcome(AtAws.WAS_OVER, token)
    except (NotRenewable, TokenRefused):
        if token.expires_at <= surroundings.now():
            return Outcome(AtAws.UNTOUCHED, token)
        surroundings.hear(sign_in, Ended(token, EndedBy.PORTAL, already=True))
        return Outcome(AtAws.WAS_OVER, token)
    if other is not None:
        return end_session(path, other, sign_in, surroundings, by=by)
    surroundings.hear(sign_in, Ending(fresh, by))
    ended = _log_out(region, renewed["accessToken"], sign_in, surroundings)
    return Outcome(AtAws.ENDED if ended else AtAws.WAS_OVER, fresh)


def _other_in(path: Path, token: Token) -> tuple[Token, dict[str, Any]] | None:
    found = load_token(path)
    return found if isinstance(found, tuple) and found[0].fingerprint != token.fingerprint else None


def _log_out(region: str, access_token: str, sign_in: SignIn, surroundings: RenewalSurroundings) -> bool:
    """Tell AWS, once more after an answer that passes; False where it knows no session of this token."""
    client = clients.portal_client(region, settings=surroundings.client_settings(sign_in), attempts=1)
    for last in (False, True):
        try:
            with clients.translated(client):
                client.logout(accessToken=access_token)
        except NotSignedIn:
            return False
        except errors.Rejected as rejection:
            if last or not rejection.passes:
                raise
            surroundings.sleep(_SECOND_TRY_SECONDS)
        else:
            break
    return True


@dataclass(frozen=True, slots=True)
class SignedOut:
    """What a sign-out found and did."""

    was_signed_in: bool
    """Whether there was a token file; there is none now."""

    untold: TrayError | None = None
    """Why AWS could not be told that the sign-in ends; None where it was, or had nothing to be told."""

    credentials: int = 0
    """How many cached role credentials were removed. Those that other programs hold live on to their own end."""

    left: Path | None = None
    """To what the token file was a link, and what was left alone as it lies outside the cache folder, for instance."""


def sign_out(
    sign_in: SignIn, profiles: Iterable[Profile], surroundings: RenewalSurroundings, *, cli_cache: Path
) -> SignedOut:
    """
    End a sign-in at AWS, and remove its token and its cached role credentials, also where AWS cannot be told.

    Client registrations stay, as with ``aws sso logout``. The profiles of the sign-in tell which of the credentials in
    ``~/.aws/cli/cache`` are its own. Without a folder for locks it is done all the same: then no process of ours can
    renew this sign-in either.

    Raises:
        ConfigProblem: A file cannot be removed.
        ServiceProblem: Another process of ours does not let go of the token file, or the disk failed.
    """
    token = token_path(surroundings.cache_dir, sign_in.name)
    untold: TrayError | None = None
    told = False
    left: Path | None = None
    with ExitStack() as held:
        with suppress(ConfigProblem):
            held.enter_context(exclusively(sign_in, surroundings))
        beside = _followed(token)
        if beside is not None:
            adopt(token, sleep=surroundings.sleep)
        found = load_token(token)
        try:
            if isinstance(found, Unreadable):
                untold = ConfigProblem(status_words.unreadable_token(sign_in.name, found))
            elif found is not None:
                told = _end_at_aws(token, found, sign_in, surroundings)
        except TrayError as problem:
            untold = problem
        finally:
            before = token_in(token)
            if found is not None:
                left = remove_file(token, sleep=surroundings.sleep)
                surroundings.hear(sign_in, LoggedOut(before, told=told))
            if beside is not None:
                sweep(beside)
            removed = _remove_credentials(sign_in, profiles, cli_cache)
    return SignedOut(found is not None, untold, removed, left)


def _followed(token: Path) -> Path | None:
    """Find the file beside which tokens may have been left behind; None where there can be none of ours."""
    try:
        with told_to_people(token):
            return follow(token)
    except ConfigProblem:
        return None


def _end_at_aws(
    path: Path, found: tuple[Token, dict[str, Any]], sign_in: SignIn, surroundings: RenewalSurroundings
) -> bool:
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
        if entry is not None and entry.get("ProviderType") == FROM_SSO:
            remove_file(path)
            removed += 1
    return removed
