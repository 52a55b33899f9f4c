"""Sees to it that what is to be said reaches the person, and that nothing stays said that nobody took (ADR 21)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tray.core import answers, notices
from tray.core.session.memory import Memory
from tray.core.view.values import Delivery, Reachable, Slot

if TYPE_CHECKING:
    from tray.core.answers import Answer, Facts
    from tray.core.message import Message
    from tray.core.model import SignInStatus
    from tray.core.notices import Effects
    from tray.core.view.values import Notice
    from tray.desktop.notify import Notifier

_LONGEST_DOUBLING = 5
"""Where nobody takes notices, one is tried again after 1, 2, 4, ... 32 minutes: it may be what starts a server."""

_HURRIES = 3
_HURRY_SPAN = timedelta(minutes=10)
"""So often within so long a new server is told at once what the last one lost: our notices may be what it dies of."""

_AWAITED = timedelta(minutes=1)
"""So long after a click its answer is still waited for, where a server was only starting."""


class Telling:
    """
    What is being said, and to whom it got. Only the loop's thread uses it.

    Args:
        notifier: Shows notices.
        now: The clock (UTC).
        asked: Gives the number of the last request to read.
    """

    def __init__(self, notifier: Notifier, now: Callable[[], datetime], asked: Callable[[], int]) -> None:
        self._notifier = notifier
        self._now = now
        self._asked = asked
        self._said: tuple[Notice, Memory, Memory] | None = None
        """The reminder on the screen or on its way there, and the memory before and after it was said."""

        self._untaken = False
        """Whether nobody has it yet."""

        self._silent_until: datetime | None = None
        self._losses = 0
        self._hurries: tuple[datetime, ...] = ()
        self._answer: Answer | None = None
        self._answered_at = now()
        self._answer_judged_from = 0
        self._answer_lost = False
        self.failed_login: tuple[str, Message] | None = None
        """The sign-in whose login failed, and why; None once that was told."""

    def reachable(self, now: datetime) -> bool:
        """Tell whether a reminder could reach the person, or is worth a try."""
        return self._silent_until is None or now >= self._silent_until

    @property
    def next_moment(self) -> datetime | None:
        """When an answer has been there long enough."""
        return None if self._answer is None else self._answered_at + answers.LIFE

    def worth_keeping(self, memory: Memory) -> Memory:
        """Give of a memory what may be saved: the reminder that nobody has yet was not said."""
        if self._said is None or not self._untaken:
            return memory
        return notices.unsaid(memory, *self._said[1:])

    def carry_out(self, effects: Effects, before: Memory) -> Memory:
        """Say and take back what a pass has decided on, and give what is to be remembered of it."""
        memory = effects.memory
        for slot in effects.withdraw:
            self._notifier.withdraw(slot)
        if effects.withdraw:
            memory, self._said = self.worth_keeping(memory), None
        if effects.notice is not None:
            if self._said is not None and self._untaken:
                before = self._said[1]  # That one never came, and this takes its place.
            self._untaken = not self._notifier.show(effects.notice)
            self._said = effects.notice, before, memory
        return memory

    def put_off(self, memory: Memory, until: datetime) -> Memory:
        """Take the reminder back until a moment (UTC)."""
        self._notifier.withdraw(Slot.SIGN_IN)
        memory, self._said = self.worth_keeping(memory), None
        return notices.snooze(memory, until)

    def fall_silent(self) -> None:
        """Take back the reminder that this tray has said, since another one speaks now."""
        self._notifier.withdraw(Slot.SIGN_IN)
        self._said = None

    def answer(self, answer: Answer) -> None:
        """Say something in return, in place of the last answer."""
        self._answer, self._answered_at, self._answer_lost = answer, self._now(), False
        self._answer_judged_from = self._asked()
        self._notifier.show(answer.notice)

    def judge(self, facts: Facts, number: int | None) -> None:
        """
        Take back an answer that has been there for long enough, or is not true any more.

        Args:
            facts: What is so now.
            number: Of the read that tells so; None where nothing was read. What was read before an answer was given
                may not know yet what it speaks of.
        """
        answer = self._answer
        if answer is None:
            return
        untrue = number is not None and number >= self._answer_judged_from and not answer.holds(facts)
        if untrue or facts.now >= self._answered_at + answers.LIFE:
            self._answer = None
            self._notifier.withdraw(Slot.ANSWER)

    def tell_of_failure(self, statuses: tuple[SignInStatus, ...], now: datetime) -> None:
        """Say that a login failed, once it is known whether the person is signed in without it."""
        if self.failed_login is None:
            return
        name, problem = self.failed_login
        found = next((each for each in statuses if each.sign_in.name == name), None)
        if found is not None and found.unsure and found.unchecked_since is None:
            return  # AWS is being asked.
        self.failed_login = None
        if (answer := answers.failed_login(name, problem, found, now)) is not None:
            self.answer(answer)

    def hear(self, event: Delivery | Reachable, memory: Memory) -> Memory:
        """Take in what became of a notice, and give what is to be remembered."""
        if isinstance(event, Reachable):
            self._hurry()
        elif event.notice.slot is Slot.ANSWER:
            if self._answer is not None and event.notice == self._answer.notice:
                self._answer_lost = not event.taken
        elif self._said is not None and event.notice == self._said[0]:
            if event.taken:
                self._untaken, self._losses, self._silent_until = False, 0, None
            else:
                memory, self._said = notices.unsaid(memory, *self._said[1:]), None
                pause = timedelta(minutes=2 ** min(self._losses, _LONGEST_DOUBLING))
                self._losses, self._silent_until = self._losses + 1, self._now() + pause
        return memory

    def _hurry(self) -> None:
        """Let what was lost be said at once, now that there is somebody who takes it."""
        now = self._now()
        self._hurries = tuple(at for at in self._hurries if abs(now - at) < _HURRY_SPAN)
        if len(self._hurries) >= _HURRIES:
            return
        if self._silent_until is not None or self._answer_lost:
            self._hurries = (*self._hurries, now)
        self._silent_until = None
        if self._answer is not None and self._answer_lost and now - self._answered_at < _AWAITED:
            self._answer_lost = False
            self._notifier.show(self._answer.notice)
