"""Starting at login: the real program, its menu, the system's own entry, and what a desktop would start by it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from end_to_end.desktop import SESSION, Desktop
from support.desk import until
from support.executables import make_program
from support.needs import needs

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="desktop entries are of free desktops")
LABEL = "Start at login"


@pytest.fixture(autouse=True)
def nothing_of_the_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "xdg"))


@pytest.fixture
def entry(home: Path) -> Path:
    return home / ".config" / "autostart" / "io.github.sso_tray.SsoTray.desktop"


def checked(desktop: Desktop) -> bool | None:
    """Tell whether the menu's line has its mark; None while it is not there."""
    lines = [line for line in desktop.icon.menu().children if line.label == LABEL]
    return lines[0].checked if lines else None


def problems(desktop: Desktop) -> list[str]:
    return [line.label for line in desktop.icon.menu().children if line.label.startswith("! ")]


def plant(entry: Path, program: Path | str) -> None:
    entry.parent.mkdir(parents=True, exist_ok=True)
    entry.write_text(f"[Desktop Entry]\nType=Application\nName=SSO Tray\nExec={program} run\n")


def launch(desktop: Desktop, entry: Path) -> None:
    """Start exactly what the entry says, as a desktop does at login."""
    environment = desktop.environment(LC_ALL="C.UTF-8")
    subprocess.run(["gio", "launch", str(entry)], env=environment, check=True, timeout=30)


@pytest.mark.forms("wheel", "bundle")  # its entry names the program as the system sees it that is looked from
def test_a_click_makes_it_start_at_login_and_another_click_no_more(desktop: Desktop, entry: Path) -> None:
    needs("gio", "desktop-file-validate")
    desktop.plant(seconds=7 * 3600)
    first = desktop.start()
    until(lambda: checked(desktop) is False)
    assert desktop.run("autostart", "status").returncode == 1

    desktop.icon.click(LABEL)
    until(lambda: checked(desktop))
    assert subprocess.run(["desktop-file-validate", entry], check=False, timeout=30).returncode == 0
    status = desktop.run("autostart", "status", "--json")
    assert (status.returncode, json.loads(status.stdout)["state"]) == (0, "on")

    launch(desktop, entry)
    desktop.notices.wait_for_notice(f"{SESSION} · signed in until ")
    assert first.alive
    assert len(desktop.host.icons) == 1

    desktop.icon.click("Quit")
    assert first.ended() == 0
    desktop.host.wait_for(lambda: not desktop.host.icons, "the icon's end")
    launch(desktop, entry)
    desktop.shows("signed in until")
    until(lambda: checked(desktop))

    desktop.icon.click(LABEL)
    until(lambda: checked(desktop) is False)
    assert not entry.exists()
    assert desktop.run("autostart", "status").returncode == 1
    desktop.icon.click("Quit")
    desktop.host.wait_for(lambda: not desktop.host.icons, "the icon's end")


def test_what_is_changed_elsewhere_shows_in_the_menu(desktop: Desktop, entry: Path) -> None:
    desktop.start()
    until(lambda: checked(desktop) is False)
    assert desktop.run("autostart", "on").returncode == 0
    until(lambda: checked(desktop))
    entry.write_text(entry.read_text() + "Hidden=true\n")
    until(lambda: checked(desktop) is False)
    entry.unlink()
    assert desktop.run("autostart", "on").returncode == 0
    until(lambda: checked(desktop))
    assert desktop.run("autostart", "off").returncode == 0
    until(lambda: checked(desktop) is False)


def test_an_entry_of_ours_whose_program_has_gone_is_put_right_at_the_start(desktop: Desktop, entry: Path) -> None:
    plant(entry, "/opt/sso-tray-0.0.1/sso-tray")
    assert desktop.run("autostart", "status").returncode == 3
    desktop.start()
    until(lambda: checked(desktop))
    assert "/opt/sso-tray-0.0.1" not in entry.read_text()
    assert problems(desktop) == []
    assert desktop.run("autostart", "status").returncode == 0


def test_an_entry_of_another_installation_is_told_and_a_click_makes_it_this_one(
    desktop: Desktop, entry: Path, tmp_path: Path
) -> None:
    other = make_program(tmp_path / "other" / "sso-tray")
    plant(entry, other)
    before = entry.read_bytes()

    desktop.start()
    until(lambda: problems(desktop))
    (line,) = (line for line in desktop.icon.menu().children if line.label.startswith("! "))
    assert len(line.label) <= 60
    assert str(other) in "".join(inside.label for inside in line.children)
    assert checked(desktop) is False
    assert entry.read_bytes() == before

    desktop.icon.click(LABEL)
    until(lambda: checked(desktop))
    assert problems(desktop) == []


def test_a_place_that_cannot_be_written_to_is_told_in_a_notice(desktop: Desktop, entry: Path) -> None:
    entry.parent.parent.mkdir()
    entry.parent.write_text("a file in the way")
    desktop.start()
    until(lambda: checked(desktop) is False)
    desktop.icon.click(LABEL)
    notice = desktop.notices.wait_for_notice("Starting at login could not be changed")
    assert notice
    assert checked(desktop) is False


def test_the_config_folder_may_have_any_name(desktop: Desktop, tmp_path: Path) -> None:
    config = str(tmp_path / "мои настройки 家")
    desktop.start(XDG_CONFIG_HOME=config)
    until(lambda: checked(desktop) is False)
    desktop.icon.click(LABEL)
    until(lambda: checked(desktop))
    assert [path.suffix for path in Path(config, "autostart").iterdir()] == [".desktop"]
    assert desktop.run("autostart", "status", XDG_CONFIG_HOME=config).returncode == 0


def test_the_demo_neither_offers_it_nor_touches_the_persons_own_entry(desktop: Desktop, entry: Path) -> None:
    plant(entry, "/gone/sso-tray")
    before = (entry.read_bytes(), entry.stat().st_mtime_ns)
    demo = desktop.start_demo()
    desktop.shows("demo · signed out")
    desktop.icon.click("Log in")
    desktop.shows("signed in until")
    assert checked(desktop) is None
    assert problems(desktop) == []
    desktop.icon.click("Quit")
    assert demo.ended() == 0
    assert (entry.read_bytes(), entry.stat().st_mtime_ns) == before
