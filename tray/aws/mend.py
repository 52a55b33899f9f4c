"""Puts right one thing that `tray.aws.examine` found, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tray.aws.config.both_files import decode, encode
from tray.aws.config.grammar import HEADER, BrokenIni, parse, split_lines, walk
from tray.aws.files import follow, update_file
from tray.core import text_config, text_files

if TYPE_CHECKING:
    from tray.core.diagnosis.facts import IgnoredSection, LooseMode


def correct_header(section: IgnoredSection, *, lock: Path, backups: Path) -> None:
    """
    Write another header above a section of the config file; every other byte stays.

    Args:
        section: As it was found, with a correction.
        lock: As for `update_file`.
        backups: Where the file as it was is kept.

    Raises:
        ConfigProblem: There is no such section any more, or the file cannot be changed; it is as it was.
        ServiceProblem: The disk failed, or other programs keep changing the file; it is as it was.
    """
    path, corrected = Path(section.file), section.corrected or section.header

    def change(data: bytes) -> bytes:
        text = decode(data, path)
        if encode(text) != data:
            raise text_config.cannot_keep_bytes(str(path))
        return encode(_with_header(text, section.header, corrected, str(path)))

    update_file(path, change, lock=lock, backups=backups)


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


def _with_header(text: str, header: str, corrected: str, file: str) -> str:
    lines = split_lines(text)
    found = [index for kind, index, name, _ in walk(lines) if kind == HEADER and name == header]
    if not found:
        raise text_config.no_such_section(header)
    before, _, rest = lines[found[0]].partition("[")
    _, _, after = rest.rpartition("]")
    lines[found[0]] = f"{before}[{corrected}]{after}"
    changed = "".join(lines)
    try:
        wanted = {corrected if name == header else name: settings for name, settings in parse(text).items()}
        if parse(changed) == wanted and len(wanted) == len(parse(text)):
            return changed
    except BrokenIni:
        pass
    raise text_config.cannot_change_safely(file)
