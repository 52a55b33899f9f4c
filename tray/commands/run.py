"""``sso-tray run``: the tray icon."""

from __future__ import annotations

import logging
import os
import queue
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tray import __version__, logs
from tray.actions import Actions
from tray.app import App
from tray.core import text
from tray.core.command import Quit
from tray.core.errors import ConfigProblem
from tray.core.model import Problem
from tray.core.surface import View
from tray.desktop import notify, theme, trayicon
from tray.desktop.ending import follow_ending
from tray.desktop.trayicon import TrayIcon
from tray.disk import lock
from tray.events import Inbox, Refresh, Woke
from tray.installation import own_command
from tray.paths import Paths, find_paths
from tray.sources import Reader

if TYPE_CHECKING:
    import argparse

    from tray.at_login import AtLogin
    from tray.desktop.bus import Bus

log = logging.getLogger(__name__)


def run(args: argparse.Namespace) -> int:
    """
    Show the tray icon until the person quits; a second start makes the first one show its status.

    Raises:
        ConfigProblem: The state folder cannot be used.
    """
    paths = find_paths()
    try:
        held = lock.acquire(paths.lock_file)
        if held is None:
            paths.show_request.touch()
            print(text.ALREADY_RUNNING, file=sys.stderr)
            return 0
        held.name_holder()
    except OSError as error:
        raise ConfigProblem(*text.state_folder_unusable(str(paths.state), error.strerror or "")) from error
    logs.configure(paths.log_file, verbose=args.verbose)
    log.info("SSO Tray %s starts", __version__)
    try:
        _serve(paths, tell_changes=args.foreground_status, demo=args.demo)
    finally:
        held.release()
    log.info("SSO Tray ends")
    return 0


def _serve(paths: Paths, *, tell_changes: bool, demo: bool) -> None:
    """Wire the loop to the desktop, and serve the icon on this thread."""
    bus = _session_bus()
    inbox: Inbox = queue.SimpleQueue()
    look = theme.follow(bus, lambda: inbox.put(Refresh()))
    icon = trayicon.create(inbox.put, on_host=_say_whether_shown, bus=bus)
    app = App(
        inbox=inbox,
        reader=Reader(paths),
        notifier=notify.create(inbox.put, bus, icon.balloon),
        actions=Actions(paths, os.environ, _open_url, _open_file),
        environ=os.environ,
        program=own_command(),
        panel=lambda: look("auto"),
        now=lambda: datetime.now(UTC),
        local=lambda at: at.astimezone(),
        on_view=_Teller() if tell_changes else lambda _view: None,
    )
    follow_ending(lambda: inbox.put(Quit()))
    app.attach(icon)
    icon.run(lambda: threading.Thread(target=_loop, args=(app, icon, inbox, paths, demo), name="loop").start())


def _loop(app: App, icon: TrayIcon, inbox: Inbox, paths: Paths, demo: bool) -> None:
    """Run the loop beside the icon; what changed before the watching began is seen by the first pass."""
    # Not needed before the icon is up.
    from tray.desktop.wake import follow_wake
    from tray.desktop.watch import Watcher

    at_login = None if demo else _at_login(inbox, paths)
    entries = at_login.files if at_login else ()

    def changed(path: Path | None) -> None:
        if at_login and (path is None or path in entries):
            at_login.look()
        inbox.put(Refresh())

    def look_around() -> None:
        watcher.check()
        if at_login and not entries:
            at_login.look()

    watcher = Watcher(
        (paths.aws_config, paths.aws_credentials, paths.settings_file, paths.show_request, *entries),
        (paths.sso_cache, paths.login_cache, paths.sign_in_records, paths.logins),
        changed,
        is_relevant=lambda path: path.suffix == ".json",
    )
    follower = follow_wake(lambda: inbox.put(Woke()))
    inbox.put(Refresh())
    if at_login:
        at_login.begin()
    try:
        app.run(look_around, at_login)
    finally:
        watcher.close()
        if follower is not None:
            follower.close()
        icon.stop()


def _at_login(inbox: Inbox, paths: Paths) -> AtLogin | None:
    from tray.at_login import AtLogin  # not needed before the icon is up
    from tray.desktop.autostart import open_login_start

    try:
        return AtLogin(open_login_start(paths.state), inbox.put)
    except Exception:
        log.exception("The start at login is not offered")
        return None


def _open_url(url: str, command: str) -> bool:
    from tray.desktop.browser import open_url  # not needed before the icon is up

    return open_url(url, command)


def _open_file(path: Path) -> bool:
    from tray.desktop.browser import open_file  # not needed before the icon is up

    return open_file(path)


def _session_bus() -> Bus | None:
    """Connect to the session bus of a Linux desktop; None on other systems and without a session."""
    if sys.platform != "linux":
        return None
    from tray.desktop.bus import Bus, BusUnavailable  # its library exists for this system only

    try:
        return Bus.connect()
    except BusUnavailable as error:
        log.warning("No session bus: %s", error)
        _warn(text.NO_SESSION_BUS)
        return None


def _say_whether_shown(shown: bool) -> None:
    if shown:
        log.info("The tray shows the icon")
    else:
        log.warning("No tray shows the icon")
        _warn(text.NO_TRAY)


def _warn(problem: Problem) -> None:
    print(*problem, sep="\n", file=sys.stderr, flush=True)


class _Teller:
    """Prints a line for each change that a person would see on the icon; the menu may change more often."""

    def __init__(self) -> None:
        self._told = ""

    def __call__(self, view: View) -> None:
        if view.tooltip != self._told:
            self._told = view.tooltip
            print(view.tooltip, flush=True)
