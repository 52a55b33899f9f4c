"""What is true of each sign-in at a moment (DESIGN section 4)."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from tray.core.deadline import can_renew, deadline_of
from tray.core.model import LoginInProgress, Settings, SignInStatus, Snapshot, Status, Token, Unreadable

_WORST_FIRST = (
    Status.EXPIRED,
    Status.UNREADABLE,
    Status.ENDING,
    Status.SIGNED_OUT,
    Status.SIGNING_IN,
    Status.RENEWABLE,
    Status.SIGNED_IN,
)

NEEDS_LOGIN = frozenset({Status.SIGNED_OUT, Status.EXPIRED, Status.ENDING, Status.UNREADABLE})
"""The statuses in which only the person can make the sign-in hold (again)."""


def derive(
    snapshot: Snapshot, settings: Settings, now: datetime, login: LoginInProgress | None = None
) -> tuple[SignInStatus, ...]:
    """
    Tell the status of every sign-in of a snapshot.

    Args:
        snapshot: What was read.
        settings: Gives the lead times before an end.
        now: The moment (UTC).
        login: The login job that runs, if one does.

    Returns:
        One status a sign-in, in the snapshot's order.
    """
    users = defaultdict(list)
    for profile in snapshot.profiles:
        if profile.sign_in is not None:
            users[profile.sign_in].append(profile.name)
    lead = timedelta(minutes=max(settings.lead_minutes, default=0.0))
    found = []
    for sign_in in snapshot.sign_ins:
        token = snapshot.tokens.get(sign_in.name)
        known = token if isinstance(token, Token) else None
        deadline = deadline_of(known) if known else None
        if login is not None and login.sign_in == sign_in.name:
            status = Status.SIGNING_IN
        elif isinstance(token, Unreadable):
            status = Status.UNREADABLE
        elif known is None:
            status = Status.SIGNED_OUT
        elif now >= known.expires_at:
            status = Status.RENEWABLE if can_renew(known, now) else Status.EXPIRED
        elif deadline is not None and now >= deadline.at - lead:
            status = Status.ENDING
        else:
            status = Status.SIGNED_IN
        found.append(SignInStatus(sign_in, status, known, deadline, tuple(users[sign_in.name])))
    return tuple(found)


def followed(statuses: tuple[SignInStatus, ...], snapshot: Snapshot, settings: Settings) -> SignInStatus | None:
    """
    Choose the sign-in that the icon shows: the default profile's, or the worst (setting ``icon.follows``).

    Where no profile in force signs in through Identity Center, the first sign-in of the config file is shown.
    """
    if not statuses:
        return None
    if settings.icon_follows == "worst":
        return min(statuses, key=lambda found: _WORST_FIRST.index(found.status))
    wanted = sign_in_of(snapshot, snapshot.active_profile)
    if wanted is None:
        wanted = sign_in_of(snapshot, snapshot.default_profile)
    return next((found for found in statuses if found.sign_in.name == wanted), statuses[0])


def sign_in_of(snapshot: Snapshot, profile: str | None) -> str | None:
    """Name the sign-in of a profile, or None where there is no such profile or it has none."""
    return next((found.sign_in for found in snapshot.profiles if found.name == profile), None)


def icon_of(shown: SignInStatus | None, snapshot: Snapshot) -> Status:
    """Choose the icon: the followed sign-in's status; without one, whether there is no config or an unreadable one."""
    if shown is not None:
        return shown.status
    return Status.UNREADABLE if snapshot.problems else Status.NO_CONFIG
