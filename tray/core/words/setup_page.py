"""The words of the set-up page."""

from __future__ import annotations

from tray.core.message import Line, Plural, Text

TITLE = Line("Set up AWS sign-in")
STEPS = Line("Steps")
STEP_DETAILS = Line("Details")
STEP_WORK = Line("Sign in")
STEP_CHOOSE = Line("Accounts")
STEP_NAMES = Line("Names")
STEP_DONE = Line("Done")
CANCEL = Line("Cancel")
BACK = Line("Back")
CONTINUE = Line("Continue")
FILL_IN = Text("Please fill this in")
ENDED = Text("The set-up has ended", "Start it again from the tray, or with: sso-tray open {page}")
CLOSE_TAB = Line("You can close this tab.")

# Details
WHAT = Line("What do you sign in to?")
SIGN_IN = Line("Sign-in")
ANOTHER_SIGN_IN = Line("Another sign-in")
ANOTHER_HINT = Line("With a start URL of its own")
NAME = Line("Name")
NAME_HINT = Line("A short name for this sign-in, such as your company’s.")
START_URL = Line("Start URL")
START_URL_HINT = Line(
    "The address of your AWS access portal. Copy it from the browser or from your administrator’s mail."
)
REGION = Line("Region of IAM Identity Center")
REGION_HINT = Line("Your administrator can tell.")
REGION_TAKEN = Line("Taken from your other settings: change it if your Identity Center is elsewhere.")
REGION_ASKED = Line("Asking the start page…")
REGION_BY_URL = Line("The start URL says {region}.")
REGION_BY_PAGE = Line("The start page says {region}.")
REGIONS_LIKELY = Line("In your other settings")
REGIONS_ALL = Line("Every region")
REGION_CHOOSE = Line("Choose a region")
REGION_OTHER = Line("Another region…")
REGION_OTHER_LABEL = Line("Another region")
SCOPES = Line("Scopes")
SCOPES_LABEL = Line("Registration scopes")
SCOPES_HINT = Line("Separated by commas. The usual one is right for most.")
TO_SIGN_IN = Line("Continue to sign-in")

# Signing in and listing
STARTING = Line("Signing in")
STARTING_HINT = Line("Asking AWS about {sign_in}…")
WAITING = Line("Sign in with your browser")
WAITING_HINT = Line("Allow the request on the AWS page that has opened. If none has, open it here:")
WAITING_CODE_HINT = Line("Open the sign-in page, and allow the request if it shows this code:")
LISTING = Line("Reading your accounts and roles")
LISTING_HINT = Line("This takes a moment where there are many.")
FAILED = Line("That did not work")
MAYBE_REGION = Line(
    "If the page of AWS shows an error instead, the region may be another one than {region}: go back and change it."
)
LISTED = Plural("{done} of 1 account", "{done} of {count} accounts")
OPEN_SIGN_IN = Line("Open the sign-in page")
AGAIN = Line("Try again")
WITH_CODE = Line("Use a code instead")

# Choosing
WHICH = Line("Which accounts and roles?")
SEARCH = Line("Search")
SEARCH_HINT = Line("Words of an account, its number, or a role")
ALL = Line("Select all shown")
NONE = Line("Select none")
ACCOUNTS = Line("Accounts and roles")
ALREADY = Line("There already: {profile}")
SET_UP_AS = Line("set up as {profile}")
CHOSEN = Plural("1 role, {chosen} chosen", "{count} roles, {chosen} chosen")
CHOSEN_SOME_THERE = Plural(
    "1 role, {chosen} chosen, {there} there already", "{count} roles, {chosen} chosen, {there} there already"
)
SHOWN = Plural("{shown} shown of 1 role, {chosen} chosen", "{shown} shown of {count} roles, {chosen} chosen")
SHOWN_SOME_THERE = Plural(
    "{shown} shown of 1 role, {chosen} chosen, {there} there already",
    "{shown} shown of {count} roles, {chosen} chosen, {there} there already",
)

# Names
PROFILE_NAMES = Line("Names of the profiles")
PATTERN = Line("Pattern")
PATTERN_HINT = Line("It may hold {role}, {account_name}, {account_id} and {session}.")
PATTERNS = Line("Usual patterns")
LOWER_CASE = Line("All in small letters")
PATTERN_NAMES = Line("Back to the pattern’s names")
NEW_PROFILES = Plural("1 new profile", "{count} new profiles")
NAMES_HINT = Line("Each name can be changed here. The arrow keys lead up and down.")
ACCESS = Line("{role} in {account} ({account_id})")
KEPT = Plural("There already, and left alone: 1 profile.", "There already, and left alone: {count} profiles.")
UNFIT_NAMES = Plural("1 name cannot be used yet.", "{count} names cannot be used yet.")
PROFILE_REGION = Line("Region that the profiles work in")
LENGTH = Line("How long do your sign-ins last?")
LENGTH_UNKNOWN = Line("I don’t know")
LENGTH_USUAL = Line("8 hours, AWS’s usual")
LENGTH_OTHER = Line("Another length")
LENGTH_HINT = Line(
    "You are reminded before a sign-in ends, with this from the first one on. If you don’t know, it is learned in time."
)
HOURS = Line("Hours")
WRITE = Plural("Write 1 profile", "Write {count} profiles")

# The end
ADDED = Plural("1 profile added", "{count} profiles added")
ALL_THERE = Line("Everything was there already")
WHERE = Line("They are in {file:whole}.")
WHERE_WITH_BACKUP = Line("They are in {file:whole}. The file as it was before is kept as a backup.")
CANCELLED = Text("Nothing was changed", "The set-up was cancelled.")
TRY_IT = Line("Try it")
TRY_IT_HINT = Line("In a terminal, this says whom AWS takes you for:")
COPY = Line("Copy")
COPIED = Line("Copied. Paste it into a terminal.")
NOT_COPIED = Line("Your browser does not let this page copy; the command is selected, so press Ctrl+C.")
DEFAULT = Line("Default profile")
DEFAULT_HINT = Line("Every terminal and SDK that names no profile uses it.")
MAKE_DEFAULT = Line("Make default")
MAKE_DEFAULT_ALL_THE_SAME = Line("Make it the default all the same")
LOGIN_START = Line("Start at login")
LOGIN_START_HINT = Line("So the icon is there before your sign-in ends.")
FINISH = Line("Finish")
