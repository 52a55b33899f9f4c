"""
Puts the manual page into the wheel, where ``man sso-tray`` finds it beside the program's folder.

It is written from the parser while the wheel is built, from the same source as the page in the packages.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface[Any]):
    """Called by hatchling, which knows it by this name."""

    def initialize(self, _version: str, build_data: dict[str, Any]) -> None:
        """Write the page, and name its place."""
        sys.path[:0] = [self.root, str(Path(self.root) / "packaging")]
        from linux import manual  # noqa: PLC0415 - found by the line above

        self._folder = TemporaryDirectory()
        page = Path(self._folder.name) / "sso-tray.1"
        page.write_text(manual.manual(), "utf-8")
        page.chmod(0o644)
        build_data["shared_data"][str(page)] = "share/man/man1/sso-tray.1"

    def finalize(self, _version: str, _build_data: dict[str, Any], _artifact_path: str) -> None:
        """Clear up."""
        self._folder.cleanup()
