"""A lock is taken from a holder that gives no sign of life by a newer file, and the old holder sees that."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.needs import posix

from tray.disk import generations, lock, native


def test_a_lock_has_one_holder_whatever_its_generation(tmp_path: Path) -> None:
    base = tmp_path / "state" / "lock"
    first = generations.take(base)
    assert first
    assert base.exists()
    assert generations.take(base) is None
    assert generations.is_held(base)
    assert not first.succeeded

    second = generations.take_over(base)
    assert second
    assert first.succeeded
    assert not second.succeeded
    assert generations.take(base) is None

    second.release()
    assert first.succeeded, "it is over also when the successor has gone"
    third = generations.take(base)
    assert third
    assert third.number == second.number
    first.release()
    third.release()


def test_of_two_that_take_over_at_once_each_knows_whether_it_is_the_one(tmp_path: Path) -> None:
    base = tmp_path / "lock"
    assert generations.take(base)
    taken = [generations.take_over(base) for _ in range(3)]

    assert [held is not None and not held.succeeded for held in taken] == [False, False, True]


def test_the_files_of_earlier_generations_go_with_the_next_start(tmp_path: Path) -> None:
    base = tmp_path / "lock"
    for _ in range(3):
        held = generations.take_over(base)
        assert held
        held.release()
    again = generations.take(base)
    assert again

    assert [path.name for path in tmp_path.iterdir()] == ["lock.4"]
    again.release()


def test_files_that_are_no_generation_of_it_count_for_nothing(tmp_path: Path) -> None:
    for name in ("lock.old", "lock.", "lock.1e9", "lock.²", "lock.99999999999999999999", "locker.7"):
        (tmp_path / name).touch()
    held = generations.take(tmp_path / "lock")

    assert held
    assert held.number == 1
    assert not held.succeeded


def test_a_lock_that_nobody_holds_can_be_forgotten_and_one_that_is_held_stays(tmp_path: Path) -> None:
    held = generations.take(tmp_path / "held.lock")
    free = generations.take(tmp_path / "free.lock")
    assert held
    assert free
    free.release()
    for name in ("held.lock", "free.lock"):
        generations.forget_free(tmp_path / name)

    assert [path.name for path in tmp_path.iterdir()] == ["held.lock"]


@posix
def test_a_lock_on_a_file_that_was_removed_meanwhile_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lock"
    real, removed = native.try_lock, []

    def remove_first(descriptor: int) -> bool:
        taken = real(descriptor)
        if not removed:
            removed.append(True)
            path.unlink()
        return taken

    monkeypatch.setattr(native, "try_lock", remove_first)
    held = lock.acquire(path)
    assert held
    assert path.exists()
    assert lock.acquire(path) is None
