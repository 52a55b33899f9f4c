"""A file is replaced whole or not at all, keeps its mode and owner, and loses no change of another program."""

import errno
import os
import stat
import struct
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from support.held import held
from support.modes import is_private
from support.needs import linux, posix, superuser, symlink

from tray.core.errors import ConfigProblem, ServiceProblem, TrayError
from tray.core.message import Message
from tray.disk import native
from tray.disk.files import list_backups, remove_file, replace_file, update_file, write_private
from tray.disk.staging import make_folder


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "aws").mkdir()
    return tmp_path / "aws"


@pytest.fixture
def update(tmp_path):
    def run(path, change=lambda data: data + b"more", **options):
        return update_file(path, change, lock=tmp_path / "state" / "lock", **options)

    return run


def names(folder):
    return sorted(entry.name for entry in folder.iterdir())


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_change_is_written_and_nothing_else_is_left(folder, update):
    path = folder / "config"
    path.write_bytes(b"one ")
    assert update(path) is True
    assert path.read_bytes() == b"one more"
    assert names(folder) == ["config"]


def test_no_change_writes_nothing(folder, update):
    path = folder / "config"
    path.write_bytes(b"one")
    before = path.stat()
    assert update(path, lambda data: data) is False
    assert update(folder / "other", lambda data: data) is False
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert names(folder) == ["config"]


def test_a_new_file_is_for_its_owner_alone(folder, update):
    path = folder / "new" / "config"
    assert update(path) is True
    assert path.read_bytes() == b"more"
    assert is_private(path)
    assert is_private(path.parent)


@posix
@pytest.mark.parametrize("kept", [0o600, 0o644, 0o660, 0o755])
def test_the_mode_is_kept(folder, update, kept):
    path = folder / "config"
    path.write_bytes(b"")
    path.chmod(kept)
    update(path)
    assert mode(path) == kept


@superuser
def test_the_owner_is_kept(folder, update):
    path = folder / "config"
    path.write_bytes(b"")
    os.chown(path, 12345, 54321)
    update(path)
    assert (path.stat().st_uid, path.stat().st_gid) == (12345, 54321)


def access_list(mask):
    """An access list by which user 4242 may read too, as Linux keeps it (``linux/posix_acl_xattr.h``)."""
    entries = [(0x01, 6, -1), (0x02, 4, 4242), (0x04, 0, -1), (0x10, mask, -1), (0x20, 0, -1)]
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in entries)


ACCESS, DEFAULT_ACCESS = "system.posix_acl_access", "system.posix_acl_default"


@linux
def test_the_access_list_and_other_attributes_are_kept(folder, update):
    path = folder / "config"
    path.write_bytes(b"one ")
    path.chmod(0o600)
    os.setxattr(path, ACCESS, access_list(mask=4))
    os.setxattr(path, "user.comment", b"mine")
    before = path.stat().st_mode

    assert update(path) is True
    assert path.stat().st_mode == before
    assert os.getxattr(path, ACCESS) == access_list(mask=4)
    assert os.getxattr(path, "user.comment") == b"mine"


@linux
def test_nobody_is_let_in_by_the_access_list_of_the_folder(folder, update):
    path = folder / "config"
    path.write_bytes(b"one ")
    path.chmod(0o640)
    os.setxattr(folder, DEFAULT_ACCESS, access_list(mask=4))

    assert update(path) is True
    assert ACCESS not in os.listxattr(path)
    assert mode(path) == 0o640


@linux
def test_an_access_list_that_cannot_be_kept_leaves_the_file_as_it_was(folder, update, monkeypatch):
    path = folder / "config"
    path.write_bytes(b"one ")
    os.setxattr(path, ACCESS, access_list(mask=4))

    def refuse(_path, name, _value):
        raise OSError(errno.ENOSPC, f"no room for {name}")

    monkeypatch.setattr(os, "setxattr", refuse)
    with pytest.raises(ServiceProblem):
        update(path)
    assert (path.read_bytes(), names(folder)) == (b"one ", ["config"])


def test_a_file_with_two_names_is_not_changed_under_one_of_them(folder, update, tmp_path):
    path = folder / "config"
    path.write_bytes(b"one ")
    os.link(path, tmp_path / "dotfiles-config")

    with pytest.raises(ConfigProblem, match="hard link"):
        update(path)
    assert (path.read_bytes(), names(folder)) == (b"one ", ["config"])
    assert path.samefile(tmp_path / "dotfiles-config")


def test_an_owner_that_cannot_be_kept_is_a_problem(folder, update, monkeypatch):
    path = folder / "config"
    path.write_bytes(b"one")

    def refuse(*args):
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(native, "keep_owner", refuse)
    with pytest.raises(ConfigProblem):
        update(path)
    assert (path.read_bytes(), names(folder)) == (b"one", ["config"])


def test_a_linked_file_changes_behind_its_link(folder, update):
    (folder / "real").write_bytes(b"one ")
    symlink(folder / "middle", "real")
    symlink(folder / "config", folder / "middle")
    assert update(folder / "config") is True
    assert (folder / "real").read_bytes() == b"one more"
    assert (folder / "config").is_symlink()
    assert (folder / "middle").is_symlink()


def test_a_link_to_nothing_yet_makes_the_file_behind_it(folder, update):
    symlink(folder / "config", folder / "dotfiles" / "config")
    update(folder / "config")
    assert (folder / "dotfiles" / "config").read_bytes() == b"more"


def test_links_in_a_circle_are_a_problem(folder, update):
    symlink(folder / "a", folder / "b")
    symlink(folder / "b", folder / "a")
    with pytest.raises(ConfigProblem):
        update(folder / "a")


@superuser
def test_a_link_to_the_file_of_another_user_is_a_problem(folder, update):
    (folder / "theirs").write_bytes(b"one")
    os.chown(folder / "theirs", 12345, 12345)
    (folder / "config").symlink_to(folder / "theirs")
    with pytest.raises(ConfigProblem):
        update(folder / "config")
    assert (folder / "theirs").read_bytes() == b"one"


def test_a_read_only_file_is_a_problem_even_for_the_superuser(folder, update):
    path = folder / "config"
    path.write_bytes(b"one")
    path.chmod(0o444)
    with pytest.raises(ConfigProblem):
        update(path)
    assert (path.read_bytes(), names(folder)) == (b"one", ["config"])


def as_nobody(act):
    """Do something as an ordinary user, and return the kind of error that it met, and its hint."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        try:
            act()
        except TrayError as error:
            os.write(writing, f"{type(error).__name__}: {error.hint}".encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as said:
        return said.read()


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [(errno.ENOSPC, ServiceProblem), (errno.EIO, ServiceProblem), (errno.EROFS, ConfigProblem)],
)
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_disk_that_fails_leaves_the_file_as_it_was(folder, update, monkeypatch, trouble, kind, step):
    path = folder / "config"
    path.write_bytes(b"one")
    make_folder(folder.parent / "state")

    def fail(*args, **kwargs):
        raise OSError(trouble, os.strerror(trouble))

    if step == "fsync":
        monkeypatch.setattr(os, "fsync", fail)
    else:
        monkeypatch.setattr(native, "exchange", fail)
        monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(kind) as problem:
        update(path)
    assert os.strerror(trouble) in problem.value.title
    with pytest.raises(kind):
        write_private(path, b"secret")
    assert (path.read_bytes(), names(folder)) == (b"one", ["config"])


@pytest.mark.parametrize(
    ("trouble", "advice"),
    [
        (errno.ENOSPC, "Free some space"),
        (errno.EDQUOT, "Free some space"),
        (errno.EIO, "Check the disk"),
        (errno.EROFS, "mounted read-only"),
        (errno.EACCES, "Check who owns"),
    ],
    ids=lambda value: errno.errorcode.get(value, ""),
)
def test_a_write_that_fails_here_says_so_and_what_to_do(folder, monkeypatch, trouble, advice):
    def fail(*args, **kwargs):
        raise OSError(trouble, os.strerror(trouble))

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(TrayError) as problem:
        write_private(folder / "token", b"secret")
    assert str(folder / "token") in problem.value.title
    assert os.strerror(trouble) in problem.value.title
    assert advice in problem.value.hint
    assert not problem.value.passes


def test_a_file_of_ours_is_replaced_whole(folder):
    path = folder / "new" / "entry"
    replace_file(path, b"one")
    assert is_private(path)
    assert is_private(path.parent)
    replace_file(path, b"two")
    assert (path.read_bytes(), names(path.parent)) == (b"two", ["entry"])


@pytest.mark.parametrize("write", [write_private, replace_file])
def test_writers_and_removers_of_one_file_do_not_get_in_each_others_way(folder, write):
    path = folder / "entry"
    failures = []

    def write_and_remove():
        try:
            for _ in range(200):
                write(path, b"whole")
                remove_file(path)
        except (OSError, TrayError) as error:
            failures.append(error)

    threads = [threading.Thread(target=write_and_remove) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert names(folder) == []


@posix
@pytest.mark.parametrize("rights", [0o644, 0o600, 0o400])
def test_whoever_could_read_a_file_of_ours_still_can(folder, rights):
    path = folder / "entry"
    path.write_bytes(b"one")
    path.chmod(rights)
    symlink(folder / "link", path)
    replace_file(folder / "link", b"two")
    assert (path.read_bytes(), mode(path)) == (b"two", rights)
    assert (folder / "link").is_symlink()


@superuser
def test_a_link_to_another_user_s_file_is_refused_for_a_file_of_ours_too(folder):
    path = folder / "entry"
    path.write_bytes(b"one")
    os.chown(path, 65534, 65534)
    symlink(folder / "link", path)
    with pytest.raises(OSError, match="another user"):
        replace_file(folder / "link", b"two")
    assert (path.read_bytes(), names(folder)) == (b"one", ["entry", "link"])


@superuser
@pytest.mark.parametrize("kept_out", ["cache", ".", ".."])
def test_a_folder_that_a_command_with_sudo_left_to_another_user_is_named(kept_out):
    with tempfile.TemporaryDirectory() as home:
        cache = Path(home) / "sso" / "cache"
        cache.mkdir(parents=True)
        for each in (Path(home), cache.parent, cache):
            each.chmod(0o755)
        owned = {"cache": cache, ".": cache, "..": cache.parent}[kept_out]
        owned.chmod(0o755 if kept_out == "cache" else 0o700)
        said = as_nobody(lambda: write_private(cache / "token.json", b"secret"))
        assert (
            said
            == "ConfigProblem: Let root give you access, or correct the variable that leads there, such as HOME or "
            + ("XDG_STATE_HOME." if kept_out == "cache" else "AWS_CONFIG_FILE.")
        )


@posix
def test_a_disk_that_is_full_in_the_middle_of_a_write_leaves_the_file_as_it_was(folder, update):
    import resource

    path = folder / "config"
    path.write_bytes(b"one")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(ServiceProblem, match="as it was") as problem:
            update(path, lambda data: data * 5_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert os.strerror(errno.EFBIG) in problem.value.title
    assert (path.read_bytes(), names(folder)) == (b"one", ["config"])


def test_what_a_killed_process_left_behind_goes_with_the_next_write(folder, update, tmp_path):
    path, backups = folder / "config", tmp_path / "backups"
    path.write_bytes(b"one")
    update(path, backups=backups)
    (backup,) = list_backups(backups, path)
    left = [folder / ".config.sso-tray-abc.tmp", backups / f".{backup.name}.sso-tray-abc.tmp"]
    others = [folder / ".config.other.tmp", folder / ".credentials.sso-tray-abc.tmp", folder / "tmpabc.tmp"]
    for file in (*left, *others):
        file.write_bytes(b"half")
    update(path, backups=backups)
    assert not any(file.exists() for file in left)
    assert all(file.exists() for file in others)


def test_a_half_written_file_that_cannot_be_changed_is_looked_at_once_more(folder, update):
    path = folder / "config"
    path.write_bytes(b"")
    naps = []

    def change(data):
        if not data:
            raise ConfigProblem(Message("no such profile", ""))
        return data + b"more"

    def sleep(seconds):
        naps.append(seconds)
        path.write_bytes(b"whole ")

    assert update(path, change, sleep=sleep) is True
    assert path.read_bytes() == b"whole more"
    assert sum(naps) < 0.2


def test_backups_of_files_of_one_name_do_not_mix(folder, update, tmp_path):
    for number in range(2):
        path = tmp_path / str(number) / "config"
        path.parent.mkdir()
        path.write_bytes(b"%d" % number)
        update(path, backups=tmp_path / "backups")
    assert [backup.read_bytes() for backup in list_backups(tmp_path / "backups", path)] == [b"1"]


def test_a_file_in_place_of_the_folder_is_a_problem(folder, update):
    (folder / "file").write_bytes(b"")
    with pytest.raises(ConfigProblem):
        update(folder / "file" / "config")


def test_a_change_of_another_program_meanwhile_is_not_lost(folder, update):
    path = folder / "config"
    path.write_bytes(b"one ")
    seen = []

    def change(data):
        if not seen:
            path.write_bytes(b"two ")
        seen.append(data)
        return data + b"more"

    assert update(path, change, sleep=lambda seconds: None) is True
    assert seen == [b"one ", b"two "]
    assert path.read_bytes() == b"two more"


def test_a_file_that_another_program_makes_meanwhile_is_not_lost(folder, update):
    path = folder / "config"

    def change(data):
        if not path.exists():
            path.write_bytes(b"theirs ")
        return data + b"more"

    update(path, change, sleep=lambda seconds: None)
    assert path.read_bytes() == b"theirs more"


def test_a_file_that_never_rests_is_a_problem_in_the_end(folder, update):
    path = folder / "config"
    path.write_bytes(b"")

    def change(data):
        path.write_bytes(data + b"x")
        return data + b"more"

    with pytest.raises(ServiceProblem):
        update(path, change, sleep=lambda seconds: None)
    assert b"more" not in path.read_bytes()
    assert names(folder) == ["config"]


def test_a_file_that_another_process_removes_meanwhile_is_written_all_the_same(folder, monkeypatch):
    path = folder / "config"
    path.write_bytes(b"one")
    look = Path.stat

    def look_and_lose(self, *, follow_symlinks=True):
        found = look(self, follow_symlinks=follow_symlinks)
        if self == path and follow_symlinks:
            path.unlink()
        return found

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Path, "stat", look_and_lose)
        replace_file(path, b"two")
    assert path.read_bytes() == b"two"


def test_our_own_writers_wait_for_each_other(folder, update):
    path = folder / "config"
    writers = [threading.Thread(target=update, args=(path, lambda data: data + b"x")) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert path.read_bytes() == b"x" * 8


@linux
def test_without_a_lock_whoever_meets_another_starts_over(folder):
    path = folder / "settings"
    path.write_bytes(b"")
    names_of_all = [b"%d " % number for number in range(4)]
    every_time = [
        threading.Thread(target=update_file, args=(path, lambda data, name=name: data + name), kwargs={"lock": None})
        for name in names_of_all
    ]
    for writer in every_time:
        writer.start()
    for writer in every_time:
        writer.join()
    assert sorted(path.read_bytes().split()) == [name.strip() for name in names_of_all]
    assert names(folder) == ["settings"]


def test_without_a_lock_nothing_of_a_living_process_is_taken_for_left_behind(folder):
    path, others = folder / "settings", folder / ".settings.sso-tray-abc.tmp"
    path.write_bytes(b"one")
    others.write_bytes(b"half")
    assert update_file(path, lambda data: data + b" more", lock=None)
    assert others.read_bytes() == b"half"


def test_readers_never_see_half_a_file(folder, update):
    path = folder / "config"
    path.write_bytes(b"a" * 100_000)
    seen = set()
    stop = threading.Event()

    def read():
        while not stop.is_set():
            with suppress(PermissionError):  # On Windows nobody can open a file while it is replaced.
                seen.add(path.read_bytes())
            time.sleep(0.001)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for letter in (b"b", b"c", b"d"):
            update(path, lambda _, letter=letter: letter * 100_000)
    finally:
        stop.set()
        reader.join()
    assert {(len(content), len(set(content))) for content in seen} == {(100_000, 1)}


def test_a_windows_reader_holds_up_a_write_only_for_a_moment(folder, monkeypatch):
    path = folder / "token.json"
    naps = []
    original = Path.replace

    def replace(source, target):
        if len(naps) < 3:
            raise PermissionError(errno.EACCES, "in use by another process")
        return original(source, target)

    monkeypatch.setattr(Path, "replace", replace)
    write_private(path, b"secret", sleep=naps.append)
    assert path.read_bytes() == b"secret"
    assert sum(naps) < 1


def test_a_reader_that_never_lets_go_is_a_problem_in_the_end(folder, monkeypatch):
    def refuse(source, target):
        raise PermissionError(errno.EACCES, "in use by another process")

    monkeypatch.setattr(Path, "replace", refuse)
    naps = []
    with pytest.raises(ConfigProblem):
        write_private(folder / "token.json", b"secret", sleep=naps.append)
    assert (names(folder), sum(naps) < 6) == ([], True)


def test_what_is_replaced_is_kept_for_its_owner_alone(folder, update, tmp_path):
    path, backups = folder / "config", tmp_path / "state" / "backups"
    path.write_bytes(b"one")
    path.chmod(0o644)
    update(path, lambda _: b"two", backups=backups)
    update(path, lambda _: b"two", backups=backups)
    update(path, lambda _: b"three", backups=backups)
    kept = list_backups(backups, path)
    assert [backup.read_bytes() for backup in kept] == [b"one", b"two"]
    assert all(map(is_private, [*kept, backups]))


def test_a_new_file_has_nothing_to_keep(folder, update, tmp_path):
    update(folder / "config", backups=tmp_path / "backups")
    assert list_backups(tmp_path / "backups", folder / "config") == []


def test_the_last_twenty_of_each_file_are_kept(tmp_path, folder, update):
    (folder / "config").write_bytes(b"0")
    (folder / "credentials").write_bytes(b"other")
    update(folder / "credentials", backups=tmp_path / "backups")
    for number in range(25):
        update(folder / "config", lambda _: b"%d" % (number + 1), backups=tmp_path / "backups")  # noqa: B023 - called at once
    kept = list_backups(tmp_path / "backups", folder / "config")
    assert [backup.read_bytes() for backup in kept] == [b"%d" % number for number in range(5, 25)]
    assert len(list_backups(tmp_path / "backups", folder / "credentials")) == 1


def test_a_change_that_cannot_be_undone_is_not_made(folder, update, tmp_path):
    path = folder / "config"
    path.write_bytes(b"one")
    (tmp_path / "backups").write_bytes(b"a file where the folder should be")
    with pytest.raises(ConfigProblem):
        update(path, backups=tmp_path / "backups")
    assert path.read_bytes() == b"one"


def test_a_file_that_is_held_while_it_is_read_before_a_change_is_waited_for(folder, update):
    path = folder / "config"
    path.write_bytes(b"one")
    with ExitStack() as holding:
        holding.enter_context(held(path))
        update(path, lambda data: data + b" two", sleep=lambda _: holding.close())
    assert path.read_bytes() == b"one two"


def test_a_file_that_is_held_for_good_stays_as_it_is_and_on_windows_that_is_said(folder, update):
    path = folder / "config"
    path.write_bytes(b"one")
    with held(path), pytest.raises(ConfigProblem) as problem:
        update(path, lambda data: data + b" two", sleep=lambda _: None)
    assert path.read_bytes() == b"one"
    assert names(folder) == ["config"]
    assert ("another program has it open" in problem.value.title) == (sys.platform == "win32")


def test_what_was_left_behind_without_a_lock_goes_once_no_write_can_take_so_long(folder):
    path = folder / "state.json"
    write_private(path, b"one")
    left = [folder / f".state.json.sso-tray-{'a' * 16}.tmp", folder / f".state.json.sso-tray-{'b' * 16}.tmp"]
    # A token that waits for its place, files of others, and one that is being written.
    kept = [f".state.json.sso-tray-{'c' * 16}-x.tmp", f".other.json.sso-tray-{'d' * 16}.tmp", ".state.json.swp"]
    young = folder / f".state.json.sso-tray-{'e' * 16}.tmp"
    for file in (*left, *(folder / name for name in kept), young):
        file.write_bytes(b"half")
        if file != young:
            os.utime(file, (0, 0))

    write_private(path, b"two")

    assert names(folder) == sorted(["state.json", *kept, young.name])
    assert path.read_bytes() == b"two"
