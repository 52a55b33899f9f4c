"""Rules of the house that import-linter has no word for; its contracts are in pyproject.toml."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

_PROJECT = Path(__file__).parent.parent
_SOURCES = sorted((_PROJECT / "tray").rglob("*.py"))


def _imported(source: Path) -> set[str]:
    """Full names of the modules that a file imports, at its top or inside a function."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("source", _SOURCES, ids=lambda path: str(path.relative_to(_PROJECT)))
def test_no_file_is_longer_than_a_reader_can_hold(source: Path) -> None:
    assert len(source.read_text("utf-8").splitlines()) <= 300


@pytest.mark.parametrize("source", sorted((_PROJECT / "tray" / "core").rglob("*.py")), ids=lambda path: path.name)
def test_core_imports_only_the_standard_library_and_itself(source: Path) -> None:
    foreign = {name for name in _imported(source) if name != "tray.core" and not name.startswith("tray.core.")}
    assert {name.partition(".")[0] for name in foreign} <= sys.stdlib_module_names


def test_core_touches_neither_files_nor_clock_nor_system() -> None:
    for source in (_PROJECT / "tray" / "core").rglob("*.py"):
        outside = {"os", "pathlib", "io", "time", "logging", "subprocess", "socket", "threading", "shutil", "tempfile"}
        assert not _imported(source) & outside, source.name
