"""What the doctor looked at. No value of a key that may be secret is in here, but the ends of an access key's id."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tray.core.autostart import Autostart
from tray.core.memory import Memory
from tray.core.model import Problem, Settings, SignInStatus, Snapshot


@dataclass(frozen=True, slots=True)
class IgnoredSection:
    """A section of the config file that AWS programs pass over in silence (AWS-SSO-FACTS section 5)."""

    file: str
    line: int
    """From 1."""

    header: str
    """What stands between the brackets."""

    corrected: str | None
    """What should stand there; None where nothing tells, or a section of that name is there already."""


@dataclass(frozen=True, slots=True)
class InlineComment:
    """A comment behind a value, which is a part of the value for botocore."""

    file: str
    line: int
    key: str


@dataclass(frozen=True, slots=True)
class AccessKey:
    """An access key of an IAM user: it lasts until somebody deactivates it."""

    masked: str
    """The first and the last four characters of its id."""

    file: str
    """Where it is; empty for the environment."""

    profile: str = ""


@dataclass(frozen=True, slots=True)
class LooseMode:
    """A file or folder that others may do more with than they should."""

    path: str
    mode: int
    wanted: int
    """The mode without what others should not be able to do."""


@dataclass(frozen=True, slots=True)
class CachedRole:
    """Credentials of a role that the AWS CLI still has although the sign-in does not hold."""

    profile: str
    sign_in: str
    until: datetime
    """UTC."""


@dataclass(frozen=True, slots=True)
class ConfigFacts:
    """What stands in the files of ``~/.aws`` beyond profiles and sign-ins."""

    ignored: tuple[IgnoredSection, ...] = ()
    comments: tuple[InlineComment, ...] = ()
    without_role: tuple[str, ...] = ()
    """Profiles that name an sso-session, but neither an account nor a role."""

    without_credentials: tuple[str, ...] = ()
    """Profiles but for ``default`` that name no source of credentials at all."""

    default_without_credentials: bool = False
    """Whether ``default`` is in force, and names none."""

    keys_and_sso: tuple[str, ...] = ()
    """Profiles that have both."""

    access_keys: tuple[AccessKey, ...] = ()
    two_defaults: bool = False
    """Whether there are a ``[default]`` and a ``[profile default]`` that differ."""


@dataclass(frozen=True, slots=True)
class Network:
    """What stands between here and AWS."""

    proxies: tuple[str, ...] = ()
    """Variables that name a proxy."""

    loopback_by_proxy: bool = False
    """Whether even this machine would be reached through it."""

    certificates: tuple[tuple[str, str, str], ...] = ()
    """Of certificate files that cannot be used: what names the file, the file, and why."""

    endpoints: tuple[str, ...] = ()
    """Variables that lead AWS clients elsewhere."""

    unreachable: tuple[Problem, ...] = ()
    """What went wrong when AWS was asked for the time."""

    reached: tuple[str, ...] = ()
    """Regions that answered."""


@dataclass(frozen=True, slots=True)
class Browsers:
    """What could show the sign-in page."""

    found: bool = True
    """Whether ``BROWSER`` or the system opens one."""

    display: bool = True
    """Whether there is a display to show it on."""

    missing: tuple[tuple[str, str], ...] = ()
    """What names a browser's command (a variable, a setting), and the program that is not there."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that was looked at."""

    snapshot: Snapshot
    statuses: tuple[SignInStatus, ...]
    session: bool
    """Whether there is a desktop session."""

    tray: bool
    """Whether something shows tray icons."""

    notifications: bool
    """Whether something shows notifications."""

    memory: Memory = field(default_factory=Memory)
    """With the skew of this machine's clock, where that is known."""

    settings: Settings = field(default_factory=Settings)
    config: ConfigFacts = ConfigFacts()
    environment: tuple[Problem, ...] = ()
    """What is wrong with ``AWS_PROFILE``; these are among the problems of the snapshot too."""

    cached_roles: tuple[CachedRole, ...] = ()
    loose_modes: tuple[LooseMode, ...] = ()
    network: Network = Network()
    browsers: Browsers = Browsers()
    autostart: Autostart | None = None
    """How the start at login stands; None where the system did not let us look."""


def fix_of_section(section: IgnoredSection) -> str | None:
    """Name the correction of a header; None where it is not known, or the name would not fit on a command line."""
    fits = section.header.isprintable() and len(section.header) <= _LONGEST
    return f"ignored-section:{section.header}" if section.corrected is not None and fits else None


def fix_of_mode(loose: LooseMode) -> str | None:
    """Name the tightening of a mode."""
    return f"file-mode:{loose.path}" if loose.path.isprintable() else None


FIX_OF_AUTOSTART = "autostart"
_LONGEST = 200
