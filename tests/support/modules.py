"""Modules that are to be loaded anew, because what they import is replaced for one test."""

from __future__ import annotations

import importlib
import sys

import pytest


def forget(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Have modules loaded anew by who imports them next, and the ones of before in their place again after the test."""
    packages = [importlib.import_module(name.rpartition(".")[0]) for name in names]
    for name, package in zip(names, packages, strict=True):
        # A package keeps its modules too, and ``from package import module`` and pytest's own look-up ask it first.
        for keeper, key in ((sys.modules, name), (vars(package), name.rpartition(".")[2])):
            # Only what was set is put back in the end, or taken out where there was nothing.
            monkeypatch.setitem(keeper, key, sys)
            del keeper[key]
