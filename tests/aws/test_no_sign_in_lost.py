"""A renewal, login or logout that is killed, or refused something, at any call on its files loses no sign-in."""

from __future__ import annotations

import json
import queue
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.center import plant_token
from support.faults import TRIES, Call, Ended, Lab, Tried, faults_at
from support.login import SESSION

from tray.aws.cache.files import token_path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="strace is a program of Linux")

COMMANDS = ("renew", "login", "login-with-code", "logout", "renew-after-kill", "logout-after-kill")
RENAME = Call("rename", 1, 1, "")


def cache_of(home: Path) -> Path:
    return home / ".aws" / "sso" / "cache"


def make_home(home: Path, command: str, lab: Lab) -> None:
    """
    Make a home for a run: not signed in where that is a login; else with a token that has ended.

    Before some runs a renewal has just been killed, at the last moment.
    """
    home.mkdir()
    cache_of(home).mkdir(parents=True)
    lab.center.end_sessions()
    if not command.startswith("login"):
        plant_token(SESSION.name, lab.center.issue_token(expires_in=-60), home=home)
    if command.endswith("-after-kill"):
        killed, met = lab.run_with_fault("renew", home, RENAME, "signal=KILL", home)
        assert (killed.code, met) == (-9, RENAME)
        assert len(tokens_beside(home)) == 1


def tokens_beside(home: Path) -> list[Path]:
    """List the files that hold a token but are no token file; a blank one holds none."""
    beside = [path for path in cache_of(home).iterdir() if path != token_path(cache_of(home), SESSION.name)]
    return [path for path in beside if b"accessToken" in path.read_bytes()]


def staged_in(home: Path) -> list[Path]:
    beginning = f".{token_path(cache_of(home), SESSION.name).name}.sso-tray-"
    return [path for path in cache_of(home).iterdir() if path.name.startswith(beginning)]


def check(lab: Lab, home: Path, tried: Tried, ended: Ended, *, given: bool) -> None:
    """
    Run what comes next, and see that nothing was lost, torn or left behind.

    Args:
        lab: Where it ran.
        home: In which home.
        tried: What ran, and which fault it met.
        ended: How it ended.
        given: Whether AWS had given a token for it by then.
    """
    if tried.fault == "signal=KILL":
        assert ended.code == -9, (tried, ended)
    else:
        assert ended.code in {0, 1, 3, 4}, (tried, ended)
        assert "Traceback" not in ended.said, (tried, ended)
        assert (ended.code == 0) == (ended.said == ""), (tried, ended)
    path = token_path(cache_of(home), SESSION.name)
    if path.exists() and not staged_in(home):
        json.loads(path.read_bytes())
    held = bool(lab.center.sessions) and (given or not tried.command.startswith("login"))
    ends = tried.command.startswith("logout")
    again = lab.run("logout" if ends else "renew", home)
    if ends:
        assert again == (0, ""), (tried, ended, again)
        assert not path.exists(), (tried, ended)
        assert not lab.center.sessions or "AWS could not be told" in ended.said, (tried, ended)
    elif held:
        assert again == (0, ""), (tried, ended, again)
        assert lab.run("renew", home) == (0, ""), (tried, ended)
    else:
        assert tried.command.startswith("login"), (tried, ended)
        assert again.code == 1, (tried, ended, again)
    assert tokens_beside(home) == [], (tried, ended)
    assert staged_in(home) == [], (tried, ended)


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_is_lost_at_the_disk(command: str, labs: queue.Queue[Lab], tmp_path: Path) -> None:
    lab = labs.get()
    make_home(tmp_path / "0", command, lab)
    calls = lab.calls(command.removesuffix("-after-kill"), tmp_path / "0", tmp_path)
    labs.put(lab)
    assert {"openat", "write", "fsync", "rename"} <= {call.name for call in calls}
    faults = faults_at(command, calls, COMMANDS.index(command))

    def attempt(number: int) -> None:
        lab = labs.get()
        tried = faults[number]
        try:
            wanted, met = tried.call, None
            for attempt in range(TRIES):
                home = tmp_path / f"{number + 1}.{attempt}"
                make_home(home, command, lab)
                before = len(lab.center.requests)
                ended, met = lab.run_with_fault(
                    command.removesuffix("-after-kill"), home, wanted, tried.fault, tmp_path
                )
                if met == wanted:
                    break
                wanted = met
            assert met == wanted, (tried, "is not met again")
            answers = lab.center.requests[before:]
            given = any(each.operation.startswith("CreateToken") and each.status == 200 for each in answers)
            check(lab, home, tried, ended, given=given)
        finally:
            labs.put(lab)

    with ThreadPoolExecutor(2) as pool:
        for _ in pool.map(attempt, range(len(faults))):
            pass
    print(f"{command}: {len(faults)} faults injected")
