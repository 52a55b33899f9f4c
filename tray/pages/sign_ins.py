"""The page of sign-ins: whether each holds, since when, until when, how that is known, and how the last ones ended."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from tray.aws.api.links import portal_url
from tray.aws.login.login_queue import queue_of
from tray.core.command import login_for
from tray.core.dataclass import asdict, replace
from tray.core.errors import ConfigProblem, ServiceProblem
from tray.core.message import Message
from tray.core.model import HOLDING, Kind, LoginInProgress, SignInStatus, Snapshot, Status
from tray.core.session.memory import Memory
from tray.core.session.sharing import Sharing
from tray.core.session.status import NEEDS_LOGIN, derive
from tray.core.session.token_changes import observe
from tray.core.settings import Settings
from tray.core.view.session_facts import current, past
from tray.core.words import menu as menu_words
from tray.core.words import sign_ins_page as words
from tray.core.words import status as status_words
from tray.core.words import terminal as terminal_words
from tray.core.words.names import labels, spoken
from tray.core.words.times import local_time
from tray.pages.context import PagesContext
from tray.pages.html import told, words_of
from tray.pages.server import BadRequest, Page
from tray.pages.sign_in_work import SignInWork, Work
from tray.resident import memory_file
from tray.resident.reader import Reader

_TONES: Final = {
    Status.SIGNED_IN: "good",
    Status.RENEWABLE: "good",
    Status.ENDING: "soon",
    Status.EXPIRED: "bad",
    Status.UNREADABLE: "bad",
    Status.SIGNED_OUT: "off",
}


def sign_ins_page(context: PagesContext, program: Sequence[str] | None = None) -> Page:
    """
    Make the page.

    Args:
        context: What pages are made with.
        program: The command line that starts this program; by default that of this installation.
    """
    page = _SignInsPage(context, SignInWork(context, program))
    return Page(
        "sign-ins",
        reads={"sign-ins": page.sign_ins},
        acts={"log-in": page.log_in, "cancel": page.cancel, "log-out": page.log_out, "portal": page.open_portal},
        apart=frozenset({"portal"}),
        words=words_of(words),
        version=page.version,
        close=page.close,
    )


class _Known:
    """What is known at one moment."""

    def __init__(self, snapshot: Snapshot, settings: Settings, memory: Memory, now: datetime) -> None:
        self.snapshot = snapshot
        self.now = now
        self.memory = memory
        self.labels = labels(snapshot.sign_ins)
        self.lengths = Sharing(snapshot.sign_ins, settings).lengths(memory.histories)
        self.logins = {each.sign_in: each for each in snapshot.logins}
        self.statuses = derive(snapshot, settings, now, memory=memory)


class _SignInsPage:
    def __init__(self, context: PagesContext, work: SignInWork) -> None:
        self._context = context
        self._work = work
        self._reader = Reader(context.paths, context.environ)
        self._lock = threading.Lock()

    def close(self) -> None:
        self._work.close()

    def version(self) -> str:
        return hashlib.sha256(json.dumps(self.sign_ins()).encode()).hexdigest()

    def sign_ins(self) -> object:
        known = self._read()
        none = None if known.statuses else told(status_words.no_sign_ins(known.snapshot))
        return {"none": none, "sign_ins": [self._row(known, found) for found in known.statuses]}

    def log_in(self, body: dict[str, Any]) -> None:
        known, found = self._chosen(body)
        self._work.log_in(login_for(found, known.now), known.labels[found.sign_in.name])

    def cancel(self, body: dict[str, Any]) -> None:
        """Give up a login, wherever it was begun: as the menu does."""
        _, found = self._chosen(body)
        if found.sign_in.kind is not Kind.CONSOLE:
            queue_of(self._context.paths.logins, found.sign_in).cancel()
        self._work.cancel(found.sign_in.name)

    def log_out(self, body: dict[str, Any]) -> None:
        known, found = self._chosen(body)
        self._work.log_out(found.sign_in.name, known.labels[found.sign_in.name])

    def open_portal(self, body: dict[str, Any]) -> None:
        _, found = self._chosen(body)
        if not self._context.open_browser(found.sign_in.name, portal_url(found.sign_in.start_url)):
            raise ServiceProblem(terminal_words.NO_BROWSER())

    def _read(self) -> _Known:
        with self._lock:
            now = self._context.now()
            snapshot, settings = self._reader.read()
            memory = observe(memory_file.load(self._context.paths.memory_file), snapshot, now, settings)
            return _Known(snapshot, settings, memory, now)

    def _chosen(self, body: dict[str, Any]) -> tuple[_Known, SignInStatus]:
        name = body.get("name")
        if not isinstance(name, str):
            raise BadRequest
        known = self._read()
        found = next((each for each in known.statuses if each.sign_in.name == name), None)
        if found is None:
            raise ConfigProblem(words.GONE())
        return known, found

    def _row(self, known: _Known, found: SignInStatus) -> dict[str, object]:
        name, now = found.sign_in.name, known.now
        history, work = known.memory.history(name), self._work.of(name)
        login = known.logins.get(name)
        busy = login is not None or (work is not None and work.under_way)
        signs_in = login is not None or (work is not None and work.under_way and work.login)
        status, tone = status_words.status_words(found, now, local_time), _TONES[found.status]
        if signs_in:
            tone, status = "busy", status_words.status_words(replace(found, status=Status.SIGNING_IN), now, local_time)
        return {
            "name": name,
            "label": known.labels[name],
            "status": status,
            "tone": tone,
            "profiles": words.PROFILES(len(found.profiles)),
            "facts": current(found, history, known.lengths.get(name), now, local_time),
            "problems": [told(each) for each in _problems(found)],
            "past": [asdict(each) for each in past(found, history, now, local_time)],
            "work": _work(work, login),
            "log_in": None if busy else _log_in_label(found),
            "needs_login": found.status in NEEDS_LOGIN,
            "cancel": menu_words.CANCEL() if signs_in else None,
            "log_out": menu_words.LOG_OUT() if found.token is not None and not busy else None,
            "portal": menu_words.PORTAL() if found.sign_in.kind is not Kind.CONSOLE else None,
        }


def _log_in_label(found: SignInStatus) -> str:
    return menu_words.LOG_IN_AGAIN() if found.status in HOLDING else menu_words.LOG_IN()


def _problems(found: SignInStatus) -> list[Message]:
    """List what a person should know of it and do something about, as the menu tells it."""
    name = spoken(found.sign_in)
    trouble = [] if found.trouble is None else [status_words.not_renewed(name, found.trouble)]
    return trouble + ([status_words.REFUSED(name=name, reason=found.refusal)] if found.refusal else [])


def _work(work: Work | None, login: LoginInProgress | None) -> dict[str, object] | None:
    """Say what is under way, begun here or elsewhere, or what came of what was begun here."""
    if work is not None:
        return {**told(work.said), "under_way": work.under_way, "failed": work.failed, "url": work.url}
    if login is not None:
        return {"title": words.ELSEWHERE(), "hint": "", "under_way": True, "failed": False, "url": login.url or ""}
    return None
