"""
Which folder keeps this account out, whose it is, and the command that helps.

After one command with sudo a folder of a person's home may be root's; a careless chmod takes the right to enter one
(docs/facts: Folders that keep out). Windows has access lists instead, of which nothing is told.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from tray.core.words import files as files_words
from tray.core.words import folders as folders_words
from tray.disk import native
from tray.disk.looking import is_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tray.core.message import Message, Text

_ENTER, _READ, _WRITE = (stat.S_IXUSR, os.X_OK), (stat.S_IRUSR, os.R_OK), (stat.S_IWUSR, os.W_OK)
_Right = tuple[int, int]
"""The bit of a mode that gives it to the owner, and what `os.access` calls it."""


def folder_above(path: Path) -> Message | None:
    """Say which folder above a file keeps this account from it; None where none does."""
    return _first_refusal(_way_to(path)[:-1], (_ENTER,), folders_words.OF_FOLDER_TO_ENTER)


def keeps_from_reading(path: Path) -> Message | None:
    """Say what keeps this account from a file: a folder above it, or its own owner or mode; None where neither does."""
    return folder_above(path) or _first_refusal([_way_to(path)[-1]], (_READ,), folders_words.OF_FILE_TO_READ)


def keeps_from_listing(folder: Path) -> Message | None:
    """Say what keeps this account from looking through a folder: it, or one above it; None where none does."""
    return folder_above(folder) or _first_refusal(
        [_way_to(folder)[-1]], (_ENTER, _READ), folders_words.OF_FOLDER_TO_ENTER
    )


def keeps_from_writing(path: Path) -> Message | None:
    """
    Say which folder keeps this account from making a file of this name, or from putting another in its place.

    Folders that are missing would be made: the last one that is there decides.
    """
    there = [folder for folder in _way_to(path)[:-1] if _exists(folder)]
    return folder_above(path) or _first_refusal(there[-1:], (_ENTER, _WRITE), folders_words.OF_FOLDER_TO_CHANGE)


def forbids_change(path: Path) -> Message | None:
    """Say what keeps this account from changing a file, or from making it; None where nothing does that can be seen."""
    target = _way_to(path)[-1]
    for bearer in (target, target.parent):
        if (command := native.unmarking(bearer)) is not None:
            return files_words.MARKED(file=target, bearer=bearer, command=command)
    there = next((folder for folder in target.parents if is_folder(folder)), None)
    if there is not None and native.is_on_read_only_disk(there):
        return folders_words.DISK_IS_READ_ONLY(place=there)
    return keeps_from_writing(path)


def _way_to(path: Path) -> list[Path]:
    """List the folders that lead to a file, from the root on, then the file itself; links are followed."""
    real = Path(os.path.realpath(path))
    return [*reversed(real.parents), real]


def _exists(path: Path) -> bool:
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    except OSError:
        return True  # as far as can be told
    return True


def _first_refusal(places: list[Path], rights: tuple[_Right, ...], words: folders_words.Refused) -> Message | None:
    return next(_refusals(places, rights, words), None) if native.HAS_MODES else None


def _refusals(places: list[Path], rights: tuple[_Right, ...], words: folders_words.Refused) -> Iterator[Message]:
    for place in places:
        try:
            found = place.stat()
        except OSError:  # It is missing, or one above it was told of.
            return
        if _ENTER in rights and not stat.S_ISDIR(found.st_mode):  # No right would help.
            return
        if all(os.access(place, right) for _, right in rights):
            continue
        if native.is_foreign(found):
            said: Text = words.of_another if _is_in_home(place) else words.elsewhere
            yield said(place=place, owner=native.user_name(found.st_uid), user=native.user_name())
        elif any(not found.st_mode & bit for bit, _ in rights):
            yield words.by_mode(place=place, mode=f"{stat.S_IMODE(found.st_mode):o}")
        # Else it is something that no mode shows: an access list, or a policy of the system.


def _is_in_home(place: Path) -> bool:
    """Tell whether a folder is below the home of this account, where nothing but its own should be."""
    home = Path(os.path.realpath(Path.home()))
    return home in place.parents and not native.is_foreign(home.stat())
