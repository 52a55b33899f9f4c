"""Endings on Linux and macOS: the signals."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

assert sys.platform != "win32"  # noqa: S101 - tells the type checker where this module belongs

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def follow(on_end: Callable[[], None]) -> None:
    """Handle the signals that end a program, but for those that it was started to ignore, as ``nohup`` does."""
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda _number, _frame: on_end())
