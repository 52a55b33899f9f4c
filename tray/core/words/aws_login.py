"""The words about sign-ins by ``aws login``, which the AWS CLI makes and renews."""

from __future__ import annotations

from tray.core.message import Line, Text

NAME = Line("{profile} (aws login)")
"""Tells a sign-in apart from another one of the same name."""

CLI_MISSING = Text(
    "This sign-in needs the AWS CLI, and none was found",
    "Install the AWS CLI, version 2.32.0 or later: its “aws login” makes this kind of sign-in.",
)
CLI_TOO_OLD = Text(
    "The AWS CLI {version} does not know “aws login”",
    "Install the AWS CLI, version 2.32.0 or later, and put it first in PATH.",
)
CLI_NOT_STARTED = Text(
    "The AWS CLI could not be started: {reason:whole}", "Run “aws --version” in a terminal to see more."
)
CLI_CONFIGURATION = Text("The AWS CLI cannot sign in with this profile", "{advice:whole}")
CLI_REFUSED = Text("AWS did not accept the sign-in by “aws login”", "{advice:whole}")
CLI_FAILED = Text("“aws login” did not succeed", "{advice:whole}")
ADVICE = Line("Run “aws login” in a terminal: it says more, and can ask.")
SAID_AND_ADVICE = Line("It says: {said:whole} Run “aws login” in a terminal: it says more, and can ask.")
CLI_LEFT_NOTHING = Text(
    "“aws login” ended well but left no sign-in", "Run “aws login” in a terminal: it says more, and can ask."
)
LIBRARY_LACKS_LOGIN = Text(
    "SSO Tray itself cannot use a sign-in by “aws login”",
    "The AWS CLI can. Run in a terminal: aws sts get-caller-identity --profile PROFILE",
)
NO_CODE = Text(
    "A sign-in by “aws login” knows no device code",
    "To sign in on another device, run in a terminal: aws login --remote",
)
RENEWAL_FAILED = Text("The AWS CLI could not renew the sign-in", "{said:whole}")
IT_SAYS = Line("It says: {said:whole}")
TELLS_NOTHING = Line("It does not say why. Run “aws configure export-credentials” in a terminal to see more.")
RENEWED_NOTHING = Text(
    "The AWS CLI ended well, but did not renew the sign-in",
    "Something else gives this profile its credentials: run “aws configure list --profile {profile:shell}”.",
)
CLI_SILENT = Text("The AWS CLI did not answer in time, and was stopped", "Check the network, the VPN or proxy.")
NOT_KEPT_ALIVE = Text(
    "The sign-in “{sign_in}” is not kept alive: {reason:whole}",
    "Install the AWS CLI, version 2.32.0 or later. Until then other programs renew it as they use it.",
)
NO_PORTAL = Text(
    "A sign-in by “aws login” has no access portal", "It was made in the AWS console: open that in your browser."
)
