"""A distribution inside Windows shares its ``~/.aws``: what was there is kept, and comes back."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from support.needs import linux

from tray.cli import main
from tray.doctor.finding import Level
from tray.doctor.wsl import link_rule
from tray.installation import wsl
from tray.paths import find_paths
from tray.setup.wsl_link import Standing, link_to

pytestmark = linux

OURS = "[profile dev]\nregion = x\n"
THEIRS = "[profile dev]\nregion = y\n[profile prod]\nregion = y\n"

CMD = """#!/bin/sh
test "$*" = "/u /d /c echo %USERPROFILE%" || exit 9
printf 'C:\\\\Users\\\\J\\303\\274rgen\\r\\n' | iconv -f utf-8 -t utf-16le
"""
WSLPATH = """#!/bin/sh
test "$1" = -u && test "$2" = 'C:\\Users\\Jürgen' && echo "{home}"
"""


@pytest.fixture
def windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home on the Windows side, and the programs that tell where it is."""
    home = tmp_path / "mnt" / "c" / "Users" / "Jürgen"
    (home / ".aws").mkdir(parents=True)
    (home / ".aws" / "config").write_text(THEIRS)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, text in (("cmd.exe", CMD), ("wslpath", WSLPATH.format(home=home))):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("WSL_DISTRO_NAME", "Debian")
    return home


@pytest.fixture
def aws(home: Path) -> Path:
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(OURS)
    (home / ".aws" / "config").chmod(0o640)
    return home / ".aws"


def run(*arguments: str) -> int:
    return main(("wsl", "link", *arguments))


def test_the_folder_becomes_the_one_of_windows_and_comes_back(
    windows: Path, aws: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run() == 0
    assert aws.is_symlink()
    assert find_paths().aws_config.read_text() == THEIRS
    kept = aws.with_name(".aws.before-wsl-link")
    assert (kept / "config").read_text() == OURS
    assert str(kept) in capsys.readouterr().err

    assert run() == 0, "once more changes nothing"
    assert "already" in capsys.readouterr().err
    assert run("--undo") == 0
    assert not aws.is_symlink()
    assert (aws / "config").read_text() == OURS
    assert (aws / "config").stat().st_mode & 0o777 == 0o640
    assert (windows / ".aws" / "config").read_text() == THEIRS
    assert not kept.exists()
    assert run("--undo") == 3


def test_where_there_was_no_folder_none_comes_back(windows: Path, home: Path) -> None:
    assert run() == 0
    assert (home / ".aws" / "config").read_text() == THEIRS
    assert run("--undo") == 0
    assert not os.path.lexists(home / ".aws")


def test_windows_without_a_folder_gets_one(windows: Path, home: Path) -> None:
    (windows / ".aws" / "config").unlink()
    (windows / ".aws").rmdir()
    assert run() == 0
    assert (windows / ".aws").is_dir()


def test_what_the_distribution_has_alone_is_not_put_away_unasked(
    windows: Path, aws: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (aws / "config").write_text(f"{OURS}[profile mine]\nregion = x\n[sso-session corp]\nsso_region = x\n")
    assert run() == 3
    said = capsys.readouterr().err
    assert "mine, corp" in said
    assert not aws.is_symlink()
    assert run("--replace") == 0
    assert aws.is_symlink()


def test_a_link_of_the_person_s_own_is_left_alone(windows: Path, home: Path, tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    (home / ".aws").symlink_to(tmp_path / "dotfiles")
    assert run() == 3
    assert (home / ".aws").readlink() == tmp_path / "dotfiles"
    assert run("--undo") == 3


def test_an_earlier_folder_that_was_kept_is_never_overwritten(windows: Path, aws: Path) -> None:
    earlier = aws.with_name(".aws.before-wsl-link")
    earlier.mkdir()
    (earlier / "config").write_text("older")
    assert run() == 0
    assert (earlier / "config").read_text() == "older"
    assert (aws.with_name(".aws.before-wsl-link1") / "config").read_text() == OURS
    assert run("--undo") == 0
    assert (aws / "config").read_text() == OURS


@pytest.mark.parametrize("then", [("--undo",), (), ("--replace",)])
def test_a_process_that_is_ended_in_between_loses_nothing(
    windows: Path, aws: Path, monkeypatch: pytest.MonkeyPatch, then: tuple[str, ...]
) -> None:
    rename = Path.rename

    def ended(source: Path, target: Path) -> Path:
        if source.name.endswith(".tmp"):
            raise KeyboardInterrupt
        return rename(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", ended)
        assert run() == 130
    assert not aws.exists()
    assert run(*then) == 0
    if then != ("--undo",):
        assert aws.is_symlink()
        assert run("--undo") == 0
    assert (aws / "config").read_text() == OURS


def test_a_system_that_refuses_the_link_leaves_all_as_it_was(
    windows: Path, aws: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def refuse(source: Path, target: Path) -> Path:
        if source.name.endswith(".tmp"):
            raise OSError(1, "Operation not permitted")
        return rename(source, target)

    monkeypatch.setattr(Path, "rename", refuse)
    assert run() == 3
    assert (aws / "config").read_text() == OURS
    assert [entry.name for entry in aws.parent.iterdir() if entry.name.startswith(".aws")] == [".aws"]


def test_without_an_answer_of_windows_the_home_can_be_named(
    windows: Path, aws: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert run() == 3
    assert "--home" in capsys.readouterr().err
    assert run("--home", str(windows / "not there")) == 3
    assert run("--home", str(windows)) == 0
    assert aws.is_symlink()
    assert run("--undo") == 0


def test_elsewhere_there_is_nothing_to_share(aws: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(wsl, "_RELEASE", tmp_path / "osrelease")
    monkeypatch.delenv("WSL_DISTRO_NAME", raising=False)
    monkeypatch.delenv("WSL_INTEROP", raising=False)
    for release, inside in (("6.1.0-28-amd64", False), ("5.15.167.4-microsoft-standard-WSL2", True)):
        (tmp_path / "osrelease").write_text(release)
        assert wsl.is_wsl({}) is inside
    (tmp_path / "osrelease").write_text("6.1.0-28-amd64")
    assert run() == 2


def test_a_variable_that_leads_elsewhere_is_named(
    windows: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/etc/aws/config")
    assert run() == 0
    assert "AWS_CONFIG_FILE is set" in capsys.readouterr().err


def test_through_the_link_the_config_is_changed_on_the_windows_side(windows: Path, aws: Path) -> None:
    (windows / ".aws" / "config").write_text(f"{THEIRS}sso_account_id = 1\n")
    assert run() == 0
    assert main(["use", "prod"]) == 0
    assert "[default]" in (windows / ".aws" / "config").read_text()
    assert not (windows / ".aws" / "config").is_symlink()


def test_the_doctor_names_two_caches_and_one(windows: Path, aws: Path) -> None:
    link = link_to(windows, find_paths())
    (finding,) = link_rule(link)
    assert (finding.level, finding.name, "sso-tray wsl link" in finding.message.hint) == (Level.WARNING, "wsl", True)
    link.make(replace=False)
    assert link.standing is Standing.LINKED
    (finding,) = link_rule(link)
    assert (finding.level, finding.name) == (Level.FINE, "wsl")


def test_the_doctor_says_nothing_where_windows_has_no_sign_ins(
    windows: Path, aws: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["doctor", "--json"])
    assert "wsl" in [found["name"] for found in json.loads(capsys.readouterr().out)["findings"]]
    (windows / ".aws" / "config").unlink()
    main(["doctor", "--json"])
    assert "wsl" not in [found["name"] for found in json.loads(capsys.readouterr().out)["findings"]]
