"""Whatever menus follow each other: numbers keep their meaning, and a host that is told the changes sees the truth."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st
from support import linux  # noqa: F401

from tray.core.command import LogIn
from tray.core.dataclass import replace
from tray.core.view.values import MenuItem, separator
from tray.desktop.linux.bus import Bus, CallRefused, Interface
from tray.desktop.linux.dbusmenu import DBusMenu
from tray.desktop.linux.menu_tree import EMPTY, MenuNode, Numbers, difference, lay_out

Items = tuple[MenuItem, ...]

_KEYS = st.sampled_from("abcd")
_LABELS = st.sampled_from(["", "_", "one", "two_three"])
_LEAVES = st.one_of(
    st.builds(separator, _KEYS),
    st.builds(
        MenuItem,
        key=_KEYS,
        label=_LABELS,
        command=st.one_of(st.none(), st.builds(LogIn, _LABELS)),
        enabled=st.booleans(),
        checked=st.sampled_from([None, True, False]),
        radio=st.booleans(),
        default=st.booleans(),
    ),
)


def _siblings(items: st.SearchStrategy[MenuItem], *, unique: bool) -> st.SearchStrategy[Items]:
    by = (lambda item: item.key) if unique else None
    return st.lists(items, max_size=4, unique_by=by).map(tuple)


_NEXT_MARK = {None: True, True: False, False: None}


def _retold(item: MenuItem) -> MenuItem:
    """Say something else of the same item."""
    if item.separator:
        return item
    children = tuple(_retold(child) for child in item.children)
    mark = _NEXT_MARK[item.checked]
    return replace(item, label=f"{item.label}!", enabled=not item.enabled, checked=mark, children=children)


def _menus(*, unique: bool) -> st.SearchStrategy[list[Items]]:
    """Make menus that follow each other; where siblings may share a key, none of them means what it did before."""
    below = st.recursive(
        _LEAVES,
        lambda below: st.builds(MenuItem, key=_KEYS, label=_LABELS, children=_siblings(below, unique=unique)),
        max_leaves=12,
    )
    first = _siblings(below, unique=unique)
    return st.builds(_follow, first, st.lists(st.one_of(st.none(), first), max_size=5))


def _follow(first: Items, later: list[Items | None]) -> list[Items]:
    """Put menus in a row; for None the one before says something else of the same items."""
    menus = [first]
    for items in later:
        menus.append(tuple(map(_retold, menus[-1])) if items is None else items)
    return menus


def _meanings(items: Items, node: MenuNode, path: tuple[str, ...] = ()) -> dict[int, tuple[str, ...]]:
    """By the number of each item: the keys that lead to it."""
    found = {}
    for item, child in zip(items, node.children, strict=True):
        found[child.number] = (*path, item.key)
        found |= _meanings(item.children, child, (*path, item.key))
    return found


@given(_menus(unique=True))
def test_a_number_means_one_item_for_good_and_an_item_keeps_its_number(menus: list[Items]) -> None:
    numbers: Numbers = {}
    meanings: dict[int, tuple[str, ...]] = {}

    for items in menus:
        root, numbers = lay_out(items, numbers)
        for number, path in _meanings(items, root).items():
            assert meanings.setdefault(number, path) == path
    assert 0 not in meanings
    assert len(set(meanings.values())) == len(meanings), "one item has two numbers"


@given(_menus(unique=False))
def test_no_number_is_used_twice_at_once(menus: list[Items]) -> None:
    numbers: Numbers = {}

    for items in menus:
        root, numbers = lay_out(items, numbers)
        used = [node.number for node in root.walk()]
        assert len(set(used)) == len(used)


@given(_menus(unique=False))
def test_new_words_for_the_same_items_leave_an_open_menu_open(menus: list[Items]) -> None:
    before, numbers = lay_out(menus[-1], {})

    after, later = lay_out(tuple(map(_retold, menus[-1])), numbers)

    assert difference(before, after).reshaped == []
    assert [node.number for node in before.walk()] == [node.number for node in after.walk()]
    assert later == numbers


@given(_menus(unique=False))
def test_between_equal_menus_nothing_differs(menus: list[Items]) -> None:
    before, numbers = EMPTY, cast("Numbers", {})
    for items in menus:
        before, numbers = lay_out(items, numbers)

    changes = difference(before, lay_out(menus[-1], numbers)[0])

    assert changes == ([], [], [])


@given(_menus(unique=False))
def test_what_was_handed_in_stays_as_it_was(menus: list[Items]) -> None:
    numbers: dict[tuple[int, str], int] = {}
    for items in menus:
        before = dict(numbers)
        _root, later = lay_out(items, numbers)
        assert numbers == before
        numbers = dict(later)


class Client:
    """A host with a copy of the menu: it changes only what it is told, and reads again only what it is told to."""

    def __init__(self) -> None:
        self.menu = DBusMenu(cast("Bus", self), "/menu", lambda _command: None)
        self.properties: dict[int, dict[str, Any]] = {}
        self.children: dict[int, list[int]] = {}
        self.told: list[tuple[str, Any]] = []
        self.read(0)

    def export(self, _path: str, interface: Interface) -> None:
        self.methods = interface.methods

    def emit(self, _path: str, _interface: str, member: str, _signature: str, body: tuple[Any, ...]) -> None:
        self.told.append((member, body))

    def layout(self, number: int) -> Any:
        return self.methods["GetLayout"].handler((number, -1, []), ":1.1")[1]

    def read(self, number: int) -> None:
        self.keep(self.layout(number))

    def keep(self, item: Any) -> int:
        self.properties[item[0]] = dict(item[1])
        self.children[item[0]] = [self.keep(child) for _signature, child in item[2]]
        return int(item[0])

    def follow(self) -> None:
        """Do as the signals say, also where the menu has changed again since they were sent."""
        told, self.told = self.told, []
        for member, body in told:
            if member == "LayoutUpdated":
                with suppress(CallRefused):
                    self.read(body[1])
                continue
            for number, changed in body[0]:
                self.properties.setdefault(number, {}).update(changed)
            for number, names in body[1]:
                for name in names:
                    self.properties.get(number, {}).pop(name, None)

    def copy(self, number: int = 0) -> Any:
        return number, self.properties[number], [self.copy(child) for child in self.children[number]]

    def truth(self) -> Any:
        def walk(item: Any) -> Any:
            return item[0], item[1], [walk(child) for _signature, child in item[2]]

        return walk(self.layout(0))


@given(_menus(unique=False))
def test_a_host_that_follows_the_signals_sees_what_one_that_asks_anew_sees(menus: list[Items]) -> None:
    client = Client()

    for items in menus:
        client.menu.show(items)
        client.follow()
        assert client.copy() == client.truth()
    client.menu.show(menus[-1])
    assert client.told == []


@given(_menus(unique=False))
def test_a_host_that_lags_behind_sees_the_same_in_the_end(menus: list[Items]) -> None:
    client = Client()
    for items in menus:
        client.menu.show(items)

    client.follow()

    assert client.copy() == client.truth()
