"""Signing in from the tray: a click, the person's browser, a token on disk."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import stat
import subprocess
from pathlib import Path

from end_to_end.desktop import SESSION, Desktop, command_line, token_file
from support.desk import until
from support.login import operations
from support.x_server import pasted, xvfb

from tray.aws.cache.files import token_path
from tray.demo.knobs import Fault


def test_a_click_signs_in_through_the_browser_and_writes_the_token_in_the_aws_clis_form(desktop: Desktop) -> None:
    program = desktop.start()
    desktop.icon.click("Log in")
    desktop.shows("signed in")

    until(lambda: len(program.lines) == 3)
    assert program.lines == [f"{SESSION} · signed out", f"{SESSION} · signing in", f"{SESSION} · signed in"]
    assert len(desktop.browser.opened) == 1
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/start\?key=[\w-]{43}", desktop.browser.opened[0])
    assert "Authorize" in [each.operation for each in desktop.center.requests]
    token = token_file(desktop)
    assert list(token) == [
        "startUrl",
        "region",
        "accessToken",
        "expiresAt",
        "clientId",
        "clientSecret",
        "registrationExpiresAt",
        "refreshToken",
    ]
    assert token["expiresAt"].endswith("Z")
    for file in desktop.cache.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not program.children()
    assert "Log in again" in desktop.icon.menu().labels()
    assert not desktop.notices.notices, "the icon says it all"


def test_the_menu_offers_what_the_design_says_in_its_order(desktop: Desktop) -> None:
    desktop.start()
    menu = desktop.icon.menu()
    assert menu.labels() == [
        f"{SESSION} · signed out",
        "-",
        "Log in",
        "Open access portal",
        "Default profile: dev",
        "Open console",
        "Snooze",
        "Session length",
        "-",
        "Set up…",
        "Settings…",
        "Diagnose…",
        "About",
        "Quit",
    ]
    assert menu.children[0].enabled, "it does what a left click does"
    profiles = menu.find("Default profile")
    assert profiles.labels() == ["dev", "dev-admin", "staging", "prod", "reports", "-", "Find profile…"]
    assert [line.checked for line in profiles.children[:5]] == [True, False, False, False, False]
    assert all(line.radio for line in profiles.children[:5])
    assert menu.find("Open console").labels() == ["dev", "dev-admin", "staging", "prod"]


def test_a_left_click_signs_in_when_that_is_needed_and_otherwise_only_tells(desktop: Desktop) -> None:
    desktop.start()
    desktop.icon.activate()
    desktop.shows("signed in")
    desktop.icon.activate()
    notice = desktop.notices.wait_for_notice(f"{SESSION} · signed in")
    assert "Log in" not in notice.actions.values()
    assert len(desktop.browser.opened) == 1


def test_a_second_click_while_signing_in_opens_no_second_tab_and_cancel_works(desktop: Desktop) -> None:
    desktop.browser.decide("ignore")
    program = desktop.start()
    desktop.icon.activate()
    desktop.icon.activate()  # a double click
    desktop.shows("signing in")
    until(lambda: desktop.browser.opened)
    desktop.icon.activate()
    desktop.notices.wait_for_notice(f"{SESSION} · signing in")
    login = program.login()

    desktop.icon.click("Cancel sign-in")
    desktop.shows("signed out")
    until(lambda: not command_line(login))
    desktop.host.settle(desktop.icon)
    assert len(desktop.browser.opened) == 1
    assert operations(desktop.center) == ["RegisterClient"]
    assert not [notice for notice in desktop.notices.notices if notice.actions], "a cancelled login is no failure"
    assert "Log in" in desktop.icon.menu().labels()


def test_the_sign_in_page_can_be_opened_once_more(desktop: Desktop) -> None:
    desktop.browser.decide("ignore")
    desktop.start()
    desktop.icon.click("Log in")
    desktop.host.wait_for(lambda: "Open sign-in page" in desktop.icon.menu().labels(), "the page's menu item")
    desktop.browser.decide("allow")
    desktop.icon.click("Open sign-in page")
    desktop.shows("signed in")
    first, second = desktop.browser.opened
    assert first == second


def test_a_browser_that_does_not_start_is_told_and_the_sign_in_waits_for_one(desktop: Desktop) -> None:
    desktop.start(BROWSER="no-such-browser %s")
    desktop.icon.click("Log in")
    notice = desktop.notices.wait_for_notice("No browser could be started")
    assert "browser.command in the settings" in notice.body
    desktop.shows("signing in")
    repainted = desktop.host.count("NewIcon")
    desktop.settings(f'[icon]\ntheme = "dark"\n[browser]\ncommand = {json.dumps(desktop.browser.command)}\n')
    desktop.host.wait_for_signal("NewIcon", more_than=repainted)
    desktop.icon.click("Open sign-in page")
    desktop.shows("signed in")


def test_without_any_browser_the_address_is_copied_and_pasted_elsewhere(desktop: Desktop, tmp_path: Path) -> None:
    with xvfb() as screen:
        desktop.start(BROWSER="no-such-browser %s", DISPLAY=screen, PATH=str(tmp_path))
        desktop.icon.click("Log in")
        notice = desktop.notices.wait_for_notice("No browser could be started")
        desktop.notices.press(notice.id, "Copy address")
        desktop.notices.wait_for_notice("The address is in the clipboard")
        first = pasted(screen)
        desktop.icon.click("Copy address")
        desktop.notices.wait_for_notice("The address is in the clipboard", number=2)
        assert pasted(screen) == first
        assert first.startswith("http://127.0.0.1:")
        assert first not in "".join(f"{notice.title} {notice.body}" for notice in desktop.notices.notices)

        command = shlex.split(desktop.browser.command.replace("%s", first))
        subprocess.run(command, env=desktop.environment(), check=True, timeout=60)
        desktop.shows("signed in")


def test_a_login_that_hangs_leaves_the_icon_alive_and_can_be_cancelled(desktop: Desktop) -> None:
    hang = desktop.center.inject(Fault.hang("RegisterClient"))
    program = desktop.start()
    desktop.icon.click("Log in")
    assert hang.reached.wait(20)
    desktop.shows("signing in")
    login = program.login()

    desktop.icon.click("About")
    desktop.notices.wait_for_notice("SSO Tray")
    desktop.icon.click("Cancel sign-in")
    desktop.shows("signed out")
    until(lambda: not command_line(login))
    assert program.alive


def test_a_login_that_is_killed_is_told_and_leaves_the_icon_alive(desktop: Desktop) -> None:
    desktop.browser.decide("ignore")
    program = desktop.start()
    desktop.icon.click("Log in")
    until(lambda: desktop.browser.opened)
    os.kill(program.login(), signal.SIGKILL)

    notice = desktop.notices.wait_for_notice("stopped unexpectedly")
    desktop.shows("signed out")
    desktop.browser.decide("allow")
    desktop.notices.press(notice.id, "Log in")
    desktop.shows("signed in")


def test_a_refusal_is_told(desktop: Desktop) -> None:
    desktop.browser.decide("deny")
    desktop.start()
    desktop.icon.click("Log in")
    notice = desktop.notices.wait_for_notice("The sign-in was refused")
    assert notice.actions.keys() == {"0", "default"}
    desktop.shows("signed out")
    assert [shown.title for shown in desktop.notices.notices] == [notice.title]


def test_a_refusal_after_a_new_session_was_begun_leaves_the_person_signed_out_and_says_so_once(
    desktop: Desktop,
) -> None:
    desktop.plant(seconds=600)
    desktop.browser.decide("deny")
    program = desktop.start()
    desktop.shows("ends at")
    desktop.icon.activate()
    notice = desktop.notices.wait_for_notice("You are signed out")
    desktop.shows("signed out")
    until(lambda: not program.children())
    desktop.host.settle(desktop.icon)
    assert "not finished" in notice.body
    assert [shown.title for shown in desktop.notices.notices if "ends" not in shown.title] == ["You are signed out"]

    desktop.browser.decide("allow")
    desktop.notices.press(notice.id, "Log in")
    desktop.shows("signed in")
    assert desktop.run("status").returncode == 0


def test_without_a_network_the_icon_keeps_what_it_knows_and_says_what_failed(desktop: Desktop) -> None:
    desktop.plant(seconds=600)
    desktop.center.stop()
    desktop.start()
    desktop.shows("ends at")
    desktop.icon.activate()
    notice = desktop.notices.wait_for_notice("Could not reach 127.0.0.1")
    desktop.shows("ends at")
    desktop.center.start()
    desktop.notices.press(notice.id, "default")
    desktop.shows("signed in")


def test_a_legacy_profile_signs_in_with_a_code_that_the_menu_shows(desktop: Desktop) -> None:
    start_url = "https://legacy.awsapps.com/start"
    desktop.config.write_text(
        f"[default]\nsso_start_url = {start_url}\nsso_region = us-east-1\n"
        "sso_account_id = 111122223333\nsso_role_name = Developer\n"
    )
    desktop.center.knobs.device_interval = 1
    desktop.browser.decide("look")
    desktop.start()
    desktop.icon.click("Log in")

    def code() -> str:
        return next((label for label in desktop.icon.menu().labels() if label.startswith("Code ")), "")

    desktop.host.wait_for(code, "the code, which comes with the browser")
    assert re.fullmatch(r"Code [A-Z]{4}-[A-Z]{4}", code())
    desktop.browser.decide("allow")
    desktop.icon.click("Open sign-in page")
    desktop.shows("signed in until")
    assert token_path(desktop.cache, start_url).exists()


def test_profiles_of_one_start_url_sign_in_each_to_its_own_region(desktop: Desktop) -> None:
    start_url = "https://legacy.awsapps.com/start"
    desktop.config.write_text(
        "".join(
            f"[{section}]\nsso_start_url = {start_url}\nsso_region = {region}\n"
            "sso_account_id = 111122223333\nsso_role_name = Developer\n"
            for section, region in (("profile a", "us-east-1"), ("profile b", "eu-west-1"), ("default", "ap-south-1"))
        )
    )
    desktop.center.knobs.device_interval = 1

    def signed_in_to() -> str:
        return json.loads(token_path(desktop.cache, start_url).read_text())["region"]

    for arguments, region in (
        (("--profile", "b"), "eu-west-1"),
        ((start_url, "--profile", "a"), "us-east-1"),
        ((start_url,), "ap-south-1"),
    ):
        assert desktop.run("login", *arguments).returncode == 0
        assert signed_in_to() == region


def test_a_login_joins_the_session_of_its_browser_and_of_no_other(desktop: Desktop) -> None:
    desktop.browser.open_portal(desktop.center)
    [begun_in_the_portal] = desktop.center.sessions
    desktop.start()
    desktop.icon.click("Log in")
    desktop.shows("signed in")
    assert desktop.center.sessions == (begun_in_the_portal,)

    token_path(desktop.cache, SESSION).unlink()
    other = desktop.another_browser()
    assert desktop.run("login", "--device-code", BROWSER=other.command).returncode == 0
    assert len(other.opened) == len(desktop.browser.opened) == 1
    _, begun_by_the_login = list(desktop.center.sessions)
    desktop.browser.sign_out_in_portal(desktop.center)
    assert desktop.center.sessions == (begun_by_the_login,)
