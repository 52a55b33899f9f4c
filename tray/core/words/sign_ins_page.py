"""The words of the page of sign-ins: of each its session, how its end is known, and what ended the last ones."""

from __future__ import annotations

from tray.core.message import Estimate, Line, Plural, Text

TITLE = Line("Sign-ins")
PROFILES = Plural("1 profile", "{count} profiles")
LAST_ONES = Line("The last sessions")
OPEN_PAGE = Line("Open sign-in page")

BEGAN = Line("Began {time}.")
BEGAN_AND_JOINED = Line("Began {time}. A later login has joined this session, and left its end as it was.")
BEGAN_OR_LATER = Line("Began {time}, or with a later login: nobody saw a session end in between.")
BEGAN_UNSEEN = Line("Nobody saw when it began: SSO Tray was not running, or the login joined an earlier session.")

BY_TOKEN = Line("The end is known: it is in the sign-in's file, which cannot be renewed.")
BY_SETTING = Line("The end is an estimate: sessions are set to last {length}.")
BY_LEARNING = Line("The end is an estimate: earlier sessions lasted about {length}.")
BY_JOINING = Line("The end is an estimate: that of an earlier session, which the login joined.")
BY_CONSOLE = Line("The end is an estimate: AWS lets such a sign-in be renewed for {length} at most.")
END_UNKNOWN = Line(
    "The end is not known: no file and no answer of AWS says it. It is learned from how sessions end, or set as"
    " “Session length” in the tray's menu."
)

SINCE = Line("Began {time}")
ENDED_BY_AWS = Line("Over by {time}, as AWS said")
ENDED_AT_PORTAL = Line("Over by {time}, as the access portal said")
ENDED_REFUSED = Line("No longer renewed by AWS: {time}")
ENDED_LOGOUT = Line("Logged out: {time}")
ENDED_NEW_SESSION = Line("Ended for a new session: {time}")
ENDED_UNTOLD = Line("Logged out, which AWS could not be told: {time}")
ENDED_REMOVED = Line("Another program had removed it by {time}")
ENDED_SHARED = Line("Ended by {time}, with another sign-in of the same portal")
ENDED_IN_TIME = Estimate("Its time was over: {time}", "Its time was over: about {time}")

SIGNING_IN = Line("Go on in the browser: AWS's page has opened there.")
SIGNING_IN_BY_CODE = Line("Go on in the browser: AWS's page there shows the code {code}.")
WAITING = Line("Another login's page is open already: go on there.")
ELSEWHERE = Line("Another program is signing in: go on in its page.")
STARTING = Line("The sign-in is being prepared.")
SIGNED_IN = Line("You are signed in to {name}.")
LOGGING_OUT = Line("Logging out.")
LOGGED_OUT = Line("You are logged out of {name}.")
NO_BROWSER = Text("No browser could be started", "Follow the link to the sign-in page here.")
NO_BROWSER_BY_CODE = Text(
    "No browser could be started", "Follow the link to the sign-in page here; it shows the code {code}."
)
GONE = Text("This sign-in is not there any more", "The page shows what the config holds now.")
UNDER_WAY = Text("Something is under way for {name}", "Let it end, or cancel it, and try again.")
