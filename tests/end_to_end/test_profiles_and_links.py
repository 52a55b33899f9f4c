"""The default profile, the access portal and the console, each a click away."""

from __future__ import annotations

import json
import shutil

import pytest
from end_to_end.desktop import Desktop
from support.center import run_python

from tray.demo.organisation import START_URL

_ACCOUNT = "import boto3; print(boto3.client('sts').get_caller_identity()['Account'])"


def _chosen(desktop: Desktop) -> list[str]:
    return [line.label for line in desktop.icon.menu().find("Default profile").children if line.checked]


def test_a_click_switches_the_default_profile_for_every_program(desktop: Desktop) -> None:
    before = desktop.config.read_bytes()
    desktop.plant(seconds=7 * 3600)
    desktop.start()
    assert _chosen(desktop) == ["dev"]
    assert run_python(_ACCOUNT, **desktop.environment()).stdout == "111122223333\n"

    desktop.icon.click("Default profile", "prod")
    desktop.notices.wait_for_notice("Default profile: prod")
    desktop.host.wait_for(lambda: _chosen(desktop) == ["prod"], "the radio mark")
    profiles = json.loads(desktop.run("profiles", "--json").stdout)["profiles"]
    assert [profile["name"] for profile in profiles if profile["default"]] == ["prod"]
    assert json.loads(desktop.run("status", "--json").stdout)["default_profile"] == "prod"
    answer = run_python(_ACCOUNT, **desktop.environment())
    assert answer.stdout == "777788889999\n", answer.stderr

    after = desktop.config.read_bytes()
    head, section, rest = before.partition(b"[default]\n")
    assert after.startswith(head + section)
    assert after.endswith(rest[rest.index(b"\n[profile dev]") :])
    assert [backup.read_bytes() for backup in (desktop.state / "backups").rglob("*") if backup.is_file()] == [before]

    desktop.icon.click("Default profile", "dev")
    desktop.host.wait_for(lambda: _chosen(desktop) == ["dev"], "the radio mark")
    back = desktop.config.read_bytes()
    assert [line for line in back.splitlines() if not line.startswith(b"# sso-tray: ")] == before.splitlines()


def test_a_switch_in_a_terminal_moves_the_mark_in_the_menu(desktop: Desktop) -> None:
    desktop.start()
    assert _chosen(desktop) == ["dev"]
    assert desktop.run("use", "staging").returncode == 0
    desktop.host.wait_for(lambda: _chosen(desktop) == ["staging"], "the radio mark")


def test_a_switch_that_is_not_possible_is_told_and_changes_nothing(desktop: Desktop) -> None:
    desktop.start()
    stale = desktop.icon.menu().find("Default profile", "staging")
    without = desktop.config.read_text().replace("[profile staging]", "[profile stage]")
    desktop.config.write_text(without)
    desktop.icon.click_line(stale)
    desktop.host.wait_for(lambda: "stage" in desktop.icon.menu().find("Default profile").labels(), "the new name")
    assert desktop.config.read_text() == without
    assert _chosen(desktop) == ["dev"]


def test_the_portal_and_the_console_open_in_the_persons_browser(desktop: Desktop) -> None:
    desktop.browser.decide("ignore")
    desktop.start()
    desktop.icon.click("Open access portal")
    desktop.host.wait_for(lambda: len(desktop.browser.opened) == 1, "the portal")
    desktop.icon.click("Open console", "prod")
    desktop.host.wait_for(lambda: len(desktop.browser.opened) == 2, "the console")
    printed = desktop.run("portal", "--console", "--profile", "prod", "--print").stdout.splitlines()
    assert desktop.browser.opened == [START_URL, *printed]
    assert printed == [f"{START_URL}/#/console?account_id=777788889999&role_name=ReadOnly"]
    assert desktop.run("portal").returncode == 0
    assert desktop.browser.opened[2:] == [START_URL]
    assert desktop.center.requests == ()


def test_a_browser_that_does_not_start_is_told_by_a_link(desktop: Desktop) -> None:
    desktop.start(BROWSER="no-such-browser %s")
    desktop.icon.click("Open access portal")
    notice = desktop.notices.wait_for_notice("No browser could be started")
    assert "BROWSER" in notice.body


def test_the_settings_choose_the_browser_and_a_change_counts_at_once(desktop: Desktop) -> None:
    desktop.browser.decide("ignore")
    desktop.start(BROWSER="no-such-browser %s")
    assert desktop.icon.tooltip
    repainted = desktop.host.count("NewIcon")
    desktop.settings(f'[icon]\ntheme = "dark"\n[browser]\ncommand = {json.dumps(desktop.browser.command)}\n')
    desktop.host.wait_for_signal("NewIcon", more_than=repainted)
    desktop.icon.click("Open access portal")
    desktop.host.wait_for(lambda: desktop.browser.opened == [START_URL], "the portal")


@pytest.mark.parametrize("variable", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
def test_a_variable_that_overrides_the_default_is_a_problem_in_the_menu(desktop: Desktop, variable: str) -> None:
    desktop.start(**{variable: "staging"})
    labels = desktop.icon.menu().labels()
    assert any(label.startswith(f"! {variable}=staging") for label in labels), labels


def test_a_config_elsewhere_is_the_one_that_counts(desktop: Desktop) -> None:
    elsewhere = desktop.home / "elsewhere.ini"
    shutil.move(desktop.config, elsewhere)
    desktop.start(AWS_CONFIG_FILE="~/elsewhere.ini")
    assert _chosen(desktop) == ["dev"]
    desktop.icon.click("Default profile", "prod")
    desktop.host.wait_for(lambda: _chosen(desktop) == ["prod"], "the radio mark")
    assert not desktop.config.exists()
