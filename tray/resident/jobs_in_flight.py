"""The AWS jobs in flight: at most one login, and the renewals and logouts beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tray.core.command import LogIn
from tray.core.dataclass import replace
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
    if event.unable:
        return renewal.unable(memory, event.job.sign_in, now)
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
        self._wanted: LogIn | None = None
        self._next: LogIn | None = None
        """The login that begins once the one that runs has ended."""

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
        self._login_job = LoginJob(wanted.sign_in, *outside, new=wanted.new, ask=wanted.ask, code=wanted.code)
        self.login = LoginInProgress(wanted.sign_in)
        self._wanted, self._token = wanted, token
        self._start(self._login_job, now + LOGIN_LIMIT)

    @property
    def by_code(self) -> LogIn | None:
        """
        What would do with a code what the login that runs does in a browser; None where that is no way on.

        With a code nothing can ask before it ends a session that holds, so it is none where the page was to ask.
        """
        wanted = self._wanted
        if self._login_job is None or wanted is None or wanted.ask or wanted.code:
            return None
        return replace(wanted, code=True)

    def log_in_by_code(self, token: str = "") -> None:
        """Give up the login that runs, and begin again with a code once it is over."""
        wanted = self.by_code
        self.cancel_login()
        self._next, self._token = wanted, token

    def cancel_login(self) -> None:
        """Stop the login that runs, if one does. A renewal or a logout goes on to its end, so that no token is lost."""
        self._next = None
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

    def finish(self, ended: JobEvent, now: datetime) -> None:
        """Forget a job that has ended; where it was a login that was given up for one with a code, that begins."""
        from tray.resident.jobs import LoginEnded  # noqa: PLC0415 - loaded with a job

        job = ended.job
        self._running.pop(job, None)
        self._renewals.discard(job)
        if not isinstance(ended, LoginEnded) or job is not self._login_job:
            return
        self._login_job = self.login = self._wanted = None
        wanted, self._next = self._next, None
        if wanted is not None and not ended.signed_in:
            self.log_in(wanted, now, self._token)

    def stop_overdue(self, now: datetime) -> None:
        """Stop every job that takes too long; the event of its end follows."""
        for job, limit in self._running.items():
            if now >= limit:
                self._running[job] = limit + LOGIN_LIMIT  # Once is enough.
                job.cancel(notices_words.LOGIN_TOOK_TOO_LONG())

    def _start(self, job: Job, limit: datetime) -> None:
        self._running[job] = limit
        job.start()
