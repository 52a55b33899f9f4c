"""The words for what a setting of the connection to AWS does: certificates, endpoints, and profiles that disagree."""

from __future__ import annotations

from tray.core.message import Line, Text

IN_FILE = Line("{key} in line {line} of {file:whole}")
"""Names a setting; one of the environment is named by its variable."""

# A file of certificates
NO_BUNDLE = Text(
    "{setting:whole} names {file:whole}, which is not there",
    "Let it name a file of certificates in PEM form, or remove it: until then no connection to AWS succeeds.",
)
UNREADABLE_BUNDLE = Text(
    "{setting:whole} names {file:whole}, which cannot be read: {reason:whole}",
    "Let it name a file of certificates in PEM form, or remove it: until then no connection to AWS succeeds.",
)
NO_CERTIFICATE = Text(
    "{setting:whole} names {file:whole}, which holds no certificate",
    "Let it name a file of certificates in PEM form, or remove it: until then no connection to AWS succeeds.",
)
EMPTY_BUNDLE = Text(
    "{setting:whole} is empty",
    "Let it name a file of certificates in PEM form, or remove it: until then no connection to AWS succeeds.",
)
WRONG_BUNDLE = Text(
    "The secure connection to {host} could not be verified",
    "The certificates that {setting:whole} names do not include the one behind it: add that of the proxy that inspects"
    " your traffic. Check the clock too.",
)

# An endpoint
NO_FIPS_ENDPOINT = Text(
    "There is no FIPS endpoint {host}",
    "{setting:whole} asks for it, and few regions have one: remove the setting, or make it false.",
)
FIPS_UNREACHABLE = Text(
    "Could not reach the FIPS endpoint {host}",
    "{setting:whole} asks for it, and few regions have one: remove the setting, or make it false. If nothing else of"
    " AWS can be reached either, check the network.",
)
LED_ELSEWHERE = Text(
    "Could not reach {host}",
    "{setting:whole} leads there: remove it unless that is meant, or check the network. Nothing was changed.",
)

# Profiles that disagree
DISAGREE = Line(
    "The profiles of {sign_in} differ on {keys}, so that none counts: make the one that is right the default profile"
    " (sso-tray use {profile:shell}), or log in by it (sso-tray login --profile {profile:shell})."
)
DISAGREE_UNREACHABLE = Line(
    "Check the network, the VPN or proxy. The profiles of {sign_in} differ on {keys}, so that none counts: make the one"
    " that is right the default profile (sso-tray use {profile:shell}), or log in by it (sso-tray login --profile"
    " {profile:shell})."
)
"""Both follow what could not be verified, or not be reached: a proxy, or AWS itself."""
