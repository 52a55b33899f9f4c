"""
What the JavaScript SDK reads otherwise in the config than the AWS CLI and boto3 do.

The rules: docs/facts: Config names, Config comments, Provider order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tray.aws.config.grammar import DEFAULT_PROFILE, PROFILE
from tray.core.message import Line, Message, Plural, Text, listed
from tray.core.words.names import first
from tray.doctor.context import Context
from tray.doctor.finding import Finding, warning

_TWO_DEFAULTS = Text(
    "There are a [default] and a [profile default], and they differ",
    "Join them in [default]: the AWS CLI and boto3 use the last in the file, the JavaScript SDK the second.",
)
_KEYS_AND_SSO = Text(
    "The profile {profile} has both access keys and SSO settings",
    "Remove the one or the other: the AWS CLI and boto3 use the sign-in, the JavaScript SDK the keys.",
)
_UNSEEN = Plural(
    "The JavaScript SDK does not see 1 name of the config: {names:whole}",
    "The JavaScript SDK does not see {count} names of the config: {names:whole}",
)
_BLANKS = Plural(
    "1 sso-session has a name with blanks: {names:whole}",
    "{count} sso-sessions have names with blanks: {names:whole}",
)
_WITHOUT_BLANKS = Line(
    "The AWS CLI and boto3 read it; the SDKs for JavaScript, Go, Java and .NET do not. If you use one of these, write"
    " the name without blanks, here and behind sso_session in the profiles, then log in again."
)
_QUOTED = Line("“{name}”")
_RENAME = Line("If you use it, rename them: it knows letters of the alphabet, digits and _ - @ + . % : / only.")
_INLINE_COMMENT = Text(
    "Line {line} of {file:whole}: the comment behind {key} counts as a part of its value",
    "Put the comment on a line of its own: the AWS CLI and boto3 know no comments behind a value.",
)

_COMMENT = re.compile(r"\s[#;]")
_ONE_WORD = re.compile(r"(sso|aws)_\w+|region|output|role_arn|source_profile|login_session|credential_source")
"""Keys whose values hold no blank, so that what follows one is a comment; a command may well hold a ``;``."""

_BLANK = re.compile(r"\s")
_JAVASCRIPT_NAME = re.compile(r"[\w@+.%:/-]+", re.ASCII)
"""What the JavaScript SDK takes for a name; any other section does not exist for it."""


def check(context: Context) -> Iterator[Finding]:
    """Each of these works, but not alike everywhere."""
    yield from _inline_comments(context)
    defaults = context.full.document.describing((PROFILE, DEFAULT_PROFILE))
    if len({frozenset((entry.key, entry.text) for entry in section.entries) for section in defaults}) > 1:
        yield warning("two-defaults", _TWO_DEFAULTS())
    for name, settings in context.full.profiles.items():
        if "aws_access_key_id" in settings and ("sso_account_id" in settings or "sso_role_name" in settings):
            yield warning("keys-and-sso", _KEYS_AND_SSO(profile=name))
    with_blanks = [name for name in context.full.sso_sessions if _BLANK.search(name)]
    if with_blanks:
        yield warning("session-name", Message(_BLANKS(len(with_blanks), names=_named(with_blanks)), _WITHOUT_BLANKS()))
    names = [
        name
        for name in (*context.full.profiles, *context.full.sso_sessions)
        if not _JAVASCRIPT_NAME.fullmatch(name) and name not in with_blanks
    ]
    if names:
        yield warning("javascript-name", Message(_UNSEEN(len(names), names=_named(names)), _RENAME()))


def _named(names: Sequence[str]) -> str:
    return listed(first([*(_QUOTED(name=name) for name in names[:3]), *names[3:]]))


def _inline_comments(context: Context) -> Iterator[Finding]:
    paths = context.paths
    files = (paths.aws_config, context.full.document), (paths.aws_credentials, context.credentials)
    for path, document in files:
        entries = ((above + each.start + 1, each) for above, section in document.numbered() for each in section.entries)
        for line, entry in entries:
            if _ONE_WORD.fullmatch(entry.key) and _COMMENT.search(entry.text):
                said = _INLINE_COMMENT(line=line, file=path, key=entry.key)
                yield warning("inline-comment", said)
