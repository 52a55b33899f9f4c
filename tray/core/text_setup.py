"""The words of the set-up: what it asks, in the terminal and on its page, and what can be wrong with an answer."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from tray.core.errors import ConfigProblem, ServiceProblem, SignInRefused, UsageProblem
from tray.core.text import counted, short

SESSION = "session"
START_URL = "start_url"
REGION = "region"
SCOPES = "scopes"
PATTERN = "name_pattern"
PROFILE_REGION = "profile_region"

_FLAGS = {
    SESSION: "--session",
    START_URL: "--start-url",
    REGION: "--region",
    SCOPES: "--scopes",
    PATTERN: "--name-pattern",
    PROFILE_REGION: "--profile-region",
}


class AnswerProblem(UsageProblem):
    """
    An answer that is missing, or that cannot be used.

    Args:
        question: Which one: a constant of this module.
        title: See `TrayError`.
        hint: See `TrayError`.
        missing: Whether there is no answer yet.
    """

    def __init__(self, question: str, title: str, hint: str, *, missing: bool = False) -> None:
        super().__init__(title, hint)
        self.question = question
        self.missing = missing


# What can be wrong with an answer


def unanswered(question: str) -> AnswerProblem:
    """Say that nobody can be asked, and which flag answers."""
    flag = _FLAGS[question]
    return AnswerProblem(
        question,
        f"{flag} is missing, and there is no terminal to ask in",
        f"Give it on the command line, or run “sso-tray setup” in a terminal. {_EXAMPLE}",
        missing=True,
    )


_EXAMPLE = "For example: sso-tray setup --session NAME --start-url URL --region REGION --all"


def unfit_name(question: str, name: str) -> AnswerProblem:
    """Say that some AWS SDK could not read a name (docs/facts: Config names)."""
    return AnswerProblem(
        question,
        f"“{short(name)}” cannot be a name: some AWS programs could not read it",
        "Use letters without accents, digits, and - _ . @ + % : /",
    )


def unfit_start_url() -> AnswerProblem:
    """Say that something is no start URL."""
    return AnswerProblem(
        START_URL,
        "That is not the address of an access portal",
        "It begins with https://, like https://d-1234567890.awsapps.com/start",
    )


def unfit_region(question: str, name: str) -> AnswerProblem:
    """Say that something is no region."""
    return AnswerProblem(
        question, f"“{short(name)}” is not the name of a region", "A region is written like us-east-1 or eu-central-1."
    )


def unfit_scopes() -> AnswerProblem:
    """Say that something is no list of scopes."""
    return AnswerProblem(
        SCOPES, "That is not a list of scopes", "Separate them by commas; sso:account:access is enough for most."
    )


def contradicts(question: str, session: str, present: str) -> AnswerProblem:
    """Say that an answer contradicts a session that is in the config already."""
    return AnswerProblem(
        question,
        f"The sso-session {short(session)} is there already, with another {_KEYS[question]}: {short(present)}",
        f"Leave {_FLAGS[question]} out to use it as it is, or choose another session name.",
    )


_KEYS = {START_URL: "sso_start_url", REGION: "sso_region", SCOPES: "sso_registration_scopes"}


def unknown_placeholder(placeholder: str) -> AnswerProblem:
    """Say that a name pattern has a placeholder that means nothing."""
    return AnswerProblem(
        PATTERN,
        f"The name pattern has a placeholder that is not known: {short(placeholder)}",
        "It may hold {account_id}, {account_name}, {role} and {session}.",
    )


def empty_pattern() -> AnswerProblem:
    """Say that a name pattern gives no name."""
    return AnswerProblem(PATTERN, "The name pattern gives no name", "The usual one is {role}-{account_name}")


def no_choice() -> UsageProblem:
    """Say that nobody can be asked which roles are wanted."""
    return UsageProblem(
        "Which accounts and roles? There is no terminal to ask in",
        "Give --all, or --account ID and --role NAME.",
    )


def account_without_role() -> UsageProblem:
    """Say that ``--account`` and ``--role`` belong together."""
    return UsageProblem("--account and --role belong together", "Give both, or --all, or neither to be asked.")


def all_or_one() -> UsageProblem:
    """Say that ``--all`` and ``--account`` contradict each other."""
    return UsageProblem("--all and --account contradict each other", "Give the one or the other.")


def no_such_account(account: str) -> UsageProblem:
    """Say that an account is not among those of the person."""
    return UsageProblem(
        f"You have no account {short(account)} in this access portal", "See which you have with: sso-tray setup"
    )


def no_such_role(role: str, account: str, known: Sequence[str]) -> UsageProblem:
    """Say that a role is not among those of the person in an account."""
    return UsageProblem(
        f"You have no role {short(role)} in the account {account}", f"You have: {', '.join(map(short, known[:12]))}."
    )


def page_asks() -> UsageProblem:
    """Say that the page asks what some flags would answer."""
    return UsageProblem("--all, --account and --role are not for --page", "The page asks which roles you want.")


def no_page_port() -> ServiceProblem:
    """No port on loopback could be had."""
    return ServiceProblem("This machine has no free port for the set-up page", "Run it in a terminal: sso-tray setup")


def page_connections_unknown() -> ServiceProblem:
    """Say that the system does not tell who connects to the page, as it should: then nobody is let in."""
    return ServiceProblem(
        "This system does not tell who connects to the set-up page, so it cannot be shown",
        "Run it in a terminal: sso-tray setup",
    )


def page_stranger_turned_away() -> tuple[str, str]:
    """Say that another user of this machine connected to the page, which goes on."""
    return (
        "Another user of this computer tried to open the set-up page, and was turned away",
        "Go on in your own browser. If it was yours, under another account, run it in a terminal: sso-tray setup",
    )


def page_failed() -> tuple[str, str]:
    """Say that something went wrong that nobody foresaw."""
    return "Something went wrong", "Try again; the log file says more."


def changed_meanwhile(session: str) -> ConfigProblem:
    """Say that another program has written a session of the same name, with something else in it."""
    return ConfigProblem(
        f"The sso-session {short(session)} was changed by another program meanwhile",
        "Nothing was written. Start the set-up again.",
    )


def nothing_to_use() -> ConfigProblem:
    """Say that the access portal lists no role."""
    return ConfigProblem(
        "The access portal lists no account with a role for you",
        "Ask your administrator to assign one, then run the set-up again. Nothing was written.",
    )


def cancelled() -> SignInRefused:
    """Say that the person left."""
    return SignInRefused("The set-up was cancelled", "Nothing was written. Start it again whenever you like.")


def page_left() -> SignInRefused:
    """Say that nobody used the page for a while."""
    return SignInRefused(
        "The set-up page was closed, because nobody used it for a while",
        "Nothing was written. Start it again whenever you like.",
    )


# In the terminal

ASK = {
    SESSION: "SSO session name",
    START_URL: "SSO start URL",
    REGION: "SSO region",
    SCOPES: "SSO registration scopes",
    PATTERN: "Names of the profiles",
    PROFILE_REGION: "Default region of the profiles",
}
NEW_SESSION_HINT = "A name for this sign-in, such as your company's. It stands for the start URL in ~/.aws/config."
EXISTING_SESSIONS = "These are there already; give the name of one to add profiles to it, or a new name:"
START_URL_HINT = "The address of your access portal, such as https://d-1234567890.awsapps.com/start"
REGION_HINT = "The region of IAM Identity Center, which your administrator can tell"
PATTERN_HINT = "They may hold {account_id}, {account_name}, {role} and {session}."
CHOOSE_HINT = (
    "Words narrow the list down; numbers choose (3  5-9  all), with a minus they take back (-3  none).\n"
    "“more” shows more, “*” the whole list again. Enter when you are done."
)
CHOOSE = "Choose"
CHOOSE_SOMETHING = "Nothing is chosen yet. Choose a number, or leave with Ctrl-C."
NO_MATCH = "Nothing matches. “*” shows the whole list again."
NO_MORE = "That is all."
WRITE = "Write this?"
YES_OR_NO = "Please answer y or n."
LISTING = "accounts"


def reused(session: str) -> str:
    """Say that a session is used as it is."""
    return f"Using the sso-session {short(session)}, which is there already."


def region_found(region: str) -> str:
    """Say that a start URL names its region."""
    return f"SSO region: {region} (from the start URL)"


def regions_seen(regions: Sequence[str]) -> str:
    """Say which regions may be meant."""
    return f"For example {', '.join(regions)}."


def found(roles: int, accounts: int) -> str:
    """Say how much there is to choose from."""
    return f"You have {counted(roles, 'role')} in {counted(accounts, 'account')}."


def shown(start: int, end: int, of: int, chosen: int) -> str:
    """Say which part of the list is on the screen."""
    part = f"{start}-{end} of {of}" if of else "0"
    return f"{part} shown, {chosen} chosen"


def only_choice(role: str, account: str) -> str:
    """Say that there was nothing to choose."""
    return f"You have one role: {short(role)} in {short(account)}."


def will_write(profiles: int, session: str, file: str) -> str:
    """Announce what will be written."""
    also = f", and the sso-session {short(session)}" if session else ""
    return f"This will be added to {file}: {counted(profiles, 'profile')}{also}."


def and_more(count: int) -> str:
    """End a list that is too long to show."""
    return f"… and {count} more"


def there_already(names: Sequence[str]) -> str:
    """Say which profiles are there already, and stay as they are."""
    listed = ", ".join(map(short, names[:6])) + (f" {and_more(len(names) - 6)}" if len(names) > 6 else "")
    return f"There already, and left as {'it is' if len(names) == 1 else 'they are'}: {listed}"


def written(profiles: int, file: str) -> str:
    """Say that it is done."""
    return f"Added {counted(profiles, 'profile')} to {file}."


def nothing_to_do(file: str) -> str:
    """Say that all is there already."""
    return f"Nothing to add: {file} stays as it is."


def try_it(profile: str) -> str:
    """Say what to do next."""
    return f"Make one the default with: sso-tray use {shlex.quote(profile)}"


# About the page

PAGE_OPENED = "The set-up is open in your browser. If it does not open by itself, open this page (it works once):"
PAGE_FOREIGN = (
    "This page is not for you",
    "The link to the set-up works once. Start the set-up again to get a new one.",
)
PAGE_GONE = ("Nothing to see here", "Start the set-up again from the tray, or with: sso-tray setup --page")
