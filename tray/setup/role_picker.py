"""Lets a person pick many of a long list of roles, line by line: words narrow it down, numbers pick."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tray.aws.api.accounts import Account
from tray.aws.config.profile_names import Pick
from tray.core.dataclass import dataclass, field
from tray.core.message import short
from tray.core.words import setup as setup_words
from tray.setup.dialogue import Dialogue

_LINES = 20
_MOST_TOLD = 5
_NUMBERS = re.compile(r"(-?)(\d{1,6})(?:-(\d{1,6}))?")


def pick_roles(dialogue: Dialogue, listed: tuple[Account, ...], present: Mapping[Pick, str]) -> tuple[Pick, ...]:
    """
    Ask which roles are wanted, unless there is but one.

    Args:
        dialogue: Where to ask.
        listed: The accounts, with their roles.
        present: Names of profiles that are set up already, by what they give access to; those are marked.

    Returns:
        At least one, in the order of the list; where all are set up already, all.

    Raises:
        SignInRefused: The person left.
    """
    lines = [_Line(Pick(account.account_id, role), account.name) for account in listed for role in account.roles]
    left = sum(line.pick not in present for line in lines)
    if left == 0:
        dialogue.say(setup_words.ALL_THERE(len(lines)))
        return tuple(line.pick for line in lines)
    if len(lines) == 1:
        dialogue.say(setup_words.ONLY_CHOICE(role=lines[0].pick.role, account=lines[0].account_name))
        return (lines[0].pick,)
    dialogue.say(setup_words.FOUND(roles=setup_words.ROLES(len(lines)), accounts=setup_words.ACCOUNTS(len(listed))))
    if left < len(lines):
        dialogue.say(setup_words.MARKED(len(lines) - left))
    dialogue.say(setup_words.HOW_TO_CHOOSE())
    dialogue.say(setup_words.HOW_TO_GO_ON())
    return _Picking(dialogue, lines, present, shown=lines).run()


@dataclass(frozen=True, slots=True)
class _Line:
    pick: Pick
    account_name: str

    def matches(self, words: list[str]) -> bool:
        text = f"{self.account_name} {self.pick.account_id} {self.pick.role}".casefold()
        return all(word in text for word in words)


@dataclass(slots=True)
class _Picking:
    dialogue: Dialogue
    lines: list[_Line]
    present: Mapping[Pick, str]
    shown: list[_Line]
    chosen: set[Pick] = field(default_factory=set)
    start: int = 0

    def run(self) -> tuple[Pick, ...]:
        self._show()
        while True:
            answer = self.dialogue.ask(setup_words.CHOOSE())
            if answer:
                self._follow(answer)
            elif self.chosen:
                return tuple(line.pick for line in self.lines if line.pick in self.chosen)
            else:
                self.dialogue.say(setup_words.CHOOSE_SOMETHING())

    def _follow(self, answer: str) -> None:
        words = answer.casefold().replace(",", " ").split()
        if words == ["more"]:
            if self.start + _LINES >= len(self.shown):
                self.dialogue.say(setup_words.NO_MORE())
                return
            self.start += _LINES
        elif words == ["*"]:
            self._narrow([])
        elif (change := self._change(words)) is not None:
            add, remove = change
            self.chosen |= add
            self.chosen -= remove
        else:
            self._narrow([word.removeprefix("/") for word in words])
        self._show()

    def _change(self, words: list[str]) -> tuple[set[Pick], set[Pick]] | None:
        """Read numbers, ``all`` and ``none`` as what to add and what to take back; None where they are other words."""
        picks = [line.pick for line in self.shown]
        if words == ["all"]:
            return {pick for pick in picks if pick not in self.present}, set()
        if words == ["none"]:
            return set(), set(picks)
        add: set[Pick] = set()
        remove: set[Pick] = set()
        for word in words:
            found = _NUMBERS.fullmatch(word)
            if found is None:
                return None
            first, last = int(found[2]), int(found[3] or found[2])
            if not 1 <= first <= last <= len(picks):
                return None
            (remove if found[1] else add).update(picks[first - 1 : last])
        for pick in sorted(add & self.present.keys())[:_MOST_TOLD]:
            self.dialogue.say(setup_words.IS_THERE(role=pick.role, profile=self.present[pick]))
        return add - self.present.keys(), remove

    def _narrow(self, words: list[str]) -> None:
        self.shown = [line for line in self.lines if line.matches(words)]
        self.start = 0
        if not self.shown:
            self.dialogue.say(setup_words.NO_MATCH())

    def _show(self) -> None:
        part = self.shown[self.start : self.start + _LINES]
        width = max((len(short(line.account_name)) for line in part), default=0)
        for number, line in enumerate(part, self.start + 1):
            profile = self.present.get(line.pick)
            mark = "=" if profile is not None else "x" if line.pick in self.chosen else " "
            name = short(line.account_name).ljust(width)
            there = "" if profile is None else f"  {setup_words.MARK(profile=profile)}"
            self.dialogue.say(f"{number:5} [{mark}] {name}  {line.pick.account_id}  {line.pick.role}{there}")
        chosen = len(self.chosen)
        if not part:
            self.dialogue.say(setup_words.NONE_SHOWN(chosen=chosen))
            return
        first, last = self.start + 1, self.start + len(part)
        self.dialogue.say(setup_words.SHOWN(first=first, last=last, total=len(self.shown), chosen=chosen))
