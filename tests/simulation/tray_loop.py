"""The resident program's loop over the pure core, wired as `tray.resident.loop` does it, and our commands beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from support.build import profile, sign_in, utc

from simulation.world import Machine
from tray.core.message import Message
from tray.core.model import LoginInProgress, SignInStatus, Snapshot, Token
from tray.core.notices import plan, snooze
from tray.core.session import renewal
from tray.core.session.clock import skewed
from tray.core.session.documents import from_document, history_document, history_from, to_document
from tray.core.session.heard import (
    Ended,
    Ending,
    Heard,
    LoggedOut,
    Proven,
    Renewed,
    SignedIn,
    ends_session,
    hear,
    hear_of_end,
)
from tray.core.session.history import EndedBy, History
from tray.core.session.memory import Memory
from tray.core.session.renewal import How
from tray.core.session.schedule import next_change
from tray.core.session.sharing import Sharing
from tray.core.session.status import derive
from tray.core.session.token_changes import observe
from tray.core.settings import Settings
from tray.core.view.values import Notice

_NO_NETWORK = Message("No network", "Check the network.")


@dataclass(slots=True)
class TrayLoop:
    """The tray on a machine. Times are true seconds; the core is told only what the machine's clock says."""

    machine: Machine
    settings: Settings
    start_renewal: Callable[[float, str, str, How], None]
    """Starts a renewal job: when, the sign-in, the token's fingerprint, whether to insist, whether only to ask."""

    on_pass: Callable[[float, tuple[SignInStatus, ...], Notice | None], None]
    """Told of every pass."""

    memory: Memory = field(default_factory=Memory)
    records: dict[str, History] = field(default_factory=dict)
    """What our commands wrote down, by sign-in name."""

    login: LoginInProgress | None = None
    renewing: set[str] = field(default_factory=set)
    running: bool = True
    snoozed_at: float = float("-inf")
    known_over: set[str] = field(default_factory=set)
    """Fingerprints of tokens of which AWS said that their session is over."""

    def snapshot(self, changed: Mapping[str, Token | None] | None = None) -> Snapshot:
        """Read the token files and what was written down; some tokens as they were before."""
        files = {name: file.token for name, file in self.machine.files.items()} | dict(changed or {})
        return Snapshot(
            tuple(sign_in(name) for name in files),
            tuple(profile(f"dev-{name}", name) for name in files),
            {name: token for name, token in files.items() if token is not None},
            f"dev-{next(iter(files))}",
            records=self.records,
        )

    def look(self, at: float) -> float | None:
        """Run one pass; gives when the next one is due by the clock alone."""
        if not (self.running and self.machine.awake):
            return None
        now, snapshot = self.machine.now(at), self.snapshot()
        self.memory = observe(self.memory, snapshot, now, self.settings)
        statuses = derive(snapshot, self.settings, now, self.login, self.memory)
        effects = plan(self.memory, statuses, now, self.settings, utc, renewing=self.renewing)
        self.memory = effects.memory
        for name, how in effects.renew:
            token = self.machine.files[name].token
            assert token is not None
            self.renewing.add(name)
            self.start_renewal(at, name, token.fingerprint, how)
        self.on_pass(at, statuses, effects.notice)
        due = next_change(statuses, self.memory, now, self.settings, utc)
        return None if due is None else at + (due - now).total_seconds()

    def command_hears(self, at: float, name: str, heard: Heard) -> None:
        """Write down what a command of ours heard, as the commands do it: from what the tray has saved."""
        now = self.machine.now(at)
        memory = observe(self.memory, self.snapshot({name: heard.before}), now, self.settings)
        sharing = Sharing(tuple(sign_in(each) for each in self.machine.files), self.settings)
        before = memory.history(name)
        memory = hear(memory, name, heard, now, sharing, self.skew if self.machine.online else None)
        for other in sharing.others(name) if ends_session(heard) else ():
            memory = hear_of_end(memory, other, before, heard, now)
        for each, known in memory.histories.items():
            if known.revision != self.records.get(each, History()).revision:
                self.records[each] = history_from(json.loads(json.dumps(history_document(known))))

    def log_in(self, at: float, name: str, *, new: bool = False) -> None:
        """Sign in by our own command: to make sure, or for a new session."""
        file = self.machine.files[name]
        if file.token is not None:
            if new:
                self._end_old_session(at, name, file.token)
            elif self._makes_sure(at, name):
                return
        before = file.token
        self.machine.log_in(name, at)
        assert file.token is not None
        self.command_hears(at, name, SignedIn(before, file.token))

    def _makes_sure(self, at: float, name: str) -> bool:
        """Ask AWS whether the sign-in holds; a stale token is renewed before."""
        token, now = self.machine.files[name].token, self.machine.now(at)
        assert token is not None
        stale = token.expires_at - now <= token.margin
        if stale and not (token.refreshable and self.renew(at, name) is True):
            return False
        return self.check(at, name) is True

    def _end_old_session(self, at: float, name: str, token: Token) -> None:
        session = self.machine.files[name].session
        self.command_hears(at, name, Ending(token, EndedBy.NEW_SESSION))
        if session is not None and session.holds(at):
            self.machine.center.end(session, at)
            self.command_hears(at, name, Ended(token, EndedBy.NEW_SESSION))
        else:
            self.known_over.add(token.fingerprint)
            by = EndedBy.INVALID_GRANT if token.refreshable else EndedBy.PORTAL
            self.command_hears(at, name, Ended(token, by, already=True))
        self.machine.files[name].token = None
        self.command_hears(at, name, LoggedOut(token, told=True))

    def log_out(self, at: float, name: str) -> None:
        """Log out by our own command."""
        before = self.machine.files[name].token
        self.command_hears(at, name, LoggedOut(before, told=self.machine.log_out(name, at)))

    def renew(self, at: float, name: str) -> bool | None:
        """Renew by our own command."""
        before = self.machine.files[name].token
        assert before is not None
        outcome = self.machine.renew(name, at)
        token = self.machine.files[name].token
        if outcome is True and token is not None:
            self.command_hears(at, name, Renewed(before, token))
        elif outcome is False:
            self.known_over.add(before.fingerprint)
            self.command_hears(at, name, Ended(before, EndedBy.INVALID_GRANT))
        return outcome

    def check(self, at: float, name: str) -> bool | None:
        """Ask the portal by our own command."""
        before = self.machine.files[name].token
        assert before is not None
        outcome = self.machine.ask_portal(name, at)
        if outcome is True:
            self.command_hears(at, name, Proven(before))
        elif outcome is False:
            self.known_over.add(before.fingerprint)
            self.command_hears(at, name, Ended(before, EndedBy.PORTAL))
        return outcome

    @property
    def skew(self) -> float:
        """By how many seconds AWS's clock is ahead of this machine's."""
        return -self.machine.clock_error

    def renewal_ended(self, at: float, name: str, *, answered: bool) -> None:
        """Hear of the end of a renewal job: what AWS said of the sign-in, the job has written down."""
        self.renewing.discard(name)
        if answered:
            self.memory = skewed(self.memory, self.skew)
        else:
            self.memory = renewal.failed(self.memory, name, _NO_NETWORK, self.machine.now(at), passes=True)

    def woke(self) -> None:
        """Hear that the machine woke up."""
        self.memory = renewal.forget_failures(self.memory)

    def snooze(self, at: float) -> None:
        """Be asked to remind later."""
        self.snoozed_at = at
        self.memory = snooze(self.memory, self.machine.now(at) + timedelta(minutes=30))

    def restart(self) -> None:
        """Begin anew with what was saved."""
        self.memory = from_document(json.loads(json.dumps(to_document(self.memory))))
        self.renewing.clear()
        self.login = None
