"""Ends a session at AWS, by the token of a sign-in that belongs to it (docs/facts: What begins a new session)."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from tray.aws.api import clients
from tray.aws.cache.files import load_token
from tray.aws.cache.renewal import NotRenewable, SessionOver, TokenRefused, renew
from tray.aws.cache.staging import stage
from tray.aws.cache.tokens import region_of, token_in
from tray.core.dataclass import dataclass
from tray.core.errors import NotSignedIn
from tray.core.session.heard import Ended, Ending, Renewed
from tray.core.session.history import EndedBy

if TYPE_CHECKING:
    from pathlib import Path

    from tray.aws.cache.renewer import Surroundings
    from tray.core.model import SignIn, Token

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
    path: Path, found: tuple[Token, dict[str, Any]], sign_in: SignIn, surroundings: Surroundings, *, by: EndedBy
) -> Outcome:
    """
    End the session of a token; its file stays. Hold the sign-in's lock.

    An access token that has expired ends nothing although its session may hold; a renewed one does. That is written
    first: were this process killed before AWS is told, nobody could renew again. And so is that the session is about to
    be ended: were it killed then, the next process that finds that mark asks AWS what came of it. Where another program
    puts another token there meanwhile, the session of that one is ended.

    Args:
        path: The token file (see `tray.aws.cache.files.token_path`).
        found: What is in it. The document holds secrets.
        sign_in: Whose token; its region is used where the document names none.
        surroundings: Hears what AWS says on the way.
        by: What for: ``LOGOUT`` or ``NEW_SESSION``.

    Raises:
        ServiceProblem: AWS or the network failed; nothing is known of the session.
        ConfigProblem: A renewed token cannot be written.
    """
    token, document = found
    region = region_of(document, sign_in)
    if token.expires_at > surroundings.now():
        surroundings.hear(sign_in, Ending(token, by))
        if _log_out(region, document["accessToken"], surroundings):
            return Outcome(AtAws.ENDED, token)
    client = clients.oidc_client(region, attempts=1)
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
    ended = _log_out(region, renewed["accessToken"], surroundings)
    return Outcome(AtAws.ENDED if ended else AtAws.WAS_OVER, fresh)


def _other_in(path: Path, token: Token) -> tuple[Token, dict[str, Any]] | None:
    found = load_token(path)
    return found if isinstance(found, tuple) and found[0].fingerprint != token.fingerprint else None


def _log_out(region: str, access_token: str, surroundings: Surroundings) -> bool:
    """Tell AWS, once more after an answer that passes; False where it knows no session of this token."""
    client = clients.portal_client(region, attempts=1)
    for last in (False, True):
        try:
            with clients.translated():
                client.logout(accessToken=access_token)
        except NotSignedIn:
            return False
        except clients.Rejected as rejection:
            if last or not rejection.passes:
                raise
            surroundings.sleep(_SECOND_TRY_SECONDS)
        else:
            break
    return True
