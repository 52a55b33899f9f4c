"""A token that AWS gave is kept until it is in its file, and what was left behind is adopted where it may be."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from support.center import plant_token
from support.login import SESSION
from support.needs import linux, needs, posix, superuser, symlink
from support.renewing import document_in, plant_due, refreshes, surroundings

from tray.aws.cache import staging
from tray.aws.cache.files import load_token
from tray.aws.cache.renewal import renew_file
from tray.aws.cache.sign_out import sign_out
from tray.aws.cache.staging import adopt, stage, sweep
from tray.core.errors import ConfigProblem, NotSignedIn, ServiceProblem
from tray.core.message import shell
from tray.demo.center import IdentityCenter
from tray.disk import native
from tray.disk.files import remove_file

EXPIRES = "2026-11-26T12:00:00Z"
OLD = {"accessToken": "old", "expiresAt": EXPIRES, "refreshToken": "r1"}
NEW = {"accessToken": "new", "expiresAt": EXPIRES, "refreshToken": "r2"}
OTHER = {"accessToken": "other", "expiresAt": EXPIRES, "refreshToken": "r3"}
KILLED = """
import os, sys
from pathlib import Path
from tray.aws.cache import staging
from tray.aws.cache.staging import adopt, stage, sweep
with stage(Path(sys.argv[1]), sys.argv[2] or None) as staged:
    staged.keep({"accessToken": "new", "expiresAt": "2026-11-26T12:00:00Z", "refreshToken": "r2"})
    os._exit(9)
"""
IN_PLACE = """
import json, sys
from pathlib import Path
from tray.aws.cache import staging
from tray.aws.cache.staging import adopt, stage, sweep
path = Path(sys.argv[1])
with stage(path, sys.argv[2]) as staged:
    staged.keep({"accessToken": "new", "expiresAt": "2026-11-26T12:00:00Z", "refreshToken": "r2"})
    staged.put()
assert json.loads(path.read_text())["accessToken"] == "new"
"""


@pytest.fixture
def path(home: Path) -> Path:
    return plant_token(SESSION.name, OLD)


def fingerprint(path: Path) -> str:
    found = load_token(path)
    assert isinstance(found, tuple)
    return found[0].fingerprint


def leave_behind(path: Path, follows: str | None) -> Path:
    """Kill a process that has kept a token; returns what it leaves."""
    subprocess.run([sys.executable, "-c", KILLED, str(path), follows or ""], check=False)
    [left] = beside(path)
    assert left.read_bytes().rstrip() == json.dumps(NEW).encode()
    return left


def adopts(path: Path) -> bool:
    """Adopt what was left behind; tells whether there is another token in the file now."""
    before = path.read_bytes() if path.exists() else None
    adopt(path)
    return path.exists() and path.read_bytes() != before


def store(path: Path) -> None:
    """Put a new token in place of the one that is there."""
    with stage(path, fingerprint(path), sleep=lambda _: None) as staged:
        staged.keep(NEW)
        staged.put()


def interrupted(path: Path) -> None:
    with stage(path, fingerprint(path)) as staged:
        staged.keep(NEW)
        raise KeyboardInterrupt


def beside(path: Path) -> list[Path]:
    return [each for each in path.parent.iterdir() if each != path]


def test_a_token_is_put_in_place_whole_and_private(path: Path) -> None:
    path.chmod(0o644)
    with stage(path, fingerprint(path)) as staged:
        [file] = beside(path)
        assert b"accessToken" not in file.read_bytes()
        staged.keep(NEW)
        assert json.loads(file.read_bytes()) == NEW  # also with the blanks after it
        staged.put()
        assert path.read_text("utf-8") == json.dumps(NEW)
    assert beside(path) == []
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_token_longer_than_the_room_for_it_is_put_in_place_too(path: Path) -> None:
    long = {**NEW, "accessToken": "a" * 300_000}
    with stage(path, fingerprint(path)) as staged:
        staged.keep(long)
        staged.put()
    assert document_in(path) == long


def test_where_files_are_not_mapped_into_memory_it_is_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "memory_of", lambda _descriptor, _size: None)
    with stage(path, fingerprint(path)) as staged:
        staged.keep(OTHER)
        assert json.loads(beside(path)[0].read_bytes()) == OTHER
        staged.keep(NEW)
        staged.put()
    assert document_in(path) == NEW


def test_what_is_not_kept_or_is_dropped_leaves_nothing(path: Path) -> None:
    with stage(path, fingerprint(path)):
        pass
    assert beside(path) == []
    with stage(path, fingerprint(path)) as staged:
        staged.keep(NEW)
        staged.drop()
        assert b"accessToken" not in beside(path)[0].read_bytes()
    assert beside(path) == []
    assert document_in(path) == OLD


def test_an_interrupt_after_the_answer_leaves_the_token_to_be_adopted(path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        interrupted(path)
    assert adopts(path)
    assert document_in(path) == NEW
    assert beside(path) == []


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EACCES])
def test_a_disk_that_fails_at_the_last_step_costs_no_token(
    path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(native, "replace", fail)
        with pytest.raises((ConfigProblem, ServiceProblem)) as problem:
            store(path)
    assert str(path) in problem.value.title
    assert "put in place by the next renewal" in problem.value.hint
    assert document_in(path) == OLD
    assert adopts(path)
    assert document_in(path) == NEW


def test_a_token_left_behind_is_adopted_after_the_one_that_it_follows(path: Path) -> None:
    leave_behind(path, fingerprint(path))
    assert adopts(path)
    assert path.read_text("utf-8") == json.dumps(NEW)
    assert beside(path) == []
    assert not adopts(path)


def test_it_is_not_adopted_over_a_newer_token(path: Path) -> None:
    leave_behind(path, fingerprint(path))
    path.write_text(json.dumps(OTHER), encoding="utf-8")
    assert not adopts(path)
    assert document_in(path) == OTHER
    assert beside(path) == []


def test_a_logout_meanwhile_stays_a_logout(path: Path) -> None:
    leave_behind(path, fingerprint(path))
    path.unlink()
    assert not adopts(path)
    assert not path.exists()
    assert beside(path) == []


def test_the_token_of_a_first_login_is_adopted_where_there_is_none(path: Path) -> None:
    path.unlink()
    leave_behind(path, None)
    assert adopts(path)
    assert document_in(path) == NEW
    leave_behind(path, None)
    assert not adopts(path)  # a token is there by now
    assert beside(path) == []


@pytest.mark.parametrize("torn", ["", json.dumps(NEW)[:40]])
def test_a_file_that_was_torn_in_place_is_made_whole(path: Path, torn: str) -> None:
    leave_behind(path, fingerprint(path))
    path.write_text(torn, encoding="utf-8")
    assert adopts(path)
    assert document_in(path) == NEW


@pytest.mark.parametrize("length", [0, 1, 40])
def test_half_a_token_is_not_adopted(path: Path, length: int) -> None:
    left = leave_behind(path, fingerprint(path))
    left.write_bytes(left.read_bytes()[:length] + b" " * 100)
    assert not adopts(path)
    assert document_in(path) == OLD
    assert beside(path) == []


def test_what_cannot_be_read_is_overwritten_by_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = leave_behind(path, fingerprint(path))
    opened = os.open

    def fail(file: object, *rest: int, **options: int) -> int:
        if file == path:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return opened(file, *rest, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", fail)
        with pytest.raises(ConfigProblem):
            adopt(path)
    assert left.exists()
    assert adopts(path)


def test_a_living_process_keeps_its_file(path: Path) -> None:
    with stage(path, fingerprint(path)) as staged:
        staged.keep(NEW)
        assert not adopts(path)
        sweep(path)
        assert len(beside(path)) == 1
        staged.put()
    assert document_in(path) == NEW


def test_one_whose_file_was_swept_away_all_the_same_writes_its_token(path: Path) -> None:
    with stage(path, fingerprint(path)) as staged:
        staged.keep(NEW)
        if os.name == "posix":
            beside(path)[0].unlink()
        staged.put()
    assert document_in(path) == NEW


def test_other_sign_ins_are_left_alone(path: Path) -> None:
    other = plant_token("other", OTHER)
    subprocess.run([sys.executable, "-c", KILLED, str(other), fingerprint(other)], check=False)
    assert not adopts(path)
    sweep(path)
    assert adopts(other)
    assert document_in(other) == NEW


def test_it_is_kept_beside_the_file_that_a_link_leads_to(path: Path, tmp_path: Path) -> None:
    real = tmp_path / "real.json"
    path.rename(real)
    symlink(path, real)
    leave_behind(real, fingerprint(path))
    assert adopts(path)
    assert path.is_symlink()
    assert document_in(real) == NEW


def test_a_renewal_adopts_before_it_asks(center: IdentityCenter) -> None:
    path = plant_due(center)
    left = leave_behind(path, fingerprint(path))
    issued = center.issue_token()
    left.write_bytes(json.dumps(issued).encode() + b" " * 50)
    assert not renew_file(SESSION, surroundings()).renewed
    assert document_in(path) == issued
    assert refreshes(center) == 0


def test_a_logout_ends_what_was_left_behind(center: IdentityCenter, tmp_path: Path) -> None:
    path = plant_due(center)
    left = leave_behind(path, fingerprint(path))
    left.write_bytes(json.dumps(center.issue_token()).encode())
    assert len(center.sessions) == 2
    assert sign_out(SESSION, (), surroundings(), cli_cache=tmp_path).untold is None
    assert len(center.sessions) == 1
    assert list(path.parent.iterdir()) == []
    with pytest.raises(NotSignedIn):
        renew_file(SESSION, surroundings())


@pytest.mark.parametrize("bearer", ["file", "folder"])
def test_a_mark_that_forbids_changes_is_met_before_aws_is_asked(
    center: IdentityCenter, monkeypatch: pytest.MonkeyPatch, bearer: str
) -> None:
    path = plant_due(center)
    marked = path if bearer == "file" else path.parent
    monkeypatch.setattr(native, "unmarking", lambda each: "sudo chattr -ia" if each == marked else None)
    with pytest.raises(ConfigProblem, match="unchangeable") as problem:
        renew_file(SESSION, surroundings())
    assert problem.value.hint == f"Run: sudo chattr -ia {shell(str(marked))}"
    assert not center.requests


@linux
@superuser
@pytest.mark.parametrize("mark", [0x10, 0x20], ids=["immutable", "append only"])
@pytest.mark.parametrize("bearer", ["token.json", "."])
def test_the_mark_itself_is_read_from_the_system(mark: int, bearer: str) -> None:
    import array
    import fcntl

    def set_flags(value: int) -> None:
        descriptor = os.open(marked, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, 0x40086602, array.array("l", [value]))  # FS_IOC_SETFLAGS
        finally:
            os.close(descriptor)

    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        path = Path(folder) / "token.json"
        path.write_text(json.dumps(OLD), encoding="utf-8")
        marked = path.parent / bearer
        assert native.unmarking(marked) is None
        assert native.unmarking(path.parent / "missing") is None
        try:
            set_flags(mark)
        except OSError as error:
            pytest.skip(f"this file system has no such marks: {error}")
        try:
            assert native.unmarking(marked) == "sudo chattr -ia"
            with pytest.raises(ConfigProblem, match="unchangeable"):
                store(path)
            with pytest.raises(ConfigProblem, match="unchangeable"):
                remove_file(path)
        finally:
            set_flags(0)
        assert list(path.parent.iterdir()) == [path]


@linux
@superuser
def test_a_file_that_is_mounted_by_itself_is_written_in_place(path: Path) -> None:
    needs("unshare", "mount")
    with tempfile.TemporaryDirectory() as elsewhere:
        outside = Path(elsewhere) / "token.json"
        outside.write_text(path.read_text("utf-8"), encoding="utf-8")
        inode = outside.stat().st_ino
        script = f'mount --bind "{outside}" "{path}" && exec "$@"'
        command = [
            "unshare",
            "-m",
            "sh",
            "-c",
            script,
            "sh",
            sys.executable,
            "-c",
            IN_PLACE,
            str(path),
            fingerprint(path),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if "permission denied" in done.stderr.lower() or "not permitted" in done.stderr.lower():
            pytest.skip(done.stderr)
        assert done.returncode == 0, done.stderr
        assert document_in(outside) == NEW
        assert outside.stat().st_ino == inode
    assert beside(path) == []


@posix
def test_a_file_in_place_of_which_no_other_can_be_put_keeps_a_copy_until_it_is_written(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))

    write = staging._write_all

    def torn(descriptor: int, data: bytes) -> None:
        if data.strip():  # it is no room for what comes later
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        write(descriptor, data)

    monkeypatch.setattr(native, "replace", busy)
    inode = path.stat().st_ino
    with monkeypatch.context() as patch:
        patch.setattr(staging, "_write_all", torn)
        with pytest.raises(ServiceProblem):
            store(path)
    assert path.read_bytes() == b""
    assert adopts(path)
    assert document_in(path) == NEW
    assert path.stat().st_ino == inode
    assert beside(path) == []
