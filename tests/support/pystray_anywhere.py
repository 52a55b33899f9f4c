"""pystray where there is no desktop: by itself it looks for one while it is imported, and fails if there is none."""

from __future__ import annotations

import pytest

with pytest.MonkeyPatch.context() as environment:
    environment.setenv("PYSTRAY_BACKEND", "dummy")
    import pystray

__all__ = ["pystray"]
