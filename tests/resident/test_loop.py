"""The loop: what happens outside reaches the icon and the person, in time and once."""

from __future__ import annotations

import gc
import queue
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from support.build import profile, sign_in, token
from support.desk import FakeDesk, until
from support.stage import Stage, lasting, wired

from tray import __version__
from tray.aws.cache.records import write_record
from tray.core.autostart import Autostart, Standing
from tray.core.command import CopyAddress, Do, LogIn, OpenConsole, OpenPortal, SetSessionLength, Snooze, UseProfile
from tray.core.dataclass import replace
from tray.core.message import Message
from tray.core.model import Kind, Status, Token
from tray.core.session.history import End, EndedBy, History
from tray.core.settings import Settings
from tray.core.view.values import Slot
from tray.resident import inbox as inbox_module
from tray.resident import jobs_in_flight, memory_file, pages_child
from tray.resident.inbox import SAFETY_SECONDS, AutostartSeen, Refresh, Woke


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.end()


PAGE = "https://oidc.example/authorize"
WAITING = f'print(\'{{"event":"open-url","url":"{PAGE}"}}\', flush=True); import time; time.sleep(60)'
SUCCEEDS = 'print(\'{"event":"signed-in","name":"corp","token_expires_at":"x"}\')'
FAILS = 'print(\'{"event":"failed","title":"The sign-in was refused.","hint":"Log in again."}\'); raise SystemExit(5)'


def test_the_icon_shows_what_is_true_before_the_loop_begins(stage: Stage) -> None:
    stage.now_outside(lasting(9999))
    stage.loop.begin(stage.desk)

    assert [view.icon for view in stage.desk.views] == [Status.SIGNED_IN]


def test_the_clock_alone_changes_icon_and_sends_reminder_and_end(stage: Stage) -> None:
    stage.reader.settings = Settings(lead_minutes=(0.6 / 60,))
    stage.start(lasting(1.3))

    stage.shows(Status.EXPIRED)
    stage.tells("ended")
    assert [view.icon for view in stage.desk.views] == [Status.SIGNED_IN, Status.ENDING, Status.EXPIRED]
    assert [word for notice in stage.desk.notices for word in ("ends at", "ended") if word in notice.title] == [
        "ends at",
        "ended",
    ]


def test_what_becomes_due_while_the_icon_is_being_changed_is_not_forgotten(stage: Stage) -> None:
    stage.desk.seconds_to_change = 1.0
    stage.start(lasting(0.5))

    until(lambda: stage.desk.views and stage.desk.view.icon is Status.EXPIRED, SAFETY_SECONDS / 2)


def test_a_view_that_does_not_change_is_not_sent_again(stage: Stage) -> None:
    stage.start(lasting(9999))
    for _ in range(20):
        stage.do(Refresh())
    stage.do(Snooze(30))
    until(lambda: "Snoozed" in str(stage.desk.view))

    assert len(stage.desk.views) == 2


def test_passes_leave_no_spare_tuples_behind(stage: Stage) -> None:
    def full_collections() -> int:
        return gc.get_stats()[2]["collections"]  # These alone free them.

    stage.start(lasting(9999))
    for _ in range(5):
        before = full_collections()
        stage.do(Refresh())
        until(lambda before=before: full_collections() > before)  # type: ignore[misc]


def test_a_sign_in_elsewhere_withdraws_the_notice(stage: Stage) -> None:
    stage.start(lasting(-1))
    stage.tells("ended")
    stage.now_outside(lasting(9999, "b"))
    stage.do(Refresh())

    until(lambda: Slot.SIGN_IN in stage.desk.withdrawn)
    stage.shows(Status.SIGNED_IN)


def test_a_click_on_the_icon_logs_in_when_that_is_needed(stage: Stage) -> None:
    stage.child("login", SUCCEEDS)
    stage.start(None)
    stage.now_outside(lasting(9999))
    stage.do(Do.ACTIVATE)

    stage.shows(Status.SIGNED_IN)
    assert stage.started("login") == 1
    assert Status.SIGNING_IN in [view.icon for view in stage.desk.views]
    assert stage.desk.notices == []


def test_a_click_on_the_icon_only_tells_when_all_is_well(stage: Stage) -> None:
    stage.child("login", SUCCEEDS)
    stage.start(lasting(9999))
    stage.do(Do.ACTIVATE)

    stage.tells("corp · signed in until")
    assert stage.started("login") == 0
    assert stage.desk.pages == []


def test_clicks_while_signing_in_start_no_second_login(stage: Stage) -> None:
    stage.child("login", WAITING)
    stage.start(None)
    stage.do(LogIn("corp"))
    stage.shows(Status.SIGNING_IN)
    for _ in range(5):
        stage.do(LogIn("corp"))
        stage.do(Do.ACTIVATE)

    stage.tells("Signing in to corp")
    until(lambda: "Open sign-in page" in str(stage.desk.view))
    assert stage.started("login") == 1
    assert stage.desk.pages == [(PAGE, "")]


def test_the_page_of_a_running_login_can_be_opened_once_more(stage: Stage) -> None:
    stage.child("login", WAITING)
    stage.start(None)
    stage.do(LogIn("corp"))
    until(lambda: "Open sign-in page" in str(stage.desk.view))
    stage.do(Do.OPEN_SIGN_IN_PAGE)

    until(lambda: stage.desk.pages == [(PAGE, ""), (PAGE, "")])


def test_a_browser_that_does_not_open_the_page_is_told_and_the_login_goes_on(stage: Stage) -> None:
    stage.desk.has_browser = False
    stage.child("login", WAITING)
    stage.start(None)
    stage.do(LogIn("corp"))

    stage.tells("No browser could be started")
    until(lambda: "Open sign-in page" in str(stage.desk.view))
    assert stage.desk.view.icon is Status.SIGNING_IN


def test_cancel_stops_the_login_without_a_word(stage: Stage) -> None:
    stage.child("login", WAITING)
    stage.start(None)
    stage.do(LogIn("corp"))
    until(lambda: "Open sign-in page" in str(stage.desk.view))
    stage.do(Do.CANCEL_LOGIN)

    stage.shows(Status.SIGNED_OUT)
    assert stage.desk.notices == []


def test_a_login_that_fails_is_told_with_a_button_to_try_again(stage: Stage) -> None:
    stage.child("login", FAILS)
    stage.start(None)
    stage.do(LogIn("corp"))

    stage.tells("The sign-in was refused.")
    assert [("Log in", LogIn("corp"))] == [(b.label, b.command) for b in stage.desk.notices[-1].buttons]
    stage.shows(Status.SIGNED_OUT)


def test_a_login_that_hangs_is_ended(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_in_flight, "LOGIN_LIMIT", timedelta(seconds=0.3))
    stage.child("login", WAITING)
    stage.start(None)
    stage.do(LogIn("corp"))

    stage.tells("took too long")
    stage.shows(Status.SIGNED_OUT)


def test_a_login_to_a_sign_in_that_is_gone_starts_nothing(stage: Stage) -> None:
    stage.child("login", SUCCEEDS)
    stage.start(lasting(9999))
    stage.do(LogIn("gone"))
    stage.do(Do.SHOW_ABOUT)

    stage.tells("SSO Tray")
    assert stage.started("login") == 0


def test_a_page_that_no_browser_opens_can_be_copied_from_the_notice(stage: Stage) -> None:
    stage.desk.has_browser = False
    stage.start(lasting(9999))
    stage.do(OpenPortal("corp"))
    stage.tells("No browser could be started")
    notice = stage.desk.notices[-1]
    address = stage.desk.pages[0][0]

    assert [button.label for button in notice.buttons] == ["Copy address"]
    assert address not in repr(notice), "what is logged of a notice holds no address"
    stage.do(notice.buttons[0].command)

    stage.tells("The address is in the clipboard.")
    assert stage.desk.copied == [address]


def test_where_nothing_takes_the_address_it_is_said(stage: Stage) -> None:
    stage.desk.has_clipboard = False
    stage.start(lasting(9999))
    stage.do(CopyAddress("https://corp.example/start"))

    stage.tells("The address could not be copied")
    assert "https://" not in repr(stage.desk.notices)


def test_while_a_login_runs_the_menu_offers_its_page_and_the_address(stage: Stage) -> None:
    stage.child("login", WAITING)
    stage.start()
    assert not [entry for entry in stage.desk.view.menu if entry.label == "Copy address"]
    stage.do(LogIn("corp"))
    until(lambda: [entry for entry in stage.desk.view.menu if entry.label == "Copy address"])
    labels = [entry.label for entry in stage.desk.view.menu]
    assert labels.index("Copy address") == labels.index("Open sign-in page") + 1
    assert PAGE not in repr(stage.desk.view)

    command = stage.desk.item("Copy address").command
    assert command is not None
    stage.do(command)

    stage.tells("The address is in the clipboard.")
    assert stage.desk.copied == [PAGE]


def test_portal_and_console_open_in_the_chosen_browser(stage: Stage) -> None:
    stage.reader.settings = Settings(browser_command="firefox %s")
    stage.start(lasting(9999))
    stage.do(OpenPortal("corp"))
    stage.do(OpenConsole("dev"))

    until(lambda: len(stage.desk.pages) == 2)
    portal, console = stage.desk.pages
    assert portal == ("https://d-1234567890.awsapps.com/start", "firefox %s")
    assert "account_id=111122223333" in console[0]


def test_without_a_browser_the_person_is_told(stage: Stage) -> None:
    stage.desk.has_browser = False
    stage.start(lasting(9999))
    stage.do(OpenPortal("corp"))

    stage.tells("No browser could be started.")


def test_a_switch_that_is_refused_is_told_and_the_file_stays(stage: Stage) -> None:
    config = stage.reader.paths.aws_config
    config.write_text("[profile dev]\nregion = x\n")
    stage.start(lasting(9999))
    stage.do(UseProfile("gone"))

    until(lambda: stage.desk.notices)
    assert "gone" in stage.desk.notices[0].title
    assert config.read_text() == "[profile dev]\nregion = x\n"


def test_where_no_page_can_be_had_the_settings_file_opens_with_every_setting_explained(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages_child, "own_command", lambda: [sys.executable, "-c", "raise SystemExit(4)"])
    stage.start(lasting(9999))
    stage.do(Do.OPEN_SETTINGS)

    until(lambda: stage.desk.files)
    assert "lead_minutes" in stage.desk.files[0].read_text()


def test_a_profile_is_found_on_the_page_of_the_pages_child(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    link = "http://127.0.0.1:41234/open/once"
    serves = f"import sys; print(sys.argv[-2], {link!r} + sys.argv[-2], flush=True); sys.stdin.read()"
    monkeypatch.setattr(pages_child, "own_command", lambda: [sys.executable, "-c", serves])
    stage.start(lasting(9999))
    stage.do(Do.FIND_PROFILE)

    until(lambda: stage.desk.pages == [(f"{link}profiles", "")])


def test_a_second_start_makes_the_first_show_its_status(stage: Stage) -> None:
    stage.start(lasting(9999))
    request = stage.reader.paths.sessions / "here.show.note"
    request.touch()
    stage.do(Refresh())

    stage.tells("corp · signed in")
    assert not request.exists()


def test_a_fault_in_one_pass_does_not_end_the_program(stage: Stage) -> None:
    stage.start(None)
    stage.reader.fails = True
    stage.do(Refresh())
    stage.reader.fails = False
    stage.now_outside(lasting(9999))
    stage.do(Refresh())

    stage.shows(Status.SIGNED_IN)


def test_what_was_announced_is_remembered_by_the_next_run(tmp_path: Path) -> None:
    first = Stage(tmp_path)
    first.start(token(-60 * 24 * 365 * 20))
    first.tells("ended")
    first.end()
    second_desk = FakeDesk()
    wired(first.reader, second_desk, queue.SimpleQueue()).begin(second_desk)

    assert second_desk.view.icon is Status.EXPIRED
    assert second_desk.notices == []


def test_a_broken_memory_is_an_empty_one(stage: Stage) -> None:
    stage.reader.paths.memory_file.write_text('{"schema": 99}')
    stage.start(lasting(9999))

    stage.shows(Status.SIGNED_IN)


def test_problems_reach_the_menu(stage: Stage) -> None:
    stage.start(None, problems=(Message("Something is wrong", "Mend it."),))

    assert stage.desk.item("! Something is wrong").children[0].label == "Mend it."


def test_quitting_stops_a_login_and_withdraws_what_could_no_longer_be_answered(stage: Stage) -> None:
    stage.child("login", WAITING)
    stage.start(None, sign_ins=(sign_in("corp"),), profiles=(profile(),))
    stage.do(LogIn("corp"))
    stage.shows(Status.SIGNING_IN)
    stage.end()

    assert stage.desk.closed


def test_a_memory_that_cannot_be_saved_costs_nothing_else(stage: Stage) -> None:
    stage.reader.paths.memory_file.mkdir()
    stage.start(lasting(-1))

    stage.tells("ended")
    stage.shows(Status.EXPIRED)


def test_after_a_while_without_events_it_looks_around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_module, "SAFETY_SECONDS", 0.05)
    made = Stage(tmp_path)
    looked = threading.Event()
    made.run_with = {"look_around": looked.set}
    made.start(lasting(9999))

    assert looked.wait(20)
    made.end()


RENEWS = 'print(\'{"event":"signed-in","name":"corp","token_expires_at":"x","clock_skew_seconds":0}\')'
ENDED = 'print(\'{"event":"failed","title":"The sign-in has ended.","hint":"x","ended":true}\'); raise SystemExit(1)'
OFFLINE = 'print(\'{"event":"failed","title":"Could not reach AWS.","hint":"x","ended":false}\'); raise SystemExit(4)'


def test_a_token_that_is_past_is_renewed_silently(stage: Stage) -> None:
    stage.child("renew", "import time; time.sleep(0.3); " + RENEWS)
    stage.start(renewable(-60))
    stage.now_outside(renewable(3600, "b"))

    stage.shows(Status.SIGNED_IN)
    assert stage.started("renew") == 1
    assert stage.desk.notices == []


def test_a_refused_renewal_ends_the_sign_in_with_one_notice_and_no_browser(stage: Stage) -> None:
    held = renewable(-60)
    stage.child("renew", stage.writes_down(refused(held)) + ENDED)
    stage.start(held)

    stage.shows(Status.EXPIRED)
    stage.tells("ended")
    for _ in range(5):
        stage.do(Refresh())
    stage.do(Do.SHOW_ABOUT)
    stage.tells("SSO Tray")
    assert [notice.title for notice in stage.desk.notices if "ended" in notice.title] == ["AWS sign-in has ended"]
    assert stage.started("renew") == 1
    assert stage.desk.pages == []


def test_a_refusal_that_a_command_in_a_terminal_heard_ends_the_sign_in_too(stage: Stage) -> None:
    held = renewable(3600)
    stage.start(held)
    stage.shows(Status.SIGNED_IN)
    write_record(stage.record, refused(held))
    stage.do(Refresh())

    stage.shows(Status.EXPIRED)
    stage.tells("ended")
    assert stage.started("renew") == 0


def test_an_answer_that_could_not_be_written_down_is_not_asked_for_without_end(stage: Stage) -> None:
    stage.child("renew", ENDED)
    stage.start(renewable(-60))
    until(lambda: memory_file.load(stage.reader.paths.memory_file).history("corp").pause_until)
    for _ in range(5):
        stage.do(Refresh())
    stage.do(Do.SHOW_ABOUT)

    stage.tells("SSO Tray")
    assert stage.started("renew") == 1


def test_a_network_error_is_no_end(stage: Stage) -> None:
    stage.child("renew", OFFLINE)
    stage.start(renewable(-60))

    until(lambda: "not checked since" in str(stage.desk.view.menu))
    assert stage.desk.view.icon is not Status.EXPIRED
    assert stage.desk.notices == []
    assert stage.started("renew")


def test_waking_up_tries_again_at_once(stage: Stage) -> None:
    stage.child("renew", OFFLINE, OFFLINE, "import time; time.sleep(0.2); " + RENEWS)
    stage.start(renewable(-60))
    until(lambda: "not checked since" in str(stage.desk.view.menu))
    before = stage.started("renew")
    stage.do(Woke())

    until(lambda: stage.started("renew") > before)


def test_the_length_of_a_sign_in_is_set_from_the_menu(stage: Stage) -> None:
    stage.start(renewable(3600))
    stage.do(SetSessionLength("corp", 8.0))

    until(stage.reader.paths.settings_file.exists)
    until(lambda: "length_hours = 8" in stage.reader.paths.settings_file.read_text())


def test_a_length_that_the_administrator_has_set_stays_though_a_menu_was_open(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Settings, "decides_length", lambda _self, name: name == "corp")
    stage.start(renewable(3600))
    stage.do(SetSessionLength("corp", 8.0))

    until(lambda: "Your administrator has set" in str(stage.desk.notices))
    assert not stage.reader.paths.settings_file.exists()


def renewable(seconds: float, key: str = "a") -> Token:
    now = datetime.now(UTC)
    held = token(refreshable=True, key=key)
    return replace(
        held,
        expires_at=now + timedelta(seconds=seconds),
        modified_at=now - timedelta(hours=1),
        registration_expires_at=now + timedelta(days=60),
    )


def refused(held: Token) -> History:
    """What a command writes down whose renewal of a token AWS has refused, since the session is over."""
    now = datetime.now(UTC)
    return History(token=held, ended=End(held.fingerprint, now, EndedBy.INVALID_GRANT), revision=1, recorded_at=now)


def test_a_production_profile_becomes_the_default_only_after_a_second_yes(stage: Stage) -> None:
    config = stage.reader.paths.aws_config
    config.write_text("[profile dev]\nregion = x\n")
    stage.reader.settings = Settings(production=("d*",))
    stage.start(lasting(9999))
    stage.do(UseProfile("dev"))

    stage.tells("Switch to dev?")
    assert config.read_text() == "[profile dev]\nregion = x\n"
    switch, keep = stage.desk.notices[-1].buttons
    stage.do(keep.command)
    stage.do(switch.command)
    stage.tells("Default profile: dev")
    assert "[default]" in config.read_text()


def test_a_switch_is_undone_from_the_menu(stage: Stage) -> None:
    config = stage.reader.paths.aws_config
    config.write_text("[profile dev]\nregion = x\n")
    stage.start(lasting(9999))
    stage.do(UseProfile("dev"))
    stage.tells("Default profile: dev")
    stage.do(Do.UNDO_SWITCH)

    stage.tells("Default profile: default")
    assert config.read_text() == "[profile dev]\nregion = x\n"


def test_the_copy_in_default_follows_its_profile_when_the_config_changes(stage: Stage) -> None:
    config = stage.reader.paths.aws_config
    config.write_text("[profile dev]\nregion = x\n")
    stage.start(lasting(9999))
    stage.do(UseProfile("dev"))
    stage.tells("Default profile: dev")
    config.write_text(config.read_text().replace("[profile dev]\nregion = x", "[profile dev]\nregion = y"))
    stage.now_outside(lasting(9999), generation=1, copied="dev")
    stage.do(Refresh())

    until(lambda: config.read_text().count("region = y") == 2)


def test_a_page_that_comes_after_cancel_is_not_opened(stage: Stage) -> None:
    stage.child("login", "import signal; signal.signal(signal.SIGTERM, lambda *_: None); " + WAITING)
    stage.start(None)
    stage.do(LogIn("corp"))
    stage.do(Do.CANCEL_LOGIN)

    stage.shows(Status.SIGNED_OUT)
    assert stage.desk.pages == []


def test_no_notice_about_a_running_login_holds_a_link(stage: Stage) -> None:
    url = "https://d-1234567890.awsapps.com/start"
    legacy = sign_in(url, Kind.LEGACY)
    stage.child("login", WAITING)
    stage.start(None, sign_ins=(legacy,), profiles=(profile("dev", url),))
    stage.do(LogIn(url))
    stage.do(LogIn(url))

    stage.tells("Signing in to d-1234567890.awsapps.com")
    assert "://" not in str(stage.desk.notices)


class AskedStart:
    """Remembers what the loop asked for about the start at login."""

    def __init__(self) -> None:
        self.asked: list[bool] = []

    def put(self, *, on: bool) -> None:
        self.asked.append(on)


def test_start_at_login_is_offered_once_it_is_known_and_a_click_is_passed_on(stage: Stage) -> None:
    at_login = AskedStart()
    stage.run_with = {"at_login": at_login}
    stage.start(lasting(9999))
    stage.do(AutostartSeen(Autostart(Standing.OFF)))
    until(lambda: "Start at login" in str(stage.desk.view))
    assert stage.desk.item("Start at login").checked is False

    stage.do(Do.START_AT_LOGIN)
    stage.do(Do.START_NO_MORE)
    stage.do(AutostartSeen(Autostart(Standing.ON, "place")))
    until(lambda: stage.desk.item("Start at login").checked)
    assert at_login.asked == [True, False]
    assert stage.desk.notices == []


def test_a_refusal_to_start_at_login_is_told_and_the_menu_shows_how_it_stands(stage: Stage) -> None:
    stage.start(lasting(9999))
    stage.do(AutostartSeen(Autostart(Standing.OFF), Message("Not allowed", "Ask somebody")))

    stage.tells("Not allowed")
    until(lambda: any(entry.label == "Start at login" for entry in stage.desk.view.menu))
    assert stage.desk.item("Start at login").checked is False


def test_where_it_is_not_offered_a_request_to_start_at_login_does_nothing(stage: Stage) -> None:
    stage.start(lasting(9999))
    stage.do(Do.START_AT_LOGIN)
    stage.do(Do.SHOW_ABOUT)

    stage.tells("SSO Tray")
    assert "Start at login" not in str(stage.desk.view)


def test_that_there_is_no_tray_is_said_once_ever(stage: Stage) -> None:
    stage.start(lasting(9999))
    stage.shows(Status.SIGNED_IN)

    stage.do(Do.SAY_NO_TRAY)
    stage.do(Do.SAY_NO_TRAY)
    stage.do(Do.SHOW_STATUS)
    stage.tells("corp · signed in")
    stage.end()

    assert [notice.title for notice in stage.desk.notices].count("There is no tray to show the icon in") == 1
    assert memory_file.load(stage.reader.paths.memory_file).said_no_tray


def test_a_click_where_there_is_no_menu_shows_the_status_with_buttons(stage: Stage) -> None:
    stage.start(lasting(9999))
    stage.shows(Status.SIGNED_IN)

    stage.do(Do.OFFER)
    stage.tells("corp · signed in")
    stage.end()

    assert [button.label for button in stage.desk.notices[-1].buttons] == ["Log in again", "Open access portal", "Quit"]


NOTHING = {"sign_ins": (), "profiles": (), "default_profile": None}


def test_the_first_start_without_a_sign_in_leads_to_the_set_up_and_opens_nothing(stage: Stage) -> None:
    stage.start(**NOTHING)
    stage.tells("not set up yet")
    stage.do(Refresh())
    stage.do(Do.SNOOZE_UNTIL_TOMORROW)
    until(lambda: memory_file.load(stage.reader.paths.memory_file).welcomed)

    assert stage.desk.view.tooltip == "SSO Tray · not set up yet"
    assert [button.command for button in stage.desk.notices[0].buttons] == [Do.SET_UP]
    assert len(stage.desk.notices) == 1
    assert stage.desk.pages == []

    stage.now_outside(None)
    stage.do(Refresh())
    stage.shows(Status.SIGNED_OUT)
    until(lambda: Slot.SIGN_IN in stage.desk.withdrawn)


@pytest.mark.parametrize("faulty", [False, True])
def test_a_left_click_sets_up_where_nothing_is_and_only_there(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, faulty: bool
) -> None:
    link = "http://127.0.0.1:41234/open/x"
    monkeypatch.setattr(
        pages_child, "own_command", lambda: [sys.executable, "-c", f"print('setup', {link!r}, flush=True); input()"]
    )
    stage.start(**NOTHING, config_faulty=faulty, problems=(Message("It is broken", "Mend it."),) if faulty else ())
    stage.do(Do.ACTIVATE)

    if faulty:
        stage.tells("It is broken")
        assert stage.desk.pages == []
    else:
        until(lambda: stage.desk.pages == [(link, "")])


def _tells_default(stage: Stage, name: str | None) -> bool:
    label = "Default profile" if name is None else f"Default profile: {name}"
    return any(entry.label == label for entry in stage.desk.view.menu)


def test_what_a_terminal_switched_to_counts_as_chosen_lately(stage: Stage) -> None:
    profiles = tuple(profile(f"p{number:02}") for number in range(21))
    stage.start(lasting(9999), profiles=profiles, default_profile="p05")
    for name in ("p07", None, "p03"):
        stage.now_outside(lasting(9999), profiles=profiles, default_profile=name)
        stage.do(Refresh())
        until(partial(_tells_default, stage, name))
    stage.end()

    menu = next(entry for entry in stage.desk.view.menu if entry.key == "default-profile")
    assert [entry.label for entry in menu.children][:4] == ["p03", "p07", "p05", ""]
    assert memory_file.load(stage.reader.paths.memory_file).recent_profiles == ("p03", "p07", "p05")


def test_a_profile_that_was_renamed_stays_among_those_chosen_lately(stage: Stage) -> None:
    profiles = tuple(profile(f"p{number:02}", account=str(number)) for number in range(21))
    stage.start(lasting(9999), profiles=profiles, default_profile="p05")
    renamed = tuple(replace(each, name="new") if each.name == "p05" else each for each in profiles)
    for name, there in (("p03", profiles), ("p03", renamed), ("p07", renamed)):
        stage.now_outside(lasting(9999), profiles=there, default_profile=name)
        stage.do(Refresh())
        until(partial(_tells_default, stage, name))
    stage.end()
    assert memory_file.load(stage.reader.paths.memory_file).recent_profiles == ("p07", "p03", "new")


DEVICE = "https://device.example/?user_code=ABCD-EFGH"
CODE = f'print(\'{{"event":"user-code","code":"ABCD-EFGH","url":"{DEVICE}"}}\', flush=True)'
NOTES_OPTIONS = "(folder / f'options.{number}').write_text(' '.join(sys.argv[3:])); "


def test_where_no_browser_starts_a_login_goes_on_with_a_code_once_that_is_asked_for(stage: Stage) -> None:
    stage.desk.has_browser = False
    stage.child("login", NOTES_OPTIONS + WAITING, f"{NOTES_OPTIONS}{CODE}; import time; time.sleep(60)")
    stage.start(None)
    stage.do(LogIn("corp"))
    stage.tells("No browser could be started")
    copy, use_a_code = stage.desk.notices[-1].buttons
    assert (copy.command, use_a_code.label) == (CopyAddress(PAGE), "Use a code")

    stage.do(use_a_code.command)
    until(lambda: "ABCD-EFGH" in str(stage.desk.view))
    until(lambda: "any device" in stage.desk.notices[-1].body)
    assert [(stage.folder / f"options.{number}").read_text() for number in (0, 1)] == [
        "--json --no-browser --while-input -- corp",
        "--json --no-browser --while-input --device-code -- corp",
    ]
    assert stage.desk.item("On any device: device.example/")
    assert [notice.title for notice in stage.desk.notices] == ["No browser could be started."] * 2, "no word of failure"

    stage.do(Do.CANCEL_LOGIN)
    stage.shows(Status.SIGNED_OUT)
    assert stage.started("login") == 2


def test_a_login_that_is_cancelled_before_its_code_comes_is_over(stage: Stage) -> None:
    stage.desk.has_browser = False
    stage.child("login", "import signal; signal.signal(signal.SIGTERM, lambda *_: time.sleep(0.5)); " + WAITING)
    stage.start(None)
    stage.do(LogIn("corp"))
    stage.tells("No browser could be started")
    stage.do(stage.desk.notices[-1].buttons[1].command)
    stage.do(Do.CANCEL_LOGIN)
    stage.shows(Status.SIGNED_OUT)

    assert stage.started("login") == 1


def test_a_page_that_was_to_ask_first_is_not_replaced_by_a_code_which_asks_nothing(stage: Stage) -> None:
    stage.desk.has_browser = False
    stage.child("login", WAITING)
    stage.start(lasting(9999))
    stage.do(LogIn("corp", new=True, ask=True))
    stage.tells("No browser could be started")

    assert [button.label for button in stage.desk.notices[-1].buttons] == ["Copy address"]


def test_about_names_version_licence_and_log(stage: Stage) -> None:
    stage.start(lasting(9999))
    stage.do(Do.SHOW_ABOUT)
    stage.tells(f"SSO Tray {__version__}")

    assert "MIT licence" in stage.desk.notices[-1].body
    assert stage.desk.notices[-1].body.endswith(str(stage.reader.paths.log_file))
