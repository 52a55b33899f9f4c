"""
A file that another program has open, as Windows has it: nobody reads, replaces or removes it. So does a disk of the
network, or macOS while it asks the person for leave, for a moment.

On Windows it really is; elsewhere this process refuses itself what the system would.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_held: set[str] = set()
_hooked: list[bool] = []


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a file, without changing it or its times."""
    if sys.platform == "win32":
        with _opened(path):
            yield
        return
    if not _hooked:
        _hooked.append(True)
        sys.addaudithook(_refuse)
    _held.add(str(path))
    try:
        yield
    finally:
        _held.discard(str(path))


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse a call of this process: there is no taking an audit hook back, so that it asks what is held."""
    if _held and event in {"open", "os.rename", "os.remove"}:
        names = [os.fsdecode(name) for name in arguments[:2] if isinstance(name, str | bytes | os.PathLike)]
        if not _held.isdisjoint(names):
            raise PermissionError(errno.EACCES, "Permission denied", names[0])


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _kernel.CreateFileW.restype = wintypes.HANDLE
    _kernel.CreateFileW.argtypes = [wintypes.LPCWSTR, *(wintypes.DWORD,) * 2, ctypes.c_void_p]
    _kernel.CreateFileW.argtypes += [*(wintypes.DWORD,) * 2, wintypes.HANDLE]
    _kernel.CloseHandle.argtypes = [wintypes.HANDLE]

    @contextmanager
    def _opened(path: Path) -> Iterator[None]:
        handle = _kernel.CreateFileW(str(path), 0x8000_0000, 0, None, 3, 0, None)
        assert handle != ctypes.c_void_p(-1).value, ctypes.WinError(ctypes.get_last_error())
        try:
            yield
        finally:
            _kernel.CloseHandle(handle)
