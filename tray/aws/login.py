"""A login of ours from its beginning to its end: what it did to the session is written down (see `tray.core.heard`)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tray.aws import oidc, wire
from tray.aws.cache import load_token, token_path
from tray.aws.renewer import exclusively
from tray.core.heard import Abandoned, SignedIn
from tray.core.model import Token

if TYPE_CHECKING:
    from tray.aws import renewer
    from tray.core.model import SignIn


def log_in(
    sign_in: SignIn,
    *,
    login: oidc.Surroundings,
    renewal: renewer.Surroundings,
    device_code: bool = False,
    profile: str | None = None,
) -> dict[str, Any]:
    """
    Sign in, and have it written down.

    Args:
        sign_in: What to sign in to.
        login: What the sign-in itself needs.
        renewal: Names the folders, and hears what was done.
        device_code: Use a device code for an sso-session too.
        profile: Whose settings count for the connection; None for those of ``[default]``.

    Returns:
        The token document as it was written. It holds secrets.

    Raises:
        TrayError: As `tray.aws.oidc.log_in`.
    """
    path = token_path(renewal.cache_dir, sign_in.name)
    before = _token_in(load_token(path))
    shown = False

    def tell(event: oidc.LoginEvent) -> None:
        nonlocal shown
        shown = True
        login.tell(event)

    client = wire.oidc_client(sign_in.region, profile=profile)
    try:
        document = oidc.log_in(
            sign_in,
            client=client,
            cache_dir=renewal.cache_dir,
            surroundings=replace(
                login, tell=tell, exclusively=lambda: exclusively(sign_in, renewal), uninterrupted=renewal.uninterrupted
            ),
            device_code=device_code,
        )
    except BaseException:
        if shown:  # The person may have signed in to the portal there, unseen.
            with exclusively(sign_in, renewal):
                renewal.hear(sign_in, Abandoned(before))
        raise
    with exclusively(sign_in, renewal):
        token = _token_in(load_token(path))
        if token is not None:
            renewal.hear(sign_in, SignedIn(before, token))
    return document


def _token_in(found: object) -> Token | None:
    return found[0] if isinstance(found, tuple) else None
