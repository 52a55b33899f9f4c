"""
What our commands heard from AWS of each sign-in, and did to it: one small file a sign-in, which they all share.

Commands write it, under the sign-in's own lock; the tray, ``status``, the prompt and the doctor read it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from tray.aws.cache.files import read_document, token_path, write_document
from tray.core.errors import TrayError
from tray.core.model import SignIn, Unreadable
from tray.core.session.documents import history_document, history_from
from tray.core.session.history import History
from tray.core.words import files as files_words
from tray.disk.looking import is_there

SCHEMA = 1
_ATTEMPTS = 5
_KEPT = ".kept"
"""Ends the name of a file that this version could not read, and did not overwrite."""


def record_path(folder: Path, name: str) -> Path:
    """Name the file of a sign-in; it is named as its token file is."""
    return token_path(folder, name)


def read_record(path: Path) -> History | None:
    """Read what was written down; None where nothing was, or nothing that this version understands."""
    found = _read(path, attempts=1)
    return found if isinstance(found, History) else None


def _read(path: Path, *, attempts: int) -> History | Unreadable | None:
    """Read a record; None where there is none that this version understands."""
    found = read_document(path, attempts=attempts)
    if isinstance(found, Unreadable) and found.refused:
        return found
    if not isinstance(found, tuple) or found[0].get("schema") != SCHEMA:
        return None
    try:
        return history_from(found[0]["history"])
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError):
        return None


def read_records(
    folder: Path, sign_ins: Iterable[SignIn], *, on_refused: Callable[[], object] = lambda: None
) -> Mapping[str, History]:
    """
    Read what was written down of each sign-in, by its name; never raises.

    `on_refused` is called where the system does not let us read what is there.
    """
    try:
        there = {entry.name for entry in folder.iterdir()}
    except FileNotFoundError:
        return {}
    except OSError:
        on_refused()
        return {}
    found = {}
    for sign_in in sign_ins:
        path = record_path(folder, sign_in.name)
        record = _read(path, attempts=1) if path.name in there else None
        if isinstance(record, Unreadable):
            on_refused()
        elif record is not None:
            found[sign_in.name] = record
    return found


def write_record(path: Path, known: History) -> None:
    """
    Write down what is known of a sign-in, atomically. What this version cannot read there is kept beside it.

    Raises:
        TrayError: The file cannot be written; it is as it was.
    """
    before = _read(path, attempts=_ATTEMPTS)
    if isinstance(before, Unreadable):  # It may be all that is known, and is not to be replaced unread.
        raise TrayError(files_words.CANNOT_REPLACE(file=path, reason=before.reason))
    if before is None and is_there(path):
        try:
            path.replace(path.with_name(path.name + _KEPT))
        except OSError as error:
            raise TrayError(files_words.CANNOT_REPLACE(file=path, reason=error.strerror or "")) from error
    write_document(path, {"schema": SCHEMA, "history": history_document(known)})
