"""The program for Windows on a Windows desktop: what a person sees, clicks and gets."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from support.desk import until
from support.login import operations
from wine.desktop import PROJECT, SESSION, TASKBAR, WindowsDesktop, windows_desktop

from tray import __version__
from tray.core.model import Status

_MENU = [
    "status",
    "Log in",
    "Open access portal",
    "Default profile",
    "Open console",
    "Snooze",
    "Session length",
    "Set up…",
    "Start at login",
    "Settings…",
    "Diagnose…",
    "About",
    "Quit",
]
_SIGNED_IN_MENU = [*_MENU[:5], "Log out", *_MENU[5:]]
_PROFILES = ["dev", "dev-admin", "staging", "prod", "reports", "Find profile…"]


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[WindowsDesktop]:
    with windows_desktop(tmp_path) as started:
        yield started


def _work_area(image: Image.Image) -> Image.Image:
    return image.crop((0, 0, image.width, TASKBAR))


def test_a_person_signs_in_with_a_click_switches_the_default_profile_and_quits(desktop: WindowsDesktop) -> None:
    program = desktop.start()
    desktop.shows(Status.SIGNED_OUT)
    empty = _work_area(desktop.screen.look())

    desktop.click(Status.SIGNED_OUT)
    desktop.shows(Status.SIGNED_IN)
    assert operations(desktop.center)[-1] == "CreateToken/authorization_code"
    assert ImageChops.difference(empty, _work_area(desktop.screen.look())).getbbox() is None, "a window came up"
    assert list((desktop.home / ".aws" / "sso" / "cache").glob("*.json"))

    menu = desktop.open_menu(Status.SIGNED_IN, len(_SIGNED_IN_MENU))
    profiles = desktop.open_submenu(menu, _SIGNED_IN_MENU.index("Default profile"), len(_PROFILES))
    _keep(desktop.screen.look())
    desktop.screen.click(profiles.lines[_PROFILES.index("staging")])
    until(lambda: "444455556666" in desktop.config.partition("[default]")[2].partition("[profile")[0])
    assert "# look, don't touch" in desktop.config

    menu = desktop.open_menu(Status.SIGNED_IN, len(_SIGNED_IN_MENU))
    desktop.screen.click(menu.lines[-1])
    assert program.ended() == 0
    until(desktop.has_no_icon)
    assert [line.rpartition(" ")[2] for line in program.lines] == ["out", "in", "in"], program.text


def _keep(picture: Image.Image) -> None:
    """Keep what the person sees, for whoever wants to look."""
    folder = PROJECT / "dist" / "windows"
    picture.save(folder / "screenshot.png")


def test_every_status_has_its_icon(desktop: WindowsDesktop) -> None:
    desktop.start()
    desktop.shows(Status.SIGNED_OUT)
    desktop.plant(seconds=5 * 3600)
    desktop.shows(Status.SIGNED_IN)
    desktop.plant(seconds=10 * 60)
    desktop.shows(Status.ENDING)
    desktop.plant(seconds=-60)
    desktop.shows(Status.EXPIRED)
    [token] = (desktop.home / ".aws" / "sso" / "cache").glob("*.json")
    token.write_text("{ this is no JSON")
    desktop.shows(Status.UNREADABLE)
    shutil.rmtree(desktop.home / ".aws")
    desktop.shows(Status.NO_CONFIG)


def test_a_login_can_be_cancelled_from_the_menu(desktop: WindowsDesktop) -> None:
    desktop.browser("ignore")
    program = desktop.start()
    desktop.click(Status.SIGNED_OUT)
    desktop.shows(Status.SIGNING_IN)
    until(desktop.visited.exists)
    menu = desktop.open_menu(Status.SIGNING_IN, len(_MENU) + 2)  # and two lines for the page
    desktop.screen.click(menu.lines[_MENU.index("Log in")])
    desktop.shows(Status.SIGNED_OUT)
    menu = desktop.open_menu(Status.SIGNED_OUT, len(_MENU))
    desktop.screen.click(menu.lines[-1])

    assert program.ended() == 0
    assert not list((desktop.home / ".aws" / "sso" / "cache").glob("*[!t].tmp"))


def test_a_second_start_has_the_first_show_its_status(desktop: WindowsDesktop) -> None:
    desktop.plant(seconds=5 * 3600)
    desktop.start()
    desktop.shows(Status.SIGNED_IN)
    empty = _work_area(desktop.screen.look())
    second = desktop.start()

    assert second.ended() == 0
    until(lambda: ImageChops.difference(empty, _work_area(desktop.screen.look())).getbbox(), 20)


def test_an_address_is_followed_whether_or_not_the_program_runs(desktop: WindowsDesktop) -> None:
    desktop.follow_addresses()
    desktop.call(f"sso-tray:log-in/{SESSION}")
    desktop.shows(Status.SIGNED_IN)
    assert operations(desktop.center)[-1] == "CreateToken/authorization_code"
    empty = _work_area(desktop.screen.look())

    shutil.rmtree(desktop.home / ".aws" / "sso" / "cache")
    desktop.shows(Status.SIGNED_OUT)
    desktop.call(f"sso-tray:log-in/{SESSION}")
    desktop.shows(Status.SIGNED_IN)

    desktop.call('sso-tray:log-out/x" logout --all "')
    until(lambda: ImageChops.difference(empty, _work_area(desktop.screen.look())).getbbox(), 20)
    desktop.shows(Status.SIGNED_IN)


def test_the_same_from_the_command_line(desktop: WindowsDesktop) -> None:
    assert desktop.run("--version") == (0, f"sso-tray {__version__}\n")
    assert desktop.run("status", "--json")[0] == 1
    code, said = desktop.run("login", SESSION)
    assert code == 0, said
    code, said = desktop.run("status", "--json")
    assert code == 0
    assert [found["status"] for found in json.loads(said)["sign_ins"]] == ["signed-in"]
    code, said = desktop.run("whoami", "dev", "--json")
    assert code == 0, said
    assert json.loads(said)["account"] == "111122223333"
    code, said = desktop.run("use", "staging")
    assert code == 0, said
    code, said = desktop.run("doctor")
    assert "SSO" in said
