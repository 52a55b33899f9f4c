"""Config files as people and programs have left them: every byte counts."""

from __future__ import annotations

from pathlib import Path

CORPUS = sorted(path for path in (Path(__file__).parent.parent / "aws" / "corpus").iterdir() if not path.name.startswith("."))
