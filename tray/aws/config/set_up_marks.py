"""
Which profiles our set-up wrote: a comment of ours right below the header says that, and how the profile was named.

The comment ends in a digest of the sign-in, the account and the role. Where somebody has made something else of the
profile since, the digest is another one, and the profile is theirs. So is one that was copied, comment and all, beside
the one that the comment is of. A profile that got another name, another region or more keys stays ours, and keeps them.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from tray.aws.config.grammar import DEFAULT_PROFILE, PROFILE, text_of
from tray.aws.config.profile_names import Pattern, Pick
from tray.core.dataclass import dataclass
from tray.disk.digest import sha1_hex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.aws.config.document import Document, Section

MARK: Final = "# sso-tray: set up as "
_LOWER: Final = ", in lower case"
_WORDS: Final = re.compile(
    rf"{MARK}(?P<name>\S+?)(?: by (?P<pattern>\S+?)(?P<lower>{_LOWER})?)? \((?P<digest>[0-9a-f]{{8}})\)"
)


@dataclass(frozen=True, slots=True)
class OurProfile:
    """A profile that our set-up wrote, or that the person had it adopt."""

    name: str
    """As it is called now."""

    header: str
    session: str
    pick: Pick
    given: str
    """The name that it was given."""

    pattern: Pattern | None
    """What gave that name; None where the person chose it."""

    @property
    def renamed(self) -> bool:
        """Whether somebody gave it another name since."""
        return self.name != self.given


def mark_of(name: str, pick: Pick, session: str, pattern: Pattern | None) -> str:
    """
    Give the comment for a profile; all of it can be written in every encoding.

    Args:
        name: One that `tray.aws.config.profile_names.is_fit_name` accepts.
        pick: What the profile gives access to.
        session: Name of its sso-session.
        pattern: What gave the name; None where the person chose it.
    """
    by = "" if pattern is None else f" by {pattern.plain.text}{_LOWER if pattern.lower_case else ''}"
    return f"{MARK}{name}{by} ({_digest(session, pick)})"


def find_ours(document: Document) -> tuple[OurProfile, ...]:
    """Find the profiles that our set-up wrote, in the order of the file."""
    times = Counter(section.about for section in document.sections)
    marked = [
        ours
        for section in document.sections
        if MARK in section.text and times[section.about] == 1 and (ours := _read(section)) is not None
    ]
    at_home = {ours.given for ours in marked if not ours.renamed}
    return tuple(_first_of_each(ours for ours in marked if not (ours.renamed and ours.given in at_home)))


def identity_of(section: Section) -> tuple[str, Pick] | None:
    """Tell the sso-session of a profile, and what it gives access to; None where it is no profile of a session."""
    try:
        settings = section.settings
    except ValueError:  # A broken block, which botocore may never look at (docs/facts: Config sections).
        return None
    session = text_of(settings, "sso_session")
    account_id, role = text_of(settings, "sso_account_id"), text_of(settings, "sso_role_name")
    return (session, Pick(account_id, role)) if session and account_id and role else None


def _first_of_each(marked: Iterable[OurProfile]) -> Iterable[OurProfile]:
    """Leave out copies that were given other names, where the one they are of is gone."""
    seen: set[tuple[str, str]] = set()
    for ours in marked:
        key = (ours.session, ours.given)
        if key not in seen:
            seen.add(key)
            yield ours


def _read(section: Section) -> OurProfile | None:
    about, identity = section.about, identity_of(section)
    comments = [line.strip() for line in section.lines if line.lstrip().startswith(MARK)]
    found = _WORDS.fullmatch(comments[0]) if len(comments) == 1 else None
    if found is None or identity is None or about is None or about[0] != PROFILE or about[1] == DEFAULT_PROFILE:
        return None
    session, pick = identity
    if found["digest"] != _digest(session, pick):
        return None
    pattern = Pattern(found["pattern"], found["lower"] is not None) if found["pattern"] else None
    return OurProfile(about[1], section.header, session, pick, found["name"], pattern)


def _digest(session: str, pick: Pick) -> str:
    return sha1_hex("\n".join((session, *pick)))[:8]
