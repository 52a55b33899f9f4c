"""
Makes the ``[default]`` section a copy of another profile, so that a terminal without ``AWS_PROFILE`` uses that one.

How such a copy is told from a section of the person's own: `tray.aws.config.default_copy`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tray.aws.config.default_copy import DEFAULT, MARK, digest_of, may_stay, words_of, written_by_us
from tray.aws.config.document import Document, Entry, Section
from tray.aws.config.edit import Keys, add_sections, fill_section, remove_section, set_comment
from tray.aws.config.grammar import DEFAULT_PROFILE, PROFILE, subject

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Copied(NamedTuple):
    """What came of `copy_to_default`."""

    gap: str
    """What was put between the file and a new ``[default]``; empty where there was one."""

    replaced: tuple[str, ...]
    """Keys that a person had written into ``[default]`` and that it has no longer, or with another value."""


def copy_to_default(document: Document, profile: str) -> Copied:
    """
    Make ``[default]`` a copy of a profile: it gets the profile's keys and blocks, verbatim.

    What an earlier copy of ours wrote goes. Of the keys that a person wrote those stay that say neither who somebody is
    nor where, such as ``output``, unless the profile has them. Every comment and all else is kept; where nothing is to
    be done, the document stays the same. The file must be one that botocore accepts, and describe the profile.
    """
    source = document.describing((PROFILE, profile))[-1]
    wanted = {entry.key: entry.text for entry in source.entries}
    targets = [section.header for section in document.describing(DEFAULT)]
    gap, replaced = "", dict[str, None]()
    if not targets:
        above = document.sections[-1]
        end = len(above.text)
        targets = [DEFAULT_PROFILE]
        add_sections(document, {DEFAULT_PROFILE: ()})
        gap = above.text[end:]
    for target in targets:
        theirs = _theirs(document.named(target)[-1])
        kept = {entry.key for entry in theirs if entry.key not in wanted and may_stay(entry)}
        gone = (entry for entry in theirs if entry.key not in kept and wanted.get(entry.key) != entry.text)
        replaced |= dict.fromkeys(entry.key for entry in gone)
        fill_section(document, target, Keys(source, source.entries), kept=kept)
        set_comment(document, target, MARK, f"{profile} ({digest_of(source.entries)})")
    return Copied(gap, tuple(replaced))


def rename_copied(document: Document, renames: Mapping[str, str]) -> bool:
    """Let our comments in ``[default]`` name a profile as it is called now, by the old name; tells whether one did."""
    renamed = False
    for section in document.describing(DEFAULT):
        words = words_of(section)
        if words is not None and words["profile"] in renames:
            set_comment(document, section.header, MARK, f"{renames[words['profile']]} ({words['digest']})")
            renamed = True
    return renamed


def _theirs(section: Section) -> Sequence[Entry]:
    """List the keys that a person wrote into a ``[default]``."""
    return section.entries[len(written_by_us(section)) :]


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
    somebody has removed since stays away, and so does what somebody has changed of the keys that had stayed.

    Args:
        document: A config file in which `tray.aws.config.default_copy.kept_copy` finds our copy.
        earlier: What `default_sections` found before.
        gap: That of `copy_to_default`.
    """
    for section in document.describing(DEFAULT):
        if section.header in earlier:
            _restore(document, section, earlier[section.header])
        else:
            _remove(document, section, gap)


def _restore(document: Document, section: Section, before: str) -> None:
    was = Document(before).sections[0]
    ours = {entry.key for entry in written_by_us(section)}
    kept = {entry.key: entry.text for entry in _theirs(was) if entry.key not in ours and may_stay(entry)}
    theirs = {entry.key: entry.text for entry in _theirs(section)}
    if theirs == kept and _surroundings(section) == _surroundings(was):
        if section is not document.sections[-1] and not before.endswith(("\n", "\r")):
            before += section.lines[0].removeprefix(section.lines[0].rstrip("\r\n"))
        section.text = before
        return
    words = next((line.strip().removeprefix(MARK) for line in was.lines if line.lstrip().startswith(MARK)), None)
    back = [entry for entry in was.entries if entry.key not in kept and entry.key not in theirs]
    fill_section(document, section.header, Keys(was, back), kept=theirs)
    set_comment(document, section.header, MARK, words)


def _remove(document: Document, section: Section, gap: str) -> None:
    at = document.sections.index(section)
    above = document.sections[at - 1] if at else document.head
    before = above.text.removesuffix(gap)
    end = len(above.text)
    kept = {entry.key for entry in _theirs(section)}
    fill_section(document, section.header, Keys(), kept=kept)
    set_comment(document, section.header, MARK, None)
    if kept:
        return
    remove_section(document, section.header)
    below = above.text[end:]
    if (not below and at == len(document.sections)) or before.endswith(("\n", "\r")):
        above.text = before + below


def _surroundings(section: Section) -> list[str]:
    """
    List what stands in a section besides its keys and our comment; no empty lines.

    Where a line that ends in CR comes to stand above an empty one that ends in LF, both become one line.
    """
    taken = {index for entry in section.entries for index in range(entry.start, entry.end)}
    lines = [(line.strip(), index in taken) for index, line in enumerate(section.lines)]
    return [line for line, of_key in lines if line and (line[0] in "#;" or not of_key) and not line.startswith(MARK)]
