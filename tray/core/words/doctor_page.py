"""The words of the doctor's page, around what it has found."""

from __future__ import annotations

from tray.core.message import Line, Plural, Text

TITLE = Line("Diagnose")
CHECK_AGAIN = Line("Check again")
ASK_AWS = Line("Check with AWS")
COPY_REPORT = Line("Copy report")
FIX = Line("Fix")
REPORT = Line("The report")
REPORT_HINT = Line(
    "Names of sign-ins, profiles, accounts and people are replaced, and secrets are struck out. Read it before you send"
    " it on."
)

CHECKING = Line("Looking at your files and this machine.")
CHECKING_WITH_AWS = Line("Looking at your files and this machine, and asking AWS.")
CHECKED = Line("Checked {time}. AWS was not asked.")
CHECKED_WITH_AWS = Line("Checked {time}, and AWS was asked.")
CHANGED = Line("Something has changed since: check again.")

PROBLEMS = Plural("1 thing does not work", "{count} things do not work")
WARNINGS = Plural("1 thing works, but not as it should", "{count} things work, but not as they should")
ALL_FINE = Line("Everything is as it should be")
FINE = Plural("1 thing is as it should be", "{count} things are as they should be")
FAILED = Text("The check failed", "Check again; the log file says more.")
