"""Reads everything that the resident program and the command line speak of, and joins it into one snapshot."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Generic, TypeVar

from tray.aws.cache.files import read_token, token_path
from tray.aws.cache.records import read_records
from tray.aws.config.reading import Config, read_config
from tray.core.dataclass import dataclass, field
from tray.core.message import Message
from tray.core.model import Kind, LoginInProgress, SignIn, Snapshot, Token, Unreadable
from tray.core.session.history import History
from tray.core.settings import Settings
from tray.core.words import status as status_words
from tray.core.words.names import spoken
from tray.disk.looking import is_there
from tray.paths import LOGIN_PAGE, Paths
from tray.settings.reading import Layers, read_layers, stamp_of_policies

Value = TypeVar("Value")
_Sign = tuple[int, int, int, int, int]
_Signature = tuple[_Sign | None, ...]

_SETTLED_NS = 2_000_000_000
"""A file changed less than 2 s before it was read may change again unseen: the clock of a file system is coarse."""


@dataclass(slots=True)
class _Memo(Generic[Value]):
    """
    The last value read from some files, for as long as the files stay the same.

    No failure is kept: what kept a file from being read may pass, and the file is as it was.
    """

    kept: tuple[tuple[_Signature, object], Value] | None = None

    def read(
        self,
        files: tuple[Path, ...],
        read: Callable[[], Value],
        failed: Callable[[Value], bool],
        now_ns: int,
        stamp: object = (),
    ) -> Value:
        """
        Read anew only when a file changed since the last time, or the stamp of what is no file, or it failed.

        The moment is in ns since the epoch.
        """
        signs = tuple(_sign(path) for path in files)
        signature = signs, stamp
        if self.kept is not None and self.kept[0] == signature:
            return self.kept[1]
        value = read()
        newest = max((signed[0] for signed in signs if signed is not None), default=0)
        self.kept = (signature, value) if now_ns - newest > _SETTLED_NS and not failed(value) else None
        return value


def _of_state(folder: Path) -> tuple[Message, ...]:
    """Say why our own folder is of no use, if it is there: what was learned, and who has which lock, is in there."""
    found = _sign(folder)
    if os.access(folder, os.R_OK | os.W_OK | os.X_OK) or (found is None and os.access(folder.parent, os.X_OK)):
        return ()
    from tray.disk.kept_out import keeps_from_writing  # noqa: PLC0415 - few folders keep anybody out

    kept_out = keeps_from_writing(folder / "any")
    return () if kept_out is None else (kept_out,)


def _sign(path: Path) -> _Sign | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino, found.st_mode, found.st_uid


@dataclass(slots=True)
class Reader:
    """Reads snapshots; keeps what it read of files that did not change, so that a pass costs little."""

    paths: Paths
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    time_ns: Callable[[], int] = time.time_ns
    """The clock: ns since the epoch, as file times are."""

    speak: Callable[[Settings], bool] = lambda _settings: False
    """Has everything said as the settings want it; tells whether that has changed."""

    _generation: int = 0
    _config: _Memo[Config] = field(default_factory=_Memo)
    _undo: _Memo[str | None] = field(default_factory=_Memo)
    _settings: _Memo[Layers] = field(default_factory=_Memo)
    _tokens: dict[str, _Memo[Token | Unreadable | None]] = field(default_factory=dict)
    _records: _Memo[tuple[Mapping[str, History], bool]] = field(default_factory=_Memo)
    """And whether one of them was there and could not be read."""

    def read(self) -> tuple[Snapshot, Settings]:
        """
        Read everything.

        Never raises: what cannot be read becomes a problem, or a token that is `Unreadable`.
        """
        paths, now_ns = self.paths, self.time_ns()
        own, site = paths.settings_file, paths.site_settings
        settings = self._settings.read(
            # Who may change a file of the site depends on its folder, too.
            (own, *site, *(file.parent for file in site)),
            lambda: read_layers(own, site),
            lambda found: found.broken,
            now_ns,
            stamp_of_policies(),
        )
        if self.speak(settings.settings):
            # What was read holds words, too.
            self._config, self._tokens, settings = _Memo(), {}, read_layers(own, site)
            self._settings = _Memo()
        files = (paths.aws_config, paths.aws_credentials)
        config = self._config.read(files, lambda: self._read_config(files), lambda found: found.broken, now_ns)
        undo_to = self._undo.read(
            (*files, paths.switches), lambda: self._undo_to(config), lambda found: found is None, now_ns
        )
        # Before the tokens: a command changes the file, then writes that down. The other way round, a token that it has
        # just removed would be taken for a new one, and no later record would correct that.
        records, refused = self._records.read(
            (paths.sign_in_records,), lambda: self._read_records(config), lambda found: found[1], now_ns
        )
        tokens = {}
        for sign_in in config.sign_ins:
            token = self._token(sign_in, now_ns)
            if token is not None:
                tokens[sign_in.name] = token
        for gone in self._tokens.keys() - {sign_in.name for sign_in in config.sign_ins}:
            del self._tokens[gone]
        unreadable = {name: token for name, token in tokens.items() if isinstance(token, Unreadable)}
        refused |= config.refused or settings.refused or any(token.refused for token in unreadable.values())
        said = (
            status_words.unreadable_token(spoken(each), unreadable[each.name])
            for each in config.sign_ins
            if each.name in unreadable
        )
        snapshot = Snapshot(
            sign_ins=config.sign_ins,
            profiles=config.profiles,
            tokens=tokens,
            default_profile=config.default_profile,
            copied=config.copied,
            undo_to=undo_to,
            environment_profile=config.environment_profile,
            logins=self._logins(config.sign_ins),
            records=records,
            generation=self._generation,
            problems=tuple(dict.fromkeys((*config.problems, *said, *settings.problems, *_of_state(paths.state)))),
            without_sign_in=config.without_sign_in,
            refused=refused,
            config_faulty=config.faulty,
            config_unreadable=config.broken,
        )
        return snapshot, settings.settings

    def _read_config(self, files: tuple[Path, Path]) -> Config:
        self._generation += 1
        self._records = _Memo()  # Which of them are read, the config says.
        return read_config(*files, self.environ)

    def _read_records(self, config: Config) -> tuple[Mapping[str, History], bool]:
        refused: list[bool] = []
        found = read_records(self.paths.sign_in_records, config.sign_ins, on_refused=lambda: refused.append(True))
        return found, bool(refused)

    def _logins(self, sign_ins: tuple[SignIn, ...]) -> tuple[LoginInProgress, ...]:
        """Find the logins that run now; nearly always there is none, and no page of one."""
        try:
            pages = [name for name in os.listdir(self.paths.logins) if name.endswith(LOGIN_PAGE)]  # noqa: PTH208 - every pass
        except OSError:
            return ()
        if not pages:
            return ()
        from tray.aws.login.login_queue import queue_of  # noqa: PLC0415 - nearly never needed

        portals = {queue_of(self.paths.logins, sign_in) for sign_in in sign_ins if sign_in.kind is not Kind.CONSOLE}
        running = [page for queue in portals if (page := queue.in_progress()) is not None]
        return tuple(LoginInProgress(page.sign_in, page.url or None) for page in running)

    def _undo_to(self, config: Config) -> str | None:
        """Name what undoing the last switch leads back to; None where there was no switch."""
        if not is_there(self.paths.switches):
            return None
        from tray.aws.config.use import can_undo  # noqa: PLC0415 - most people have switched nothing

        return can_undo(self.paths, config.copied)

    def _token(self, sign_in: SignIn, now_ns: int) -> Token | Unreadable | None:
        if sign_in.kind is Kind.CONSOLE:
            from tray.aws.aws_login.credentials import login_path, read_console_login  # noqa: PLC0415 - few have one

            path, read = login_path(self.paths.login_cache, sign_in.login_session), read_console_login
        else:
            path, read = token_path(self.paths.sso_cache, sign_in.name), read_token
        memo = self._tokens.setdefault(sign_in.name, _Memo())
        return memo.read((path,), lambda: read(path), lambda found: isinstance(found, Unreadable), now_ns)
