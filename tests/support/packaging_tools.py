"""The project's files outside the package, and the programs among them that make a release."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

PROJECT = Path(__file__).parent.parent.parent
PACKAGING = PROJECT / "packaging"


def load(name: str) -> ModuleType:
    """Import a program of ``packaging/`` by its name; the folder is no package, and a library is called like it."""
    spec = importlib.util.spec_from_file_location(f"packaging_{name}", PACKAGING / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
