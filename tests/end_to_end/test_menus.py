"""The menu as GNOME and Plasma read it, over a real bus: a login, a switch, its undoing, and a logout."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from end_to_end.desktop import Desktop
from support.gnome_menu import GnomeMenu
from support.menu_host import SEPARATOR, MenuHost, Seen
from support.menu_wires import BusWire
from support.plasma_menu import PlasmaMenu
from support.tray_host import MenuLine

pytestmark = pytest.mark.long


@pytest.fixture
def hosts(desktop: Desktop) -> Iterator[list[MenuHost]]:
    """Have a program read by both hosts, GNOME's in its two ways."""
    desktop.start()
    with ExitStack() as stack:
        icon = desktop.icon
        wires = [
            stack.enter_context(BusWire(desktop.bus.address, icon.service, icon.read("Menu"))) for _host in range(3)
        ]
        yield [
            PlasmaMenu(wires[0]),
            GnomeMenu(wires[1], notes_while_closed=False),
            GnomeMenu(wires[2], notes_while_closed=True),
        ]


def _truth(lines: tuple[MenuLine, ...], host: MenuHost) -> tuple[Seen, ...]:
    """Give what a person should see of a menu that was read anew."""
    return tuple(
        SEPARATOR
        if line.separator
        else Seen(
            line.label,
            line.enabled,
            "" if line.checked is None else host.marks[line.radio, line.checked],
            _truth(line.children, host),
        )
        for line in lines
    )


def _everybody_sees(desktop: Desktop, hosts: list[MenuHost], what: str, *labels: str) -> None:
    """Wait for a line, and see that each host shows the whole menu as it is offered then."""

    def equal() -> bool:
        menu = desktop.icon.menu()
        for host in hosts:
            host.follow()
        seen = [host.look_through() for host in hosts]
        return all(lines == _truth(menu.children, host) for lines, host in zip(seen, hosts, strict=True))

    desktop.host.wait_for(lambda: _is_there(desktop.icon.menu(), labels), what)
    desktop.host.wait_for(equal, f"all hosts to show {what}")


def _is_there(menu: MenuLine, labels: tuple[str, ...]) -> bool:
    try:
        menu.find(*labels)
    except AssertionError:
        return False
    return True


def _click(host: MenuHost, *labels: str) -> None:
    """Open what leads to a line, and click it."""
    parent = host.root
    for label in labels:
        host.open(parent)
        parent = next(
            line for line in host.shown(host.find(parent.number)) if label in {line.label, line.label.partition(":")[0]}
        )
    host.click(parent)


def test_gnome_and_plasma_show_what_is_offered_all_day(desktop: Desktop, hosts: list[MenuHost]) -> None:
    plasma, gnome, _newer = hosts
    _everybody_sees(desktop, hosts, "a menu of somebody who is signed out", "my-sso · signed out")

    _click(gnome, "Log in")
    _everybody_sees(desktop, hosts, "the login's end", "Log in again")

    _click(plasma, "Default profile", "prod")
    _everybody_sees(desktop, hosts, "the way back", "Default profile", "Undo")
    _click(plasma, "Default profile", "Undo last switch")
    desktop.host.wait_for(lambda: desktop.icon.menu().find("Default profile", "dev").checked, "the old profile")
    _everybody_sees(desktop, hosts, "the old profile", "Default profile", "dev")

    _click(gnome, "Log out", "my-sso")
    _everybody_sees(desktop, hosts, "a menu of somebody who is signed out", "my-sso · signed out")
