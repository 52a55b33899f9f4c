"""What an administrator wants enforced, and this account could change all the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tray.core.message import Message
from tray.doctor.context import Context
from tray.doctor.finding import Finding, warning
from tray.settings.reading import read_layers


def check(context: Context) -> Iterator[Finding]:
    """Look, and tell what is so."""
    return rule(read_layers(context.paths.settings_file, context.paths.site_settings).unguarded)


def rule(unguarded: Iterable[Message]) -> Iterator[Finding]:
    """Everything works, but not as the administrator thinks."""
    return (warning("enforced", said) for said in unguarded)
