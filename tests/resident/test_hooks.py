"""Hooks: the person's programs are run once, one at a time, beside the loop; and nothing of them is left hanging."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.build import profile, sign_in
from support.desk import until
from support.modules import forget
from support.needs import posix
from support.processes import alive, end
from support.stage import Stage, lasting

from tray import logs
from tray.core.model import Status
from tray.core.session.memory import HookEvent, Memory
from tray.core.settings import Settings
from tray.resident import hooks, memory_file
from tray.resident.inbox import Refresh

WRITES = """
import json, os, pathlib, sys, time
folder = pathlib.Path(sys.argv[1])
with (folder / "hooks").open("a") as file:
    file.write("begins\\n")
    file.flush()
    {}
    file.write(json.dumps({{name: os.environ[name] for name in os.environ if name.startswith("SSO_TRAY_")}}) + "\\n")
"""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.end()


def program(stage: Stage, code: str = "pass") -> tuple[str, ...]:
    """A hook that writes down that it has begun, does something, and writes down what it was told."""
    return (sys.executable, "-c", WRITES.format(code), str(stage.folder))


def written(stage: Stage) -> list[str]:
    file = stage.folder / "hooks"
    return file.read_text().splitlines() if file.exists() else []


def ended(stage: Stage, times: int = 1) -> list[dict[str, str]]:
    """Wait until so many have ended, and give what they were told."""
    until(lambda: len(written(stage)) >= 2 * times)
    return [json.loads(line) for line in written(stage) if line != "begins"]


def looks(stage: Stage) -> None:
    """Wait until the loop has gone through a pass on what is outside now."""
    for _ in range(2):
        begun = stage.reader.begun
        stage.do(Refresh())
        until(lambda begun=begun: stage.reader.begun > begun)  # type: ignore[misc]


def hooked(stage: Stage, **commands: tuple[str, ...]) -> None:
    stage.reader.settings = Settings(**commands)  # type: ignore[arg-type]


def test_the_beginning_and_the_end_of_a_session_are_told_once(stage: Stage) -> None:
    hooked(stage, on_signed_in=program(stage), on_ended=program(stage))
    stage.start(None)
    stage.now_outside(lasting(9999))
    looks(stage)
    looks(stage)
    ended(stage)
    stage.now_outside(None)
    looks(stage)

    first, second = ended(stage, 2)
    assert (first["SSO_TRAY_EVENT"], first["SSO_TRAY_SIGN_IN"], first["SSO_TRAY_ENDS_SOURCE"]) == (
        "signed-in",
        "corp",
        "token",
    )
    assert second["SSO_TRAY_EVENT"] == "ended"
    assert len(written(stage)) == 4
    assert not [notice for notice in stage.desk.notices if "hooks" in notice.title]


def test_a_name_is_no_word_of_a_command(stage: Stage) -> None:
    name = '$(touch x); --rm "&calc&"\n%PATH%'
    prints = "(folder / 'words').write_text(json.dumps(sys.argv))"
    hooked(stage, on_signed_in=program(stage, prints))
    one = {"sign_ins": (sign_in(name),), "profiles": (profile(of=name),)}
    stage.start(None, **one)
    stage.now_outside(None, **one, tokens={name: lasting(9999)})
    looks(stage)

    assert [each["SSO_TRAY_SIGN_IN"] for each in ended(stage)] == [name]
    assert json.loads((stage.folder / "words").read_text()) == ["-c", str(stage.folder)]


def test_a_restart_tells_nothing_twice_and_an_end_that_came_meanwhile(stage: Stage) -> None:
    told = Memory(hooks={"corp": HookEvent("signed-in", lasting(-60).expires_at)})
    memory_file.save(stage.reader.paths.memory_file, told)
    hooked(stage, on_signed_in=program(stage), on_ended=program(stage))
    stage.start(lasting(9999))
    looks(stage)
    assert written(stage) == []

    stage.now_outside(lasting(-1))
    looks(stage)
    assert [each["SSO_TRAY_EVENT"] for each in ended(stage)] == ["ended"]
    until(lambda: (memory_file.load(stage.reader.paths.memory_file).hooks or {})["corp"].event == "ended")


def test_a_tray_that_does_not_speak_runs_none(stage: Stage, tmp_path: Path) -> None:
    other = Stage(tmp_path, session="there")
    hooked(other, on_ended=program(stage))
    stage.start(lasting(9999))
    other.start(lasting(9999))
    looks(other)
    other.now_outside(None)
    looks(other)
    other.end()

    assert written(stage) == []


def test_a_hook_that_hangs_keeps_nothing_back_but_the_next_hook_and_ends_with_the_tray(stage: Stage) -> None:
    hangs = program(stage, "(folder / 'pid').write_text(str(os.getpid())); time.sleep(600)")
    hooked(stage, on_signed_in=hangs, on_ended=program(stage))
    stage.start(None)
    stage.now_outside(lasting(9999))
    looks(stage)
    until(lambda: written(stage) == ["begins"])
    stage.now_outside(None)
    looks(stage)
    stage.shows(Status.SIGNED_OUT)
    assert written(stage) == ["begins"], "one at a time"
    pid = int((stage.folder / "pid").read_text())
    begun = time.monotonic()
    stage.end()

    assert time.monotonic() - begun < 10
    until(lambda: not alive(pid))
    assert written(stage) == ["begins"]


def test_at_its_limit_it_is_ended_with_what_it_started_and_the_person_is_told_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "LIMIT_SECONDS", 3.0)
    child = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1], 'child').write_text(str(os.getpid()))"
    starts = f"import subprocess; subprocess.Popen([sys.executable, '-c', {child + '; time.sleep(600)'!r}, folder])"
    hooked(stage, on_signed_in=program(stage, starts + "; time.sleep(600)"), on_ended=program(stage))
    stage.start(None)
    stage.now_outside(lasting(9999))
    looks(stage)
    stage.tells("The program of hooks.on_signed_in was stopped")
    stage.now_outside(None)
    looks(stage)
    until(lambda: len(written(stage)) == 3, otherwise=lambda: str(written(stage)))

    if sys.platform != "win32" or (stage.folder / "child").exists():
        assert not alive(int((stage.folder / "child").read_text()))


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("no-such-program-at-all",), "is not there: no-such-program-at-all"),
        ((sys.executable, "-c", "raise SystemExit(7)"), "has failed"),
        ((sys.executable, "-c", "a\0b"), "could not be started"),
    ],
)
def test_a_failure_is_told_once_until_it_succeeds(stage: Stage, command: tuple[str, ...], said: str) -> None:
    hooked(stage, on_signed_in=command, on_ended=program(stage))
    stage.start(None)
    for times in range(1, 3):
        stage.now_outside(lasting(9999, str(times)))
        looks(stage)
        stage.now_outside(None)
        looks(stage)
        ended(stage, times)
    looks(stage)

    stage.tells("The program of hooks.on_signed_in " + said)
    assert len([notice for notice in stage.desk.notices if "hooks.on_signed_in" in notice.title]) == 1


def test_a_failure_waits_until_somebody_is_there(stage: Stage) -> None:
    hooked(stage, on_ended=("no-such-program-at-all",))
    stage.start(lasting(9999))
    stage.presence.tell("locked", away=True)
    stage.now_outside(None)
    looks(stage)
    looks(stage)
    assert stage.desk.notices == []

    stage.presence.tell("locked", away=False)
    stage.do(Refresh())
    stage.tells("hooks.on_ended is not there")


def test_what_it_prints_is_logged_without_secrets_and_not_all_of_it(stage: Stage) -> None:
    logs.configure(stage.reader.paths.log_file)
    secret = "aoaA" + "x1Y2" * 30
    prints = f"print('x' * 30 + '\\n', end='')\nfor n in range(30000): print('line', n)\nprint('token is', {secret!r})"
    hooked(stage, on_ended=(sys.executable, "-c", prints + "\nprint('password: hunter2')\nprint('the last line')"))
    stage.start(lasting(9999))
    stage.now_outside(None)
    looks(stage)
    log = stage.reader.paths.log_file
    until(lambda: "the last line" in log.read_text())
    logging.getLogger().handlers[-1].close()

    text = log.read_text()
    assert secret not in text
    assert "hunter2" not in text
    assert "line 29999" in text
    assert len(text) < 10_000


@posix
def test_what_it_leaves_running_goes_on_and_holds_nothing_up(stage: Stage) -> None:
    leaves = "import subprocess; (folder / 'left').write_text(str(subprocess.Popen(['sleep', '60']).pid))"
    hooked(stage, on_signed_in=program(stage, leaves), on_ended=program(stage))
    stage.start(None)
    stage.now_outside(lasting(9999))
    looks(stage)
    ended(stage)
    stage.now_outside(None)
    looks(stage)
    ended(stage, 2)

    pid = int((stage.folder / "left").read_text())
    assert alive(pid)
    end(pid)


def test_the_loop_loads_no_file_for_it(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    forget(monkeypatch, "tray.core.hooks", "tray.resident.hooks")
    hooked(stage, on_ended=("x",))
    stage.loop._reading._read()  # what a thread of its own does

    assert {"tray.core.hooks", "tray.resident.hooks"} <= sys.modules.keys()


@pytest.mark.parametrize(
    "name", ["", "./here", "here/there", "~nobody-of-that-name/x", "a\0b", "no-such-program-at-all"]
)
def test_a_program_is_named_by_its_path_or_found_in_the_persons_folders(name: str) -> None:
    assert hooks.find_program(name) is None


@posix
def test_a_home_folder_may_be_written_short(home: Path) -> None:
    (home / "run").write_text("#!/bin/sh\n")
    assert hooks.find_program("~/run") is None
    (home / "run").chmod(0o755)

    assert hooks.find_program("~/run") == str(home / "run")
    assert hooks.find_program("sh") is not None
