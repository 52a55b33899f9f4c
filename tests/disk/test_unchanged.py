"""What other programs write at the same moment is never lost, whether they write in place or by renaming."""

import errno
import subprocess
import sys
import threading
from collections import deque

import pytest

from tray.core.errors import ServiceProblem
from tray.disk.files import replace_unchanged, update_file

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can swap names and hold writers up")

APPENDS = """
import sys
for number in range(4000):
    with open(sys.argv[1], "a") as file:
        file.write(f"theirs {number}\\n")
"""
REPLACES = """
import os, sys
path = sys.argv[1]
mine = []
for number in range(400):
    with open(path) as file:
        lines = file.readlines()
    mine.append(f"theirs {number}\\n")
    with open(f"{path}.other", "w") as file:
        file.writelines([*(line for line in lines if line not in mine), *mine])
    os.replace(f"{path}.other", path)
"""
REWRITES = """
import sys
mine = []
for number in range(400):
    with open(sys.argv[1]) as file:
        lines = file.readlines()
    mine.append(f"theirs {number}\\n")
    with open(sys.argv[1], "w") as file:
        file.writelines([*(line for line in lines if line not in mine), *mine])
"""


@pytest.fixture
def target(tmp_path):
    path = tmp_path / "config"
    path.write_bytes(b"before")
    return path


@pytest.fixture
def staged(tmp_path):
    path = tmp_path / "staged"
    path.write_bytes(b"ours")
    return path


@pytest.fixture
def meanwhile(monkeypatch):
    """Let other programs do something right before a swap of names: one entry for each swap."""
    acts = deque()
    from tray.disk import linux as files_of_linux

    rename = files_of_linux._rename

    def run(source, target, flags):
        if acts:
            acts.popleft()()
        rename(source, target, flags)

    monkeypatch.setattr(files_of_linux, "_rename", run)
    return acts


def replace_with(target, data):
    def act():
        other = target.with_name(f"other-{data.decode()}")
        other.write_bytes(data)
        other.replace(target)

    return act


def test_a_file_that_is_unchanged_is_replaced(target, staged):
    assert replace_unchanged(staged, target, b"before") is True
    assert target.read_bytes() == b"ours"


def test_a_file_that_is_not_there_yet_is_made(staged, tmp_path):
    assert replace_unchanged(staged, tmp_path / "new", None) is True
    assert (tmp_path / "new").read_bytes() == b"ours"


@pytest.mark.parametrize("before", [b"other", b"", None])
def test_a_file_that_has_changed_stays(target, staged, before):
    assert replace_unchanged(staged, target, before) is False
    assert target.read_bytes() == b"before"


def test_a_file_that_has_gone_is_not_made_again(staged, tmp_path):
    assert replace_unchanged(staged, tmp_path / "gone", b"before") is False
    assert not (tmp_path / "gone").exists()


@linux
def test_a_file_that_is_being_written_stays(target, staged):
    with target.open("a") as writer:
        assert replace_unchanged(staged, target, b"before") is False
        writer.write(" and after")
    assert target.read_bytes() == b"before and after"


@linux
def test_a_writer_that_comes_at_the_last_moment_waits_and_writes_the_file_it_meant(target, staged, meanwhile):
    def write():
        with target.open("a") as file:
            file.write(" and after")

    writer = threading.Thread(target=write)

    def come():
        writer.start()
        writer.join(0.1)
        assert writer.is_alive()  # The lease makes it wait.

    meanwhile.append(come)
    assert replace_unchanged(staged, target, b"before") is False
    writer.join()
    assert target.read_bytes() == b"before and after"


@linux
def test_a_file_that_another_program_replaces_at_the_last_moment_is_put_back(target, staged, meanwhile):
    meanwhile.append(replace_with(target, b"theirs"))
    assert replace_unchanged(staged, target, b"before") is False
    assert target.read_bytes() == b"theirs"


@linux
@pytest.mark.parametrize("times", [2, 3, 4])
def test_the_last_of_several_replacements_counts(target, staged, meanwhile, times):
    meanwhile.extend(replace_with(target, b"%d" % number) for number in range(times))
    assert replace_unchanged(staged, target, b"before") is False
    assert target.read_bytes() == b"%d" % (times - 1)


@linux
def test_a_file_that_another_program_makes_at_the_last_moment_stays(staged, tmp_path, meanwhile):
    target = tmp_path / "new"
    meanwhile.append(lambda: target.write_bytes(b"theirs"))
    assert replace_unchanged(staged, target, None) is False
    assert target.read_bytes() == b"theirs"


@linux
def test_a_file_that_another_program_removes_at_the_last_moment_stays_away(target, staged, meanwhile):
    meanwhile.append(target.unlink)
    assert replace_unchanged(staged, target, b"before") is False
    assert not target.exists()


@linux
@pytest.mark.parametrize("number", [errno.ENOSYS, errno.EINVAL, None])
@pytest.mark.parametrize("before", [b"before", None])
def test_where_names_cannot_be_swapped_the_file_is_renamed(target, staged, before, number, monkeypatch):
    class Library:
        def __init__(self, *args, **options):
            if number is not None:
                self.renameat2 = lambda *args: -1

    import ctypes

    monkeypatch.setattr(ctypes, "CDLL", Library)
    monkeypatch.setattr(ctypes, "get_errno", lambda: number)
    if before is None:
        target.unlink()
    assert replace_unchanged(staged, target, before) is True
    assert target.read_bytes() == b"ours"


@linux
def test_where_no_lease_can_be_had_names_are_swapped_without(target, staged, meanwhile, monkeypatch):
    def refuse(*args):
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr("tray.disk.linux.fcntl.fcntl", refuse)
    meanwhile.append(replace_with(target, b"theirs"))
    assert replace_unchanged(staged, target, b"before") is False
    assert target.read_bytes() == b"theirs"
    assert replace_unchanged(staged, target, b"theirs") is True


@linux
@pytest.mark.parametrize("program", [APPENDS, REPLACES, REWRITES], ids=["append", "replace", "rewrite"])
def test_another_process_that_writes_all_the_time_loses_nothing(target, tmp_path, program):
    target.write_bytes(b"")
    writer = subprocess.Popen([sys.executable, "-c", program, str(target)])
    written = 0
    while writer.poll() is None:
        try:
            written += update_file(
                target,
                lambda data: data + b"ours\n",
                lock=tmp_path / "state" / "lock",
                sleep=lambda seconds: None,
            )
        except ServiceProblem:
            continue
    assert writer.returncode == 0
    lines = target.read_text().splitlines()
    count = 4000 if program is APPENDS else 400
    assert [line for line in lines if line != "ours"] == [f"theirs {number}" for number in range(count)]
    if program is APPENDS:
        assert lines.count("ours") == written
