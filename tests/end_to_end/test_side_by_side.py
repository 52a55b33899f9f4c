"""The same files as boto3 and the AWS CLI: each uses what the other wrote."""

from __future__ import annotations

import json

from end_to_end.desktop import Desktop, token_file
from support.center import run_python
from support.login import operations

from tray.demo.knobs import Fault

_IDENTITY = """
import boto3
print(boto3.Session(profile_name={!r}).client("sts").get_caller_identity()["Arn"])
"""


def test_boto3_works_with_the_token_of_our_login(desktop: Desktop) -> None:
    desktop.start()
    desktop.icon.click("Log in")
    desktop.shows("signed in")
    answer = run_python(_IDENTITY.format("staging"), **desktop.environment())
    assert answer.stdout.startswith("arn:aws:sts::444455556666:assumed-role/AWSReservedSSO_Developer_"), answer.stderr
    assert operations(desktop.center)[-2:] == ["GetRoleCredentials", "GetCallerIdentity"]


def test_a_token_that_boto3_renewed_is_read_without_a_restart(desktop: Desktop) -> None:
    desktop.settings("[renew]\nenabled = false\n")
    file = desktop.plant(seconds=-60, refreshable=True)
    before = json.loads(file.read_text())
    desktop.start()
    desktop.shows("renews on next use")
    answer = run_python(_IDENTITY.format("dev"), **desktop.environment())
    assert answer.returncode == 0, answer.stderr
    desktop.shows("signed in")
    assert token_file(desktop)["accessToken"] != before["accessToken"]
    assert desktop.run("status").returncode == 0


def test_a_renewal_that_boto3_could_not_make_costs_nothing(desktop: Desktop) -> None:
    desktop.settings("[renew]\nenabled = false\n")
    desktop.center.inject(Fault.error("CreateToken/refresh_token", 503, "ServiceUnavailableException"))
    file = desktop.plant(seconds=-60, refreshable=True)
    before = file.read_bytes()
    desktop.start()
    assert run_python(_IDENTITY.format("dev"), **desktop.environment()).returncode != 0
    desktop.shows("renews on next use")
    assert file.read_bytes() == before


def test_a_login_reuses_the_registration_of_an_earlier_one(desktop: Desktop) -> None:
    assert desktop.run("login").returncode == 0
    desktop.start()
    desktop.icon.click("Log in again")
    desktop.host.wait_for(
        lambda: operations(desktop.center).count("CreateToken/authorization_code") == 2, "a second token"
    )
    assert operations(desktop.center).count("RegisterClient") == 1
