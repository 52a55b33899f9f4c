"""The last step of the set-up page: what was written, and the first steps with it."""

from __future__ import annotations

from typing import Any

from tray.aws.config.new_profiles import Plan
from tray.core.words import autostart as autostart_words
from tray.core.words import notices as notices_words
from tray.pages.html import told
from tray.pages.server import BadRequest
from tray.setup.finishing import Finishing, command_to_try


class SetupEnd:
    """What came of a set-up that has written; nothing until then."""

    def __init__(self, finishing: Finishing) -> None:
        self._finishing = finishing
        self._names: tuple[str, ...] = ()
        self.result: dict[str, object] | None = None
        """What the page shows, also after it was loaded again."""

    def begin(self, written: Plan, sign_in: str, length: float | None, shown: dict[str, object]) -> None:
        """
        Begin the last step.

        Args:
            written: What was added.
            sign_in: Its name.
            length: How many hours it lasts; None where nobody knows.
            shown: What else the page shows of it.
        """
        problem = self._finishing.set_length(sign_in, length)
        self._names = (*(profile.name for profile in written.profiles), *written.kept)
        self.result = {
            **shown,
            "names": self._names,
            "commands": {name: command_to_try(name) for name in self._names},
            "length_problem": None if problem is None else told(problem.message),
            "login_start": self._finishing.offers_login_start(),
        }

    def make_default(self, body: dict[str, Any]) -> object:
        """Make one of the profiles the default; one that is production only for who is sure."""
        profile = body.get("profile")
        if profile not in self._names:
            raise BadRequest
        if self._finishing.is_production(profile) and body.get("sure") is not True:
            return {"asks": told(notices_words.CONFIRM_PRODUCTION(profile=profile))}
        result = self._finishing.make_default(profile)
        said = notices_words.SWITCHED(profile=profile)
        return {"asks": None, "said": told(said), "warnings": [told(each) for each in result.warnings]}

    def start_at_login(self, _body: dict[str, Any]) -> object:
        """Have the system start this program at login."""
        if self.result is None:
            raise BadRequest
        place = self._finishing.start_at_login().place
        self.result["login_start"] = False
        return {"said": autostart_words.TURNED_ON(place=place)}
