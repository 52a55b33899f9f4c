"""One program at a time; it ends when it is told to, and leaves nothing behind but its own files."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest
from end_to_end.desktop import SESSION, Desktop, command_line
from support.desk import until

_DOCUMENTED = Path(__file__).parents[2] / "docs" / "architecture.md"


def _files(home: Path) -> set[str]:
    return {str(path.relative_to(home)) for path in home.rglob("*") if not path.is_dir()}


def test_a_second_start_has_the_first_show_its_status_and_ends_well(desktop: Desktop) -> None:
    desktop.plant(seconds=7 * 3600)
    first = desktop.start()
    assert desktop.icon.tooltip
    second = desktop.start()
    assert second.ended() == 0
    assert "already running" in second.errors
    notice = desktop.notices.wait_for_notice(f"{SESSION} · signed in until ")
    assert notice.actions == {}
    assert first.alive
    assert len(desktop.host.icons) == 1
    assert list((desktop.state / "sessions").glob("*.show.note")) == []


def test_a_start_without_a_session_of_its_own_has_the_running_one_show_its_status(desktop: Desktop) -> None:
    desktop.plant(seconds=7 * 3600)
    first = desktop.start()
    assert desktop.icon.tooltip
    second = desktop.start(DBUS_SESSION_BUS_ADDRESS=None, XDG_RUNTIME_DIR=None)
    assert second.ended() == 0
    assert "already running" in second.errors
    desktop.notices.wait_for_notice(f"{SESSION} · signed in until ")
    assert first.alive


def test_a_program_that_was_killed_does_not_keep_the_next_one_from_starting(desktop: Desktop) -> None:
    first = desktop.start()
    assert desktop.icon.tooltip
    first.send(signal.SIGKILL)
    first.ended()
    desktop.host.wait_for(lambda: not desktop.host.icons, "the icon's end")
    desktop.start()
    assert desktop.icon.tooltip == f"{SESSION} · signed out"


@pytest.mark.parametrize("ending", ["Quit", signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_ends_well_while_a_login_runs_and_leaves_no_process(desktop: Desktop, ending: str | signal.Signals) -> None:
    desktop.browser.decide("ignore")
    program = desktop.start()
    desktop.icon.click("Log in")
    until(lambda: desktop.browser.opened)
    login = program.login()
    if isinstance(ending, signal.Signals):
        program.send(ending)
    else:
        desktop.icon.click(ending)
    assert program.ended() == 0
    until(lambda: not command_line(login))
    desktop.host.wait_for(lambda: not desktop.host.icons, "the icon's end")
    assert program.errors == ""


def test_it_takes_its_notices_along_when_it_ends(desktop: Desktop) -> None:
    desktop.plant(seconds=-60)
    program = desktop.start()
    ended = desktop.notices.wait_for_notice("ended")
    program.send(signal.SIGTERM)
    assert program.ended() == 0
    desktop.notices.wait_for_withdrawal(ended.id)


def test_it_leaves_no_files_but_those_that_are_documented(desktop: Desktop) -> None:
    before = _files(desktop.home)
    program = desktop.start()
    desktop.icon.click("Log in")
    desktop.shows("signed in")
    desktop.icon.click("Snooze", "30 minutes")
    desktop.host.wait_for((desktop.state / "state.json").exists, "a memory")
    desktop.icon.click("Quit")
    assert program.ended() == 0
    new = _files(desktop.home) - before
    ours = {name for name in new if name.startswith(".local/state/sso-tray/")}
    cached = {name for name in new if name.startswith(".aws/sso/cache/") and name.endswith(".json")}
    assert len(cached) == 2, "a token and a registration"
    assert new == ours | cached
    kept = [re.sub(r"[0-9a-f]{32,40}", "KEY", name.removeprefix(".local/state/sso-tray/")) for name in ours]
    locks = ["lock", "logins/KEY.lock", "renew/KEY.lock", "sessions/KEY.lock"]
    assert sorted(kept) == sorted([*locks, "log/sso-tray.log", "sign-ins/KEY.json", "state.json"])
    documented = _DOCUMENTED.read_text("utf-8")
    assert [name for name in kept if f"`{name}`" not in documented] == []


def test_xdg_variables_are_honoured(desktop: Desktop, tmp_path: Path) -> None:
    desktop.start(XDG_STATE_HOME=str(tmp_path / "state"), XDG_CONFIG_HOME=str(tmp_path / "config"))
    assert desktop.icon.tooltip
    assert (tmp_path / "state" / "sso-tray" / "lock").exists()
    assert not desktop.state.exists()


def test_a_state_folder_that_cannot_be_used_is_told(desktop: Desktop) -> None:
    desktop.state.parent.mkdir(parents=True)
    desktop.state.write_text("a file in the way")
    program = desktop.start()
    assert program.ended() == 3
    title, hint = program.errors.splitlines()
    assert str(desktop.state) in title
    assert "XDG_STATE_HOME" in hint
