"""
Whose a connection is on Linux: the kernel is asked for this one (sock_diag(7)), or else its tables of all TCP
connections are read (proc_pid_net(5)), which takes a thousand times as long where there are thousands.

Each end on this machine is a row with the user who made the socket, as long as a process holds it. What is left of a
closed socket stays listed for a while with the inode 0, and as user 0: that is nobody, not the superuser.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tray.disk.looking import is_there
from tray.loopback import End, Owner

assert sys.platform == "linux"  # noqa: S101 - tells the type checker where this module belongs

_TABLE: Final = Path("/proc/net/tcp")
_TABLE_6: Final = Path("/proc/net/tcp6")
"""Here a program that speaks IPv6 alone stands with ``::ffff:127.0.0.1``; the file is missing where IPv6 is off."""

_MAPPED: Final = bytes(10) + b"\xff\xff"
"""Before an IPv4 address in one of IPv6 (RFC 4291 section 2.5.5.2)."""

_READINGS: Final = 3
"""A row may be passed over while others beside it come and go: the kernel counts its place in the list anew."""

_OPEN: Final = frozenset({b"01", b"04", b"05"})
"""
The states (``include/net/tcp_states.h``) of an end that has reached us and may wait for an answer: ESTABLISHED, and
FIN_WAIT1 and 2 where it has said all. One in SYN_SENT has not: its port may have been another's, whom we have accepted.
"""

_EVERY_USER: Final = [b"0", b"0", b"4294967295"]
"""In ``uid_map``: each user has a number of its own here."""


_NETLINK_SOCK_DIAG: Final = 4
_SOCK_DIAG_BY_FAMILY: Final = 20
_NLM_F_REQUEST: Final = 1
_ANY: Final = 0xFFFFFFFF
_HEAD: Final = struct.Struct("=IHHII")
"""``struct nlmsghdr``."""

_STATE_AT, _UID_AT = _HEAD.size + 1, _HEAD.size + 64
"""Where ``struct inet_diag_msg`` has the state, and the uid and the inode (``linux/inet_diag.h``)."""

_ANSWER_SECONDS: Final = 1.0


def find_owner(other: End, ours: End) -> Owner:
    """Find who holds the other end of a connection; raises `OSError` where the system does not tell."""
    uid = os.geteuid()
    if not _is_one_user(uid):
        return Owner.NOBODYS
    try:
        holder = _ask_kernel(other, ours)
    except OSError:  # Not every kernel, and not every sandbox, lets everybody ask.
        pass
    else:
        if holder is None:
            return Owner.NOBODYS
        return Owner.OURS if holder in {uid, 0} else Owner.ANOTHERS
    for _ in range(_READINGS):
        holder = _read_holder(_TABLE, b"", other, ours)
        if holder is None and is_there(_TABLE_6):
            holder = _read_holder(_TABLE_6, _MAPPED, other, ours)
        if holder is not None:
            return Owner.OURS if holder in {uid, 0} else Owner.ANOTHERS
    return Owner.NOBODYS


def find_holder(table: Iterable[bytes], local: bytes, remote: bytes) -> int | None:
    """
    Find the uid of who holds an end of a connection, None for nobody, reading no further than to its row.

    Args:
        table: Lines, of which there may be a hundred thousand.
        local: As `format_end` writes it.
        remote: What it is connected to, likewise.
    """
    wanted = b" %b %b " % (local, remote)
    holders = (_read_row(line) for line in table if wanted in line)
    return next((uid for uid in holders if uid is not None), None)


def format_end(address: bytes, port: int) -> bytes:
    """
    Write an address and a port as the kernel does: the address as numbers of 32 bits in the machine's own byte order.

    Args:
        address: 4 or 16 bytes, in the order of the network.
        port: 1 to 65535.
    """
    words = struct.unpack(f"={len(address) // 4}I", address)
    return b"".join(b"%08X" % word for word in words) + b":%04X" % port


def _ask_kernel(local: End, remote: End) -> int | None:
    """
    Give the uid of who holds an end, None where its socket is closed, or not open yet.

    Raises:
        OSError: The kernel does not say. It says the same where there is no such socket, and where it cannot say.
    """
    request = struct.pack("=BBBxI", socket.AF_INET, socket.IPPROTO_TCP, 0, _ANY)
    request += struct.pack("!HH", local[1], remote[1])
    request += b"".join(socket.inet_aton(address).ljust(16, b"\0") for address, _ in (local, remote))
    request += struct.pack("=III", 0, _ANY, _ANY)
    head = _HEAD.pack(_HEAD.size + len(request), _SOCK_DIAG_BY_FAMILY, _NLM_F_REQUEST, 1, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _NETLINK_SOCK_DIAG) as kernel:
        kernel.settimeout(_ANSWER_SECONDS)
        kernel.send(head + request)
        return read_answer(kernel.recv(8192))


def read_answer(answer: bytes) -> int | None:
    """
    Read what the kernel says of a socket: the uid of its holder, None where it is not open and held.

    Raises:
        OSError: It says nothing of it.
    """
    if len(answer) < _UID_AT + 8 or _HEAD.unpack_from(answer)[1] != _SOCK_DIAG_BY_FAMILY:
        raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))
    uid, inode = struct.unpack_from("=II", answer, _UID_AT)
    return int(uid) if b"%02X" % answer[_STATE_AT] in _OPEN and inode != 0 else None


def _read_holder(table: Path, prefix: bytes, other: End, ours: End) -> int | None:
    ends = [format_end(prefix + socket.inet_aton(address), port) for address, port in (other, ours)]
    with table.open("rb") as lines:
        return find_holder(lines, *ends)


def _read_row(line: bytes) -> int | None:
    """Give the uid of a row whose socket is open and held."""
    columns = line.split()
    try:
        state, uid, inode = columns[3], int(columns[7]), int(columns[9])
    except (IndexError, ValueError):
        return None
    return uid if state in _OPEN and inode != 0 else None


def _is_one_user(uid: int) -> bool:
    """
    Tell whether a number means one user alone.

    In a user namespace all who have no number there share one (user_namespaces(7)), this program too, if it has none.
    """
    if uid != int(Path("/proc/sys/kernel/overflowuid").read_bytes()):
        return True
    return Path("/proc/self/uid_map").read_bytes().split() == _EVERY_USER
