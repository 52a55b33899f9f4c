"""Finds an AWS CLI that knows ``aws login``."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tray.core.errors import ProgramMissing
from tray.core.words import aws_login as aws_login_words
from tray.disk.core_dumps import as_given
from tray.disk.looking import is_file
from tray.disk.process_tree import Tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


NO_WINDOW: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""For ``creationflags``: Windows opens no window for it."""

_FIRST: Final = (2, 32, 0)
"""The first version with ``aws login`` (docs/facts: Console sign-in)."""

_VERSION: Final = re.compile(r"aws-cli/(\d+)\.(\d+)\.(\d+)")
_SECONDS: Final = 15.0
"""The AWS CLI unpacks a whole Python at its first start, on a slow disk too."""

_MOST_BYTES: Final = 4096
"""Of what a program says of its version; what says more is none."""

_REST_SECONDS: Final = 1.0
"""Within so long all is read that a program has printed by its end."""

Installed = Sequence[tuple[Path, tuple[int, ...]]]
"""Programs, each with its version."""

_SELECTS_PROFILE: Final = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")

if sys.platform == "win32":
    _PROGRAM = "aws.exe"

    def usual_places(environ: Mapping[str, str]) -> list[Path]:
        """List the folders where installers put the AWS CLI v2: for all users, and for one."""
        roots = (("ProgramFiles", "Amazon/AWSCLIV2"), ("LOCALAPPDATA", "Programs/Amazon/AWSCLIV2"))
        return [Path(environ[name], folder) for name, folder in roots if environ.get(name)]

else:
    _PROGRAM = "aws"

    def usual_places(environ: Mapping[str, str]) -> list[Path]:
        """List the folders where installers put the AWS CLI v2; a desktop's programs often have a short ``PATH``."""
        home = Path(environ.get("HOME") or Path.home())
        system = ("/usr/local/bin", "/opt/homebrew/bin", "/home/linuxbrew/.linuxbrew/bin", "/opt/local/bin")
        own = (".local/bin", "bin", ".nix-profile/bin")
        return [*map(Path, (*system, "/usr/bin", "/snap/bin")), *(home / folder for folder in own)]


def cli_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """
    Prepare the environment of an AWS CLI that nobody watches.

    A stale ``AWS_PROFILE`` breaks even a command that names its own (docs/facts: Running the AWS CLI); a prompt or a
    pager would wait for ever.
    """
    kept = {name: value for name, value in environ.items() if name not in _SELECTS_PROFILE}
    return kept | {"AWS_CLI_AUTO_PROMPT": "off", "AWS_PAGER": ""}


def find_cli(
    environ: Mapping[str, str],
    *,
    places: Sequence[Path] | None = None,
    seconds: float = _SECONDS,
    known: Installed = (),
) -> Path:
    """
    Find the AWS CLI to sign in with: the first in ``PATH``, else in the usual places, that knows ``aws login``.

    Args:
        environ: The person's.
        places: None for `usual_places`.
        seconds: How long each may take to tell its version.
        known: Those that have told it already: each takes a second or more.

    Raises:
        ProgramMissing: There is none, or only older ones.
    """
    older: tuple[int, ...] | None = None
    versions = dict(known)
    for program in _programs(environ, usual_places(environ) if places is None else places):
        version = versions.get(program) or _version_of(program, environ, seconds)
        if version is not None and version >= _FIRST:
            return program
        older = older or version
    if older is None:
        raise ProgramMissing(aws_login_words.CLI_MISSING())
    raise ProgramMissing(aws_login_words.CLI_TOO_OLD(version=".".join(map(str, older))))


def clis_in_path(environ: Mapping[str, str], *, seconds: float = _SECONDS) -> Installed:
    """List every AWS CLI that ``PATH`` names, in its order, with its version: a terminal runs the first."""
    found = ((program, _version_of(program, environ, seconds)) for program in _programs(environ, ()))
    return [(program, version) for program, version in found if version is not None]


def _programs(environ: Mapping[str, str], places: Sequence[Path]) -> Iterator[Path]:
    """List each program once, although links may lead to it from several folders; no folder that ``.`` decides on."""
    folders = [*map(Path, environ.get("PATH", "").split(os.pathsep)), *places]
    known = set()
    for folder in folders:
        program = folder / _PROGRAM
        if folder.is_absolute() and is_file(program) and os.access(program, os.X_OK):
            real = program.resolve()
            if real not in known:
                known.add(real)
                yield program


def _version_of(program: Path, environ: Mapping[str, str], seconds: float) -> tuple[int, ...] | None:
    """Ask a program for its version; None where it does not start, hangs, or is something else."""
    try:
        with as_given():
            child = subprocess.Popen(
                [program, "--version"],
                env=cli_environment(environ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,  # where the oldest ones say it
                start_new_session=True,  # Windows has none, and ignores it
                creationflags=NO_WINDOW,
            )
    except (OSError, ValueError):
        return None
    tree = Tree(child, leads_group=True, ends_with_us=True)
    try:
        answer = printed_until_end(child, seconds) or b""
    finally:
        if child.poll() is None:
            tree.stop(0)
        tree.let_go()
    found = _VERSION.match(answer.decode("utf-8", "replace"))
    return tuple(map(int, found.groups())) if found else None


def printed_until_end(child: subprocess.Popen[bytes], seconds: float) -> bytes | None:
    """Give what a program has printed into its one pipe by its end; None where it has not ended in time."""
    printed: list[bytes] = []

    def listen() -> None:
        pipe = child.stdout or child.stderr
        assert pipe is not None  # noqa: S101 - one of them is
        with pipe as output:
            while sum(map(len, printed)) < _MOST_BYTES and (data := output.read1(_MOST_BYTES)):  # type: ignore[attr-defined]
                printed.append(data)

    # What it leaves running may hold its output open for long.
    listening = threading.Thread(target=listen, name="aws-output", daemon=True)
    try:
        listening.start()
        child.wait(seconds)
    except (RuntimeError, subprocess.TimeoutExpired):  # The former: the system has no thread left to give.
        return None
    listening.join(_REST_SECONDS)
    return b"".join(printed)
