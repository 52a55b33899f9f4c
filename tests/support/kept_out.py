"""
A person whom folders keep out, as they do every account but the superuser's; tests may run as that one.

The superuser gives up, in a process of its own, the rights that let it pass by modes. Then a folder of another account
keeps it out, as one of root's keeps out anybody else: in the stories of these tests the two have changed roles.
"""

from __future__ import annotations

import ctypes
import json
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

STRANGER = 65534
"""An account that is on every system, and nobody's."""

_PASSES_BY_MODES = (1, 2, 3)
"""``CAP_DAC_OVERRIDE``, ``CAP_DAC_READ_SEARCH``, ``CAP_FOWNER``."""

_VERSION_3 = 0x20080522
_PR_CAPBSET_DROP = 24


def as_ordinary_person(act: Callable[[], Any]) -> Any:
    """Run something in a process of its own to which modes apply, and give what it gave, as JSON would."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reading)
            give_up_rights()
            with os.fdopen(writing, "w", encoding="utf-8") as result:
                json.dump(act(), result)
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as result:
        data = result.read()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    return json.loads(data)


def give_up_rights() -> None:
    """Let modes apply to this process and all that it starts, also where it is the superuser's."""
    if os.geteuid() != 0:
        return
    library = ctypes.CDLL(None, use_errno=True)
    header = ctypes.create_string_buffer(struct.pack("Ii", _VERSION_3, 0))
    data = ctypes.create_string_buffer(24)
    for right in _PASSES_BY_MODES:
        library.prctl(_PR_CAPBSET_DROP, right, 0, 0, 0)
    assert library.capget(header, data) == 0
    sets = list(struct.unpack("6I", data.raw[:24]))
    for index in range(3):
        for right in _PASSES_BY_MODES:
            sets[index] &= ~(1 << right)
    assert library.capset(header, ctypes.create_string_buffer(struct.pack("6I", *sets))) == 0


def belongs_to_another(folder: Path, mode: int = 0o700) -> None:
    """Make a folder another account's, as after a command with sudo; where that takes a right, nobody's at all."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(folder, STRANGER, STRANGER)
        folder.chmod(mode)
    else:
        folder.chmod(mode & 0o077 and 0o555)
