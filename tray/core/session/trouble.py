"""What the tray's own jobs tell that is no word of AWS on a sign-in: renewals that fail, and that one was made."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from types import MappingProxyType

from tray.core.dataclass import replace
from tray.core.message import Message
from tray.core.session.history import Trouble
from tray.core.session.length import MINUTE
from tray.core.session.memory import Memory

LONGEST_PAUSE = timedelta(minutes=10)
"""Between two renewals that fail."""

_FIRST_PAUSE = timedelta(seconds=2)


def failed(memory: Memory, sign_in: str, problem: Message, now: datetime, *, passes: bool) -> Memory:
    """
    Take in that a renewal failed for no fault of the sign-in: no network, an error of AWS, a disk that is full.

    Args:
        memory: What was known before.
        sign_in: Name of the sign-in.
        problem: What happened and what to do; no secret.
        now: The moment (UTC).
        passes: Whether it may pass by itself.
    """
    known = memory.history(sign_in)
    before = known.trouble
    since, attempts = (now, 1) if before is None else (before.since, before.attempts + 1)
    found = Trouble(since, problem.title, problem.hint, passes=passes, attempts=attempts)
    fingerprint = "" if known.token is None else known.token.fingerprint
    pause = pause_after(found.attempts, f"{sign_in} {fingerprint}")
    return memory.with_history(sign_in, replace(known, trouble=found, pause_until=now + pause))


def asked(memory: Memory, sign_in: str, now: datetime) -> Memory:
    """
    Take in that AWS was asked about a sign-in. What it said the command has written down.

    Where that could not be written the tray knows as much as before, and must not ask again without end.

    Args:
        memory: What was known before.
        sign_in: Name of the sign-in.
        now: The moment (UTC).
    """
    known = memory.history(sign_in)
    if known.token is None or known.over:
        return memory
    return memory.with_history(sign_in, replace(known, pause_until=now + min(MINUTE, known.token.life / 3)))


def pause_after(attempts: int, salt: str) -> timedelta:
    """
    Say how long to wait after so many failures in a row: doubled each time, up to `LONGEST_PAUSE`.

    Half of it differs from one salt to the next, so that after an outage not everybody asks at once.
    """
    whole: timedelta = min(_FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    share = zlib.crc32(f"{salt} {attempts}".encode("utf-8", "surrogatepass")) / 2**32
    return whole * (0.5 + 0.5 * share)


def over(memory: Memory) -> Memory:
    """Take in that the machine woke up, or found a network: what failed before may go well now."""
    histories = {name: replace(known, trouble=None, pause_until=None) for name, known in memory.histories.items()}
    return replace(memory, histories=MappingProxyType(histories))
