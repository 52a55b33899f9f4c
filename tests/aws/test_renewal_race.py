"""Many processes renew one sign-in at once, with refresh tokens that are good for one use: the session survives."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from support.login import SESSION
from support.renewing import (
    document_in,
    make_due,
    plant_due,
    refreshes,
    start_python,
    surroundings,
    wait_until_ready,
    write_config,
)

from tray.aws.cache.renewal import renew_file
from tray.demo.center import IdentityCenter

OURS = """
import sys
from tray.cli import main
from tray.commands import renew
print("ready", flush=True)
for _ in sys.stdin:
    print("code", main(["renew", "--json", "my-sso"]), flush=True)
"""
"""``sso-tray renew`` at every line it reads, so that many begin at the same moment."""

OURS_LOADED = f"from tray.aws.api import clients\nclients.oidc_client('us-east-1')\n{OURS}"
"""The same, with the AWS library loaded already, so that many send a request at the same moment."""

BOTOCORE = """
import sys
import boto3
boto3.Session(profile_name="dev").client("sts")
print("ready", flush=True)
for _ in sys.stdin:
    try:
        boto3.Session(profile_name="dev").client("sts").get_caller_identity()
        print("code", 0, flush=True)
    except PermissionError:
        print("code", 13, flush=True)
    except Exception:
        print("code", 1, flush=True)
"""
"""Any other program: renews as botocore does, without a lock."""

LOST = 13
"""
AWS renewed for botocore, which then could not replace the file, as another one was reading it, and so lost the only
token: only on Windows (docs/facts: Reading while others write).
"""

KILLED_WITH_THE_LOCK = """
import sys, time
sys.path.insert(0, {tests!r})
from support.login import SESSION
from support.renewing import surroundings
from tray.aws.cache.renewal import exclusively
with exclusively(SESSION, surroundings()):
    print("ready", flush=True)
    time.sleep(60)
"""


class Ended(NamedTuple):
    """What one process said in one round."""

    code: int
    events: list[dict[str, object]]


class Racers:
    """Processes that all run once, at the same moment, as often as they are told to."""

    def __init__(self, programs: list[str], states: int) -> None:
        variables = ("XDG_STATE_HOME", "WIN_PD_OVERRIDE_LOCAL_APPDATA")
        folders = [dict.fromkeys(variables, str(Path.home() / f"state-{number}")) for number in range(states)]
        self.children = [start_python(program, folders[i % states]) for i, program in enumerate(programs)]
        for child in self.children:
            wait_until_ready(child)

    def run(self) -> list[Ended]:
        for child in self.children:
            child.stdin.write("go\n")
            child.stdin.flush()
        ended = []
        for child in self.children:
            lines = []
            for line in child.stdout:
                if line.startswith("code "):
                    break
                lines.append(json.loads(line))
            ended.append(Ended(int(line.split()[1]), lines))
        return ended


@contextmanager
def racers(*programs: str, states: int = 1) -> Iterator[Racers]:
    """Start the processes; in the end none is left."""
    started = Racers(list(programs), states)
    try:
        yield started
    finally:
        for child in started.children:
            child.kill()
            child.communicate()


def renewed(ended: list[Ended]) -> int:
    """How many of them did the renewal; every one must have been content."""
    assert [each for each in ended if each.code] == []
    told = [event for each in ended for event in each.events]
    assert [event["event"] for event in told] == ["signed-in"] * len(ended)
    assert len({event["token_expires_at"] for event in told}) == 1
    return [event["renewed"] for event in told].count(True)


def assert_alive(center: IdentityCenter, path: Path) -> None:
    """The file holds the newest refresh token: with any other one AWS would refuse."""
    assert center.sessions
    assert renew_file(SESSION, surroundings(), force=True).renewed


def test_sixteen_processes_send_one_request_and_all_are_content(center: IdentityCenter) -> None:
    write_config()
    path = plant_due(center)
    with racers(*[OURS] * 16) as all_of_them:
        for done in range(1, 5):
            make_due(path)
            ended = all_of_them.run()
            assert renewed(ended) == 1
            assert ended[0].events[0]["token_expires_at"] == document_in(path)["expiresAt"]
            assert refreshes(center) == done
    assert_alive(center, path)


def test_with_botocore_in_the_race_none_of_ours_fails(center: IdentityCenter) -> None:
    write_config()
    path = plant_due(center)
    with racers(BOTOCORE, OURS_LOADED, OURS_LOADED, BOTOCORE, OURS_LOADED) as all_of_them:
        kept = 0
        for _ in range(5):
            make_due(path)
            ended = all_of_them.run()
            if sys.platform == "win32" and LOST in {ended[0].code, ended[3].code}:
                plant_due(center)  # nobody has a token of that session any more
                continue
            kept += 1
            assert renewed([ended[1], ended[2], ended[4]]) <= 1
        assert kept
    assert_alive(center, path)


def test_machines_that_share_a_home_but_no_lock_lose_nothing(center: IdentityCenter) -> None:
    write_config()
    path = plant_due(center)
    center.knobs.delays["CreateToken"] = 0.1
    with racers(*[OURS_LOADED] * 6, states=3) as all_of_them:
        for _ in range(5):
            make_due(path)
            assert renewed(all_of_them.run()) == 1
    assert_alive(center, path)
    assert 400 in {each.status for each in center.requests}  # they did meet


def test_a_lock_left_by_a_killed_process_holds_nobody_up(center: IdentityCenter) -> None:
    plant_due(center)
    holder = start_python(KILLED_WITH_THE_LOCK.format(tests=str(Path(__file__).parent.parent)))
    wait_until_ready(holder)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        if not slept:  # it was waited for
            holder.kill()
            holder.communicate()
        slept.append(seconds)

    assert renew_file(SESSION, surroundings(sleep=sleep)).renewed
    assert len(slept) == 1
