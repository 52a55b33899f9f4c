"""Modules that are to be loaded anew, because what they import is replaced for one test."""

from __future__ import annotations

import sys

import pytest


def forget(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Have modules loaded anew by who imports them next, and forgotten again after the test."""
    for name in names:
        package, _, module = name.rpartition(".")
        # An import also sets the module in its package.
        for known, key in ((sys.modules, name), (vars(sys.modules.get(package, sys)), module)):
            # Only what was set is put back in the end, or taken out where there was nothing.
            monkeypatch.setitem(known, key, sys)
            del known[key]
