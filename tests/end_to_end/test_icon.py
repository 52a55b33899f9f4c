"""The icon tells the truth about the files, from the start and at every change."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import pytest
from end_to_end.desktop import SESSION, Desktop
from support.center import plant_token

from tray.demo.knobs import Fault


def _no_config(desktop: Desktop) -> None:
    desktop.config.unlink()


def _signed_out(desktop: Desktop) -> None:
    """The home as it is made."""


def _signed_in(desktop: Desktop) -> None:
    desktop.plant(seconds=7 * 3600)


def _signed_in_and_renewable(desktop: Desktop) -> None:
    desktop.plant(seconds=3600, refreshable=True)


def _ending(desktop: Desktop) -> None:
    desktop.plant(seconds=600)


def _renewable(desktop: Desktop) -> None:
    """Past its end, and AWS does not answer: nobody knows whether the sign-in still holds."""
    desktop.center.inject(Fault.error("CreateToken/refresh_token", 503, "ServiceUnavailableException"))
    desktop.plant(seconds=-60, refreshable=True)


def _expired(desktop: Desktop) -> None:
    desktop.plant(seconds=-60)


def _unreadable(desktop: Desktop) -> None:
    desktop.plant(seconds=3600).write_text('{"accessToken": "half of a')


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (_no_config, "SSO Tray · not set up yet"),
        (_signed_out, f"{SESSION} · signed out"),
        (_signed_in, f"{SESSION} · signed in until "),
        (_signed_in_and_renewable, f"{SESSION} · signed in"),
        (_ending, f"{SESSION} · ends at "),
        (_renewable, f"{SESSION} · renews on next use"),
        (_expired, f"{SESSION} · expired"),
        (_unreadable, f"{SESSION} · unreadable"),
    ],
)
def test_at_the_start_the_icon_shows_what_is_true(
    desktop: Desktop, prepare: Callable[[Desktop], None], words: str
) -> None:
    prepare(desktop)
    program = desktop.start()

    icon = desktop.icon
    assert icon.tooltip.startswith(words)
    assert icon.read("Title") == "SSO Tray"
    assert icon.read("ToolTip")[3] == "SSO Tray"
    assert icon.read("Id") == "sso-tray"
    assert icon.needs_attention == (prepare in {_ending, _expired, _unreadable})
    assert {16, 22, 24, 32, 48, 64} <= icon.pixmaps.keys()
    assert program.lines[0] == icon.tooltip
    assert desktop.browser.opened == []


def test_every_status_has_a_picture_of_its_own_and_a_change_shows_at_once(desktop: Desktop) -> None:
    desktop.start()
    pictures = {"signed out": desktop.icon.pixmaps[22]}
    for words, prepare in (
        ("signed in", _signed_in),
        ("ends at", _ending),
        ("renews on next use", _renewable),
        ("expired", _expired),
        ("unreadable", _unreadable),
        ("not set up yet", _no_config),
    ):
        prepare(desktop)
        desktop.shows(words)
        pictures[words] = desktop.icon.pixmaps[22]
    assert len(set(pictures.values())) == len(pictures)


def test_the_hour_of_a_renewable_token_is_not_told_as_the_end_of_the_sign_in(desktop: Desktop) -> None:
    _signed_in_and_renewable(desktop)
    desktop.start()
    assert "until" not in desktop.icon.tooltip
    assert desktop.icon.menu().labels()[0] == desktop.icon.tooltip


def test_a_client_registration_alone_is_no_sign_in(desktop: Desktop) -> None:
    token = desktop.center.issue_token()
    registration = {
        "clientId": token["clientId"],
        "clientSecret": token["clientSecret"],
        "expiresAt": "2099-01-01T00:00:00Z",
    }
    plant_token(SESSION, registration)
    desktop.start()
    assert desktop.icon.tooltip == f"{SESSION} · signed out"


def test_a_sign_in_in_another_program_shows_at_once(
    desktop: Desktop, record_property: Callable[[str, object], None]
) -> None:
    desktop.start()
    assert desktop.icon.tooltip
    seconds = []
    for turn in range(6):
        repainted = desktop.host.count("NewIcon")
        began = time.monotonic()
        desktop.plant(seconds=-60 if turn % 2 else 7 * 3600)
        desktop.host.wait_for_signal("NewIcon", more_than=repainted)
        seconds.append(time.monotonic() - began)
    record_property("token_file_to_icon_ms", round(1000 * statistics.median(seconds)))
    assert statistics.median(seconds) < 1.0
    desktop.shows("expired")


def test_a_broken_config_is_a_problem_in_the_menu_and_goes_away_when_it_is_mended(desktop: Desktop) -> None:
    good = desktop.config.read_bytes()
    desktop.start()
    desktop.shows("signed out")
    desktop.config.write_bytes(good + b"\n[profile dev]\nregion = eu-west-1\n")
    desktop.shows("unreadable")
    menu = desktop.icon.menu()
    problem = next(line for line in menu.children if line.label.startswith("! "))
    assert "[profile dev]" in problem.label
    told = " ".join(line.label for line in problem.children)
    assert "second time" in told
    assert "Join the two sections." in told
    assert "Quit" in menu.labels()
    desktop.config.write_bytes(good)
    desktop.shows("signed out")
    assert not [label for label in desktop.icon.menu().labels() if label.startswith("! ")]
