"""
Puts into the wheel what is made while it is built: the manual page, and the compiled catalogues of messages.

The page is written from the parser, from the same source as the page in the packages, where ``man sso-tray`` finds it
beside the program's folder. Of a catalogue, translators keep the text, and the program reads the compiled form.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface[Any]):
    """Called by hatchling, which knows it by this name."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the files, and name their places."""
        root = Path(self.root)
        sys.path[:0] = [self.root, str(root / "packaging")]
        import catalogues  # noqa: PLC0415 - found by the line above
        from linux import manual  # noqa: PLC0415 - likewise

        self._folder = TemporaryDirectory()
        page = self._write("sso-tray.1", manual.manual().encode())
        build_data["shared_data"][str(page)] = "share/man/man1/sso-tray.1"
        for language in catalogues.languages(root):
            made = self._write(f"{language}.mo", catalogues.compiled(catalogues.catalogue(language, root)))
            place = catalogues.LOCALE / language / "LC_MESSAGES" / f"{catalogues.DOMAIN}.mo"
            # An installation that follows the source (pip install --editable) takes no files but these.
            build_data["force_include_editable" if version == "editable" else "force_include"][str(made)] = str(place)

    def finalize(self, _version: str, _build_data: dict[str, Any], _artifact_path: str) -> None:
        """Clear up."""
        self._folder.cleanup()

    def _write(self, name: str, data: bytes) -> Path:
        path = Path(self._folder.name) / name
        path.write_bytes(data)
        path.chmod(0o644)
        return path
