"""A day of a person and a desktop, compressed: all that happens to a tray, in a quarter of a minute."""

from __future__ import annotations

from end_to_end.desktop import SESSION, Desktop
from support.desk import until
from support.login import operations

RENEWAL = "CreateToken/refresh_token"
TOKEN_SECONDS = 5
SESSION_SECONDS = 14.0


def live(desktop: Desktop, number: int) -> None:
    """
    Live through a day, from the first login to the last logout. Each step is waited for, not slept through.

    Args:
        desktop: With a tray that runs and is signed out.
        number: Of the day; some things happen on some days alone.
    """
    desktop.center.knobs.token_seconds = TOKEN_SECONDS
    desktop.center.knobs.session_seconds = SESSION_SECONDS
    renewed = operations(desktop.center).count(RENEWAL)
    desktop.icon.click("Log in")
    desktop.shows("signed in")
    _switch(desktop, "staging" if number % 2 else "prod")
    _edit(desktop, number)
    until(lambda: operations(desktop.center).count(RENEWAL) > renewed)
    _panel_crashes(desktop)
    if number % 3 == 0:
        _network_goes(desktop)
    ended = _ended(desktop)
    desktop.notices.wait_for(lambda: _ended(desktop) > ended, "the notice of the end", seconds=40)
    desktop.shows("expired")
    desktop.center.knobs.session_seconds = 600
    notice = [notice for notice in desktop.notices.notices if "ended" in notice.title][-1]
    desktop.notices.press(notice.id, "Log in")
    desktop.shows("signed in")
    for command in (("status",), ("profiles",), ("renew", SESSION), ("use", "dev")):
        desktop.run(*command)
    desktop.icon.click("Log out", SESSION)
    desktop.shows("signed out")
    assert _ended(desktop) == ended + 1, "one end, one notice"


def _ended(desktop: Desktop) -> int:
    return sum("has ended" in notice.title for notice in desktop.notices.notices)


def _switch(desktop: Desktop, profile: str) -> None:
    """Choose another default profile in the menu, and wait until the menu says so."""
    desktop.icon.click("Default profile", profile)

    def chosen() -> bool:
        return any(line.checked and line.label == profile for line in desktop.icon.menu().walk())

    desktop.host.wait_for(chosen, f"the mark at {profile}")


def _edit(desktop: Desktop, number: int) -> None:
    """Write settings and config as an editor does, several times in a row."""
    for minutes in range(2, 12):
        desktop.settings(f"[notify]\nlead_minutes = [{minutes / 60}]\n# day {number}\n")
        text = desktop.config.read_text("utf-8")
        staged = desktop.config.with_name("config.editor")
        staged.write_text(text.partition("\n# day")[0].rstrip("\n") + f"\n# day {number}.{minutes}\n", "utf-8")
        staged.replace(desktop.config)


def _panel_crashes(desktop: Desktop) -> None:
    """Have panel and notification server gone and back, the server with a list that is empty."""
    desktop.host.vanish()
    desktop.notices.vanish()
    desktop.notices.appear()
    desktop.host.appear()
    assert SESSION in desktop.icon.tooltip


def _network_goes(desktop: Desktop) -> None:
    desktop.center.stop()
    desktop.run("renew", SESSION)
    desktop.center.start()
