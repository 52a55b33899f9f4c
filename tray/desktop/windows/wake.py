"""
Waking on Windows: a callback of the power manager, which needs no window.

Written from Microsoft's documentation of ``PowerRegisterSuspendResumeNotification`` (Windows 8 and later). Checked by
the type checker and with the system's call faked; not run on Windows.
"""

from __future__ import annotations

import ctypes
import logging
import sys
from collections.abc import Callable

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

log = logging.getLogger(__name__)

_DEVICE_NOTIFY_CALLBACK = 2
_PBT_APMRESUMEAUTOMATIC = 0x12
"""Sent at every resume, whether a person is there or not."""

_Callback = ctypes.WINFUNCTYPE(ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_void_p)


class _Subscription(ctypes.Structure):
    """``DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS``."""

    _fields_ = (("callback", _Callback), ("context", ctypes.c_void_p))


class PowerFollower:
    """A registration with the power manager; Windows calls on a thread of its own."""

    def __init__(self, on_wake: Callable[[], None]) -> None:
        def heard(_context: int | None, event: int, _setting: int | None) -> int:
            if event == _PBT_APMRESUMEAUTOMATIC:
                on_wake()
            return 0

        self._power = ctypes.WinDLL("powrprof")
        # Windows keeps the address alone: the object must live as long as the registration.
        self._subscription = _Subscription(_Callback(heard), None)
        self._handle = ctypes.c_void_p()
        error = self._power.PowerRegisterSuspendResumeNotification(
            _DEVICE_NOTIFY_CALLBACK, ctypes.byref(self._subscription), ctypes.byref(self._handle)
        )
        if error:
            raise OSError(error, "PowerRegisterSuspendResumeNotification")

    def close(self) -> None:
        """End the registration."""
        self._power.PowerUnregisterSuspendResumeNotification(self._handle)


def follow(on_wake: Callable[[], None]) -> PowerFollower | None:
    """Register with the power manager; None where it does not take us."""
    try:
        return PowerFollower(on_wake)
    except (OSError, AttributeError) as error:
        log.info("Windows does not tell of waking from sleep: %s", type(error).__name__)
        return None
