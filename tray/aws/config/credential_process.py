"""
What the ``credential_process`` of a profile says of its sign-in. It is read here, and never run.

How these programs are called, and what they look up: docs/facts: Credential process.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Final

from tray.aws.config.grammar import DEFAULT_PROFILE, Settings, text_of
from tray.core.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_GRANTED: Final = frozenset({"granted", "dgranted"})
_SSO_UTIL: Final = frozenset({"aws-sso-util", "aws-sso-credential-process"})
_OURS: Final = frozenset({"sso-tray", "io.github.sso_tray.SsoTray"})
"""The latter is what ``flatpak run`` starts."""

_SHELLS: Final = frozenset({"sh", "bash", "dash", "zsh", "ksh", "cmd"})
_ELSEWHERE: Final = frozenset({"wsl", "ssh", "docker", "podman", "nerdctl", "kubectl"})
"""What they start has other files than ours."""

_TAKING: Final = frozenset({"--format", "--shell"})
"""Our own options that have a value."""

_OTHER_FILES: Final = ("HOME=", "USERPROFILE=", "AWS_CONFIG_FILE=", "AWS_SHARED_CREDENTIALS_FILE=")
_OPERATORS: Final = frozenset({"|", "||", "&&", ";", "&", ">", "2>"})


@dataclass(frozen=True, slots=True)
class Process:
    """Who gives a profile its credentials, and by which sign-in, as far as the command tells."""

    program: str
    """As people call it: without its folder, and without ``.exe``."""

    profile: str | None = None
    """The profile whose credentials it gives; None where it names none, or the very one that it stands in."""

    start_url: str | None = None
    region: str | None = None
    """Of Identity Center."""

    account_id: str | None = None
    role_name: str | None = None

    any_token: bool = False
    """Whether the program takes any token of the cache for this start URL, an sso-session's too."""


def read_process(name: str, settings: Settings) -> Process | None:
    """
    Read the ``credential_process`` of a profile.

    Args:
        name: The profile's.
        settings: What it says.

    Returns:
        None where it has none.
    """
    command = text_of(settings, "credential_process")
    if command is None:
        return None
    words = _unwrapped(_split(command))
    first = next((word for word in words if not _is_setting(word) and _stem(word) != "env"), command)
    program = _stem(first) or command
    if program in _ELSEWHERE or any(word.upper().startswith(_OTHER_FILES) for word in words):
        return Process(program)
    for at, word in enumerate(words):
        if (found := _known(_stem(word), words, at, name, settings)) is not None:
            return found
    return Process(program)


def _known(program: str, words: Sequence[str], at: int, name: str, settings: Settings) -> Process | None:
    """Read a command of a program that is known; None where it is another program, or does something else."""
    if program in _GRANTED and "credential-process" in words[at:]:
        return _of_granted(program, _options(words[at + 1 :]), name, settings)
    if (program == "aws-sso-util" and "credential-process" in words[at:]) or program == "aws-sso-credential-process":
        return _of_sso_util(program, _options(words[at + 1 :]), name)
    if program == "aws" and "export-credentials" in words[at:]:
        given = next((word.partition("=")[2] for word in words[:at] if word.startswith("AWS_PROFILE=")), None)
        return Process(program, profile=_options(words[at + 1 :]).get("--profile", given or DEFAULT_PROFILE))
    if program in _OURS and "credentials" in words[at + 1 :]:
        after = words[words.index("credentials", at + 1) + 1 :]
        return Process("sso-tray", profile=next(iter(_positionals(after, _TAKING)), DEFAULT_PROFILE))
    if program == "aws2-wrap" and "--process" in words[at:]:
        return Process(program, profile=_options(words[at + 1 :]).get("--profile", DEFAULT_PROFILE))
    return None


def _of_granted(program: str, options: Mapping[str, str], name: str, settings: Settings) -> Process:
    other = options.get("--profile", name)
    if other != name:
        return Process(program, profile=other)
    start_url = text_of(settings, "granted_sso_start_url")
    return Process(
        program,
        start_url=start_url and start_url.removesuffix("/"),
        region=text_of(settings, "granted_sso_region"),
        account_id=text_of(settings, "granted_sso_account_id"),
        role_name=text_of(settings, "granted_sso_role_name"),
        any_token=True,
    )


def _of_sso_util(program: str, options: Mapping[str, str], name: str) -> Process:
    start_url = options.get("--start-url", options.get("--sso-start-url"))
    other = options.get("--profile", name)
    return Process(
        program,
        profile=None if start_url or other == name else other,
        start_url=start_url,
        region=options.get("--region", options.get("--sso-region")),
        account_id=options.get("--account-id"),
        role_name=options.get("--role-name"),
    )


def _split(command: str) -> list[str]:
    """Split a command into words as botocore does; to none where it could not."""
    if sys.platform == "win32":
        return [word.replace('"', "") for word in re.findall(r'(?:"[^"]*"|[^\s"])+', command)]
    if not any(special in command for special in "\"'\\"):
        return command.split()
    import shlex  # noqa: PLC0415 - few commands need it

    try:
        return shlex.split(command)
    except ValueError:
        return []


def _unwrapped(words: Sequence[str]) -> list[str]:
    """Put what a shell is told to run in place of the shell, once."""
    if len(words) > 2 and _stem(words[0]) in _SHELLS:
        flag = next((at for at, word in enumerate(words) if re.fullmatch(r"-\w*c|/[cC]", word)), None)
        if flag is not None and flag + 1 < len(words):
            rest = words[flag + 1 :]
            return _split(rest[0]) if len(rest) == 1 or words[flag].startswith("-") else list(rest)
    return list(words)


def _options(words: Iterable[str]) -> dict[str, str]:
    """Find the options with their values, up to where a shell would begin another command."""
    found: dict[str, str] = {}
    awaited: str | None = None
    for word in words:
        ends = word in _OPERATORS
        value = word.removesuffix(";")
        if awaited is not None and not ends and not value.startswith(("-", "$")):
            found[awaited] = value
        option, equals, given = value.partition("=")
        awaited = option if option.startswith("--") and not equals else None
        if equals and option.startswith("--") and not given.startswith("$"):
            found[option] = given
        if ends or value != word:
            break
    return found


def _positionals(words: Sequence[str], taking: frozenset[str]) -> list[str]:
    """List the words that are neither options nor, behind one of those given, their values."""
    found: list[str] = []
    for previous, word in zip(("", *words), words, strict=False):
        if word in _OPERATORS:
            break
        value = word.removesuffix(";")
        if value and not value.startswith(("-", "$")) and previous not in taking:
            found.append(value)
        if value != word:
            break
    return found


def _is_setting(word: str) -> bool:
    return re.match(r"\w+=", word) is not None


def _stem(word: str) -> str:
    """Name a program without its folder and its ending."""
    name = re.split(r"[\\/]", word)[-1]
    return re.sub(r"\.(exe|cmd|bat)$", "", name, flags=re.IGNORECASE) or word
