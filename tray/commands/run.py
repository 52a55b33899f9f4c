"""``sso-tray run``: the tray icon."""

from __future__ import annotations

import logging
import os
import queue
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tray import __version__, logs
from tray.core.command import Do
from tray.core.errors import ConfigProblem
from tray.core.view.values import View
from tray.core.words import files as files_words
from tray.core.words import terminal as terminal_words
from tray.core.words.times import local_time
from tray.desktop import notify, system_events, trayicon
from tray.desktop.trayicon import TrayIcon
from tray.disk import lock
from tray.installation import own_command
from tray.paths import Paths, find_paths
from tray.resident.autostart import AutostartErrands
from tray.resident.errands import Errands
from tray.resident.hands import Hands
from tray.resident.inbox import Inbox, Refresh
from tray.resident.jobs_in_flight import JobsInFlight
from tray.resident.loop import Loop
from tray.resident.reader import Reader
from tray.resident.reading import Reading
from tray.resident.watching import Watching

if TYPE_CHECKING:
    import argparse

    from tray.desktop.autostart import LoginStart
    from tray.desktop.linux.bus import Bus

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
            print(terminal_words.ALREADY_RUNNING(), file=sys.stderr)
            return 0
        held.name_holder()
    except OSError as error:
        raise ConfigProblem(
            files_words.STATE_FOLDER_UNUSABLE(folder=paths.state, reason=error.strerror or "")
        ) from error
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
    errands = Errands()
    icon = trayicon.create(inbox.put, on_host=_say_whether_shown, bus=bus)
    loop = Loop(
        inbox=inbox,
        reading=Reading(Reader(paths), inbox.put, errands, _now, time.monotonic),
        hands=Hands(paths, os.environ, errands, inbox.put, _open_url, _open_file),
        jobs=JobsInFlight(inbox.put, os.environ, own_command()),
        notifier=notify.create(inbox.put, bus, icon.balloon),
        panel=system_events.follow_panel(bus, lambda: inbox.put(Refresh())),
        now=_now,
        local=local_time,
        monotonic=time.monotonic,
        on_view=_Teller() if tell_changes else lambda _view: None,
    )
    system_events.follow_ending(lambda: inbox.put(Do.QUIT))
    loop.begin(icon)
    at_login = None if demo else AutostartErrands(lambda: _open_login_start(paths), inbox.put, errands)
    watching = Watching(inbox, paths, errands, at_login)
    icon.run(lambda: threading.Thread(target=_loop, args=(loop, icon, watching, at_login), name="loop").start())


def _loop(loop: Loop, icon: TrayIcon, watching: Watching, at_login: AutostartErrands | None) -> None:
    """Run the loop beside the icon."""
    watching.begin()
    try:
        loop.run(watching.look_around, at_login)
    finally:
        watching.close()
        icon.stop()


def _now() -> datetime:
    return datetime.now(UTC)


def _open_login_start(paths: Paths) -> LoginStart:
    from tray.desktop.autostart import open_login_start  # not needed before the icon is up

    return open_login_start(paths.state)


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
    from tray.desktop.linux.bus import Bus, BusUnavailable  # its library exists for this system only

    try:
        return Bus.connect()
    except BusUnavailable as error:
        log.warning("No session bus: %s", error)
        print(terminal_words.NO_SESSION_BUS(), file=sys.stderr, flush=True)
        return None


def _say_whether_shown(shown: bool) -> None:
    if shown:
        log.info("The tray shows the icon")
    else:
        log.warning("No tray shows the icon")
        print(terminal_words.NO_TRAY(), file=sys.stderr, flush=True)


class _Teller:
    """Prints a line for each change that a person would see on the icon; the menu may change more often."""

    def __init__(self) -> None:
        self._told = ""

    def __call__(self, view: View) -> None:
        if view.tooltip != self._told:
            self._told = view.tooltip
            print(view.tooltip, flush=True)
