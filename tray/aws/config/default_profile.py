"""
The ``[default]`` section as a copy of another profile, so that a terminal without ``AWS_PROFILE`` uses that one.

A comment of ours inside the section says whose copy it is, and ends in a digest of the keys that we wrote: as long as
they are those, the copy is ours to change; once anybody has edited them, the section is theirs. Where there is a
``[profile default]`` too, both are kept in step: botocore takes the last of the two, the JavaScript SDK the latter
(docs/facts: Config sections).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tray.aws.config.document import Document, Section
from tray.aws.config.edit import add_sections, fill_section, remove_section, set_comment
from tray.aws.config.grammar import DEFAULT_PROFILE, PROFILE, Settings, Subject, subject, text_of
from tray.disk.digest import sha1_hex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.aws.config.files import FullConfig

_DEFAULT: Subject = (PROFILE, DEFAULT_PROFILE)
_MARK = "# sso-tray: copy of profile "
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


def copy_to_default(document: Document, profile: str) -> str:
    """
    Make ``[default]`` a copy of a profile: it gets the profile's keys and blocks, verbatim, in place of those it had.

    Every comment and all else is kept; where nothing is to be done, the document stays the same. The file must be one
    that botocore accepts, and describe the profile.

    Returns:
        What was put between the file and a new ``[default]``; empty where there was one.
    """
    source = document.describing((PROFILE, profile))[-1]
    targets = [section.header for section in document.describing(_DEFAULT)]
    gap = ""
    if not targets:
        above = document.sections[-1]
        end = len(above.text)
        targets = [DEFAULT_PROFILE]
        add_sections(document, {DEFAULT_PROFILE: ()})
        gap = above.text[end:]
    for target in targets:
        fill_section(document, target, source)
        set_comment(document, target, _MARK, f"{profile} ({_digest(source)})")
    return gap


def is_default(header: str) -> bool:
    """Tell whether a section with this header is a ``[default]``, in either form."""
    return subject(header) == _DEFAULT


def default_sections(document: Document) -> dict[str, str]:
    """Take the ``[default]`` sections out of a file: by header, the lines from that to the next."""
    return {section.header: section.text for section in document.describing(_DEFAULT)}


def restore_default(document: Document, earlier: Mapping[str, str], gap: str) -> None:
    """
    Undo `copy_to_default`: give ``[default]`` the earlier keys, comments and all.

    Where somebody has changed the comments of ``[default]`` since, theirs stay, and the keys come back. A section that
    somebody has removed since stays away.

    Args:
        document: A config file in which `kept_copy` finds our copy.
        earlier: What `default_sections` found before.
        gap: What `copy_to_default` gave.
    """
    for section in document.describing(_DEFAULT):
        if section.header in earlier:
            _restore(document, section, earlier[section.header])
        else:
            _remove(document, section, gap)


def _restore(document: Document, section: Section, before: str) -> None:
    was = Document(before).sections[0]
    if _surroundings(section) == _surroundings(was):
        if section is not document.sections[-1] and not before.endswith(("\n", "\r")):
            before += section.lines[0].removeprefix(section.lines[0].rstrip("\r\n"))
        section.text = before
        return
    words = next((line.strip().removeprefix(_MARK) for line in was.lines if line.lstrip().startswith(_MARK)), None)
    fill_section(document, section.header, was)
    set_comment(document, section.header, _MARK, words)


def _remove(document: Document, section: Section, gap: str) -> None:
    at = document.sections.index(section)
    above = document.sections[at - 1] if at else document.head
    kept = above.text.removesuffix(gap)
    end = len(above.text)
    fill_section(document, section.header, None)
    set_comment(document, section.header, _MARK, None)
    remove_section(document, section.header)
    below = above.text[end:]
    if (not below and at == len(document.sections)) or kept.endswith(("\n", "\r")):
        above.text = kept + below


def _surroundings(section: Section) -> list[str]:
    """List what stands in a section besides its keys and our comment."""
    taken = {index for entry in section.entries for index in range(entry.start, entry.end)}
    return [
        line.rstrip("\r\n")
        for index, line in enumerate(section.lines)
        if not line.lstrip().startswith(_MARK) and (index not in taken or line.lstrip().startswith(("#", ";")))
    ]


def _marks(document: Document) -> list[tuple[str | None, bool]]:
    """List for each ``[default]`` the profile that our comment names, and whether the keys are still those we wrote."""
    return [_mark(section) for section in document.describing(_DEFAULT)]


def _mark(section: Section) -> tuple[str | None, bool]:
    for line in section.lines:
        if line.lstrip().startswith(_MARK):
            words = _WORDS.fullmatch(line.lstrip().removeprefix(_MARK).rstrip("\r\n"))
            return (words["profile"], words["digest"] == _digest(section)) if words else (None, False)
    return None, False


def _agreed(marks: list[tuple[str | None, bool]]) -> str | None:
    profile, intact = marks[0] if len(set(marks)) == 1 else (None, False)
    return profile if intact and profile != DEFAULT_PROFILE else None


def _digest(section: Section) -> str:
    return sha1_hex("\n".join(sorted(f"{entry.key} = {entry.text}" for entry in section.entries)))[:8]


def _identity(settings: Settings) -> tuple[str, ...] | None:
    sign_in = ("sso_session",) if text_of(settings, "sso_session") else ("sso_start_url", "sso_region")
    identity = tuple(text_of(settings, key) or "" for key in (*sign_in, "sso_account_id", "sso_role_name"))
    return identity if all(identity) else None
