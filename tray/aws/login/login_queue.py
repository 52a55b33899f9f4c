"""
One page for many: logins of one portal wait for each other, and one page serves them all.

Agents and scripts call a login unattended and in parallel. The first takes the turn, a lock that ends with its
process, and leaves beside it which page is open. The others wait for it, and are content with what it brings. Where
the person refuses or cancels, all that wait are refused; where the first dies or gives up alone, the next takes the
turn and opens a page of its own.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from tray.aws.cache.files import read_document, write_document
from tray.aws.cache.times import moment_at
from tray.core.dataclass import asdict, dataclass, field
from tray.core.errors import SignInRefused, TrayError
from tray.core.links import is_safe_to_open
from tray.core.message import Message
from tray.core.session.sharing import portal_of
from tray.core.words import login as login_words
from tray.disk.digest import sha1_hex
from tray.disk.lock import Lock, acquire, is_held
from tray.disk.plain import NO_LINK, open_plain
from tray.disk.refusals import told_to_people
from tray.disk.staging import make_folder
from tray.paths import LOGIN_PAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tray.core.model import SignIn

_PAUSE_SECONDS: Final = 0.2
_COARSE: Final = timedelta(seconds=5)
"""By so much the clock of a file system may be ahead of ours."""

_REFUSED, _CANCEL, _LOCK = ".refused.json", ".cancel", ".lock"


@dataclass(frozen=True, slots=True)
class OpenPage:
    """The page that a login has opened, for all that wait for it."""

    sign_in: str
    """Name of the sign-in."""

    since: datetime
    """When that login began (UTC)."""

    url: str = field(default="", repr=False)
    """Our own first page; empty until it is there."""

    client: str = ""
    """A one-way hash of the client registration that it uses, if that was used before; so no secret."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The turn that a login has."""

    waited: bool
    """Whether another login had it until now."""

    abandoned: OpenPage | None
    """What a login before left behind that died without an answer."""


def queue_of(folder: Path, sign_in: SignIn) -> LoginQueue:
    """
    Tell which logins wait for one another: those of one portal.

    Args:
        folder: ``logins`` in the state folder.
        sign_in: Its portal counts: all sign-ins of one portal wait for one turn.
    """
    return LoginQueue(folder, f"{portal_of(sign_in.start_url)}\n{sign_in.region}")


@dataclass(frozen=True, slots=True)
class LoginQueue:
    """The logins of one portal."""

    folder: Path
    """``logins`` in the state folder."""

    key: str
    """Names the portal."""

    @contextmanager
    def turn(
        self,
        *,
        asked_at: datetime,
        until: datetime,
        now: Callable[[], datetime],
        sleep: Callable[[float], object],
        cancelled: Callable[[], bool],
        on_wait: Callable[[OpenPage], object],
    ) -> Iterator[Turn]:
        """
        Take the turn, after those before; it ends with the block, or with this process.

        Args:
            asked_at: When this login was asked for (UTC); a refusal since then counts for it too.
            until: When to give up (UTC).
            now: The clock, in UTC.
            sleep: Takes seconds.
            cancelled: Tells whether to give up.
            on_wait: Told of each page that is open meanwhile.

        Raises:
            SignInRefused: The login that this one waited for was refused or cancelled; or the wait took too long.
            ConfigProblem: The folder cannot be used.
        """
        waited, told = False, None
        while (lock := self._acquire()) is None:
            waited = True
            page = self.open_page()
            if page is not None and page.url and page != told:
                told = page
                on_wait(page)
            self._check(asked_at, now(), cancelled)
            if now() >= until:
                raise SignInRefused(login_words.TIMED_OUT())
            sleep(_PAUSE_SECONDS)
        try:
            self._check(asked_at, now(), cancelled)
            yield Turn(waited, self.open_page())
        finally:
            lock.release()

    def show(self, page: OpenPage) -> None:
        """
        Leave for the others which page is open; the turn is the caller's.

        It is a courtesy, so a full disk does not keep a login from it.
        """
        with suppress(TrayError):
            write_document(self._file(LOGIN_PAGE), asdict(page) | {"since": page.since.isoformat()})

    def answer(self, refused: Message | None, at: datetime) -> None:
        """
        Say what came of the caller's turn: all that wait are refused too, or look for what it brought.

        Args:
            refused: None for a login that succeeded, or that failed for a reason of its own.
            at: Now (UTC).
        """
        if refused is not None:
            with suppress(TrayError):
                facts = {"at": at.isoformat(), "title": refused.title, "hint": refused.hint}
                write_document(self._file(_REFUSED), facts)
        with suppress(OSError):
            self._file(LOGIN_PAGE).unlink()

    def open_page(self) -> OpenPage | None:
        """Tell which page is open, or was left behind by a login that died."""
        found = read_document(self._file(LOGIN_PAGE), attempts=1)
        if not isinstance(found, tuple):
            return None
        with suppress(KeyError, TypeError, ValueError):
            facts = found[0]
            since = datetime.fromisoformat(str(facts["since"]))
            url = str(facts["url"])
            if since.tzinfo is not None and (not url or is_safe_to_open(url)):
                return OpenPage(str(facts["sign_in"]), since, url, str(facts["client"]))
        return None

    def in_progress(self) -> OpenPage | None:
        """Tell which login runs now, in whichever process; None for none."""
        page = self.open_page()
        return page if page is not None and is_held(self._file(_LOCK)) else None

    def cancel(self) -> None:
        """Ask the login that has the turn, and all that wait for it, to give up."""
        with suppress(OSError):
            make_folder(self.folder)
            with open(open_plain(self._file(_CANCEL), os.O_WRONLY | os.O_CREAT | NO_LINK), "wb") as file:  # noqa: PTH123 - no path
                file.write(b"\n")

    def cancelled_since(self, at: datetime, now: datetime) -> bool:
        """Tell whether all were asked to give up since a moment (UTC)."""
        try:
            asked_at = moment_at(self._file(_CANCEL).stat().st_mtime)
        except OSError:
            return False
        # One from the future was left by a clock that was wrong; it would end every login until then.
        return at <= asked_at <= now + _COARSE

    def _file(self, ending: str) -> Path:
        return self.folder / f"{sha1_hex(self.key)}{ending}"

    def _acquire(self) -> Lock | None:
        with told_to_people(self.folder):
            return acquire(self._file(_LOCK))

    def _check(self, asked_at: datetime, now: datetime, cancelled: Callable[[], bool]) -> None:
        if cancelled() or self.cancelled_since(asked_at, now):
            raise SignInRefused(login_words.CANCELLED())
        found = read_document(self._file(_REFUSED), attempts=1)
        if not isinstance(found, tuple):
            return
        facts = found[0]
        with suppress(KeyError, TypeError, ValueError):
            # One from the future, too, would refuse everybody until then.
            if asked_at <= datetime.fromisoformat(str(facts["at"])) <= now:
                raise SignInRefused(Message(str(facts["title"]), str(facts["hint"])))
