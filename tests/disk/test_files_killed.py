"""
A write that is killed, or refused something by the system, at any of its system calls leaves a whole file.

strace counts the calls of a write in a first run; then each of them is the one at which a run is killed or fails.
"""

import errno
import os
import re
import shutil
import stat
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.needs import needs

import tray
from tray.disk.files import list_backups, update_file

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="strace is a program of Linux")

OLD = b"old " * 5_000
NEW = b"new " * 7_000
WRITER = """
import ctypes, os, signal, sys
from pathlib import Path
from tray.disk.files import update_file
from tray.core.errors import TrayError

home = Path(sys.argv[1])
new = b"new " * 7_000
os.sched_yield()
try:
    update_file(home / "config", lambda before: new, lock=home / "state" / "lock", backups=home / "state" / "backups")
except TrayError as error:
    print(type(error).__name__, error)
os.sched_yield()
"""
CALL = re.compile(r"(?:\d+ +)?(\w+)\(")
NOT_OF_FILES = {"brk", "mmap", "munmap", "mprotect", "madvise", "rt_sigaction", "futex", "sched_yield", "getpid"}


@pytest.fixture(scope="module")
def calls(tmp_path_factory):
    """List the system calls of a write: name, and the how-many-th one of that name in its process it is."""
    needs("strace")
    log = tmp_path_factory.mktemp("log") / "log"
    home = tmp_path_factory.mktemp("home") / "0"  # As deep as the others: each folder on the way is looked at.
    run_writer(home, "-o", str(log), "-e", "trace=all")
    names = [found[1] for line in log.read_text().splitlines() if (found := CALL.match(line))]
    if "sched_yield" not in names:
        reason = "needs permission to trace a process"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    first, last = (index for index, name in enumerate(names) if name == "sched_yield")
    seen = Counter(names[:first])
    acts = []
    for name in names[first:last]:
        seen[name] += 1
        if name not in NOT_OF_FILES:
            acts.append((name, seen[name]))
    assert {"openat", "write", "fsync", "rename", "renameat2", "chmod"} <= {name for name, _ in acts}
    return acts


def run_writer(home, *options):
    """Run the writer under strace, without anything that could call the system differently from run to run."""
    home.mkdir()
    (home / "config").write_bytes(OLD)
    (home / "config").chmod(0o640)
    return subprocess.run(
        ["strace", "-f", "-qq", *options, sys.executable, "-S", "-B", "-c", WRITER, str(home)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(tray.__file__).parent.parent), "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def at_each(calls, tmp_path, fault, *options):
    """Run the writer once for each call, with a fault at that call."""

    def run(number):
        name, count = calls[number]
        home = tmp_path / str(number)
        inject = ["-e", f"trace={name}", "-e", f"inject={name}:{fault}:when={count}"]
        return calls[number], home, run_writer(home, "-o", "/dev/null", *inject, *options)

    with ThreadPoolExecutor(2) as pool:
        yield from pool.map(run, range(len(calls)))


def unfinished(home):
    return [path for path in home.rglob("*") if ".sso-tray-" in path.name]


def test_a_write_that_is_killed_at_any_system_call_leaves_a_whole_file(calls, tmp_path):
    found = []
    for call, home, ended in at_each(calls, tmp_path, "signal=KILL"):
        config, backups = home / "config", home / "state" / "backups"
        assert ended.returncode in (-9, 137), call
        assert config.read_bytes() in (OLD, NEW), call
        assert stat.S_IMODE(config.stat().st_mode) == 0o640, call
        assert [backup.read_bytes() for backup in list_backups(backups, config)] in ([], [OLD]), call
        if config.read_bytes() == NEW:
            assert list_backups(backups, config), call
        found.append(config.read_bytes())
        assert update_file(config, lambda before: before + b"more", lock=home / "state" / "lock", backups=backups), call
        assert config.read_bytes() == found[-1] + b"more", call
        assert unfinished(home) == [], call
        shutil.rmtree(home)
    swap = [name for name, _ in calls].index("renameat2")
    assert found == [OLD] * (swap + 1) + [NEW] * (len(calls) - swap - 1)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES], ids=errno.errorcode.get)
def test_a_write_that_is_refused_something_says_so_or_succeeds_and_leaves_nothing(calls, tmp_path, number):
    doing = {"openat", "write", "fsync", "rename", "renameat2", "chmod", "mkdir", "unlink", "flock", "fcntl"}
    words = {errno.ENOSPC: "ServiceProblem", errno.EACCES: "ConfigProblem"}[number]
    refused = []
    steps = [call for call in calls if call[0] in doing]
    for call, home, ended in at_each(steps, tmp_path, f"error={errno.errorcode[number]}", "--seccomp-bpf"):
        config = home / "config"
        assert ended.stderr == "", call
        if config.read_bytes() == OLD:
            assert ended.stdout.startswith(words), call
            refused.append(call[0])
        else:
            assert config.read_bytes() == NEW, call
            assert ended.stdout == "", call
        assert stat.S_IMODE(config.stat().st_mode) == 0o640, call
        assert unfinished(home) == [] or call[0] == "unlink", call
        shutil.rmtree(home)
    assert {"write", "chmod", "mkdir"} <= set(refused)
