"""A person's days: waking the machine, work, reactions to notices, outages, clocks that are set, administrators."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random

from simulation.figures import Figures, Watch
from simulation.tray_loop import TrayLoop
from simulation.world import DAY, HOUR, Center, Machine, TokenFile
from tray.core.model import LoginInProgress, SignInStatus
from tray.core.session.renewal import How
from tray.core.settings import Settings, SignInSettings
from tray.core.view.values import Notice

MINUTE = 60.0
NAME = "corp"
SECOND = "data"


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is so throughout a story."""

    title: str
    hours: tuple[float, ...] = (8.0,)
    """Session lengths; the administrator changes from one to the next every two months."""

    rotates: bool = True
    """Whether a renewal brings a new refresh token."""

    renew: bool = True
    refreshable: bool = True
    second: bool | None = None
    """Whether there is a second sign-in of the same portal, and whether that can be renewed; None for none."""

    set_hours: float | None = None
    """The length that the person set."""

    clock_trouble: float = 0.0
    """Share of days on which the clock is set."""

    outages: float = 0.3
    """Share of days with a network outage."""

    terminal: float = 0.3
    """Share of logins in a terminal."""

    at_reminder: float = 0.5
    """Share of reminders after which the person logs in; the others let the end come."""

    early: float = 0.25
    """Share of days on which the person logs in in a terminal in the morning, whether that is needed or not."""

    portal_first: float = 0.0
    """Share of mornings on which the person opens the access portal in the browser, and logs in an hour later."""

    logs_out: float = 0.05
    """Share of days on which the person logs out in the evening."""

    new_sessions: bool = True
    """Whether a login with the tray begins a new session while one holds; else it only makes sure."""

    provider_hours: float | None = None
    """How long the identity provider's own session lasts, which caps the portal's."""

    shared_home: bool = False
    """Whether another machine works with the same token file, also while this one sleeps."""

    knowable: bool = True
    """Whether the truth could be known on this machine."""


@dataclass
class Story:
    """One person, one machine, one tray, for a number of days."""

    scenario: Scenario
    seed: int
    days: int
    joins: bool = True
    """Whether a login joins a session that holds, as AWS has it."""

    figures: Figures = field(default_factory=Figures)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        scenario = self.scenario
        provider = None if scenario.provider_hours is None else scenario.provider_hours * HOUR
        self.center = Center(self.random, scenario.rotates, scenario.hours[0] * HOUR, provider, self.joins)
        files = {NAME: TokenFile(scenario.refreshable)}
        if scenario.second is not None:
            files[SECOND] = TokenFile(scenario.second)
        self.machine = Machine(self.center, self.random, files, awake=False)
        own = {NAME: SignInSettings(length_hours=scenario.set_hours)} if scenario.set_hours else {}
        settings = Settings(renew_enabled=scenario.renew, sign_ins=own)
        self.tray = TrayLoop(self.machine, settings, self._start_renewal, self._passed)
        self.watches = {name: Watch(name, self.machine, self.tray, self.figures) for name in files}
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._count = 0
        self._looked_at = 0.0
        self._due_at = float("inf")
        self._reacting = False

    def run(self) -> Figures:
        """Live through all days."""
        for day in range(self.days):
            self._plan_day(day)
        while self._events or self._due_at < self.days * DAY:
            if self._events and self._events[0][0] <= self._due_at:
                at, _, happen = heapq.heappop(self._events)
                if at - self._looked_at > MINUTE:
                    self._look(at - 1.0)  # The loop waits a minute at most; the last look before is what matters.
                happen(at)
                self._look(at)
            else:
                self._look(self._due_at)
        self.figures.days += self.days
        self.figures.sessions += len(self.center.sessions)
        return self.figures

    def _at(self, at: float, happen: Callable[[float], None]) -> None:
        self._count += 1
        heapq.heappush(self._events, (at, self._count, happen))

    def _look(self, at: float) -> None:
        self._looked_at = at
        due = self.tray.look(at)
        self._due_at = float("inf") if due is None else max(due, at + 0.001)
        for watch in self.watches.values():
            watch.ends_passed(at)

    # What happens on a day.

    def _plan_day(self, day: int) -> None:
        random, begin = self.random, day * DAY
        hours = self.scenario.hours
        if day % 60 == 0:
            length = hours[(day // 60) % len(hours)] * HOUR
            self._at(begin, lambda _at: self._set_length(length))
        if random.random() < 0.01:
            self._at(begin + random.uniform(9, 17) * HOUR, self.center.revoke)
        if self.scenario.shared_home:
            for _ in range(6):
                self._at(begin + random.uniform(0, 24) * HOUR, lambda at: self._run_command(at, NAME, here=False))
        if day % 7 < 5 or random.random() < 0.1:
            self._plan_work(begin)

    def _plan_work(self, begin: float) -> None:
        random = self.random
        morning = begin + random.gauss(8.7, 0.5) * HOUR
        evening = begin + random.gauss(18.0, 0.8) * HOUR
        spans = [(morning, evening)]
        if random.random() < 0.5:
            noon = begin + random.uniform(12, 13) * HOUR
            spans = [(morning, noon), (noon + random.uniform(20, 70) * MINUTE, evening)]
        if random.random() < 0.15:
            spans.append((begin + 20.5 * HOUR, begin + random.uniform(21, 23) * HOUR))
        for start, stop in spans:
            self._plan_awake(start, stop)
        for name in self.machine.files:
            if random.random() < self.scenario.early:
                self._at(morning + random.uniform(1, 10) * MINUTE, partial(self._log_in_in_terminal, name=name))
        if random.random() < self.scenario.portal_first:
            self._at(morning + 20, self._open_portal)
        if random.random() < self.scenario.logs_out:
            self._at(evening - MINUTE, self._log_out)
        self._plan_mishaps(morning, evening)

    def _plan_mishaps(self, morning: float, evening: float) -> None:
        random = self.random
        if random.random() < self.scenario.outages:
            start = random.uniform(morning, evening)
            self._at(start, lambda _at: self._set_online(False))
            self._at(start + random.uniform(1, 60) * MINUTE, lambda _at: self._set_online(True))
        if random.random() < 0.1:
            start = random.uniform(morning, evening)
            self._at(start, lambda _at: self._set_running(False))
            self._at(start + random.uniform(0.5, 30) * MINUTE, lambda _at: self._set_running(True))
        if random.random() < self.scenario.clock_trouble:
            error = random.choice((-1, 1)) * random.choice((5.0, 90.0, 20 * MINUTE, 3 * HOUR))
            start = random.uniform(morning, evening)
            self._at(start, lambda _at: self._set_clock(error))
            if random.random() < 0.7:
                self._at(start + random.uniform(0.5, 90) * MINUTE, lambda _at: self._set_clock(0.0))

    def _plan_awake(self, start: float, stop: float) -> None:
        self._at(start, self._wake)
        at = start
        while (at := at + self.random.expovariate(1 / (25 * MINUTE))) < stop:
            for name in self.machine.files:
                self._at(at, partial(self._run_command, name=name))
        self._at(stop, self._sleep)

    def _set_length(self, seconds: float) -> None:
        self.center.session_seconds = seconds

    def _set_online(self, online: bool) -> None:
        self.machine.online = online

    def _set_clock(self, error: float) -> None:
        self.machine.clock_error = error

    def _set_running(self, running: bool) -> None:
        if running and not self.tray.running:
            self.tray.restart()
        self.tray.running = running

    def _wake(self, at: float) -> None:
        self.machine.awake = True
        self.tray.woke()
        self.machine.online = False
        self._at(at + self.random.uniform(2, 20), lambda _at: self._set_online(True))

    def _sleep(self, _at: float) -> None:
        self.machine.awake = False
        self.tray.renewing.clear()
        self.tray.login = None

    def _run_command(self, at: float, name: str, *, here: bool = True) -> None:
        if here and not self.machine.awake:
            return
        online, self.machine.online = self.machine.online, self.machine.online or not here
        works = self.machine.run_command(name, at)
        self.machine.online = online
        if here and works is False:
            self._react(at, name, self.random.uniform(0.3, 5) * MINUTE)

    # What the person does.

    def _open_portal(self, at: float) -> None:
        if self.machine.online and self.machine.awake:
            self.center.open_portal(self.machine.browser, at)

    def _log_out(self, at: float) -> None:
        if self.machine.awake and self.machine.files[NAME].token is not None:
            self.tray.log_out(at, NAME)

    def _react(self, at: float, name: str, after: float) -> None:
        if self._reacting:
            return
        self._reacting = True
        self._at(at + after, lambda at: self._log_in(at, name))

    def _log_in(self, at: float, name: str) -> None:
        self._reacting = False
        if not self.machine.awake:
            return
        if self.random.random() < self.scenario.terminal or not self.tray.running or self.tray.login is not None:
            self._log_in_in_terminal(at, name)
            return
        self.tray.login = LoginInProgress(name)
        self._at(at + self.random.uniform(8, 90), lambda at: self._log_in_with_tray(at, name))

    def _log_in_in_terminal(self, at: float, name: str) -> None:
        if self.machine.awake and self.machine.online:
            if self.random.random() < 0.3:
                self.tray.log_in(at, name)  # by our own command
            else:
                self.machine.log_in(name, at, new_client=self.random.random() < 0.1)

    def _log_in_with_tray(self, at: float, name: str) -> None:
        if self.tray.login is None:
            return
        if self.machine.online and self.machine.awake:
            self.tray.log_in(at, name, new=self.scenario.new_sessions)
            if self.random.random() < 0.5:
                self._look(at + 0.01)  # The file's change may be seen before the job is heard of.
        self.tray.login = None

    # What the tray asks of the world, and tells.

    def _start_renewal(self, at: float, name: str, fingerprint: str, how: How) -> None:
        started = self.machine.awake

        def renew(at: float) -> None:
            if name not in self.tray.renewing or not started:
                return  # The machine slept, or the tray was ended: the job is gone.
            token = self.machine.files[name].token
            outcome: bool | None = True  # Content when another program has just done it.
            if token is None:
                outcome = None
            elif how is not How.RENEW or token.fingerprint == fingerprint:
                self.figures.renewals += 1
                outcome = self.tray.check(at, name) if how is How.ASK else self.tray.renew(at, name)
                self.figures.failed_renewals += outcome is None
            if outcome and self.random.random() < 0.5:
                self._look(at)
            self.tray.renewal_ended(at + 0.01, name, answered=outcome is not None)

        self._at(at + self.random.uniform(0.4, 3.0), renew)

    def _passed(self, at: float, statuses: tuple[SignInStatus, ...], notice: Notice | None) -> None:
        for status in statuses:
            self.watches[status.sign_in.name].passed(at, status, notice)
        if notice is None or self._reacting:
            return
        name = next((status.sign_in.name for status in statuses if status.sign_in.name in notice.body), NAME)
        chance = self.random.random()
        if "ended" in notice.title:
            if chance < 0.9:
                self._react(at, name, self.random.uniform(0.2, 10) * MINUTE)
        elif chance < self.scenario.at_reminder:
            self._react(at, name, self.random.uniform(0.5, 12) * MINUTE)
        elif chance < self.scenario.at_reminder + 0.15:
            self._at(at + 20.0, self.tray.snooze)
