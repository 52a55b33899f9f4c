"""
Ends the session that holds, so that a login begins a new one (docs/facts: What begins a new session).

Called only when the person's own browser has come, or asked for a code. Each step is safe against the end of this
process: a mark says what was about to be done, and the next process that finds it asks AWS what came of it.
"""

from __future__ import annotations

from contextlib import nullcontext
from enum import Enum
from typing import TYPE_CHECKING

from tray.aws.api import errors
from tray.aws.cache.files import load_token, token_path
from tray.aws.cache.questions import honours
from tray.aws.cache.renewal import exclusively
from tray.aws.cache.sign_out import AtAws, Outcome, end_session
from tray.aws.cache.staging import adopt, sweep
from tray.aws.cache.tokens import region_of, token_in
from tray.core.dataclass import replace
from tray.core.session.heard import Ended, LoggedOut, Proven
from tray.core.session.history import EndedBy
from tray.disk.files import remove_file

if TYPE_CHECKING:
    from tray.aws.cache.renewal import RenewalSurroundings
    from tray.core.model import SignIn


class OldSession(Enum):
    """What became of the session that held."""

    ENDED = "ended"
    NONE = "none"
    """There was none, or it was over already."""

    GOES_ON = "goes on"
    """AWS did not end it, so the login joins it."""


def end_old_session(sign_in: SignIn, surroundings: RenewalSurroundings) -> OldSession:
    """
    End the session of a sign-in of IAM Identity Center at AWS, and remove its token; the caller holds interrupts back.

    Raises:
        ServiceProblem: No answer came, so nothing is known; the token stays, and so does the mark that it was to end.
        ConfigProblem: A file cannot be changed.
    """
    around = replace(surroundings, uninterrupted=nullcontext)
    path = token_path(around.cache_dir, sign_in.name)
    with exclusively(sign_in, around):
        adopt(path, sleep=around.sleep)
        found = load_token(path)
        if not isinstance(found, tuple):
            return OldSession.NONE
        try:
            outcome = end_session(path, found, sign_in, around, by=EndedBy.NEW_SESSION)
        except errors.Rejected:
            return OldSession.GOES_ON  # The mark stays: until the login succeeds, AWS is to be asked.
        except errors.Unreachable:
            there = load_token(path)
            if not isinstance(there, tuple) or there[0].expires_at <= around.now():
                raise  # Only a renewed token could tell.
            token, document = there
            if honours(region_of(document, sign_in), document["accessToken"], around.client_settings(sign_in)):
                around.hear(sign_in, Proven(token))
                return OldSession.GOES_ON
            outcome = Outcome(AtAws.ENDED, token)  # Only the answer was lost.
        if outcome.at_aws is AtAws.UNTOUCHED:
            return OldSession.NONE
        if outcome.at_aws is AtAws.ENDED:
            around.hear(sign_in, Ended(outcome.token, EndedBy.NEW_SESSION))
        left = token_in(path)
        if (
            left is None or left.fingerprint == outcome.token.fingerprint
        ):  # Else another program has signed in meanwhile.
            remove_file(path, sleep=around.sleep)
            sweep(path)
            around.hear(sign_in, LoggedOut(outcome.token, told=True))
    return OldSession.ENDED if outcome.at_aws is AtAws.ENDED else OldSession.NONE
