"""What the jobs told of themselves, folded into the memory: logins, renewals and their failures, the clock's skew."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from tray.core.history import Told, Trouble
from tray.core.memory import Memory
from tray.core.observe import CLOCK_JUMP, ended

LONGEST_PAUSE = timedelta(minutes=10)
"""Between two renewals that fail."""

_FIRST_PAUSE = timedelta(seconds=2)


def signed_in(memory: Memory, sign_in: str, now: datetime) -> Memory:
    """Take in that our own login succeeded, before or after the new token file was seen."""
    known = memory.history(sign_in)
    seen = known.began_at is not None and abs(now - known.began_at) <= CLOCK_JUMP
    return memory.with_history(
        sign_in,
        replace(
            known,
            spans=known.spans if seen else ended(known),
            number=known.number if seen else known.number + 1,
            began_at=now,
            doubtful=False,
            held_at=now,
            trouble=None,
            pause_until=None,
            told=Told.LOGIN,
        ),
    )


def renewed(memory: Memory, sign_in: str) -> Memory:
    """Take in that our own renewal succeeded, or found that another program's just had."""
    return memory.with_history(
        sign_in, replace(memory.history(sign_in), trouble=None, pause_until=None, told=Told.RENEWAL)
    )


def refused(memory: Memory, sign_in: str, fingerprint: str, now: datetime) -> Memory:
    """
    Take in that AWS proved the sign-in to be over (``invalid_grant``).

    Args:
        memory: What was known before.
        sign_in: Name of the sign-in.
        fingerprint: Of the token that was to be renewed. A file that holds another one by now is not concerned.
        now: The moment (UTC).
    """
    known = memory.history(sign_in)
    if known.refused == fingerprint:
        return memory
    return memory.with_history(
        sign_in, replace(known, refused=fingerprint, refused_at=now, trouble=None, pause_until=None)
    )


def unrenewable(memory: Memory, sign_in: str, fingerprint: str) -> Memory:
    """
    Take in that this token cannot be renewed, which says nothing of the sign-in: AWS forgot the client.

    Args:
        memory: What was known before.
        sign_in: Name of the sign-in.
        fingerprint: Of that token.
    """
    known = replace(memory.history(sign_in), unrenewable=fingerprint, trouble=None, pause_until=None)
    return memory.with_history(sign_in, known)


def trouble(memory: Memory, sign_in: str, reason: str, now: datetime) -> Memory:
    """
    Take in that a renewal failed for no fault of the sign-in: no network, an error of AWS, too many requests.

    Args:
        memory: What was known before.
        sign_in: Name of the sign-in.
        reason: One line for people, no secret.
        now: The moment (UTC).
    """
    known = memory.history(sign_in)
    before = known.trouble
    found = Trouble(now, reason) if before is None else Trouble(before.since, reason, before.attempts + 1)
    fingerprint = "" if known.token is None else known.token.fingerprint
    pause = pause_after(found.attempts, f"{sign_in} {fingerprint}")
    return memory.with_history(sign_in, replace(known, trouble=found, pause_until=now + pause))


def pause_after(attempts: int, salt: str) -> timedelta:
    """
    Say how long to wait after so many failures in a row: doubled each time, up to `LONGEST_PAUSE`.

    Half of it differs from one salt to the next, so that after an outage not everybody asks at once.
    """
    whole: timedelta = min(_FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    share = zlib.crc32(f"{salt} {attempts}".encode("utf-8", "surrogatepass")) / 2**32
    return whole * (0.5 + 0.5 * share)


def woke(memory: Memory) -> Memory:
    """Take in that the machine woke up, or found a network: what failed before may go well now."""
    histories = {name: replace(known, trouble=None, pause_until=None) for name, known in memory.histories.items()}
    return replace(memory, histories=MappingProxyType(histories))


def skewed(memory: Memory, seconds: float) -> Memory:
    """Take in by how much AWS's clock is ahead of this machine's (the ``Date`` of an answer); negative: behind."""
    return replace(memory, skew_seconds=seconds)
