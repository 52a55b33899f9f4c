"""The end of a set-up in the terminal: what was written, and the first steps with it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping

from tray.aws.config.new_profiles import Plan
from tray.core.dataclass import dataclass
from tray.core.errors import TrayError
from tray.core.message import Message
from tray.core.words import autostart as autostart_words
from tray.core.words import notices as notices_words
from tray.core.words import setup as setup_words
from tray.setup.dialogue import Dialogue
from tray.setup.finishing import Finishing, command_to_try
from tray.setup.flags import Flags


@dataclass(slots=True)
class Ending:
    """What is done and asked once the profiles are written."""

    dialogue: Dialogue
    finishing: Finishing
    flags: Flags
    asked: bool
    """Whether this person was asked anything."""

    default: str = ""
    """What became the default profile."""

    exit_code: int = 0
    """Of the first thing that could not be done."""

    def run(self, sign_in: str, written: Plan, hours: float | None) -> int:
        """
        Do what flags or answers want, and give the exit code.

        Args:
            sign_in: Its name.
            written: What was added.
            hours: How long it lasts; None where nobody knows.
        """
        profiles = [profile.name for profile in written.profiles]
        if hours is not None:
            self._tell(self.finishing.set_length(sign_in, hours))
        self._default(profiles, [*profiles, *written.kept])
        self._login_start(self.finishing.environ)
        if profiles:
            self.dialogue.say(setup_words.TRY_IT(command=command_to_try(self.default or profiles[0])))
        return self.exit_code

    def _default(self, new: list[str], known: list[str]) -> None:
        wanted = self.flags.default
        if wanted is None and self.asked and new:
            self.dialogue.say(setup_words.DEFAULT_HINT(example=new[0]))
            wanted = self.dialogue.ask(setup_words.ASK_DEFAULT())
            while wanted and wanted not in known:
                self.dialogue.say(setup_words.NO_SUCH_NEW(profile=wanted))
                wanted = self.dialogue.ask(setup_words.ASK_DEFAULT())
        if wanted:
            self._try(lambda: self._make_default(wanted))

    def _make_default(self, profile: str) -> None:
        result = self.finishing.make_default(profile)
        self.default = profile
        self._say(notices_words.SWITCHED(profile=profile))
        for warning in result.warnings:
            self._say(warning, "! ")

    def _login_start(self, environ: Mapping[str, str]) -> None:
        wanted = self.flags.at_login
        if not wanted and self.asked and _has_desktop(environ) and self.finishing.offers_login_start():
            wanted = self.dialogue.agrees(setup_words.ASK_LOGIN_START(), default="n")
        if wanted:
            self._try(self._start_at_login)

    def _start_at_login(self) -> None:
        self.dialogue.say(autostart_words.TURNED_ON(place=self.finishing.start_at_login().place))

    def _try(self, action: Callable[[], None]) -> None:
        try:
            action()
        except TrayError as problem:
            self._tell(problem)

    def _tell(self, problem: TrayError | None) -> None:
        if problem is not None:
            self._say(problem.message, "! ")
            self.exit_code = self.exit_code or problem.exit_code

    def _say(self, message: Message, mark: str = "") -> None:
        self.dialogue.say(f"{mark}{message.title}")
        if message.hint:
            self.dialogue.say(f"{' ' * len(mark) or '  '}{message.hint}")


def _has_desktop(environ: Mapping[str, str]) -> bool:
    """Tell whether an icon could be shown where this person works."""
    return os.name == "nt" or sys.platform == "darwin" or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
