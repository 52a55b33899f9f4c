"""Tells the loop that something outside may have changed: files, the end of sleep, the start at login."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tray.paths import NOTE, Paths
from tray.resident.autostart import AutostartErrands
from tray.resident.errands import Errands
from tray.resident.inbox import Inbox, Refresh, Woke

if TYPE_CHECKING:
    from tray.desktop.watch import Watcher

_THING = "watching"

_CLOSING_SECONDS = 2.0
"""How long the end of the program waits until nothing is watched any more."""


class Watching:
    """Watches beside the loop: to begin asks the disk and the system, and either may be slow."""

    def __init__(
        self,
        inbox: Inbox,
        paths: Paths,
        errands: Errands,
        at_login: AutostartErrands | None,
        *,
        speaks: Callable[[], bool] = lambda: True,
        follow_presence: Callable[[], Callable[[], object] | None] = lambda: None,
    ) -> None:
        self._inbox = inbox
        self._paths = paths
        self._errands = errands
        self._at_login = at_login
        self._memory_file = paths.memory_file.absolute()
        self._entries: tuple[Path, ...] = ()
        self._watcher: Watcher | None = None
        self._closed = False
        self._speaks = speaks
        self._follow_presence = follow_presence
        self._stops: tuple[Callable[[], object] | None, ...] = ()

    def begin(self) -> None:
        """Begin. What changed before is seen by the read that is asked for then."""
        self._errands.do(_THING, self._begin)

    def look_around(self) -> None:
        """Find what no event told of."""
        self._errands.do(_THING, self._look_around, once=True)

    def close(self) -> None:
        """Tell no more. Waits a moment until that is so."""
        self._errands.do(_THING, self._close)
        self._errands.finish({_THING}, _CLOSING_SECONDS)

    def _begin(self) -> None:
        from tray.desktop.system_events import follow_wake  # noqa: PLC0415 - not needed before the icon is up
        from tray.desktop.watch import Watcher  # noqa: PLC0415 - not needed before the icon is up

        self._stops = (follow_wake(lambda: self._inbox.put(Woke())), self._follow_presence())
        if self._at_login is not None:
            self._entries = self._at_login.files
        paths = self._paths
        self._watcher = Watcher(
            (paths.aws_config, paths.aws_credentials, paths.settings_file, paths.memory_file, *self._entries),
            (paths.sso_cache, paths.login_cache, paths.sign_in_records, paths.logins, paths.sessions),
            self._changed,
            is_relevant=lambda path: path.suffix in {".json", NOTE},
        )
        self._inbox.put(Refresh())
        if self._at_login is not None:
            self._at_login.begin()

    def _changed(self, path: Path | None) -> None:
        if self._at_login is not None and (path is None or path in self._entries):
            self._at_login.look()
        if path != self._memory_file or not self._speaks():  # What this tray has saved is nothing new.
            self._inbox.put(Refresh())

    def _look_around(self) -> None:
        if self._watcher is not None:
            self._watcher.check()
        elif not self._closed:  # It could not begin: the system had nothing left for it.
            self._begin()
        if self._at_login is not None and not self._entries:
            self._at_login.look()

    def _close(self) -> None:
        self._closed = True
        if self._watcher is not None:
            self._watcher.close()
        for stop in self._stops:
            if stop is not None:
                stop()
