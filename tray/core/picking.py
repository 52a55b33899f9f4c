"""Picking one of many by typing: which choices are shown, and what a key does. What it looks like is in `picture`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum, auto

from tray.core.clusters import clusters
from tray.core.dataclass import dataclass, replace
from tray.core.model import Profile, Snapshot


class Key(Enum):
    """A key that types nothing."""

    UP = auto()
    DOWN = auto()
    PAGE_UP = auto()
    PAGE_DOWN = auto()
    FIRST = auto()
    LAST = auto()
    ERASE = auto()
    ERASE_WORD = auto()
    ERASE_ALL = auto()
    CHOOSE = auto()
    LEAVE = auto()
    INTERRUPT = auto()
    """Ctrl-C: it ends the program, and not only the question."""


Press = Key | str
"""A key, or printable text that was typed or pasted."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of those that can be picked."""

    name: str
    """What is picked; the first thing that is shown."""

    details: tuple[str, ...]
    """What is shown beside it, printable; of every choice equally many."""

    searched: str
    """All that a word may be found in, folded."""

    current: bool = False
    """Whether it is in force already."""

    warned_of: bool = False
    """Whether it is to stand out: a production profile."""


@dataclass(frozen=True, slots=True)
class Picking:
    """What a person has typed, and where they are."""

    choices: Sequence[Choice]
    found: Sequence[Choice]
    typed: str = ""
    at: int = 0
    """The number of the choice that Enter takes, among those found."""

    @property
    def chosen(self) -> Choice | None:
        """What Enter takes; None where nothing holds what was typed."""
        return self.found[self.at] if self.found else None


def searched(*texts: str | None) -> str:
    """Fold what words are looked for in."""
    return "\n".join(filter(None, texts)).casefold()


def of_profile(profile: Profile) -> str:
    """Give all that a word may be found in of a profile: its name, sign-in, account, role and region."""
    return searched(profile.name, profile.sign_in, profile.account_id, profile.role_name, profile.region)


def holding(profiles: Iterable[Profile], words: Sequence[str]) -> tuple[Profile, ...]:
    """Give the profiles in which every word is found, whatever its case."""
    folded = [word.casefold() for word in words]
    return tuple(profile for profile in profiles if all(word in of_profile(profile) for word in folded))


def profile_choices(
    snapshot: Snapshot, recent: Sequence[str], is_production: Callable[[str], bool], show: Callable[[str], str]
) -> list[Choice]:
    """
    List the profiles to pick from: the one in force first, then those chosen lately, then as in the config.

    Args:
        snapshot: What was read. What undoing the last switch leads back to is the last but one that was chosen.
        recent: Names of default profiles of late, newest first; some may be gone.
        is_production: Tells which stand out.
        show: Makes what is shown printable.
    """
    first = (snapshot.active_profile, snapshot.default_profile, snapshot.undo_to, *recent)
    ahead = {name: snapshot.profiles_by_name[name] for name in first if name in snapshot.profiles_by_name}
    ordered = [*ahead.values(), *(profile for profile in snapshot.profiles if profile.name not in ahead)]
    return [
        Choice(
            profile.name,
            tuple(show(text or "") for text in (profile.account_id, profile.role_name, profile.sign_in)),
            of_profile(profile),
            current=profile.name == snapshot.active_profile,
            warned_of=is_production(profile.name),
        )
        for profile in ordered
    ]


def begin(choices: Sequence[Choice]) -> Picking:
    """Show all of the choices; there is at least one."""
    return Picking(choices, choices)


def pressed(picking: Picking, press: Press, page: int) -> Picking:
    """
    Do what a key asks for; those that end the question change nothing.

    Args:
        picking: What was before.
        press: The key or the text.
        page: How many choices are seen at once, at least 1.
    """
    match press:
        case str():
            return _narrowed(picking, picking.typed + press)
        case Key.ERASE:
            return _narrowed(picking, "".join([*clusters(picking.typed)][:-1]))
        case Key.ERASE_WORD:
            return _narrowed(picking, picking.typed.rstrip().rpartition(" ")[0])
        case Key.ERASE_ALL:
            return _narrowed(picking, "")
        case _:
            last = max(len(picking.found) - 1, 0)
            step = {Key.UP: -1, Key.DOWN: 1, Key.PAGE_UP: -page, Key.PAGE_DOWN: page, Key.FIRST: -last, Key.LAST: last}
            return replace(picking, at=min(max(picking.at + step.get(press, 0), 0), last))


def _narrowed(picking: Picking, typed: str) -> Picking:
    """Find what holds every word; names that begin with what was typed come first, then those that hold it."""
    words = typed.casefold().split()
    if not words:
        return replace(picking, typed=typed, found=picking.choices, at=0)
    found = [choice for choice in picking.choices if all(word in choice.searched for word in words)]

    def rank(choice: Choice) -> int:
        name = choice.name.casefold()
        if name.startswith(words[0]):
            return 0 if name == words[0] else 1
        return 2 if all(word in name for word in words) else 3

    return replace(picking, typed=typed, found=sorted(found, key=rank), at=0)
