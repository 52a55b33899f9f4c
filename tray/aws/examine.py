"""
Looks through the files of ``~/.aws`` for what AWS programs pass over in silence, or understand in different ways.

All of it works as AWS-SSO-FACTS section 5 says; nothing is changed, and no secret leaves this module.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tray.aws.config.both_files import FullConfig, read_full_config
from tray.aws.config.file import read_document
from tray.aws.config.grammar import (
    DEFAULT_PROFILE,
    HEADER,
    KEY,
    PROFILE,
    SSO_SESSION,
    Settings,
    split_lines,
    subject,
    text_of,
    walk,
)
from tray.core.diagnosis.facts import AccessKey, ConfigFacts, IgnoredSection, InlineComment
from tray.core.errors import ConfigProblem

_SHARED_BY_ALL = "DEFAULT"
_INLINE_COMMENT = re.compile(r"\s[#;]")
_WITHOUT_COMMENTS = re.compile(r"(sso|aws)_\w+|region|output|role_arn|source_profile|login_session|credential_source")
"""Keys whose values hold no blank, so that what follows one is a comment."""

_OF_A_PROFILE = re.compile(rf"{_WITHOUT_COMMENTS.pattern}|credential_process|web_identity_token_file")
_SOURCES = ("aws_access_key_id", "role_arn", "credential_process", "login_session", "sso_account_id", "sso_role_name")
_NAMED_SECTION = re.compile(r"(?P<kind>profile|sso[-_ ]?session)\s+(?P<name>.+)", re.IGNORECASE | re.DOTALL)
_NEEDS_QUOTES = re.compile(r"""[\s"'\\]""")
_LONG_LIVED = re.compile(r"AKIA[A-Z0-9]{12,124}")
"""The id of an IAM user's key; those of temporary credentials begin with ASIA (IAM reference, unique identifiers)."""


def examine(config: Path, credentials: Path, environ: Mapping[str, str], active: str | None) -> ConfigFacts:
    """
    Look through both files, and the environment for keys.

    Args:
        config: ``~/.aws/config``, or what stands for it.
        credentials: ``~/.aws/credentials``, likewise.
        environ: Where ``AWS_ACCESS_KEY_ID`` is looked up.
        active: The profile in force.

    Returns:
        Only what the environment holds where botocore would refuse a file: the config reader says why.
    """
    key = environ.get("AWS_ACCESS_KEY_ID")
    in_environment = (AccessKey(_masked(key), ""),) if key else ()
    try:
        full = read_full_config(config, credentials)
        lines = _Lines(full.document.text)
        of_credentials = _Lines(read_document(credentials).text)
    except ConfigProblem:
        return ConfigFacts(access_keys=in_environment)
    lacking = [name for name, settings in full.profiles.items() if _lacks_credentials(settings)]
    return ConfigFacts(
        ignored=tuple(_ignored(lines, str(config), full)),
        comments=(*_comments(lines, str(config)), *_comments(of_credentials, str(credentials))),
        without_role=tuple(name for name, settings in full.profiles.items() if _lacks_role(settings)),
        without_credentials=tuple(name for name in lacking if name != DEFAULT_PROFILE),
        default_without_credentials=active == DEFAULT_PROFILE and active in lacking,
        keys_and_sso=tuple(name for name, settings in full.profiles.items() if _has_keys_and_sso(settings)),
        access_keys=(
            *in_environment,
            *_access_keys(full.config_profiles, str(config)),
            *_access_keys(full.credentials, str(credentials)),
        ),
        two_defaults=_has_two_defaults(lines),
    )


def files_with_secrets(config: Path, credentials: Path) -> tuple[Path, ...]:
    """Tell which of the two files hold secrets: the credentials file always, the config file if it has keys."""
    try:
        full = read_full_config(config, credentials)
    except ConfigProblem:
        return (credentials,)
    secret = any("aws_secret_access_key" in settings for settings in full.config_profiles.values())
    return (config, credentials) if secret else (credentials,)


@dataclass(slots=True)
class _Section:
    header: str
    line: int
    settings: dict[str, str] = field(default_factory=dict)


class _Lines:
    """The sections of a file with the numbers of their lines, and its keys with theirs."""

    def __init__(self, text: str) -> None:
        self.sections: list[_Section] = []
        self.keys: list[tuple[int, str, str]] = []
        for kind, index, name, value in walk(split_lines(text)):
            if kind == HEADER:
                self.sections.append(_Section(name, index + 1))
            elif kind == KEY:
                self.sections[-1].settings[name] = value
                self.keys.append((index + 1, name, value))


def _ignored(lines: _Lines, file: str, full: FullConfig) -> Iterator[IgnoredSection]:
    taken = set(full.order)
    for section in lines.sections:
        if subject(section.header) is not None or section.header == _SHARED_BY_ALL:
            continue
        corrected = correct(section.header, section.settings)
        if corrected is None and not _means_a_profile(section):
            continue
        about = None if corrected is None else subject(corrected)
        yield IgnoredSection(file, section.line, section.header, None if about in taken else corrected)
        if about is not None:
            taken.add(about)


def _means_a_profile(section: _Section) -> bool:
    named = section.header.strip().lower().startswith((PROFILE, SSO_SESSION))
    return named or any(_OF_A_PROFILE.fullmatch(key) for key in section.settings)


def correct(header: str, settings: Mapping[str, str]) -> str | None:
    """
    Say how the header of a section should be written that AWS programs pass over.

    Args:
        header: What stands between the brackets.
        settings: The section's keys, which tell what it is where the header does not.

    Returns:
        None where neither tells what is meant, or the name holds quotation marks out of place.
    """
    bare = header.strip()
    if bare.lower() == DEFAULT_PROFILE:
        return DEFAULT_PROFILE
    named = _NAMED_SECTION.fullmatch(bare)
    if named:
        kind = PROFILE if named["kind"].lower() == PROFILE else SSO_SESSION
        name = _unquoted(named["name"])
    elif bare.lower() in {PROFILE, SSO_SESSION} or not any(_OF_A_PROFILE.fullmatch(key) for key in settings):
        return None
    else:
        of_session = settings.keys() <= {"sso_start_url", "sso_region", "sso_registration_scopes"}
        kind, name = SSO_SESSION if of_session else PROFILE, _unquoted(bare)
    corrected = f"{kind} {_quoted(name)}"
    return corrected if subject(corrected) == (kind, name) else None


def _unquoted(name: str) -> str:
    try:
        words = shlex.split(name)
    except ValueError:
        words = []
    return words[0] if len(words) == 1 else name


def _quoted(name: str) -> str:
    if not _NEEDS_QUOTES.search(name):
        return name
    return shlex.quote(name) if '"' in name or "\\" in name else f'"{name}"'


def _comments(lines: _Lines, file: str) -> Iterator[InlineComment]:
    for line, key, value in lines.keys:
        if _WITHOUT_COMMENTS.fullmatch(key) and _INLINE_COMMENT.search(value):
            yield InlineComment(file, line, key)


def _lacks_role(settings: Settings) -> bool:
    return "sso_session" in settings and not any(key in settings for key in _SOURCES)


def _lacks_credentials(settings: Settings) -> bool:
    return not any(key in settings for key in (*_SOURCES, "sso_session", "sso_start_url"))


def _has_keys_and_sso(settings: Settings) -> bool:
    return "aws_access_key_id" in settings and ("sso_account_id" in settings or "sso_role_name" in settings)


def _access_keys(profiles: Mapping[str, Settings], file: str) -> Iterator[AccessKey]:
    for name, settings in profiles.items():
        key = text_of(settings, "aws_access_key_id")
        if key is not None and _LONG_LIVED.match(key):
            yield AccessKey(_masked(key), file, name)


def _masked(key: str) -> str:
    return f"{key[:4]}…{key[-4:]}" if len(key) >= 16 else "…"


def _has_two_defaults(lines: _Lines) -> bool:
    about = (PROFILE, DEFAULT_PROFILE)
    found = [section.settings for section in lines.sections if subject(section.header) == about]
    return any(settings != found[0] for settings in found)
