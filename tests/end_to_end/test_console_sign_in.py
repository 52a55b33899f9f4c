"""A sign-in by ``aws login`` in the real tray, with an executable as the AWS CLI: Debian's is too old for it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from end_to_end.desktop import Desktop
from support.aws_cli import ALICE, FakeAwsCli, approve, document, login_file, plant_login, plant_renewable
from support.aws_sign_in import AwsSignIn, serving
from support.desk import until

pytestmark = pytest.mark.brings_python  # the stand-in for the AWS CLI


def set_up(desktop: Desktop, folder: Path, **plan: object) -> FakeAwsCli:
    """Give the person a profile that signs in by ``aws login``, an AWS CLI, and a browser that leaves the rest."""
    desktop.config.write_text(f"[profile dev]\nlogin_session = {ALICE}\nregion = eu-west-1\n")
    desktop.browser.decide("ignore")
    return FakeAwsCli(folder / "cli", **plan)


def test_a_click_signs_in_through_the_aws_cli_and_the_icon_tells_until_when(desktop: Desktop, tmp_path: Path) -> None:
    cli = set_up(desktop, tmp_path)
    desktop.start(PATH=cli.path, AWS_PROFILE="dev", AWS_LOGIN_CACHE_DIRECTORY=str(login_file().parent))
    assert desktop.icon.tooltip == "dev · signed out"
    assert not {"Open access portal", "Session length", "Open console"} & set(desktop.icon.menu().labels())

    desktop.icon.click("Log in")
    until(lambda: desktop.browser.opened)
    desktop.shows("signing in")
    desktop.host.wait_for(lambda: "Open sign-in page" in desktop.icon.menu().labels(), "the page in the menu")
    approve(desktop.browser.opened[0])

    ends = datetime.fromtimestamp(login_file_time(), UTC) + timedelta(hours=12)
    assert desktop.shows("signed in until about ").startswith("dev · signed in until about ")
    status = json.loads(desktop.run("status", "--json").stdout)["sign_ins"][0]
    assert abs(datetime.fromisoformat(status["ends_at"]) - ends) < timedelta(seconds=60)
    assert status["kind"] == "aws-login"
    assert len(desktop.browser.opened) == 1, "the AWS CLI itself opens nothing"
    assert len(cli.logins) == 1
    assert "AWS_PROFILE" not in cli.logins[0]["environment"]
    assert desktop.notices.notices == []

    desktop.icon.click("Log out", "dev")
    desktop.shows("signed out")
    assert not login_file().exists()


def login_file_time() -> float:
    until(login_file().exists)
    return login_file().stat().st_mtime


def test_a_login_and_renewals_in_a_terminal_show_and_the_end_is_told_once(desktop: Desktop, tmp_path: Path) -> None:
    set_up(desktop, tmp_path)
    desktop.start()
    begun = datetime.now(UTC) - timedelta(hours=12) + timedelta(seconds=12)
    plant_login(document(begun, minutes=-1))
    desktop.shows("ends about ")
    assert desktop.notices.wait_for_notice("ends about ").body.startswith("dev · ")
    plant_login(document(begun, minutes=-0.5, refreshToken="renewed"))  # nobody can tell it from a new one but by iat

    ended = desktop.notices.wait_for_notice("has ended")
    assert "012345678901" not in ended.title + ended.body
    desktop.shows("expired")
    assert len(desktop.notices.notices) == 2
    assert desktop.browser.opened == []


def test_it_is_kept_alive_and_its_end_is_told_when_aws_tells_it(desktop: Desktop, tmp_path: Path) -> None:
    with serving(AwsSignIn()) as service:
        cli = set_up(desktop, tmp_path)
        plant_renewable(service, minutes=-30, hours_ago=3)
        desktop.start(PATH=cli.path, AWS_ENDPOINT_URL_SIGNIN=service.url)
        desktop.shows("signed in until about ")
        assert (len(cli.renewals), service.renewals) == (1, 1)
        assert desktop.notices.notices == []

        service.says = "USER_CREDENTIALS_CHANGED"
        plant_renewable(service, minutes=-1, hours_ago=3, life=0.02)  # Of a long one AWS is asked a minute later.
        desktop.notices.wait_for_notice("has ended")
        desktop.shows("expired")
        assert desktop.browser.opened == []


def test_cancelling_ends_the_aws_cli(desktop: Desktop, tmp_path: Path) -> None:
    cli = set_up(desktop, tmp_path)
    desktop.start(PATH=cli.path)
    desktop.icon.click("Log in")
    until(lambda: desktop.browser.opened)
    desktop.host.wait_for(lambda: "Cancel sign-in" in desktop.icon.menu().labels(), "a way to cancel")
    desktop.icon.click("Cancel sign-in")

    desktop.shows("signed out")
    until(lambda: not Path(f"/proc/{cli.logins[0]['pid']}").exists())
    assert desktop.notices.notices == []


def test_what_the_aws_cli_refuses_is_told_in_a_notice_without_accounts(desktop: Desktop, tmp_path: Path) -> None:
    cli = set_up(desktop, tmp_path, says=f"aws: [ERROR]: The session of {ALICE} cannot be used.", code=253)
    desktop.start(PATH=cli.path)
    desktop.icon.click("Log in")

    notice = desktop.notices.wait_for_notice("The AWS CLI cannot sign in with this profile")
    assert "It says: The session of arn:aws:iam::…:user/alice cannot be used." in notice.body
    desktop.shows("signed out")
