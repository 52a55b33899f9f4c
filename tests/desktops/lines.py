"""A menu in plain values: as a host shows it, and as the program offers it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from tray.desktop.linux.bus import Bus

_MENU = "com.canonical.dbusmenu"
_ALIKE = 0.9
"""How alike two texts must be: letters that are read wrongly differ less, "signed in" and "signed out" more."""


class Line(NamedTuple):
    """A line of a menu; separators are left out, since hosts merge them as they like."""

    label: str
    enabled: bool = True
    checked: bool = False
    children: tuple[Line, ...] = ()

    def walk(self, *above: str) -> Iterator[tuple[tuple[str, ...], Line]]:
        """Give this line and all below it, each with the labels on the way to it."""
        way = (*above, self.label)
        yield way, self
        for child in self.children:
            yield from child.walk(*way)


Menu = tuple[Line, ...]


def key(label: str) -> str:
    """Give what is compared of a label: its letters and figures."""
    return re.sub(r"[\W_]+", "", label.casefold())


def alike(one: str, other: str) -> bool:
    """Tell whether two texts are the same but for what is easily read wrongly."""
    return likeness(one, other) >= _ALIKE


def likeness(one: str, other: str) -> float:
    """Tell how alike two texts are, from 0 to 1."""
    return difflib.SequenceMatcher(None, key(one), key(other)).ratio()


def find(menu: Menu, *labels: str) -> Line | None:
    """Find a line by the labels on the way to it; each may be given by how it begins."""
    found = next((line for line in menu if line.label == labels[0]), None)
    found = found or next((line for line in menu if key(line.label).startswith(key(labels[0]))), None)
    return found if found is None or len(labels) == 1 else find(found.children, *labels[1:])


def differences(shown: Menu, offered: Menu, *above: str, roughly: bool = False) -> list[str]:
    """
    Say in words where what a person sees is not what the program offers.

    Args:
        shown: As a person sees it.
        offered: By the program.
        above: The labels on the way to these lines.
        roughly: Whether labels were read from a picture, and may be so only as well as that can be done.
    """

    def same(one: str, other: str) -> bool:
        return one == other or (roughly and alike(one, other))

    where = " > ".join(above) or "the menu"
    found = []
    pairs = list(zip(shown, offered, strict=False))
    if len(shown) != len(offered) or not all(same(line.label, meant.label) for line, meant in pairs):
        found.append(f"{where} shows {_listed(shown)} in place of {_listed(offered)}")
        by_label = [(line, next((other for other in offered if same(line.label, other.label)), None)) for line in shown]
        pairs = [(line, meant) for line, meant in by_label if meant]
    for line, meant in pairs:
        if line.checked != meant.checked:
            found.append(f"{where} > {line.label} is {'' if line.checked else 'not '}checked")
        if line.enabled != meant.enabled:
            found.append(f"{where} > {line.label} is {'' if line.enabled else 'not '}enabled")
        found += differences(line.children, meant.children, *above, line.label, roughly=roughly)
    return found


def _labels(menu: Menu) -> list[str]:
    return [line.label for line in menu]


def _listed(menu: Menu) -> str:
    labels = _labels(menu)
    return str(labels if len(labels) <= 16 else [*labels[:16], f"and {len(labels) - 16} more"])


def offered(bus: Bus, service: str) -> Menu:
    """
    Read the menu that the program offers, as a host that reads all of it at once.

    Ask only after the real host has read what it wants: the program may keep account of what was read.
    """
    reply = bus.call_and_wait(service, "/MenuBar", _MENU, "GetLayout", "iias", (0, -1, []), timeout=10)
    assert not reply.error, reply.error
    return _lines(reply.body[1][2])


def _lines(children: list[tuple[str, Any]]) -> Menu:
    found = []
    for _signature, (_number, variants, below) in children:
        properties = {name: value for name, (_kind, value) in variants.items()}
        if properties.get("type") == "separator" or not properties.get("visible", True):
            continue
        # Of "__" a person sees "_", of "_x" an underlined x; GNOME is given names in a form of its own.
        label = re.sub("_(.?)", r"\1", properties.get("label", ""))
        checked = bool(properties.get("toggle-type")) and properties.get("toggle-state") == 1
        found.append(Line(label, properties.get("enabled", True), checked, _lines(below)))
    return tuple(found)
