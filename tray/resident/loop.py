"""
The loop of the resident program: it waits, takes in what happened, derives, shows, plans (ADR 15).

It waits for nothing but its inbox. Reading is asked for, and comes as an event; what may block is left to its hands,
and child processes to their own threads. A pass runs on what has just been read, so that nothing is said of a token
that another program has renewed meanwhile; where reading hangs, on what was last known and the clock. What a click
changes shows at once.
"""

from __future__ import annotations

import gc
import logging
import queue
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tray.core import notices
from tray.core.command import Clicked, Do, LogIn
from tray.core.errors import TrayError
from tray.core.message import Message
from tray.core.session import renewal
from tray.core.session.memory import renamed, used
from tray.core.session.schedule import next_change
from tray.core.session.status import derive
from tray.core.session.token_changes import observe
from tray.core.settings import Theme
from tray.core.view.render import Scene, render
from tray.core.view.values import Delivery, Reachable, View
from tray.core.words.times import LocalTime
from tray.desktop.notify import Notifier
from tray.desktop.presence import Presence
from tray.desktop.trayicon import TrayIcon
from tray.resident.child_commands import JobEvent
from tray.resident.clicks import Clicks, Known
from tray.resident.hands import Hands
from tray.resident.inbox import AutostartSeen, Done, Event, Inbox, Read, Refresh, Woke, next_event
from tray.resident.jobs_in_flight import JobsInFlight, taken_in
from tray.resident.reading import Reading
from tray.resident.remembering import Remembering
from tray.resident.spare_memory import give_back
from tray.resident.telling import Telling

if TYPE_CHECKING:
    from tray.resident.autostart import AutostartErrands

log = logging.getLogger(__name__)

_LOOK_AT_LOGIN = timedelta(seconds=1)
"""How long to wait for a login in a terminal: no event tells that it has died."""


class Loop:
    """
    The loop and what it holds between two passes.

    Args:
        inbox: Where everything that happens is put, from any thread.
        reading: Reads snapshots.
        hands: Do what may block.
        jobs: Child processes, whose events come into the inbox.
        notifier: Shows notices.
        panel: Tells what the icon is drawn for.
        now: The clock (UTC).
        local: Turns a moment into local time.
        monotonic: A clock (seconds) that stands still while the computer sleeps, and that nobody sets.
        on_view: Told of every new view, after the icon was.
        presence: Tells whether anybody would see a notice.
    """

    def __init__(
        self,
        *,
        inbox: Inbox,
        reading: Reading,
        hands: Hands,
        jobs: JobsInFlight,
        notifier: Notifier,
        panel: Callable[[], Theme],
        now: Callable[[], datetime],
        local: LocalTime,
        monotonic: Callable[[], float],
        on_view: Callable[[View], None] = lambda _view: None,
        presence: Presence | None = None,
    ) -> None:
        self._inbox = inbox
        self._reading = reading
        self._hands = hands
        self._jobs = jobs
        self._notifier = notifier
        self._panel = panel
        self._now = now
        self._local = local
        self._monotonic = monotonic
        self._on_view = on_view
        self._presence = presence or Presence()
        self._icon: TrayIcon | None = None
        self._known = Known()
        self._telling = Telling(notifier, now, lambda: reading.asked)
        self._clicks = Clicks(self._known, jobs, hands, self._telling, now, local)
        self._remembering = Remembering(self._known, hands, self._telling)
        self._new: Read | None = None
        self._ended_jobs: list[tuple[int, JobEvent]] = []
        self._view: View | None = None
        self._touched = False
        self._asked: Do | LogIn | None = None
        self._passed_at = now()
        self._running = True

    def begin(self, icon: TrayIcon) -> None:
        """
        Hand over the icon, to show what is true now.

        That is known within milliseconds, so the icon appears with it, and nothing flashes. Where the disk takes longer
        than a person would wait for an icon, it appears without, and says so.
        """
        self._icon = icon
        self._reading.ask()
        while self._new is None and self._running and (left := self._reading.patience_left or 0.0) > 0:
            try:
                self._handle(self._inbox.get(timeout=left))
            except queue.Empty:
                break
        self._touched = True
        self._react()

    def run(self, look_around: Callable[[], object] = lambda: None, at_login: AutostartErrands | None = None) -> None:
        """
        Loop until the person quits. Never raises.

        `look_around` finds what no event told of, and must return at once. `at_login` is None where it is not offered.
        """
        import tray.resident.jobs  # noqa: F401, PLC0415 - the icon is up, and no click later waits for a file of ours

        gc.freeze()  # What is loaded by now stays, and need not be looked through after each pass.
        self._clicks.at_login = at_login
        while self._running:
            try:
                event = self._next_event()
                if event is None:
                    look_around()
                    self._reading.ask()
                else:
                    self._handle(event)
                while not self._inbox.empty():
                    self._handle(self._inbox.get())
                if self._running:
                    self._react()
                    if self._known.speaks:
                        self._hands.follow_default(self._known.snapshot)
                    give_back()
            except Exception:
                log.exception("A pass failed; the next one starts afresh")
        self._jobs.cancel_login()
        self._notifier.close()
        self._remembering.finish()

    def _next_event(self) -> Event | None:
        """Wait for what happens next, at most until something changes by the clock alone; None when nothing did."""
        now, known = self._now(), self._known
        at_most = left if (left := self._reading.patience_left) is not None and left > 0 else None
        # What became due while a pass ran is due now, not with the next event. A read on its way brings a pass anyway.
        since = min(now, self._passed_at) if at_most is None else now
        moments = [next_change(known.statuses, known.memory, since, known.settings, self._local)]
        moments += [self._jobs.next_limit, self._telling.next_moment, self._reading.looks_again_at]
        if known.snapshot.logins and self._jobs.login is None:
            moments.append(now + _LOOK_AT_LOGIN)
        return next_event(self._inbox, moments, now=self._now, monotonic=self._monotonic, at_most=at_most)

    def _handle(self, event: Event) -> None:
        """Take in what happened. Whatever it is, it is a reason to read: no event tells of everything."""
        if isinstance(event, Read):
            self._take(event)
            return
        number, token = self._reading.ask(), ""
        if isinstance(event, Clicked):
            token, event = event.token, event.command
        try:
            match event:
                case Refresh():
                    pass
                case Woke():
                    self._known.memory = renewal.forget_failures(self._known.memory)
                case JobEvent():
                    self._hear(event, number)
                case AutostartSeen() | Done():
                    self._hear_hands(event)
                case Delivery() | Reachable():
                    self._known.memory = self._telling.hear(event, self._known.memory)
                case Do.QUIT:
                    self._running = False
                case _:
                    self._touched = True
                    self._presence.acted()
                    self._clicks.obey(event, token)
        except TrayError as error:
            self._clicks.answer(error.message)

    def _take(self, read: Read) -> None:
        """Take in what was read, and then the ends of the jobs whose traces it has seen."""
        self._reading.take(read)
        self._new = read
        self._known.memory = renamed(self._known.memory, self._known.snapshot, read.snapshot)
        self._known.snapshot, self._known.settings = read.snapshot, read.settings
        self._asked = read.asked or self._asked
        self._remembering.take(read)
        if not read.seated:
            log.warning("Another SSO Tray has taken the place of this one")
            self._running = False
        for wish in read.wishes:
            self._clicks.obey(wish)
        seen = [event for number, event in self._ended_jobs if number <= read.number]
        del self._ended_jobs[: len(seen)]
        for event in seen:
            self._hear_end(event)

    def _hear_hands(self, event: AutostartSeen | Done) -> None:
        self._touched = True
        if isinstance(event, Done):
            self._clicks.tell_of(event)
            return
        self._known.autostart = event.autostart
        if event.refused is not None:
            self._clicks.answer(event.refused)

    def _hear(self, event: JobEvent, number: int) -> None:
        from tray.resident.jobs import PageReady, Warned  # noqa: PLC0415 - loaded with a job

        match event:
            case Warned():
                self._clicks.answer(event.problem)
            case PageReady():
                self._touched = True
                if self._jobs.take_page(event) and event.opens:
                    token = self._jobs.spend_token()
                    self._hands.open_page(event.url, event.job.sign_in, self._known.settings, token)
            case _:  # What the job did stands in files. Until they are read, the icon would show what is over.
                self._ended_jobs.append((number, event))

    def _hear_end(self, event: JobEvent) -> None:
        from tray.resident.jobs import LoginEnded, LogoutEnded, RenewalEnded  # noqa: PLC0415 - loaded with a job

        self._jobs.finish(event, self._now())
        match event:
            case LoginEnded(signed_in=False, signed_out=False, problem=Message() as problem):
                self._telling.failed_login = event.job.sign_in, problem  # That a session ended, is told by itself.
            case LogoutEnded(problem=Message() as problem):
                self._clicks.answer(problem)
            case RenewalEnded():
                self._known.memory = taken_in(self._known.memory, event, self._now())

    def _react(self) -> None:
        """Do what follows from what has happened."""
        now, known = self._now(), self._known
        self._jobs.stop_overdue(now)
        read, self._new = self._new, None
        touched, self._touched = self._touched, False
        left = self._reading.patience_left
        if read is not None:
            known.memory = observe(known.memory, read.snapshot, read.at, read.settings)
            if known.speaks:
                known.memory = used(known.memory, read.snapshot.default_profile)  # A terminal may have switched it.
            self._pass(now, read.number)
        elif left is not None and left <= 0:  # Reading hangs. There is still the clock.
            self._pass(now, None)
        elif touched:
            self._derive(now)
            self._show_view(now)
        if self._asked is not None and self._presence.there:
            asked, self._asked = self._asked, None
            self._clicks.answer_second_start(asked)
            self._derive(now)  # A login may have begun by it, which shows at once.
            self._show_view(now)
        self._remembering.save()

    def _pass(self, now: datetime, read: int | None) -> None:
        """Derive what is true, show it, say it, and have done what is due."""
        known, self._passed_at = self._known, now
        self._derive(now)
        facts = (known.memory, known.statuses, now, known.settings, self._local)
        there = self._presence.there
        if known.speaks:
            takes = there and self._telling.reachable(now)
            effects = notices.plan(*facts, renewing=self._jobs.renewing, there=takes)
            if not known.memory.welcomed or known.memory.welcoming:
                from tray.core.first_start import lead  # noqa: PLC0415 - whoever is set up needs it no more

                quiet = known.settings.quiet_until(self._local(now)) is not None
                effects = lead(effects, known.snapshot, there=takes and not quiet)
        else:
            effects = notices.Effects(known.memory)
        before, known.memory = known.memory, effects.memory
        self._show_view(now)
        known.memory = self._telling.carry_out(effects, before)
        if known.speaks and read is not None and (known.settings.has_hooks or known.memory.hooks is not None):
            quiet = known.settings.quiet_until(self._local(now)) is not None
            self._hands.hooks.tell(self._clicks.answer, there=there and not quiet)
            known.memory = self._hands.hooks.run_due(*facts[1:4], known.memory, known.snapshot)
        self._telling.judge(self._clicks.facts, read)
        for due in effects.renew:
            self._jobs.renew(due, now)
        if there:
            self._telling.tell_of_failure(known.statuses, now)

    def _derive(self, now: datetime) -> None:
        known = self._known
        known.statuses = derive(known.snapshot, known.settings, now, self._clicks.login, known.memory)

    def _show_view(self, now: datetime) -> None:
        known = self._known
        facts = (known.snapshot, known.statuses, known.settings, known.memory, self._clicks.login)
        view = render(Scene(*facts, self._panel(), known.autostart), now, self._local)
        if view == self._view:
            return
        self._view = view
        if self._icon is not None:
            self._icon.apply(view)
        self._on_view(view)
