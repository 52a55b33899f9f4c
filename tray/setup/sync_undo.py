"""Undoing what ``setup --sync`` changed: the config file as it was, as long as nobody has changed it since."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from tray.aws.cache.files import read_document, write_document
from tray.aws.config.document import Document
from tray.aws.config.files import edit_config
from tray.aws.config.switch_names import rename_in_switches
from tray.core.dataclass import dataclass, field
from tray.core.errors import ConfigProblem, TrayError
from tray.core.words import sync as sync_words
from tray.disk.digest import sha256_hex
from tray.disk.files import remove_file
from tray.paths import Paths

_SCHEMA = 1


@dataclass(slots=True)
class Undoing:
    """What one run has changed so far: all of it is undone together."""

    paths: Paths
    before: str | None = field(default=None, repr=False)
    after: str = field(default="", repr=False)
    renames: dict[str, str] = field(default_factory=dict)

    def add(self, before: str, after: str, renames: dict[str, str]) -> None:
        """Write down a change of the file's text; a problem of the state folder costs the way back alone."""
        if self.before is None or before != self.after:
            self.before, self.renames = before, {}
        self.after = after
        self.renames |= renames
        with suppress(TrayError):
            write_document(
                self.paths.last_sync,
                {
                    "schema": _SCHEMA,
                    "file": str(self.paths.aws_config.absolute()),
                    "after": sha256_hex(after),
                    "before": self.before,
                    "renames": self.renames,
                },
            )


def undo_last(paths: Paths) -> None:
    """
    Give the config file the bytes that it had before the last run that changed it.

    Raises:
        ConfigProblem: There is no such run, or the file was changed since; it is as it was.
        ServiceProblem: The disk failed.
    """
    last = _read(paths)
    if last is None:
        raise ConfigProblem(sync_words.NOTHING_TO_UNDO())

    def change(document: Document) -> None:
        if sha256_hex(document.text) != last["after"]:
            raise ConfigProblem(sync_words.CHANGED_SINCE(file=paths.aws_config, backups=paths.backups))
        earlier = Document(last["before"])
        document.head, document.sections = earlier.head, earlier.sections

    edit_config(paths, change, touches=lambda _: True)
    with suppress(TrayError):
        rename_in_switches(paths, {new: old for old, new in last["renames"].items()})
    remove_file(paths.last_sync)


def _read(paths: Paths) -> dict[str, Any] | None:
    found = read_document(paths.last_sync)
    last = found[0] if isinstance(found, tuple) else {}
    texts = [last.get(key) for key in ("file", "after", "before")]
    renames = last.get("renames")
    if last.get("schema") != _SCHEMA or not all(isinstance(each, str) for each in texts):
        return None
    if not isinstance(renames, dict) or not all(isinstance(each, str) for each in renames.values()):
        return None
    return last if last["file"] == str(paths.aws_config.absolute()) else None
