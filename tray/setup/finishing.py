"""What makes a set-up end in success: the length of a sign-in, the default profile, the start at login, a first try."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from tray.aws.config.use import UseResult, use_profile
from tray.core.autostart import Autostart, Standing
from tray.core.dataclass import dataclass
from tray.core.errors import Answer, AnswerProblem, ConfigProblem, TrayError
from tray.core.message import shell
from tray.core.model import SignIn
from tray.core.words import settings as settings_words
from tray.core.words import setup as setup_words
from tray.desktop.autostart import LoginStart, open_login_start
from tray.installation.programs import which
from tray.paths import IN_DEMO, Paths
from tray.settings.editing import write_session_length
from tray.settings.reading import read_settings
from tray.setup.sign_in_details import portals_in

USUAL_HOURS: Final = 8
"""What AWS sets where an administrator set nothing (docs/facts: Words)."""

_LONGEST_HOURS: Final = 90 * 24
_HOURS: Final = re.compile(r"([0-9]{1,4}(?:[.,][0-9]{1,2})?)\s*(|h|hours?|d|days?)", re.IGNORECASE)


def read_hours(typed: str) -> float | None:
    """
    Understand how long somebody says that their sign-ins last: ``8``, ``10.5 h``, ``7 days``; None for no answer.

    Raises:
        AnswerProblem: It is no length, or none that Identity Center allows.
    """
    text = typed.strip()
    if not text:
        return None
    found = _HOURS.fullmatch(text)
    hours = float(found[1].replace(",", ".")) * (24 if found[2].lower().startswith("d") else 1) if found else 0.0
    if not 0 < hours <= _LONGEST_HOURS:
        raise AnswerProblem(Answer.LENGTH, setup_words.UNFIT_LENGTH(typed=text))
    return hours


@dataclass(frozen=True, slots=True)
class Finishing:
    """What is done once the profiles are written; each of it can fail, and the profiles are there all the same."""

    paths: Paths
    environ: Mapping[str, str]

    def length(self, sign_in: str) -> float | None:
        """Tell which length the settings give a sign-in, in hours."""
        settings, _ = read_settings(self.paths.settings_file, self.paths.site_settings)
        return settings.of(sign_in).length_hours

    def portals(self) -> tuple[SignIn, ...]:
        """List the sign-ins whose access portal the settings name."""
        settings, _ = read_settings(self.paths.settings_file, self.paths.site_settings)
        return portals_in(settings)

    def set_length(self, sign_in: str, hours: float | None) -> TrayError | None:
        """Write how long a sign-in lasts into our settings, where they say otherwise; gives what went wrong."""
        settings, _ = read_settings(self.paths.settings_file, self.paths.site_settings)
        if hours == settings.of(sign_in).length_hours:
            return None
        if settings.decides_length(sign_in):
            return None if hours is None else ConfigProblem(settings_words.LENGTH_ENFORCED())
        try:
            write_session_length(self.paths.settings_file, sign_in, hours)
        except TrayError as problem:
            return problem
        return None

    def is_production(self, profile: str) -> bool:
        """Tell whether the person's settings call a profile production."""
        settings, _ = read_settings(self.paths.settings_file, self.paths.site_settings)
        return settings.is_production(profile)

    def make_default(self, profile: str) -> UseResult:
        """Make a profile the default; raises as `use_profile` does."""
        return use_profile(self.paths, profile, self.environ)

    def login_start(self) -> LoginStart:
        """Open the start at login."""
        return open_login_start(self.paths.state)

    def offers_login_start(self) -> bool:
        """Tell whether a start at login can be offered: it is off, and this installation can be started so."""
        if IN_DEMO in self.environ:
            return False
        start = self.login_start()
        return start.installation.obstacle is None and start.state().standing is Standing.OFF

    def start_at_login(self) -> Autostart:
        """Have the system start this program at login; raises `AutostartProblem` where it refuses."""
        return self.login_start().turn_on()


def command_to_try(profile: str) -> str:
    """Give a command that shows whom AWS takes a profile for: of the AWS CLI, or ours where that is not there."""
    tried = "aws sts get-caller-identity --profile" if which("aws") else "sso-tray whoami"
    return f"{tried} {shell(profile)}"
