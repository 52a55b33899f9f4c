"""Notices come in time, once, with buttons that work, and go away when the matter is settled."""

from __future__ import annotations

from end_to_end.desktop import SESSION, Desktop
from support.desk import until
from support.login import operations


def test_a_notice_comes_before_the_end_and_is_replaced_at_the_end(desktop: Desktop) -> None:
    desktop.settings("[notify]\nlead_minutes = [0.03]\n")  # 1.8 seconds
    program = desktop.start()
    desktop.shows("signed out")
    desktop.plant(seconds=5)
    desktop.shows("signed in until")
    assert not desktop.notices.notices

    ends = desktop.notices.wait_for_notice("ends")
    assert ends.title.startswith("AWS sign-in ends at ")
    assert SESSION in ends.body
    assert list(ends.actions.values())[:2] == ["Log in", "Snooze"]
    ended = desktop.notices.wait_for_notice("ended")
    assert ended.replaces == ends.id
    assert ended.title == "AWS sign-in has ended"
    assert "Log in" in ended.actions.values()
    desktop.shows("expired")
    until(lambda: len(program.lines) == 4)
    assert [line.split(" · ")[1].split(" at ")[0].split(" until ")[0] for line in program.lines] == [
        "signed out",
        "signed in",
        "ends",
        "expired",
    ]
    assert len(desktop.notices.notices) == 2
    assert desktop.browser.opened == []


def test_log_in_in_a_notice_signs_in_once_although_the_desktop_tells_of_it_twice(desktop: Desktop) -> None:
    desktop.notices.twice = True
    desktop.plant(seconds=600)
    desktop.start()
    ends = desktop.notices.wait_for_notice("ends")
    desktop.notices.press(ends.id, "Log in")
    desktop.shows("signed in")
    done = operations(desktop.center)
    assert (done.count("Logout"), done.count("CreateToken/authorization_code")) == (1, 1), "one new session"
    assert len(desktop.browser.opened) == 1
    assert len(desktop.notices.notices) == 1


def test_the_leave_to_raise_a_window_reaches_the_browser_of_its_click_and_no_other(desktop: Desktop) -> None:
    desktop.plant(seconds=-60)
    desktop.start(XDG_ACTIVATION_TOKEN="of-our-start", DESKTOP_STARTUP_ID="of-our-start")
    ended = desktop.notices.wait_for_notice("ended")
    desktop.notices.press(ended.id, "Log in", token="kwin-1")
    desktop.shows("signed in")
    desktop.icon.call_item("ProvideXdgActivationToken", "s", ("kwin-2",))
    desktop.icon.click("Open access portal")
    until(lambda: len(desktop.browser.tokens) == 2)
    desktop.icon.click("Open access portal")
    until(lambda: len(desktop.browser.tokens) == 3)
    desktop.browser.decide("ignore")
    desktop.icon.call_item("ProvideXdgActivationToken", "s", ("kwin-3",))
    desktop.icon.click("Set up…")
    until(lambda: len(desktop.browser.tokens) == 4)

    assert desktop.browser.tokens == ["kwin-1/kwin-1", "kwin-2/kwin-2", "/", "kwin-3/kwin-3"]


def test_a_click_on_the_body_signs_in(desktop: Desktop) -> None:
    desktop.plant(seconds=-60)
    desktop.start()
    ended = desktop.notices.wait_for_notice("ended")
    desktop.notices.press(ended.id, "default")
    desktop.shows("signed in")
    assert len(desktop.browser.opened) == 1


def test_a_notice_that_is_waved_off_opens_nothing_and_does_not_come_again(desktop: Desktop) -> None:
    desktop.plant(seconds=600)
    desktop.start()
    ends = desktop.notices.wait_for_notice("ends")
    desktop.notices.close(ends.id)
    desktop.config.touch()
    desktop.plant(seconds=600)  # the same end, told by a new file
    desktop.icon.click("About")
    desktop.notices.wait_for_notice("SSO Tray")
    assert [notice.title for notice in desktop.notices.notices if "ends" in notice.title] == [ends.title]
    assert desktop.browser.opened == []


def test_snooze_holds_back_the_reminder_but_never_the_end(desktop: Desktop) -> None:
    desktop.start()
    desktop.shows("signed out")
    desktop.plant(seconds=5)
    ends = desktop.notices.wait_for_notice("ends")
    desktop.notices.press(ends.id, "Snooze")
    desktop.host.wait_for(
        lambda: any(label.startswith("Snoozed until ") for label in desktop.icon.menu().labels()), "it"
    )
    ended = desktop.notices.wait_for_notice("ended")
    assert ended.replaces == 0
    assert [notice.title for notice in desktop.notices.notices] == [ends.title, ended.title]


def test_a_login_in_a_terminal_withdraws_the_notice_and_ends_the_snooze(desktop: Desktop) -> None:
    desktop.plant(seconds=-60)
    program = desktop.start()
    ended = desktop.notices.wait_for_notice("ended")
    login = desktop.run("login")
    assert login.returncode == 0, login.stderr
    desktop.notices.wait_for_withdrawal(ended.id)
    desktop.shows("signed in")
    until(lambda: program.lines[-1].endswith("signed in"))
    assert not desktop.notices.showing
    assert program.lines[1:] in ([f"{SESSION} · signing in", f"{SESSION} · signed in"], [f"{SESSION} · signed in"])


def test_what_was_announced_is_not_announced_again_by_the_next_start(desktop: Desktop) -> None:
    desktop.plant(seconds=-60)
    first = desktop.start()
    desktop.notices.wait_for_notice("ended")
    desktop.icon.click("Quit")
    assert first.ended() == 0
    desktop.host.wait_for(lambda: not desktop.host.icons, "the icon's end")

    desktop.start()
    desktop.shows("expired")
    desktop.icon.click("About")
    desktop.notices.wait_for_notice("SSO Tray")
    assert [notice.title for notice in desktop.notices.notices].count("AWS sign-in has ended") == 1


def test_nothing_but_the_person_opens_a_browser(desktop: Desktop) -> None:
    desktop.settings("[notify]\nlead_minutes = [0.05]\n")
    desktop.plant(seconds=2)
    desktop.start()
    desktop.notices.wait_for_notice("ended")
    desktop.plant(seconds=7 * 3600)
    desktop.shows("signed in")
    desktop.icon.activate()
    desktop.notices.wait_for_notice(f"{SESSION} · signed in")
    desktop.icon.click("Default profile", "prod")
    desktop.notices.wait_for_notice("Default profile: prod")
    assert desktop.start().ended() == 0
    for command in ("status", "profiles", "doctor"):
        desktop.run(command)
    (desktop.cache / desktop.plant(seconds=-60).name).unlink()
    desktop.shows("signed out")
    assert desktop.browser.opened == []
