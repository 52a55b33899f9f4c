"""
The words of whatever asks AWS: a login, a renewal, a logout, the portal.

Only names that are no secret are put in: hosts, profiles, paths, error codes of AWS.
"""

from __future__ import annotations

from tray.core.message import Text

# The network between here and AWS
UNREACHABLE = Text(
    "Could not reach {host}",
    "Check the network, the VPN or proxy, and that sso_region is right. Nothing was changed.",
)
NO_ANSWER = Text("{host} did not answer in time", "Check the network, the VPN or proxy. Try again in a minute.")
CONNECTION_LOST = Text("{host} closed the connection without an answer", "Try again in a minute.")
UNTRUSTED = Text(
    "The secure connection to {host} could not be verified",
    "If a proxy inspects your traffic, let AWS_CA_BUNDLE, or ca_bundle in the profile, name its certificates. Check the"
    " clock too.",
)
PROXY_FAILED = Text(
    "The proxy did not let the connection to {host} through", "Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY."
)
REQUEST_FAILED = Text(
    "The request to {host} could not be sent",
    "Check that AWS_CA_BUNDLE (or ca_bundle) names a readable file, and that the proxy settings are right.",
)
FILE_FAILED = Text(
    "{file:whole} cannot be used: {reason}",
    "Credentials depend on it: a credential_process that starts it, or what is kept there. Run: sso-tray doctor",
)
PROGRAM_FAILED = Text("A program that gives credentials cannot be started: {reason}", "Run: sso-tray doctor")
REQUEST_IMPOSSIBLE = Text("The request to AWS could not be made ({error})", "See the log, and run: sso-tray doctor")
"""The error is named as the AWS library does."""

NETWORK_ANSWERED = Text(
    "Something between here and AWS answered instead of AWS (HTTP {status})",
    "Open a web page in the browser: the network may ask to sign in. Check the VPN and the proxy settings too.",
)
GATEWAY_FAILED = Text("AWS, or a proxy on the way to it, had a problem (HTTP {status})", "Try again in a minute.")

# Answers of AWS
OVERLOADED = Text("AWS asks to slow down", "Try again in a minute.")
SERVICE_FAILED = Text("AWS had a problem of its own (HTTP {status})", "Try again in a minute.")
REQUEST_REJECTED = Text(
    "AWS did not accept the request ({code})", "Check sso_start_url and sso_region in ~/.aws/config."
)
SCOPES_REJECTED = Text(
    "AWS does not know a scope that the sign-in asks for",
    "Check sso_registration_scopes in ~/.aws/config; sso:account:access is enough for most.",
)
ANSWER_UNUSABLE = Text(
    "The answer did not come from AWS IAM Identity Center",
    "Check sso_region, the proxy, and any AWS_ENDPOINT_URL setting.",
)
NOT_SIGNED_IN = Text("Not signed in, or the sign-in has ended", "Log in with: sso-tray login")
SESSION_OVER = Text("The sign-in has ended", "Log in with: sso-tray login")
TOKEN_REFUSED = Text("AWS no longer renews this sign-in", "AWS answered: {answer:whole}. Log in with: sso-tray login")
NOT_RENEWABLE = Text("This sign-in cannot be renewed silently", "Log in with: sso-tray login")
ROLE_NOT_ASSIGNED = Text(
    "AWS does not let you use the role of the profile “{profile}”",
    "Check its sso_account_id and sso_role_name, or ask your administrator to assign the role to you.",
)
LOGOUT_UNTOLD = Text(
    "AWS could not be told: {reason:whole}",
    "Nothing of the sign-in is left on this computer. To end it at AWS too, sign out in the access portal.",
)
LOGOUT_UNTOLD_AND_LEFT = Text(
    "AWS could not be told: {reason:whole}",
    "The token file was a link to {target:whole}, which is left as it is: remove it if it holds a token. To end the"
    " sign-in at AWS too, sign out in the access portal.",
)
LOGOUT_LEFT = Text(
    "{target:whole} is left as it is",
    "The token file was a link to it. The link is removed; remove that file too if it holds a token.",
)
RENEWAL_CANCELLED = Text("The renewal was cancelled", "Run it again whenever you like: sso-tray renew")

# The configuration
CONFIG_UNREADABLE = Text(
    "{path:whole} cannot be read", "Look for a line without “=”, a section given twice, or a byte order mark."
)
PROFILE_MISSING = Text("There is no profile “{profile}”", "See the names with: sso-tray profiles")
CREDENTIALS_MISSING = Text("The profile has no credentials", "Check its sso_session, sso_account_id and sso_role_name.")
NO_DEFAULT_PROFILE = Text("There is no default profile", "Name a profile, or choose one with: sso-tray use PROFILE")
CONFIG_INVALID = Text("A setting in ~/.aws/config or an AWS_ variable cannot be used", "{reason:whole}")
"""The reason is the AWS library's own sentence."""

REGION_MISSING = Text("The sign-in has no sso_region", "Add sso_region to its section in ~/.aws/config.")
START_URL_UNUSABLE = Text(
    "The sign-in “{sign_in}” has no usable sso_start_url",
    "It must begin with https://, like https://d-1234567890.awsapps.com/start",
)
PORTAL_UNUSABLE = Text("The access portal's address is not an https link", "Check sso_start_url in ~/.aws/config.")
PORTAL_WITHOUT_LINKS = Text(
    "This start URL does not allow links to the console",
    "Use the access portal's own address (…awsapps.com/start) as sso_start_url.",
)

# The sign-in itself
LOGIN_REFUSED = Text("The sign-in was refused", "If that was not intended, log in again.")
CANCELLED = Text("The sign-in was cancelled", "Log in again whenever you are ready.")
TIMED_OUT = Text("The sign-in was not approved in time", "Log in again; the page in the browser waits ten minutes.")
NOT_COMPLETED = Text("AWS could not complete the sign-in", "Try again in a minute.")
UNSAFE_PAGE = Text("The sign-in page is not an https link, so it was not opened", "Check any AWS_ENDPOINT_URL setting.")
NO_PORT = Text(
    "This machine has no free port for the sign-in's answer", "Log in with a code: sso-tray login --device-code"
)
CONNECTIONS_UNKNOWN = Text(
    "This system does not tell who connects to the sign-in's page, so no answer can be taken there",
    "Log in with a code: sso-tray login --device-code",
)
STRANGER_TURNED_AWAY = Text(
    "Another user of this computer tried to use this sign-in, and was turned away",
    "Go on in your own browser. If it was yours, under another account, log in with a code:"
    " sso-tray login --device-code",
)
KEPT = Text("The session was kept", "Nothing was changed.")
STILL_SIGNED_IN = Text("{what:whole} You are still signed in.", "Nothing was changed.")
"""A login was given up before the session that held was touched."""

SIGNED_OUT = Text("{what:whole} You are signed out.", "Log in with: sso-tray login {sign_in:shell}")
"""A login was given up after the old session had been ended for it."""
