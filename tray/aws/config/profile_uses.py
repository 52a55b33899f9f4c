"""
Where a config names a profile: as the source of another one's credentials, in a command, as what ``[default]`` is.

These are found before a profile is renamed or removed, and follow a new name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from tray.aws.config.credential_process import read_process
from tray.aws.config.default_copy import DEFAULT, copied_profile, is_behind, kept_copy
from tray.aws.config.default_profile import copy_to_default, rename_copied
from tray.aws.config.edit import set_value
from tray.aws.config.grammar import DEFAULT_PROFILE, PROFILE, Settings, text_of
from tray.core.dataclass import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.aws.config.document import Section
    from tray.aws.config.files import FullConfig

PROCESS: Final = "credential_process"
COPY: Final = ""
"""In place of a key: ``[default]`` is the same as the profile."""

_NAMING: Final = ("source_profile", "include_profile", "parent_profile")
"""Of the AWS CLI and the SDKs; the other two are aws-vault's."""


VARIABLE: Final = "AWS_PROFILE"
"""In place of a key: the environment names the profile."""


class Use(NamedTuple):
    """A place that names a profile."""

    profile: str
    """The profile that names it; ``default`` where that is our copy of it, or the same in all that counts; or none."""

    key: str
    """By which key; see `COPY` and `VARIABLE`."""

    follows: bool = True
    """Whether that can be made to follow another name."""


def find_uses(full: FullConfig) -> dict[str, list[Use]]:
    """Find every place that names a profile, by the profile's name."""
    found: dict[str, list[Use]] = {}
    # Without what is shared by all sections, which is not changed for the sake of one.
    own = {about[1]: each.settings for each in full.document.sections if (about := each.about) and about[0] == PROFILE}
    for name, settings in full.profiles.items():
        in_config = own.get(name, {})
        for key in _NAMING:
            if (named := text_of(settings, key)) is not None:
                found.setdefault(named, []).append(Use(name, key, in_config.get(key) == named))
        if PROCESS in settings and (process := read_process(name, settings)) is not None and process.profile:
            follows = _with_profile(name, in_config, process.profile, f"{process.profile}-") is not None
            found.setdefault(process.profile, []).append(Use(name, PROCESS, follows))
    if (copied := copied_profile(full)) is not None:
        found.setdefault(copied, []).append(Use(DEFAULT_PROFILE, COPY))
    return found


def follow_names(full: FullConfig, renames: Mapping[str, str]) -> frozenset[str]:
    """
    Let everything that names a profile follow its new name; the file's document changes, the profiles are renamed.

    Args:
        full: Whose profiles have their new names already in its document, though not in itself.
        renames: New names by old ones.

    Returns:
        The headers of the sections that changed.
    """
    document = full.document
    copied = kept_copy(document)
    now = renames.get(copied or "", copied)
    in_step = copied is not None and document.describing((PROFILE, now or "")) and not _is_behind(full, now)
    touched = set[str]()
    for section in document.sections:
        about = section.about
        if about is not None and about[0] == PROFILE and not (copied is not None and about == DEFAULT):
            for key, value in _followed(about[1], section, renames):
                set_value(document, section.header, key, value)
                touched.add(section.header)
    defaults = {section.header for section in document.describing(DEFAULT)}
    if rename_copied(document, renames):
        touched |= defaults
    if in_step and now is not None and is_behind(document, now):
        copy_to_default(document, now)
        touched |= defaults
    return frozenset(touched)


def _is_behind(full: FullConfig, profile: str | None) -> bool:
    return profile is not None and is_behind(full.document, profile)


def _followed(name: str, section: Section, renames: Mapping[str, str]) -> list[tuple[str, str]]:
    """List the keys of a section that name a profile which was renamed, with their new values."""
    if not any(key in section.text.lower() for key in (*_NAMING, PROCESS)):
        return []
    settings = section.settings
    found = [(key, renames[named]) for key in _NAMING if (named := text_of(settings, key)) in renames and named]
    process = read_process(name, settings) if PROCESS in settings else None
    if process is not None and process.profile is not None and (new := renames.get(process.profile)) is not None:
        command = _with_profile(name, settings, process.profile, new)
        if command is not None:
            found.append((PROCESS, command))
    return found


def _with_profile(name: str, settings: Settings, old: str, new: str) -> str | None:
    """Name another profile in a ``credential_process``; None where it cannot be told how."""
    command, process = text_of(settings, PROCESS), read_process(name, settings)
    if command is None or process is None or "\n" in command:
        return None
    for found in re.finditer(rf"(?<![^\s\"'=]){re.escape(old)}(?![^\s\"';])", command):
        changed = f"{command[: found.start()]}{new}{command[found.end() :]}"
        if read_process(name, {**settings, PROCESS: changed}) == replace(process, profile=new):
            return changed
    return None
