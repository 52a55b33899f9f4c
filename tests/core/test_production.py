"""Which profiles are production."""

from __future__ import annotations

import pytest

from tray.core.settings import Settings


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
    assert Settings(production=patterns).is_production(profile) is asked
