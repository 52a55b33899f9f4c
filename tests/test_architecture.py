"""Rules of the house that import-linter has no word for; its contracts are in pyproject.toml."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterable
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
    assert len(source.read_text("utf-8").splitlines()) <= 320  # "about 300"


@pytest.mark.parametrize("source", sorted((_PROJECT / "tray" / "core").rglob("*.py")), ids=lambda path: path.name)
def test_core_imports_only_the_standard_library_and_itself(source: Path) -> None:
    foreign = {name for name in _imported(source) if name != "tray.core" and not name.startswith("tray.core.")}
    assert {name.partition(".")[0] for name in foreign} <= sys.stdlib_module_names


def test_core_touches_neither_files_nor_clock_nor_system() -> None:
    for source in (_PROJECT / "tray" / "core").rglob("*.py"):
        outside = {"os", "pathlib", "io", "time", "logging", "subprocess", "socket", "threading", "shutil", "tempfile"}
        assert not _imported(source) & outside, source.name


def _prints(source: Path) -> bool:
    """Whether a file writes to the standard output, or might."""
    return any(
        (isinstance(node, ast.Name) and node.id == "print")
        or (isinstance(node, ast.Attribute) and ast.unparse(node) in {"sys.stdout", "sys.__stdout__"})
        for node in ast.walk(ast.parse(source.read_text("utf-8")))
    )


def test_json_is_printed_in_one_place() -> None:
    printing = {
        str(source.relative_to(_PROJECT)) for source in _SOURCES if "json" in _imported(source) and _prints(source)
    }
    assert printing == {str(Path("tray/commands/output.py"))}


def _programs_asked_for() -> set[str]:
    """What the tests pass to ``needs()``: programs without which a test cannot run."""
    return {
        argument.value
        for test in (_PROJECT / "tests").rglob("*.py")
        if "needs(" in (text := test.read_text("utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "needs"
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


def test_every_program_that_a_test_needs_is_one_that_make_test_installs() -> None:
    listed = (_PROJECT / "packaging" / "debian-packages-test.txt").read_text("utf-8").splitlines()
    installed = {line.split()[0] for line in listed if line and not line.startswith("#")}
    assert _programs_asked_for() <= installed


@pytest.mark.parametrize("lock", sorted((_PROJECT / "packaging").glob("*.lock")), ids=lambda path: path.name)
def test_a_lock_pins_every_package_by_hash_and_names_no_host(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert "://" not in text
    requirements = text.replace("\\\n", " ").splitlines()
    assert requirements
    for requirement in requirements:
        assert re.match(r"[a-z0-9-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", requirement), requirement


def test_every_dependency_is_locked_and_the_locks_agree() -> None:
    project = tomllib.loads((_PROJECT / "pyproject.toml").read_text("utf-8"))
    development = _pinned("requirements-dev.lock")
    assert _names(project["project"]["dependencies"]) <= _pinned("requirements.lock").keys()
    assert _names(project["dependency-groups"]["build"]) <= _pinned("requirements-build.lock").keys()
    for group in ("build", "package", "test"):
        assert _names(project["dependency-groups"][group]) <= _pinned("requirements-test.lock").keys()
    assert _names(item for item in project["dependency-groups"]["dev"] if isinstance(item, str)) <= development.keys()
    for lock in ("requirements.lock", "requirements-build.lock", "requirements-test.lock"):
        assert _pinned(lock).items() <= development.items()


def _pinned(lock: str) -> dict[str, str]:
    """Versions by package name."""
    text = (_PROJECT / "packaging" / lock).read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


def _names(requirements: Iterable[str]) -> set[str]:
    return {re.match(r"[a-z0-9-]+", requirement.lower())[0] for requirement in requirements}


def test_nobody_looks_at_a_path_in_a_way_that_dies_of_a_folder_that_keeps_out() -> None:
    """On Python 3.11 these raise PermissionError where they should say no (docs/facts: Folders that keep out)."""
    asked = {"exists", "is_dir", "is_file", "glob", "rglob"}
    found = {
        f"{source.relative_to(_PROJECT)}: {ast.unparse(node)}"
        for source in _SOURCES
        if "demo" not in source.parts
        for node in ast.walk(ast.parse(source.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in asked
    }
    assert {line for line in found if "os.path." not in line} == set()
