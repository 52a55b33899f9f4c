"""A context for the checks of the doctor: a machine on which all is well but for what the test speaks of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from support.build import NOW, snapshot, token, utc
from tray.aws.config.document import Document
from tray.aws.config.files import combine
from tray.core.model import Snapshot
from tray.core.session.memory import Memory
from tray.core.session.status import derive
from tray.core.settings import Settings
from tray.doctor.context import Context
from tray.doctor.finding import Finding
from tray.paths import Paths

HELD = token(400, refreshable=True)
AWS = Path("/h/.aws")
PATHS = Paths(
    AWS / "config",
    AWS / "credentials",
    AWS / "sso/cache",
    Path("/h/s.toml"),
    Path("/h/state"),
    Path("/h/log"),
    AWS / "l",
)


def context(
    seen: Snapshot | None = None,
    *,
    memory: Memory | None = None,
    settings: Settings | None = None,
    config: str = "",
    credentials: str = "",
    **changes: object,
) -> Context:
    """
    Build a context.

    Args:
        seen: What was read; one sign-in that holds where the test does not say.
        memory: What is known of the sign-ins.
        settings: The person's.
        config: Text of the config file, for the checks that look at its lines.
        credentials: Text of the credentials file, likewise.
        changes: Other fields.
    """
    seen, memory, settings = seen or snapshot(HELD), memory or Memory(), settings or Settings()
    values: dict[str, object] = {
        "paths": PATHS,
        "environ": {},
        "now": NOW,
        "local": utc,
        "snapshot": seen,
        "settings": settings,
        "memory": memory,
        "statuses": derive(seen, settings, NOW, memory=memory),
        "full": combine(Document(config), Document(credentials).settings()),
        "credentials": Document(credentials),
    }
    return Context(**(values | changes))  # type: ignore[arg-type]


def only(found: Iterable[Finding], name: str) -> Finding:
    """Give the one finding of that name."""
    (finding,) = [finding for finding in found if finding.name == name]
    return finding


def named(check: Callable[[Context], Iterable[Finding]], given: Context) -> list[str]:
    """Name what a check finds."""
    return [finding.name for finding in check(given)]
