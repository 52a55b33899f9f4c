"""Whether the config can be read and names a sign-in, what ``AWS_PROFILE`` does, and sections that are passed over."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from functools import partial

from tray.aws.config.edit import rename_section
from tray.aws.config.files import edit_config
from tray.aws.config.grammar import DEFAULT_PROFILE, PROFILE, SHARED, SSO_SESSION, missing_bracket, subject
from tray.aws.config.places import is_file, place_problem, places
from tray.aws.config.reading import environment_problems
from tray.core.clusters import is_clean
from tray.core.message import Line, Text
from tray.core.words import config as config_words
from tray.core.words import status as status_words
from tray.core.words.names import PROFILES, SIGN_INS
from tray.doctor.context import Context
from tray.doctor.finding import Finding, Fix, fine, problem, warning
from tray.paths import Paths

_NAMES = Text("The config names {sign_ins} and {profiles}.")
_IGNORED = Text(
    "Line {line} of {file:whole}: AWS programs pass over the section [{header}] in silence",
    "Write [profile NAME] or [sso-session NAME], the name in quotes if it has spaces; or, where such a section is there"
    " already, move into it what it lacks and remove this one.",
)
_MISWRITTEN = Text(
    "Line {line} of {file:whole}: AWS programs pass over the section [{header}] in silence", "Write [{corrected}]"
)
_OPEN = Text(
    "Line {line} of {file:whole}: [{header} has no closing bracket, and counts as a key of the section above",
    "Write [{header}]",
)
_INDENTED = Text(
    "Line {line} of {file:whole}: [{header}] is indented, and counts as a part of {key} above it",
    "Take away the blanks in front of it.",
)
_CORRECTED = Line("[{header}] is now [{corrected}]. The file as it was is in {backups:whole}.")

_OF_A_PROFILE = re.compile(
    r"(sso|aws)_\w+|region|output|role_arn|source_profile|login_session|web_identity_token_file|credential_\w+"
)
_OF_A_SESSION = frozenset({"sso_start_url", "sso_region", "sso_registration_scopes"})
_NAMED_SECTION = re.compile(r"(?P<kind>profile|sso[-_ ]?session)\s+(?P<name>.+)", re.IGNORECASE | re.DOTALL)
_NEEDS_QUOTES = re.compile(r"""[\s"'\\]""")
_LONGEST_NAME = 200
"""Characters of a header in the name of a fix, which has to fit on a command line."""


def check(context: Context) -> Iterator[Finding]:
    """Tell what the files and the variable say, then which sections count for nothing."""
    yield from _places(context)
    yield from _files_and_variable(context)
    yield from ignored_sections(context)
    yield from hidden_headers(context)


def _places(context: Context) -> Iterator[Finding]:
    """A variable may name a file that is not made yet; but then AWS programs see nothing, and say nothing."""
    paths = context.paths
    for place in places(paths.aws_config, paths.aws_credentials, context.environ):
        if not place.variable:
            continue
        if is_file(place.path):
            if not place.path.is_absolute():
                said = config_words.VARIABLE_IS_RELATIVE(variable=place.variable, file=place.path)
                yield warning("aws-files", said)
        elif place_problem(place) is None:  # else it is one of the snapshot's
            yield warning("aws-files", config_words.VARIABLE_NAMES_MISSING(variable=place.variable, file=place.path))


def _files_and_variable(context: Context) -> Iterator[Finding]:
    """An ``AWS_PROFILE`` that names no profile breaks every program; one that names another only surprises."""
    snapshot = context.snapshot
    profiles = [profile.name for profile in snapshot.profiles]
    of_variable = environment_problems(context.environ, profiles, snapshot.default_profile)
    of_files = [found for found in snapshot.problems if found not in of_variable]
    for found in of_files:
        yield problem("config", found)
    if snapshot.sign_ins:
        sign_ins = SIGN_INS(len(snapshot.sign_ins))
        yield fine("config", _NAMES(sign_ins=sign_ins, profiles=PROFILES(len(profiles))))
    elif snapshot.without_sign_in is not None:
        yield warning("config", snapshot.without_sign_in)
    elif not of_files:
        yield problem("config", status_words.NO_SIGN_INS())
    for found in of_variable:
        if found in snapshot.problems:
            yield (warning if snapshot.environment_profile in profiles else problem)("aws-profile", found)


def ignored_sections(context: Context) -> Iterator[Finding]:
    """
    Tell of sections whose header AWS programs do not understand, so that they pass over them in silence.

    A header has a fix where it is plain what is meant, and no such section is there already.
    """
    taken = set(context.full.order)
    for line, section in context.full.document.numbered():
        if section.about is not None or section.header == SHARED:
            continue
        keys = {entry.key for entry in section.entries}
        corrected = corrected_header(section.header, keys)
        about = corrected and subject(corrected)
        if about and about not in taken:
            taken.add(about)
        elif about or _means_a_profile(section.header, keys):
            corrected = None
        else:
            continue
        yield _finding(line + 1, section.header, corrected, context.paths)


def hidden_headers(context: Context) -> Iterator[Finding]:
    """Tell of lines that were meant for headers, and that AWS programs take for a part of the section above."""
    file = context.paths.aws_config
    for above, section in context.full.document.numbered():
        lines = section.lines
        for entry in section.entries:
            lacks = missing_bracket(lines[entry.start]) if entry.key.startswith("[") else None
            if lacks is not None:
                said = _OPEN(line=above + entry.start + 1, file=file, header=lacks[1])
                yield problem("ignored-section", said)
            for at in range(entry.start + 1, entry.end):
                bare = lines[at].strip()
                if bare.startswith("[") and bare.endswith("]") and subject(bare[1:-1]) is not None:
                    said = _INDENTED(line=above + at + 1, file=file, header=bare[1:-1], key=entry.key)
                    yield problem("ignored-section", said)


def _finding(line: int, header: str, corrected: str | None, paths: Paths) -> Finding:
    if corrected is None:
        return problem("ignored-section", _IGNORED(line=line, file=paths.aws_config, header=header))
    fix = None
    if is_clean(header) and len(header) <= _LONGEST_NAME:
        fix = Fix(f"ignored-section:{header}", partial(_correct, header, corrected))
    said = _MISWRITTEN(line=line, file=paths.aws_config, header=header, corrected=corrected)
    return problem("ignored-section", said, fix)


def _means_a_profile(header: str, keys: Iterable[str]) -> bool:
    return header.strip().lower().startswith((PROFILE, SSO_SESSION)) or any(map(_OF_A_PROFILE.fullmatch, keys))


def corrected_header(header: str, keys: set[str]) -> str | None:
    """
    Say how the header of a section should be written that AWS programs pass over.

    Args:
        header: What stands between the brackets.
        keys: Of the section; they tell what it is where the header does not.

    Returns:
        None where neither tells what is meant, or the name holds quotation marks out of place.
    """
    bare = header.strip()
    if bare.lower() == DEFAULT_PROFILE:
        return DEFAULT_PROFILE
    if named := _NAMED_SECTION.fullmatch(bare):
        kind, name = PROFILE if named["kind"].lower() == PROFILE else SSO_SESSION, _unquoted(named["name"])
    elif bare.lower() in {PROFILE, SSO_SESSION} or not any(map(_OF_A_PROFILE.fullmatch, keys)):
        return None
    else:
        kind, name = SSO_SESSION if keys <= _OF_A_SESSION else PROFILE, _unquoted(bare)
    corrected = f"{kind} {_quoted(name)}"
    return corrected if subject(corrected) == (kind, name) else None


def _unquoted(name: str) -> str:
    try:
        words = shlex.split(name)
    except ValueError:
        return name
    return words[0] if len(words) == 1 else name


def _quoted(name: str) -> str:
    if not _NEEDS_QUOTES.search(name):
        return name
    return shlex.quote(name) if '"' in name or "\\" in name else f'"{name}"'


def _correct(header: str, corrected: str, paths: Paths) -> str:
    """Write another header above a section of the config file; every other byte stays."""
    headers = (header, corrected)
    edit_config(paths, lambda document: rename_section(document, *headers), touches=lambda touched: touched in headers)
    return _CORRECTED(header=header, corrected=corrected, backups=paths.backups)
