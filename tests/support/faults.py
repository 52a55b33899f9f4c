"""
Runs a command with a fault at one of its system calls: killed there, or refused something.

strace is attached to a fresh fork of a process that has loaded everything, so that a run takes a tenth of a second and
is the same each time: a first run lists the calls, further ones have a fault at one of them.
"""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from tray.demo.center import IdentityCenter
from tray.demo.knobs import Consent

_CALL = re.compile(r"(\w+)\((.*)\) += ")
_TESTS = Path(__file__).parents[1]
_SERVER = """
import gc, os, signal, sys
sys.path.insert(0, sys.argv[1])
from support import faulty_commands
gc.collect()
gc.freeze()
gc.disable()
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
print("ready", flush=True)
for line in sys.stdin:
    command, home = line.split()
    ready, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.environ["HOME"] = home
        os.dup2(os.open(os.path.join(home, "said"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 2)
        os.write(tell, b"!")
        signal.sigwait({signal.SIGUSR1})
        os._exit(faulty_commands.run(command))
    os.read(ready, 1)
    os.close(ready)
    os.close(tell)
    print(child, flush=True)
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
"""


ERRORS = {
    "openat": ("EACCES", "ENOSPC", "EIO"),
    "write": ("ENOSPC", "EIO"),
    "read": ("EIO",),
    "fsync": ("EIO",),
    "ftruncate": ("EIO",),
    "msync": ("EIO",),
    "mmap": ("ENODEV",),
    "flock": ("ENOLCK",),
    "rename": ("EIO", "ENOSPC", "EACCES", "EBUSY", "EXDEV"),
    "renameat2": ("EIO", "EINVAL", "EACCES"),
    "unlink": ("EACCES", "EIO"),
    "chmod": ("EPERM",),
    "mkdir": ("EACCES",),
    "newfstatat": ("EACCES",),
    "getdents64": ("EIO",),
    "close": ("EIO",),
}
"""What the system may answer to each call."""

TRIES = 20
"""How often a call is looked for that others of its name came before, more or fewer of them than the last time."""

READING = {"newfstatat", "read", "getdents64", "lseek", "fstat", "readlink"}
"""An error is tried at the last of several alike."""

CHANGING_NOTHING = READING | {"close", "fcntl", "flock", "fsync", "ioctl"}
"""A kill at one of these is one at the next call that changes something; and the system lets go of every lock."""


class Call(NamedTuple):
    """A system call of a command on the files below a folder."""

    name: str
    count: int  # type: ignore[assignment] # no one counts in this tuple
    """
    Which one of its name it is, counted from the command's beginning. Only about right: memory is asked for and sockets
    are read by calls of the same names, more or fewer of them each time.
    """

    ours: int
    """Which one of its name it is among those on our files: the same each time."""

    arguments: str


class Tried(NamedTuple):
    """One run with a fault, and where it was."""

    command: str
    call: Call
    fault: str


class Ended(NamedTuple):
    """How a command ended: negative for a signal."""

    code: int
    said: str


class Lab:
    """An Identity Center, and a process that runs commands against it, one after the other."""

    def __init__(self) -> None:
        self.center = IdentityCenter()
        self.center.start()
        self.center.knobs.consent = Consent.ALLOW
        self.center.knobs.device_interval = 0
        self._process = subprocess.Popen(
            [sys.executable, "-c", _SERVER, str(_TESTS)],
            env={**os.environ, **self.center.environment(), "PYTHONHASHSEED": "0"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready"

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()
        self.center.stop()

    def run(self, command: str, home: Path, *options: str) -> Ended:
        """Run a command of `support.faulty_commands` in a home, under strace where options for it are given."""
        assert self._process.stdin
        self._process.stdin.write(f"{command} {home}\n")
        self._process.stdin.flush()
        child = int(self._line())
        tracer = None
        if options:
            tracer = subprocess.Popen(
                ["strace", "-y", "-s", "0", *options, "-p", str(child)], stderr=subprocess.PIPE, text=True
            )
            assert tracer.stderr
            said = tracer.stderr.readline()
            if "attached" not in said:
                os.kill(child, signal.SIGKILL)
                self._line()
                reason = f"needs permission to trace a process: {said}"
                pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
        os.kill(child, signal.SIGUSR1)
        code = int(self._line())
        if tracer is not None:
            tracer.communicate(timeout=20)
        return Ended(code, (home / "said").read_text("utf-8"))

    def calls(self, command: str, home: Path, folder: Path) -> list[Call]:
        """List the calls of a command that concern the files below a folder."""
        log = home / "log"
        ended = self.run(command, home, "-o", str(log))
        assert ended == (0, ""), ended
        seen: Counter[str] = Counter()
        ours: Counter[str] = Counter()
        found = []
        for line in log.read_text("utf-8").splitlines():
            if matched := _CALL.match(line):
                seen[matched[1]] += 1
                if str(folder) in matched[2]:
                    ours[matched[1]] += 1
                    found.append(Call(matched[1], seen[matched[1]], ours[matched[1]], matched[2]))
        return found

    def run_with_fault(self, command: str, home: Path, call: Call, fault: str, folder: Path) -> tuple[Ended, Call]:
        """
        Run a command with a fault of strace's at one call, such as ``error=EIO`` or ``signal=KILL``.

        Returns:
            How it ended, and the call as it was counted this time. Where that is not the call that was asked for,
            another met the fault, and this one is worth the next try, in a new home.
        """
        log = home / "log"
        inject = f"inject={call.name}:{fault}:when={call.count}"
        ended = self.run(command, home, "-o", str(log), "-e", f"trace={call.name}", "-e", inject)
        lines = [line for line in log.read_text("utf-8").splitlines() if line.startswith(f"{call.name}(")]
        ours = [count for count, line in enumerate(lines, 1) if str(folder) in line]
        count = ours[call.ours - 1] if len(ours) >= call.ours else call.count + 1
        return ended, call._replace(count=count)

    def _line(self) -> str:
        assert self._process.stdout
        assert select.select([self._process.stdout], [], [], 30)[0], "a command does not come to its end"
        return self._process.stdout.readline().strip()


def faults_at(command: str, calls: list[Call], number: int) -> list[Tried]:
    """
    List what a command is to meet: to be killed at each call that changes something, and a refusal at each call.

    Args:
        command: Its name.
        calls: Those that it makes (see `Lab.calls`).
        number: Of this command among others: each meets other refusals at the same call.
    """
    kills = [call for call in calls if _changes_something(call) or call is calls[-1]]
    faults = [Tried(command, call, "signal=KILL") for call in kills]
    for call in {(call.name, call.arguments) if call.name in READING else call: call for call in calls}.values():
        if call.name == "close" and ".lock>" in call.arguments:
            continue  # strace lets the file stay open, and so the lock held, as no system does
        errors = ERRORS.get(call.name, ())
        if not call.name.startswith("rename"):  # a rename meets them all
            errors = errors[(len(faults) + number) % len(errors or "-") :][:1]
        faults += [Tried(command, call, f"error={error}") for error in errors]
    return faults


def _changes_something(call: Call) -> bool:
    return call.name not in CHANGING_NOTHING and not (call.name == "openat" and "O_RDONLY" in call.arguments)
