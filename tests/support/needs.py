"""
Programs that a test needs: without one it skips on a desk, and fails where nothing may be left out.

They are programs of Linux (``packaging/debian-packages-test.txt``). On other systems a test that needs one is not for
them, also where somebody has installed it.
"""

from __future__ import annotations

import os
import shutil
import sys

import pytest


def needs(*programs: str) -> None:
    """Skip the test if this is not Linux, or one of these programs is missing; then fail it if ``CI`` is ``true``."""
    if sys.platform != "linux":
        pytest.skip(f"needs {', '.join(programs)} on Linux")
    missing = [program for program in programs if shutil.which(program) is None]
    if not missing:
        return
    reason = f"needs {', '.join(missing)}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
