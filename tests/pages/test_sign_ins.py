"""The page of sign-ins: what is known of each, and what is done by the same commands as elsewhere."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.center import Clock, plant_token
from support.desk import until
from support.login import Person
from support.pages import pages_context

from tray.core.dataclass import replace
from tray.core.errors import TrayError
from tray.core.session.history import EndedBy, Past
from tray.core.session.memory import Memory
from tray.core.session.token_changes import observe
from tray.demo.center import IdentityCenter
from tray.demo.organisation import START_URL
from tray.pages.server import BadRequest, Page
from tray.pages.sign_ins import sign_ins_page
from tray.paths import find_paths
from tray.resident import memory_file
from tray.resident.reader import Reader

CONFIG = f"""[sso-session my-sso]
sso_start_url = {START_URL}
sso_region = us-east-1
sso_registration_scopes = sso:account:access
[profile dev]
sso_session = my-sso
sso_account_id = 111122223333
sso_role_name = Developer
"""


@pytest.fixture(autouse=True)
def config(home: Path) -> Path:
    file = home / ".aws" / "config"
    file.parent.mkdir()
    file.write_text(CONFIG)
    return file


def rows(page: Page) -> list[dict[str, Any]]:
    shown: dict[str, Any] = page.reads["sign-ins"]()  # type: ignore[assignment]
    return shown["sign_ins"]


def row(page: Page) -> dict[str, Any]:
    [only] = rows(page)
    return only


def settled(page: Page) -> dict[str, Any]:
    """Wait until nothing is under way."""

    def over() -> dict[str, Any]:
        found = row(page)
        return {} if found["work"] is None or found["work"]["under_way"] else found

    return until(over)


def child(*lines: dict[str, object], code: int = 0) -> tuple[str, ...]:
    """A program in place of ours, which says these things, then waits for its input to end where one is ``wait``."""
    script = "import sys\n"
    for line in lines:
        script += f"print({json.dumps(line)!r}, flush=True)\n" if line != {"wait": True} else "sys.stdin.read()\n"
    return (sys.executable, "-c", f"{script}sys.exit({code})\n")


@pytest.fixture
def making() -> Iterator[Callable[..., Page]]:
    """Makes pages that are closed in the end."""
    pages = []

    def make(*program_lines: dict[str, object], code: int = 0, **changes: Any) -> Page:
        program = child(*program_lines, code=code) if program_lines else None
        pages.append(sign_ins_page(pages_context(**changes), program))
        return pages[-1]

    yield make
    for page in pages:
        page.close()


def test_a_sign_in_is_shown_with_its_session_and_how_the_last_ones_ended(making: Callable[..., Page]) -> None:
    paths, now = find_paths(), datetime.now(UTC)
    plant_token("my-sso", {"accessToken": "a", "expiresAt": (now + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")})
    snapshot, settings = Reader(paths).read()
    memory = observe(Memory(), snapshot, now, settings)
    known = replace(
        memory.history("my-sso"),
        began_at=now - timedelta(minutes=5),
        past=(Past(None, now - timedelta(minutes=8), EndedBy.LOGOUT),),
    )
    memory_file.save(paths.memory_file, memory.with_history("my-sso", known))
    found = row(making())

    assert found["status"].startswith(("signed in until", "ends at"))
    assert found["facts"][0].startswith("Began ")
    assert found["facts"][1].startswith("The end is known")
    assert found["past"] == [{"ended": found["past"][0]["ended"], "began": ""}]
    assert found["past"][0]["ended"].startswith("Logged out: ")
    assert (found["log_in"], found["log_out"]) == ("Log in again", "Log out")
    assert (found["portal"], found["cancel"], found["profiles"]) == ("Open access portal", None, "1 profile")


def test_a_sign_in_that_is_signed_out_offers_to_log_in_alone(making: Callable[..., Page]) -> None:
    found = row(making())

    assert (found["status"], found["tone"], found["facts"], found["past"]) == ("signed out", "off", (), [])
    assert (found["log_in"], found["needs_login"], found["log_out"]) == ("Log in", True, None)


def test_without_a_sign_in_it_says_what_to_do(making: Callable[..., Page], config: Path) -> None:
    config.unlink()
    shown: Any = making().reads["sign-ins"]()

    assert shown["sign_ins"] == []
    assert shown["none"]["title"] == "No AWS sign-in is set up"


def test_its_version_is_another_one_when_anything_that_it_shows_has_changed(
    making: Callable[..., Page], config: Path
) -> None:
    page = making()
    version = page.version()
    assert page.version() == version
    config.write_text(CONFIG + "[profile more]\nsso_session = my-sso\n")
    assert page.version() != version
    assert row(page)["profiles"] == "2 profiles"


# What is done.


def test_a_login_goes_through_the_command_and_the_browser_of_that_sign_in(
    making: Callable[..., Page], center: IdentityCenter, clock: Clock
) -> None:
    person, opened = Person(center, clock), []

    def open_browser(sign_in: str, url: str) -> bool:
        opened.append(sign_in)
        return person.open(url)

    page = making(open_browser=open_browser)
    page.acts["log-in"]({"name": "my-sso"})
    found = settled(page)
    person.join()

    assert found["work"]["title"] == "You are signed in to my-sso."
    assert not found["work"]["failed"]
    assert opened == ["my-sso"]
    assert found["log_out"] == "Log out"
    page.acts["log-out"]({"name": "my-sso"})
    until(lambda: row(page)["status"] == "signed out" and not row(page)["work"]["under_way"])
    assert row(page)["work"]["title"] == "You are logged out of my-sso."
    assert [each["ended"].partition(":")[0] for each in row(page)["past"]] == ["Logged out"]


OPEN = {"event": "open-url", "url": "http://127.0.0.1:1/start?key=x"}


def test_a_login_that_fails_says_why(making: Callable[..., Page]) -> None:
    failed = {"event": "failed", "title": "The sign-in was refused.", "hint": "Ask your administrator."}
    page = making(OPEN, failed, code=5)
    page.acts["log-in"]({"name": "my-sso"})
    found = settled(page)

    assert (found["work"]["title"], found["work"]["hint"]) == (failed["title"], failed["hint"])
    assert found["work"]["failed"]
    assert found["log_in"] == "Log in"


def test_while_a_login_runs_it_can_be_cancelled_and_nothing_else_begun(making: Callable[..., Page]) -> None:
    page = making(OPEN, {"wait": True}, open_browser=lambda _name, _url: False)
    page.acts["log-in"]({"name": "my-sso"})
    until(lambda: (row(page)["work"] or {}).get("title") == "No browser could be started")
    found = row(page)
    assert found["work"]["url"] == OPEN["url"], "the person may follow it by hand"
    assert (found["log_in"], found["cancel"], found["log_out"]) == (None, "Cancel sign-in", None)
    with pytest.raises(TrayError, match="Something is under way for my-sso"):
        page.acts["log-in"]({"name": "my-sso"})
    page.acts["cancel"]({"name": "my-sso"})
    until(lambda: row(page)["work"] is None)

    assert row(page)["log_in"] == "Log in"


@pytest.mark.parametrize("opens", [True, False], ids=["a browser", "none"])
def test_a_code_is_shown_where_one_is_to_be_compared(making: Callable[..., Page], opens: bool) -> None:
    page = making(
        {"event": "user-code", "code": "ABCD-EFGH", "url": "https://x.example/device"},
        {"wait": True},
        open_browser=lambda _name, _url: opens,
    )
    page.acts["log-in"]({"name": "my-sso"})

    until(lambda: "ABCD-EFGH" in (row(page)["work"] or {}).get("title" if opens else "hint", ""))


def test_a_login_that_was_begun_elsewhere_is_shown_and_can_be_cancelled(
    making: Callable[..., Page], center: IdentityCenter, clock: Clock
) -> None:
    opened: list[str] = []
    elsewhere = making(open_browser=lambda _name, url: bool(opened.append(url) or True))
    elsewhere.acts["log-in"]({"name": "my-sso"})
    until(lambda: opened)
    page = making()
    until(lambda: row(page)["work"])
    assert row(page)["work"]["title"].startswith("Another program")
    assert (row(page)["status"], row(page)["log_in"], row(page)["cancel"]) == ("signing in", None, "Cancel sign-in")
    page.acts["cancel"]({"name": "my-sso"})
    settled(elsewhere)

    assert (row(page)["work"], row(page)["log_in"]) == (None, "Log in")


def test_the_portal_is_opened_in_the_browser_of_that_sign_in(making: Callable[..., Page]) -> None:
    opened = []
    page = making(open_browser=lambda name, url: bool(opened.append((name, url)) or True))
    page.acts["portal"]({"name": "my-sso"})
    assert opened == [("my-sso", START_URL)]

    with pytest.raises(TrayError, match="browser"):
        making(open_browser=lambda _name, _url: False).acts["portal"]({"name": "my-sso"})


@pytest.mark.parametrize("act", ["log-in", "cancel", "log-out", "portal"])
def test_what_is_not_there_any_more_is_said_and_what_no_page_sends_is_refused(
    making: Callable[..., Page], act: str
) -> None:
    with pytest.raises(TrayError, match="not there any more"):
        making().acts[act]({"name": "gone"})
    with pytest.raises(BadRequest):
        making().acts[act]({"name": ["my-sso"]})
