"""The words of ``setup --sync``: what differs between profiles and access portal, and what becomes of it."""

from __future__ import annotations

from tray.core.message import Line, Plural, Text

# What cannot be done
NO_SESSION = Text("No sso-session is set up, so there is nothing to compare", "Begin with: sso-tray setup")
NO_SUCH_SESSION = Text("There is no sso-session {session}", "There are: {known}.")
NEEDS_SIGN_IN = Text("You are not signed in to {session}", "Sign in with: sso-tray login {session:shell}")
NEEDS_SOMEBODY = Text(
    "There is no terminal to ask in which changes to make",
    "Give --yes to make all that need no decision of yours, or --dry-run to see them.",
)
OTHER_FLAGS = Text(
    "These do not go with --sync: {flags}",
    "It takes --session, --name-pattern, --lower-case, --profile-region, --all, --yes, --dry-run, --json and --undo.",
)
ONLY_WITH_SYNC = Text("{flags}: for --sync alone", "For example: sso-tray setup --sync --dry-run")
UNDO_ALONE = Text("--undo goes with no other option than --sync", "That is: sso-tray setup --sync --undo")
NAME_STILL_TAKEN = Text(
    "The name “{name}” is still taken, by a profile that would be renamed, too", "Choose that one as well, or neither."
)
NOTHING_TO_UNDO = Text("There is nothing to undo", "A change that setup --sync makes can be undone once.")
CHANGED_SINCE = Text(
    "{file:whole} was changed since, so it stays as it is",
    "How it was before is kept in {backups:whole}",
)

# What differs
IN_STEP = Line("{session}: your profiles are as the access portal has it.")
DIFFERS = Plural(
    "{session}: 1 difference between your profiles and the access portal.",
    "{session}: {count} differences between your profiles and the access portal.",
)
ACCOUNTS_CAME = Plural("An account is new: {accounts}", "Accounts that are new: {accounts}")
ACCOUNTS_WENT = Plural("An account that you no longer have: {accounts}", "Accounts that you no longer have: {accounts}")
KINDS = {
    "rename": Line("rename"),
    "add": Line("add"),
    "remove": Line("remove"),
    "adopt": Line("adopt"),
}
EXPLAINED = {
    "rename": Line("rename: the account is called otherwise by now, and so would be the profile."),
    "add": Line("add: a role that has no profile yet."),
    "remove": Line("remove: you no longer have that role. What stands below a profile goes with it."),
    "adopt": Line("adopt: the profile matches a role, and gets a comment, so that it is compared from now on."),
}
RENAMED = Line("{profile} -> {new_name}")
UNLISTED = Plural(
    "1 more role has no profile, and is not new. --all lists it, too.",
    "{count} more roles have no profile, and are not new. --all lists them, too.",
)
FIRST_LOOK = Plural(
    "1 role has no profile. Nobody knows whether it is new, so it was left out; --all adds it. What comes from now on"
    " is new.",
    "{count} roles have no profile. Nobody knows which of them are new, so they were left out; --all adds them. What"
    " comes from now on is new.",
)
STAYS_CREDENTIALS = Line("{profile} would be called {new_name}, and stays: ~/.aws/credentials has it, too.")
STAYS_NAMED = Line("{profile} would be called {new_name}, and stays: {places} would not find it.")

# What a change does to others
FOLLOWS = Line("{profile} names it ({key}), and follows.")
LOSES = Line("{profile} names it ({key}), and would find nothing.")
DEFAULT_FOLLOWS = Line("It is the default profile, and stays that.")
DEFAULT_LOSES = Line("It is the default profile.")
VARIABLE_LOSES = Line("AWS_PROFILE names it here, and has to be changed by you.")
PRODUCTION_LOST = Line("Your settings call {profile} production, and {new_name} not.")
CHANGED = Line("You have changed it: {what}.")
A_COMMENT = Line("a comment")
ITS_NAME = Line("its name")

# Choosing
ASK_WHICH = Line("Which sign-in? Enter for all")
DELICATE = Line("“all” leaves out what is marked with !, since something of yours hangs on it: choose that by number.")
NONE_CHOSEN = Line("Nothing was chosen: {file:whole} stays as it is.")
CHANGED_MEANWHILE = Text("~/.aws/config was changed meanwhile", "Choose again. Nothing was written.")


# What became of it
WOULD_DO = Plural("1 change would be made to {file:whole}:", "{count} changes would be made to {file:whole}:")
DONE = Plural("Made 1 change to {file:whole}:", "Made {count} changes to {file:whole}:")
LEFT_TO_PERSON = Plural(
    "Left as it is, for you to decide in a terminal: sso-tray setup --sync",
    "Left as they are, for you to decide in a terminal: sso-tray setup --sync",
)
HOW_TO_UNDO = Line("To undo that: sso-tray setup --sync --undo")
UNDONE = Line("{file:whole} is as it was before.")
