"""The keys that a console of Windows tells of, and where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tray.commands.terminal.windows import Console, understands_codes
from tray.core.picking import Key, Press

A, BACK, ESCAPE, PACKET, HOME, SHIFT, DELETE = 0x41, 0x08, 0x1B, 0xE7, 0x24, 0x10, 0x2E
NO_PICTURE = "\udc00"


@pytest.mark.parametrize(
    ("told", "presses"),
    [
        ([(A, "a"), (A, "à")], ["a", "à"]),
        ([(SHIFT, ""), (DELETE, "")], []),
        ([(HOME, ""), (0x28, "")], [Key.FIRST, Key.DOWN]),
        ([(ESCAPE, "\x1b"), (ESCAPE, "")], [Key.LEAVE, Key.LEAVE]),
        ([(0x43, "\x03"), (BACK, "\b"), (0x0D, "\r")], [Key.INTERRUPT, Key.ERASE, Key.CHOOSE]),
        ([(PACKET, "\ud83e"), (PACKET, "\udd84")], ["🦄"]),
        ([(PACKET, NO_PICTURE), (A, "a")], ["a"]),
        ([(PACKET, "\ud83e"), (A, "a")], ["a"]),
        ([(A, "\x9b")], []),
    ],
)
def test_what_a_console_tells_becomes_keys(told: list[tuple[int, str]], presses: list[Press]) -> None:
    console = Console()
    console._half = ""
    assert [press for key, letter in told for press in console._press(key, letter)] == presses


def test_a_file_understands_no_codes(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w") as file:
        assert not understands_codes(file.fileno())
