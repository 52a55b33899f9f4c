"""The words of the settings page: what each setting is for, where its value is from, and what became of a change."""

from __future__ import annotations

from tray.core.message import Line, Plural, Text

SETTINGS = {
    ".language": Text(
        "Language",
        "Of the tray, its notices, its pages and commands. Automatic: that of your system, once somebody who grew up"
        " with it has read the words.",
    ),
    "time.format": Text("Clock", "How times are written."),
    "notify.lead_minutes": Text(
        "Reminders before the end",
        "How many minutes before a sign-in ends you are reminded, such as 60, 5. Empty: only when it has ended.",
    ),
    "notify.quiet_hours": Text(
        "Quiet hours",
        "A span of your local time without notices, such as 22:00-07:00. What is still true afterwards is said then."
        " Empty: no quiet hours.",
    ),
    "renew.enabled": Text(
        "Renew silently",
        "Tokens are renewed shortly before they expire, so that no terminal or editor meets an expired one."
        " This never opens a browser.",
    ),
    "icon.theme": Text("Look of the icon", "Which panel the icon is drawn for."),
    "icon.follows": Text(
        "What the icon tells", "Which sign-in the icon and its tooltip are about, where there are several."
    ),
    "profiles.production": Text(
        "Production profiles",
        "Names of profiles, one a line; capital letters count. * stands for any characters, ? for a single one."
        " A switch to such a profile is asked about first.",
    ),
    "login.device_code": Text(
        "Sign in with a code",
        "You compare a code on the page of AWS, which may be open on another device. It is for where no browser could"
        " come back to this computer.",
    ),
    "browser.command": Text(
        "Browser", "The command that opens the pages of AWS; %s stands for the address. Empty: the system’s browser."
    ),
    "hooks.on_signed_in": Text(
        "When a session begins", "A program and its arguments, run once when a session begins, never at a renewal."
    ),
    "hooks.on_ends_soon": Text(
        "When the first reminder is due", "A program and its arguments, run once when the first reminder is due."
    ),
    "hooks.on_ended": Text("When a session has ended", "A program and its arguments, run once when it is over."),
}
"""By the name of the setting: what it is called, and what it does."""

OF_SIGN_IN = {
    "length_hours": Text(
        "Session length",
        "How many hours a session lasts, as it is set in Identity Center; your administrator can tell. Reminders rest"
        " on it. Empty: it is learned in time.",
    ),
    "browser": Text(
        "Browser for this sign-in",
        "As the browser of all sign-ins, for this one alone, such as another profile of the browser.",
    ),
    "scopes": Text(
        "Scopes", "What a login asks for, separated by commas. Empty: what your AWS config says, right for most."
    ),
    "start_url": Text(
        "Start URL", "The address of the access portal, by which set-up offers it until your AWS config has it."
    ),
    "region": Text("Region of IAM Identity Center", "Where the access portal is. Many start URLs name it already."),
}
"""The same for the settings of one sign-in."""

CHOICES = {
    ".language=auto": Line("Automatic"),
    "time.format=auto": Line("As usual in the language"),
    "time.format=24": Line("24 hours, such as 14:30"),
    "time.format=12": Line("12 hours, such as 2:30 PM"),
    "renew.enabled=true": Line("On"),
    "renew.enabled=false": Line("Off"),
    "icon.theme=auto": Line("As the panel is"),
    "icon.theme=light": Line("For a light panel"),
    "icon.theme=dark": Line("For a dark panel"),
    "icon.theme=colour": Line("In colour, for any panel"),
    "icon.follows=default": Line("The default profile’s sign-in"),
    "icon.follows=worst": Line("The one that needs you most"),
    "login.device_code=auto": Line("Where there is no screen"),
    "login.device_code=true": Line("Always"),
    "login.device_code=false": Line("Never"),
}
"""By setting and value."""

HOURS = Plural("1 hour", "{count} hours")
NOTHING = Line("none")
NO_PROGRAM = Line("none", "program that is run")
NOT_SET = {
    "length_hours": Line("learned in time"),
    "browser": Line("that of all sign-ins"),
    "command": Line("the system’s"),
    "scopes": Line("those of your AWS config"),
}
"""What an empty value means, by key, where it is more than nothing."""

GROUPS = {
    ("notify",): Line("Reminders"),
    ("renew",): Line("Renewing"),
    ("icon",): Line("Icon"),
    ("", "time"): Line("Language and clock"),
    ("profiles",): Line("Profiles"),
    ("login",): Line("Signing in", "heading of settings"),
    ("browser",): Line("Browser"),
    ("hooks",): Line("Programs that are run for you"),
}
"""By sections of the file."""

OF_ONE_SIGN_IN = Line("Sign-in {sign_in}")
BY_DEFAULT = Line("The default.")
FROM_OWN = Line("From your settings file.")
FROM_SITE = Line("From your organisation’s file, {source:whole}.")
FROM_POLICY = Line("From your organisation’s policy, {source:whole}.")
ENFORCED = Line("Enforced by your administrator, in {source:whole}.")
OWN_DOES_NOT_COUNT = Line("Your settings file says {value:whole} here, which does not count.")
OWN_CANNOT_BE_FOLLOWED = Line(
    "Your settings file says {value:whole} here, which cannot be followed. It should be {expected:whole}."
)

BACK_TO_DEFAULT = Line("Back to the default: {value:whole}")
BACK_TO_SITE = Line("Back to your organisation’s: {value:whole}")
TAKE_OUT = Line("Take it out of your settings file")
SAVED = Line("Saved. Now in force: {value:whole}.")
UNDONE = Line("Undone. Now in force: {value:whole}.")

NO_PROGRAMS = Text("Setting {name:whole} names a program, and no page may change which are run.", "{how:whole}")
IN_A_TERMINAL = Line("In a terminal: {command:whole}")
SET_COMMAND = Line("sso-tray settings set {name:shell} {value:shell}")
NOT_HERE_ANY_MORE = Text("Setting {name:whole} is not on this page any more.", "Its sign-in has gone meanwhile.")

MATCHING = Plural("1 profile is production with these names.", "{count} profiles are production with these names.")
MATCHED = Plural("1 profile", "{count} profiles")
AND_MORE = Plural("and 1 more", "and {count} more")

TEST_NOTICE = Text("A test notice of SSO Tray", "Reminders look like this. Nothing is due now.")
TEST_SHOWN = Text(
    "The test notice is on the screen.",
    "If you do not see it, your desktop keeps it back: look for “do not disturb”, and for its settings of notices.",
)
TEST_UNANSWERED = Text(
    "The test notice was sent, and nobody has answered yet.", "What shows notices on this desktop seems to hang."
)
TEST_NOT_SHOWN = Text(
    "This desktop shows no notices.",
    "Install a notification daemon, such as dunst. The icon tells the status all the same.",
)

# The page around the settings.
TITLE = Line("Settings")
WHERE = Line("Your settings are in this file. What you save here changes one line of it, and leaves your comments.")
COPY = Line("Copy")
SAVE = Line("Save")
DISCARD = Line("Discard")
UNDO = Line("Undo")
CHANGED_HERE = Line("Changed elsewhere meanwhile: now in force is {value:whole}. What you typed is kept.")
GONE_HERE = Line("The sign-in of this setting has gone meanwhile. You typed: {value:whole}")
NO_PAGE_CHANGES = Line("It is a program, so no page may change it. In a terminal:")
MATCHES_NONE = Line("No profile matches now.")
TRY_NOTICES = Line("Try it")
TRY_NOTICES_HINT = Line("Shows a notice as a reminder would, at once and without anything to do.")
SHOW_NOTICE = Line("Show a test notice")
