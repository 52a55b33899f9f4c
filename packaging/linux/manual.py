"""The manual page, written from the parser itself, so that it cannot tell of an option that is not there."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator

import project

from tray.core.words.examples import EXAMPLES, Examples
from tray.parser import parse

_FILES = (
    ("~/.aws/config", "Sign-ins and profiles; only what you ask for is changed, and each version is kept as a backup."),
    ("~/.aws/sso/cache/", "Tokens, as the AWS CLI keeps them."),
    ("~/.config/sso-tray/settings.toml", "Settings, each of them explained there."),
    ("~/.local/state/sso-tray/", "What is remembered, the backups, and the log."),
)
_ENVIRONMENT = (
    ("AWS_PROFILE", "The profile in force, as for the AWS CLI; it goes before the default profile."),
    ("AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE", "Other places for the files in ~/.aws."),
    ("AWS_CA_BUNDLE, HTTPS_PROXY, NO_PROXY", "How AWS is reached, as for the AWS CLI."),
    ("BROWSER", "The browser to sign in with; %s stands for the address."),
    ("NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR", "No colour in the terminal; or colour in a pipe, too."),
    ("XDG_CONFIG_HOME, XDG_STATE_HOME", "Other places for our own files."),
)


def manual() -> str:
    """Write the page out, in the man macros of roff."""
    parser: argparse.ArgumentParser = parse(["complete"]).parser
    day = project.day_of(project.releases()[0]).isoformat()
    return "\n".join(
        [
            f'.TH SSO\\-TRAY 1 "{day}" "SSO Tray {project.version()}" "User Commands"',
            ".SH NAME",
            _roff(f"sso-tray - {project.does()}"),
            ".SH SYNOPSIS",
            ".B sso\\-tray",
            "[\\fIOPTION\\fR] [\\fICOMMAND\\fR ...]",
            ".SH DESCRIPTION",
            _roff(" ".join((parser.description or "").split())),
            ".SH OPTIONS",
            ".TP",
            "\\fB\\-h\\fR, \\fB\\-\\-help\\fR",
            "show help; after a command, that of the command.",
            *_options(parser),
            ".SH COMMANDS",
            *_commands(parser),
            ".SH EXIT STATUS",
            *_exit_codes(parser.epilog or ""),
            ".SH FILES",
            *_terms(_FILES),
            ".SH ENVIRONMENT",
            *_terms(_ENVIRONMENT),
            *_see_also(project.home_page()),
            "",
        ]
    )


def _commands(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                yield f".SS {_roff(name)}"
                command.color = False  # From Python 3.14 on it may paint.
                usage = command.format_usage().removeprefix("usage: ")
                yield f"\\fB{_roff(' '.join(usage.split()))}\\fR"
                yield ".PP"
                yield _roff(command.description or "")
                yield from _options(command)
                yield from _examples(EXAMPLES[name])


def _examples(examples: Examples) -> Iterator[str]:
    yield from (".PP", "Examples:")
    for line, does in examples:
        yield from (".TP", f"\\fB{_roff(line)}\\fR", f"{_roff(does)}.")


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        hidden = action.help in {None, argparse.SUPPRESS} or "--help" in action.option_strings
        if hidden or isinstance(action, argparse._SubParsersAction):
            continue
        value = "" if action.nargs == 0 else str(action.metavar or "|".join(action.choices or ()) or action.dest)
        names = ", ".join(f"\\fB{_roff(name)}\\fR" for name in action.option_strings)
        yield ".TP"
        yield f"{names} \\fI{_roff(value)}\\fR".strip() if value else names
        yield _roff(action.help or "") + "."


def _exit_codes(epilog: str) -> Iterator[str]:
    for code, meaning in re.findall(r"(\d) ([^;.]+)", " ".join(epilog.split())):
        yield ".TP"
        yield f".B {code}"
        yield _roff(meaning[0].upper() + meaning[1:]) + "."


def _see_also(home_page: str | None) -> Iterator[str]:
    if home_page:
        yield from (".SH SEE ALSO", f".UR {home_page}", "The project's home page", ".UE")


def _terms(entries: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for term, meaning in entries:
        yield ".TP"
        yield f"\\fI{_roff(term)}\\fR"
        yield _roff(meaning)


def _roff(text: str) -> str:
    """Escape what roff takes for its own."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("~", "\\(ti").replace("'", "\\(aq")
    return f"\\&{escaped}" if escaped.startswith(".") else escaped
