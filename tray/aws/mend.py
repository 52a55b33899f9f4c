"""Puts right one thing that `tray.aws.examine` found, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tray.aws.config.edit import rename_section
from tray.aws.config.file import edit_config
from tray.aws.files import follow
from tray.core import text_files

if TYPE_CHECKING:
    from tray.core.diagnosis.facts import IgnoredSection, LooseMode
    from tray.paths import Paths


def correct_header(section: IgnoredSection, paths: Paths) -> None:
    """
    Write another header above a section of the config file; every other byte stays.

    Args:
        section: As it was found, with a correction.
        paths: Where the file is; it is kept in the backups as it was.

    Raises:
        ConfigProblem: There is no such section any more, or the file cannot be changed; it is as it was.
        ServiceProblem: The disk failed, or other programs keep changing the file; it is as it was.
    """
    headers = (section.header, section.corrected or section.header)
    edit_config(paths, lambda document: rename_section(document, *headers), touches=lambda header: header in headers)


def tighten(loose: LooseMode) -> None:
    """
    Take from a file or folder the rights that others should not have.

    Raises:
        ConfigProblem: It belongs to another user, or is gone.
    """
    path = Path(loose.path)
    try:
        follow(path).chmod(loose.wanted)
    except OSError as error:
        raise text_files.cannot_write(loose.path, error.strerror or type(error).__name__) from error
