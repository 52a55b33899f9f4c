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

from tray import __version__, languages, logs
from tray.core.command import ACTIVATION, Do
from tray.core.errors import ConfigProblem
from tray.core.settings import Settings
from tray.core.view.values import Delivery, Reachable, View
from tray.core.words import files as files_words
from tray.core.words import terminal as terminal_words
from tray.core.words.times import local_time
from tray.desktop import notify, system_events, trayicon
from tray.desktop.presence import Presence, follow_presence
from tray.desktop.trayicon import TrayIcon
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
from tray.resident.seat import Seat, sit_down
from tray.resident.watching import Watching

if TYPE_CHECKING:
    import argparse

    from tray.desktop.autostart import LoginStart
    from tray.desktop.linux.bus import Bus
    from tray.desktop.notify import Said

log = logging.getLogger(__name__)

_NO_TRAY_SECONDS = 30.0
"""A panel that starts later than that, or that is away for longer, is missed by the person too."""


def run(args: argparse.Namespace) -> int:
    """
    Show the tray icon until the person quits; a second start makes the first one show its status, or takes its place.

    Raises:
        ConfigProblem: The state folder cannot be used.
    """
    paths = find_paths()
    logs.configure(paths.log_file, verbose=args.verbose)
    languages.follow(Settings())  # The environment alone; the settings come with the first read.
    bus = _session_bus()
    try:
        seat = sit_down(
            paths,
            lambda: system_events.session_name(bus),
            joins=bus is not None and bus.is_nowhere,
            asked=getattr(args, "asked", None),
        )
    except OSError as error:
        from tray.disk.kept_out import forbids_change  # few folders keep anybody out

        otherwise = files_words.STATE_FOLDER_UNUSABLE(folder=paths.state, reason=error.strerror or "")
        raise ConfigProblem(forbids_change(paths.lock_file) or otherwise) from error
    if seat is None:
        print(terminal_words.ALREADY_RUNNING(), file=sys.stderr)
        return 0
    if bus is not None and bus.lost:
        print(terminal_words.NO_SESSION_BUS(), file=sys.stderr, flush=True)
    if seat.took_over:
        print(terminal_words.TAKES_OVER(), file=sys.stderr, flush=True)
    log.info("SSO Tray %s starts", __version__)
    for variable in ACTIVATION:
        os.environ.pop(variable, None)  # The leave to raise a window that came with our start is not for a later one.
    try:
        _serve(paths, bus, seat, tell_changes=args.foreground_status, demo=args.demo)
    finally:
        seat.release()
    log.info("SSO Tray ends")
    return 0


def _serve(paths: Paths, bus: Bus | None, seat: Seat, *, tell_changes: bool, demo: bool) -> None:
    """Wire the loop to the desktop, and serve the icon on this thread."""
    inbox: Inbox = queue.SimpleQueue()
    errands = Errands()
    presence = Presence()
    seat.there = lambda: presence.there and not (bus is not None and bus.lost)
    session = _ClickedSession(bus)

    def on_command(said: Said) -> None:
        if not isinstance(said, Delivery | Reachable):
            session.clicked()
        inbox.put(said)

    host = _Host(None if bus is None else inbox)

    def on_host(shown: bool) -> None:
        host(shown)
        inbox.put(Refresh())  # The bus may have come, or come back: this is the session that it belongs to.

    icon = trayicon.create(on_command, on_host=on_host, bus=bus)
    loop = Loop(
        inbox=inbox,
        reading=Reading(Reader(paths, speak=languages.follow), inbox.put, errands, _now, time.monotonic, seat=seat),
        hands=Hands(
            paths,
            os.environ,
            errands,
            inbox.put,
            _open_url,
            _open_file,
            follow_session=session.follow,
            look_again=lambda: inbox.put(Refresh()),
            seat=seat,
        ),
        jobs=JobsInFlight(inbox.put, os.environ, own_command()),
        notifier=notify.create(on_command, bus, icon.balloon, demo=demo),
        panel=system_events.follow_panel(bus, lambda: inbox.put(Refresh())),
        now=_now,
        local=local_time,
        monotonic=time.monotonic,
        on_view=_Teller() if tell_changes else lambda _view: None,
        presence=presence,
    )
    system_events.follow_ending(lambda: inbox.put(Do.QUIT))
    loop.begin(icon)
    at_login = None if demo else AutostartErrands(lambda: _open_login_start(paths), inbox.put, errands)
    watching = Watching(
        inbox,
        paths,
        errands,
        at_login,
        speaks=lambda: seat.speaks,
        follow_presence=lambda: follow_presence(presence, bus, lambda: inbox.put(Refresh())),
    )
    beside = threading.Thread(target=_loop, args=(loop, icon, watching, at_login), name="loop")
    icon.run(beside.start)
    inbox.put(Do.QUIT)  # The icon may have ended first: with its session.
    beside.join()


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


def _open_url(url: str, command: str, token: str) -> bool:
    from tray.desktop.browser import open_url  # not needed before the icon is up

    return open_url(url, command, token)


def _open_file(path: Path, token: str) -> bool:
    from tray.desktop.browser import open_file  # not needed before the icon is up

    return open_file(path, token)


def _session_bus() -> Bus | None:
    """Connect to the session bus of a Linux desktop, which may yet have to come; None on other systems."""
    if sys.platform != "linux":
        return None
    from tray.desktop.linux.bus import Bus  # its library exists for this system only

    return Bus.await_session()


class _Host:
    """
    Says where the program was started whether anybody shows the icon, and has it told that nobody does after a while.

    Args:
        inbox: Where that is put; None where no notice can be shown either.
    """

    def __init__(self, inbox: Inbox | None) -> None:
        self._inbox = inbox
        self._timer: threading.Timer | None = None

    def __call__(self, shown: bool) -> None:
        """Take the news, on whatever thread they come; no two come at once."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if shown:
            log.info("The tray shows the icon")
            return
        log.warning("No tray shows the icon")
        print(terminal_words.NO_TRAY(), file=sys.stderr, flush=True)
        if self._inbox is not None:
            self._timer = threading.Timer(_NO_TRAY_SECONDS, self._inbox.put, [Do.SAY_NO_TRAY])
            self._timer.daemon = True
            self._timer.start()


class _ClickedSession:
    """Keeps the environment at the session in which somebody last clicked, on Linux."""

    def __init__(self, bus: Bus | None) -> None:
        self._bus = bus
        self._clicked = ""
        self._at_start = dict(os.environ)

    def clicked(self) -> None:
        """Note who is heard: to be called on the thread on which the click came."""
        if self._bus is not None:
            self._clicked = self._bus.sender

    def follow(self) -> None:
        """Bring the environment up to date, before something is opened; asks the bus, and waits for it."""
        if sys.platform == "linux" and self._bus is not None:
            from tray.desktop.linux.clicked_session import follow  # not needed before the icon is up

            follow(self._bus, self._clicked, os.environ, self._at_start)


class _Teller:
    """Prints a line for each change that a person would see on the icon; the menu may change more often."""

    def __init__(self) -> None:
        self._told = ""

    def __call__(self, view: View) -> None:
        if view.tooltip != self._told:
            self._told = view.tooltip
            print(view.tooltip, flush=True)
