"""Names of the new profiles in the terminal: shown before they are written, and changed one by one or all at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tray.aws.config.new_profiles import Plan, Wanted
from tray.aws.config.profile_names import Pick, check_pattern
from tray.core.columns import padded, width
from tray.core.dataclass import dataclass, replace
from tray.core.errors import AnswerProblem, SignInRefused, UsageProblem
from tray.core.message import short
from tray.core.words import setup as setup_words
from tray.setup.dialogue import Dialogue

_LINES = 20


def renamed(wanted: Wanted, plan: Plan, renames: tuple[str, ...]) -> Wanted:
    """
    Give new profiles the names that flags choose.

    Args:
        wanted: What is asked for.
        plan: What comes of it without these names.
        renames: Each ``OLD=NEW``; one whose new name is there already for what was picked was done before.

    Raises:
        UsageProblem: One is not of that form, or no new profile is called so.
    """
    picks = {profile.name: profile.pick for profile in plan.profiles}
    names: dict[Pick, str] = {}
    for rename in renames:
        old, equals, new = (part.strip() for part in rename.partition("="))
        if not (old and equals and new):
            raise UsageProblem(setup_words.UNFIT_RENAME(typed=rename))
        if old in picks:
            names[picks[old]] = new
        elif new not in plan.kept:
            raise UsageProblem(setup_words.UNKNOWN_RENAMED(name=old, known=list(picks)[:12]))
    return replace(wanted, names={**wanted.names, **names})


@dataclass(slots=True)
class Naming:
    """A person who looks at the names before they are written."""

    dialogue: Dialogue
    plan_of: Callable[[Wanted], Plan]
    file: str
    """Where they will be written."""

    start: int = 0

    def settle(self, wanted: Wanted) -> tuple[Wanted, Plan]:
        """
        Show what will be written until the person agrees.

        Raises:
            SignInRefused: They did not, or left.
        """
        self._introduce(wanted, self.plan_of(wanted))
        while True:
            plan = self.plan_of(wanted)
            self._show(plan)
            wanted, agreed = self._ask(wanted, plan)
            if agreed:
                return wanted, plan

    def _ask(self, wanted: Wanted, plan: Plan) -> tuple[Wanted, bool]:
        """Ask until something changes; gives what is wanted now, and whether it is to be written."""
        while True:
            answer = self.dialogue.ask(f"{setup_words.WRITE()} (y/n)", "y")
            first, _, rest = answer.partition(" ")
            match first.casefold():
                case "y" | "yes" if not rest:
                    return wanted, True
                case "n" | "no" if not rest:
                    raise SignInRefused(setup_words.CANCELLED())
                case "more" if not rest:
                    self.start = self.start + _LINES if self.start + _LINES < len(plan.profiles) else 0
                    return wanted, False
                case "lower" if not rest:
                    return replace(wanted, lower_case=not wanted.lower_case), False
            changed = self._renamed(wanted, plan, first, rest.strip())
            if changed is not None:
                return changed, False

    def _renamed(self, wanted: Wanted, plan: Plan, first: str, rest: str) -> Wanted | None:
        """Follow ``3 dev`` or ``pattern {role}``; None where that cannot be done, which is said."""
        try:
            if first.casefold() == "pattern" and rest:
                check_pattern(rest)
                return replace(wanted, pattern=rest)
            if not (first.isdecimal() and len(first) < 7 and rest and 1 <= int(first) <= len(plan.profiles)):
                self.dialogue.say(setup_words.YES_NO_OR_NAME())
                return None
            index = int(first) - 1
            names: Mapping[Pick, str] = {**wanted.names, plan.profiles[index].pick: rest}
            changed = replace(wanted, names=names)
            problem = self.plan_of(changed).profiles[index].problem
        except AnswerProblem as refused:
            problem = refused.message
        if problem is None:
            self.start = index // _LINES * _LINES
            return changed
        self.dialogue.complain(UsageProblem(problem))
        return None

    def _introduce(self, wanted: Wanted, plan: Plan) -> None:
        self.dialogue.say()
        count = len(plan.profiles)
        if plan.new_session:
            told = setup_words.WILL_ADD_WITH_SESSION(count, file=self.file, session=wanted.sign_in.name)
        else:
            told = setup_words.WILL_ADD(count, file=self.file)
        self.dialogue.say(told)
        if count:
            self.dialogue.say(setup_words.HOW_TO_RENAME())
            self.dialogue.say(setup_words.HOW_TO_RENAME_ALL())

    def _show(self, plan: Plan) -> None:
        part = plan.profiles[self.start : self.start + _LINES]
        widest = max((width(short(profile.name)) for profile in part), default=0)
        for number, profile in enumerate(part, self.start + 1):
            name = padded(short(profile.name), widest)
            self.dialogue.say(f"{number:5}  {name}  {profile.account_id}  {profile.role}")
        left = len(plan.profiles) - self.start - len(part)
        if left > 0:
            self.dialogue.say(f"       {setup_words.AND_MORE(count=left)}")
