"""The words about sign-ins by ``aws login``, which the AWS CLI makes and every program renews for itself."""

from __future__ import annotations

from typing import Final

from tray.core.model import Problem
from tray.core.unspoken import without_accounts

_MARK: Final = "[ERROR]: "
"""Ends what the AWS CLI puts before an error (docs/facts: Running the AWS CLI)."""

_LONGEST: Final = 240
_IN_A_TERMINAL: Final = "Run “aws login” in a terminal: it says more, and can ask."


def cli_missing() -> Problem:
    """There is no AWS CLI, or none that starts."""
    return Problem(
        "This sign-in needs the AWS CLI, and none was found",
        "Install the AWS CLI, version 2.32.0 or later: its “aws login” makes this kind of sign-in.",
    )


def cli_too_old(version: str) -> Problem:
    """Every AWS CLI that was found is older than ``aws login``."""
    return Problem(
        f"The AWS CLI {version} does not know “aws login”",
        "Install the AWS CLI, version 2.32.0 or later, and put it first in PATH.",
    )


def cli_not_started(reason: str) -> Problem:
    """The program is there, but the system does not start it."""
    return Problem(f"The AWS CLI could not be started: {reason}", "Run “aws --version” in a terminal to see more.")


def cli_configuration(said: str) -> Problem:
    """Exit code 253: something in the configuration, or the region is missing."""
    return Problem("The AWS CLI cannot sign in with this profile", _hint(said))


def cli_refused(said: str) -> Problem:
    """Exit code 254: an answer of AWS."""
    return Problem("AWS did not accept the sign-in by “aws login”", _hint(said))


def cli_failed(said: str) -> Problem:
    """Exit code 255, or another that says nothing."""
    return Problem("“aws login” did not succeed", _hint(said))


def cli_left_nothing() -> Problem:
    """It said that all went well, but its file is not there."""
    return Problem("“aws login” ended well but left no sign-in", _IN_A_TERMINAL)


def library_lacks_login() -> Problem:
    """The AWS library is installed without ``awscrt``, by which alone it can prove whose such credentials are."""
    return Problem(
        "SSO Tray itself cannot use a sign-in by “aws login”",
        "The AWS CLI can. Run in a terminal: aws sts get-caller-identity --profile PROFILE",
    )


def no_code() -> Problem:
    """``--device-code`` was asked for."""
    return Problem(
        "A sign-in by “aws login” knows no device code",
        "To sign in on another device, run in a terminal: aws login --remote",
    )


def renewed_by_others() -> Problem:
    """``sso-tray renew`` was asked for."""
    return Problem(
        "A sign-in by “aws login” is not renewed by SSO Tray",
        "Programs renew it as they use it, for up to 12 hours after the login.",
    )


def no_portal() -> Problem:
    """The portal or the console was asked for."""
    return Problem(
        "A sign-in by “aws login” has no access portal", "It was made in the AWS console: open that in your browser."
    )


def said(lines: list[str]) -> str:
    """
    Choose what the AWS CLI said of its failure: its last error, else the last line that is no link.

    Returns:
        One line that may stand in a notice; empty where it said nothing.
    """
    spoken = [line.strip() for line in lines if line.strip() and "://" not in line]
    errors = [line.partition(_MARK)[2] for line in lines if _MARK in line]
    chosen = without_accounts(next(reversed(errors or spoken), "").strip())
    printable = "".join(character for character in chosen if character.isprintable())
    return printable if len(printable) <= _LONGEST else printable[: _LONGEST - 1] + "…"


def _hint(said_by_cli: str) -> str:
    return f"It says: {said_by_cli} {_IN_A_TERMINAL}" if said_by_cli else _IN_A_TERMINAL
