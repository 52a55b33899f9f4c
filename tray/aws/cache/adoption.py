"""Adopts the tokens that killed processes and failing disks left beside their files, or removes them."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from tray.aws.cache.files import load_token
from tray.aws.cache.staged_files import NOTHING, document_in, finish, followed_by, left_behind, place, taken, write_all
from tray.core.errors import ConfigProblem
from tray.core.model import Unreadable
from tray.core.words import config as config_words
from tray.disk.files import follow
from tray.disk.refusals import told_to_people

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def adopt(path: Path, *, sleep: Callable[[float], None] = time.sleep) -> bool:
    """
    Put in place what a killed process, or a failing disk, kept from its token file; then nothing is left beside it.

    Hold the sign-in's lock. A staged file is adopted if it is whole, and the token file still holds the token that it
    follows, or was torn as it was written in place. A token file that is gone was removed by a logout, which stays one;
    only a first login's token has none to follow. What may not be adopted is removed.

    Args:
        path: The token file.
        sleep: Takes seconds.

    Returns:
        Whether there is a token in the file now that was not there before.

    Raises:
        ConfigProblem: The folder forbids the change.
        ServiceProblem: The disk failed.
    """
    adopted = False
    with told_to_people(path):
        target = follow(path)
        for file in left_behind(target):
            data: bytes | None = None
            with taken(file) as descriptor:
                if descriptor is None:
                    continue
                data = document_in(descriptor)
                if data is None or not _may_follow(target, followed_by(file, target)):
                    data = None
                    os.ftruncate(descriptor, 0)
                else:  # Written anew: after an error, a second sync of the same memory proves nothing.
                    os.lseek(descriptor, 0, os.SEEK_SET)
                    write_all(descriptor, data)
                    finish(descriptor, len(data))
            if data is None:
                file.unlink(missing_ok=True)
            else:
                place(file, target, data, sleep)
                adopted = True
    return adopted


def sweep(path: Path) -> None:
    """
    Remove what processes left beside a token file when they were killed, tokens and all; hold the sign-in's lock.

    A staged file of a living process stays.

    Raises:
        ConfigProblem: The folder forbids it.
        ServiceProblem: The disk failed.
    """
    with told_to_people(path):
        for file in left_behind(follow(path)):
            with taken(file) as descriptor:
                if descriptor is None:
                    continue
                os.ftruncate(descriptor, 0)  # whatever becomes of the file, its token is gone
            file.unlink(missing_ok=True)


def _may_follow(target: Path, follows: str) -> bool:
    found = load_token(target)
    if found is None:
        return follows == NOTHING
    if isinstance(found, Unreadable):
        if found.reason not in {config_words.NOT_JSON(), config_words.NO_EXPIRY()}:  # what is there may well be newer
            raise ConfigProblem(config_words.CANNOT_OPEN(file=target, reason=found.reason))
        return found.reason == config_words.NOT_JSON()
    return found[0].fingerprint == follows
