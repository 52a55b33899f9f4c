"""The demo in a terminal, where its reader may go: ``sso-tray demo | head``."""

from __future__ import annotations

import pytest

from tray.commands import demo
from tray.core.view.values import Notice, Slot


def test_what_nobody_reads_any_more_stops_no_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_line: str) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(demo, "_say", gone)
    desk = demo._TerminalDesk()
    notice = Notice(Slot.SIGN_IN, "AWS sign-in ends at 14:35", "demo")

    assert desk.show(notice)
    assert desk.await_notice() == notice


def test_a_full_disk_is_not_taken_for_a_reader_who_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_line: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(demo, "_say", full)

    with pytest.raises(OSError, match="space"):
        demo._TerminalDesk().show(Notice(Slot.SIGN_IN, "AWS sign-in ends at 14:35", "demo"))
