"""Finds values and keys of ``~/.aws`` that cannot be meant so, each with the place where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tray.aws.config.grammar import PROFILE, SSO_SESSION
from tray.core.config_values import OF_A_SIGN_IN, SESSION, SSO_REGION, START_URL, misspelt, wrong_with
from tray.core.words import values as values_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from tray.aws.config.document import Document, Section
    from tray.aws.config.grammar import Subject
    from tray.core.message import Message

_REGIONS = frozenset({"region", SSO_REGION})
_ELSEWHERE = frozenset({"endpoint_url", "services"})
"""Keys of a section whose requests may go to another server than AWS, whose regions are called as it likes."""


class Misplaced(NamedTuple):
    """A value or a key that cannot be meant so."""

    message: Message
    about: Subject
    """The section."""

    key: str
    """The key that was meant."""

    is_key: bool
    """Whether the key itself is misspelt."""


def find_wrong(document: Document, path: Path, *, credentials: bool = False) -> Iterator[Misplaced]:
    """
    Look through a file that botocore accepts.

    Args:
        document: The file.
        path: Its name.
        credentials: Whether it is the credentials file, where every section is a profile.
    """
    for above, section in document.numbered():
        about = (PROFILE, section.header) if credentials else section.about
        if about is not None:
            yield from _in_section(section, about, above, path)


def _in_section(section: Section, about: Subject, above: int, path: Path) -> Iterator[Misplaced]:
    keys = {entry.key: entry for entry in section.entries}
    elsewhere = not _ELSEWHERE.isdisjoint(keys)
    for entry in section.entries:
        wrong = None if elsewhere and entry.key in _REGIONS else wrong_with(entry.key, entry.text)
        if wrong is not None:
            said = wrong.said(entry.key, above + entry.start + 1, path)
            yield Misplaced(said, about, entry.key, is_key=False)
    for written, meant in misspelt(keys, of_session=about is not None and about[0] == SSO_SESSION):
        line = above + keys[written].start + 1
        yield Misplaced(values_words.MISSPELT_KEY(line=line, file=path, key=written, right=meant), about, meant, True)


def wrong_for_sign_in(document: Document, path: Path, names: Collection[str]) -> Message | None:
    """
    Say what keeps a sign-in from being used, as far as a value or a key of it is to blame.

    Args:
        document: The config file.
        path: Its name.
        names: Of sign-ins and profiles that it is about; none for all.
    """
    found = [each for each in find_wrong(document, path) if each.key in OF_A_SIGN_IN]
    if not names:
        return found[0].message if found else None
    about = {(kind, name) for name in names for kind in (PROFILE, SSO_SESSION)}
    for section in document.sections:
        said = {entry.key: entry.text for entry in section.entries}
        if section.about in about and SESSION in said:
            about.add((SSO_SESSION, said[SESSION]))
        if section.about is not None and said.get(START_URL) in names:
            about.add(section.about)
    return next((each.message for each in found if each.about in about), None)
