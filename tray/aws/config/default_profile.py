"""
The ``[default]`` section as a copy of another profile, so that a terminal without ``AWS_PROFILE`` uses that one.

A comment of ours inside the section says whose copy it is, and ends in a digest of the keys that we wrote: as long as
they are those, the copy is ours to change; once anybody has edited them, the section is theirs. Where there is a
``[profile default]`` too, both are kept in step: botocore takes the last of the two, the JavaScript SDK the latter
(AWS-SSO-FACTS section 5).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tray.aws.config.edit import Section, add_section, fill_section, find_sections, remove_section, set_comment
from tray.aws.config.grammar import DEFAULT_PROFILE, PROFILE, Settings, split_lines, subject
from tray.aws.config.sign_ins import text_of
from tray.aws.digest import sha1_hex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.aws.config.both_files import FullConfig

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
    marks = _marks(full.config_text)
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


def kept_copy(text: str) -> str | None:
    """
    Name the profile that every ``[default]`` of a file is our copy of; None if one was edited since, or is not ours.

    The profile may be gone, or have other settings by now.
    """
    return _agreed(_marks(text))


def is_marked(text: str) -> bool:
    """Tell whether a ``[default]`` of a file has our comment, edited since or not."""
    return any(profile is not None for profile, _ in _marks(text))


def with_default(text: str, profile: str) -> str:
    """
    Make ``[default]`` a copy of a profile.

    Args:
        text: A config file that botocore accepts.
        profile: A profile that the file describes.

    Returns:
        The text with the profile's keys and blocks in ``[default]``, verbatim, in place of those it had; every
        comment and all else is kept. The same text where nothing is to be done.
    """
    sections = find_sections(text)
    source = [each for each in sections if subject(each.name) == (PROFILE, profile)][-1]
    targets = [each.name for each in sections if _is_default(each)]
    if not targets:
        text = add_section(text, DEFAULT_PROFILE)
        targets = [DEFAULT_PROFILE]
    for target in targets:
        text = fill_section(text, target, "".join(source.lines))
        text = set_comment(text, target, _MARK, f"{profile} ({_digest(source)})")
    return text


def default_sections(text: str) -> dict[str, str]:
    """Take the ``[default]`` sections out of a file: by header, the lines from that to the next."""
    return {each.name: "".join(each.lines) for each in find_sections(text) if _is_default(each)}


def without_default(text: str, earlier: Mapping[str, str], gap: str) -> str:
    """
    Undo `with_default`.

    Args:
        text: A config file in which `kept_copy` finds our copy.
        earlier: What `default_sections` found before.
        gap: Where it found none: what `with_default` put between the file and its new section.

    Returns:
        The text with the earlier keys, comments and all. Where somebody has changed the comments of ``[default]``
        since, theirs stay, and the keys come back. A section that somebody has removed since stays away.
    """
    for name in default_sections(text):
        text = _with_earlier(text, name, earlier[name]) if name in earlier else _without_section(text, name, gap)
    return text


def _with_earlier(text: str, name: str, before: str) -> str:
    (was,) = find_sections(before)
    now = next(each for each in find_sections(text) if each.name == name)
    if _surroundings(now) == _surroundings(was):
        lines = split_lines(text)
        end = now.start + len(now.lines)
        if end < len(lines) and not before.endswith(("\n", "\r")):
            before += now.lines[0].removeprefix(now.lines[0].rstrip("\r\n"))
        return "".join([*lines[: now.start], before, *lines[end:]])
    words = next((line.strip().removeprefix(_MARK) for line in was.lines if line.lstrip().startswith(_MARK)), None)
    return set_comment(fill_section(text, name, before), name, _MARK, words)


def _without_section(text: str, name: str, gap: str) -> str:
    at = next(each.start for each in find_sections(text) if each.name == name)
    above = "".join(split_lines(text)[:at])
    emptied = set_comment(fill_section(text, name, f"[{name}]"), name, _MARK, None)
    below = remove_section(emptied, name).removeprefix(above)
    if not below or above.removesuffix(gap).endswith(("\n", "\r")):
        above = above.removesuffix(gap)
    return above + below


def _surroundings(section: Section) -> list[str]:
    """List what stands in a section besides its keys and our comment."""
    taken = {index for entry in section.entries for index in range(entry.start, entry.end)}
    return [
        line.rstrip("\r\n")
        for index, line in enumerate(section.lines, section.start)
        if not line.lstrip().startswith(_MARK) and (index not in taken or line.lstrip().startswith(("#", ";")))
    ]


def _is_default(section: Section) -> bool:
    return subject(section.name) == (PROFILE, DEFAULT_PROFILE)


def _marks(text: str) -> list[tuple[str | None, bool]]:
    """List for each ``[default]`` the profile that our comment names, and whether the keys are still those we wrote."""
    return [_mark(each) for each in find_sections(text) if _is_default(each)] if _MARK in text else []


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
