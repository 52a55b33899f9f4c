"""Whether this program starts at login: judged from the system's own entry."""

from __future__ import annotations

import pytest
from support.build import NOW, snapshot, utc

from tray.core.autostart import Autostart, Entry, Standing, Target, judge, names_us
from tray.core.autostart_menu import autostart_item
from tray.core.command import StartAtLogin, StartNoMore
from tray.core.model import Problem, Settings
from tray.core.surface import View
from tray.core.view import Scene, render

OURS = ("/opt/sso-tray/sso-tray", "run")
WRAPPER = ("/home/me/bin/start-tray", "--now")


@pytest.mark.parametrize(
    ("entry", "target", "standing"),
    [
        (None, Target.GONE, Standing.OFF),
        (Entry("place", OURS), Target.OWN, Standing.ON),
        (Entry("place", OURS), Target.OTHER, Standing.BROKEN),
        (Entry("place", OURS), Target.GONE, Standing.BROKEN),
        (Entry("place", WRAPPER), Target.OTHER, Standing.ON),
        (Entry("place", WRAPPER), Target.GONE, Standing.BROKEN),
        (Entry("place", OURS, enabled=False), Target.OWN, Standing.OFF),
        (Entry("place", OURS, enabled=False), Target.GONE, Standing.OFF),
        (Entry("place", complaint="it is not UTF-8 text"), Target.GONE, Standing.BROKEN),
    ],
)
def test_the_entry_tells_what_the_next_login_does(entry: Entry | None, target: Target, standing: Standing) -> None:
    found = judge(entry, target)

    assert found.standing is standing
    assert (found.problem is not None) == (standing is Standing.BROKEN)


@pytest.mark.parametrize(
    ("entry", "target", "mendable"),
    [
        (Entry("place", OURS), Target.GONE, True),
        (Entry("place", ("/venv/bin/python", "-P", "-m", "tray", "run")), Target.GONE, True),
        (Entry("place", OURS), Target.OTHER, False),
        (Entry("place", WRAPPER), Target.GONE, False),
        (Entry("place", complaint="it names no program"), Target.GONE, False),
    ],
)
def test_only_an_entry_of_ours_whose_program_has_gone_may_be_put_right_unasked(
    entry: Entry, target: Target, mendable: bool
) -> None:
    assert judge(entry, target).mendable is mendable


def test_what_is_broken_is_told_with_the_program_the_place_and_what_to_do() -> None:
    for target in (Target.GONE, Target.OTHER):
        problem = judge(Entry("/home/me/entry", OURS), target).problem
        assert problem is not None
        assert OURS[0] in problem.title
        assert "/home/me/entry" in problem.hint
        assert "sso-tray autostart on" in problem.hint


def test_a_path_cannot_command_the_terminal() -> None:
    problem = judge(Entry("/x\x1b[2J", ("/y\x1b]0;z/sso-tray",)), Target.GONE).problem

    assert problem is not None
    assert (problem.title + problem.hint).isprintable()


@pytest.mark.parametrize(
    ("command", "ours"),
    [
        (OURS, True),
        (("C:\\Programs\\SSO Tray\\sso-tray-gui.exe", "run"), True),
        (("/home/me/SSO_Tray-0.1.0.AppImage",), True),
        (("python3", "-P", "-m", "tray", "run"), True),
        (("python3", "-m", "traylib"), False),
        (("sh", "-c", "sleep 5; sso-tray"), False),
        (("env", "AWS_PROFILE=dev", "sso-tray"), False),
        ((), False),
    ],
)
def test_commands_of_ours_are_told_from_wrappers(command: tuple[str, ...], ours: bool) -> None:
    assert names_us(command) is ours


def menu(autostart: Autostart | None) -> View:
    seen = snapshot()
    return render(Scene(seen, (), Settings(), autostart=autostart), NOW, utc)


def test_the_menu_offers_it_beside_the_settings_once_it_is_known() -> None:
    unknown = [entry.label for entry in menu(None).menu]
    labels = [entry.label for entry in menu(Autostart(Standing.OFF)).menu]

    assert "Start at login" not in unknown
    assert labels.index("Settings…") - labels.index("Start at login") == 1


@pytest.mark.parametrize(
    ("standing", "checked", "command"),
    [
        (Standing.ON, True, StartNoMore()),
        (Standing.OFF, False, StartAtLogin()),
        (Standing.BROKEN, False, StartAtLogin()),
    ],
)
def test_a_click_changes_it_and_puts_right_what_is_broken(standing: Standing, checked: bool, command: object) -> None:
    (item,) = autostart_item(Autostart(standing))

    assert (item.checked, item.command, item.radio) == (checked, command, False)


def test_the_menu_tells_what_is_broken() -> None:
    broken = Autostart(Standing.BROKEN, problem=Problem("It is broken", "Do this"))
    line = next(entry for entry in menu(broken).menu if entry.label == "! It is broken")

    assert [child.label for child in line.children] == ["Do this"]
