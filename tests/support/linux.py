"""What belongs to Linux alone imports this first: on other systems every test module that leads here is left out."""

from __future__ import annotations

import sys

import pytest

if sys.platform != "linux":
    pytest.skip("a matter of Linux", allow_module_level=True)
