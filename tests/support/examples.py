"""How many inputs a property is tried with: a test says what is enough each time, `make fuzz` multiplies it."""

from __future__ import annotations

from typing import Any

from hypothesis import settings

USUAL = 100
"""What a property is tried with that does not say."""


def examples(number: int, **others: Any) -> settings:
    """
    Give the settings of a property that needs more or fewer inputs than usual.

    Args:
        number: How many are enough each time. A profile that has more or fewer than usual changes it in proportion.
        others: Settings besides.
    """
    return settings(max_examples=max(1, number * settings().max_examples // USUAL), **others)
