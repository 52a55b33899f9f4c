"""
Makes the ``[default]`` section a copy of another profile, so that a terminal without ``AWS_PROFILE`` uses that one.

How such a copy is told from a section of the person's own: `tray.aws.config.default_copy`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.aws.config.default_copy import DEFAULT, MARK, digest_of
from tray.aws.config.document import Document, Section
from tray.aws.config.edit import add_sections, fill_section, remove_section, set_comment
from tray.aws.config.grammar import DEFAULT_PROFILE, PROFILE, subject

if TYPE_CHECKING:
    from collections.abc import Mapping


def copy_to_default(document: Document, profile: str) -> str:
    """
    Make ``[default]`` a copy of a profile: it gets the profile's keys and blocks, verbatim, in place of those it had.

    Every comment and all else is kept; where nothing is to be done, the document stays the same. The file must be one
    that botocore accepts, and describe the profile.

    Returns:
        What was put between the file and a new ``[default]``; empty where there was one.
    """
    source = document.describing((PROFILE, profile))[-1]
    targets = [section.header for section in document.describing(DEFAULT)]
    gap = ""
    if not targets:
        above = document.sections[-1]
        end = len(above.text)
        targets = [DEFAULT_PROFILE]
        add_sections(document, {DEFAULT_PROFILE: ()})
        gap = above.text[end:]
    for target in targets:
        fill_section(document, target, source)
        set_comment(document, target, MARK, f"{profile} ({digest_of(source)})")
    return gap


def is_default(header: str) -> bool:
    """Tell whether a section with this header is a ``[default]``, in either form."""
    return subject(header) == DEFAULT


def default_sections(document: Document) -> dict[str, str]:
    """Take the ``[default]`` sections out of a file: by header, the lines from that to the next."""
    return {section.header: section.text for section in document.describing(DEFAULT)}


def restore_default(document: Document, earlier: Mapping[str, str], gap: str) -> None:
    """
    Undo `copy_to_default`: give ``[default]`` the earlier keys, comments and all.

    Where somebody has changed the comments of ``[default]`` since, theirs stay, and the keys come back. A section that
    somebody has removed since stays away.

    Args:
        document: A config file in which `tray.aws.config.default_copy.kept_copy` finds our copy.
        earlier: What `default_sections` found before.
        gap: What `copy_to_default` gave.
    """
    for section in document.describing(DEFAULT):
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
    words = next((line.strip().removeprefix(MARK) for line in was.lines if line.lstrip().startswith(MARK)), None)
    fill_section(document, section.header, was)
    set_comment(document, section.header, MARK, words)


def _remove(document: Document, section: Section, gap: str) -> None:
    at = document.sections.index(section)
    above = document.sections[at - 1] if at else document.head
    kept = above.text.removesuffix(gap)
    end = len(above.text)
    fill_section(document, section.header, None)
    set_comment(document, section.header, MARK, None)
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
        if not line.lstrip().startswith(MARK) and (index not in taken or line.lstrip().startswith(("#", ";")))
    ]
