"""Twelve programs of four kinds renew one sign-in at once, by refresh tokens that are good for one use each."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from aws.test_renewal_race import BOTOCORE, OURS
from end_to_end.desktop import Desktop, token_file
from support.desk import until
from support.login import operations
from support.real_aws_cli import RealAwsCli
from support.renewing import REFRESH, make_due, wait_until_ready

from tray.aws.cache.files import token_path

pytestmark = pytest.mark.forms("wheel")

ROUNDS = 1
"""Each takes some seconds, most of them for the AWS CLI to start. Three, by hand, were 15 requests and 9 refusals."""

OTHER_STATE = "other-state"


def ready(desktop: Desktop, program: str, **changes: str) -> subprocess.Popen[str]:
    """Start a program that does its work once for each line that it reads."""
    child = subprocess.Popen(
        [sys.executable, "-c", program],
        env=desktop.environment(**changes),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    wait_until_ready(child)
    return child


def test_no_sign_in_is_lost(desktop: Desktop, tmp_path: Path) -> None:
    aws = RealAwsCli(desktop.center, desktop.environment(), tmp_path / "endpoints")
    other = {"XDG_STATE_HOME": str(tmp_path / OTHER_STATE)}
    assert desktop.run("login").returncode == 0
    path = token_path(desktop.cache, "my-sso")
    trays = [desktop.start(), desktop.start(**other)]
    until(lambda: all(any("signed in" in line for line in tray.lines) for tray in trays))
    ours = [ready(desktop, OURS, **changes) for changes in ({}, other, {}, other)]
    theirs = [ready(desktop, BOTOCORE) for _ in range(3)]
    try:
        for done in range(ROUNDS):
            before = token_file(desktop)["accessToken"]
            desktop.center.knobs.delays["CreateToken"] = 0.3
            make_due(path)
            clis = [aws.start("sts", "get-caller-identity", "--profile", "dev") for _ in range(3)]
            for child in (*ours, *theirs):
                assert child.stdin
                child.stdin.write("go\n")
                child.stdin.flush()
            for child in ours:
                assert child.stdout
                told = [child.stdout.readline() for _ in range(2)]
                assert json.loads(told[0])["event"] == "signed-in", (done, told)
                assert told[1] == "code 0\n", (done, told)
            for child in theirs:
                assert child.stdout
                assert child.stdout.readline().startswith("code ")
            for cli in clis:
                cli.communicate(timeout=60)

            assert token_file(desktop)["accessToken"] != before
            desktop.center.knobs.delays.clear()
            assert desktop.center.sessions
            renewal = desktop.run("renew", "--force")  # With any but the newest refresh token AWS would refuse.
            assert renewal.returncode == 0, (done, renewal.stderr)
        asked = [each for each in desktop.center.requests if each.operation == REFRESH]
        refused = sum(each.status == 400 for each in asked)
        assert operations(desktop.center).count(REFRESH) >= 2 * ROUNDS
        assert all(tray.alive for tray in trays)
        assert not any("expired" in line or "signed out" in line for tray in trays for line in tray.lines[1:])
        assert desktop.run("status").returncode == 0
        assert not [notice for notice in desktop.notices.notices if "ended" in str(notice)]
    finally:
        for child in (*ours, *theirs):
            child.kill()
            child.communicate()
    print(f"{len(asked)} requests of 12 renewers in {ROUNDS} rounds, {refused} of them refused")
