from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.center import center, clock
from support.chromium import Chromium, chromium
from support.needs import needs
from support.settings_files import own, site

__all__ = ["center", "clock", "own", "site"]


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chromium]:
    """Run a browser, in which no page may complain."""
    needs("chromium")
    with chromium(tmp_path / "profile") as running:
        yield running
    assert not running.complaints, "nothing was refused by the page's own policy, and no script failed"
