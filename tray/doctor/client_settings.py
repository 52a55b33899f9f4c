"""
What the profiles say about the connection to AWS: certificates that cannot be used, endpoints, words that disagree.

The rules by which the settings of several profiles become those of one sign-in: `tray.aws.config.client_settings`.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from tray.aws.api.client_settings import (
    CA_BUNDLE,
    ENDPOINT,
    PROXY_CA_BUNDLE,
    ClientSettings,
    bundle_fault,
    name_of,
    named,
)
from tray.aws.config.client_settings import SettingsReader, find_place
from tray.core.errors import ConfigProblem
from tray.core.message import Text
from tray.core.model import Kind
from tray.doctor.context import Context
from tray.doctor.finding import Finding, fine, problem, warning

_DISAGREE = Text(
    "The profiles of {sign_in} differ on {keys}, so that none counts for the sign-in",
    "Make the profile that is right the default one (sso-tray use {profile:shell}), or log in by it: sso-tray login"
    " --profile {profile:shell}",
)
_DECIDED = Text("The profiles of {sign_in} differ on {keys}: for the sign-in {profile} counts, the default profile.")
_LED_ELSEWHERE = Text(
    "{setting:whole} leads the sign-in {sign_in} to {host}, not to AWS itself.", "Remove it unless that is meant."
)


def check(context: Context) -> Iterator[Finding]:
    """Look, and tell what is so."""
    yield from bundles(context)
    paths = context.paths
    reader = SettingsReader(paths.aws_config, paths.aws_credentials, context.environ)
    for sign_in in context.snapshot.sign_ins:
        if sign_in.kind is not Kind.CONSOLE:
            try:
                settings = reader(sign_in)
            except ConfigProblem:  # It changed since it was read, or is told of elsewhere.
                return
            yield from rule(settings)


def bundles(context: Context) -> Iterator[Finding]:
    """Find the files of certificates that cannot be used; one that several profiles name is told of once."""
    paths, told = context.paths, set[str]()
    for profile in context.snapshot.profiles:
        settings = context.full.profiles.get(profile.name, {})
        for key in (CA_BUNDLE, PROXY_CA_BUNDLE):
            file = settings.get(key)
            if not isinstance(file, str) or file in told:
                continue
            told.add(file)
            place = find_place(context.full, paths.aws_config, paths.aws_credentials, {key: profile.name}, key)
            fault = bundle_fault(named(key, place), file)
            if fault is not None:
                yield problem("ca-bundle", fault)


def rule(settings: ClientSettings) -> Iterator[Finding]:
    """Profiles may well differ; but a sign-in is one for all of them."""
    for difference in settings.differences:
        name, keys, decider = settings.sign_in, difference.keys, difference.decided_by
        if decider is None:
            said = _DISAGREE(sign_in=name, keys=keys, profile=difference.profiles[0])
            yield warning("client-settings", said)
        else:
            yield fine("client-settings", _DECIDED(sign_in=name, keys=keys, profile=decider))
    values = dict(settings.values)
    host = urlsplit(values.get(ENDPOINT, "")).hostname
    if host is not None and values.get("ignore_configured_endpoint_urls", "").lower() != "true":
        setting = name_of(ENDPOINT, settings)
        yield warning("endpoint", _LED_ELSEWHERE(setting=setting, sign_in=settings.sign_in, host=host))
