"""The words of ``sso-tray doctor``."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from datetime import timedelta

from tray.core.model import Problem, SignIn
from tray.core.text import counted, short
from tray.core.text_session import length


def path(name: str) -> str:
    """Show a path whole, without characters that a terminal might obey."""
    return "".join(character if character.isprintable() else "?" for character in name)


# The config file


def ignored_section(file: str, line: int, header: str, corrected: str | None) -> Problem:
    """Say that AWS programs pass over a section."""
    title = f"Line {line} of {path(file)}: AWS programs pass over the section [{short(header)}] in silence"
    if corrected is None:
        return Problem(
            title,
            "Write [profile NAME] or [sso-session NAME], the name in quotes if it has spaces; or, where such a section"
            " is there already, move into it what it lacks and remove this one.",
        )
    return Problem(title, f"Write [{short(corrected)}]")


def inline_comment(file: str, line: int, key: str) -> Problem:
    """Say that a comment is a part of a value."""
    return Problem(
        f"Line {line} of {path(file)}: the comment behind {short(key)} counts as a part of its value",
        "Put the comment on a line of its own: the AWS CLI and boto3 know no comments behind a value.",
    )


TWO_DEFAULTS = Problem(
    "There are a [default] and a [profile default], and they differ",
    "Join them in [default]: the AWS CLI and boto3 use the last in the file, the JavaScript SDK the second.",
)


def without_role(profiles: Sequence[str]) -> Problem:
    """Say that profiles can sign in, and then have no credentials."""
    return Problem(
        f"A sign-in, but no account and role is named in {_profiles(profiles)}, so there are no credentials",
        "Add sso_account_id and sso_role_name. “sso-tray setup” lists what you may use.",
    )


def default_without_credentials() -> Problem:
    """Say that the profile in force has no credentials."""
    return Problem(
        "The default profile names no source of credentials",
        "Choose one that does with “sso-tray use”, unless they come from the environment or the machine it runs on.",
    )


def without_credentials(profiles: Sequence[str]) -> Problem:
    """Say that profiles have no credentials."""
    return Problem(
        f"No source of credentials is named in {_profiles(profiles)}",
        "Add what is missing with “sso-tray setup”, unless they come from the environment or the machine it runs on.",
    )


def keys_and_sso(profile: str) -> Problem:
    """Say that a profile means different credentials for different programs."""
    return Problem(
        f"The profile {short(profile)} has both access keys and SSO settings",
        "Remove the one or the other: the AWS CLI and boto3 use the sign-in, the JavaScript SDK the keys.",
    )


def access_key(masked: str, profile: str, file: str) -> Problem:
    """Say that a key which never ends lies in a file."""
    return Problem(
        f"The profile {short(profile)} has the access key {short(masked)}, which never expires, in {path(file)}",
        "A sign-in can replace it: add a profile with “sso-tray setup”, then remove the key here and deactivate it in"
        " IAM.",
    )


def access_key_in_environment(masked: str) -> Problem:
    """Say that a key in the environment counts more than any profile."""
    return Problem(
        f"AWS_ACCESS_KEY_ID={short(masked)} is set, and counts more than the default profile and AWS_PROFILE",
        "Unset it, with AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, where you want a profile to count.",
    )


def legacy(sign_in: SignIn, profiles: int) -> Problem:
    """Say that a sign-in is of the kind that cannot be renewed."""
    return Problem(
        f"{counted(profiles, 'profile')} with the start URL {short(sign_in.start_url)} and no sso-session: such a"
        " sign-in cannot be renewed, and ends after 8 hours at most",
        "Add an [sso-session NAME] with sso_start_url, sso_region and sso_registration_scopes = sso:account:access; in"
        " the profiles, write sso_session = NAME in place of the first two; then log in again.",
    )


def two_regions(sign_in: SignIn, profiles: Mapping[str, Sequence[str]]) -> Problem:
    """Say that the profiles of one start URL, given by region, sign in to several regions."""
    shown = ", ".join(f"{short(region)} for {_profiles(names)}" for region, names in profiles.items())
    return Problem(
        f"The start URL {short(sign_in.start_url)} has {counted(len(profiles), 'region')}: {shown}",
        "It has one token all the same, which is good in the region of the last login alone. Let sso_region be the same"
        " in all of them; where each is meant, give it an [sso-session NAME] and write sso_session = NAME in the"
        " profiles.",
    )


def unknown_to_javascript(names: Sequence[str]) -> Problem:
    """Say that one SDK does not see some names."""
    shown = ", ".join(f"“{short(name)}”" for name in names[:3]) + (", …" if len(names) > 3 else "")
    return Problem(
        f"The JavaScript SDK does not see {counted(len(names), 'name')} of the config: {shown}",
        "If you use it, rename them: it knows letters of the alphabet, digits and _ - @ + . % : / only.",
    )


# Sign-ins


def lifetime(name: str, until: str, *, estimated: bool) -> str:
    """Tell a token's hour from the length of the sign-in."""
    end = "" if estimated else "; how long the sign-in itself lasts, no file says"
    return f"The token of {short(name)} holds until {until} and is then renewed without you{end}."


def not_renewable(sign_in: SignIn) -> Problem:
    """Say why a sign-in ends within the hour."""
    return Problem(
        f"The token of {short(sign_in.name)} cannot be renewed, so the sign-in ends with it, after an hour or so",
        f"Log in again: sso-tray login {shlex.quote(sign_in.name)} (the program that did it before asked for no scope,"
        " or kept no refresh token). For the AWS CLI, add sso_registration_scopes = sso:account:access to the"
        " sso-session.",
    )


def early_end(name: str, lasted: timedelta, before: timedelta) -> Problem:
    """Say that a sign-in ended sooner than those before it."""
    return Problem(
        f"The last sign-in to {short(name)} ended after {_about(lasted)} at most; earlier ones lasted {_about(before)}",
        "It is not the token. AWS reuses a session of your browser that began earlier, and an administrator can end"
        " one. Before you log in, sign out of the access portal in the browser.",
    )


def length_too_long(name: str, hours: float, learned: timedelta) -> Problem:
    """Say that the person's settings promise more than the history shows."""
    return Problem(
        f"The settings say that {short(name)} lasts {length(hours)}; so far it ended after about {_about(learned)}",
        "Correct length_hours, or remove it: then it is learned. Otherwise reminders come too late.",
    )


def cached_roles(profiles: Sequence[str], sign_in: str, until: str) -> Problem:
    """Say why commands still work without a sign-in."""
    return Problem(
        f"{short(sign_in)} does not hold, but until {until} the AWS CLI keeps credentials for {_profiles(profiles)}",
        "They are the role's own and outlive the sign-in: its length and theirs have nothing to do with each other."
        f" “sso-tray logout {shlex.quote(sign_in)}” removes them.",
    )


def _profiles(names: Sequence[str]) -> str:
    """Name one profile, or the first of many."""
    if len(names) == 1:
        return f"the profile {short(names[0])}"
    return f"{counted(len(names), 'profile')} ({', '.join(map(short, names[:3]))}{', …' if len(names) > 3 else ''})"


def _about(span: timedelta) -> str:
    return length(round(span / timedelta(minutes=5)) / 12)


# This machine


def loose_mode(file: str, mode: int, wanted: int) -> Problem:
    """Say that others may read or change a file or folder."""
    do = "change" if mode & 0o022 else "read"
    return Problem(
        f"Others on this machine can {do} {path(file)} (its mode is {mode:o})",
        f"Make it yours alone: chmod {wanted:o} {shlex.quote(file)}",
    )


def by_proxy(variables: Sequence[str]) -> str:
    """Say that AWS is asked through a proxy; its address may hold a password, so it is not shown."""
    return f"AWS is asked through the proxy of {', '.join(variables)}."


LOOPBACK_BY_PROXY = Problem(
    "A proxy is set, and NO_PROXY does not leave out this machine",
    "Add 127.0.0.1 and localhost to NO_PROXY: the page that ends a sign-in comes from there.",
)


def certificates(source: str, file: str, why: str) -> Problem:
    """Say that no secure connection can be made."""
    return Problem(
        f"{source} names {path(file)}, {why}",
        "Let it name a file of certificates in PEM form, or remove it: until then no connection to AWS succeeds.",
    )


MISSING = "which is not there"
NO_CERTIFICATE = "which holds no certificate"


def not_readable(why: str) -> str:
    """Say why a file cannot be read."""
    return f"which cannot be read: {why}"


def reached(regions: Sequence[str]) -> str:
    """Say that AWS answered."""
    return f"Identity Center answers in {', '.join(regions)}."


NOT_AWS = Problem(
    "An answer came, but not from AWS",
    "A proxy or a sign-in page of the network may stand in between: open a web page.",
)
NO_BROWSER = Problem(
    "No browser was found to sign in with",
    "Set BROWSER, or browser.command in the settings; or log in with a code: sso-tray login --device-code",
)
NO_DISPLAY = Problem(
    "There is no display here to show a browser on",
    "Log in with a code that you enter on another device: sso-tray login --device-code",
)


def browser_missing(source: str, program: str) -> Problem:
    """Say that a browser command cannot be followed."""
    return Problem(
        f"{short(source)} names the browser “{short(program)}”, which cannot be started",
        "Correct it: a program on the PATH, or its full path, then its options; %s stands for the address.",
    )


# Putting right


def no_such_fix(name: str) -> Problem:
    """Say that nothing of that name can be put right."""
    return Problem(
        f"There is nothing to put right that is called “{short(name)}”",
        "“sso-tray doctor --json” names what can be; it may be right by now.",
    )


def section_corrected(header: str, corrected: str, backups: str) -> str:
    """Say what was changed."""
    return f"[{short(header)}] is now [{short(corrected)}]. The file as it was is in {path(backups)}."


def mode_tightened(file: str, before: int, now: int) -> str:
    """Say what was changed."""
    return f"The mode of {path(file)} is now {now:o}; it was {before:o}."


def how_to_fix(fix: str) -> str:
    """Say how to have it done."""
    return f"Or run: sso-tray doctor --fix {shlex.quote(fix)}"
