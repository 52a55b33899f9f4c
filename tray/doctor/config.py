"""Whether the config can be read and names a sign-in, and what ``AWS_PROFILE`` does to it."""

from __future__ import annotations

from collections.abc import Iterator

from tray.aws.config.reading import environment_problems
from tray.core.message import Text
from tray.core.words import status as status_words
from tray.core.words.names import PROFILES, SIGN_INS
from tray.doctor.context import Context
from tray.doctor.finding import Finding, fine, problem, warning

_NAMES = Text("The config names {sign_ins} and {profiles}.")


def check(context: Context) -> Iterator[Finding]:
    """An ``AWS_PROFILE`` that names no profile breaks every program; one that names another only surprises."""
    snapshot = context.snapshot
    profiles = [profile.name for profile in snapshot.profiles]
    of_variable = environment_problems(context.environ, profiles, snapshot.default_profile)
    of_files = [found for found in snapshot.problems if found not in of_variable]
    for found in of_files:
        yield problem("config", found)
    if snapshot.sign_ins:
        sign_ins = SIGN_INS(len(snapshot.sign_ins))
        yield fine("config", _NAMES(sign_ins=sign_ins, profiles=PROFILES(len(profiles))))
    elif not of_files:
        yield problem("config", status_words.NO_SIGN_INS())
    for found in of_variable:
        if found in snapshot.problems:
            yield (warning if snapshot.environment_profile in profiles else problem)("aws-profile", found)
