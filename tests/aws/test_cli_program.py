"""An AWS CLI is found where a desktop's program can find one, and only one that knows ``aws login`` is used."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from support.aws_cli import FakeAwsCli
from support.desk import until
from support.needs import posix, symlink
from support.processes import alive, end

from tray.aws.aws_login.program import cli_environment, clis_in_path, find_cli
from tray.core.errors import ConfigProblem

OLD = "aws-cli/2.31.39 Python/3.13.7 Linux/6.12 exe/x86_64"
OLDEST = "aws-cli/1.45.11 Python/3.11.7 Linux/6.12 botocore/1.43.11"
LONG = 120
FIRST = "aws-cli/2.32.0 Python/3.13.9 Darwin/25.0 exe/arm64"


def find(*path: Path, places: tuple[Path, ...] = (), seconds: float = 15) -> Path:
    return find_cli({"PATH": os.pathsep.join(map(str, path))}, places=places, seconds=seconds)


def test_the_first_in_path_is_used(tmp_path: Path) -> None:
    one, other = FakeAwsCli(tmp_path / "one", version=FIRST), FakeAwsCli(tmp_path / "other")
    assert find(tmp_path / "none", one.folder, other.folder) == one.program
    assert other.calls == []


def test_with_a_short_path_the_usual_places_are_looked_in(tmp_path: Path) -> None:
    cli = FakeAwsCli(tmp_path / "local")
    assert find(places=(tmp_path / "none", cli.folder)) == cli.program


@pytest.mark.parametrize("version", [OLD, OLDEST])
def test_one_that_is_too_old_gives_way_to_a_newer_one(tmp_path: Path, version: str) -> None:
    old, new = FakeAwsCli(tmp_path / "old", version=version), FakeAwsCli(tmp_path / "new")
    assert find(old.folder, places=(new.folder,)) == new.program


@pytest.mark.parametrize(("version", "told"), [(OLD, "2.31.39"), (OLDEST, "1.45.11")])
def test_where_all_are_too_old_their_version_is_told(tmp_path: Path, version: str, told: str) -> None:
    with pytest.raises(ConfigProblem, match=told) as caught:
        find(FakeAwsCli(tmp_path, version=version).folder)
    assert "2.32.0" in caught.value.hint


def test_one_that_has_told_its_version_is_not_asked_again(tmp_path: Path) -> None:
    cli = FakeAwsCli(tmp_path)
    environ = {"PATH": str(cli.folder)}
    assert find_cli(environ, places=(), known=clis_in_path(environ)) == cli.program
    assert len(cli.calls) == 1


def test_without_one_it_is_said_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(ConfigProblem, match="none was found") as caught:
        find(tmp_path)
    assert "2.32.0" in caught.value.hint


@pytest.mark.parametrize("version", ["I am something else", ""])
def test_one_that_tells_no_version_is_none(tmp_path: Path, version: str) -> None:
    with pytest.raises(ConfigProblem, match="none was found"):
        find(FakeAwsCli(tmp_path, version=version).folder)


def test_one_that_tells_its_version_too_late_is_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigProblem, match="none was found"):
        find(FakeAwsCli(tmp_path, version_seconds=60).folder, seconds=0.2)


def test_one_that_leaves_something_running_is_heard_to_its_own_end(tmp_path: Path) -> None:
    cli = FakeAwsCli(tmp_path, child_seconds=LONG)
    begun = time.monotonic()

    assert find(cli.folder) == cli.program
    assert time.monotonic() - begun < LONG / 2
    end(int((tmp_path / "child").read_text()))


def test_one_that_hangs_is_ended_with_what_it_started(tmp_path: Path) -> None:
    cli = FakeAwsCli(tmp_path, child_seconds=LONG, version_seconds=LONG)
    begun = time.monotonic()

    with pytest.raises(ConfigProblem, match="none was found"):
        find(cli.folder, seconds=1.5 if os.name == "posix" else 10)
    assert time.monotonic() - begun < LONG / 2
    until(lambda: not alive(int((tmp_path / "child").read_text())))


def test_one_that_says_no_end_of_things_is_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigProblem, match="none was found"):
        find(FakeAwsCli(tmp_path, version="x" * 1_000_000).folder)


def test_a_file_that_does_not_run_is_none(tmp_path: Path) -> None:
    cli = FakeAwsCli(tmp_path / "a")
    cli.program.write_bytes(b"\x7fELF")
    (tmp_path / "c" / cli.program.name).mkdir(parents=True)
    with pytest.raises(ConfigProblem, match="none was found"):
        find(cli.folder, tmp_path / "c")


@posix
def test_a_file_that_nobody_may_run_is_none(tmp_path: Path) -> None:
    plain = FakeAwsCli(tmp_path)
    plain.program.chmod(0o600)
    with pytest.raises(ConfigProblem, match="none was found"):
        find(plain.folder)


def test_the_current_folder_is_never_looked_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cli = FakeAwsCli(tmp_path)
    monkeypatch.chdir(tmp_path)
    for path in ("", ".", os.pathsep):
        with pytest.raises(ConfigProblem):
            find_cli({"PATH": path}, places=())
    assert cli.calls == []


def test_a_program_with_several_links_is_asked_once(tmp_path: Path) -> None:
    cli = FakeAwsCli(tmp_path / "real", version=OLD)
    (tmp_path / "bin").mkdir()
    symlink(tmp_path / "bin" / cli.program.name, cli.program)
    with pytest.raises(ConfigProblem):
        find(tmp_path / "bin", cli.folder, cli.folder)
    assert len(cli.calls) == 1


def test_the_environment_selects_no_profile_and_lets_nothing_wait_for_a_person() -> None:
    environ = {"AWS_PROFILE": "nope", "AWS_DEFAULT_PROFILE": "", "AWS_REGION": "eu-west-1", "PATH": "/bin"}
    assert cli_environment({**environ, "AWS_CLI_AUTO_PROMPT": "on"}) == {
        "AWS_REGION": "eu-west-1",
        "PATH": "/bin",
        "AWS_CLI_AUTO_PROMPT": "off",
        "AWS_PAGER": "",
    }
