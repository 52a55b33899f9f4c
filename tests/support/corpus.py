"""Config files as people and programs have left them: every byte counts."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent.parent / "aws" / "config" / "corpus"

CORPUS = sorted(path for path in _FOLDER.iterdir() if not path.name.startswith("."))
