"""The words of ``sso-tray demo``: the story that it tells in the terminal, and how to play in the tray."""

from __future__ import annotations

from tray.core.message import Line

BEGINS = Line("A sign-in of a few seconds, on an Identity Center inside this program. This is what your tray shows:")
CLICKS_ICON = Line("> You click the icon. Your browser opens, you allow the request.")
WORKS = Line("> You work. {seconds} seconds before the sign-in ends, a reminder comes, once.")
IS_BUSY = Line("> You are busy and let it pass.")
CLICKS_NOTICE = Line("> You click “Log in” in the notice.")
ENDS = Line("That was SSO Tray: it told in time, once, and a click was enough. “sso-tray” starts the real thing.")

LOOK_AT_TRAY = Line("Look at your tray: the icon of SSO Tray is there, and its sign-ins last {minutes} minutes.")
HOW_TO_PLAY = Line(
    "Click it to sign in; a reminder comes {seconds} seconds before the end. Quit from its menu, or press Ctrl-C here."
)
TOUCHES_NOTHING = Line("Nothing of your own ~/.aws is read or changed.")

# What happens, behind “it did not happen that”
SHOWS_SIGNED_OUT = Line("the icon shows that nobody is signed in")
SIGNS_IN = Line("the sign-in succeeds")
SHOWS_THE_END = Line("the icon shows that the end is near")
TELLS_OF_THE_END = Line("a notice tells that the end is near")
SHOWS_ENDED = Line("the icon shows that the sign-in has ended")
OFFERS_LOGIN = Line("a notice offers to log in")
HOLDS_AGAIN = Line("the sign-in holds again")
