"""Whatever opens a file by its name goes through `tray/disk/plain.py`, which waits for no pipe and reads no device."""

from __future__ import annotations

import ast
from pathlib import Path

import tray

_ROOM = Path(tray.__file__).parent
_OPENS = {"open", "read_bytes", "read_text", "write_bytes", "write_text", "touch"}

_ALLOWED = {
    "aws/cache/staging.py": "opens in place what was just seen to be a plain file, and no link",
    "aws/login/login_queue.py": "gives a descriptor of a plain file",
    "cli.py": "the null device, where output has nowhere to go",
    "commands/demo.py": "a home of its own, just made",
    "commands/terminal/posix.py": "the terminal",
    "commands/terminal/windows.py": "the console",
    "commands/shell.py": "part of this installation",
    "desktop/linux/clicked_session.py": "what the kernel tells in /proc",
    "desktop/linux/windows_side.py": "what the kernel tells in /proc",
    "desktop/linux/pixmaps.py": "part of this installation",
    "disk/linux.py": "a folder or file is looked at for its marks, without waiting and without reading",
    "disk/plain.py": "the one door",
    "disk/posix.py": "a folder",
    "disk/properties.py": "a stream of a file of Windows, where pipes have no place in a folder",
    "disk/staging.py": "makes a new file, and fails where there is one",
    "installation/programs.py": "the beginning of a program, found to be a file",
    "installation/wsl.py": "what the kernel tells in /proc",
    "logs.py": "opened by the one door",
    "loopback/linux.py": "what the kernel tells in /proc",
    "pages/html.py": "part of this installation",
}
"""Modules that open files otherwise, and why they may."""


def _opening(module: Path) -> list[int]:
    """The lines of a module on which something is opened by its name."""
    found = []
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            of = node.func
            by_name = isinstance(of, ast.Name) and of.id == "open"
            of_ours = isinstance(of, ast.Attribute) and isinstance(of.value, ast.Name) and of.value.id == "self"
            if by_name or (isinstance(of, ast.Attribute) and of.attr in _OPENS and not of_ours):
                found.append(node.lineno)
    return found


def test_no_file_is_opened_but_by_the_one_door() -> None:
    opening = {path.relative_to(_ROOM).as_posix() for path in _ROOM.rglob("*.py") if _opening(path)}
    opening = {path for path in opening if not path.startswith("demo/")}  # plays others, who are not ours to bind
    assert sorted(opening - _ALLOWED.keys()) == []
    assert sorted(_ALLOWED.keys() - opening) == [], "these open nothing any more"


def test_whatever_opens_a_file_is_found(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("import os\nopen(a)\na.open()\nos.open(a, 0)\na.read_text()\nself._open()\nself.open()\n")
    assert _opening(module) == [2, 3, 4, 5]
