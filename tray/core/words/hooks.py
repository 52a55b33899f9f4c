"""The words about hooks: the person's programs that are run when something happens to a session."""

from __future__ import annotations

from tray.core.message import Text

NOT_THERE = Text(
    "The program of {key} is not there: {program:whole}",
    "Correct {key} in the settings: a program of the PATH, or its full path, and its arguments.",
)
NOT_STARTED = Text("The program of {key} could not be started: {program:whole}", "{reason:whole}.")
FAILED = Text("The program of {key} has failed: {program:whole}", "Exit code {code}. What it printed is in the log.")
TOOK_TOO_LONG = Text(
    "The program of {key} was stopped: {program:whole}",
    "It took longer than {minutes} minutes. What it printed is in the log.",
)
