"""
What the system tells the program: that it woke from sleep, how its panel looks, that the program is to end; and
which session it is in.

- ``follow_wake(on_wake)`` listens for the end of each sleep. It returns a function that ends the listening, or None
  where the system does not tell; there the loop finds out within a minute by its own clock.
- ``follow_panel(bus, on_change)`` follows the look of the panel. It returns a function that gives the theme of the
  icons that suit it: ``light``, ``dark``, or ``colour`` while that is not known. ``bus`` is the session bus, on Linux.
- ``session_name(bus)`` names the session of this process: another one of the same person has another name. Empty where
  that is not known, or a person can have but one.
- ``follow_ending(on_end)`` listens for as long as the program runs. To be called on the main thread.

Each callback runs on a thread of the system's choice, ``on_end`` also in a signal handler: it must return at once.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable

if sys.platform == "win32":
    from tray.desktop.windows.system_events import follow_ending, follow_panel, follow_wake, session_name
elif sys.platform == "darwin":
    from tray.desktop.macos.system_events import follow_panel, follow_wake, session_name
else:
    from tray.desktop.linux.system_events import follow_panel, follow_wake, session_name

if sys.platform != "win32":
    _SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def follow_ending(on_end: Callable[[], None]) -> None:
        """Handle the signals that end a program, but for those that it was started to ignore, as ``nohup`` does."""
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, lambda _number, _frame: on_end())


__all__ = ["follow_ending", "follow_panel", "follow_wake", "session_name"]
