"""
A stand-in for GNOME's extension AppIndicator as a reader of icons, after its ``statusNotifierWatcher.js`` and
``appIndicator.js``, versions 46 and 63.

Its fault is kept: an icon that was registered by a name of its own is shown only where the bus answers whose that name
is before the program has told the item's properties. Here the program is always the first, as a shell that has much to
do makes it at a login.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from support.bus_service import DAEMON
from support.tray_host import ITEM, PROPERTIES, WATCHER, TrayHost
from tray.desktop.linux.bus import Bus, CallRefused, Reply

_NEEDED = ("Id", "Menu")
_ADDRESS = re.compile(r"([a-zA-Z0-9._-]+\.[a-zA-Z0-9.-]+)|(:[0-9]+\.[0-9]+)$")
"""``BUS_ADDRESS_REGEX``: a registration that is no path has to look like this."""


@dataclass
class _Indicator:
    """``AppIndicator``: what it knows of an item."""

    service: str
    name_on_bus: bool
    known: dict[str, Any] = field(default_factory=dict)
    ready: bool = False

    def check_if_ready(self) -> None:
        self.ready = self.name_on_bus and all(self.known.get(name) for name in _NEEDED)


class GnomeTray(TrayHost):
    """
    The stand-in. What it shows is in `shown`.

    Args:
        address: The session bus.
        forgets: Whether it does as versions before 56: what it knows of an item goes when it learns who owns the name
            of that, and cannot be read again. Later ones keep it, and do not look again whether the item is ready.
    """

    def __init__(self, address: str, *, forgets: bool = True) -> None:
        super().__init__(address)
        self._forgets = forgets
        self._indicators: dict[str, _Indicator] = {}

    @property
    def shown(self) -> list[str]:
        """What was registered, of each icon on the panel."""
        return [indicator.service for indicator in list(self._indicators.values()) if indicator.ready]

    def vanish(self) -> None:
        super().vanish()
        self._indicators = {}

    def _register(self, body: tuple[Any, ...], sender: str) -> tuple[()]:
        """``RegisterStatusNotifierItemAsync``."""
        service = body[0]
        super()._register(body, sender)
        if not service.startswith("/") and not _ADDRESS.match(service):
            raise CallRefused("org.gnome.gjs.JSError.ValueError", f"Impossible to register {service}")
        assert self.bus
        bus = self.bus
        if service.startswith(("/", ":")):
            self._begin(bus, service, service if service[0] == ":" else sender, named=False)
        else:
            bus.call(
                *DAEMON,
                "GetNameOwner",
                "s",
                body,
                on_reply=lambda reply: self._begin(bus, service, reply.body[0], named=True),
            )
        return ()

    def _begin(self, bus: Bus, service: str, owner: str, *, named: bool) -> None:
        """``_registerItem`` and ``_setupProxy``: one that is there already is only drawn anew."""
        path = service if service.startswith("/") else "/StatusNotifierItem"
        identity = service if named else f"{owner}@{path}"
        if identity in self._indicators:
            return
        indicator = self._indicators[identity] = _Indicator(service, name_on_bus=not named)

        def on_properties(reply: Reply) -> None:
            indicator.known = {} if reply.error else {name: value for name, (_, value) in reply.body[0].items()}
            indicator.check_if_ready()
            if named:
                bus.call(*DAEMON, "GetNameOwner", "s", (service,), on_reply=lambda _: self._meet_name(identity))
            self.happened()

        bus.call(owner, path, PROPERTIES, "GetAll", "s", (ITEM,), on_reply=on_properties)

    def _meet_name(self, identity: str) -> None:
        """``_nameOwnerChanged``. The real one says "Argument two may not be null" and lets it go a second later."""
        self._indicators[identity].name_on_bus = True
        if self._forgets:
            del self._indicators[identity]
            assert self.bus
            self.bus.emit("/StatusNotifierWatcher", WATCHER, "StatusNotifierItemUnregistered", "s", (identity,))
        self.happened()
