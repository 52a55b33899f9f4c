"""
Whose copy the ``[default]`` section is.

A comment of ours inside the section says that, and ends in a digest of the keys that we wrote: as long as they are
those, the copy is ours to change; once anybody has edited them, the section is theirs. Where there is a
``[profile default]`` too, both are kept in step: botocore takes the last of the two, the JavaScript SDK the latter
(docs/facts: Config sections).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tray.aws.config.grammar import DEFAULT_PROFILE, PROFILE, Settings, Subject, text_of
from tray.disk.digest import sha1_hex

if TYPE_CHECKING:
    from tray.aws.config.document import Document, Section
    from tray.aws.config.files import FullConfig

DEFAULT: Subject = (PROFILE, DEFAULT_PROFILE)
MARK = "# sso-tray: copy of profile "
_WORDS = re.compile(r"(?P<profile>.*) \((?P<digest>[0-9a-f]{8})\)", re.DOTALL)


def copied_profile(full: FullConfig) -> str | None:
    """
    Name the profile that ``[default]`` is a copy of.

    Returns:
        The profile that our comment names, while the copy is ours; or one that is the same in sign-in, account and
        role; None where ``[default]`` is a profile in its own right, or missing.
    """
    default = full.config_profiles.get(DEFAULT_PROFILE)
    if default is None:
        return None
    marks = _marks(full.document)
    if (ours := _agreed(marks)) in full.config_profiles:
        return ours
    identity = _identity(default)
    same = [
        name
        for name, settings in (full.config_profiles.items() if identity else ())
        if name != DEFAULT_PROFILE and _identity(settings) == identity
    ]
    edited = next((profile for profile, _ in marks), None)
    return edited if edited in same else next(iter(same), None)


def kept_copy(document: Document) -> str | None:
    """
    Name the profile that every ``[default]`` of a file is our copy of; None if one was edited since, or is not ours.

    The profile may be gone, or have other settings by now.
    """
    return _agreed(_marks(document))


def is_marked(document: Document) -> bool:
    """Tell whether a ``[default]`` of a file has our comment, edited since or not."""
    return any(profile is not None for profile, _ in _marks(document))


def _marks(document: Document) -> list[tuple[str | None, bool]]:
    """List for each ``[default]`` the profile that our comment names, and whether the keys are still those we wrote."""
    return [_mark(section) for section in document.describing(DEFAULT)]


def _mark(section: Section) -> tuple[str | None, bool]:
    for line in section.lines:
        if line.lstrip().startswith(MARK):
            words = _WORDS.fullmatch(line.lstrip().removeprefix(MARK).rstrip("\r\n"))
            return (words["profile"], words["digest"] == digest_of(section)) if words else (None, False)
    return None, False


def _agreed(marks: list[tuple[str | None, bool]]) -> str | None:
    profile, intact = marks[0] if len(set(marks)) == 1 else (None, False)
    return profile if intact and profile != DEFAULT_PROFILE else None


def digest_of(section: Section) -> str:
    """Give the digest of a section's keys: eight hexadecimal digits."""
    return sha1_hex("\n".join(sorted(f"{entry.key} = {entry.text}" for entry in section.entries)))[:8]


def _identity(settings: Settings) -> tuple[str, ...] | None:
    sign_in = ("sso_session",) if text_of(settings, "sso_session") else ("sso_start_url", "sso_region")
    identity = tuple(text_of(settings, key) or "" for key in (*sign_in, "sso_account_id", "sso_role_name"))
    return identity if all(identity) else None
