"""What the doctor says of folders and files that take no change, before a login is tried."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.build import sign_in, snapshot
from support.examined import context
from support.needs import posix

from tray.aws.cache.files import token_path
from tray.core.dataclass import replace
from tray.core.message import Message, shell
from tray.core.model import Kind
from tray.disk import native
from tray.doctor.finding import Level
from tray.doctor.folders import check, rule
from tray.paths import Paths

SAID, OTHER = Message("A", "Mend it"), Message("B")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    aws = tmp_path / ".aws"
    (aws / "sso" / "cache").mkdir(parents=True)
    (tmp_path / "state").mkdir()
    return Paths(
        aws / "config",
        aws / "credentials",
        aws / "sso" / "cache",
        tmp_path / "s.toml",
        tmp_path / "state",
        tmp_path / "log" / "l.log",
        aws / "login" / "cache",
    )


def test_a_folder_is_named_once_and_what_the_snapshot_says_not_again() -> None:
    found = list(rule([SAID, SAID], [SAID, OTHER], told=[]))

    assert [(each.level, each.name, each.message) for each in found] == [
        (Level.PROBLEM, "folder", SAID),
        (Level.WARNING, "folder", OTHER),
    ]
    assert [each.message for each in rule([SAID], [OTHER], told=[SAID])] == [OTHER]


def test_folders_that_are_fit_or_missing_are_no_finding(paths: Paths) -> None:
    assert list(check(context(paths=paths))) == []


@posix
@pytest.mark.parametrize("bearer", ["token", "folder", "console"])
def test_a_token_file_that_is_marked_as_unchangeable_is_told_with_the_command(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, bearer: str
) -> None:
    console = replace(sign_in("con", Kind.CONSOLE), login_session="arn:aws:iam::1:user/a")
    paths.login_cache.mkdir(parents=True)
    token = token_path(paths.sso_cache, "corp")
    marked = {"token": token, "folder": paths.sso_cache, "console": paths.login_cache}[bearer]
    monkeypatch.setattr(native, "unmarking", lambda each: "sudo chattr -ia" if each == marked else None)
    found = list(check(context(snapshot(sign_ins=(sign_in(), console)), paths=paths)))

    assert {each.level for each in found} == {Level.PROBLEM}
    assert found[0].message.title.endswith("could not be written: it is marked as unchangeable")
    assert {each.message.hint for each in found} == {f"Run: sudo chattr -ia {shell(str(marked))}"}


@posix
def test_a_disk_that_is_mounted_read_only_is_told_before_a_login(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    paths.renewal_locks.mkdir()
    monkeypatch.setattr(native, "is_on_read_only_disk", lambda each: bool({"sso", "state"} & set(each.parts)))
    found = list(check(context(paths=paths)))

    assert [(each.level, each.message.title) for each in found] == [
        (Level.PROBLEM, f"Nothing can be written in the folder {folder}: its disk is mounted read-only")
        for folder in (paths.sso_cache, paths.state)
    ]
