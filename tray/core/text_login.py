"""
The words of a login: each function gives a title (what happened) and a hint (what to do), for a `TrayError`.

Only names that are no secret are put in: hosts, profiles, paths, error codes of AWS.
"""

from __future__ import annotations

from typing import Final

from tray.core.model import Problem
from tray.core.text import counted, short

_TRY_AGAIN: Final = "Try again in a minute."
_LOG_IN: Final = "Log in with: sso-tray login"


# The network between here and AWS


def unreachable(host: str) -> Problem:
    """No connection came about: offline, a name that does not resolve, or a closed port."""
    return Problem(
        f"Could not reach {host}",
        "Check the network, the VPN or proxy, and that sso_region is right. Nothing was changed.",
    )


def no_answer(host: str) -> Problem:
    """A connection came about, or might have, but no answer in time."""
    return Problem(f"{host} did not answer in time", f"Check the network, the VPN or proxy. {_TRY_AGAIN}")


def connection_lost(host: str) -> Problem:
    """The other side hung up before it had answered."""
    return Problem(f"{host} closed the connection without an answer", _TRY_AGAIN)


def untrusted(host: str) -> Problem:
    """TLS failed: most often a company proxy whose certificate is not known here."""
    return Problem(
        f"The secure connection to {host} could not be verified",
        "If a proxy inspects your traffic, set AWS_CA_BUNDLE to its certificate file. Check the clock too.",
    )


def proxy_failed(host: str) -> Problem:
    """The proxy itself did not let us through."""
    return Problem(
        f"The proxy did not let the connection to {host} through", "Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY."
    )


def request_failed(host: str) -> Problem:
    """The request could not be sent at all, for example because of a missing certificate bundle."""
    return Problem(
        f"The request to {host} could not be sent",
        "Check that AWS_CA_BUNDLE (or ca_bundle) names a readable file, and that the proxy settings are right.",
    )


def request_impossible(error: str) -> Problem:
    """The AWS library gave up before sending; ``error`` is the name of its error."""
    return Problem(f"The request to AWS could not be made ({error})", "See the log, and run: sso-tray doctor")


def network_answered(status: int) -> Problem:
    """A proxy's refusal, a captive portal's page or redirect: whatever answers with no sign of AWS."""
    return Problem(
        f"Something between here and AWS answered instead of AWS (HTTP {status})",
        "Open a web page in the browser: the network may ask to sign in. Check the VPN and the proxy settings too.",
    )


def gateway_failed(status: int) -> Problem:
    """An error that passes, from AWS or from a proxy: the answer does not tell which."""
    return Problem(f"AWS, or a proxy on the way to it, had a problem (HTTP {status})", _TRY_AGAIN)


# Answers of AWS


def overloaded() -> Problem:
    """AWS asks for fewer requests."""
    return Problem("AWS asks to slow down", _TRY_AGAIN)


def service_failed(status: int) -> Problem:
    """An error on AWS's side."""
    return Problem(f"AWS had a problem of its own (HTTP {status})", _TRY_AGAIN)


def request_rejected(code: str) -> Problem:
    """Any other error code."""
    return Problem(
        f"AWS did not accept the request ({code})",
        "Check sso_start_url and sso_region in ~/.aws/config.",
    )


def scopes_rejected() -> Problem:
    """``InvalidScopeException``."""
    return Problem(
        "AWS does not know a scope that the sign-in asks for",
        "Check sso_registration_scopes in ~/.aws/config; sso:account:access is enough for most.",
    )


def answer_unusable() -> Problem:
    """An answer lacks what it must have: something other than AWS answered."""
    return Problem(
        "The answer did not come from AWS IAM Identity Center",
        "Check sso_region, the proxy, and any AWS_ENDPOINT_URL setting.",
    )


def not_signed_in() -> Problem:
    """The portal or a profile's credentials need a sign-in that does not hold."""
    return Problem("Not signed in, or the sign-in has ended", _LOG_IN)


def session_over() -> Problem:
    """A renewal was answered ``invalid_grant``."""
    return Problem("The sign-in has ended", _LOG_IN)


def token_refused(said: str) -> Problem:
    """A renewal was answered twice with an error that does not pass; ``said`` is what AWS called it."""
    return Problem("AWS no longer renews this sign-in", f"AWS answered: {said}. {_LOG_IN}")


def not_renewable() -> Problem:
    """The token file lacks what a renewal needs, or its client registration has ended."""
    return Problem("This sign-in cannot be renewed silently", _LOG_IN)


def renewal_cancelled() -> Problem:
    """The renewal was stopped from here."""
    return Problem("The renewal was cancelled", "Run it again whenever you like: sso-tray renew")


def renewed(name: str, until: str) -> str:
    """Say that a token was renewed; ``until`` is a time of the clock, and not the sign-in's end."""
    return f"Renewed {short(name)}. Its token holds until {until}."


def needs_no_renewal(name: str, until: str) -> str:
    """Say that a token is not due for renewal, or that another program has just renewed it."""
    return f"{short(name)} needs no renewal now. Its token holds until {until}."


# The end of a sign-in that a person asks for


def logged_out(name: str, credentials: int) -> str:
    """Say that a sign-in was ended, and how many cached role credentials went with it."""
    return f"Logged out of {short(name)}.{_removed(credentials)}"


def not_logged_in(name: str, credentials: int) -> str:
    """Say that there was nothing to end, but for cached role credentials."""
    return f"{short(name)} was signed out already.{_removed(credentials)}"


def logout_untold(why: str) -> Problem:
    """AWS does not know that the sign-in has ended; ``why`` is the title of what came in between."""
    return Problem(
        f"AWS could not be told: {why}",
        "Nothing of the sign-in is left on this computer. To end it at AWS too, sign out in the access portal.",
    )


def _removed(credentials: int) -> str:
    return f" Removed {counted(credentials, 'cached role credential')}." if credentials else ""


# The configuration


def config_unreadable(path: str) -> Problem:
    """The file is no INI text, or not in this system's encoding."""
    return Problem(
        f"{path} cannot be read", "Look for a line without “=”, a section given twice, or a byte order mark."
    )


def profile_missing(profile: str) -> Problem:
    """A profile that was asked for is not there."""
    return Problem(f"There is no profile “{profile}”", "See the names with: sso-tray profiles")


def credentials_missing() -> Problem:
    """A profile without any source of credentials."""
    return Problem("The profile has no credentials", "Check its sso_session, sso_account_id and sso_role_name.")


def role_not_assigned(profile: str) -> Problem:
    """``ForbiddenException`` of the portal (docs/facts: Portal API): not a question of being signed in."""
    return Problem(
        f"AWS does not let you use the role of the profile “{short(profile)}”",
        "Check its sso_account_id and sso_role_name, or ask your administrator to assign the role to you.",
    )


def no_default_profile() -> Problem:
    """Nothing says which profile is meant."""
    return Problem("There is no default profile", "Name a profile, or choose one with: sso-tray use PROFILE")


def config_invalid(reason: str) -> Problem:
    """A value that the AWS library does not accept; ``reason`` is the library's own sentence."""
    return Problem("A setting in ~/.aws/config or an AWS_ variable cannot be used", reason)


def region_missing() -> Problem:
    """A sign-in without ``sso_region``."""
    return Problem("The sign-in has no sso_region", "Add sso_region to its section in ~/.aws/config.")


def start_url_unusable(sign_in: str) -> Problem:
    """A sign-in without ``sso_start_url``, or with one that is not https."""
    return Problem(
        f"The sign-in “{sign_in}” has no usable sso_start_url",
        "It must begin with https://, like https://d-1234567890.awsapps.com/start",
    )


def portal_unusable() -> Problem:
    """A start URL that must not be opened."""
    return Problem("The access portal's address is not an https link", "Check sso_start_url in ~/.aws/config.")


def portal_without_links() -> Problem:
    """An issuer URL names the instance, not the portal: AWS documents no console link below it."""
    return Problem(
        "This start URL does not allow links to the console",
        "Use the access portal's own address (…awsapps.com/start) as sso_start_url.",
    )


# The sign-in itself


def refused() -> Problem:
    """The person, or an administrator's rule, said no."""
    return Problem("The sign-in was refused", "If that was not intended, log in again.")


def cancelled() -> Problem:
    """The login was stopped from here."""
    return Problem("The sign-in was cancelled", "Log in again whenever you are ready.")


def timed_out() -> Problem:
    """Nobody approved it in time."""
    return Problem("The sign-in was not approved in time", "Log in again; the page in the browser waits ten minutes.")


def not_completed() -> Problem:
    """The authorisation page came back with an error other than a refusal."""
    return Problem("AWS could not complete the sign-in", _TRY_AGAIN)


def unsafe_page() -> Problem:
    """The page to be opened is not https."""
    return Problem("The sign-in page is not an https link, so it was not opened", "Check any AWS_ENDPOINT_URL setting.")


def no_port() -> Problem:
    """No port on loopback could be had."""
    return Problem(
        "This machine has no free port for the sign-in's answer", "Log in with a code: sso-tray login --device-code"
    )


def connections_unknown() -> Problem:
    """The system does not tell who connects to a port of ours, as it should: then nobody is let in."""
    return Problem(
        "This system does not tell who connects to the sign-in's page, so no answer can be taken there",
        "Log in with a code: sso-tray login --device-code",
    )


def stranger_turned_away() -> Problem:
    """Another user of this machine connected to the callback page; the wait goes on."""
    return Problem(
        "Another user of this computer tried to use this sign-in, and was turned away",
        "Go on in your own browser. If it was yours, under another account, log in with a code: "
        "sso-tray login --device-code",
    )


# The page that the browser shows at the end. Plain text: the page escapes nothing and adds the markup.

PAGE_APPROVED: Final = Problem("Sign-in approved", "SSO Tray is completing it now. You can close this tab.")
PAGE_FOREIGN: Final = Problem(
    "Nothing to do here", "This request does not belong to a sign-in of SSO Tray. You can close this tab."
)
