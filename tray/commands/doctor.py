"""``sso-tray doctor``: finds and explains what breaks sign-in; changes nothing."""

from __future__ import annotations

import argparse
import json
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tray import __version__
from tray.core.diagnosis import Facts, Finding, Level, diagnose
from tray.core.status import derive
from tray.desktop import probe
from tray.paths import Paths, find_paths
from tray.sources import Reader

_ENDPOINT = "AWS_ENDPOINT_URL"
_SIGNS = {Level.FINE: "✓", Level.WARNING: "!", Level.PROBLEM: "✗"}


def run(args: argparse.Namespace) -> int:
    """Print what was found, in words or as JSON."""
    paths = find_paths()
    now = datetime.now(UTC)
    findings = diagnose(_look(paths, now), now, lambda at: at.astimezone())
    if args.json:
        print(json.dumps({"schema": 1, "findings": [_written(found) for found in findings]}, ensure_ascii=False))
        return 0
    print(f"SSO Tray {__version__}; config {paths.aws_config}; log {paths.log_file}")
    for found in findings:
        print(f"{_SIGNS[found.level]} {found.title}")
        if found.hint:
            print(f"  {found.hint}")
    return 0


def _look(paths: Paths, now: datetime) -> Facts:
    snapshot, settings = Reader(paths).read()
    desktop = probe.look()
    return Facts(
        snapshot=snapshot,
        statuses=derive(snapshot, settings, now),
        session=desktop.session,
        tray=desktop.tray,
        notifications=desktop.notifications,
        open_files=tuple(str(path) for path in _with_secrets(paths) if _open_to_others(path)),
        endpoints=tuple(
            sorted(name for name in os.environ if name.startswith("AWS_ENDPOINT_URL") and os.environ[name])
        ),
    )


def _with_secrets(paths: Paths) -> Iterator[Path]:
    yield paths.aws_credentials
    for folder in (paths.sso_cache, paths.login_cache):
        yield from sorted(folder.glob("*.json"))


def _open_to_others(path: Path) -> bool:
    """Tell whether the file's mode lets others in; on Windows the mode says nothing of it."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return os.name == "posix" and bool(mode & (stat.S_IRWXG | stat.S_IRWXO))


def _written(found: Finding) -> dict[str, str]:
    return {"name": found.name, "level": str(found.level), "title": found.title, "hint": found.hint}
