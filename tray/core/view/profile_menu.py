"""How profiles are laid out in a menu, so that it stays usable from two profiles to thousands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from tray.core.command import Do, OpenConsole, UseProfile
from tray.core.message import short
from tray.core.model import Profile, Snapshot
from tray.core.settings import Settings
from tray.core.view.values import MenuItem, separator
from tray.core.words import menu as menu_words

FLAT = 20
"""Up to so many profiles are listed as they are."""

LATELY = 6
"""The default profile in force, and five before it."""

FEWEST_ACCOUNTS = 2
_PAGE = 40
"""No submenu holds more lines than that: taller than a screen is hard to use."""


def default_profile_menu(
    snapshot: Snapshot, settings: Settings, recent: Sequence[str], labels: Mapping[str, str]
) -> Iterator[MenuItem]:
    """
    Tell the default profile; offer the profiles as the default for every terminal, to find one by typing, and to undo
    the last switch.
    """
    profiles = [profile for profile in snapshot.profiles if profile.sign_in is not None]
    if not profiles:
        return

    def item(profile: Profile) -> MenuItem:
        name = profile.name
        label = menu_words.PRODUCTION(name=name) if settings.is_production(name) else short(name)
        chosen = name == snapshot.default_profile
        return MenuItem(_key(profile), label, UseProfile(name), checked=chosen, radio=True)

    children = (
        *_profile_items(profiles, _lately(snapshot, recent), labels, item),
        separator("before-find"),
        _find_item(),
        *((MenuItem("undo", menu_words.UNDO_SWITCH(), Do.UNDO_SWITCH),) if snapshot.undo_to is not None else ()),
    )
    yield MenuItem("default-profile", _told(snapshot.default_profile, settings), children=children)


def _find_item() -> MenuItem:
    """Offer the page on which a profile is found by typing."""
    return MenuItem("find-profile", menu_words.FIND_PROFILE(), Do.FIND_PROFILE)


def _told(default: str | None, settings: Settings) -> str:
    if default is None:
        return menu_words.DEFAULT_PROFILE()
    told = menu_words.DEFAULT_PRODUCTION_IS if settings.is_production(default) else menu_words.DEFAULT_PROFILE_IS
    return told(name=default)


def console_menu(snapshot: Snapshot, recent: Sequence[str], labels: Mapping[str, str]) -> Iterator[MenuItem]:
    """Offer the AWS console for each profile that has an account; where they are many, to find one by typing."""
    profiles = [profile for profile in snapshot.profiles if profile.sign_in and profile.account_id]
    if not profiles:
        return

    def item(profile: Profile) -> MenuItem:
        return MenuItem(_key(profile), short(profile.name), OpenConsole(profile.name))

    children = _profile_items(profiles, _lately(snapshot, recent), labels, item)
    if len(profiles) > FLAT:
        children = (*children, separator("before-find"), _find_item())
    yield MenuItem("console", menu_words.CONSOLE(), children=children)


def _lately(snapshot: Snapshot, recent: Sequence[str]) -> list[str]:
    """Name the default profile in force, and then those before it, newest first."""
    return list(dict.fromkeys(name for name in (snapshot.default_profile, *recent) if name is not None))


def _key(profile: Profile) -> str:
    return f"profile:{profile.name}"


def _profile_items(
    profiles: Sequence[Profile], recent: Sequence[str], labels: Mapping[str, str], item: Callable[[Profile], MenuItem]
) -> tuple[MenuItem, ...]:
    """
    Lay profiles out: grouped by sign-in; beyond 20, the default profiles of late first and all of them in submenus.

    Args:
        profiles: At least one, each with a sign-in, in the order of the config file.
        recent: Names of the default profiles of late, the one in force first; some may be gone.
        labels: What each sign-in is called.
        item: Makes the line of one profile.
    """
    groups = _grouped(profiles, lambda profile: profile.sign_in or "")
    if len(profiles) <= FLAT:
        return tuple(_flat(groups, labels, item))
    by_name = {profile.name: profile for profile in profiles}
    lately = [by_name[name] for name in recent if name in by_name][:LATELY]
    return (
        *(item(profile) for profile in lately),
        *((separator("after-recent"),) if lately else ()),
        *(
            MenuItem(f"group:{sign_in}", short(labels.get(sign_in, sign_in)), children=_by_account(members, item))
            for sign_in, members in groups.items()
        ),
    )


def _grouped(profiles: Iterable[Profile], key: Callable[[Profile], str]) -> dict[str, list[Profile]]:
    groups: dict[str, list[Profile]] = {}
    for profile in profiles:
        groups.setdefault(key(profile), []).append(profile)
    return groups


def _by_account(members: list[Profile], item: Callable[[Profile], MenuItem]) -> tuple[MenuItem, ...]:
    """List the profiles of one sign-in; where they are many, with a submenu for each account that has several."""
    accounts = _grouped(members, lambda profile: profile.account_id or "")
    if len(members) <= FLAT or not FEWEST_ACCOUNTS <= len(accounts) <= _PAGE:
        return _tree(members, item)
    return tuple(
        item(group[0]) if len(group) == 1 else _account_menu(account, group, item)
        for account, group in accounts.items()
    )


def _account_menu(account: str, members: list[Profile], item: Callable[[Profile], MenuItem]) -> MenuItem:
    label = menu_words.account_group(account, [profile.name for profile in members])
    return MenuItem(f"account:{account}", label, children=_tree(members, item))


def _flat(
    groups: dict[str, list[Profile]], labels: Mapping[str, str], item: Callable[[Profile], MenuItem]
) -> Iterator[MenuItem]:
    for sign_in, members in groups.items():
        if len(groups) > 1:
            yield MenuItem(f"group:{sign_in}", short(labels.get(sign_in, sign_in)), enabled=False)
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
    return menu_words.FROM_TO(first=part[0].name, last=part[-1].name)
