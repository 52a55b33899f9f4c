"""The steps that the terminal and the page have in common: sign in, list, plan, write."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from tray.aws.api import clients
from tray.aws.api.accounts import Account, Listing, list_accounts, list_roles
from tray.aws.api.errors import Rejected
from tray.aws.cache.files import load_token, token_path
from tray.aws.cache.records import read_record, record_path
from tray.aws.cache.renewal import RenewalSurroundings, exclusively, is_due, renew_file
from tray.aws.cache.tokens import is_of
from tray.aws.config.document import Document
from tray.aws.config.files import FullConfig, check_place, combine, edit_config, read_credentials, read_full_config
from tray.aws.config.new_profiles import Plan, Wanted, add_profiles, plan_profiles
from tray.aws.login.context import LoginContext, OpenUrl
from tray.aws.login.login import Around, Wish, log_in
from tray.core.dataclass import dataclass, replace
from tray.core.errors import Answer, AnswerProblem, ConfigProblem, NotSignedIn, TrayError, UsageProblem
from tray.core.model import SignIn, Token
from tray.core.session.heard import Ended
from tray.core.session.history import EndedBy, History
from tray.core.words import login as login_words
from tray.core.words import setup as setup_words
from tray.core.words import sync as sync_words
from tray.paths import Paths
from tray.setup.regions import known_regions
from tray.setup.sign_in_details import known_sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupContext:
    """Paths of a set-up, its login, its browser and its renewal; so that a test can hand it others."""

    paths: Paths
    login: LoginContext
    """Without a browser."""

    open_browser: Callable[[str, str], bool] | None
    """Given the name of a sign-in and an address, opens the browser for that sign-in; None leaves it to the person."""

    renewal: RenewalSurroundings


@dataclass(frozen=True, slots=True)
class Directory:
    """What the person may use."""

    every: tuple[Account, ...]
    """Every account, without roles."""

    listed: tuple[Account, ...]
    """The accounts whose roles were asked for, with their roles."""


def read(paths: Paths) -> FullConfig:
    """Read what is configured; raises `ConfigProblem` where a file cannot be read, or botocore would refuse it."""
    check_place(paths)
    return read_full_config(paths.aws_config, paths.aws_credentials)


def sign_in_and_list(
    sign_in: SignIn,
    context: SetupContext,
    *,
    account_id: str | None = None,
    device_code: bool = False,
    may_sign_in: bool = True,
    tell: Callable[[int, int], object],
) -> Directory:
    """
    List accounts and roles; sign in where no valid token is held, or where the portal refuses the one that is.

    Args:
        sign_in: It need not be in the config yet.
        context: Its `login.tell` hears of the page to sign in at.
        account_id: The one account whose roles are wanted; None for all.
        device_code: Whether to sign in with a code.
        may_sign_in: Whether somebody is there who could sign in.
        tell: Is told how many accounts are listed, of how many.

    Raises:
        AnswerProblem: AWS knows no such start URL in the region of a new sign-in.
        TrayError: Nobody signed in, or nothing could be listed.
    """
    held = _held_token(sign_in, context)
    if held is not None:
        token, access_token = held
        try:
            return _list(sign_in, access_token, context, account_id, tell)
        except NotSignedIn:
            with exclusively(sign_in, context.renewal):
                context.renewal.hear(sign_in, Ended(token, EndedBy.PORTAL))
    if not may_sign_in:
        raise NotSignedIn(sync_words.NEEDS_SIGN_IN(session=sign_in.name))
    open_browser = partial(context.open_browser, sign_in.name) if context.open_browser is not None else None
    around = Around(
        login=replace(context.login, open_browser=open_browser),
        renewal=context.renewal,
        logins=context.paths.logins,
        known=lambda: read_record(record_path(context.paths.sign_in_records, sign_in.name)) or History(),
        on_wait=lambda page: context.login.tell(OpenUrl(page.url)),
    )
    try:
        log_in(Wish(sign_in=sign_in, device_code=device_code), around)
    except Rejected as rejection:
        # So AWS answers in every region but the portal's own (docs/facts: Start URLs).
        if rejection.code != "InvalidRequestException" or sign_in in known_sessions(read(context.paths)):
            raise
        region = known_regions().name(sign_in.region)
        raise AnswerProblem(Answer.REGION, setup_words.REGION_MISMATCH(region=region)) from rejection
    signed_in = _held_token(sign_in, context)
    if signed_in is None:
        raise NotSignedIn(login_words.NOT_SIGNED_IN())
    return _list(sign_in, signed_in[1], context, account_id, tell)


class PlanChanged(ConfigProblem):
    """Something else would be written than what the person has seen."""


def write(paths: Paths, wanted: Wanted, *, seen: Plan | None = None) -> Plan:
    """
    Write what is wanted, in one step, keeping a backup; what is there already stays as it is.

    Returns:
        What was added.

    Args:
        paths: Where the config is.
        wanted: What the person asked for.
        seen: What the person agreed to; None for whatever it comes to.

    Raises:
        PlanChanged: The file was changed since, and something else would be written.
        TrayError: As `read` and `plan_profiles`; or the file cannot be written. It is as it was.
    """
    credentials = read_credentials(paths.aws_credentials)
    planned = Plan(new_session=False, profiles=(), kept=())
    added: frozenset[str] = frozenset()

    def change(document: Document) -> None:
        nonlocal planned, added
        full = combine(document, credentials)
        planned = plan_profiles(full, wanted)
        if seen is not None and planned != seen:
            raise PlanChanged(setup_words.PLAN_CHANGED())
        added = add_profiles(full, wanted, planned)

    edit_config(paths, change, touches=lambda header: header in added)
    return planned


def _held_token(sign_in: SignIn, context: SetupContext) -> tuple[Token, str] | None:
    """Find a token of this very sign-in that still holds, and its secret; renewed if that is due and can be done."""
    path = token_path(context.paths.sso_cache, sign_in.name)
    found = load_token(path)
    if isinstance(found, tuple) and is_of(found[1], sign_in) and is_due(found[0], context.login.now()):
        with suppress(TrayError):
            renew_file(sign_in, context.renewal)
        found = load_token(path)
    if not isinstance(found, tuple) or not is_of(found[1], sign_in) or found[0].expires_at <= context.login.now():
        return None
    return found[0], str(found[1]["accessToken"])


def _list(
    sign_in: SignIn,
    access_token: str,
    context: SetupContext,
    account_id: str | None,
    tell: Callable[[int, int], object],
) -> Directory:
    listing = Listing(
        client=clients.portal_client(sign_in.region, settings=context.renewal.client_settings(sign_in)),
        access_token=access_token,
        cancelled=context.login.cancelled,
        sleep=context.login.sleep,
        tell=tell,
    )
    every = list_accounts(listing)
    wanted = [account for account in every if account_id in (None, account.account_id)]
    if account_id is not None and not wanted:
        raise UsageProblem(setup_words.NO_SUCH_ACCOUNT(account=account_id))
    listed = list_roles(listing, wanted)
    if not listed:
        raise ConfigProblem(setup_words.NOTHING_TO_USE())
    return Directory(every, listed)
