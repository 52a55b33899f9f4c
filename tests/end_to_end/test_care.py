"""Care for ~/.aws, from the menu of the real tray: switch, undo, follow, ask, set up."""

from __future__ import annotations

import stat

from end_to_end.desktop import SESSION, Desktop
from support.desk import until
from support.setup_page import Visitor


def chosen(desktop: Desktop) -> list[str]:
    return [line.label for line in desktop.icon.menu().find("Default profile").children if line.checked]


def test_a_switch_and_its_undoing_leave_every_byte_as_it_was(desktop: Desktop) -> None:
    desktop.plant(seconds=3600)
    before = desktop.config.read_bytes()
    mode = stat.S_IMODE(desktop.config.stat().st_mode)
    desktop.start()
    desktop.shows("signed in")
    assert chosen(desktop) == ["dev"]
    assert "Undo last switch" not in desktop.icon.menu().find("Default profile").labels()

    desktop.icon.click("Default profile", "staging")
    desktop.host.wait_for(lambda: chosen(desktop) == ["staging"], "the switch")
    assert desktop.config.read_bytes() != before
    desktop.icon.click("Default profile", "Undo last switch")

    until(lambda: desktop.config.read_bytes() == before)
    desktop.host.wait_for(lambda: chosen(desktop) == ["dev"], "the undoing")
    assert stat.S_IMODE(desktop.config.stat().st_mode) == mode


def test_our_copy_follows_its_profile_while_the_tray_runs(desktop: Desktop) -> None:
    desktop.plant(seconds=3600)
    desktop.start()
    desktop.shows("signed in")
    desktop.icon.click("Default profile", "staging")
    desktop.host.wait_for(lambda: chosen(desktop) == ["staging"], "the switch")
    staging = desktop.config.read_text().split("[profile staging]")[1].split("[")[0]
    region = next(line for line in staging.splitlines() if line.startswith("region"))

    desktop.config.write_text(
        desktop.config.read_text().replace(staging, staging.replace(region, "region = af-south-1"))
    )

    until(lambda: desktop.config.read_text().count("region = af-south-1") == 2)
    assert chosen(desktop) == ["staging"]


def test_production_is_asked_about_before_it_becomes_the_default(desktop: Desktop) -> None:
    desktop.settings('[profiles]\nproduction = ["prod*"]\n')
    desktop.plant(seconds=3600)
    before = desktop.config.read_bytes()
    desktop.start()
    desktop.shows("signed in")
    desktop.icon.click("Default profile", "prod · production")

    question = desktop.notices.wait_for_notice("Switch to prod?")
    assert question.timeout == 0
    assert desktop.config.read_bytes() == before
    desktop.notices.press(question.id, "Keep")
    desktop.icon.click("Default profile", "prod · production")
    question = desktop.notices.wait_for_notice("Switch to prod?", 2)
    assert desktop.config.read_bytes() == before
    desktop.notices.press(question.id, "Switch")
    desktop.host.wait_for(lambda: chosen(desktop) == ["prod · production"], "the switch")


def test_a_switch_is_undone_from_its_notice(desktop: Desktop) -> None:
    desktop.plant(seconds=3600)
    before = desktop.config.read_bytes()
    desktop.start()
    desktop.shows("signed in")
    desktop.icon.click("Default profile", "staging")
    switched = desktop.notices.wait_for_notice("Default profile: staging")
    assert desktop.config.read_bytes() != before
    desktop.notices.press(switched.id, "Undo")

    until(lambda: desktop.config.read_bytes() == before)
    desktop.host.wait_for(lambda: chosen(desktop) == ["dev"], "the undoing")


def test_the_offer_to_undo_goes_when_it_was_undone_in_a_terminal(desktop: Desktop) -> None:
    desktop.plant(seconds=3600)
    desktop.start()
    desktop.shows("signed in")
    desktop.icon.click("Default profile", "staging")
    switched = desktop.notices.wait_for_notice("Default profile: staging")
    desktop.host.wait_for(lambda: chosen(desktop) == ["staging"], "the switch")
    assert switched.id in desktop.notices.showing
    assert desktop.run("use", "--undo").returncode == 0

    desktop.notices.wait_for_withdrawal(switched.id)


def test_set_up_opens_a_page_on_this_machine_and_a_second_click_brings_it_back(desktop: Desktop) -> None:
    desktop.browser.decide("ignore")
    program = desktop.start()
    desktop.icon.click("Set up…")
    until(lambda: desktop.browser.opened)
    page = Visitor(desktop.browser.opened[0])
    assert page.open().status == 303

    desktop.icon.click("Set up…")
    until(lambda: len(desktop.browser.opened) == 2)
    again = Visitor(desktop.browser.opened[1])
    assert again.open().status == 303
    assert (again.link != page.link, again.base) == (True, page.base)
    assert len(program.children()) == 1
    assert SESSION in desktop.icon.tooltip
    assert page.link not in desktop.log
    again.post("leave", {})


def test_the_first_start_leads_to_the_set_up_once_and_opens_nothing_by_itself(desktop: Desktop) -> None:
    desktop.browser.decide("ignore")
    config = desktop.config.read_bytes()
    desktop.config.unlink()
    program = desktop.start()
    lead = desktop.notices.wait_for_notice("not set up yet")
    assert (next(iter(lead.actions.values())), lead.timeout) == ("Set up", 0)
    assert desktop.icon.tooltip == "SSO Tray · not set up yet"
    assert desktop.browser.opened == []

    desktop.icon.activate()
    until(lambda: desktop.browser.opened)
    desktop.icon.click("No AWS sign-in is set up")
    until(lambda: len(desktop.browser.opened) == 2)
    assert len(set(desktop.browser.opened)) == 1, "nobody has used it yet"
    desktop.notices.press(lead.id, "Set up")
    until(lambda: len(desktop.browser.opened) == 3)

    desktop.icon.click("Quit")
    assert program.ended() == 0
    desktop.start()
    desktop.icon.click("About")
    desktop.notices.wait_for_notice("SSO Tray ")
    assert [notice.title for notice in desktop.notices.notices].count(lead.title) == 1
    desktop.config.write_bytes(config)
    desktop.shows("signed out")
