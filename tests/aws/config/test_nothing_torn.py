"""
A switch, its undoing, a set-up and a setting that are killed, or refused something, at any call on their files leave
each file whole, as it was or as it was to be, and nothing beside it.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.faults import TRIES, Ended, Lab, Tried, faults_at
from support.renewing import CONFIG

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="strace is a program of Linux")

COMMANDS = ("use", "undo", "setup", "settings")
FILES = {
    ".aws/config": f"# mine\n{CONFIG}\n[default]\nregion = eu-west-1\n",
    "settings/settings.toml": '# mine\n[sign_in."my-sso"]\nbrowser = "firefox"\n',
}


def make_home(home: Path, command: str, lab: Lab) -> None:
    for name, text in FILES.items():
        (home / name).parent.mkdir(parents=True)
        (home / name).write_text(text, "utf-8")
        (home / name).chmod(0o640)
    if command == "undo":
        switched = home.parent / "switched"
        if not switched.exists():
            make_home(switched, "use", lab)
            assert lab.run("use", switched) == (0, "")
        (home / ".aws" / "config").write_bytes((switched / ".aws" / "config").read_bytes())
        journal = (switched / "state" / "switches.json").read_text("utf-8")
        (home / "state").mkdir(mode=0o700)
        (home / "state" / "switches.json").write_text(journal.replace(str(switched), str(home)), "utf-8")


def contents(home: Path) -> dict[str, bytes]:
    return {name: (home / name).read_bytes() for name in FILES}


def leftovers(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if ".sso-tray-" in path.name]


def check(lab: Lab, home: Path, tried: Tried, ended: Ended, allowed: tuple[dict[str, bytes], dict[str, bytes]]) -> None:
    before, after = allowed
    found = contents(home)
    assert found in allowed, (tried, ended)
    assert {(home / name).stat().st_mode & 0o777 for name in FILES} == {0o640}, (tried, ended)
    if tried.fault == "signal=KILL":
        assert ended.code == -9, (tried, ended)
    else:
        assert ended.code in {0, 3, 4}, (tried, ended)
        assert "Traceback" not in ended.said, (tried, ended)
        assert (ended.code == 0) == (ended.said == ""), (tried, ended)
        assert found == (after if ended.code == 0 else before), (tried, ended)
    for path in home.rglob("*.json"):
        json.loads(path.read_bytes())
    tomllib.loads(found["settings/settings.toml"].decode())
    for path in leftovers(home):  # half an hour later, or a day
        os.utime(path, (0, 0))
    again = lab.run(tried.command, home)
    if tried.command == "undo" and found == after:
        assert again.code == 3, (tried, ended, again)
        assert lab.run("use", home) == (0, ""), (tried, ended)
        assert lab.run("undo", home) == (0, ""), (tried, ended)
    else:
        assert again == (0, ""), (tried, ended, again)
    assert contents(home) == after, (tried, ended, again)
    if found != after or tried.command == "undo":  # else there was nothing to write any more
        assert leftovers(home) == [], (tried, ended, again)


@pytest.mark.parametrize("command", COMMANDS)
def test_no_file_is_torn_and_nothing_is_left(command: str, labs: queue.Queue[Lab], tmp_path: Path) -> None:
    lab = labs.get()
    make_home(tmp_path / "0", command, lab)
    before = contents(tmp_path / "0")
    calls = lab.calls(command, tmp_path / "0", tmp_path)
    after = contents(tmp_path / "0")
    labs.put(lab)
    assert before != after
    assert {"openat", "write", "fsync", "renameat2"} <= {call.name for call in calls}
    faults = faults_at(command, calls, COMMANDS.index(command))

    def attempt(number: int) -> None:
        lab = labs.get()
        tried = faults[number]
        try:
            wanted, met = tried.call, None
            for again in range(TRIES):
                home = tmp_path / f"{number + 1}.{again}"
                make_home(home, command, lab)
                ended, met = lab.run_with_fault(command, home, wanted, tried.fault, tmp_path)
                if met == wanted:
                    break
                wanted = met
            assert met == wanted, (tried, "is not met again")
            check(lab, home, tried, ended, (before, after))
        finally:
            labs.put(lab)

    with ThreadPoolExecutor(2) as pool:
        for _ in pool.map(attempt, range(len(faults))):
            pass
    print(f"{command}: {len(faults)} faults injected")
