"""
One ``~/.aws`` for Windows and a distribution inside it: the distribution's becomes a link to that of Windows.

The other way round no program on Windows would hear of changes, and each look would keep the distribution awake
(docs/facts: File events). What was there before is kept beside, and undoing brings it back.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from tray.aws.config.files import read_full_config
from tray.core.dataclass import dataclass
from tray.core.errors import ConfigProblem
from tray.core.words import wsl as wsl_words
from tray.disk.files import remove_file, write_private
from tray.disk.looking import is_folder, is_there
from tray.disk.plain import read_plain
from tray.disk.refusals import told_to_people

if TYPE_CHECKING:
    from tray.paths import Paths

_KEPT = ".before-wsl-link"
_STAGED = ".wsl-link.tmp"
_SCHEMA = 1
_LARGEST = 1 << 16


class Standing(StrEnum):
    """How a distribution's ``~/.aws`` stands to that of Windows."""

    LINKED = "linked"
    OWN = "own"
    """A folder of its own."""

    NONE = "none"
    ELSEWHERE = "elsewhere"
    """A link to some other place."""


@dataclass(frozen=True, slots=True)
class Link:
    """The two folders, and the file that remembers what the link replaced."""

    aws: Path
    """``~/.aws`` of the distribution."""

    windows: Path
    """``.aws`` of the person's home on the Windows side."""

    record: Path

    @property
    def standing(self) -> Standing:
        """Look at the folder of the distribution."""
        if self.aws.is_symlink():
            return (
                Standing.LINKED if os.path.realpath(self.aws) == os.path.realpath(self.windows) else Standing.ELSEWHERE
            )
        return Standing.OWN if is_there(self.aws) else Standing.NONE

    def make(self, *, replace: bool) -> Path | None:
        """
        Make the link, unless it is there.

        Args:
            replace: Even where the distribution has profiles or sign-ins that Windows has not.

        Returns:
            Where the folder that was there before is kept; None where there was none.

        Raises:
            ConfigProblem: There is a link to some other place, or what the distribution has alone would be missed;
                or the system does not allow it. All is as it was.
        """
        standing = self.standing
        if standing is Standing.LINKED:
            return None
        if standing is Standing.ELSEWHERE:
            raise ConfigProblem(wsl_words.LINK_ELSEWHERE(link=self.aws, target=os.path.realpath(self.aws)))
        if not replace and (missed := self._missed()):
            raise ConfigProblem(wsl_words.WOULD_BE_MISSED(names=missed, config=self.windows / "config"))
        moves = standing is Standing.OWN
        kept = self._free_name() if moves else self._kept_before()
        staged = self.aws.with_name(self.aws.name + _STAGED)
        with told_to_people(self.aws):
            self.windows.mkdir(exist_ok=True)
            staged.unlink(missing_ok=True)
            staged.symlink_to(self.windows, target_is_directory=True)
            # Before anything moves, so that whatever ends this process now can be undone.
            write_private(self.record, json.dumps(self._document(kept)).encode())
            try:
                if moves and kept is not None:
                    self.aws.rename(kept)
                staged.rename(self.aws)
            except OSError:
                if moves and kept is not None and is_there(kept) and not is_there(self.aws):
                    kept.rename(self.aws)
                with suppress(OSError):
                    staged.unlink()
                raise
        return kept

    def undo(self) -> Path | None:
        """
        Take the link away, and put back what it replaced; what Windows has stays there.

        Returns:
            The folder of the distribution; None where there was none before.

        Raises:
            ConfigProblem: We made no link here, or it was changed since; all is as it was.
        """
        made = self._made()
        if made is None or self.standing in {Standing.OWN, Standing.ELSEWHERE}:
            raise ConfigProblem(wsl_words.NOTHING_TO_UNDO(folder=self.aws))
        kept = None if made["kept"] is None else Path(made["kept"])
        with told_to_people(self.aws):
            if self.aws.is_symlink():
                self.aws.unlink()
            if kept is not None and is_folder(kept):
                kept.rename(self.aws)
        remove_file(self.record)
        return self.aws if is_there(self.aws) else None

    def _kept_before(self) -> Path | None:
        """Find the folder that a process of ours moved away before it was ended; nearly always there is none."""
        made = self._made()
        kept = None if made is None or made["kept"] is None else Path(made["kept"])
        return kept if kept is not None and is_folder(kept) else None

    def _missed(self) -> tuple[str, ...]:
        """Name the profiles and sign-ins of the distribution that Windows has not."""
        ours, theirs = (read_full_config(each / "config", each / "credentials") for each in (self.aws, self.windows))
        profiles = (name for name in ours.profiles if name not in theirs.profiles)
        return (*profiles, *(name for name in ours.sso_sessions if name not in theirs.sso_sessions))

    def _free_name(self) -> Path:
        names = (f"{self.aws.name}{_KEPT}{number or ''}" for number in range(1000))
        return next(path for name in names if not os.path.lexists(path := self.aws.with_name(name)))

    def _document(self, kept: Path | None) -> dict[str, object]:
        return {"schema": _SCHEMA, "windows": str(self.windows), "kept": None if kept is None else str(kept)}

    def _made(self) -> dict[str, str | None] | None:
        """Read what was replaced by the link that is there, or that was being made."""
        with suppress(OSError, ValueError, RecursionError):
            found = json.loads(read_plain(self.record, _LARGEST))
            if isinstance(found, dict) and found.get("schema") == _SCHEMA and found.get("windows") == str(self.windows):
                return {"kept": found.get("kept")}
        return None


def link_made(paths: Paths) -> Link:
    """
    Name the link that we made, or were making.

    Raises:
        ConfigProblem: There is none.
    """
    aws, record = Path.home() / ".aws", paths.state / "wsl-link.json"
    with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
        return Link(aws, Path(json.loads(read_plain(record, _LARGEST))["windows"]), record)
    raise ConfigProblem(wsl_words.NOTHING_TO_UNDO(folder=aws))


def link_to(windows_home: Path, paths: Paths) -> Link:
    """Name the link between this distribution's ``~/.aws`` and that of a home on the Windows side."""
    return Link(Path.home() / ".aws", windows_home / ".aws", paths.state / "wsl-link.json")
