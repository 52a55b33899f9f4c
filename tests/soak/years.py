"""Years by a clock that is only counted: what the tray remembers between two starts does not grow with them."""

from __future__ import annotations

import json

from simulation.scenarios import HARD, LEARNED
from simulation.story import Scenario, Story

from tray.core.session.documents import to_document

_RESTLESS = tuple(
    each for each in (*LEARNED, *HARD) if len(each.hours) > 1 or each.clock_trouble or each.shared_home or each.outages
)


def remembered_bytes(scenario: Scenario, days: int) -> int:
    """Live through days and tell how long the memory is that the tray would save."""
    story = Story(scenario, seed=1, days=days)
    story.run()
    return len(json.dumps(to_document(story.tray.memory)))


def grown(days: int) -> list[tuple[str, int, int]]:
    """For each scenario in which much changes: its title, and the bytes after a tenth of the days and after all."""
    return [(each.title, remembered_bytes(each, days // 10), remembered_bytes(each, days)) for each in _RESTLESS]
