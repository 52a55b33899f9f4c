r"""
Policies in the registry of Windows, where group policies and device management write: one key, a value a setting.

Windows lets ordinary users read ``Software\Policies`` in both of its trees, and change neither; whoever has taken the
rights of an administrator could change their own. Tried under Wine, where everybody may change all; not on Windows.
"""

from __future__ import annotations

import sys
import winreg
from collections.abc import Iterator
from contextlib import suppress

from tray.settings.policies import Policies

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

KEY = r"Software\Policies\SSO Tray"
_MACHINE, _PERSON = ("HKLM", winreg.HKEY_LOCAL_MACHINE), ("HKCU", winreg.HKEY_CURRENT_USER)
_MOST_VALUES = 10_000


def read_keys() -> Iterator[Policies]:
    """
    Read both keys, as far as they are there, that of the machine first; never raises.

    The machine's is believed: who can change that is an administrator, with whom no setting is safe.
    """
    for name, tree in (_MACHINE, _PERSON):
        with suppress(OSError), winreg.OpenKey(tree, KEY) as key:
            guarded = tree == winreg.HKEY_LOCAL_MACHINE or not _may_change(tree)
            yield Policies(f"{name}\\{KEY}", guarded, tuple(_values(key)))


def changed_at() -> tuple[int, ...]:
    """Tell when each key was last written to, in Windows' own count; 0 for one that is missing."""
    return tuple(map(_changed_at, (_MACHINE[1], _PERSON[1])))


def _changed_at(tree: int) -> int:
    with suppress(OSError), winreg.OpenKey(tree, KEY) as key:
        return winreg.QueryInfoKey(key)[2]
    return 0


def _may_change(tree: int) -> bool:
    with suppress(OSError), winreg.OpenKey(tree, KEY, 0, winreg.KEY_SET_VALUE):
        return True
    return False


def _values(key: winreg.HKEYType) -> Iterator[tuple[str, object]]:
    with suppress(OSError):  # There is no more of them, or the key is gone.
        for number in range(_MOST_VALUES):
            name, data, _kind = winreg.EnumValue(key, number)
            if name:  # The key's own has none, and is not ours.
                yield name, data
