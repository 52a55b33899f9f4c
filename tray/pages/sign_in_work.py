"""The logins and logouts that the page of sign-ins began: the same commands, in child processes, as the tray's own."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from tray.core.command import LogIn
from tray.core.dataclass import dataclass, replace
from tray.core.errors import UsageProblem
from tray.core.message import Message
from tray.core.words import notices as notices_words
from tray.core.words import sign_ins_page as words
from tray.installation import own_command
from tray.pages.context import PagesContext
from tray.resident.child_commands import Job, JobEvent
from tray.resident.jobs import LoginEnded, LoginJob, LogoutEnded, LogoutJob, PageReady, Warned
from tray.resident.jobs_in_flight import LOGIN_LIMIT, RENEWAL_LIMIT


@dataclass(frozen=True, slots=True)
class Work:
    """How far it is with one sign-in, or what came of it."""

    said: Message
    """What is under way, or what came of it."""

    under_way: bool = True
    login: bool = False
    url: str = ""
    """Of a login: the page that the person should see."""

    failed: bool = False


class SignInWork:
    """
    What is done for each sign-in, one thing at a time.

    Args:
        context: Its browser is opened for a login.
        program: The command line that starts this program; by default that of this installation.
    """

    def __init__(self, context: PagesContext, program: Sequence[str] | None = None) -> None:
        self._context = context
        self._program = own_command() if program is None else program
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._overdue: dict[Job, threading.Timer] = {}
        self._work: dict[str, Work] = {}

    def of(self, name: str) -> Work | None:
        """Tell how far it is with a sign-in; None where nothing was begun here."""
        return self._work.get(name)

    def log_in(self, wanted: LogIn, label: str) -> None:
        """
        Begin a login.

        Raises:
            UsageProblem: Something is under way for this sign-in.
        """
        outside = (self._take, self._context.environ, self._program)
        job = LoginJob(wanted.sign_in, *outside, new=wanted.new, ask=wanted.ask)
        self._begin(job, Work(Message(words.STARTING()), login=True), label)

    def log_out(self, name: str, label: str) -> None:
        """
        Begin a logout.

        Raises:
            UsageProblem: Something is under way for this sign-in.
        """
        job = LogoutJob(name, self._take, self._context.environ, self._program)
        self._begin(job, Work(Message(words.LOGGING_OUT())), label)

    def cancel(self, name: str) -> None:
        """Give up the login of a sign-in. A logout goes on to its end."""
        job = self._jobs.get(name)
        if isinstance(job, LoginJob):
            job.cancel()

    def close(self) -> None:
        """Give up every login."""
        for name in list(self._jobs):
            self.cancel(name)

    def _begin(self, job: Job, work: Work, label: str) -> None:
        with self._lock:
            if job.sign_in in self._jobs:
                raise UsageProblem(words.UNDER_WAY(name=label))
            self._jobs[job.sign_in] = job
            self._put(job, work)
        limit = LOGIN_LIMIT if work.login else RENEWAL_LIMIT
        overdue = threading.Timer(limit.total_seconds(), job.cancel, (notices_words.LOGIN_TOOK_TOO_LONG(),))
        overdue.daemon = True
        overdue.start()
        self._overdue[job] = overdue
        job.start()

    def _put(self, job: Job, work: Work) -> None:
        self._work[job.sign_in] = work

    def _take(self, event: JobEvent) -> None:
        """Take in what a job told of itself, on a thread of its own."""
        name = event.job.sign_in
        with self._lock:
            if self._jobs.get(name) is not event.job:
                return
            match event:
                case PageReady() if not event.job.cancelled:
                    self._put(event.job, replace(self._work[name], said=_on_page(event), url=event.url))
                case Warned(problem=problem):
                    self._put(event.job, replace(self._work[name], said=problem))
                case LoginEnded(signed_in=signed_in, problem=problem):
                    self._end(
                        event.job, Message(words.SIGNED_IN(name=name)) if signed_in else problem, failed=not signed_in
                    )
                case LogoutEnded(problem=problem):
                    done = Message(words.LOGGED_OUT(name=name))
                    self._end(event.job, problem or done, failed=problem is not None)
        if isinstance(event, PageReady) and event.opens and not event.job.cancelled:
            self._open(event)

    def _end(self, job: Job, said: Message | None, *, failed: bool) -> None:
        """Keep what came of it; a login that the person gave up leaves nothing to say."""
        del self._jobs[job.sign_in]
        self._overdue.pop(job).cancel()
        if said is None:
            self._work.pop(job.sign_in, None)
        else:
            self._work[job.sign_in] = Work(said, under_way=False, failed=failed)

    def _open(self, event: PageReady) -> None:
        if self._context.open_browser(event.job.sign_in, event.url):
            return
        code = event.user_code
        said = words.NO_BROWSER() if code is None else words.NO_BROWSER_BY_CODE(code=code)
        with self._lock:
            if self._jobs.get(event.job.sign_in) is event.job:
                self._put(event.job, replace(self._work[event.job.sign_in], said=said))


def _on_page(event: PageReady) -> Message:
    if event.user_code is not None:
        return Message(words.SIGNING_IN_BY_CODE(code=event.user_code))
    return Message(words.SIGNING_IN() if event.opens else words.WAITING())
