"""What the commands that may renew a sign-in have in common."""

from __future__ import annotations

import signal
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

from tray.aws.cache.renewal import RenewalSurroundings
from tray.commands.recorder import Recorder
from tray.core.errors import TrayError
from tray.resident.reader import Reader

_INTERRUPTS = tuple({signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)})


def interrupts() -> tuple[signal.Signals, ...]:
    """Name the signals that end a command: not those that it was started to ignore, as ``nohup`` and ``&`` do."""
    return tuple(number for number in _INTERRUPTS if signal.getsignal(number) is not signal.SIG_IGN)


def take_interrupts() -> None:
    """Let each of them end the command as Ctrl-C does, so that it leaves its files in order and says what holds now."""
    for number in interrupts():
        signal.signal(number, signal.default_int_handler)


def recorder(reader: Reader) -> Recorder:
    """Give a command what writes down what it hears from AWS."""
    return Recorder(reader, lambda: datetime.now(UTC))


def surroundings(recorder: Recorder) -> RenewalSurroundings:
    """Give a renewal the real world; see `RenewalSurroundings`."""
    paths = recorder.reader.paths
    return RenewalSurroundings(
        cache_dir=paths.sso_cache,
        lock_dir=paths.renewal_locks,
        now=recorder.now,
        on_skew=recorder.on_skew,
        hear=recorder.hear,
        uninterrupted=partial(deferred, after_success=False),
    )


@contextmanager
def deferred(*, after_success: bool = True) -> Generator[None, None, None]:
    """
    Hold back an interrupt until the end, and let it through then; a second one counts at once.

    Args:
        after_success: Whether it is let through also where all went well; else only after a `TrayError`.
    """
    pending = False

    def hold_back(_number: int, _frame: object) -> None:
        nonlocal pending
        if pending:
            raise KeyboardInterrupt
        pending = True

    before = {number: signal.signal(number, hold_back) for number in interrupts()}
    try:
        yield
    except TrayError:
        if pending:
            raise KeyboardInterrupt from None
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if pending and after_success:
        raise KeyboardInterrupt
