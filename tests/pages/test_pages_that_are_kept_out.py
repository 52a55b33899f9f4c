"""Folders that cannot be entered, or written in: every page comes all the same, and tells of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from commands.test_folders_that_keep_out import FOLDERS, furnished
from support.kept_out import as_ordinary_person
from support.needs import linux
from support.setup_page import Visitor

from tray.commands import open as open_command
from tray.core.page_names import PAGE_NAMES
from tray.pages import serving
from tray.paths import find_paths

__all__ = ["furnished"]

pytestmark = linux

READS = {name: name for name in PAGE_NAMES} | {"setup": "details", "doctor": "findings"}
"""What each page asks for first."""


@pytest.mark.parametrize("spoil", FOLDERS.values(), ids=FOLDERS)
def test_every_page_comes_where_folders_keep_out(furnished: Path, spoil: Callable[[Path], None]) -> None:
    spoil(furnished)

    def look() -> dict[str, tuple[int, int, str]]:
        told = {}

        def visit(name: str, link: str) -> None:
            visitor = Visitor(link)
            opened = visitor.open().status
            answer = visitor.get(READS[name])
            told[name] = (opened, answer.status, answer.body.decode())

        def show_the_others(show: Callable[[str], object]) -> None:
            for name in PAGE_NAMES[1:]:
                show(name)

        serving.serve(
            open_command._context(find_paths()),
            PAGE_NAMES[0],
            visit,
            follow=show_the_others,
            on_stranger=lambda: None,
            idle_seconds=lambda: 0.0,
        )
        return told

    told = as_ordinary_person(look)
    assert list(told) == list(PAGE_NAMES)
    for name, (opened, status, body) in told.items():
        # The set-up can do nothing without the config; the others show what is there, and say what is not.
        assert (opened, status) == (303, 200) or (name == "setup" and status == 422), (name, status, body)
        if status == 422 or (name == "profiles" and not json.loads(body)["profiles"]):
            assert "cannot be entered" in body, (name, body)
