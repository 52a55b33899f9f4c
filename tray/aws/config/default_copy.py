"""
Whose copy the ``[default]`` section is.

A comment of ours inside the section says that, and ends in a digest of the keys that we wrote, which are the first of
the section: as long as they are those, they are ours to change; once anybody has edited them, the section is theirs.
Keys below them are the person's, and stay (ADR 33). Where there is a ``[profile default]`` too, both are kept in step:
botocore takes the last of the two, the JavaScript SDK the latter (docs/facts: Config sections).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tray.aws.config.grammar import DEFAULT_PROFILE, PROFILE, Settings, Subject, text_of, value_of
from tray.disk.digest import sha1_hex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.aws.config.document import Document, Entry, Section
    from tray.aws.config.files import FullConfig

DEFAULT: Subject = (PROFILE, DEFAULT_PROFILE)
MARK = "# sso-tray: copy of profile "
_WORDS = re.compile(r"(?P<profile>.*) \((?P<digest>[0-9a-f]{8})\)", re.DOTALL)
_NOT_KEPT = re.compile(
    r".*(region|endpoint).*|(aws|sso|granted|common_fate|role|mfa|web_identity|credential|login|source|session)_.+"
    r"|external_id|duration_seconds|services|include_profile|parent_profile|transitive_session_tags"
    r"|x_principal_arn|x_security_token_expires"
)
"""
Keys that say who somebody is, in which region, or whom to ask: of two profiles in one section they would be neither.

Those of the AWS CLI and the SDKs, and of aws-vault, granted and saml2aws.
"""


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
    words = words_of(section)
    if words is None:
        return None, False
    written = len(written_by_us(section))
    intact = digest_of(section.entries[:written]) == words["digest"]
    return words["profile"], intact and all(map(may_stay, section.entries[written:]))


def words_of(section: Section) -> re.Match[str] | None:
    """Read our comment in a ``[default]``: the ``profile`` that it is a copy of, and the ``digest``."""
    for line in section.lines:
        if line.lstrip().startswith(MARK):
            return _WORDS.fullmatch(line.lstrip().removeprefix(MARK).rstrip("\r\n"))
    return None


def written_by_us(section: Section) -> Sequence[Entry]:
    """List the keys of a ``[default]`` that our copy wrote; none where somebody has edited one of them since."""
    if (words := words_of(section)) is not None:
        for count in range(len(section.entries), 0, -1):
            if digest_of(section.entries[:count]) == words["digest"]:
                return section.entries[:count]
    return ()


def may_stay(entry: Entry) -> bool:
    """Tell whether a key of the person's means the same beside those of any profile, as ``output`` does."""
    inner = value_of(entry.text)
    return not any(map(_NOT_KEPT.fullmatch, (entry.key, *(inner if isinstance(inner, dict) else ()))))


def is_behind(document: Document, profile: str) -> bool:
    """Tell whether the profile says something else by now than our copy of it (see `kept_copy`)."""
    source = digest_of(document.describing((PROFILE, profile))[-1].entries)
    found = map(words_of, document.describing(DEFAULT))
    return any(words is not None and words["digest"] != source for words in found)


def _agreed(marks: list[tuple[str | None, bool]]) -> str | None:
    profile, intact = marks[0] if len(set(marks)) == 1 else (None, False)
    return profile if intact and profile != DEFAULT_PROFILE else None


def digest_of(entries: Sequence[Entry]) -> str:
    """Give the digest of some keys, in any order: eight hexadecimal digits."""
    return sha1_hex("\n".join(sorted(f"{entry.key} = {entry.text}" for entry in entries)))[:8]


def _identity(settings: Settings) -> tuple[str, ...] | None:
    sign_in = ("sso_session",) if text_of(settings, "sso_session") else ("sso_start_url", "sso_region")
    identity = tuple(text_of(settings, key) or "" for key in (*sign_in, "sso_account_id", "sso_role_name"))
    return identity if all(identity) else None
