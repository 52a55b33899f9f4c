"""The resident program's loop over the pure core, wired as ``tray/app.py`` wires it, on a machine of the simulation."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from support.build import profile, sign_in, utc

from simulation.world import Machine
from tray.core import outcomes
from tray.core.memory import Memory, from_document, to_document
from tray.core.model import LoginInProgress, Settings, SignInStatus, Snapshot
from tray.core.notices import plan, snooze
from tray.core.observe import observe
from tray.core.schedule import next_change
from tray.core.status import derive
from tray.core.surface import Notice

NAME = "corp"
_SIGN_INS = (sign_in(NAME),)
_PROFILES = (profile("dev", NAME),)


@dataclass(slots=True)
class TrayLoop:
    """The tray on a machine. Times are true seconds; the core is told only what the machine's clock says."""

    machine: Machine
    settings: Settings
    start_renewal: Callable[[float, str, bool], None]
    """Starts a renewal job: when, the token's fingerprint, whether to insist."""

    on_pass: Callable[[float, SignInStatus, Notice | None], None]
    """Told of every pass."""

    memory: Memory = field(default_factory=Memory)
    login: LoginInProgress | None = None
    renewing: set[str] = field(default_factory=set)
    running: bool = True
    snoozed_at: float = float("-inf")
    known_over: set[str] = field(default_factory=set)
    """Fingerprints of tokens of which AWS said that their session is over."""

    def look(self, at: float) -> float | None:
        """Run one pass; gives when the next one is due by the clock alone."""
        if not (self.running and self.machine.awake):
            return None
        now, token = self.machine.now(at), self.machine.token
        snapshot = Snapshot(_SIGN_INS, _PROFILES, {} if token is None else {NAME: token}, "dev")
        signing_in = self.login.sign_in if self.login else None
        self.memory = observe(self.memory, snapshot, now, self.renewing, signing_in)
        statuses = derive(snapshot, self.settings, now, self.login, self.memory)
        effects = plan(self.memory, statuses, now, self.settings, utc, renewing=self.renewing)
        self.memory = effects.memory
        for name in effects.renew:
            assert token is not None
            self.renewing.add(name)
            self.start_renewal(at, token.fingerprint, name in effects.insist)
        self.on_pass(at, statuses[0], effects.notice)
        due = next_change(statuses, self.memory, now, self.settings, utc)
        return None if due is None else at + (due - now).total_seconds()

    def renewal_ended(self, at: float, fingerprint: str, outcome: bool | None) -> None:
        """Hear of the end of a renewal job."""
        self.renewing.discard(NAME)
        now = self.machine.now(at)
        if outcome is True:
            self.memory = outcomes.renewed(self.memory, NAME)
        elif outcome is False:
            self.known_over.add(fingerprint)
            self.memory = outcomes.refused(self.memory, NAME, fingerprint, now)
        else:
            self.memory = outcomes.trouble(self.memory, NAME, "No network", now)

    def login_ended(self, at: float, *, succeeded: bool) -> None:
        """Hear of the end of a login job."""
        self.login = None
        if succeeded:
            self.memory = outcomes.signed_in(self.memory, NAME, self.machine.now(at))

    def woke(self) -> None:
        """Hear that the machine woke up."""
        self.memory = outcomes.woke(self.memory)

    def snooze(self, at: float) -> None:
        """Be asked to remind later."""
        self.snoozed_at = at
        self.memory = snooze(self.memory, 30, self.machine.now(at), utc)

    def restart(self) -> None:
        """Begin anew with what was saved."""
        self.memory = from_document(json.loads(json.dumps(to_document(self.memory))))
        self.renewing.clear()
        self.login = None
