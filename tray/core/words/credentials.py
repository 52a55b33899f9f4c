"""What ``sso-tray credentials`` and ``sso-tray exec`` say; much of it is read in the error of another program."""

from __future__ import annotations

from tray.core.message import Text

SIGN_IN_FIRST = Text(
    "The profile {profile} needs you to sign in to {sign_in}", "Run: sso-tray login --profile {profile:shell}"
)
WITHOUT_ROLE = Text(
    "The profile {profile} names no role to get credentials of",
    "Give it sso_account_id and sso_role_name; “sso-tray setup” lists those that you may use.",
)
BY_AWS_LOGIN = Text(
    "The profile {profile} signs in by “aws login”, whose credentials only the AWS CLI gives out",
    "Run: aws configure export-credentials --profile {profile:shell}",
)
IN_A_CIRCLE = Text(
    "To get credentials of the profile {profile}, they would be needed first",
    "Name the profile that is meant wherever a credential_process calls us: sso-tray credentials NAME --format process",
)
ON_A_TERMINAL = Text(
    "These are secrets, and stand on the screen now",
    "Rather have a program use them: sso-tray exec {profile:shell} -- COMMAND",
)
NO_COMMAND = Text(
    "No command was named", "Put it after “--”, with a blank on each side: sso-tray exec PROFILE -- COMMAND"
)
COMMAND_MISSING = Text("There is no program “{program}”", "Check how it is written, and PATH.")
COMMAND_UNFIT = Text("{program:whole} cannot be started: {reason}", "Check that it is a program that you may run.")
