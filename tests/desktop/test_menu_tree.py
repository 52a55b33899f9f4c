"""Whatever menus follow each other: numbers keep their meaning, and a host that is told the changes sees the truth."""

from __future__ import annotations

import itertools
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
from tray.desktop.linux.menu_tree import DEFAULTS, EMPTY, MOST_HIDDEN, Menu, MenuNode, difference, lay_out

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


def _retold(item: MenuItem) -> MenuItem:
    """Say something else of the same item."""
    if item.separator:
        return item
    children = tuple(_retold(child) for child in item.children)
    mark = None if item.checked is None else not item.checked
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


def _lay_out(menus: list[Items]) -> list[Menu]:
    """Lay them out, one over the other."""
    laid = [EMPTY]
    for items in menus:
        laid.append(lay_out(items, laid[-1]))
    return laid


def _shown(node: MenuNode) -> list[MenuNode]:
    return [child for child in node.offered if not child.hidden]


def _meanings(items: Items, node: MenuNode, path: tuple[object, ...] = ()) -> dict[int, tuple[object, ...]]:
    """By the number of each item: the keys that lead to it, and what it is."""
    found = {}
    for item, child in zip(items, _shown(node), strict=True):
        what = (item.separator, bool(item.children), None if item.checked is None else item.radio)
        found[child.number] = (*path, item.key, what)
        found |= _meanings(item.children, child, found[child.number])
    return found


def _orders(node: MenuNode) -> dict[int, list[int]]:
    return {each.number: [child.number for child in each.children] for each in node.remembered()}


@given(_menus(unique=False))
def test_what_is_shown_is_what_is_offered_in_its_order(menus: list[Items]) -> None:
    def check(items: Items, node: MenuNode) -> None:
        for item, child in zip(items, _shown(node), strict=True):
            assert child.properties.get("label", ("s", ""))[1] == ("" if item.separator else item.label)
            check(item.children, child)

    for items, menu in zip(menus, _lay_out(menus)[1:], strict=True):
        check(items, menu.root)


@given(_menus(unique=True))
def test_a_number_means_one_item_for_good(menus: list[Items]) -> None:
    meanings: dict[int, tuple[object, ...]] = {}
    for items, menu in zip(menus, _lay_out(menus)[1:], strict=True):
        for number, meaning in _meanings(items, menu.root).items():
            assert meanings.setdefault(number, meaning) == meaning
    assert 0 not in meanings


@given(_menus(unique=False))
def test_no_line_ever_moves_or_goes_but_where_all_are_numbered_anew(menus: list[Items]) -> None:
    laid = _lay_out(menus)
    for before, after in itertools.pairwise(_orders(menu.root) for menu in laid):
        for number, lines in before.items():
            there = after.get(number, lines)
            assert [line for line in there if line in lines] == lines or not set(lines) & set(there)


@given(_menus(unique=False))
def test_no_number_is_used_twice_at_once(menus: list[Items]) -> None:
    for menu in _lay_out(menus):
        used = [node.number for node in menu.root.remembered()]
        assert len(set(used)) == len(used)


@given(_menus(unique=False))
def test_new_words_for_the_same_items_leave_an_open_menu_open(menus: list[Items]) -> None:
    before = _lay_out(menus)[-1]

    after = lay_out(tuple(map(_retold, menus[-1])), before)

    assert difference(before.root, after.root).reshaped == []
    assert _orders(before.root) == _orders(after.root)
    assert after.last == before.last


@given(_menus(unique=False))
def test_between_equal_menus_nothing_differs(menus: list[Items]) -> None:
    before = _lay_out(menus)[-1]

    assert difference(before.root, lay_out(menus[-1], before).root) == ([], [])


def test_lines_keep_their_numbers_also_where_others_come_between_and_go() -> None:
    def named(*keys: str) -> Items:
        return tuple(MenuItem(key, key) for key in keys)

    menu = EMPTY
    for keys in ("abc", "ac", "axbc", "c", "abc", ""):
        menu = lay_out(named(*keys), menu)
    assert [child.identity[0] for child in menu.root.children] == ["a", "x", "b", "c"]
    menu = lay_out(named(*"cab"), menu)
    assert [child.number for child in _shown(menu.root)] == [5, 1, 2]


def test_however_long_it_goes_on_a_menu_does_not_grow() -> None:
    menu = EMPTY
    for number in range(500):
        menu = lay_out((MenuItem("a", "a"), MenuItem(f"problem {number}", "p"), MenuItem("b", "b")), menu)
        assert len(menu.root.children) <= MOST_HIDDEN + 3
    assert [child.identity[0] for child in _shown(menu.root)] == ["a", "problem 499", "b"]


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
        properties = {name: value for name, value in self.properties[number].items() if DEFAULTS[name] != value}
        # What is below a line that is hidden is nobody's matter, and not offered.
        below = [] if "visible" in properties else self.children[number]
        return number, properties, [self.copy(child) for child in below]

    def truth(self) -> Any:
        def walk(item: Any) -> Any:
            properties = {name: value for name, value in item[1].items() if DEFAULTS[name] != value}
            return item[0], properties, [walk(child) for _signature, child in item[2]]

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
