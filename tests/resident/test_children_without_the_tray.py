"""A renewal and a logout come to their end although the tray that began them has gone, however it went."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from support.center import center, clock, plant_token
from support.desk import until
from support.login import SESSION
from support.needs import posix
from support.processes import alive
from support.renewing import document_in, write_config

from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault

__all__ = ["center", "clock"]

_TRAY = """
import sys, threading, time
from tray.resident.jobs import LogoutJob, RenewalJob
kind = {"renew": RenewalJob, "logout": LogoutJob}[sys.argv[1]]
job = kind("my-sso", lambda _: None, None, [sys.executable, "-m", "tray"])
job.start()
while job._tree is None:
    time.sleep(0.01)
print(job._tree._child.pid, flush=True)
time.sleep(120)
"""


@posix
@pytest.mark.parametrize("what", ["renew", "logout"])
@pytest.mark.parametrize("how", ["killed", "its terminal was closed"])
def test_it_finishes_what_it_has_asked_of_aws(center: IdentityCenter, what: str, how: str) -> None:
    write_config()
    given = center.issue_token(expires_in=-60 if what == "renew" else 3600)
    path = plant_token(SESSION.name, given)
    held = center.inject(Fault.hang("CreateToken" if what == "renew" else "Logout", times=1))
    with subprocess.Popen(
        [sys.executable, "-c", _TRAY, what], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as tray:
        assert tray.stdout
        child = int(tray.stdout.readline())
        assert held.reached.wait(30)
        if how == "killed":
            tray.kill()
        else:
            os.killpg(tray.pid, signal.SIGHUP)
    held.released.set()

    until(lambda: not alive(child))

    if what == "logout":
        assert not path.exists()
        assert not list(path.parent.glob(".*"))
    else:
        assert document_in(path)["accessToken"] != given["accessToken"]
        assert center.sessions
