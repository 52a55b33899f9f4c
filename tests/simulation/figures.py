"""What the stories come to: the tray's words held against the truth."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from datetime import timedelta

from simulation.tray_loop import TrayLoop
from simulation.world import BEGIN, Machine, Session
from tray.core.model import Deadline, DeadlineSource, SignInStatus, Status
from tray.core.session.deadline import can_renew
from tray.core.view.values import Notice

LEAST_ANNOUNCED = 0.95
"""Share of the ends with a known length that are announced."""

MOST_WRONG = 0.02
"""Share of the reminders, and of the foretold ends, that may miss the true end by more than five minutes."""

LEAD = 15 * 60.0
_CLOSE = 5 * 60.0
"""Seconds by which an announced end may miss the true one and still be right: it says "about"."""


@dataclass
class Figures:
    """Counts over all days of one or several stories."""

    days: int = 0
    passes: int = 0
    renewals: int = 0
    failed_renewals: int = 0
    sessions: int = 0
    ends: int = 0
    """Sessions that ended of themselves before the eyes of a running tray, not replaced before."""

    ends_with_length: int = 0
    """Those of them whose length was set or learned by then, or whose end was foretold all the same."""

    announced: int = 0
    """Those of them with a reminder in advance."""

    foretold: int = 0
    """Those that ended while some end was foretold, by whatever source."""

    foretold_late: int = 0
    """Those of them whose foretold end was more than five minutes later than the true one."""

    missed: Counter[str] = field(default_factory=Counter)
    """Why the others had none."""

    reminders: int = 0
    wrong_reminders: int = 0
    """Reminders whose end is not within five minutes of the true one: the session's, or before it that of the token."""

    wrong_because: Counter[str] = field(default_factory=Counter)
    ended_notices: int = 0
    noticed_after: list[float] = field(default_factory=list)
    """Seconds from the true end to the moment at which the tray said so, while it ran and the machine was awake."""

    broken: list[str] = field(default_factory=list)
    """Broken promises; there must be none."""

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    def unkept(self) -> list[str]:
        """Name the promises of README that these figures do not keep, where the truth could be known."""
        found = list(self.broken)
        if self.announced < LEAST_ANNOUNCED * self.ends_with_length:
            found.append(f"only {self.announced} of {self.ends_with_length} ends were announced")
        if self.wrong_reminders > MOST_WRONG * self.reminders:
            found.append(f"{self.wrong_reminders} of {self.reminders} reminders were wrong")
        if self.foretold_late > MOST_WRONG * self.foretold:
            found.append(f"{self.foretold_late} of {self.foretold} ends were foretold too late")
        return found

    def line(self, title: str) -> str:
        """Say it in one line of a table."""
        share = f"{self.announced / self.ends_with_length:7.1%}" if self.ends_with_length else "      -"
        wrong = f"{self.wrong_reminders / self.reminders:6.1%}" if self.reminders else "     -"
        late = sorted(self.noticed_after)
        median = f"{late[len(late) // 2]:6.0f} s" if late else "       -"
        return (
            f"{title:34}{self.days:6}{self.sessions:9}{self.ends:7}{self.ends_with_length:8}{share}"
            f"{self.foretold_late:6}"
            f"{self.reminders:10}{self.wrong_reminders:6}{wrong}{self.ended_notices:7}{median}"
            f"{self.renewals / max(1, self.days):7.1f}{len(self.broken):8}"
        )


HEADING = (
    f"{'':34}{'days':>6}{'sign-ins':>9}{'ends':>7}{'foretold':>15}{'late':>6}{'reminders':>10}{'wrong':>12}"
    f"{'ended':>7}{'noticed':>8}{'ren/d':>7}{'broken':>8}"
)


@dataclass
class Watch:
    """Watches what one tray says of one sign-in, on behalf of the truth."""

    name: str
    """The sign-in."""

    machine: Machine
    tray: TrayLoop
    figures: Figures
    _said: dict[int, list[tuple[float, float]]] = field(default_factory=dict)
    """By session: when a reminder was sent, and the end that it spoke of (true seconds)."""

    _foretold: dict[int, float] = field(default_factory=dict)
    """By session: the end that was foretold last before the true one (true seconds)."""

    _ended_said: Counter[int] = field(default_factory=Counter)
    _judged: set[int] = field(default_factory=set)
    _watched_since: float = float("inf")
    _state: tuple[bool, str] = (False, "")

    def passed(self, at: float, status: SignInStatus, notice: Notice | None) -> None:
        """Judge one pass."""
        self.figures.passes += 1
        session, token = self.machine.files[self.name].session, status.token
        if self._watched_since == float("inf"):
            self._watched_since = at
        if session is None:
            return
        if token is not None and status.status is not Status.SIGNING_IN:
            over = token.fingerprint in self.tray.known_over
            if over and status.status is not Status.EXPIRED:
                self._broken(at, f"{status.status} although AWS had said that it is over")
            now = self.machine.now(at)
            may_hold = session.holds(at) and token.refreshable and can_renew(token, now)
            if status.status is Status.EXPIRED and (may_hold or (session.holds(at) and now < token.expires_at)):
                self._broken(at, "ended although it holds")
        self._state = (status.learned_length is not None, _why_not(status))
        if at < session.ends_at:
            self._foretold.pop(session.number, None)
            if status.deadline is not None:
                self._foretold[session.number] = self._true_seconds(status.deadline)
        said = self.tray.memory.announcements.get(self.name)
        if notice is not None and said is not None and said.said_at == self.machine.now(at):
            self._judge_notice(at, status, notice, session)

    def _judge_notice(self, at: float, status: SignInStatus, notice: Notice, session: Session) -> None:
        if status.status is Status.EXPIRED:
            self.figures.ended_notices += 1
            # Else what has ended is the token, which nobody can renew; a login joins the session, which ends later.
            self._ended_said[session.number] += not session.holds(at)
            if self._ended_said[session.number] > 1 and status.deadline is None:
                self._broken(at, "ended was said twice")
            if self._watched_since < session.ends_at <= at:
                self.figures.noticed_after.append(at - session.ends_at)
            return
        assert status.deadline is not None
        end = self._true_seconds(status.deadline)
        said = self._said.setdefault(session.number, [])
        said.append((at, end))
        # In the last hour of a client registration each token may be the last, until another program renews it.
        last_hour = (
            status.deadline.source is DeadlineSource.TOKEN and status.token is not None and status.token.refreshable
        )
        if len(said) > 1 and self.tray.snoozed_at < said[-2][0] and not last_hour:
            self._broken(at, f"reminded twice, of {said[-2][1]:.0f} and {end:.0f}")
        self.figures.reminders += 1
        by_token = status.deadline.source is DeadlineSource.TOKEN  # It ends then, whatever its session does.
        if end > session.ends_at + _CLOSE or (end < session.ends_at - _CLOSE and not by_token):
            self.figures.wrong_reminders += 1
            self.figures.wrong_because[self._why_wrong(end, session, status)] += 1

    def _true_seconds(self, end: Deadline) -> float:
        return (end.at - BEGIN).total_seconds() - self.machine.clock_error

    @staticmethod
    def _why_wrong(end: float, session: Session, status: SignInStatus) -> str:
        if not session.natural:
            return "the session ended early"
        if status.deadline is not None and status.deadline.source is DeadlineSource.TOKEN:
            return "the token outlived the session"
        return "foretold too early" if end < session.ends_at else "foretold too late"

    def ends_passed(self, at: float) -> None:
        """Judge a session that has just ended before our eyes."""
        session = self.machine.files[self.name].session
        if not (self.tray.running and self.machine.awake) or self.tray.login is not None:
            self._watched_since = float("inf")
            return
        if (
            session is None
            or session.number in self._judged
            or session.holds(at)
            or self.machine.files[self.name].token is None
        ):
            return
        self._judged.add(session.number)
        if not session.natural or self._watched_since > session.ends_at - LEAD - 60:
            return
        self.figures.ends += 1
        if session.number in self._foretold:
            self.figures.foretold += 1
            self.figures.foretold_late += self._foretold[session.number] > session.ends_at + _CLOSE
        has_length, why = self._state
        if not has_length and not self.tray.settings.sign_ins and session.number not in self._foretold:
            return
        self.figures.ends_with_length += 1
        if any(said_at < session.ends_at for said_at, _ in self._said.get(session.number, ())):
            self.figures.announced += 1
        else:
            self.figures.missed[why] += 1

    def _broken(self, at: float, promise: str) -> None:
        when = BEGIN + timedelta(seconds=at)
        self.figures.broken.append(f"{when:%Y-%m-%d %H:%M:%S} {promise}")


def _why_not(status: SignInStatus) -> str:
    if status.deadline is not None:
        return f"foretold by {status.deadline.source}"
    return f"no deadline ({status.status})"
