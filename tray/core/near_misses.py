"""Which names somebody may have meant who mistyped one: of a sign-in, a profile, a command."""

from __future__ import annotations

from collections.abc import Iterable

_SHOWN = 3
"""More would be a list to read, not a suggestion."""

_LONGEST = 100
"""Characters of a name that are compared: nobody types more by hand."""

_SHORTEST_PART = 3
"""Characters of a name by which it can be told from the others that hold them."""


def near_misses(typed: str, names: Iterable[str]) -> tuple[str, ...]:
    """
    Name what may have been meant, the likeliest first: at most three, each once.

    Likely is a name that is the same but for capitals and for ``-``, ``_``, ``.`` and blanks; where there is none, one
    that is some letters away (left out, too many, wrong, or two the wrong way round): one of a short name, three of a
    long one; then one that holds what was typed, at its beginning first. Sixty thousand names take a second.
    """
    wanted = _plain(typed)
    if not wanted:
        return ()
    limit = 1 + (len(wanted) > 4) + (len(wanted) > 8)
    found: list[tuple[int, int, str]] = []
    for place, name in enumerate(dict.fromkeys(names)):
        # Only one that is nearer than the last of those shown can take its place.
        worst = found[-1][0] if len(found) == _SHOWN else limit + 3
        rank = _rank(wanted, _plain(name), limit, worst)
        if rank is not None and rank < worst:
            found = sorted([*found, (rank, place, name)])[:_SHOWN]
    if found and not found[0][0]:
        found = [each for each in found if not each[0]]
    return tuple(name for _, _, name in found)


def _plain(name: str) -> str:
    """Leave out what people do not remember of a name."""
    return name[:_LONGEST].casefold().translate(_FORGOTTEN)


_FORGOTTEN = dict.fromkeys(map(ord, "-_. "))


def _rank(wanted: str, name: str, limit: int, below: int) -> int | None:
    """Tell how far a name is from what was typed; None where it is another one altogether, or not nearer than asked."""
    if name == wanted:
        return 0
    away = _away(wanted, name, min(limit, below - 1))
    if away is not None and away < max(len(wanted), len(name)):
        return away
    if len(wanted) >= _SHORTEST_PART and wanted in name:
        return limit + (1 if name.startswith(wanted) else 2)
    return None


def _away(one: str, other: str, limit: int) -> int | None:
    """
    Count the letters to be put in, left out, changed or swapped to make one word of the other; None for too many.

    Only what lies within the limit is looked at (optimal string alignment, in a band).
    """
    if limit < 1 or abs(len(one) - len(other)) > limit or len(set(one) ^ set(other)) > 2 * limit:
        return None
    far = limit + 1
    before: list[int] = []
    above = [min(at, far) for at in range(len(other) + 1)]
    for row, letter in enumerate(one, 1):
        first, last = max(1, row - limit), min(len(other), row + limit)
        here = [far] * (len(other) + 1)
        if row <= limit:
            here[0] = row
        nearest = here[0]
        for at in range(first, last + 1):
            cost = above[at - 1] if letter == other[at - 1] else 1 + min(above[at - 1], above[at], here[at - 1])
            if row > 1 and at > 1 and letter == other[at - 2] and one[row - 2] == other[at - 1]:
                cost = min(cost, before[at - 2] + 1)
            here[at] = cost
            nearest = min(nearest, cost)
        if nearest > limit and min(above) > limit:
            return None
        before, above = above, here
    return above[-1] if above[-1] <= limit else None
