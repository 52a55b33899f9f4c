"""The report for developers: it tells what is wrong, and neither a secret nor whose it is."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.build import profile, sign_in, snapshot, token

from tray.aws.config.document import Document
from tray.aws.config.files import combine
from tray.core.message import Message
from tray.core.session.memory import Memory
from tray.core.session.status import derive
from tray.core.settings import Settings
from tray.doctor.context import Context
from tray.doctor.finding import problem
from tray.doctor.machine import find_machine
from tray.doctor.report import Machine, report, without_names
from tray.paths import find_paths

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PORTAL = "https://acme-corp.awsapps.com/start"
TOKEN = "aoaA" + "s3cret" * 8
LOG = (
    "2026-03-02T09:00:00Z INFO tray: the login of acme failed for payments-prod (111122223333) on janes-laptop",
    f"2026-03-02T09:00:01Z INFO tray: https://acme-corp.awsapps.com/start#/x and {TOKEN}",
    "2026-03-02T09:00:02Z INFO tray: proxy.acme.example:3128 10.1.2.3 jane@acme.example /home/jane/.aws/config",
    "2026-03-02T09:00:03Z INFO tray: http://proxy.acme.example:3128/ arn:aws:iam::999988887777:user/jane",
)


@pytest.fixture
def context() -> Context:
    corp = sign_in("acme", start_url=PORTAL)
    held = snapshot(token(), sign_ins=(corp,), profiles=(profile("payments-prod", "acme"), profile("dev", "acme")))
    found = derive(held, Settings(), NOW)
    full = combine(Document(""), {})
    return Context(find_paths(), {}, NOW, lambda at: at, held, Settings(), Memory(), found, full, Document(""))


def machine(*people: str) -> Machine:
    return Machine({"SSO Tray": "0.1.0", "desktop": "GNOME"}, ('icon.theme = "light"',), LOG, people)


FINDING = problem("config", Message("Profile payments-prod lacks a key", "Look at device payments-prod-2."))


def test_a_report_tells_what_a_developer_needs(context: Context) -> None:
    text = report(context, [FINDING], machine())
    for needed in (
        "SSO Tray: 0.1.0",
        "desktop: GNOME",
        'icon.theme = "light"',
        "2 profiles",
        "problem config:",
        "09:00:00Z",
    ):
        assert needed in text


def test_it_names_nobody_and_holds_no_secret(context: Context) -> None:
    text = report(context, [FINDING], machine("/home/jane", "jane", "janes-laptop"))
    for private in ("acme", "payments-prod ", "1111", "9999", "jane", "10.1.2.3", "s3cret", "awsapps"):
        assert private not in text, private


def test_what_belongs_together_has_the_same_stand_in_and_other_words_stay(context: Context) -> None:
    text = report(context, [FINDING], machine())
    assert text.count("[profile 1]") == 2
    assert "Look at device payments-prod-2." in text


def test_asked_for_names_stay_and_secrets_do_not(context: Context) -> None:
    text = report(context, [FINDING], machine("jane"), names=True)
    for kept in ("acme", "payments-prod", "111122223333", "jane"):
        assert kept in text
    assert "s3cret" not in text


@given(
    st.lists(st.from_regex(r"[A-Za-z][\w-]{0,12}", fullmatch=True), min_size=1, max_size=6, unique=True),
    st.lists(st.sampled_from([" ", ": ", "\n", '"', "/", "“"]), min_size=6, max_size=6),
)
def test_no_name_is_left_wherever_it_stands(names: list[str], between: list[str]) -> None:
    stand_ins = {name: f"[{number}]" for number, name in enumerate(names)}
    text = "".join(part for pair in zip(names, between, strict=False) for part in pair)
    left = set(re.findall(r"(?<!\[)[\w-]+(?!\])", without_names(text, stand_ins)))
    assert left.isdisjoint(names)


def test_the_machine_is_looked_at_without_a_log_or_a_desktop(home: Path) -> None:
    found = find_machine(find_paths(), {"XDG_CURRENT_DESKTOP": "KDE", "HTTPS_PROXY": "http://jane:pw@proxy"})
    assert found.facts["XDG_CURRENT_DESKTOP"] == "KDE"
    assert found.facts["HTTPS_PROXY"] == "set"
    assert found.log == ()
    assert str(home) in found.people


def test_of_a_long_log_the_end_is_told(home: Path) -> None:
    log = find_paths().log_file
    log.parent.mkdir(parents=True)
    log.write_bytes(b"".join(b"line %d \xff\n" % number for number in range(20_000)))

    told = find_machine(find_paths(), {}).log
    assert len(told) == 200
    assert told[-1].startswith("line 19999")
