"""
Which settings of ``~/.aws`` count for the connections of a sign-in: certificates, endpoints, dual-stack and FIPS.

A profile that is named has the say alone. Else what all profiles of the sign-in agree on counts; where they do not, the
default profile's word, if it is one of them. What none of them speaks of, ``[default]`` says, as for botocore without a
profile (docs/facts: Settings of the profile). The environment comes before all that: botocore itself sees to it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from tray.aws.api.client_settings import (
    CA_BUNDLE,
    DUAL_STACK,
    ENDPOINT,
    FIPS,
    PROXY_CA_BUNDLE,
    PROXY_CLIENT_CERTIFICATE,
    PROXY_FORWARDING,
    SERVICES,
    ClientSettings,
    Difference,
    Place,
)
from tray.aws.config.default_copy import copied_profile
from tray.aws.config.files import FullConfig, read_document, read_full_config
from tray.aws.config.grammar import DEFAULT_PROFILE, PROFILE, section_name
from tray.aws.config.reading import environment_profile
from tray.aws.config.sign_ins import find_sign_ins
from tray.core.dataclass import dataclass, field
from tray.core.start_url import is_dual_stack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tray.aws.config.document import Document
    from tray.aws.config.grammar import Settings
    from tray.core.model import SignIn

_IGNORE: Final = "ignore_configured_endpoint_urls"
_OF_THE_NETWORK: Final = ((CA_BUNDLE,), (PROXY_CA_BUNDLE,), (PROXY_CLIENT_CERTIFICATE,), (PROXY_FORWARDING,))
"""What depends on where a machine is, and not on what it asks."""

_GROUPS: Final = (*_OF_THE_NETWORK, (DUAL_STACK,), (FIPS,), (ENDPOINT, SERVICES, _IGNORE))
"""Keys of which one says nothing without the others are taken from one profile together."""

ON_CONNECTION: Final = frozenset(key for group in _GROUPS for key in group)
"""Every key that `settings_of_new_profiles` may give."""

_SWITCHES: Final = frozenset({PROXY_FORWARDING, DUAL_STACK, FIPS})
_SERVICES_OF_A_SIGN_IN: Final = ("sso_oidc", "sso")


def choose_settings(
    full: FullConfig, sign_in: SignIn, profiles: Sequence[str], *, profile: str | None, preferred: Sequence[str]
) -> tuple[ClientSettings, Mapping[str, str]]:
    """
    Choose what counts for a sign-in.

    Args:
        full: What both files say.
        sign_in: It need not be in them yet.
        profiles: Those that it gives credentials to.
        profile: The one that it is asked for; None where none was named.
        preferred: Who decides where they differ, best first: the profile in force, and the default one.

    Returns:
        The settings; and the profile that each key is from.
    """
    dual_stack = is_dual_stack(sign_in.start_url)
    chosen: dict[str, str] = {}
    origin: dict[str, str] = {}
    differences = []
    for group in _GROUPS:
        source: str | None = profile
        if profile is None:
            source, difference = _source(full, group, profiles, preferred, dual_stack=dual_stack)
            if difference is not None:
                differences.append(difference)
        for key in group:
            value = full.profiles.get(source, {}).get(key) if source is not None else None
            if isinstance(value, str) and source is not None:
                chosen[key], origin[key] = value, source
    if dual_stack:
        chosen.setdefault(DUAL_STACK, "true")
    return ClientSettings(sign_in.name, tuple(chosen.items()), tuple(differences)), origin


def settings_of_new_profiles(full: FullConfig, sign_in: SignIn) -> tuple[tuple[str, str], ...]:
    """
    Tell what new profiles of a sign-in must say on the connection, or they would not work, or disagree with the others.

    That is what all its profiles agree on; or, for the first ones, what counts for the sign-in on the way to AWS.
    """
    by_profile = _sign_ins_by_profile(full, copied_profile(full))
    profiles = [name for name, found in by_profile.items() if found == sign_in.name]
    settings, origin = choose_settings(full, sign_in, profiles, profile=None, preferred=())
    of_the_network = {key for group in _OF_THE_NETWORK for key in group}
    return tuple(
        (key, value)
        for key, value in settings.values
        if (origin.get(key) in profiles if profiles else key in of_the_network) and value and "\n" not in value
    )


def _source(
    full: FullConfig, group: Sequence[str], profiles: Sequence[str], preferred: Sequence[str], *, dual_stack: bool
) -> tuple[str | None, Difference | None]:
    """Find the profile whose word counts on some keys that belong together."""
    speaking = [name for name in profiles if any(key in full.profiles[name] for key in group)]
    if not speaking:
        return _beside(full, group, profiles, dual_stack=dual_stack), None
    means = {_meaning(full, group, full.profiles[name], dual_stack=dual_stack) for name in profiles}
    if len(means) == 1:
        return speaking[0], None
    decider = next((name for name in preferred if name in profiles), None)
    keys = tuple(key for key in group if any(key in full.profiles[name] for name in speaking))
    return decider, Difference(keys, tuple(speaking), decider)


def _beside(full: FullConfig, group: Sequence[str], profiles: Sequence[str], *, dual_stack: bool) -> str | None:
    """
    Find who speaks where no profile of the sign-in does.

    That is ``[default]``. For a sign-in that has no profile yet, on what the network demands: all other profiles, if
    they agree.
    """
    if any(key in full.profiles.get(DEFAULT_PROFILE, {}) for key in group):
        return DEFAULT_PROFILE
    if profiles or group not in _OF_THE_NETWORK:
        return None
    means = {_meaning(full, group, settings, dual_stack=dual_stack) for settings in full.profiles.values()}
    return next(iter(full.profiles)) if len(means) == 1 else None


def _meaning(full: FullConfig, group: Sequence[str], settings: Settings, *, dual_stack: bool) -> object:
    """Give what a profile says on some keys in a form in which what comes to the same is the same."""
    if ENDPOINT in group:
        return _endpoints(full, settings)
    (key,) = group
    value = settings.get(key)
    if not isinstance(value, str):
        return None
    if key not in _SWITCHES:
        return value
    on = value.lower() == "true"  # as botocore reads it
    return True if on else False if key == DUAL_STACK and dual_stack else None


def _endpoints(full: FullConfig, settings: Settings) -> object:
    """Tell where a profile leads the requests of a sign-in (docs/facts: Settings of the profile)."""
    if str(settings.get(_IGNORE, "")).lower() == "true":
        return None
    for_all, named = settings.get(ENDPOINT), settings.get(SERVICES)
    special = _services(full.document, named) if isinstance(named, str) else {}
    if special is None:
        return f"no section of services {named}"
    led = tuple(_endpoint(special.get(service)) or _text(for_all) for service in _SERVICES_OF_A_SIGN_IN)
    return led if any(led) else None


def _services(document: Document, name: str) -> Settings | None:
    """Find a section of services; None where there is none, or an empty one, which botocore takes for a mistake."""
    found = [section for section in document.sections if section_name(section.header, SERVICES) == name]
    return found[-1].settings or None if found else None


def _endpoint(service: object) -> str | None:
    return _text(service.get(ENDPOINT)) if isinstance(service, dict) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


@dataclass(slots=True)
class SettingsReader:
    """
    Reads what counts for each sign-in that a command is about; anew where a file has changed meanwhile.

    Called with a sign-in, it raises a `ConfigProblem` where a file cannot be read, or botocore would refuse it.
    """

    config: Path
    credentials: Path
    environ: Mapping[str, str] = field(repr=False)
    profile: str | None = None
    """The one that the command was asked for; None where none was named."""

    _kept: tuple[object, _Read] | None = None

    def __call__(self, sign_in: SignIn) -> ClientSettings:
        """Give what counts for a sign-in."""
        read = self._read()
        profiles = [name for name, found in read.by_profile.items() if found == sign_in.name]
        settings, origin = choose_settings(
            read.full, sign_in, profiles, profile=self.profile, preferred=self._preferred(read)
        )
        place = partial(find_place, read.full, self.config, self.credentials, origin)
        return ClientSettings(settings.sign_in, settings.values, settings.differences, place)

    def _preferred(self, read: _Read) -> tuple[str, ...]:
        named = environment_profile(self.environ)[1]
        in_force = read.copied if named == DEFAULT_PROFILE else named
        return tuple(name for name in (in_force, read.copied or DEFAULT_PROFILE) if name)

    def _read(self) -> _Read:
        signature = (_sign(self.config), _sign(self.credentials))
        if self._kept is None or self._kept[0] != signature:
            full = read_full_config(self.config, self.credentials)
            copied = copied_profile(full)
            self._kept = (signature, _Read(full, _sign_ins_by_profile(full, copied), copied))
        return self._kept[1]


@dataclass(frozen=True, slots=True)
class _Read:
    full: FullConfig
    by_profile: Mapping[str, str]
    """Names of sign-ins."""

    copied: str | None


def _sign_ins_by_profile(full: FullConfig, copied: str | None) -> dict[str, str]:
    """Name the sign-in of each profile; of a profile and its copy, one counts."""
    found = find_sign_ins(full).by_profile
    return {name: by.name for name, by in found.items() if not (copied and name == DEFAULT_PROFILE)}


def _sign(path: Path) -> object:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def find_place(full: FullConfig, config: Path, credentials: Path, origin: Mapping[str, str], key: str) -> Place | None:
    """Find where a key of the profile that it is from stands: the credentials file counts more."""
    profile = origin.get(key)
    if profile is None:
        return None
    if key in full.credentials.get(profile, {}):
        document, file = read_document(credentials), credentials
        wanted = [section for section in document.sections if section.header == profile]
    else:
        document, file = full.document, config
        wanted = document.describing((PROFILE, profile))
    for start, section in document.numbered():
        if wanted and section is wanted[-1]:
            lines = [entry.start for entry in section.entries if entry.key == key]
            return Place(str(file), start + (lines[-1] if lines else 0) + 1)
    return None
