"""What the tests of the AWS rooms have in common."""

from __future__ import annotations

import queue
from collections.abc import Iterator

import pytest
from support.center import center, clock
from support.faults import Lab
from support.needs import needs

__all__ = ["center", "clock"]


@pytest.fixture(scope="session")
def labs() -> Iterator[queue.Queue[Lab]]:
    """Two labs, for two runs at a time."""
    needs("strace")
    free: queue.Queue[Lab] = queue.Queue()
    both = [Lab(), Lab()]
    for lab in both:
        free.put(lab)
    yield free
    for lab in both:
        lab.close()
