"""The doctor's page: what `doctor` finds, worst first, its fixes and its report; AWS is asked only when told to."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from support.desk import until
from support.pages import pages_context, served
from support.setup_page import Visitor

from tray.core.message import Message
from tray.doctor.context import Context, read_context
from tray.doctor.examination import examine
from tray.doctor.finding import Finding
from tray.pages import doctor
from tray.pages.doctor import doctor_page
from tray.paths import find_paths
from tray.resident.reader import Reader

CONFIG = (
    "[sso-session corp]\nsso_start_url = https://d-1234567890.awsapps.com/start\nsso_region = eu-west-1\n"
    "sso_registration_scopes = sso:account:access\n[dev]\nsso_session = corp\nsso_account_id = 111122223333\n"
    "sso_role_name = Developer\n"
)


@pytest.fixture(autouse=True)
def no_aws_in_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let no ``aws`` of this machine be asked for its version, which takes it a second."""
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def config(home: Path) -> Path:
    file = home / ".aws" / "config"
    file.parent.mkdir()
    file.write_text(CONFIG)
    return file


def settled(visitor: Visitor) -> dict[str, Any]:
    """Wait until the look that is under way is over; gives what is shown then."""

    def over() -> dict[str, Any]:
        found: dict[str, Any] = visitor.get("findings").json
        return {} if found["under_way"] else found

    return until(over)


def every(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for level in found["levels"] for each in level["findings"]]


def test_it_shows_what_the_command_finds_worst_first(config: Path) -> None:
    with served() as server:
        visitor = Visitor(server.link("doctor"))
        visitor.open()
        assert visitor.get("findings").json["levels"] == [], "nothing is looked at before the page asks"
        assert visitor.post("check", {"online": False}).json["under_way"]
        shown = settled(visitor)
    context = pages_context()
    found = examine(
        read_context(Reader(context.paths), context.now(), lambda at: at.astimezone(), online=False, unanswered=())
    )

    levels = [level["level"] for level in shown["levels"]]
    assert levels == [each for each in ("problem", "warning", "ok") if each in levels]
    assert levels[0] == "problem"
    assert set(levels) == {each.level.value for each in found}
    assert {(each["title"], each["hint"]) for each in every(shown)} == {
        (each.message.title, each.message.hint) for each in found
    }
    assert [each["fix"] for each in every(shown) if each["fix"]] == [each.fix.name for each in found if each.fix]
    assert shown["said"].endswith("AWS was not asked.")


def test_a_fix_is_made_once_and_the_page_looks_again(config: Path) -> None:
    with served() as server:
        visitor = Visitor(server.link("doctor"))
        visitor.open()
        said = visitor.post("fix", {"name": "ignored-section:dev"})
        assert said.status == 200, said.body
        assert "[profile dev]" in config.read_text()
        assert said.json["said"]
        assert "ignored-section:dev" not in [each["fix"] for each in every(settled(visitor))]
        again = visitor.post("fix", {"name": "ignored-section:dev"})
        assert again.status == 422
        assert again.json["title"].startswith("There is nothing to fix")
        assert visitor.post("fix", {"name": 3}).status == 400


def test_the_report_names_nobody_and_is_that_of_what_is_shown(config: Path) -> None:
    with served() as server:
        visitor = Visitor(server.link("doctor"))
        visitor.open()
        visitor.post("check", {})
        settled(visitor)
        config.unlink()
        text = visitor.get("report").json["text"]

    assert "== Findings ==" in text
    assert "[sign-in 1]" in text
    assert not any(name in text for name in ("corp", "d-1234567890", "111122223333", str(find_paths().aws_config)))


def test_aws_is_asked_only_when_told_to_and_without_holding_up_the_page(home: Path) -> None:
    asked, answers = threading.Event(), threading.Event()

    def ask_aws() -> tuple[Message, ...]:
        asked.set()
        assert answers.wait(60)
        return (Message("The network is down", "Plug it in."),)

    with served(ask_aws=ask_aws) as server:
        visitor = Visitor(server.link("doctor"))
        visitor.open()
        visitor.post("check", {"online": False})
        before = settled(visitor)
        assert not asked.is_set()
        visitor.post("check", {"online": True})
        assert asked.wait(60)
        meanwhile = visitor.post("check", {"online": False}).json
        assert meanwhile["under_way"], "no second look is begun"
        assert meanwhile["levels"] == before["levels"], "what was found stays until then"
        assert "asking AWS" in meanwhile["said"]
        answers.set()
        shown = settled(visitor)

    assert "The network is down" in [each["title"] for each in every(shown)]
    assert shown["said"].endswith("AWS was asked.")
    assert shown["online"]


def test_a_change_while_it_looks_is_looked_at_as_well(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked, go_on = threading.Event(), threading.Event()

    def examine_slowly(given: Context) -> tuple[Finding, ...]:
        looked.set()
        assert go_on.wait(60)
        return examine(given)

    monkeypatch.setattr(doctor, "examine", examine_slowly)
    with served() as server:
        visitor = Visitor(server.link("doctor"))
        visitor.open()
        visitor.post("check", {})
        assert looked.wait(60)
        config.write_text(CONFIG.replace("[dev]", "[profile dev]"))
        visitor.post("check", {})
        go_on.set()
        shown = settled(visitor)

    assert "ignored-section:dev" not in [each["fix"] for each in every(shown)]


def test_a_check_that_fails_is_told_and_another_one_can_be_begun(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served() as server:
        visitor = Visitor(server.link("doctor"))
        visitor.open()
        with monkeypatch.context() as patched:
            patched.setattr(doctor, "examine", lambda _context: 1 / 0)
            visitor.post("check", {})
            assert settled(visitor)["failed"]["title"] == "The check failed"
        visitor.post("check", {})
        shown = settled(visitor)

    assert shown["failed"] is None
    assert shown["levels"]


def test_its_version_changes_with_the_files_and_with_nothing_else(config: Path) -> None:
    page = doctor_page(pages_context())
    version = page.version()
    assert page.version() == version
    config.write_text(CONFIG + "# a comment\n")

    assert page.version() != version
