"""What the pages are handed: the person's files, and what only a command can do for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from tray.core.dataclass import dataclass, field
from tray.core.message import Message
from tray.core.settings import Settings
from tray.paths import Paths
from tray.setup.steps import SetupContext


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesContext:
    """What pages are made with; so that a test can hand them something else."""

    paths: Paths
    environ: Mapping[str, str] = field(repr=False)
    now: Callable[[], datetime]

    open_browser: Callable[[str, str], bool]
    """Given the name of a sign-in (empty for none) and an address, opens the browser for it; tells whether it could."""

    ask_aws: Callable[[], Sequence[Message]]
    """Asks AWS about each sign-in; gives why it could not be asked, for each reason once."""

    show_notice: Callable[[Message], bool | None]
    """Shows a notice on the person's desktop; tells whether that took it, and None where it did not answer in time."""

    speak: Callable[[Settings], object]
    """Says everything from now on as the settings want it."""

    setup: SetupContext
    """What the set-up page signs in, lists and writes with."""
