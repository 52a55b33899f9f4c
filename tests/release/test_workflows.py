"""Tools hold what the workflows may do, and are shown to bite; `make check` runs them on the real ones."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.packaging_tools import PROJECT

WORKFLOWS = sorted((PROJECT / ".github" / "workflows").glob("*.yml"))

SOUND = """\
name: Sound
on:
  push:
    branches: [main]
permissions: {}
concurrency:
  group: ${{ github.workflow }}-${{ github.ref }}
  cancel-in-progress: true
jobs:
  job:
    name: Job
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions: {}
    steps:
      - run: echo hello
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    pytest.importorskip("mypy", reason="needs the tools of requirements-dev.lock")
    (tmp_path / ".git").mkdir()  # actionlint looks for the project's root
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    return tmp_path


def _run(tool: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / tool), *arguments], cwd=folder,
        env=dict(os.environ) | {"NO_COLOR": "1"},
        capture_output=True, text=True, encoding="utf-8", check=False, timeout=100,
    )  # fmt: skip


def actionlint(repository: Path, workflow: str) -> subprocess.CompletedProcess[str]:
    (repository / ".github" / "workflows" / "it.yml").write_text(workflow, "utf-8")
    return _run("actionlint", folder=repository)


def zizmor(repository: Path, workflow: str) -> subprocess.CompletedProcess[str]:
    (repository / ".github" / "workflows" / "it.yml").write_text(workflow, "utf-8")
    options = ("--quiet", "--offline", "--persona=auditor", "--strict-collection")
    return _run("zizmor", *options, ".github", folder=repository)


def test_both_tools_are_content_with_a_sound_workflow(repository: Path) -> None:
    for checked in (actionlint(repository, SOUND), zizmor(repository, SOUND)):
        assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("sound", "wrong", "complaint"),
    [
        ("ubuntu-24.04", "ubuntu-5.04", "runner-label"),
        ("timeout-minutes: 5", "timeout-minutes: soon", "timeout-minutes"),
        ("    name: Job\n", "    name: Job\n    needs: nobody\n", "nobody"),
        ("echo hello", "echo ${{ github.nonsense }}", "nonsense"),
        ("steps:", "stepps:", "stepps"),
    ],
)
def test_actionlint_tells_what_would_not_run(repository: Path, sound: str, wrong: str, complaint: str) -> None:
    assert SOUND.count(sound) == 1
    checked = actionlint(repository, SOUND.replace(sound, wrong))
    assert checked.returncode == 1
    assert complaint in checked.stdout


@pytest.mark.parametrize(
    ("sound", "wrong", "complaint"),
    [
        ("- run: echo hello", "- uses: actions/checkout@v7", "unpinned-uses"),
        ("- run: echo hello", "- uses: actions/checkout@v7", "artipacked"),
        ("echo hello", "echo ${{ github.head_ref }}", "template-injection"),
        ("permissions: {}\nconcurrency", "permissions: write-all\nconcurrency", "excessive-permissions"),
    ],
)
def test_zizmor_tells_what_could_be_abused(repository: Path, sound: str, wrong: str, complaint: str) -> None:
    assert SOUND.count(sound) == 1
    checked = zizmor(repository, SOUND.replace(sound, wrong))
    assert checked.returncode != 0
    assert complaint in checked.stdout + checked.stderr


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_an_action_is_pinned_to_a_commit_and_says_its_version(workflow: Path) -> None:
    used = re.findall(r"uses: +(.+)", workflow.read_text("utf-8"))
    for action in used:
        assert action.startswith("$/") or re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_every_file_that_a_workflow_names_is_there(workflow: Path) -> None:
    named = set(re.findall(r"(?<![\w/.-])((?:packaging|assets|\.ci)/[\w./-]+)", workflow.read_text("utf-8")))
    assert {name for name in named if not (PROJECT / name).exists()} == set()


def test_one_action_has_one_version() -> None:
    pins: dict[str, set[str]] = {}
    for workflow in WORKFLOWS:
        for name, pin in re.findall(r"uses: +([\w-]+/[\w-]+)@(.+)", workflow.read_text("utf-8")):
            pins.setdefault(name, set()).add(pin)
    assert {name: used for name, used in pins.items() if len(used) > 1} == {}


def test_no_workflow_is_given_a_secret_that_is_kept() -> None:
    for workflow in WORKFLOWS:
        assert "secrets." not in workflow.read_text("utf-8"), workflow.name


def test_pypi_comes_after_a_person_and_nothing_comes_after_it() -> None:
    text = (PROJECT / ".github" / "workflows" / "release.yml").read_text("utf-8")
    jobs = dict(re.findall(r"^  (\w+):(?: #.*)?\n((?:    .*\n|\n)+)", text.split("\njobs:\n")[1], re.MULTILINE))
    needs = {name: (re.findall(r"^    needs: (\w+)$", body, re.MULTILINE) or [""])[0] for name, body in jobs.items()}
    order = ["pypi"]
    while needs[order[-1]]:
        order.append(needs[order[-1]])
    assert order == ["pypi", "publish", "draft", "attest", "collect", "build", "notes"]
    assert "environment: release" in jobs["publish"]
    assert "environment: pypi" in jobs["pypi"]
    assert list(jobs)[-1] == "pypi"
