"""
What a file of Windows has beside its contents: rights of its own, streams, marks. What takes its place gets them.

Windows has a call for that, ``ReplaceFileW``; but between its two renames there is no file, also for ever where the
process is ended then (ADR 27). So each of them is given to the finished file before the one rename.

Run under Wine 8, which has neither streams nor encryption, and rights only as modes; not on Windows.
"""

from __future__ import annotations

import ctypes
import shutil
import sys
from ctypes import wintypes
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

_HIDDEN, _SYSTEM, _NOT_INDEXED = 0x2, 0x4, 0x2000
_KEPT_MARKS = _HIDDEN | _SYSTEM | _NOT_INDEXED
_ENCRYPTED = 0x4000
_NO_ATTRIBUTES = 0xFFFF_FFFF
_FILE_OBJECT = 1
_RIGHTS, _PROTECTED, _UNPROTECTED = 0x4, 0x8000_0000, 0x2000_0000
_IS_PROTECTED = 0x1000
_COUNT = 2
_INHERITED = 0x10
_INVALID_HANDLE = ctypes.c_void_p(-1).value

_kernel = ctypes.WinDLL("kernel32", use_last_error=True)
_kernel.GetFileAttributesW.argtypes = (wintypes.LPCWSTR,)
_kernel.GetFileAttributesW.restype = wintypes.DWORD
_kernel.SetFileAttributesW.argtypes = (wintypes.LPCWSTR, wintypes.DWORD)
_kernel.LocalFree.argtypes = (ctypes.c_void_p,)
_kernel.FindFirstStreamW.argtypes = (wintypes.LPCWSTR, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD)
_kernel.FindFirstStreamW.restype = wintypes.HANDLE
_kernel.FindNextStreamW.argtypes = (wintypes.HANDLE, ctypes.c_void_p)
_kernel.FindClose.argtypes = (wintypes.HANDLE,)
_security = ctypes.WinDLL("advapi32", use_last_error=True)
_security.EncryptFileW.argtypes = (wintypes.LPCWSTR,)
_security.GetNamedSecurityInfoW.argtypes = (wintypes.LPCWSTR, ctypes.c_int, wintypes.DWORD, *(ctypes.c_void_p,) * 5)
_security.SetNamedSecurityInfoW.argtypes = (wintypes.LPCWSTR, ctypes.c_int, wintypes.DWORD, *(ctypes.c_void_p,) * 4)
_security.GetSecurityDescriptorControl.argtypes = (ctypes.c_void_p,) * 3
_security.GetAclInformation.argtypes = (ctypes.c_void_p, ctypes.c_void_p, wintypes.DWORD, ctypes.c_int)
_security.GetAce.argtypes = (ctypes.c_void_p, wintypes.DWORD, ctypes.c_void_p)


class _Size(ctypes.Structure):
    """``ACL_SIZE_INFORMATION``."""

    _fields_ = (("entries", wintypes.DWORD), ("used", wintypes.DWORD), ("free", wintypes.DWORD))


class _Entry(ctypes.Structure):
    """``ACE_HEADER``."""

    _fields_ = (("kind", ctypes.c_ubyte), ("flags", ctypes.c_ubyte), ("size", wintypes.WORD))


class _Stream(ctypes.Structure):
    """``WIN32_FIND_STREAM_DATA``; a name is ``:NAME:$DATA``, and ``::$DATA`` that of the contents themselves."""

    _fields_ = (("size", ctypes.c_int64), ("name", wintypes.WCHAR * 296))


def keep_properties(finished: Path, target: Path) -> None:
    """
    Give a finished file what the one has whose place it takes; nothing where there is none.

    Raises:
        OSError: One of them cannot be given: to do without might let others read it.
    """
    marks = _kernel.GetFileAttributesW(str(target))
    if marks == _NO_ATTRIBUTES:
        return
    if marks & _ENCRYPTED and not _kernel.GetFileAttributesW(str(finished)) & _ENCRYPTED:
        _demand(_security.EncryptFileW(str(finished)))
    for name in _streams(target):
        with open(f"{target}{name}", "rb") as its, open(f"{finished}{name}", "wb") as ours:  # noqa: PTH123 - no path
            shutil.copyfileobj(its, ours)
    _keep_rights(finished, target)
    if marks & _KEPT_MARKS:
        _demand(
            _kernel.SetFileAttributesW(str(finished), _kernel.GetFileAttributesW(str(finished)) | marks & _KEPT_MARKS)
        )


def _streams(path: Path) -> Iterator[str]:
    found = _Stream()
    handle = _kernel.FindFirstStreamW(str(path), 0, ctypes.byref(found), 0)
    if handle in (_INVALID_HANDLE, None):
        return  # The file system has none.
    try:
        while True:
            if found.name != "::$DATA":
                yield found.name.removesuffix(":$DATA")
            if not _kernel.FindNextStreamW(handle, ctypes.byref(found)):
                return
    finally:
        _kernel.FindClose(handle)


def _keep_rights(finished: Path, target: Path) -> None:
    """Give a file the rights that were set by hand on another; those it has from its folder, both have alike."""
    rights, whole = ctypes.c_void_p(), ctypes.c_void_p()
    _expect_0(
        _security.GetNamedSecurityInfoW(
            str(target), _FILE_OBJECT, _RIGHTS, None, None, ctypes.byref(rights), None, ctypes.byref(whole)
        )
    )
    try:
        control, revision = wintypes.WORD(), wintypes.DWORD()
        _demand(_security.GetSecurityDescriptorControl(whole, ctypes.byref(control), ctypes.byref(revision)))
        protected = bool(control.value & _IS_PROTECTED)
        if rights.value and (protected or _has_own(rights)):
            what = _RIGHTS | (_PROTECTED if protected else _UNPROTECTED)
            _expect_0(_security.SetNamedSecurityInfoW(str(finished), _FILE_OBJECT, what, None, None, rights, None))
    finally:
        _kernel.LocalFree(whole)


def _has_own(rights: ctypes.c_void_p) -> bool:
    size, entry = _Size(), ctypes.POINTER(_Entry)()
    _demand(_security.GetAclInformation(rights, ctypes.byref(size), ctypes.sizeof(size), _COUNT))
    for number in range(size.entries):
        _demand(_security.GetAce(rights, number, ctypes.byref(entry)))
        if not entry.contents.flags & _INHERITED:
            return True
    return False


def _demand(succeeded: int) -> None:
    if not succeeded:
        raise ctypes.WinError(ctypes.get_last_error())


def _expect_0(code: int) -> None:
    if code:
        raise ctypes.WinError(code)
