"""The menu on the bus: what the host is told, and what a click does. No bus is needed: what is sent is kept."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import linux  # noqa: F401

from tray.desktop.bus import Bus, CallRefused, Interface
from tray.desktop.trayicon.dbusmenu import DBusMenu, Line

PATH = "/MenuBar"


class RecordingBus:
    """Keeps what is exported and emitted."""

    def __init__(self) -> None:
        self.emitted: list[tuple[str, tuple[Any, ...]]] = []
        self.offered: Interface

    def export(self, path: str, interface: Interface) -> None:
        assert path == PATH
        self.offered = interface

    def emit(self, path: str, interface: str, member: str, signature: str, body: tuple[Any, ...]) -> None:
        assert (path, interface) == (PATH, "com.canonical.dbusmenu")
        assert signature == self.offered.signals[member]
        self.emitted.append((member, body))

    def call(self, member: str, *body: object) -> tuple[Any, ...]:
        return self.offered.methods[member].handler(body, ":1.1")

    def sent(self) -> list[tuple[str, tuple[Any, ...]]]:
        """Give what was emitted since the last time."""
        emitted, self.emitted = self.emitted, []
        return emitted


@pytest.fixture
def bus() -> RecordingBus:
    return RecordingBus()


@pytest.fixture
def menu(bus: RecordingBus) -> DBusMenu:
    return DBusMenu(cast("Bus", bus), PATH)


def ids(bus: RecordingBus) -> dict[str, int]:
    """Read the menu and give the number of each label."""
    found: dict[str, int] = {}

    def walk(item: tuple[int, dict[str, tuple[str, Any]], list[tuple[str, Any]]]) -> None:
        number, properties, children = item
        if "label" in properties:
            found[properties["label"][1]] = number
        for _signature, child in children:
            walk(child)

    walk(bus.call("GetLayout", 0, -1, [])[1])
    return found


def item(label: str, **changes: Any) -> Line:
    return Line(key=changes.pop("key", label), label=label, **changes)


def test_every_kind_of_line_is_worded_as_the_interface_wants(bus: RecordingBus, menu: DBusMenu) -> None:
    menu.update(
        (
            item("plain"),
            item("told", enabled=False),
            Line("line", separator=True),
            item("on", checked=True),
            item("off", checked=False),
            item("this", checked=True, radio=True),
            item("more", children=(item("deeper"),)),
        )
    )

    _revision, root = bus.call("GetLayout", 0, -1, [])

    assert root[1] == {"children-display": ("s", "submenu")}
    assert [child[1][1] for child in root[2]] == [
        {"label": ("s", "plain"), "enabled": ("b", True)},
        {"label": ("s", "told"), "enabled": ("b", False)},
        {"type": ("s", "separator")},
        {"label": ("s", "on"), "enabled": ("b", True), "toggle-type": ("s", "checkmark"), "toggle-state": ("i", 1)},
        {"label": ("s", "off"), "enabled": ("b", True), "toggle-type": ("s", "checkmark"), "toggle-state": ("i", 0)},
        {"label": ("s", "this"), "enabled": ("b", True), "toggle-type": ("s", "radio"), "toggle-state": ("i", 1)},
        {"label": ("s", "more"), "enabled": ("b", True), "children-display": ("s", "submenu")},
    ]


@pytest.mark.parametrize(("label", "sent"), [("a_b", "a__b"), ("__x_", "____x__"), ("R&D", "R&D"), ("", "")])
def test_no_label_marks_a_shortcut(bus: RecordingBus, menu: DBusMenu, label: str, sent: str) -> None:
    menu.update((item(label),))

    assert list(ids(bus)) == [sent]


def test_an_equal_menu_is_not_sent(bus: RecordingBus, menu: DBusMenu) -> None:
    lines = (item("a", on_click=lambda: None), item("b", children=(item("c"),)))
    menu.update(lines)
    bus.sent()

    menu.update((item("a", on_click=lambda: None), item("b", children=(item("c"),))))

    assert bus.sent() == []


def test_while_the_shape_stays_only_properties_are_sent(bus: RecordingBus, menu: DBusMenu) -> None:
    menu.update((item("a", key=1), item("sub", children=(item("b", key="b", checked=True), item("c")))))
    before = ids(bus)
    bus.sent()

    menu.update((item("A", key=1), item("sub", children=(item("b", key="b", enabled=False), item("c")))))

    updated = [(before["a"], {"label": ("s", "A")}), (before["b"], {"enabled": ("b", False)})]
    removed = [(before["b"], ["toggle-type", "toggle-state"])]
    assert bus.sent() == [("ItemsPropertiesUpdated", (updated, removed))]
    assert list(ids(bus).values()) == list(before.values())


def test_only_the_smallest_part_that_changed_is_read_again(bus: RecordingBus, menu: DBusMenu) -> None:
    menu.update((item("a"), item("x", children=(item("x1"),)), item("y", children=(item("y1"), item("y2")))))
    before = ids(bus)
    revision = bus.call("GetLayout", 0, -1, [])[0]
    bus.sent()

    menu.update((item("a"), item("x", children=(item("x1"), item("x2"))), item("y", children=(item("y2"),))))

    assert bus.sent() == [
        ("LayoutUpdated", (revision + 1, before["x"])),
        ("LayoutUpdated", (revision + 2, before["y"])),
    ]
    assert bus.call("GetLayout", 0, -1, [])[0] == revision + 2


def test_a_line_that_becomes_a_submenu_is_announced_as_both(bus: RecordingBus, menu: DBusMenu) -> None:
    menu.update((item("a"),))
    number = ids(bus)["a"]
    bus.sent()

    menu.update((item("a", children=(item("b"),)),))

    updated = [(number, {"children-display": ("s", "submenu")})]
    assert [(member, body) for member, body in bus.sent() if member == "ItemsPropertiesUpdated"] == [
        ("ItemsPropertiesUpdated", (updated, []))
    ]
    assert set(ids(bus)) == {"a", "b"}


def test_a_number_never_gets_another_meaning(bus: RecordingBus, menu: DBusMenu) -> None:
    menu.update((item("a"), item("b")))
    first = ids(bus)
    menu.update((item("b"), item("c")))
    second = ids(bus)
    menu.update((item("c"), item("a")))
    third = ids(bus)

    assert first["b"] == second["b"]
    assert second["c"] == third["c"]
    assert first["a"] == third["a"]
    assert len({first["a"], first["b"], second["c"]}) == 3


def test_the_same_key_in_two_submenus_is_two_items(bus: RecordingBus, menu: DBusMenu) -> None:
    menu.update((item("x", children=(item("1", key="k"),)), item("y", children=(item("2", key="k"),))))

    assert len(set(ids(bus).values())) == 4


def test_siblings_that_share_a_key_are_told_apart(bus: RecordingBus, menu: DBusMenu) -> None:
    clicked: list[str] = []
    menu.update(
        (
            item("1", key="k", on_click=lambda: clicked.append("1")),
            item("2", key="k", on_click=lambda: clicked.append("2")),
        )
    )
    bus.call("Event", ids(bus)["2"], "clicked", ("s", ""), 0)

    assert clicked == ["2"]


def test_only_a_click_on_an_item_that_is_there_and_enabled_counts(bus: RecordingBus, menu: DBusMenu) -> None:
    clicked: list[str] = []

    def line(name: str, **changes: Any) -> Line:
        return item(name, on_click=lambda: clicked.append(name), **changes)

    menu.update((line("gone"), line("off", enabled=False), line("on")))
    numbers = ids(bus)
    menu.update((line("off", enabled=False), line("on"), line("new")))

    for event in ("hovered", "opened", "closed"):
        bus.call("Event", numbers["on"], event, ("s", ""), 0)
    for name in ("gone", "off"):
        bus.call("Event", numbers[name], "clicked", ("s", ""), 0)
    bus.call("Event", 0, "opened", ("s", ""), 0)
    bus.call("Event", 999, "clicked", ("s", ""), 0)
    assert clicked == []

    bus.call("Event", numbers["on"], "clicked", ("s", ""), 0)
    assert clicked == ["on"]


def test_an_item_that_came_back_takes_the_click_of_an_old_menu(bus: RecordingBus, menu: DBusMenu) -> None:
    clicked: list[str] = []
    menu.update((item("a", on_click=lambda: clicked.append("then")),))
    number = ids(bus)["a"]
    menu.update((item("b"),))
    menu.update((item("b"), item("a", on_click=lambda: clicked.append("now"))))

    bus.call("Event", number, "clicked", ("s", ""), 0)

    assert clicked == ["now"]


def test_an_action_that_fails_is_logged_and_answered(
    bus: RecordingBus, menu: DBusMenu, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    menu.update((item("a", on_click=fail),))

    assert bus.call("Event", ids(bus)["a"], "clicked", ("s", ""), 0) == ()
    assert "ZeroDivisionError" in caplog.text


def test_several_events_at_once_name_those_that_hit_nothing(bus: RecordingBus, menu: DBusMenu) -> None:
    clicked: list[str] = []
    menu.update((item("a", on_click=lambda: clicked.append("a")),))
    number = ids(bus)["a"]

    assert bus.call("EventGroup", [(number, "clicked", ("s", ""), 0), (77, "clicked", ("s", ""), 0)]) == ([77],)
    assert clicked == ["a"]
    assert bus.call("EventGroup", []) == ([],)
    with pytest.raises(CallRefused):
        bus.call("EventGroup", [(77, "clicked", ("s", ""), 0)])


def test_a_layout_is_cut_at_the_depth_and_to_the_properties_asked_for(bus: RecordingBus, menu: DBusMenu) -> None:
    menu.update((item("a", checked=True, children=(item("b", children=(item("c"),)),)),))
    numbers = ids(bus)

    _revision, root = bus.call("GetLayout", 0, 0, [])
    assert root[2] == []
    _revision, root = bus.call("GetLayout", 0, 1, ["label"])
    assert root == (0, {}, [("(ia{sv}av)", (numbers["a"], {"label": ("s", "a")}, []))])
    _revision, part = bus.call("GetLayout", numbers["b"], 1, ["label", "enabled"])
    deepest = (numbers["c"], {"label": ("s", "c"), "enabled": ("b", True)}, [])
    assert part == (numbers["b"], {"label": ("s", "b"), "enabled": ("b", True)}, [("(ia{sv}av)", deepest)])
    with pytest.raises(CallRefused):
        bus.call("GetLayout", 999, -1, [])


def test_properties_can_be_read_one_by_one_and_in_groups(bus: RecordingBus, menu: DBusMenu) -> None:
    menu.update((item("a"), item("b", enabled=False)))
    numbers = ids(bus)

    assert bus.call("GetProperty", numbers["b"], "enabled") == (("b", False),)
    assert bus.call("GetProperty", numbers["b"], "visible") == (("b", True),)
    assert bus.call("GetProperty", numbers["b"], "toggle-state") == (("i", -1),)
    assert bus.call("GetGroupProperties", [numbers["a"], 999], ["label"]) == ([(numbers["a"], {"label": ("s", "a")})],)
    assert [number for number, _properties in bus.call("GetGroupProperties", [], [])[0]] == [0, *numbers.values()]
    for number, name in ((numbers["a"], "no-such-property"), (999, "label")):
        with pytest.raises(CallRefused):
            bus.call("GetProperty", number, name)


def test_nothing_changes_because_a_menu_is_about_to_open(bus: RecordingBus, menu: DBusMenu) -> None:
    menu.update((item("a"),))
    bus.sent()

    assert bus.call("AboutToShow", 0) == (False,)
    assert bus.call("AboutToShowGroup", [0, 1, 999]) == ([], [999])
    assert bus.sent() == []


def test_a_menu_made_anew_each_time_does_not_grow_the_table(bus: RecordingBus, menu: DBusMenu) -> None:
    for number in range(200):
        menu.update((item("stays"), *(item("temporary", key=100 * number + place) for place in range(5))))

    assert len(menu._ids) < 30
    assert ids(bus)["stays"] == 1


Lines = st.recursive(
    st.builds(
        Line,
        key=st.sampled_from("abcd"),
        label=st.text(max_size=3),
        enabled=st.booleans(),
        checked=st.sampled_from([None, True, False]),
        radio=st.booleans(),
        separator=st.booleans(),
    ),
    lambda below: st.builds(
        Line, key=st.sampled_from("abcd"), label=st.text(max_size=3), children=st.lists(below, max_size=3).map(tuple)
    ),
    max_leaves=12,
)
Menus = st.lists(st.lists(Lines, max_size=4).map(tuple), min_size=1, max_size=5)


class FollowingHost:
    """A host with a copy of the menu: it changes only what it is told, and reads again only what it is told to."""

    def __init__(self, bus: RecordingBus) -> None:
        self.bus = bus
        self.properties: dict[int, dict[str, Any]] = {}
        self.children: dict[int, list[int]] = {}
        self.read(0)

    def read(self, number: int) -> None:
        self.keep(self.bus.call("GetLayout", number, -1, [])[1])

    def keep(self, item: Any) -> int:
        self.properties[item[0]] = dict(item[1])
        self.children[item[0]] = [self.keep(child) for _signature, child in item[2]]
        return int(item[0])

    def follow(self) -> None:
        for member, body in self.bus.sent():
            if member == "LayoutUpdated":
                self.read(body[1])
            else:
                self.set(body[0], body[1])

    def set(self, updated: list[Any], removed: list[Any]) -> None:
        for number, changed in updated:
            self.properties[number].update(changed)
        for number, names in removed:
            for name in names:
                del self.properties[number][name]

    def copy(self, number: int = 0) -> Any:
        return self.properties[number], [self.copy(child) for child in self.children[number]]

    def truth(self) -> Any:
        def walk(item: Any) -> Any:
            return item[1], [walk(child) for _signature, child in item[2]]

        return walk(self.bus.call("GetLayout", 0, -1, [])[1])


@given(Menus)
def test_a_host_that_follows_the_signals_sees_the_menu_as_it_is(menus: list[tuple[Line, ...]]) -> None:
    bus = RecordingBus()
    menu = DBusMenu(cast("Bus", bus), PATH)
    host = FollowingHost(bus)

    for lines in menus:
        menu.update(lines)
        host.follow()
        assert host.copy() == host.truth()
