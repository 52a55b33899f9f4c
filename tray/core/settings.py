"""The settings in force, each with its default, and what follows from them (docs/contracts: Settings)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum
from fnmatch import fnmatchcase
from types import MappingProxyType

from tray.core.dataclass import dataclass, field

_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")


class Theme(StrEnum):
    """The panel that an icon is drawn for."""

    AUTO = "auto"
    """As the system's panel is; a setting alone."""

    LIGHT = "light"
    DARK = "dark"
    COLOUR = "colour"
    """One that nobody knows."""


class Follows(StrEnum):
    """Which sign-in the icon shows."""

    DEFAULT = "default"
    """The default profile's."""

    WORST = "worst"


class Clock(StrEnum):
    """How clocks are shown."""

    AUTO = "auto"
    """As is usual in the language."""

    TWELVE = "12"
    TWENTY_FOUR = "24"


class WithCode(StrEnum):
    """Whether to sign in with a code."""

    AUTO = "auto"
    """Where no browser could come back to us."""

    ALWAYS = "true"
    NEVER = "false"


@dataclass(frozen=True, slots=True)
class SignInSettings:
    """The settings of one sign-in."""

    length_hours: float | None = None
    """How long a session lasts, as the person knows it; None where nobody said."""

    browser: str = ""
    """A command line as `Settings.browser_command`, for this sign-in alone; empty for the general one."""

    scopes: tuple[str, ...] = ()
    """What a login asks for, in place of the config's ``sso_registration_scopes``; empty for those."""

    start_url: str = ""
    """The address of its access portal, by which the set-up offers it before any config has it; empty for none."""

    region: str = ""
    """The region of that portal; empty where nobody said."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force."""

    lead_minutes: tuple[float, ...] = (15.0,)
    """Minutes before the deadline at which to remind."""

    quiet_hours: str = ""
    """``HH:MM-HH:MM`` in local time, or empty."""

    production: tuple[str, ...] = ()
    """Patterns of the profiles that are production: a switch to one is asked about."""

    language: str = "auto"
    """What words are said in: a tag of `tray.core.language.LANGUAGES`, or as the system has it."""

    time_format: Clock = Clock.AUTO
    icon_theme: Theme = Theme.AUTO
    icon_follows: Follows = Follows.DEFAULT
    browser_command: str = ""
    """A command line with ``%s`` for the address; empty for the system's browser."""

    login_device_code: WithCode = WithCode.AUTO
    renew_enabled: bool = True
    """Whether tokens are renewed silently before they expire."""

    on_signed_in: tuple[str, ...] = ()
    """A program and its arguments, to be run when a session has begun; empty for none."""

    on_ends_soon: tuple[str, ...] = ()
    """The same for when the first reminder of its end is due."""

    on_ended: tuple[str, ...] = ()
    """The same for when it has ended."""

    sign_ins: Mapping[str, SignInSettings] = field(default_factory=lambda: MappingProxyType({}))
    """By sign-in name; one without settings of its own is absent."""

    enforced: frozenset[tuple[str, ...]] = frozenset()
    """Section and key (of a sign-in: section, name and key) of each that the administrator has decided."""

    @property
    def has_hooks(self) -> bool:
        """Whether any program is to be run when something happens to a session."""
        return bool(self.on_signed_in or self.on_ends_soon or self.on_ended)

    @property
    def longest_lead(self) -> timedelta:
        """How long before an end the first reminder comes."""
        return timedelta(minutes=max(self.lead_minutes, default=0.0))

    def of(self, sign_in: str) -> SignInSettings:
        """Give the settings of one sign-in."""
        return self.sign_ins.get(sign_in) or SignInSettings()

    def decides_length(self, sign_in: str) -> bool:
        """Tell whether the administrator has decided how long a sign-in lasts."""
        return ("sign_in", sign_in, "length_hours") in self.enforced

    def browser_for(self, sign_in: str) -> str:
        """Give the browser command for the pages of one sign-in; empty for the system's browser."""
        return self.of(sign_in).browser or self.browser_command

    def is_production(self, profile: str) -> bool:
        """Tell whether a profile matches one of the patterns of production (as in a shell; case counts)."""
        return any(fnmatchcase(profile, pattern) for pattern in self.production)

    def quiet_until(self, local_now: datetime) -> datetime | None:
        """Give the end of the quiet hours, in the zone of ``local_now``; None while it is not quiet."""
        hours = quiet_span(self.quiet_hours)
        if hours is None:
            return None
        begin, end = hours
        clock = local_now.time()
        inside = begin <= clock < end if begin <= end else clock >= begin or clock < end
        if not inside:
            return None
        until = local_now.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
        return until if until > local_now else until + timedelta(days=1)


def quiet_span(text: str) -> tuple[time, time] | None:
    """
    Read ``HH:MM-HH:MM``, which may pass midnight, as begin and end (local); None for an empty text.

    Raises:
        ValueError: The text is not such a span.
    """
    if not text.strip():
        return None
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise ValueError("not of the form HH:MM-HH:MM")
    hours = [int(part) for part in found.groups()]
    return time(hours[0], hours[1]), time(hours[2], hours[3])
