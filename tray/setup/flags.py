"""What the command line answers of a set-up."""

from __future__ import annotations

from tray.core.dataclass import dataclass
from tray.setup.sign_in_details import SignInDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """What the command line answers; None for what is left to ask."""

    details: SignInDetails
    every_role: bool = False
    account_id: str | None = None
    role: str | None = None
    pattern: str | None = None
    lower_case: bool = False
    renames: tuple[str, ...] = ()
    """Each as ``OLD=NEW``."""

    profile_region: str | None = None
    length_hours: str | None = None
    """How long sign-ins last, as typed."""

    default: str | None = None
    """The profile to make the default."""

    at_login: bool = False
    """Whether to start at login from now on."""

    device_code: bool = False
