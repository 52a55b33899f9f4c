"""Whatever happens in a day: what a person sees in GNOME's menu, and in Plasma's, is what is offered."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from support.examples import examples
from support.gnome_menu import GnomeMenu
from support.menu_host import Line, MenuHost, Seen, offered
from support.menu_wires import MenuWithoutBus
from support.menu_world import CHANGES, Change, World
from support.plasma_menu import PlasmaMenu

from tray.desktop.linux import menu_tree

HOSTS = ("gnome 46", "gnome 63", "plasma")


def host_of(name: str, menu: MenuWithoutBus, unique_name: str) -> MenuHost:
    wire = menu.wire(unique_name)
    return PlasmaMenu(wire) if name == "plasma" else GnomeMenu(wire, notes_while_closed=name == "gnome 63")


def as_far_as_open(truth: tuple[Seen, ...], seen: tuple[Seen, ...]) -> tuple[Seen, ...]:
    """Leave out of the truth what stands in submenus that are closed."""
    if len(truth) != len(seen):
        return truth
    return tuple(
        line._replace(lines=None if there.lines is None else as_far_as_open(line.lines or (), there.lines))
        for line, there in zip(truth, seen, strict=True)
    )


class Days(RuleBasedStateMachine):
    """
    One menu for each kind of host, and two people at each: one looks through all of it after every step, the other
    opens what comes to mind, leaves it open, clicks, or looks away.
    """

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.world = World()
        self.menus = {name: MenuWithoutBus() for name in HOSTS}
        self.items = self.world.menu()
        for menu in self.menus.values():
            menu.show(self.items)
        self.watchful = {name: host_of(name, menu, ":1.1") for name, menu in self.menus.items()}
        self.idle = {name: host_of(name, menu, ":1.2") for name, menu in self.menus.items()}

    @initialize(most=st.sampled_from([0, menu_tree.MOST_HIDDEN]))
    def so_many_lines_may_be_hidden(self, most: int) -> None:
        """With few, submenus are often numbered anew."""
        self.patch.setattr(menu_tree, "MOST_HIDDEN", most)

    @rule(changes=st.lists(CHANGES, min_size=1, max_size=4))
    def something_happens(self, changes: list[Change]) -> None:
        """The hosts follow when all of it has happened: they may be busy."""
        for change in changes:
            change(self.world)
            self.items = self.world.menu()
            for menu in self.menus.values():
                menu.show(self.items)
        for host in (*self.watchful.values(), *self.idle.values()):
            host.follow()

    @rule(name=st.sampled_from(HOSTS), places=st.lists(st.integers(0, 9), max_size=3))
    def a_submenu_is_left_open(self, name: str, places: list[int]) -> None:
        host = self.idle[name]
        parent = host.root
        for place in (None, *places):
            lines = [line for line in host.shown(parent) if line.submenu] if place is not None else [parent]
            if not lines:
                return
            parent = lines[(place or 0) % len(lines)]
            if not parent.open:
                for other in parent.above.lines if parent.above else ():
                    host.close(other)
                host.open(parent)
                parent = host.find(parent.number)

    @rule(name=st.sampled_from(HOSTS))
    def the_menu_is_closed(self, name: str) -> None:
        self.idle[name].close(self.idle[name].root)

    @rule(name=st.sampled_from(HOSTS), place=st.integers(0, 60))
    def a_line_is_clicked_and_nothing_comes_of_it(self, name: str, place: int) -> None:
        host = self.idle[name]
        lines = [line for line in open_lines(host, host.root) if line.enabled and not line.submenu]
        if lines:
            host.click(lines[place % len(lines)])

    @invariant()
    def what_is_seen_is_what_is_offered(self) -> None:
        for name in HOSTS:
            truth = offered(self.items, self.idle[name].marks)
            if self.idle[name].root.open:
                seen = self.idle[name].seen()
                assert seen == as_far_as_open(truth, seen), name
            assert self.watchful[name].look_through() == truth, name

    def teardown(self) -> None:
        self.patch.undo()
        for name, host in self.idle.items():
            host.close(host.root)
            assert host.look_through() == offered(self.items, host.marks), name


def open_lines(host: MenuHost, parent: Line) -> list[Line]:
    if not parent.open:
        return []
    return [found for line in host.shown(parent) for found in (line, *open_lines(host, line)) if not found.separator]


TestDays = Days.TestCase
# Without shrinking, which takes minutes here: a failure names all steps, and a few of them soon stand out.
TestDays.settings = examples(
    40,
    stateful_step_count=50,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
