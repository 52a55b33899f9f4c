"""
Job objects of Windows: a process in one takes along what it starts, and all of it can be ended in one step.

Run under Wine 8, not on Windows.
"""

from __future__ import annotations

import ctypes
import logging
import sys
import threading
from ctypes import wintypes
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import subprocess

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

_log = logging.getLogger(__name__)

_EXTENDED_LIMITS = 9
_KILL_ON_JOB_CLOSE = 0x2000
"""The system ends what is in the job when its last handle closes, as it does when the process that holds it ends."""

_SILENT_BREAKAWAY = 0x1000

_kernel = ctypes.WinDLL("kernel32", use_last_error=True)
_kernel.CreateJobObjectW.restype = wintypes.HANDLE
_kernel.CreateJobObjectW.argtypes = [ctypes.c_void_p, wintypes.LPCWSTR]
_kernel.SetInformationJobObject.argtypes = [wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD]
_kernel.AssignProcessToJobObject.argtypes = [wintypes.HANDLE, wintypes.HANDLE]
_kernel.TerminateJobObject.argtypes = [wintypes.HANDLE, wintypes.UINT]
_kernel.CloseHandle.argtypes = [wintypes.HANDLE]


class _BasicLimits(ctypes.Structure):
    _fields_ = (
        ("per_process_user_time", ctypes.c_int64),
        ("per_job_user_time", ctypes.c_int64),
        ("flags", wintypes.DWORD),
        ("minimum_working_set", ctypes.c_size_t),
        ("maximum_working_set", ctypes.c_size_t),
        ("active_processes", wintypes.DWORD),
        ("affinity", ctypes.c_size_t),
        ("priority_class", wintypes.DWORD),
        ("scheduling_class", wintypes.DWORD),
    )


class _ExtendedLimits(ctypes.Structure):
    _fields_ = (
        ("basic", _BasicLimits),
        ("io_counters", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    )


class JobObject:
    """
    A job that holds a child process. Where the system refuses it, the child simply is in none.

    Args:
        child: Just started; what it has started already stays outside.
        ends_with_us: Whether the system ends all of it when this process ends, however it ends.
        alone: Whether what the child starts is in none, such as a browser. The launcher of a virtual environment puts
            the real program into a job of its own.
    """

    def __init__(self, child: subprocess.Popen[Any], *, ends_with_us: bool, alone: bool = False) -> None:
        self._lock = threading.Lock()
        self._handle: int | None = _kernel.CreateJobObjectW(None, None)
        if ends_with_us or alone:
            self._limit(ends_with_us * _KILL_ON_JOB_CLOSE | alone * _SILENT_BREAKAWAY)
        if not _kernel.AssignProcessToJobObject(self._handle, int(child._handle)):  # type: ignore[attr-defined]  # noqa: SLF001 - there is no public way to it
            _log.info("a child process could not be put into a job: error %d", ctypes.get_last_error())

    def terminate(self) -> None:
        """End everything in it; harmless after `let_go`."""
        with self._lock:
            if self._handle is not None:
                _kernel.TerminateJobObject(self._handle, 1)

    def let_go(self) -> None:
        """Forget the job; what is in it goes on."""
        with self._lock:
            if self._handle is not None:
                self._limit(0)
                _kernel.CloseHandle(self._handle)
                self._handle = None

    def _limit(self, flags: int) -> None:
        limits = _ExtendedLimits(basic=_BasicLimits(flags=flags))
        _kernel.SetInformationJobObject(self._handle, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits))
