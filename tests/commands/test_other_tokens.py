"""Sign-ins of other programs in the same cache: no command touches them, and none is confused by them."""

from __future__ import annotations

import json

from commands.conftest import Terminal
from support.other_tokens import THERE, WHOSE


def test_they_are_neither_counted_nor_touched_by_any_command(terminal: Terminal) -> None:
    cache = terminal.home / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True)
    before = terminal.run("status", "--json"), terminal.json["sign_ins"], terminal.json["problems"]
    for name, content in THERE.items():
        (cache / name).write_text(json.dumps(content))
    bytes_before = {path.name: path.read_bytes() for path in cache.iterdir()}

    assert (terminal.run("status", "--json"), terminal.json["sign_ins"], terminal.json["problems"]) == before
    assert terminal.run("logout", "--all") == 0
    terminal.run("doctor", "--json")
    found = {each["name"]: each["title"] for each in terminal.json["findings"]}
    assert all(whose in found["other-tokens"] for whose in WHOSE.values())
    terminal.run("doctor")
    assert "secret" not in terminal.out
    assert {path.name: path.read_bytes() for path in cache.iterdir()} == bytes_before
