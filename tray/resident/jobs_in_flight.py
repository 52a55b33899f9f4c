"""The AWS jobs in flight: at most one login, and the renewals and logouts beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tray.core.command import LogIn
from tray.core.model import LoginInProgress
from tray.core.session import renewal
from tray.core.session.clock import skewed
from tray.core.session.memory import Memory
from tray.core.words import notices as notices_words
from tray.resident.child_commands import Job, JobEvent

if TYPE_CHECKING:
    from tray.core.session.renewal import Renewal
    from tray.resident.jobs import LoginJob, PageReady, RenewalEnded

LOGIN_LIMIT = timedelta(minutes=11)
"""A login waits at most 10 minutes for the person; one that is older hangs."""

RENEWAL_LIMIT = timedelta(minutes=2)
"""A renewal never waits for a person, only for AWS and for other renewals."""


def taken_in(memory: Memory, event: RenewalEnded, now: datetime) -> Memory:
    """Fold into the memory what came in between a renewal and AWS; what AWS said of the sign-in is written down."""
    if event.skew_seconds is not None:
        memory = skewed(memory, event.skew_seconds)
    if event.trouble is None:
        return renewal.asked(memory, event.job.sign_in, now)
    return renewal.failed(memory, event.job.sign_in, event.trouble, now, passes=event.passes)


class JobsInFlight:
    """Starts jobs, whose events come to `post` on threads of theirs, and knows which run."""

    def __init__(self, post: Callable[[JobEvent], None], environ: Mapping[str, str], program: Sequence[str]) -> None:
        self._post = post
        self._environ = environ
        self._program = program
        self._login_job: LoginJob | None = None
        self._token = ""
        self._running: dict[Job, datetime] = {}
        self._renewals: set[Job] = set()
        self.login: LoginInProgress | None = None

    @property
    def renewing(self) -> frozenset[str]:
        """The sign-ins of which a renewal is in flight."""
        return frozenset(job.sign_in for job in self._renewals)

    @property
    def next_limit(self) -> datetime | None:
        """When the first of the jobs will have taken too long."""
        return min(self._running.values(), default=None)

    def log_in(self, wanted: LogIn, now: datetime, token: str = "") -> None:
        """Start a login; there must be none. `token` is the leave to raise its page's window, empty for none."""
        from tray.resident.jobs import LoginJob  # noqa: PLC0415 - not needed before the icon is up

        outside = (self._post, self._environ, self._program)
        self._login_job = LoginJob(wanted.sign_in, *outside, new=wanted.new, ask=wanted.ask)
        self.login = LoginInProgress(wanted.sign_in)
        self._token = token
        self._start(self._login_job, now + LOGIN_LIMIT)

    def cancel_login(self) -> None:
        """Stop the login that runs, if one does. A renewal or a logout goes on to its end, so that no token is lost."""
        if self._login_job is not None:
            self._login_job.cancel()

    def renew(self, due: Renewal, now: datetime) -> None:
        """Start a silent renewal."""
        from tray.resident.jobs import RenewalJob  # noqa: PLC0415 - not needed before the icon is up

        job = RenewalJob(due.sign_in, self._post, self._environ, self._program, how=due.how)
        self._renewals.add(job)
        self._start(job, now + RENEWAL_LIMIT)

    def log_out(self, name: str, now: datetime) -> None:
        """Start a logout."""
        from tray.resident.jobs import LogoutJob  # noqa: PLC0415 - not needed before the icon is up

        self._start(LogoutJob(name, self._post, self._environ, self._program), now + RENEWAL_LIMIT)

    def take_page(self, event: PageReady) -> bool:
        """Remember the page that a login wants the person to see; False for one that is over, or about to be."""
        if event.job is not self._login_job or event.job.cancelled:
            return False
        before = self.login or LoginInProgress(event.job.sign_in)
        url = event.url if event.opens or before.url is None else before.url
        self.login = LoginInProgress(event.job.sign_in, url, event.user_code or before.user_code)
        return True

    def spend_token(self) -> str:
        """Give the leave to raise a window that came with the click on "Log in", once; empty for none."""
        token, self._token = self._token, ""
        return token

    def finish(self, job: Job) -> None:
        """Forget a job that has ended."""
        self._running.pop(job, None)
        self._renewals.discard(job)
        if job is self._login_job:
            self._login_job = self.login = None

    def stop_overdue(self, now: datetime) -> None:
        """Stop every job that takes too long; the event of its end follows."""
        for job, limit in self._running.items():
            if now >= limit:
                self._running[job] = limit + LOGIN_LIMIT  # Once is enough.
                job.cancel(notices_words.LOGIN_TOOK_TOO_LONG())

    def _start(self, job: Job, limit: datetime) -> None:
        self._running[job] = limit
        job.start()
