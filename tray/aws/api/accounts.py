"""Which accounts and roles a person may use, as the access portal lists them (docs/facts: Portal API)."""

from __future__ import annotations

import queue
import random
import threading
from typing import TYPE_CHECKING, Any, Final

from tray.aws.api import clients, errors
from tray.core.dataclass import dataclass, field
from tray.core.errors import SignInRefused
from tray.core.words import login as login_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mypy_boto3_sso import SSOClient

_WORKERS: Final = 6
"""Requests under way at once; AWS allows about 20 a second (docs/facts: Refresh answers)."""

_PAUSES: Final = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each further try of a request that AWS was too busy for, or that got no answer."""

_PAGE: Final = 100
_MOST_PAGES: Final = 1000
"""Of one listing: so many accounts of an organisation, or roles of an account, that nobody has."""

_NOT_YOURS: Final = frozenset({"ForbiddenException", "ResourceNotFoundException"})


@dataclass(frozen=True, slots=True)
class Account:
    """An AWS account, and the roles (permission sets) that the person may use there."""

    account_id: str
    """Twelve digits."""

    name: str
    """As its owner chose it: any characters, and not unique."""

    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """How to list: by whose token, when to give up, and who is told."""

    client: SSOClient
    """Of the portal, in the sign-in's region."""

    access_token: str = field(repr=False)
    cancelled: Callable[[], bool]
    """Set from another thread to give up."""

    sleep: Callable[[float], object]
    """Waits for so many seconds, or until `cancelled` is so."""

    tell: Callable[[int, int], object] = lambda _done, _of: None
    """Is told how many accounts are done, of how many."""


def list_accounts(listing: Listing) -> tuple[Account, ...]:
    """
    List every account of the person, without roles, by name.

    Raises:
        NotSignedIn: The portal no longer honours the token.
        SignInRefused: It was cancelled.
        ServiceProblem: AWS or the network failed for longer than a moment.
    """
    return _Lister(listing).accounts()


def list_roles(listing: Listing, accounts: Sequence[Account]) -> tuple[Account, ...]:
    """
    List the roles in each account, several accounts at once.

    When AWS asks to slow down, all requests wait; one that got no answer is sent again.

    Returns:
        The accounts in their order, with roles by name; those without a role are left out.

    Raises:
        TrayError: As `list_accounts`.
    """
    return _Lister(listing).roles(accounts)


class _Lister:
    """One listing."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self._turn = threading.Lock()
        self._failed = threading.Event()

    def accounts(self) -> tuple[Account, ...]:
        found = {}
        for entry in self._entries(self._listing.client.list_accounts, "accountList"):
            account_id = entry["accountId"]
            found[account_id] = Account(account_id, entry.get("accountName") or account_id)
        return tuple(sorted(found.values(), key=lambda each: (each.name.casefold(), each.account_id)))

    def roles(self, accounts: Sequence[Account]) -> tuple[Account, ...]:
        # Daemon threads: one that waits for a silent network holds up neither Ctrl-C nor the end of the program.
        waiting: queue.SimpleQueue[Account] = queue.SimpleQueue()
        finished: queue.SimpleQueue[Account | Exception] = queue.SimpleQueue()
        for account in accounts:
            waiting.put(account)
        for _ in range(min(_WORKERS, len(accounts))):
            threading.Thread(target=self._work, args=(waiting, finished), name="directory", daemon=True).start()
        found: dict[str, Account] = {}
        try:
            while len(found) < len(accounts):
                self._listing.tell(len(found), len(accounts))
                result = finished.get()
                if isinstance(result, Exception):
                    raise result
                found[result.account_id] = result
        finally:
            self._failed.set()
        self._listing.tell(len(found), len(accounts))
        return tuple(found[account.account_id] for account in accounts if found[account.account_id].roles)

    def _work(self, waiting: queue.SimpleQueue[Account], finished: queue.SimpleQueue[Account | Exception]) -> None:
        try:
            while not self._failed.is_set():
                finished.put(self._with_roles(waiting.get_nowait()))
        except queue.Empty:
            pass
        except Exception as error:  # noqa: BLE001 - it is raised in the thread that waits
            finished.put(error)

    def _with_roles(self, account: Account) -> Account:
        asked = {"accountId": account.account_id}
        try:
            entries = list(self._entries(self._listing.client.list_account_roles, "roleList", **asked))
        except errors.Rejected as rejection:
            if rejection.code not in _NOT_YOURS:
                raise
            entries = []  # taken from the person since the accounts were listed
        roles = {name for entry in entries if (name := entry.get("roleName"))}
        return Account(account.account_id, account.name, tuple(sorted(roles, key=lambda name: (name.casefold(), name))))

    def _entries(self, operation: Callable[..., Any], name: str, **asked: str) -> Iterator[dict[str, Any]]:
        following: dict[str, str] = {}
        seen: set[str] = set()
        for _ in range(_MOST_PAGES):
            page = self._ask(operation, **asked, **following)
            yield from page[name]
            token = page.get("nextToken")
            if not token:
                return
            if token in seen:
                break
            seen.add(token)
            following = {"nextToken": token}
        raise errors.Unusable(login_words.ANSWER_UNUSABLE())  # a server that goes round in circles, or without end

    def _ask(self, operation: Callable[..., Any], **asked: str) -> Any:
        pauses = iter(_PAUSES)
        while True:
            with self._turn:  # who was told to slow down keeps the others waiting too
                pass
            if self._listing.cancelled() or self._failed.is_set():
                raise SignInRefused(login_words.CANCELLED())
            try:
                with clients.translated(self._listing.client):
                    return operation(accessToken=self._listing.access_token, maxResults=_PAGE, **asked)
            except errors.Rejected as rejection:
                pause = next(pauses, None)
                if pause is None or not rejection.passes:
                    raise
                with self._turn:
                    self._pause(pause)
            except errors.Unreachable as problem:
                pause = next(pauses, None)
                if pause is None or not problem.passes:
                    raise
                self._pause(pause)

    def _pause(self, seconds: float) -> None:
        self._listing.sleep(seconds * random.uniform(0.75, 1.25))  # noqa: S311 - no secret
