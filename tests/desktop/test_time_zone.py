"""A traveller's machine moves to another zone; local times follow without a new start."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from support.needs import linux, needs, posix, superuser

from tray.desktop import time_zone

AT = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def same_zone_afterwards() -> Iterator[None]:
    yield
    if hasattr(time, "tzset"):
        time.tzset()


@posix
def test_local_times_are_those_of_the_zone_of_this_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "XXX-9")
    time_zone.follow()
    assert f"{AT.astimezone():%H:%M}" == "21:00"

    monkeypatch.setenv("TZ", "YYY5")
    time_zone.follow()
    assert f"{AT.astimezone():%H:%M}" == "07:00"
    monkeypatch.undo()


@posix
@pytest.mark.parametrize("value", [":/etc/localtime", "/etc/localtime"])
def test_a_variable_that_names_the_machines_zone_does_not_hold_it_fast(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("TZ", value)

    time_zone.follow()

    assert "TZ" not in os.environ


def test_on_no_system_anything_breaks() -> None:
    before = AT.astimezone()

    time_zone.follow()

    assert AT.astimezone() == before


@linux
@superuser
def test_the_machines_zone_file_is_looked_at_again() -> None:
    """In a mount namespace of its own: the file of this machine stays as it is."""
    needs("unshare", "mount")
    zones = [f"/usr/share/zoneinfo/{name}" for name in ("Asia/Tokyo", "America/Bogota")]
    if not all(map(os.path.exists, [*zones, "/etc/localtime"])):
        pytest.skip("this machine knows no zones")
    moves = (
        "import subprocess\nfrom datetime import UTC, datetime\nfrom tray.desktop import time_zone\n"
        f"for zone in {zones!r}:\n"
        "    subprocess.run(['mount', '--bind', zone, '/etc/localtime'], check=True)\n"
        "    time_zone.follow()\n"
        "    print(f'{datetime(2026, 1, 15, 12, tzinfo=UTC).astimezone():%H:%M}')\n"
    )
    told = subprocess.run(
        ["unshare", "--mount", sys.executable, "-c", moves],
        env={**os.environ, "TZ": ":/etc/localtime"},
        capture_output=True,
        text=True,
        check=False,
    )
    if "unshare" in told.stderr:
        pytest.skip("this account may not make a mount namespace")
    assert told.stdout.split() == ["21:00", "07:00"], told.stderr
