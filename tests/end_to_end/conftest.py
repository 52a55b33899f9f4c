"""The real program on a desktop of its own: nothing leads to the person's session or to AWS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.needs import needs

if TYPE_CHECKING:
    from end_to_end.desktop import Desktop


@pytest.fixture
def desktop(home: Path, tmp_path: Path) -> Iterator[Desktop]:
    """A desktop with a tray, notices, a browser, and a home that is set up but not signed in."""
    needs("dbus-daemon")
    from end_to_end.desktop import Desktop, served
    from support.notification_server import NotificationServer
    from support.session_bus import session_bus
    from support.tray_host import TrayHost

    from tray.demo.center import IdentityCenter

    with (
        session_bus() as bus,
        TrayHost(bus.address) as host,
        NotificationServer(bus.address) as notices,
        IdentityCenter() as center,
        served(Desktop(bus, host, notices, center, home, tmp_path)) as made,
    ):
        yield made
