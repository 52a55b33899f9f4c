"""The words of the set-up: what it asks, in the terminal and on its page, and what can be wrong with an answer."""

from __future__ import annotations

from collections.abc import Sequence

from tray.core.errors import Answer
from tray.core.message import Line, Plural, Text, listed, short

FLAGS = {
    Answer.SESSION: "--session",
    Answer.START_URL: "--start-url",
    Answer.REGION: "--region",
    Answer.SCOPES: "--scopes",
}
KEYS = {Answer.START_URL: "sso_start_url", Answer.REGION: "sso_region", Answer.SCOPES: "sso_registration_scopes"}

# What can be wrong with an answer
UNANSWERED = Text(
    "{flag} is missing, and there is no terminal to ask in",
    "Give it on the command line, or run “sso-tray setup” in a terminal."
    " For example: sso-tray setup --session NAME --start-url URL --region REGION --all",
)
UNFIT_NAME = Text(
    "“{name}” cannot be a name: some AWS programs could not read it",
    "Use letters without accents, digits, and - _ . @ + % : /",
)
NO_NAME = Text("A profile needs a name", "Use letters without accents, digits, and - _ . @ + % : /")
NAME_TAKEN = Text("There is a profile “{name}” already", "Choose another name.")
NAME_TWICE = Text("Another of these profiles is called “{name}”, too", "Each needs a name of its own.")
UNKNOWN_RENAMED = Text("--rename: no new profile is called “{name}”", "The new profiles are called: {known}.")
UNFIT_RENAME = Text("--rename: “{typed}” is not OLD=NEW", "For example: --rename Developer-acme-dev=dev")
UNFIT_START_URL = Text(
    "That is not the address of an access portal",
    "It begins with https://, like https://d-1234567890.awsapps.com/start",
)
UNFIT_REGION = Text("“{region}” is not the name of a region", "A region is written like us-east-1 or eu-central-1.")
SEVERAL_REGIONS = Text("Several regions are called “{typed}”", "Which one: {found}?")
REGION_MISMATCH = Text(
    "The Identity Center of {region} does not know this start URL",
    "It is in another region, or the address has a mistake. Your administrator can tell the region.",
)
UNFIT_SCOPES = Text("That is not a list of scopes", "Separate them by commas; sso:account:access is enough for most.")
CONTRADICTS = Text(
    "The sso-session {session} is there already, with another {key}: {present}",
    "Leave {flag} out to use it as it is, or choose another session name.",
)
UNKNOWN_PLACEHOLDER = Text(
    "The name pattern has a placeholder that is not known: {placeholder}",
    "It may hold {{account_id}}, {{account_name}}, {{role}} and {{session}}.",
)
EMPTY_PATTERN = Text("The name pattern gives no name", "The usual one is {{role}}-{{account_name}}")
NO_CHOICE = Text(
    "Which accounts and roles? There is no terminal to ask in", "Give --all, or --account ID and --role NAME."
)
ACCOUNT_WITHOUT_ROLE = Text("--account and --role belong together", "Give both, or --all, or neither to be asked.")
ALL_OR_ONE = Text("--all and --account contradict each other", "Give the one or the other.")
NO_SUCH_ACCOUNT = Text("You have no account {account} in this access portal", "See which you have with: sso-tray setup")
NO_SUCH_ROLE = Text("You have no role {role} in the account {account}", "You have: {known}.")
NOTHING_TO_USE = Text(
    "The access portal lists no account with a role for you",
    "Ask your administrator to assign one, then run the set-up again. Nothing was written.",
)
CANCELLED = Text("The set-up was cancelled", "Nothing was written. Start it again whenever you like.")

# In the terminal
ASK = {
    Answer.SESSION: Line("SSO session name"),
    Answer.START_URL: Line("SSO start URL"),
    Answer.REGION: Line("SSO region"),
    Answer.SCOPES: Line("SSO registration scopes"),
    Answer.PATTERN: Line("Names of the profiles"),
    Answer.PROFILE_REGION: Line("Default region of the profiles"),
    Answer.LENGTH: Line("Hours that a sign-in lasts"),
}
NEW_SESSION_HINT = Line(
    "A name for this sign-in, such as your company's. It stands for the start URL in ~/.aws/config."
)
EXISTING_SESSIONS = Line("These are there already; give the name of one to add profiles to it, or a new name:")
OFFERED_SESSIONS = Line("Your organisation offers these; the name of one is enough:")
REUSED = Line("Using the sso-session {session}, which is there already.")
START_URL_HINT = Line("The address of your access portal, such as https://d-1234567890.awsapps.com/start")
REGION_HINT = Line("The region of IAM Identity Center, by its code or its place; your administrator can tell:")
REGIONS_SEEN = Line("Your other settings name {regions}.")
REGION_FOUND = Line("The start URL names the region: {region}")
REGION_SAID = Line("The start page names the region: {region}. Enter takes it.")
REGION_TOLD = Text(
    "--region is missing; the start page says {region}", "If that is right, add to the command: --region {region}"
)
PATTERN_HINT = Line("They may hold {{account_id}}, {{account_name}}, {{role}} and {{session}}.")
LISTED = Line("{done} of {total} accounts")
FOUND = Line("You have {roles} in {accounts}.")
ROLES = Plural("1 role", "{count} roles")
ACCOUNTS = Plural("1 account", "{count} accounts")
ONLY_CHOICE = Line("You have one role: {role} in {account}.")
HOW_TO_CHOOSE = Line(
    "Words narrow the list down; numbers choose (3  5-9  all), with a minus they take back (-3  none)."
)
HOW_TO_GO_ON = Line("“more” shows more, “*” the whole list again. Enter when you are done.")
MARKED = Plural(
    "1 of them is set up already, and marked with =.", "{count} of them are set up already, and marked with =."
)
ALL_THERE = Plural("Your one role is set up already.", "All your {count} roles are set up already.")
MARK = Line("(there already: {profile})")
IS_THERE = Line("{role} is set up already, as {profile}.")
CHOOSE = Line("Choose")
CHOOSE_SOMETHING = Line("Nothing is chosen yet. Choose a number, or leave with Ctrl-C.")
SHOWN = Line("{first}-{last} of {total} shown, {chosen} chosen")
NONE_SHOWN = Line("0 shown, {chosen} chosen")
NO_MATCH = Line("Nothing matches. “*” shows the whole list again.")
NO_MORE = Line("That is all.")
WILL_ADD = Plural(
    "This will be added to {file:whole}: 1 profile.", "This will be added to {file:whole}: {count} profiles."
)
WILL_ADD_WITH_SESSION = Plural(
    "This will be added to {file:whole}: 1 profile, and the sso-session {session}.",
    "This will be added to {file:whole}: {count} profiles, and the sso-session {session}.",
)
AND_MORE = Line("… and {count} more")
_NAMES_AND_MORE = Line("{names:whole} … and {count} more")
WRITE = Line("Write this?")
HOW_TO_RENAME = Line("A number and a name rename one (3 dev); “pattern” and a pattern name all anew;")
HOW_TO_RENAME_ALL = Line("“lower” turns capitals into small letters, or back; “more” shows more.")
YES_OR_NO = Line("Please answer y or n.")
YES_NO_OR_NAME = Line("Please answer y or n, or give a number and a name.")
PLAN_CHANGED = Text("~/.aws/config was changed meanwhile", "Look at the names again. Nothing was written.")
LENGTH_HINT = Line(
    "How long do your sign-ins last? AWS's usual is {usual} hours. Enter if you do not know: it is learned in time."
)
UNFIT_LENGTH = Text("“{typed}” is not how long a sign-in can last", "Give hours, such as 8 or 10.5, or days: 7 days.")
_THERE_ALREADY = Plural(
    "There already, and left as it is: {names:whole}", "There already, and left as they are: {names:whole}"
)
WRITTEN = Plural("Added 1 profile to {file:whole}.", "Added {count} profiles to {file:whole}.")
NOTHING_TO_DO = Line("Nothing to add: {file:whole} stays as it is.")
TRY_IT = Line("Try it: {command:whole}")
DEFAULT_HINT = Line("One can be the default for every terminal and SDK, such as {example}. Enter for none.")
ASK_DEFAULT = Line("Default profile")
NO_SUCH_NEW = Line("No profile of this set-up is called {profile}.")
NO_SUCH_DEFAULT = Text(
    "--make-default: no profile of this set-up is called {profile}",
    "Nothing was written. Name one as this set-up names it, or choose it later with: sso-tray use",
)
ASK_LOGIN_START = Line("Start SSO Tray at login?")

# About the page
PAGE_OPENED = Line("The set-up is open in your browser. If it does not open by itself, open this page (it works once):")
PAGE_ASKS = Text(
    "--all, --account, --role, --rename, --make-default and --start-at-login are not for --page",
    "The page asks what you want of these.",
)
NO_PAGE_PORT = Text("This machine has no free port for the set-up page", "Run it in a terminal: sso-tray setup")
PAGE_CONNECTIONS_UNKNOWN = Text(
    "This system does not tell who connects to the set-up page, so it cannot be shown",
    "Run it in a terminal: sso-tray setup",
)
PAGE_STRANGER_TURNED_AWAY = Text(
    "Another user of this computer tried to open the set-up page, and was turned away",
    "Go on in your own browser. If it was yours, under another account, run it in a terminal: sso-tray setup",
)
PAGE_FAILED = Text("Something went wrong", "Try again; the log file says more.")
PAGE_LEFT = Text(
    "The set-up page was closed, because nobody used it for a while",
    "Nothing was written. Start it again whenever you like.",
)


def there_already(names: Sequence[str]) -> str:
    """Say which profiles are there already, and stay as they are."""
    shown = listed([*map(short, names[:6])])
    if len(names) > 6:
        shown = _NAMES_AND_MORE(names=shown, count=len(names) - 6)
    return _THERE_ALREADY(len(names), names=shown)
