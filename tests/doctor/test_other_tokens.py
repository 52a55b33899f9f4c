"""Sign-ins of other programs in the same cache: whose they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.build import sign_in
from support.other_tokens import REGISTRATION, THERE, TOKEN, WHOSE

from tray.aws.cache.files import token_path
from tray.doctor.finding import Level
from tray.doctor.other_tokens import Entry, look, rule


def told(*found: Entry) -> list[str]:
    return [each.message.title for each in rule(found, Path("/h"), [sign_in()])]


@pytest.mark.parametrize(("name", "whose"), WHOSE.items(), ids=WHOSE.values())
def test_a_token_is_told_by_whom_it_is(name: str, whose: str) -> None:
    entries = [Entry(each, content) for each, content in THERE.items() if each == name or "accessToken" not in content]
    assert told(*entries) == [f"In the same folder other programs keep sign-ins: {whose}."]


@pytest.mark.parametrize(
    ("name", "content", "whose"),
    [
        ("kiro-auth-token-cli.json", TOKEN, "Kiro"),
        (f"{'1' * 40}.json", {**TOKEN, "clientIdHash": "x"}, "Kiro"),
        ("aws-toolkit-jetbrains-token.json", TOKEN, "the AWS Toolkit of JetBrains"),
    ],
)
def test_other_names_and_keys_tell_it_too(name: str, content: dict[str, Any], whose: str) -> None:
    assert told(Entry(name, content)) == [f"In the same folder other programs keep sign-ins: {whose}."]


def test_all_are_told_in_one_line_and_what_ends_them() -> None:
    (found,) = rule([Entry(*each) for each in THERE.items()], Path("/h"), [sign_in()])

    assert (found.level, found.name, found.fix) == (Level.FINE, "other-tokens", None)
    assert found.message.title == f"In the same folder other programs keep sign-ins: {', '.join(WHOSE.values())}."
    assert "aws sso logout" in found.message.hint
    assert "secret" not in str(found)


@pytest.mark.parametrize(
    "entry",
    [
        Entry(token_path(Path(), "corp").name, TOKEN),
        Entry("aws-toolkit-vscode-client-id-us-east-1.json", REGISTRATION),
        Entry("x.json", {"accessToken": {"accessKeyId": "x"}}),  # of "aws login", should it ever be here
        Entry("x.json", {}),
    ],
)
def test_our_own_and_what_is_no_token_is_not_told(entry: Entry) -> None:
    assert told(entry) == []


def test_what_is_half_written_or_no_json_is_passed_over(tmp_path: Path) -> None:
    for name, text in {"a.json": "{", "b.json": "[]", "c.txt": "{}", ".d.json": "{}", "e.json": '{"x": 1}'}.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "folder.json").mkdir()

    assert [entry.name for entry in look(tmp_path)] == ["e.json"]
    assert list(look(tmp_path / "missing")) == []
