"""What the icon, the tooltip and the menu say (docs/contracts: Menu, Statuses)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.build import NOW, profile, sign_in, snapshot, token, utc

from tray.core.command import Do, LogIn, LogOut, OpenConsole, OpenPortal, SetSessionLength, UseProfile
from tray.core.dataclass import replace
from tray.core.message import Message
from tray.core.model import Kind, LoginInProgress, SignIn, Snapshot, Status, Token, Unreadable
from tray.core.session.history import End, EndedBy, History, Span, Trouble
from tray.core.session.memory import Memory
from tray.core.session.status import derive
from tray.core.settings import Settings, SignInSettings, Theme
from tray.core.view.render import Scene, render
from tray.core.view.values import MenuItem, View

SETTINGS = Settings()


def view_of(seen: Snapshot, login: LoginInProgress | None = None, memory: Memory | None = None) -> View:
    statuses = derive(seen, SETTINGS, NOW, login)
    return render(Scene(seen, statuses, SETTINGS, memory or Memory(), login), NOW, utc)


def item(view: View, *labels: str) -> MenuItem:
    """Find a line by the labels on the way to it; one may be given by how it begins, before a colon."""
    items = view.menu
    for label in labels:
        found = next(entry for entry in items if label in {entry.label, entry.label.partition(":")[0]})
        items = found.children
    return found


def walk(items: tuple[MenuItem, ...]) -> Iterator[tuple[MenuItem, ...]]:
    yield items
    for entry in items:
        yield from walk(entry.children)


@pytest.mark.parametrize(
    ("held", "icon", "words"),
    [
        (None, Status.SIGNED_OUT, "corp · signed out"),
        (token(400), Status.SIGNED_IN, "corp · signed in until 18:40"),
        (token(40, refreshable=True), Status.SIGNED_IN, "corp · signed in"),
        (token(5), Status.ENDING, "corp · ends at 12:05"),
        (token(-5, refreshable=True), Status.RENEWABLE, "corp · renews on next use"),
        (token(-5), Status.EXPIRED, "corp · expired"),
        (Unreadable("x"), Status.UNREADABLE, "corp · unreadable"),
    ],
)
def test_icon_and_tooltip_of_a_status(held: Token | Unreadable | None, icon: Status, words: str) -> None:
    view = view_of(snapshot(held))

    assert (icon, words) == (view.icon, view.tooltip)
    assert words == view.menu[0].label
    assert view.menu[0].command is Do.ACTIVATE, "for hosts that give us no left click"


@pytest.mark.parametrize(
    ("held", "needed"),
    [
        (None, False),
        (token(400), False),
        (token(40, refreshable=True), False),
        (token(5), True),
        (token(-5, refreshable=True), False),
        (token(-5), True),
        (Unreadable("x"), True),
    ],
)
def test_attention_is_asked_for_while_only_the_person_can_help(held: Token | Unreadable | None, needed: bool) -> None:
    assert view_of(snapshot(held)).attention is needed


def test_a_snooze_puts_off_an_end_to_come_and_none_that_came() -> None:
    snoozed = Memory(snoozed_until=NOW + timedelta(minutes=30))

    assert not view_of(snapshot(token(5)), memory=snoozed).attention
    assert view_of(snapshot(token(-5)), memory=snoozed).attention
    assert view_of(snapshot(token(5)), memory=Memory(snoozed_until=NOW)).attention


def test_a_sign_in_that_the_icon_does_not_follow_may_need_the_person_too() -> None:
    view = view_of(replace(TWO, tokens={"corp": token(400), "lab": token(-5)}, default_profile="dev"))

    assert (view.icon, view.attention) == (Status.SIGNED_IN, True)


def test_without_sign_ins_the_menu_says_how_to_set_one_up() -> None:
    view = view_of(snapshot(sign_ins=(), profiles=(), default_profile=None))

    assert view.tooltip == "SSO Tray · not set up yet"
    assert (view.menu[0].label, view.menu[0].command) == ("No AWS sign-in is set up", Do.ACTIVATE)
    assert [entry.label for entry in view.menu if entry.default] == [view.menu[0].label]
    assert "sso-tray setup" in view.menu[1].label


def test_trouble_with_other_things_is_no_config_that_cannot_be_read() -> None:
    told = Message("AWS_PROFILE names the profile “old”, and there is none", "Unset it.")
    view = view_of(snapshot(sign_ins=(), profiles=(), default_profile=None, problems=(told,)))

    assert (view.icon, view.tooltip) == (Status.NO_CONFIG, "SSO Tray · not set up yet")
    assert item(view, f"! {told.title}")


def test_a_long_problem_is_one_short_line_and_told_whole_inside() -> None:
    title = "AWS_PROFILE names the profile “a-name-that-is-rather-long”, and the file has no such profile in it"
    hint = "Correct the variable where it is set, or unset it; then every terminal uses the default profile again."
    view = view_of(snapshot(problems=(Message(title, hint),)))

    line = next(entry for entry in view.menu if entry.label.startswith("! "))
    inside = [entry.label for entry in line.children]

    assert line.label == f"! {title[:57]}…"
    assert max(map(len, (line.label, *inside))) <= 60
    assert " ".join(inside) == f"{title} {hint}"
    assert not any(entry.enabled for entry in line.children)
    assert len({entry.key for entry in line.children}) == len(inside)


@pytest.mark.parametrize(
    "folder", ["/home/somebody/with a long/name/.aws/", "C:\\Users\\Somebody\\A long name\\.aws\\"]
)
def test_a_long_problem_leaves_out_folders_first(folder: str) -> None:
    title = f"{folder}config, line 12: [profile dev] is there twice"
    view = view_of(snapshot(problems=(Message(title, "Join the two."),)))

    line = next(entry for entry in view.menu if entry.label.startswith("! "))

    assert line.label.endswith("config, line 12: [profile dev] is there twice")
    assert len(line.label) <= 60
    assert "".join(entry.label for entry in line.children).replace(" ", "") == f"{title}Join the two.".replace(" ", "")


def test_a_config_that_cannot_be_read_shows_the_problem_and_the_mark() -> None:
    told = Message("Cannot read it", "Look at line 3.")
    view = view_of(snapshot(sign_ins=(), profiles=(), problems=(told,), config_faulty=True))

    assert (view.icon, view.tooltip) == (Status.UNREADABLE, "SSO Tray · unreadable")
    assert "No AWS sign-in is set up" not in str(view.menu), "nobody knows"
    assert item(view, "! Cannot read it").children[0].label == "Look at line 3."


@pytest.mark.parametrize(
    ("held", "label"),
    [(None, "Log in"), (token(-1), "Log in"), (token(5), "Log in again"), (token(400), "Log in again")],
)
def test_the_main_item_logs_in(held: Token | Unreadable | None, label: str) -> None:
    found = item(view_of(snapshot(held)), label)

    assert found.command == LogIn("corp", new=label == "Log in again", ask=held == token(400))
    assert found.default


def test_while_signing_in_the_main_item_cancels() -> None:
    login = LoginInProgress("corp", "https://example.awsapps.com/start/#/device", "ABCD-EFGH")
    view = view_of(snapshot(None), login)

    assert Status.SIGNING_IN is view.icon
    assert item(view, "Cancel sign-in").command == Do.CANCEL_LOGIN
    assert item(view, "Open sign-in page").command == Do.OPEN_SIGN_IN_PAGE
    assert not item(view, "Code ABCD-EFGH").enabled


def test_where_there_is_a_code_the_menu_shows_where_to_type_it() -> None:
    login = LoginInProgress("corp", "https://device.sso.eu-west-1.amazonaws.com/?user_code=ABCD-EFGH", "ABCD-EFGH")

    assert not item(view_of(snapshot(None), login), "On any device: device.sso.eu-west-1.amazonaws.com/").enabled
    assert "On any device" not in str(view_of(snapshot(None), LoginInProgress("corp", "https://x.example/")))


TWO = snapshot(
    sign_ins=(sign_in("corp"), sign_in("lab")),
    profiles=(profile("dev", "corp"), profile("play", "lab")),
    tokens={"corp": token(400)},
    default_profile="play",
)


def test_with_several_sign_ins_each_is_named_and_the_followed_one_is_first() -> None:
    view = view_of(TWO)

    assert [entry.label for entry in view.menu[:2]] == ["lab · signed out", "corp · signed in until 18:40"]
    assert LogIn("lab") == item(view, "Log in to lab").command
    assert [entry.label for entry in view.menu if entry.default] == ["Log in to lab"]


CORP, LAB = "corp · signed in until 18:40", "lab · signed out"


def test_with_several_sign_ins_each_has_its_own_menu_and_the_first_level_only_what_is_needed() -> None:
    view = view_of(TWO)

    assert [(entry.label, entry.command) for entry in item(view, CORP).children] == [
        ("Log in again", LogIn("corp", new=True, ask=True)),
        ("Open access portal", OpenPortal("corp")),
        ("Log out", LogOut("corp")),
    ]
    assert [entry.label for entry in item(view, LAB).children] == ["Log in", "Open access portal", "Session length"]
    on_first_level = {entry.label for entry in view.menu}
    assert not on_first_level & {"Open access portal", "Log out", "Session length", "Log in again to corp"}
    assert not [entry for entry in view.menu[:2] if entry.command], "a line that opens a menu does nothing else"


def test_of_several_sign_ins_that_hold_none_is_offered_to_log_in_to_on_the_first_level() -> None:
    view = view_of(replace(TWO, tokens={"corp": token(400), "lab": token(300)}))

    assert not [entry for entry in view.menu if entry.label.startswith("Log in") or entry.default]


def test_a_login_that_runs_makes_the_other_sign_ins_wait() -> None:
    view = view_of(replace(TWO, tokens={"corp": token(5)}), LoginInProgress("lab"))

    assert item(view, "Cancel sign-in to lab").enabled
    assert not item(view, "Log in again to corp").enabled
    assert not item(view, "corp · ends at 12:05", "Log in again").enabled
    assert item(view, "lab · signing in", "Cancel sign-in").command == Do.CANCEL_LOGIN


PORTAL, OTHER = "https://d-1234567890.awsapps.com/start", "https://company.awsapps.com/start"


@pytest.mark.parametrize(
    ("sign_ins", "called"),
    [
        ([sign_in(PORTAL, Kind.LEGACY)], ["d-1234567890.awsapps.com"]),
        (
            [sign_in(PORTAL, Kind.LEGACY), sign_in(OTHER, Kind.LEGACY, OTHER), sign_in("corp")],
            ["d-1234567890.awsapps.com", "company.awsapps.com", "corp"],
        ),
        (
            [sign_in(PORTAL, Kind.LEGACY), sign_in(f"{PORTAL}/#/", Kind.LEGACY, f"{PORTAL}/#/")],
            ["d-1234567890.awsapps.com/start", "d-1234567890.awsapps.com/start/#/"],
        ),
        (
            [sign_in(PORTAL, Kind.LEGACY), sign_in("d-1234567890.awsapps.com")],
            ["d-1234567890.awsapps.com/start", "d-1234567890.awsapps.com"],
        ),
    ],
)
def test_a_legacy_sign_in_is_called_by_its_host_where_that_is_enough(sign_ins: list[SignIn], called: list[str]) -> None:
    view = view_of(snapshot(sign_ins=tuple(sign_ins), profiles=(), default_profile=None))

    assert [entry.label for entry in view.menu[: len(called)]] == [f"{name} · signed out" for name in called]
    if len(called) > 1:
        assert [entry.label for entry in view.menu if entry.label.startswith("Log in")] == [
            f"Log in to {name}" for name in called
        ]


def test_groups_of_profiles_and_the_tooltip_call_a_legacy_sign_in_by_its_host_too() -> None:
    legacy = replace(TWO, sign_ins=(sign_in(PORTAL, Kind.LEGACY), sign_in("lab")), profiles=PLAYERS)
    view = view_of(replace(legacy, default_profile="dev", tokens={}))

    assert view.tooltip == "d-1234567890.awsapps.com · signed out"
    assert [entry.label for entry in item(view, "Default profile").children if not entry.enabled] == [
        "d-1234567890.awsapps.com",
        "lab",
    ]


PLAYERS = (profile("dev", PORTAL), profile("play", "lab"))


def test_the_default_profile_in_force_is_told_on_the_first_level() -> None:
    assert "Default profile: play" in [entry.label for entry in view_of(TWO).menu]
    nothing = view_of(replace(TWO, default_profile=None))
    assert "Default profile" in [entry.label for entry in nothing.menu]
    assert item(view_of(TWO), "Default profile").key == item(nothing, "Default profile").key, "an open menu stays open"


def test_the_default_profile_is_a_radio_choice() -> None:
    view = view_of(TWO)
    play, dev = item(view, "Default profile", "play"), item(view, "Default profile", "dev")

    assert (True, True, UseProfile("play")) == (play.radio, play.checked, play.command)
    assert (True, False, UseProfile("dev")) == (dev.radio, dev.checked, dev.command)
    assert OpenConsole("dev") == item(view, "Open console", "dev").command


@pytest.mark.parametrize("count", [1, 20, 21, 41, 1_000, 10_000])
def test_any_number_of_profiles_stays_a_menu(count: int) -> None:
    names = [f"team-{number:05d}" for number in range(count)]
    seen = snapshot(profiles=tuple(profile(name) for name in names), default_profile=names[-1])

    view = view_of(seen, memory=Memory(recent_profiles=(names[0], "gone")))

    menu = item(view, "Default profile").children
    offered = {entry.command for level in walk(menu) for entry in level if isinstance(entry.command, UseProfile)}
    assert {UseProfile(name) for name in names} == offered
    assert max(len(level) for level in walk(menu)) <= 45
    if count > 20:
        assert [entry.command for entry in menu[:2]] == [UseProfile(names[-1]), UseProfile(names[0])]
        assert [entry.checked for entry in menu[:2]] == [True, False]
        assert [entry.label for entry in item(view, "Open console").children[:2]] == [names[-1], names[0]]


@given(count=st.integers(0, 60), sign_ins=st.integers(1, 9))
def test_keys_are_unique_among_siblings(count: int, sign_ins: int) -> None:
    names = [f"s{number}" for number in range(sign_ins)]
    seen = snapshot(
        sign_ins=tuple(sign_in(name) for name in names),
        profiles=tuple(profile(f"p{number}", names[number % sign_ins]) for number in range(count)),
    )

    for level in walk(view_of(seen).menu):
        assert len(level) == len({entry.key for entry in level})


def test_the_view_does_not_change_from_minute_to_minute() -> None:
    seen = snapshot(token(400))
    scene = Scene(seen, derive(seen, SETTINGS, NOW), SETTINGS)

    assert render(scene, NOW, utc) == render(scene, NOW + timedelta(minutes=7), utc)


def test_names_cannot_break_the_menu() -> None:
    name = "a\nb\t" + "x" * 10_000
    view = view_of(snapshot(sign_ins=(sign_in(name),), profiles=(profile(name, name),)))

    for level in walk(view.menu):
        assert all(len(entry.label) < 120 and entry.label.isprintable() for entry in level)


@pytest.mark.parametrize(
    ("setting", "expected"), [(Theme.AUTO, Theme.DARK), (Theme.LIGHT, Theme.LIGHT), (Theme.COLOUR, Theme.COLOUR)]
)
def test_the_icon_is_drawn_for_the_panel_unless_the_settings_say_otherwise(setting: Theme, expected: Theme) -> None:
    seen = snapshot(token(400))
    settings = Settings(icon_theme=setting)
    scene = Scene(seen, derive(seen, settings, NOW), settings, panel=Theme.DARK)

    assert expected == render(scene, NOW, utc).theme


def session_view(history: History, held: Token | None = None, hours: float | None = None, minutes: float = 0) -> View:
    settings = Settings(sign_ins={"corp": SignInSettings(length_hours=hours)})
    memory = Memory().with_history("corp", history)
    seen = snapshot(held or token(40, refreshable=True))
    now = NOW + timedelta(minutes=minutes)
    statuses = derive(seen, settings, now, None, memory)
    return render(Scene(seen, statuses, settings, memory), now, utc)


EIGHT_HOURS = History(began_at=NOW, spans=(Span(timedelta(minutes=450), timedelta(minutes=481)),))
OFFLINE = Trouble(NOW, "No network")


@pytest.mark.parametrize(
    ("history", "held", "minutes", "words"),
    [
        (EIGHT_HOURS, token(40, refreshable=True), 0, "corp · signed in until about 20:00"),
        (EIGHT_HOURS, token(500, refreshable=True), 470, "corp · ends about 20:00"),
        (
            replace(EIGHT_HOURS, token=token(500), ended=End("a", NOW, EndedBy.INVALID_GRANT)),
            token(500, refreshable=True),
            470,
            "corp · expired",
        ),
        (
            History(held_at=NOW - timedelta(hours=1), trouble=OFFLINE),
            token(3, refreshable=True),
            0,
            "corp · signed in, not checked since 11:00",
        ),
        (
            History(trouble=OFFLINE),
            token(-1, refreshable=True),
            5,
            "corp · renews on next use, not checked since 12:00",
        ),
        (
            replace(EIGHT_HOURS, held_at=NOW + timedelta(hours=7), trouble=OFFLINE),
            token(465, refreshable=True),
            470,
            "corp · ends about 20:00, not checked since 19:00",
        ),
    ],
)
def test_an_estimate_says_about_and_trouble_says_since_when(
    history: History, held: Token, minutes: float, words: str
) -> None:
    view = session_view(history, held, minutes=minutes)

    assert words == view.tooltip == view.menu[0].label


def test_the_session_length_is_a_radio_choice() -> None:
    labels = ["Automatic", "1 hour", "4 hours", "8 hours", "12 hours", "24 hours", "7 days"]
    items = item(session_view(History()), "Session length").children

    assert labels == [entry.label for entry in items]
    assert [entry.command for entry in items] == [
        SetSessionLength("corp", hours) for hours in (None, 1.0, 4.0, 8.0, 12.0, 24.0, 168.0)
    ]
    assert [entry.checked for entry in items] == [True] + [False] * 6
    assert all(entry.radio for entry in items)


@pytest.mark.parametrize(
    ("hours", "label"),
    [(8.0, "8 hours"), (168.0, "7 days"), (10.0, "10 hours"), (1.5, "1 h 30 min"), (36.0, "36 hours")],
)
def test_a_length_that_is_set_is_checked_also_an_unusual_one(hours: float, label: str) -> None:
    items = item(session_view(History(), hours=hours), "Session length").children

    assert [entry.label for entry in items if entry.checked] == [label]


def test_a_length_that_was_learned_is_said() -> None:
    items = item(session_view(EIGHT_HOURS), "Session length").children

    assert items[0].label == "Automatic (about 8 hours)"


def test_a_length_that_the_administrator_has_set_cannot_be_chosen() -> None:
    enforced = Settings(
        sign_ins={"corp": SignInSettings(length_hours=8)}, enforced=frozenset({("sign_in", "corp", "length_hours")})
    )
    seen = snapshot(sign_ins=TWO.sign_ins, tokens={"corp": token(40, refreshable=True)})
    both = render(Scene(seen, derive(seen, enforced, NOW), enforced), NOW, utc)

    found = item(both, both.menu[0].label, "Session length")
    assert (found.enabled, found.children, found.command) == (False, (), None)
    assert item(both, LAB, "Session length").children


def test_no_length_is_asked_for_where_the_token_says_it() -> None:
    assert "Session length" not in [entry.label for entry in view_of(snapshot(token(400))).menu]


def test_several_sign_ins_each_have_a_length_and_only_those_with_a_token_can_be_ended() -> None:
    both = view_of(snapshot(sign_ins=TWO.sign_ins, tokens={"corp": token(40, refreshable=True)}))

    assert item(both, "corp · signed in", "Session length", "8 hours").command == SetSessionLength("corp", 8.0)
    assert item(both, LAB, "Session length", "Automatic").command == SetSessionLength("lab", None)
    assert item(both, "corp · signed in", "Log out").command == LogOut("corp")
    assert "Log out" not in [entry.label for entry in item(both, LAB).children]


def test_the_only_sign_in_is_ended_one_deeper_so_that_no_stray_click_does_it() -> None:
    found = item(view_of(snapshot(token(60))), "Log out")

    assert (found.command, [entry.command for entry in found.children]) == (None, [LogOut("corp")])


def test_there_is_nothing_to_end_without_a_token() -> None:
    assert "Log out" not in [entry.label for entry in view_of(snapshot(None)).menu]


def test_a_wrong_clock_is_named_in_the_menu() -> None:
    view = view_of(snapshot(token(400)), memory=Memory(skew_seconds=-720))

    assert "12 min ahead" in view.menu[1].label


def test_a_switch_can_be_undone_from_the_menu_once_there_was_one() -> None:
    assert "Undo last switch" not in str(view_of(TWO).menu)

    undo = item(view_of(replace(TWO, undo_to="dev")), "Default profile", "Undo last switch")

    assert undo.command == Do.UNDO_SWITCH


@pytest.mark.parametrize(("count", "places"), [(2, ["Default profile"]), (21, ["Default profile", "Open console"])])
def test_a_profile_can_be_found_by_typing_below_those_that_are_offered(count: int, places: list[str]) -> None:
    seen = snapshot(
        profiles=tuple(profile(f"p{number}") for number in range(count)), default_profile=None, undo_to="p1"
    )

    offering = [entry.label for entry in view_of(seen).menu if "Find profile…" in str(entry.children)]

    assert offering == places
    assert item(view_of(seen), "Default profile", "Find profile…").command == Do.FIND_PROFILE
    below = [entry.key for entry in item(view_of(seen), "Default profile").children][-3:]
    assert below == ["before-find", "find-profile", "undo"]


def test_production_profiles_are_marked_in_words() -> None:
    settings = Settings(production=("pl*",))
    view = render(Scene(TWO, derive(TWO, settings, NOW), settings), NOW, utc)

    assert "Default profile: play · production" in [entry.label for entry in view.menu]
    assert item(view, "Default profile", "play · production").command == UseProfile("play")
    assert item(view, "Default profile", "dev").command == UseProfile("dev")


def test_many_profiles_are_grouped_by_account() -> None:
    profiles = [
        profile(f"team-{number}-{role}", account=f"{number:012}")
        for number in range(12)
        for role in ("admin", "reader")
    ]
    lone = profile("lone", account="999999999999")
    view = view_of(snapshot(profiles=(*profiles, lone)))

    menu = item(view, "Default profile", "corp")
    assert item(view, "Default profile", "corp", "lone").command == UseProfile("lone")
    assert menu.children[0].label == "team-0 (000000000000)"
    assert [entry.label for entry in menu.children[0].children] == ["team-0-admin", "team-0-reader"]


def test_setting_up_is_always_offered() -> None:
    assert item(view_of(snapshot(sign_ins=(), profiles=(), default_profile=None)), "Set up…").command == Do.SET_UP


def test_a_click_that_comes_as_a_login_ends_cannot_mean_the_opposite() -> None:
    running = item(view_of(snapshot(None), LoginInProgress("corp")), "Cancel sign-in")
    before, after = item(view_of(snapshot(None)), "Log in"), item(view_of(snapshot(token(400))), "Log in again")

    assert before.key == after.key
    assert running.key != after.key


def test_why_there_is_no_sign_in_stands_in_the_menu_where_it_is_known() -> None:
    said = Message("The profile dev gets its credentials from aws-vault", "To sign in is the job of aws-vault.")

    view = view_of(snapshot(sign_ins=(), profiles=(), default_profile=None, without_sign_in=said))

    assert view.icon is Status.NO_CONFIG
    assert [entry.label for entry in view.menu[:2]] == [said.title, said.hint]
    assert view.menu[0].enabled
    assert "No AWS sign-in is set up" not in [entry.label for entry in view.menu]
