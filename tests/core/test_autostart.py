"""Whether this program starts at login: judged from the system's own entry."""

from __future__ import annotations

import pytest
from support.build import NOW, snapshot, utc

from tray.core.autostart import Autostart, Standing, judge
from tray.core.command import Do
from tray.core.dataclass import replace
from tray.core.message import Message
from tray.core.settings import Settings
from tray.core.view.render import Scene, render
from tray.core.view.values import View

OURS = ("/opt/sso-tray/sso-tray", "run")
WRAPPER = ("/home/me/bin/start-tray", "--now")


def entry(*command: str) -> Autostart:
    """What the system heeds."""
    return Autostart(Standing.ON, "/home/me/entry", command)


@pytest.mark.parametrize(
    ("command", "there", "own", "standing"),
    [
        (OURS, True, True, Standing.ON),
        (OURS, True, False, Standing.BROKEN),
        (OURS, False, False, Standing.BROKEN),
        (WRAPPER, True, False, Standing.ON),
        (WRAPPER, False, False, Standing.BROKEN),
        ((), False, False, Standing.BROKEN),
    ],
)
def test_what_the_entry_starts_tells_what_the_next_login_does(
    command: tuple[str, ...], there: bool, own: bool, standing: Standing
) -> None:
    found = judge(entry(*command), there=there, own=own)

    assert (found.standing, found.command) == (standing, command)
    assert (found.problem is not None) == (standing is Standing.BROKEN)


@pytest.mark.parametrize("command", [OURS, WRAPPER, ()])
def test_an_entry_that_the_system_does_not_heed_is_off_whatever_it_would_start(command: tuple[str, ...]) -> None:
    off = Autostart(Standing.OFF, "/home/me/entry", command)

    assert judge(off, there=False, own=False) == judge(off, there=True, own=True) == off


@pytest.mark.parametrize(
    ("program", "ours"),
    [
        ("/opt/sso-tray/sso-tray", True),
        ("sso-tray", True),
        ("C:\\Programs\\SSO Tray\\sso-tray-gui.exe", True),
        ("/home/me/SSO_Tray-0.1.0.AppImage", True),
        ("/home/me/sso-tray.sh", False),
        ("/home/me/sso-tray/start", False),
        ("python3", False),
        ("env", False),
    ],
)
def test_only_an_entry_of_ours_whose_program_has_gone_may_be_repaired_unasked(program: str, ours: bool) -> None:
    assert judge(entry(program, "run"), there=False, own=False).outdated is ours
    another = judge(entry(program, "run"), there=True, own=False)
    assert (another.standing, another.outdated) == (Standing.BROKEN if ours else Standing.ON, False)
    assert not judge(entry(program, "run"), there=True, own=True).outdated


def test_what_is_broken_is_told_with_the_program_the_place_and_what_to_do() -> None:
    for there in (True, False):
        problem = judge(entry(*OURS), there=there, own=False).problem
        assert problem is not None
        assert OURS[0] in problem.title
        assert "/home/me/entry" in problem.hint
        assert "sso-tray autostart on" in problem.hint


def test_a_path_cannot_command_the_terminal() -> None:
    odd = Autostart(Standing.ON, "/x\x1b[2J", ("/y\x1b]0;z/sso-tray",))
    for found in (odd, replace(odd, command=())):
        problem = judge(found, there=False, own=False).problem
        assert problem is not None
        assert (problem.title + problem.hint).isprintable()


def menu(autostart: Autostart | None) -> View:
    seen = snapshot()
    return render(Scene(seen, (), Settings(), autostart=autostart), NOW, utc)


def test_the_menu_offers_it_beside_the_settings_once_it_is_known() -> None:
    unknown = [line.label for line in menu(None).menu]
    labels = [line.label for line in menu(Autostart(Standing.OFF)).menu]

    assert "Start at login" not in unknown
    assert labels.index("Settings…") - labels.index("Start at login") == 1


@pytest.mark.parametrize(
    ("standing", "checked", "command"),
    [
        (Standing.ON, True, Do.START_NO_MORE),
        (Standing.OFF, False, Do.START_AT_LOGIN),
        (Standing.BROKEN, False, Do.START_AT_LOGIN),
    ],
)
def test_a_click_changes_it_and_repairs_what_is_broken(standing: Standing, checked: bool, command: object) -> None:
    item = next(line for line in menu(Autostart(standing)).menu if line.label == "Start at login")

    assert (item.checked, item.command, item.radio) == (checked, command, False)


def test_the_menu_tells_what_is_broken() -> None:
    broken = Autostart(Standing.BROKEN, problem=Message("It is broken", "Do this"))
    line = next(line for line in menu(broken).menu if line.label == "! It is broken")

    assert [child.label for child in line.children] == ["Do this"]
