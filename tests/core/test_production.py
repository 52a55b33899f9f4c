"""Which profiles are production."""

from __future__ import annotations

import pytest

from tray.core.model import Settings
from tray.core.production import is_production


@pytest.mark.parametrize(
    ("profile", "patterns", "asked"),
    [
        ("prod-eu", ["prod*"], True),
        ("Prod", ["prod*"], False),
        ("dev", ["prod*", "d?v"], True),
        ("a[b]", ["a[[]b]"], True),
        ("prod", [], False),
        ("x\nprod", ["prod"], False),
    ],
)
def test_production_profiles_are_told_by_patterns(profile, patterns, asked):
    assert is_production(profile, Settings(production=patterns)) is asked
