"""A child process is ended with what it started, where the system can tell; and only then."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.desk import until
from support.needs import posix
from support.processes import alive, end

from tray.disk.process_tree import Tree, started

windows = pytest.mark.skipif(os.name != "nt", reason="elsewhere a child ends by itself what it started")

PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
print(child.pid, flush=True)
time.sleep(float(sys.argv[1]))
"""
HOLDER = """
import subprocess, sys, time
from tray.disk.process_tree import Tree
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
tree = Tree(child, ends_with_us=sys.argv[1] == "ends")
print(child.pid, flush=True)
time.sleep(120)
"""


@contextmanager
def parent_and_child(program: str, argument: str) -> Iterator[tuple[subprocess.Popen[str], Tree, int]]:
    """Run a program that starts another one; yields it, its tree, and the number of the other."""
    with subprocess.Popen([sys.executable, "-c", program, argument], stdout=subprocess.PIPE, text=True) as child:
        tree = Tree(child)
        assert child.stdout is not None
        below = int(child.stdout.readline())
        try:
            yield child, tree, below
        finally:
            child.kill()
            if alive(below):
                end(below)


@windows
def test_what_a_child_started_ends_with_it() -> None:
    with parent_and_child(PARENT, "120") as (child, tree, below):
        tree.stop(1.0)
        assert child.poll() is not None
        until(lambda: not alive(below))
        tree.stop(1.0)


def test_what_a_child_leaves_running_when_it_ends_goes_on() -> None:
    with parent_and_child(PARENT, "0") as (child, tree, below):
        child.wait(20)
        tree.let_go()
        assert alive(below)


@windows
def test_what_is_of_no_use_without_us_ends_with_us() -> None:
    with parent_and_child(HOLDER, "ends") as (child, _, below):
        assert alive(below)
        child.kill()
        until(lambda: not alive(below))


ALONE = """
import subprocess, sys, time
from tray.disk.process_tree import Tree
child = subprocess.Popen([sys.executable, "-c", sys.argv[1], "120"], stdout=subprocess.PIPE, text=True)
tree = Tree(child, ends_with_us=True, alone=True)
print(child.pid, child.stdout.readline(), flush=True)
time.sleep(120)
"""


@windows
def test_a_child_that_is_of_no_use_without_us_leaves_its_browser_to_the_person() -> None:
    slow = PARENT.replace("import subprocess", "import time; time.sleep(1); import subprocess")
    command = [sys.executable, "-c", ALONE, slow]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        child, browser = map(int, holder.stdout.readline().split())
        try:
            assert alive(child)
            assert alive(browser)
            holder.kill()
            until(lambda: not alive(child))
            assert alive(browser)
        finally:
            for number in (child, browser):
                if alive(number):
                    end(number)


def test_what_is_of_use_without_us_goes_on_without_us() -> None:
    with parent_and_child(HOLDER, "goes on") as (child, _, below):
        child.kill()
        child.wait()
        with pytest.raises(AssertionError):
            until(lambda: not alive(below), seconds=0.5)  # Were it to end with us, that would be at once.


def test_a_child_that_will_not_stop_is_ended(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    program = (
        "import pathlib, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"pathlib.Path({str(ready)!r}).touch(); time.sleep(120)"
    )
    with subprocess.Popen([sys.executable, "-c", program], text=True) as child:
        until(ready.exists)
        Tree(child).stop(0.2)
        assert child.wait(20) != 0


STUBBORN = """
import signal, subprocess, sys, time
ignoring = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(120)"
below = subprocess.Popen([sys.executable, "-c", ignoring], stdout=subprocess.PIPE)
below.stdout.readline()
print(below.pid, flush=True)
time.sleep(120)
"""


@posix
def test_all_of_a_group_is_ended_with_its_leader() -> None:
    command = [sys.executable, "-c", STUBBORN]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as leader:
        assert leader.stdout is not None
        below = int(leader.stdout.readline())
        Tree(leader, leads_group=True).stop(5.0)
        assert leader.returncode == -signal.SIGTERM
        until(lambda: not alive(below))


def test_a_program_is_started_of_which_only_the_output_is_wanted() -> None:
    program = "import os, sys; sys.stderr.write('trouble'); print(repr(sys.stdin.read()), os.environ['COLOUR'])"
    with started([sys.executable, "-c", program], {**os.environ, "COLOUR": "blue"}) as (child, _):
        assert child.stdout is not None
        assert child.stdout.read().split() == [b"''", b"blue"]
    assert child.returncode == 0
