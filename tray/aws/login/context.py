"""What a login is handed from outside: clock, browser, lock; and what it tells."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tray.core.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import datetime

    from tray.core.model import Token
    from tray.core.words import pages as pages_words

DEFAULT_TIMEOUT: Final = timedelta(minutes=10)
"""How long a login waits for the person."""


@dataclass(frozen=True, slots=True)
class OpenUrl:
    """The page that the person should see in a browser now: our own, which sends the browser on."""

    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class UserCode:
    """The code that the person compares with the one on the page."""

    code: str = field(repr=False)
    url: str = field(repr=False)
    """The page, with the code filled in."""

    expires_in: timedelta


LoginEvent = OpenUrl | UserCode


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginContext:
    """Clock, browser and lock of a login, and who is told; so that a test can hand it others."""

    now: Callable[[], datetime]
    """The clock; aware, UTC."""

    sleep: Callable[[float], object]
    """Takes seconds."""

    tell: Callable[[LoginEvent], None]
    """Is told what the person should see, before the browser is opened."""

    open_browser: Callable[[str], bool] | None
    """Opens an address and tells whether that worked; None leaves it to the person."""

    cancelled: Callable[[], bool] = lambda: False
    """Tells whether to give up."""

    until: datetime | None = None
    """When to give up (UTC); None for after ten minutes."""

    ask: pages_words.Question | None = None
    """What the first page asks before anything is begun; None to go on to AWS at once."""

    before_page: Callable[[], object] = lambda: None
    """Called when the person's browser has come, or a code is about to be shown, before AWS's page is."""

    on_stranger: Callable[[], object] = lambda: None
    """Called once when another user of this machine has tried to use the page."""

    stored: Callable[[Token | None, Token], object] = lambda _before, _token: None
    """Is told, under the sign-in's lock, what the token file held and what it holds now."""

    exclusively: Callable[[], AbstractContextManager[None]] = field(default=nullcontext)
    """Keeps all our other processes from renewing or ending the sign-in meanwhile."""

    uninterrupted: Callable[[], AbstractContextManager[None]] = field(default=nullcontext)
    """Holds interrupts back while AWS is asked for a token: else the code is spent, and the token lost."""
