"""
Whose a connection is on Windows: of the user in the token of the process that made its socket.

Run under Wine 8, where there is one user, and not on Windows: another user's process was never met.
"""

from __future__ import annotations

import contextlib
import ctypes
import socket
import sys
import time
from collections.abc import Iterator
from ctypes import wintypes
from typing import Final

from tray.loopback import End, Owner

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

_CONNECTIONS_WITH_PROCESS: Final = 4
"""``TCP_TABLE_OWNER_PID_CONNECTIONS``"""

_ESTABLISHED: Final = 5
"""``MIB_TCP_STATE_ESTAB``. No browser closes its half of a connection before it has the answer."""

_LOOKS: Final = 20
_LOOK_AGAIN_SECONDS: Final = 0.01
"""Windows knows at once whose a socket is; Wine, once its process has used it."""

_USUAL_ROWS: Final = 1000
"""Room for so many from the first: to ask how many there are takes as long as to read them."""

_TOO_SMALL: Final = 122
_ACCESS_DENIED: Final = 5
_QUERY_PROCESS: Final = 0x1000
_QUERY_TOKEN: Final = 0x0008
_TOKEN_USER: Final = 1

_kernel = ctypes.WinDLL("kernel32", use_last_error=True)
_security = ctypes.WinDLL("advapi32", use_last_error=True)
_network = ctypes.WinDLL("iphlpapi")

_kernel.OpenProcess.restype = wintypes.HANDLE
_kernel.OpenProcess.argtypes = [wintypes.DWORD, wintypes.BOOL, wintypes.DWORD]
_kernel.GetCurrentProcess.restype = wintypes.HANDLE
_kernel.CloseHandle.argtypes = [wintypes.HANDLE]
_security.OpenProcessToken.argtypes = [wintypes.HANDLE, wintypes.DWORD, ctypes.POINTER(wintypes.HANDLE)]
_security.GetTokenInformation.argtypes = [
    wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD, ctypes.POINTER(wintypes.DWORD)
]  # fmt: skip
_security.GetLengthSid.restype = wintypes.DWORD
_security.GetLengthSid.argtypes = [ctypes.c_void_p]
_network.GetExtendedTcpTable.restype = wintypes.DWORD
_network.GetExtendedTcpTable.argtypes = [
    ctypes.c_void_p, ctypes.POINTER(wintypes.DWORD), wintypes.BOOL, wintypes.ULONG, ctypes.c_int, wintypes.ULONG
]  # fmt: skip


class _Row(ctypes.Structure):
    """``MIB_TCPROW_OWNER_PID``; addresses, and ports in their lower half, are in the order of the network."""

    _fields_ = (
        ("state", wintypes.DWORD),
        ("local_address", wintypes.DWORD),
        ("local_port", wintypes.DWORD),
        ("remote_address", wintypes.DWORD),
        ("remote_port", wintypes.DWORD),
        ("process", wintypes.DWORD),
    )


def find_owner(other: End, ours: End) -> Owner:
    """
    Find who holds the other end of a connection.

    A process that may not be asked is another user's, or runs with rights that this one does not have.

    Raises:
        OSError: The system does not tell.
    """
    for _ in range(_LOOKS):
        process_id = _find_process(other, ours)
        if process_id != 0:
            break
        time.sleep(_LOOK_AGAIN_SECONDS)
    else:
        return Owner.NOBODYS
    process = _kernel.OpenProcess(_QUERY_PROCESS, False, process_id)
    if not process:
        return Owner.ANOTHERS if ctypes.get_last_error() == _ACCESS_DENIED else Owner.NOBODYS
    try:
        if _find_process(other, ours) != process_id:  # its number may have become another's before it was opened
            return Owner.NOBODYS
        user = _read_user(process)
    except PermissionError:
        return Owner.ANOTHERS
    finally:
        _kernel.CloseHandle(process)
    return Owner.OURS if user == _read_user(_kernel.GetCurrentProcess()) else Owner.ANOTHERS


def _find_process(local: End, remote: End) -> int:
    """Give the number of the process that made the socket of an end; 0 where there is none."""
    wanted = (*_as_in_table(local), *_as_in_table(remote))
    for row in _read_rows():
        ends = row.local_address, row.local_port & 0xFFFF, row.remote_address, row.remote_port & 0xFFFF
        if row.state == _ESTABLISHED and ends == wanted:
            return int(row.process)
    return 0


def _as_in_table(end: End) -> tuple[int, int]:
    address, port = end
    return int.from_bytes(socket.inet_aton(address), sys.byteorder), socket.htons(port)


def _read_rows() -> Iterator[_Row]:
    """Read the table of IPv4, where a program stands too that speaks to IPv4 through a socket of IPv6."""
    table = ctypes.create_string_buffer(_USUAL_ROWS * ctypes.sizeof(_Row))
    size = wintypes.DWORD(len(table))
    while True:
        error = _network.GetExtendedTcpTable(
            table, ctypes.byref(size), False, socket.AF_INET, _CONNECTIONS_WITH_PROCESS, 0
        )
        if error == 0:
            break
        if error != _TOO_SMALL:
            raise ctypes.WinError(error)
        table = ctypes.create_string_buffer(size.value + 100 * ctypes.sizeof(_Row))  # it may grow meanwhile
        size.value = len(table)
    count = wintypes.DWORD.from_buffer(table).value
    yield from (_Row * count).from_buffer(table, ctypes.sizeof(wintypes.DWORD))


def _read_user(process: int) -> bytes:
    """Give the security identifier of a process's user."""
    with _open_token(process) as token:
        size = wintypes.DWORD(0)
        _security.GetTokenInformation(token, _TOKEN_USER, None, 0, ctypes.byref(size))
        user = ctypes.create_string_buffer(size.value)
        if not _security.GetTokenInformation(token, _TOKEN_USER, user, size, ctypes.byref(size)):
            raise ctypes.WinError(ctypes.get_last_error())
        identifier = ctypes.c_void_p.from_buffer(user).value  # `TOKEN_USER` begins with a pointer to it
        return ctypes.string_at(identifier or 0, _security.GetLengthSid(identifier))


@contextlib.contextmanager
def _open_token(process: int) -> Iterator[wintypes.HANDLE]:
    token = wintypes.HANDLE()
    if not _security.OpenProcessToken(process, _QUERY_TOKEN, ctypes.byref(token)):
        raise ctypes.WinError(ctypes.get_last_error())
    try:
        yield token
    finally:
        _kernel.CloseHandle(token)
