"""The menu on the bus: what the host is told, and what a click does. No bus is needed: what is sent is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

import pytest
from support import linux  # noqa: F401

from tray.core.command import Command, LogIn, LogOut, OpenPortal
from tray.core.view.values import MenuItem, separator
from tray.desktop.linux.bus import Bus, CallRefused, Interface
from tray.desktop.linux.dbusmenu import DBusMenu

PATH = "/MenuBar"


def item(label: str, **changes: Any) -> MenuItem:
    return MenuItem(key=changes.pop("key", label), label=label, **changes)


class RecordingBus:
    """Keeps what is exported and emitted."""

    def __init__(self) -> None:
        self.emitted: list[tuple[str, tuple[Any, ...]]] = []
        self.offered: Interface
        self.reader = ":1.1"
        self.watched: dict[str, Callable[[str], None]] = {}

    def export(self, path: str, interface: Interface) -> None:
        assert path == PATH
        self.offered = interface

    def watch_name(self, name: str, on_owner: Callable[[str], None]) -> None:
        self.watched[name] = on_owner

    def emit(self, path: str, interface: str, member: str, signature: str, body: tuple[Any, ...]) -> None:
        assert (path, interface) == (PATH, "com.canonical.dbusmenu")
        assert signature == self.offered.signals[member]
        self.emitted.append((member, body))

    def call(self, member: str, *body: object) -> tuple[Any, ...]:
        return self.offered.methods[member].handler(body, self.reader)

    def sent(self) -> list[tuple[str, tuple[Any, ...]]]:
        """Give what was emitted since the last time."""
        emitted, self.emitted = self.emitted, []
        return emitted


@pytest.fixture
def bus() -> RecordingBus:
    return RecordingBus()


@pytest.fixture
def clicked() -> list[Command]:
    return []


@pytest.fixture
def menu(bus: RecordingBus, clicked: list[Command]) -> DBusMenu:
    return DBusMenu(cast("Bus", bus), PATH, clicked.append)


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


def click(bus: RecordingBus, number: int) -> None:
    assert bus.call("Event", number, "clicked", ("s", ""), 0) == ()


def test_every_kind_of_item_is_worded_as_the_interface_wants(bus: RecordingBus, menu: DBusMenu) -> None:
    menu.show(
        (
            item("plain"),
            item("told", enabled=False),
            separator("line"),
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
    menu.show((item(label),))

    assert list(ids(bus)) == [sent]


def test_an_equal_menu_is_not_sent(bus: RecordingBus, menu: DBusMenu) -> None:
    menu.show((item("a", command=LogIn("a")), item("b", children=(item("c"),))))
    bus.sent()

    menu.show((item("a", command=LogIn("other")), item("b", children=(item("c"),))))

    assert bus.sent() == []


def test_while_the_shape_stays_only_properties_are_sent(bus: RecordingBus, menu: DBusMenu) -> None:
    menu.show((item("a", key="1"), item("sub", children=(item("b", key="b", checked=True), item("c")))))
    before = ids(bus)
    bus.sent()

    menu.show((item("A", key="1"), item("sub", children=(item("b", key="b", checked=False, enabled=False), item("c")))))

    updated = [(before["a"], {"label": ("s", "A")}), (before["b"], {"enabled": ("b", False), "toggle-state": ("i", 0)})]
    assert bus.sent() == [("ItemsPropertiesUpdated", (updated, []))]
    assert list(ids(bus).values()) == list(before.values())


def test_a_line_that_is_gone_is_hidden_in_its_place_and_shown_again_when_it_is_back(
    bus: RecordingBus, menu: DBusMenu
) -> None:
    whole = (item("a"), item("b", command=LogIn("b")), item("c"))
    menu.show(whole)
    before = ids(bus)
    bus.sent()

    menu.show((item("a"), item("c")))
    assert bus.sent() == [("ItemsPropertiesUpdated", ([(before["b"], {"visible": ("b", False)})], []))]
    assert list(ids(bus).values()) == list(before.values())

    menu.show(whole)
    assert bus.sent() == [("ItemsPropertiesUpdated", ([(before["b"], {"visible": ("b", True)})], []))]
    assert ids(bus) == before


def test_whoever_stays_and_changed_is_told_also_when_the_shape_changes(bus: RecordingBus, menu: DBusMenu) -> None:
    menu.show((item("a", key="1"), item("x", children=(item("y", key="2"),))))
    before = ids(bus)
    revision = bus.call("GetLayout", 0, -1, [])[0]
    bus.sent()

    menu.show((item("new"), item("A", key="1"), item("x", children=(item("Y", key="2"), item("z")))))

    updated = [(before["a"], {"label": ("s", "A")}), (before["y"], {"label": ("s", "Y")})]
    assert bus.sent() == [
        ("ItemsPropertiesUpdated", (updated, [])),
        ("LayoutUpdated", (revision + 1, 0)),
        ("LayoutUpdated", (revision + 2, before["x"])),
    ]
    assert bus.call("GetLayout", 0, -1, [])[0] == revision + 2


@pytest.mark.parametrize(
    "other",
    [
        item("a", children=(item("b"),)),
        item("a", checked=True),
        item("a", checked=True, radio=True),
        separator("a"),
    ],
)
def test_what_an_item_is_never_changes_under_its_number(bus: RecordingBus, menu: DBusMenu, other: MenuItem) -> None:
    menu.show((item("a"),))
    number = ids(bus)["a"]
    bus.sent()

    menu.show((other,))

    assert bus.sent() == [
        ("ItemsPropertiesUpdated", ([(number, {"visible": ("b", False)})], [])),
        ("LayoutUpdated", (3, 0)),
    ]
    new, old = (child[1] for child in bus.call("GetLayout", 0, -1, [])[1][2])
    assert old[0] == number != new[0]


def test_what_is_below_a_hidden_submenu_is_not_offered(bus: RecordingBus, menu: DBusMenu) -> None:
    menu.show((item("a", children=(item("b"),)),))
    number = ids(bus)["b"]
    menu.show(())

    assert set(ids(bus)) == {"a"}
    with pytest.raises(CallRefused):
        bus.call("GetLayout", number, -1, [])

    menu.show((item("a", children=(item("b"),)),))
    assert ids(bus)["b"] == number


def test_siblings_that_share_a_key_are_told_apart(bus: RecordingBus, menu: DBusMenu, clicked: list[Command]) -> None:
    menu.show((item("1", key="k", command=LogIn("1")), item("2", key="k", command=LogIn("2"))))
    click(bus, ids(bus)["2"])

    assert clicked == [LogIn("2")]


def test_only_a_click_on_an_item_that_is_there_and_enabled_counts(
    bus: RecordingBus, menu: DBusMenu, clicked: list[Command]
) -> None:
    off, on = item("off", command=LogIn("off"), enabled=False), item("on", command=LogIn("on"))
    submenu = item("more", command=LogIn("more"), children=(item("told"),))
    menu.show((item("gone", command=LogIn("gone")), off, on, submenu, separator("line")))
    numbers = ids(bus)
    menu.show((off, on, submenu, separator("line"), item("new", command=LogIn("new"))))

    for event in ("hovered", "opened", "closed"):
        bus.call("Event", numbers["on"], event, ("s", ""), 0)
    for number in (*(numbers[name] for name in ("gone", "off", "more", "told")), numbers["told"] + 1, 0, 999):
        click(bus, number)
    bus.call("Event", 0, "opened", ("s", ""), 0)
    assert clicked == []

    click(bus, numbers["on"])
    assert clicked == [LogIn("on")]


def test_an_item_that_came_back_takes_the_click_of_an_old_menu(
    bus: RecordingBus, menu: DBusMenu, clicked: list[Command]
) -> None:
    menu.show((item("a", command=LogIn("then")),))
    number = ids(bus)["a"]
    menu.show((item("b"),))
    menu.show((item("b"), item("a", command=LogIn("now"))))

    click(bus, number)

    assert clicked == [LogIn("now")]


def test_a_command_that_fails_is_logged_and_answered(bus: RecordingBus, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_command: Command) -> None:
        raise ZeroDivisionError

    DBusMenu(cast("Bus", bus), PATH, fail).show((item("a", command=OpenPortal("a")),))

    click(bus, ids(bus)["a"])
    assert "ZeroDivisionError" in caplog.text


def test_several_events_at_once_name_those_that_hit_nothing(
    bus: RecordingBus, menu: DBusMenu, clicked: list[Command]
) -> None:
    menu.show((item("a", command=LogOut("a")),))
    number = ids(bus)["a"]

    assert bus.call("EventGroup", [(number, "clicked", ("s", ""), 0), (77, "clicked", ("s", ""), 0)]) == ([77],)
    assert clicked == [LogOut("a")]
    assert bus.call("EventGroup", []) == ([],)
    with pytest.raises(CallRefused):
        bus.call("EventGroup", [(77, "clicked", ("s", ""), 0)])


def test_a_layout_is_cut_at_the_depth_and_to_the_properties_asked_for(bus: RecordingBus, menu: DBusMenu) -> None:
    menu.show((item("a", checked=True, children=(item("b", children=(item("c"),)),)),))
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
    menu.show((item("a"), item("b", enabled=False)))
    numbers = ids(bus)

    assert bus.call("GetProperty", numbers["b"], "enabled") == (("b", False),)
    assert bus.call("GetProperty", numbers["b"], "visible") == (("b", True),)
    assert bus.call("GetProperty", numbers["b"], "toggle-state") == (("i", -1),)
    assert bus.call("GetGroupProperties", [numbers["a"], 999], ["label"]) == ([(numbers["a"], {"label": ("s", "a")})],)
    assert [number for number, _properties in bus.call("GetGroupProperties", [], [])[0]] == [0, *numbers.values()]
    for number, name in ((numbers["a"], "no-such-property"), (999, "label")):
        with pytest.raises(CallRefused):
            bus.call("GetProperty", number, name)


def test_a_host_is_told_to_read_what_it_has_not_read_yet(bus: RecordingBus, menu: DBusMenu) -> None:
    submenu = item("x", children=(item("y", children=(item("z"),)),))
    menu.show((item("a"), submenu))

    assert bus.call("AboutToShow", 0) == (True,)
    numbers = ids(bus)
    everything = [0, *numbers.values(), 999]
    assert bus.call("AboutToShowGroup", everything) == ([], [999])

    # Another host, level by level.
    x, y = numbers["x"], numbers["y"]
    bus.reader = ":1.2"
    bus.call("GetLayout", 0, 1, [])
    assert bus.call("AboutToShowGroup", everything) == ([x, y], [999])
    bus.call("GetLayout", x, 1, [])
    assert bus.call("AboutToShow", x) == (False,)
    assert bus.call("AboutToShow", y) == (True,)
    assert bus.call("AboutToShow", 999) == (False,)

    menu.show((item("a"), item("x", children=(item("new"), *submenu.children))))
    for bus.reader in (":1.1", ":1.2"):
        assert bus.call("AboutToShow", 0) == (False,)
        assert bus.call("AboutToShow", x) == (True,)


def test_the_change_that_plasma_takes_for_the_answer_to_its_question_is_one_more(
    bus: RecordingBus, menu: DBusMenu
) -> None:
    menu.show((item("x", children=(item("y"),)),))
    number = ids(bus)["x"]
    bus.sent()

    bus.call("AboutToShow", number)
    assert bus.sent() == []
    revision, _layout = bus.call("GetLayout", number, 1, [])
    assert bus.sent() == [("LayoutUpdated", (revision, number))]
    bus.call("GetLayout", number, 1, [])
    assert bus.sent() == []


@pytest.mark.parametrize(
    "label", ["a_b", "my_dev__profile", "_x", "__x", "x_", "x__", "_", "__", "a__", "plain", "", "a_b_", "_é_\n_"]
)
def test_gnome_shows_every_underscore(bus: RecordingBus, menu: DBusMenu, label: str) -> None:
    menu.show((item(label, key="k"),))

    bus.reader = ":1.7"
    bus.call("GetLayout", 0, -1, ["type", "children-display"])
    sent = bus.call("GetGroupProperties", [1], [])[0][0][1]["label"][1]
    assert re.sub(r"_([^_])", r"\1", sent, count=1) == label
    assert bus.call("GetProperty", 1, "label")[0][1] == sent
    bus.reader = ":1.8"
    assert bus.call("GetProperty", 1, "label")[0][1] == label.replace("_", "__")


def test_what_is_sent_to_all_is_worded_for_gnome_while_that_is_there(bus: RecordingBus, menu: DBusMenu) -> None:
    def sent(label: str) -> str:
        bus.sent()
        menu.show((item(label, key="k"),))
        return str(bus.sent()[0][1][0][0][1]["label"][1])

    menu.show((item("", key="k"),))
    assert sent("a_b") == "a__b"
    bus.reader = ":1.7"
    bus.call("GetLayout", 0, -1, ["type", "children-display"])
    assert sent("c_d") == "_c_d"
    bus.watched[":1.7"]("")  # as in a sandbox, before anything was heard of it
    assert sent("d_d") == "_d_d"
    bus.watched[":1.7"](":1.7")
    assert sent("e_f") == "_e_f"
    bus.watched[":1.7"]("")
    assert sent("g_h") == "g__h"


def test_a_click_on_something_to_check_tells_how_it_stands(
    bus: RecordingBus, menu: DBusMenu, clicked: list[Command]
) -> None:
    menu.show((item("a", command=LogIn("a"), checked=False, radio=True), item("b", command=LogIn("b"))))
    numbers = ids(bus)
    bus.sent()

    click(bus, numbers["a"])
    assert bus.sent() == [("ItemsPropertiesUpdated", ([(numbers["a"], {"toggle-state": ("i", 0)})], []))]
    click(bus, numbers["b"])
    assert bus.sent() == []
    assert clicked == [LogIn("a"), LogIn("b")]


def test_those_who_look_once_and_go_are_not_remembered(bus: RecordingBus, menu: DBusMenu) -> None:
    menu.show((item("a"),))
    for number in range(1000):
        bus.reader = f":1.{number}"
        bus.call("GetLayout", 0, -1, [])

    assert bus.call("AboutToShow", 0) == (False,)
    bus.reader = ":1.1"
    assert bus.call("AboutToShow", 0) == (True,)
    assert len(menu._readers) < 10


_GTK_READS = ["type", "label", "visible", "enabled", "children-display", "accessible-desc"]
"""What libdbusmenu-gtk asks a layout for (``dbusmenu_client_init``): waybar, Xfce, MATE and Cinnamon."""


class ScreenReader:
    """What a screen reader says of a GTK panel's lines: ``process_a11y_desc``, for a new line and when it is told."""

    def __init__(self, bus: RecordingBus) -> None:
        self.says: dict[int, str] = {}
        for number, properties in self._lines(bus.call("GetLayout", 0, -1, _GTK_READS)[1]):
            self.says[number] = properties["label"][1].replace("_", "")
            self.hear(number, properties)
        for number, properties in bus.call("GetGroupProperties", list(self.says), [])[0]:
            self.hear(number, properties)

    def _lines(self, layout: Any) -> list[tuple[int, dict[str, Any]]]:
        _number, _properties, children = layout
        return [line for _, child in children for line in ((child[0], child[1]), *self._lines(child))]

    def hear(self, number: int, properties: dict[str, Any]) -> None:
        if "accessible-desc" in properties:
            self.says[number] = properties["accessible-desc"][1]


def test_a_screen_reader_says_what_stands_in_the_menu_of_a_gtk_panel(bus: RecordingBus) -> None:
    menu = DBusMenu(cast("Bus", bus), PATH, print)
    menu.show((item("my_sso · signed out", key="status"), item("Log in"), item("More", children=(item("a__b"),))))
    reader = ScreenReader(bus)
    assert list(reader.says.values()) == ["my_sso · signed out", "Log in", "More", "a__b"]
    bus.sent()

    menu.show((item("my_sso · signed in", key="status"), item("Log in"), item("More", children=(item("a__b"),))))
    for member, body in bus.sent():
        assert member == "ItemsPropertiesUpdated"
        for number, properties in body[0]:
            reader.hear(number, properties)

    assert list(reader.says.values()) == ["my_sso · signed in", "Log in", "More", "a__b"]


def test_nobody_else_is_sent_what_a_screen_reader_says(bus: RecordingBus) -> None:
    menu = DBusMenu(cast("Bus", bus), PATH, print)
    menu.show((item("signed out", key="status"),))
    bus.call("GetLayout", 0, -1, [])
    bus.call("GetGroupProperties", [], [])
    bus.sent()

    menu.show((item("signed in", key="status"),))

    assert bus.sent() == [("ItemsPropertiesUpdated", ([(1, {"label": ("s", "signed in")})], []))]
    assert bus.call("GetLayout", 0, -1, ["label"])[1][2][0][1][1] == {"label": ("s", "signed in")}
    assert bus.call("GetProperty", 1, "accessible-desc") == (("s", "signed in"),)
