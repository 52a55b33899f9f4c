"""The program for Windows, driven from outside by mouse and eyes: by ``make test-windows``, which builds it."""

from __future__ import annotations

import os

collect_ignore_glob = [] if "TEST_WINDOWS_PROGRAM" in os.environ else ["test_*.py"]
