"""Whether the config can be read and names a sign-in, and what ``AWS_PROFILE`` does to it."""

from __future__ import annotations

from collections.abc import Iterator

from tray.aws.config.reading import environment_problems
from tray.core import text
from tray.doctor.context import Context
from tray.doctor.finding import Finding, fine, problem, warning


def check(context: Context) -> Iterator[Finding]:
    """An ``AWS_PROFILE`` that names no profile breaks every program; one that names another only surprises."""
    snapshot = context.snapshot
    profiles = [profile.name for profile in snapshot.profiles]
    of_variable = environment_problems(context.environ, profiles, snapshot.default_profile)
    of_files = [found for found in snapshot.problems if found not in of_variable]
    for found in of_files:
        yield problem("config", *found)
    if snapshot.sign_ins:
        counts = f"{text.counted(len(snapshot.sign_ins), 'sign-in')} and {text.counted(len(profiles), 'profile')}"
        yield fine("config", f"The config names {counts}.")
    elif not of_files:
        yield problem("config", *text.NO_SIGN_IN_PROBLEM)
    for found in of_variable:
        if found in snapshot.problems:
            yield (warning if snapshot.environment_profile in profiles else problem)("aws-profile", *found)
