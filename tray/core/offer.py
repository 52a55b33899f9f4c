"""What stands in for the menu where a panel shows none: the status, with what one does most as buttons."""

from __future__ import annotations

from datetime import datetime

from tray.core import notices
from tray.core.command import Do, OpenPortal, login_for
from tray.core.dataclass import replace
from tray.core.model import HOLDING, Kind, LoginInProgress, SignInStatus, Snapshot
from tray.core.session.status import followed
from tray.core.settings import Settings
from tray.core.view.values import Button, Notice
from tray.core.words import menu as menu_words
from tray.core.words.times import LocalTime


def offer(
    statuses: tuple[SignInStatus, ...],
    snapshot: Snapshot,
    settings: Settings,
    now: datetime,
    local: LocalTime,
    *,
    login: LoginInProgress | None = None,
) -> Notice:
    """Tell the status, with what one does most as buttons: for panels that show no menu. GNOME shows three at most."""
    shown = followed(statuses, snapshot, settings)
    buttons = []
    if login is not None:
        buttons.append(Button(menu_words.CANCEL(), Do.CANCEL_LOGIN))
    elif shown is None:
        buttons.append(Button(menu_words.SET_UP(), Do.SET_UP))
    else:
        label = menu_words.LOG_IN_AGAIN if shown.status in HOLDING else menu_words.LOG_IN
        buttons.append(Button(label(), login_for(shown, now)))
    if shown is not None and shown.sign_in.kind is not Kind.CONSOLE:
        buttons.append(Button(menu_words.PORTAL(), OpenPortal(shown.sign_in.name)))
    buttons.append(Button(menu_words.QUIT(), Do.QUIT))
    return replace(notices.status(statuses, snapshot, settings, now, local), buttons=tuple(buttons))
