"""Programs that stand in for an installed one."""

from __future__ import annotations

from pathlib import Path


def make_program(path: Path, content: str = "#!/bin/sh\n") -> Path:
    """Make an executable file, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")
    path.chmod(0o755)
    return path
