"""What gives profiles their credentials by ``credential_process``: where it leads, and whether it can do so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from tray.aws.config.credential_process import Misuse, read_process, started_program
from tray.aws.config.grammar import text_of
from tray.core.dataclass import dataclass
from tray.core.message import Text
from tray.core.words import config as config_words
from tray.core.words.names import profiles
from tray.doctor.context import Context
from tray.doctor.finding import Finding, fine, problem, warning
from tray.installation.programs import Installation, find_installation, find_program

_FOLLOWED = Text(
    "The credential_process of {profiles:whole} leads to the sign-in {sign_in}; it was read, and never run.",
    "{program:whole} uses what SSO Tray or the AWS CLI signs in to.",
)
_OWN_STORE = Text(
    "The credential_process of {profiles:whole} leads to the sign-in {sign_in}; it was read, and never run.",
    "{program:whole} takes over a sign-in that is made here. One that it makes itself it keeps in a store of its own,"
    " and that does not show here.",
)
_NOT_THERE = Text(
    "The credential_process of {profiles:whole} starts {program:whole}, which is not there",
    "Correct its path; “~” and variables are not replaced there.",
)
_NOT_ON_THE_PATH = Text(
    "The credential_process of {profiles:whole} starts {program:whole}, which is in no folder of PATH",
    "Write its whole path: programs that are not started in a terminal look into few folders.",
)
_ANOTHER_OF_US = Text(
    "The credential_process of {profiles:whole} starts another SSO Tray than this one: {program:whole}",
    "Write {own:whole} in its place, so that an upgrade reaches both.",
)
_NO_SUCH_CALL = Text(
    "The credential_process of {profiles:whole} calls sso-tray in a way that gives no credentials",
    "Write: credential_process = sso-tray credentials NAME --format process",
)
_OTHER_FORMAT = Text(
    "The credential_process of {profiles:whole} has sso-tray print credentials in a form that no SDK reads",
    "Write: credential_process = sso-tray credentials NAME --format process",
)
_NAMELESS = Text(
    "The credential_process of {profiles:whole} names no profile, so it gives the credentials of whichever is in force",
    "Write: credential_process = sso-tray credentials NAME --format process. Where AWS_PROFILE names the profile"
    " itself, it asks for its own.",
)
_MISUSES = {
    Misuse.NO_SUCH_CALL: (problem, _NO_SUCH_CALL),
    Misuse.FORMAT: (problem, _OTHER_FORMAT),
    Misuse.NAMELESS: (warning, _NAMELESS),
}

_SSO = {"sso_session", "sso_start_url", "sso_account_id", "sso_role_name"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found of the programs that are named, each as it is written."""

    installation: Installation
    found: dict[str, Path | None]
    """Where each program is; None where it is not."""


def check(context: Context) -> Iterator[Finding]:
    """Look, and tell what is so; nothing is run."""
    return rule(context, look(context, find_program))


def look(context: Context, find: Callable[[str], Path | None]) -> Facts:
    """Find the programs that are named; inside a Flatpak none, since those of the system are not seen from there."""
    inside = "FLATPAK_ID" in context.environ
    named = {program for program, _ in _by_program(context) if not inside}
    return Facts(find_installation() if named else Installation(()), {program: find(program) for program in named})


def rule(context: Context, facts: Facts) -> Iterator[Finding]:
    """Tell where a sign-in was found by another program's command, and which command cannot do what it is there for."""
    yield from _followed(context)
    misused: dict[Misuse, list[str]] = {}
    ours = set()
    for name, settings in context.full.profiles.items():
        process = read_process(name, settings)
        if process is not None and process.misuse is not None:
            misused.setdefault(process.misuse, []).append(name)
        if process is not None and process.program == "sso-tray":
            ours.add(name)
    for misuse, names in misused.items():
        level, said = _MISUSES[misuse]
        yield level("credential-process", said(profiles=profiles(names)))
    for program, names in _by_program(context):
        if program not in facts.found:
            continue
        path = facts.found[program]
        if path is None:
            level, said = (problem, _NOT_THERE) if _has_folder(program) else (warning, _NOT_ON_THE_PATH)
            yield level("credential-process", said(profiles=profiles(names), program=program))
        elif ours.issuperset(names) and path.stem == "sso-tray" and _is_another(path, facts.installation):
            own = facts.installation.programs[0]
            yield warning("credential-process", _ANOTHER_OF_US(profiles=profiles(names), program=program, own=own))


def _by_program(context: Context) -> list[tuple[str, list[str]]]:
    """List the programs that are started, as they are written, with the profiles that start them."""
    found: dict[str, list[str]] = {}
    for name, settings in context.full.profiles.items():
        command = text_of(settings, "credential_process")
        program = None if command is None else started_program(command)
        if program is not None:
            found.setdefault(program, []).append(name)
    return list(found.items())


def _is_another(path: Path, installation: Installation) -> bool:
    known = installation.programs
    return bool(known) and path not in known and not installation.owns(path)


def _has_folder(program: str) -> bool:
    return "/" in program or "\\" in program


def _followed(context: Context) -> Iterator[Finding]:
    """Tell where a sign-in was found by another program's command, and where that program has one of its own."""
    followed: dict[tuple[str, str, bool], list[str]] = {}
    for profile in context.snapshot.profiles:
        settings = context.full.profiles.get(profile.name, {})
        process = None if _SSO & settings.keys() else read_process(profile.name, settings)
        if process is not None and profile.sign_in is not None and (process.profile or process.start_url):
            followed.setdefault((process.program, profile.sign_in, process.any_token), []).append(profile.name)
    for (program, sign_in, own_store), names in followed.items():
        said = (_OWN_STORE if own_store else _FOLLOWED)(profiles=profiles(names), sign_in=sign_in, program=program)
        yield fine("credential-process", said)
    programs = {profile.name: profile.program for profile in context.snapshot.profiles if profile.program is not None}
    if context.snapshot.sign_ins and (of_others := config_words.by_programs(programs)) is not None:
        yield fine("credential-process", of_others)
