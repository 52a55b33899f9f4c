"""
Sign-ins of other programs in the same cache: IDE toolkits, Kiro, Amazon Q. They are left alone, and told of.

The AWS CLI's ``aws sso logout`` ends every token there, whoever wrote it (docs/facts: Logout of the AWS CLI, Other
writers).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tray.aws.cache.files import load_document, token_path
from tray.core.message import Line, Text, listed
from tray.core.model import SignIn
from tray.disk.looking import entries
from tray.doctor.context import Context
from tray.doctor.finding import Finding, fine

_OTHERS = Text(
    "In the same folder other programs keep sign-ins: {whose:whole}.",
    "SSO Tray leaves them alone. “aws sso logout” ends them all, and a new session may: those of the same browser.",
)
_KIRO = Line("Kiro")
_VSCODE = Line("the AWS Toolkit of VS Code")
_JETBRAINS = Line("the AWS Toolkit of JetBrains")
_AMAZON_Q = Line("Amazon Q")
_BUILDER_ID = Line("a program with an AWS Builder ID")
_GRANTED = Line("granted")
_UNKNOWN = Line("some that the config does not name")

_BUILDER_ID_PORTAL = "https://view.awsapps.com/start"
_TOOLKITS = {"aws-toolkit-vscode": _VSCODE, "aws-toolkit-jetbrains": _JETBRAINS}
"""How the names of the files begin that toolkits keep their client registrations in."""

_OF_KIRO = frozenset({"profileArn", "authMethod", "clientIdHash"})


class Entry(NamedTuple):
    """A JSON file of the cache."""

    name: str
    content: Mapping[str, Any]
    """Secrets too."""


def check(context: Context) -> Iterator[Finding]:
    """Look, and tell whose they are."""
    return rule(look(context.paths.sso_cache), context.paths.sso_cache, context.snapshot.sign_ins)


def look(cache: Path) -> Iterator[Entry]:
    """Read each file that a program may have left there; a half-written one is told of the next time."""
    for path in sorted(entries(cache)):
        if path.suffix == ".json" and not path.name.startswith("."):
            content = load_document(path, attempts=1)
            if content is not None:
                yield Entry(path.name, content)


def rule(found: Iterable[Entry], cache: Path, sign_ins: Iterable[SignIn]) -> Iterator[Finding]:
    """A token is whose its name, its keys or its client say; a registration is no sign-in."""
    there = list(found)
    ours = {token_path(cache, sign_in.name).name for sign_in in sign_ins}
    clients = {
        entry.content.get("clientId"): words
        for entry in there
        for beginning, words in _TOOLKITS.items()
        if entry.name.startswith(beginning)
    }
    clients.pop(None, None)
    whose = [_owner(each, clients) for each in there if _is_token(each) and each.name not in ours]
    if whose:
        named = dict.fromkeys(sorted(whose, key=lambda words: words is _UNKNOWN))
        yield fine("other-tokens", _OTHERS(whose=listed([words() for words in named])))


def _is_token(entry: Entry) -> bool:
    """Tell what ``aws sso logout`` would end."""
    return isinstance(entry.content.get("accessToken"), str)


def _owner(entry: Entry, clients: Mapping[object, Line]) -> Line:
    name, content = entry
    if name.startswith("kiro-") or not _OF_KIRO.isdisjoint(content):
        return _KIRO
    by_name = next((words for beginning, words in _TOOLKITS.items() if name.startswith(beginning)), None)
    if (toolkit := by_name or clients.get(content.get("clientId"))) is not None:
        return toolkit
    if "issuedAt" in content:
        return _AMAZON_Q
    if "ssoSessionName" in content:
        return _GRANTED
    return _BUILDER_ID if content.get("startUrl") == _BUILDER_ID_PORTAL else _UNKNOWN
