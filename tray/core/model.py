"""The values that everything else speaks of: profiles, sign-ins, tokens, and what was read of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NewType

from tray.core.dataclass import dataclass, field
from tray.core.message import Message

if TYPE_CHECKING:
    from tray.core.session.history import History

EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
"""A machine whose battery is empty begins in a year like 1980, and what is remembered moves there with its clock."""

LATEST = datetime(2200, 12, 31, tzinfo=UTC)


def nearest(at: datetime) -> datetime:
    """
    Give a moment itself, or the nearest one that this program works with.

    A moment of the year 1 or 9999 in a file is broken or hostile, and sums with it might be no date.
    """
    return min(max(at, EARLIEST), LATEST)


class Kind(StrEnum):
    """The ways in which ``~/.aws/config`` describes a sign-in."""

    SSO_SESSION = "sso-session"
    """A ``[sso-session NAME]`` section; its tokens can be renewed."""

    LEGACY = "legacy"
    """``sso_start_url`` in the profile itself; its tokens cannot be renewed."""

    CONSOLE = "aws-login"
    """``login_session`` in the profile: ``aws login`` signs in to the console, without IAM Identity Center."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in: to IAM Identity Center by an sso-session or a legacy start URL, or to the console by a profile."""

    name: str
    """The sso-session's name or legacy start URL, which names its token file; or a profile that uses ``aws login``."""

    kind: Kind
    start_url: str
    """Empty for ``aws login``, which has no access portal."""

    region: str
    """
    The region of Identity Center (``sso_region``), not the one the profile works in: for ``aws login`` that, or empty.
    For a legacy sign-in that of the active or default profile if it is one of its own, else of the first of its own.
    """

    scopes: tuple[str, ...] = ()
    """``sso_registration_scopes``, in the order written; empty where the section names none."""

    login_session: str = ""
    """For ``aws login`` the ARN of the principal, verbatim: its file is named after it. It holds an account id."""

    login_profile: str = ""
    """For ``aws login`` the profile to sign in with."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile, as botocore would read it."""

    name: str
    sign_in: str | None = None
    """Name of the `SignIn` that gives this profile its credentials, also through ``source_profile``; or None."""

    account_id: str | None = None
    role_name: str | None = None
    region: str | None = None
    sso_region: str | None = None
    """Where its sign-in is a legacy one: the region to sign in to for this profile; None for others, which have one."""
    program: str | None = None
    """The program that gives it credentials by a sign-in of its own; None where none does."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a token file says, without its secrets: the resident process never holds them."""

    expires_at: datetime
    """End of the access token (UTC), not of an sso-session's sign-in (docs/facts: The hour is not the end)."""

    refreshable: bool
    """Whether the file holds all that a silent renewal needs."""

    registration_expires_at: datetime | None
    """End of the client registration (UTC), after which no renewal can succeed."""

    modified_at: datetime
    """The file's modification time (UTC)."""

    fingerprint: str
    """Changes whenever the access token does; a short one-way hash, so no secret."""

    refresh_fingerprint: str | None = None
    """The same for the refresh token; None where there is none. A login always brings a new one, a renewal may not."""

    login_at: datetime | None = None
    """When the person signed in (UTC), where the file says so: only that of ``aws login`` does."""

    renewed_within: timedelta = timedelta(minutes=16)
    """
    How long before its end it is renewed at the earliest: before any SDK would do so itself, botocore at 15 minutes as
    the first (docs/facts: Refresh). So none gets in another's way, and who sees the cache read-only needs no more.
    """

    @property
    def life(self) -> timedelta:
        """From when the file was written to the end of the access token; nothing where the file says it is younger."""
        return max(self.expires_at - self.modified_at, timedelta())

    @property
    def margin(self) -> timedelta:
        """How long before its end it is renewed: `renewed_within`, or a third of its life if that is less."""
        return min(self.renewed_within, self.life / 3)

    @property
    def pause(self) -> timedelta:
        """How long AWS is not asked again after it gave it, so that no odd token is renewed without end."""
        return min(timedelta(minutes=1), self.life / 3)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A token file that is there but says nothing: no permission, or not JSON after retries."""

    reason: str
    refused: bool = field(default=False, compare=False)
    """Whether the system did not let us read it, which may be over in a moment."""

    kept_out: Message | None = None
    """Which folder keeps this user out, and what helps; None where that is not why."""


@dataclass(frozen=True)
class Snapshot:
    """All that was read from the outside at one moment; without slots, as `cached_property` needs it."""

    sign_ins: tuple[SignIn, ...] = ()
    """In the order of the config file."""

    profiles: tuple[Profile, ...] = ()
    """As in the config file, then those only in the credentials file; without a ``[default]`` that is a copy."""

    tokens: Mapping[str, Token | Unreadable] = field(default_factory=lambda: MappingProxyType({}))
    """By sign-in name; a sign-in without a token is absent."""

    default_profile: str | None = None
    """The profile in force without ``AWS_PROFILE``: the one ``[default]`` is a copy of, else ``default``, else None."""

    copied: str | None = None
    """The profile that ``[default]`` is a copy of by us, and that only we have changed; None where it is not one."""

    undo_to: str | None = None
    """What undoing the last switch would make the default profile again; None where there is nothing to undo."""

    environment_profile: str | None = None
    """What ``AWS_PROFILE`` or ``AWS_DEFAULT_PROFILE`` of this process says; None where unset."""

    problems: tuple[Message, ...] = ()

    without_sign_in: Message | None = None
    """Where there is no sign-in and no problem: why, if more is known than that none is set up."""

    generation: int = 0
    """Counts how often the config was read anew, so that a copy of a part of it is known to be old."""

    logins: tuple[LoginInProgress, ...] = ()
    """The logins that run now in any process of ours: the tray's, and those of terminals."""

    records: Mapping[str, History] = field(default_factory=lambda: MappingProxyType({}))
    """What our own commands wrote down, by sign-in name; one that none of them was about is absent."""

    refused: bool = False
    """Whether the system did not let us read a file that is there. No event tells when it does again."""

    config_faulty: bool = False
    """
    Whether the config is not read yet, cannot be read, or describes sign-ins that cannot be used: that there is none
    does not mean then that none was set up.
    """

    config_unreadable: bool = False
    """Whether the config cannot be read, as a problem says, so that nobody knows which sign-ins it names."""

    @property
    def active_profile(self) -> str | None:
        """The profile that a program started from here would use."""
        return self.environment_profile or self.default_profile

    @cached_property
    def profiles_by_name(self) -> Mapping[str | None, Profile]:
        """The profiles, found by name however many there are; there is none for None."""
        return {profile.name: profile for profile in self.profiles}

    @cached_property
    def sign_ins_by_name(self) -> Mapping[str | None, SignIn]:
        """The sign-ins, found by name; there is none for None."""
        return {sign_in.name: sign_in for sign_in in self.sign_ins}


EndId = NewType("EndId", str)
"""Names what it is that ends: the same for as long as reminders speak of the same end."""


class Status(StrEnum):
    """What is true of a sign-in at a moment (docs/contracts: Statuses)."""

    NO_CONFIG = "no-config"
    SIGNED_OUT = "signed-out"
    SIGNING_IN = "signing-in"
    SIGNED_IN = "signed-in"
    ENDING = "ending"
    RENEWABLE = "renewable"
    EXPIRED = "expired"
    UNREADABLE = "unreadable"


HOLDING = frozenset({Status.SIGNED_IN, Status.ENDING, Status.RENEWABLE})


class DeadlineSource(StrEnum):
    """How the end of a sign-in is known, best first (docs/contracts: End of a sign-in)."""

    TOKEN = "token"  # noqa: S105 - a word of the contract, not a secret
    SETTING = "setting"
    LEARNED = "learned"
    """Estimated from when it began: by this sign-in's history, or for ``aws login`` by the longest that AWS allows."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a sign-in really ends, and how we know."""

    at: datetime
    """UTC."""

    source: DeadlineSource

    @property
    def estimated(self) -> bool:
        """Whether the words must say "about"."""
        return self.source is not DeadlineSource.TOKEN


@dataclass(frozen=True, slots=True)
class SignInStatus:
    """A sign-in together with what is true of it."""

    sign_in: SignIn
    status: Status
    token: Token | None = None
    deadline: Deadline | None = None
    profiles: tuple[str, ...] = ()
    """Names of the profiles that it gives credentials to, in the snapshot's order."""

    checked_at: datetime | None = None
    """When AWS last proved that the sign-in holds (UTC): with a login or a renewal, ours or another program's."""

    unchecked_since: datetime | None = None
    """While renewals fail for no fault of the sign-in: the last moment (UTC) at which it was known to hold."""

    trouble: Message | None = None
    """Why they fail, once they have failed for a while."""

    refusal: str | None = None
    """Why AWS will not renew its token, where it said so and the session itself may not be over; no secret."""

    unfinished: str | None = None
    """Fingerprint of the token whose session one of our commands ended for a new one that was never begun; or None."""

    unsure: bool = False
    """Whether one of our commands was about to end its session, and what came of that is not known."""

    lapsed: bool = False
    """Whether its token is past, and the time is over for which it was proven or is estimated to hold."""

    learned_length: timedelta | None = None
    """How long the sessions of this sign-in last, as histories tell."""

    end_id: EndId | None = None
    """What will end; None without a token."""

    @property
    def holds(self) -> bool:
        """Whether an AWS command works now, as far as is known."""
        return not self.lapsed and self.status in HOLDING


@dataclass(frozen=True, slots=True)
class LoginInProgress:
    """A login job that runs, and what it told of itself so far."""

    sign_in: str
    url: str | None = None
    """The page that the person should see in a browser."""
    user_code: str | None = None
    """What the person compares on that page (device code flow)."""
