"""
The words of a login: each function gives a title (what happened) and a hint (what to do), for a `TrayError`.

Only names that are no secret are put in: hosts, profiles, paths, error codes of AWS.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from tray.core.text import counted, short


class Words(NamedTuple):
    """A title and a hint, in the order in which `TrayError` takes them."""

    title: str
    hint: str


_TRY_AGAIN: Final = "Try again in a minute."
_LOG_IN: Final = "Log in with: sso-tray login"


# The network between here and AWS


def unreachable(host: str) -> Words:
    """No connection came about: offline, a name that does not resolve, or a closed port."""
    return Words(
        f"Could not reach {host}",
        "Check the network, the VPN or proxy, and that sso_region is right. Nothing was changed.",
    )


def no_answer(host: str) -> Words:
    """A connection came about, or might have, but no answer in time."""
    return Words(f"{host} did not answer in time", f"Check the network, the VPN or proxy. {_TRY_AGAIN}")


def connection_lost(host: str) -> Words:
    """The other side hung up before it had answered."""
    return Words(f"{host} closed the connection without an answer", _TRY_AGAIN)


def untrusted(host: str) -> Words:
    """TLS failed: most often a company proxy whose certificate is not known here."""
    return Words(
        f"The secure connection to {host} could not be verified",
        "If a proxy inspects your traffic, set AWS_CA_BUNDLE to its certificate file. Check the clock too.",
    )


def proxy_failed(host: str) -> Words:
    """The proxy itself did not let us through."""
    return Words(
        f"The proxy did not let the connection to {host} through", "Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY."
    )


def request_failed(host: str) -> Words:
    """The request could not be sent at all, for example because of a missing certificate bundle."""
    return Words(
        f"The request to {host} could not be sent",
        "Check that AWS_CA_BUNDLE (or ca_bundle) names a readable file, and that the proxy settings are right.",
    )


def request_impossible(error: str) -> Words:
    """The AWS library gave up before sending; ``error`` is the name of its error."""
    return Words(f"The request to AWS could not be made ({error})", "See the log, and run: sso-tray doctor")


# Answers of AWS


def overloaded() -> Words:
    """AWS asks for fewer requests."""
    return Words("AWS asks to slow down", _TRY_AGAIN)


def service_failed(status: int) -> Words:
    """An error on AWS's side."""
    return Words(f"AWS had a problem of its own (HTTP {status})", _TRY_AGAIN)


def request_rejected(code: str) -> Words:
    """Any other error code."""
    return Words(
        f"AWS did not accept the request ({code})",
        "Check sso_start_url and sso_region in ~/.aws/config.",
    )


def scopes_rejected() -> Words:
    """``InvalidScopeException``."""
    return Words(
        "AWS does not know a scope that the sign-in asks for",
        "Check sso_registration_scopes in ~/.aws/config; sso:account:access is enough for most.",
    )


def answer_unusable() -> Words:
    """An answer lacks what it must have: something other than AWS answered."""
    return Words(
        "The answer did not come from AWS IAM Identity Center",
        "Check sso_region, the proxy, and any AWS_ENDPOINT_URL setting.",
    )


def not_signed_in() -> Words:
    """The portal or a profile's credentials need a sign-in that does not hold."""
    return Words("Not signed in, or the sign-in has ended", _LOG_IN)


def session_over() -> Words:
    """A renewal was answered ``invalid_grant``."""
    return Words("The sign-in has ended", _LOG_IN)


def not_renewable() -> Words:
    """The token file lacks what a renewal needs, or its client registration no longer holds."""
    return Words("This sign-in cannot be renewed silently", _LOG_IN)


def renewal_cancelled() -> Words:
    """The renewal was stopped from here."""
    return Words("The renewal was cancelled", "Run it again whenever you like: sso-tray renew")


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


def logout_untold(why: str) -> Words:
    """AWS does not know that the sign-in has ended; ``why`` is the title of what came in between."""
    return Words(
        f"AWS could not be told: {why}",
        "Nothing of the sign-in is left on this computer. To end it at AWS too, sign out in the access portal.",
    )


def _removed(credentials: int) -> str:
    return f" Removed {counted(credentials, 'cached role credential')}." if credentials else ""


# The configuration


def config_unreadable(path: str) -> Words:
    """The file is no INI text, or not in this system's encoding."""
    return Words(f"{path} cannot be read", "Look for a line without “=”, a section given twice, or a byte order mark.")


def profile_missing(profile: str) -> Words:
    """A profile that was asked for is not there."""
    return Words(f"There is no profile “{profile}”", "See the names with: sso-tray profiles")


def credentials_missing() -> Words:
    """A profile without any source of credentials."""
    return Words("The profile has no credentials", "Check its sso_session, sso_account_id and sso_role_name.")


def role_not_assigned(profile: str) -> Words:
    """``ForbiddenException`` of the portal (AWS-SSO-FACTS section 4): not a question of being signed in."""
    return Words(
        f"AWS does not let you use the role of the profile “{short(profile)}”",
        "Check its sso_account_id and sso_role_name, or ask your administrator to assign the role to you.",
    )


def no_default_profile() -> Words:
    """Nothing says which profile is meant."""
    return Words("There is no default profile", "Name a profile, or choose one with: sso-tray use PROFILE")


def config_invalid(reason: str) -> Words:
    """A value that the AWS library does not accept; ``reason`` is the library's own sentence."""
    return Words("A setting in ~/.aws/config or an AWS_ variable cannot be used", reason)


def region_missing() -> Words:
    """A sign-in without ``sso_region``."""
    return Words("The sign-in has no sso_region", "Add sso_region to its section in ~/.aws/config.")


def start_url_unusable(sign_in: str) -> Words:
    """A sign-in without ``sso_start_url``, or with one that is not https."""
    return Words(
        f"The sign-in “{sign_in}” has no usable sso_start_url",
        "It must begin with https://, like https://d-1234567890.awsapps.com/start",
    )


def portal_unusable() -> Words:
    """A start URL that must not be opened."""
    return Words("The access portal's address is not an https link", "Check sso_start_url in ~/.aws/config.")


def portal_without_links() -> Words:
    """An issuer URL names the instance, not the portal: AWS documents no console link below it."""
    return Words(
        "This start URL does not allow links to the console",
        "Use the access portal's own address (…awsapps.com/start) as sso_start_url.",
    )


# The sign-in itself


def refused() -> Words:
    """The person, or an administrator's rule, said no."""
    return Words("The sign-in was refused", "If that was not intended, log in again.")


def cancelled() -> Words:
    """The login was stopped from here."""
    return Words("The sign-in was cancelled", "Log in again whenever you are ready.")


def timed_out() -> Words:
    """Nobody approved it in time."""
    return Words("The sign-in was not approved in time", "Log in again; the page in the browser waits ten minutes.")


def not_completed() -> Words:
    """The authorisation page came back with an error other than a refusal."""
    return Words("AWS could not complete the sign-in", _TRY_AGAIN)


def unsafe_page() -> Words:
    """The page to be opened is not https."""
    return Words("The sign-in page is not an https link, so it was not opened", "Check any AWS_ENDPOINT_URL setting.")


def no_port() -> Words:
    """No port on loopback could be had."""
    return Words(
        "This machine has no free port for the sign-in's answer", "Log in with a code: sso-tray login --device-code"
    )


# The page that the browser shows at the end. Plain text: the page escapes nothing and adds the markup.

PAGE_APPROVED: Final = Words("Sign-in approved", "SSO Tray is completing it now. You can close this tab.")
PAGE_DENIED: Final = Words("Sign-in not approved", "Nothing was changed. You can close this tab.")
PAGE_FOREIGN: Final = Words(
    "Nothing to do here", "This request does not belong to a sign-in of SSO Tray. You can close this tab."
)
