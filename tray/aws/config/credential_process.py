"""
What the ``credential_process`` of a profile says of its sign-in. It is read here, and never run.

How these programs are called, and what they look up: docs/facts: Credential process.
"""

from __future__ import annotations

import re
import sys
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from tray.aws.config.grammar import DEFAULT_PROFILE, Settings, text_of
from tray.core.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_GRANTED: Final = frozenset({"granted", "dgranted"})
_SSO_UTIL: Final = frozenset({"aws-sso-util", "aws-sso-credential-process"})
_OURS: Final = frozenset({"sso-tray", "io.github.sso_tray.SsoTray"})
"""The latter is what ``flatpak run`` starts."""

_SHELLS: Final = frozenset({"sh", "bash", "dash", "zsh", "ksh", "cmd"})
_ELSEWHERE: Final = frozenset({"wsl", "ssh", "docker", "podman", "nerdctl", "kubectl"})
"""What they start has other files than ours."""

_TAKING: Final = frozenset({"--format", "--shell"})
"""Our own options that have a value."""

_FLAGS: Final = frozenset({"--login", "--verbose"})
_FORMATS: Final = frozenset({"process", "env", "json"})

_OTHER_FILES: Final = ("HOME=", "USERPROFILE=", "AWS_CONFIG_FILE=", "AWS_SHARED_CREDENTIALS_FILE=")
_OPERATORS: Final = frozenset({"|", "||", "&&", ";", "&", ">", "2>"})


class Misuse(Enum):
    """Why a call of our own command gives an SDK no credentials, or not those that are meant."""

    FORMAT = auto()
    """It prints them in a form that no SDK reads."""

    NAMELESS = auto()
    """It names no profile, so whichever is in force where the SDK runs counts: often the very one that it stands in."""

    NO_SUCH_CALL = auto()
    """We are not called like that."""


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

    misuse: Misuse | None = None
    """Of our own command alone."""


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
    if program in _OURS and "exec" not in words[at + 1 :]:
        return _of_ours(words[at + 1 :])
    if program == "aws2-wrap" and "--process" in words[at:]:
        return Process(program, profile=_options(words[at + 1 :]).get("--profile", DEFAULT_PROFILE))
    return None


def _of_ours(after: Sequence[str]) -> Process:
    if "credentials" not in after:
        return Process("sso-tray", misuse=Misuse.NO_SUCH_CALL)
    after = after[after.index("credentials") + 1 :]
    named = _positionals(after, _TAKING)
    options = {word.partition("=")[0] for word in _until_operator(after) if word.startswith("-")}
    form = _options(after).get("--format", "process")
    misuse = None
    if len(named) > 1 or options - _TAKING - _FLAGS or form not in _FORMATS:
        misuse = Misuse.NO_SUCH_CALL
    elif form != "process":
        misuse = Misuse.FORMAT
    elif not named and not any(word.startswith("$") for word in after):
        misuse = Misuse.NAMELESS
    return Process("sso-tray", profile=next(iter(named), DEFAULT_PROFILE), misuse=misuse)


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


def started_program(command: str) -> str | None:
    """Name the program that botocore starts for a ``credential_process``, as it is written; None where it cannot."""
    return next(iter(_split(command)), None)


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


def _until_operator(words: Iterable[str]) -> Iterator[str]:
    """Give the words up to where a shell would begin another command."""
    for word in words:
        if word in _OPERATORS:
            return
        if value := word.removesuffix(";"):
            yield value
        if word.endswith(";"):
            return


def _options(words: Iterable[str]) -> dict[str, str]:
    """Find the options with their values."""
    found: dict[str, str] = {}
    awaited: str | None = None
    for value in _until_operator(words):
        if awaited is not None and not value.startswith(("-", "$")):
            found[awaited] = value
        option, equals, given = value.partition("=")
        awaited = option if option.startswith("--") and not equals else None
        if equals and option.startswith("--") and not given.startswith("$"):
            found[option] = given
    return found


def _positionals(words: Sequence[str], taking: frozenset[str]) -> list[str]:
    """List the words that are neither options nor, behind one of those given, their values."""
    values = list(_until_operator(words))
    return [
        value
        for previous, value in zip(("", *values), values, strict=False)
        if not value.startswith(("-", "$")) and previous not in taking
    ]


def _is_setting(word: str) -> bool:
    return re.match(r"\w+=", word) is not None


def _stem(word: str) -> str:
    """Name a program without its folder and its ending."""
    name = re.split(r"[\\/]", word)[-1]
    return re.sub(r"\.(exe|cmd|bat)$", "", name, flags=re.IGNORECASE) or word
