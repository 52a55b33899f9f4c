"""How profiles are laid out in a menu, so that it stays usable from two profiles to thousands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tray.core import text
from tray.core.model import Profile
from tray.core.surface import MenuItem, separator

FLAT = 20
"""Up to so many profiles are listed as they are."""

RECENT = 5
_PAGE = 40
"""No submenu holds more lines than that: taller than a screen is hard to use."""


def profile_items(
    profiles: Sequence[Profile], recent: Sequence[str], item: Callable[[Profile], MenuItem]
) -> tuple[MenuItem, ...]:
    """
    Lay profiles out: grouped by sign-in; beyond 20, those chosen lately first and the others in submenus.

    Args:
        profiles: At least one, each with a sign-in, in the order of the config file.
        recent: Names of profiles chosen lately, newest first; some may be gone.
        item: Makes the line of one profile.
    """
    groups: dict[str, list[Profile]] = {}
    for profile in profiles:
        groups.setdefault(profile.sign_in or "", []).append(profile)
    if len(profiles) <= FLAT:
        return tuple(_flat(groups, item))
    by_name = {profile.name: profile for profile in profiles}
    lately = [by_name[name] for name in recent if name in by_name][:RECENT]
    return (
        *(item(profile) for profile in lately),
        *((separator("after-recent"),) if lately else ()),
        *(
            MenuItem(f"group:{sign_in}", text.short(sign_in), children=_tree(members, item))
            for sign_in, members in groups.items()
        ),
    )


def _flat(groups: dict[str, list[Profile]], item: Callable[[Profile], MenuItem]) -> Iterator[MenuItem]:
    for sign_in, members in groups.items():
        if len(groups) > 1:
            yield MenuItem(f"group:{sign_in}", text.short(sign_in), enabled=False)
        yield from map(item, members)


def _tree(members: list[Profile], item: Callable[[Profile], MenuItem]) -> tuple[MenuItem, ...]:
    """List profiles as they are, or, where that were too long, in submenus by name."""
    if len(members) <= _PAGE:
        return tuple(map(item, members))
    by_name = sorted(members, key=lambda profile: profile.name.casefold())
    size = max(_PAGE, -(-len(by_name) // _PAGE))
    slices = (by_name[start : start + size] for start in range(0, len(by_name), size))
    return tuple(MenuItem(f"from:{part[0].name}", _span(part), children=_tree(part, item)) for part in slices)


def _span(part: list[Profile]) -> str:
    return f"{text.short(part[0].name)} … {text.short(part[-1].name)}"
