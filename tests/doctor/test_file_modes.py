"""Files that others may read or change, and how they are closed to them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.examined import PATHS
from support.needs import posix, symlink

from tray.core.errors import ConfigProblem
from tray.core.message import shell
from tray.doctor.file_modes import Mode, rule
from tray.doctor.finding import Fix, Level


@pytest.mark.parametrize(
    ("mode", "title", "hint", "fix"),
    [
        (
            Mode("/h/a b", 0o644, 0o700),
            "Others on this machine can read /h/a b (its mode is 644)",
            f"Make it yours alone: chmod 600 {shell('/h/a b')}",
            "file-mode:/h/a b",
        ),
        (
            Mode("/h", 0o777, 0o755),
            "Others on this machine can change /h (its mode is 777)",
            "Make it yours alone: chmod 755 /h",
            "file-mode:/h",
        ),
        (
            Mode("/h/config", 0o664, 0o755),
            "Others on this machine can change /h/config (its mode is 664)",
            "Make it yours alone: chmod 644 /h/config",
            "file-mode:/h/config",
        ),
        (
            Mode("/h/x", 0o602, 0o700),
            "Others on this machine can change /h/x (its mode is 602)",
            "Make it yours alone: chmod 600 /h/x",
            "file-mode:/h/x",
        ),
    ],
)
def test_what_others_can_do_is_told(mode: Mode, title: str, hint: str, fix: str) -> None:
    (finding,) = rule([mode])

    assert (finding.level, finding.name) == (Level.WARNING, "file-mode")
    assert (finding.message.title, finding.message.hint) == (title, hint)
    assert finding.fix is not None
    assert finding.fix.name == fix


@pytest.mark.parametrize(("bits", "allowed"), [(0o600, 0o700), (0o400, 0o700), (0o644, 0o755), (0o755, 0o755)])
def test_a_mode_that_lets_nobody_in_is_no_finding(bits: int, allowed: int) -> None:
    assert list(rule([Mode("/h/x", bits, allowed)])) == []


def test_a_path_that_no_terminal_should_see_has_no_fix() -> None:
    (finding,) = rule([Mode("/h/\x1b[2J", 0o644, 0o700)])

    assert finding.fix is None
    assert finding.message.title.isprintable()


def fix_of(path: Path) -> Fix:
    (finding,) = rule([Mode(str(path), 0o644, 0o700)])
    assert finding.fix is not None
    return finding.fix


@posix
def test_a_mode_is_taken_back_through_a_link_but_not_from_another_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("x")
    real.chmod(0o644)
    symlink(link, real)

    assert fix_of(link).apply(PATHS) == f"The mode of {link} is now 600; it was 644."
    assert real.stat().st_mode & 0o777 == 0o600

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chmod", refuse)
    with pytest.raises(ConfigProblem, match="cannot be changed"):
        fix_of(real).apply(PATHS)
