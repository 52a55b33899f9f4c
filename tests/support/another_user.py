"""Other users of this machine: a piece of Python that the superuser runs as one of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SOMEBODY = 4242
"""A uid that nobody has, so nobody's processes and files are met."""

_BECOME = """
import os, sys
def become(uid):
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
"""
_CONNECT = (
    _BECOME
    + """
import socket
become(int(sys.argv[1]))
connection = socket.socket()
connection.settimeout(20)
connection.connect(("127.0.0.1", int(sys.argv[2])))
print("connected", flush=True)
answer = b""
try:
    connection.sendall(bytes.fromhex(sys.argv[3]))
    while piece := connection.recv(65536):
        answer += piece
except ConnectionError:
    pass
print(answer.hex(), flush=True)
"""
)


def send_as(uid: int, port: int, request: bytes) -> bytes:
    """Connect to loopback as another user, send something (or nothing), and give all that comes back until the end."""
    command = [sys.executable, "-c", _CONNECT, str(uid), str(port), request.hex()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    connected, answer = done.stdout.splitlines()
    assert connected == "connected"
    return bytes.fromhex(answer)


@contextmanager
def python_as(uid: int, imports: str, then: str, *args: str) -> Iterator[subprocess.Popen[str]]:
    """Run Python that imports as the superuser, since others may not read the files, and goes on as another user."""
    program = f"{_BECOME}\n{imports}\nbecome({uid})\n{then}"
    command = [sys.executable, "-c", program, *args]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()
