"""What macOS tells of the session reaches the presence."""

from __future__ import annotations

import pytest
from support import appkit

from tray.desktop.presence import Presence


def test_a_lock_a_screensaver_and_another_person_at_the_screen_count_until_they_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mac = appkit.install(monkeypatch)
    presence, told = Presence(), []
    follow = mac.load("tray.desktop.macos.presence").follow_presence
    stop = follow(presence, None, lambda: told.append(presence.there))
    steps = [
        (mac.distributed, "com.apple.screenIsLocked", False),
        (mac.distributed, "com.apple.screensaver.didstart", False),
        (mac.workspace, "NSWorkspaceSessionDidResignActiveNotification", False),
        (mac.distributed, "com.apple.screensaver.didstop", False),
        (mac.workspace, "NSWorkspaceSessionDidBecomeActiveNotification", False),
        (mac.workspace, "NSWorkspaceDidWakeNotification", False),
        (mac.distributed, "com.apple.screenIsUnlocked", True),
    ]
    for centre, name, there in steps:
        centre.post(name)
        assert presence.there is there, name
    assert told == [False, True]

    stop()
    mac.distributed.post("com.apple.screenIsLocked")
    mac.workspace.post("NSWorkspaceSessionDidResignActiveNotification")
    assert presence.there
    assert mac.workspace.targets == mac.distributed.targets == []
