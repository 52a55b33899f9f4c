"""A lock has one holder, of all our processes and all parts of each, and ends with its process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tray.core.errors import Busy, ConfigProblem
from tray.disk import lock

_HOLDER = """
import sys
from pathlib import Path
from tray.disk import lock
held = lock.acquire(Path(sys.argv[1]))
print("held" if held else "refused", flush=True)
sys.stdin.read()
"""


def _start_holder(path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def test_the_file_says_who_holds_the_lock_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "state" / "sso-tray" / "lock"

    held = lock.acquire(path)

    assert held
    held.name_holder()
    assert path.read_text() == f"{os.getpid()}\n"
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
    held.release()


def test_a_second_try_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    first = lock.acquire(path)
    assert first
    first.name_holder()

    assert lock.acquire(path) is None
    assert path.read_text() == f"{os.getpid()}\n"

    first.release()
    first.release()
    second = lock.acquire(path)
    assert second
    second.release()


def test_another_process_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    held = lock.acquire(path)
    assert held

    with _start_holder(path) as other:
        assert _first_line(other) == "refused"
        other.communicate()
    held.release()


def test_a_killed_holder_leaves_no_lock_behind(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with _start_holder(path) as other:
        assert _first_line(other) == "held"
        assert lock.acquire(path) is None
        other.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        other.communicate()

    held = lock.acquire(path)

    assert held
    held.name_holder()
    assert path.read_text() == f"{os.getpid()}\n"
    held.release()


@pytest.mark.skipif(os.name != "posix", reason="symbolic links need a privilege elsewhere")
def test_a_symbolic_link_is_refused_and_its_target_untouched(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("data")
    (tmp_path / "lock").symlink_to(target)

    with pytest.raises(OSError, match="lock"):
        lock.acquire(tmp_path / "lock")

    assert target.read_text() == "data"


@pytest.mark.skipif(os.name != "posix", reason="descriptors are inherited otherwise elsewhere")
def test_a_child_process_does_not_keep_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    held = lock.acquire(path)
    assert held
    with subprocess.Popen(["sleep", "60"]) as child:
        held.release()
        again = lock.acquire(path)
        child.kill()
    assert again
    again.release()


def test_a_lock_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    held = lock.acquire(path)
    assert held
    naps: list[float] = []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 3:
            held.release()

    with lock.locked(path, sleep=sleep):
        assert len(naps) == 3
        assert lock.acquire(path) is None


def test_a_lock_that_is_not_let_go_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    naps: list[float] = []
    with lock.locked(path), pytest.raises(Busy), lock.locked(path, sleep=naps.append):
        pytest.fail("both held it")
    assert 5 <= sum(naps) <= 15
    with lock.locked(path, sleep=naps.append):
        assert lock.acquire(path) is None


def test_a_folder_that_cannot_hold_a_lock_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way")

    with pytest.raises(ConfigProblem), lock.locked(tmp_path / "state" / "lock"):
        pytest.fail("it was held")


def test_to_ask_whether_a_lock_is_held_makes_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not lock.is_held(path)
    assert not path.exists()

    held = lock.acquire(path)
    assert held
    held.name_holder()
    assert lock.is_held(path)
    assert path.read_text() == f"{os.getpid()}\n"

    held.release()
    assert not lock.is_held(path)
    again = lock.acquire(path)
    assert again
    again.release()
