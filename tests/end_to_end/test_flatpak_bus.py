"""In a Flatpak the bus is filtered: with the permissions of the manifest and no others, all is as on the open bus."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from end_to_end.desktop import Desktop
from support.desk import until
from support.needs import needs
from support.packaging_tools import PACKAGING

MANIFEST = PACKAGING / "flatpak" / "io.github.sso_tray.SsoTray.yaml"


@pytest.fixture
def filtered_bus(desktop: Desktop) -> Iterator[str]:
    """The address by which a program in the sandbox reaches the bus."""
    needs("xdg-dbus-proxy")
    permissions = re.findall(r"^ +- (--talk-name=\S+)$", MANIFEST.read_text("utf-8"), re.MULTILINE)
    with tempfile.TemporaryDirectory() as folder:  # a socket's path may not be long
        socket = Path(folder) / "bus"
        filters = [permission.replace("--talk-name=", "--talk=") for permission in permissions]
        proxy = subprocess.Popen(["xdg-dbus-proxy", desktop.bus.address, str(socket), "--filter", *filters])
        try:
            until(socket.exists)
            yield f"unix:path={socket}"
        finally:
            proxy.terminate()
            proxy.wait(10)


def test_the_icon_its_menu_and_notices_with_buttons_get_through(desktop: Desktop, filtered_bus: str) -> None:
    desktop.plant(seconds=600)
    program = desktop.start(DBUS_SESSION_BUS_ADDRESS=filtered_bus)

    assert desktop.icon.service.startswith(":")  # no name may be owned there
    ends = desktop.notices.wait_for_notice("ends")
    desktop.notices.press(ends.id, "Log in")
    desktop.shows("signed in")
    desktop.notices.wait_for_withdrawal(ends.id)

    desktop.icon.click("Quit")
    assert program.ended() == 0
