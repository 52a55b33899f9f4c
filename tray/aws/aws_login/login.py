"""
Signs in to the AWS console by the AWS CLI's own ``aws login`` (docs/facts: Console sign-in).

The form of such a sign-in belongs to the AWS CLI, so it is the AWS CLI that makes it: here it is only run, watched and
stopped. Tried with the AWS CLI 2.36.7 on Linux, against a stand-in of AWS Sign-In.
"""

from __future__ import annotations

import queue
import re
import subprocess
import threading
from typing import TYPE_CHECKING, Final

from tray.aws.aws_login.program import NO_WINDOW, cli_environment
from tray.aws.aws_login.saying import last_said
from tray.core.errors import ConfigProblem, ServiceProblem, SignInRefused, TrayError
from tray.core.links import is_safe_to_open
from tray.core.words import aws_login as aws_login_words
from tray.core.words import login as login_words
from tray.disk.core_dumps import as_given
from tray.disk.process_tree import Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_LINK: Final = re.compile(r"https?://\S+")
_AUTHORIZE: Final = "/authorize?"
"""Part of the sign-in page's address; the words around it change from version to version."""

_SILENCE_SECONDS: Final = 630.0
"""The AWS CLI itself waits ten minutes for the person."""

_LOOK_SECONDS: Final = 0.5
"""How often an interrupt is looked for on systems where nothing else lets it through."""

_GRACE_SECONDS: Final = 1.0
"""Less than the resident program leaves us to end when it cancels a login."""

_KEPT_LINES: Final = 50
_END: Final = ""
"""No line: each has its line feed."""

_INTERRUPTED: Final = frozenset({130, 143, -2, -15})


def log_in(
    profile: str,
    *,
    program: Path,
    environ: Mapping[str, str],
    browser: str,
    on_page: Callable[[str], object],
    seconds: float = _SILENCE_SECONDS,
) -> None:
    """
    Run ``aws login`` for a profile until it ends. Whatever ends this ends the AWS CLI too.

    Args:
        profile: Name of a profile with ``login_session``.
        program: The AWS CLI (see `find_cli`).
        environ: The person's.
        browser: The AWS CLI's ``BROWSER``.
        on_page: Called once with the address of the sign-in page.
        seconds: How long it may print nothing before it is stopped.

    Raises:
        ConfigProblem: It cannot sign in with this profile.
        ServiceProblem: AWS, the network, or the AWS CLI failed.
        SignInRefused: It was stopped, or the person took too long.
    """
    try:
        with as_given():
            child = subprocess.Popen(
                [program, "login", f"--profile={profile}"],
                env=cli_environment(environ) | {"BROWSER": browser},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,  # Windows has none, and ignores it
                creationflags=NO_WINDOW,
            )
    except (OSError, ValueError) as error:
        raise ServiceProblem(aws_login_words.CLI_NOT_STARTED(reason=getattr(error, "strerror", None) or "")) from error
    tree = Tree(child, leads_group=True, ends_with_us=True)
    try:
        kept = _follow(child, on_page, seconds)
    except BaseException:
        tree.stop(_GRACE_SECONDS)
        raise
    tree.let_go()
    if child.returncode != 0:
        raise _problem(child.returncode, last_said(kept))


def _follow(child: subprocess.Popen[str], on_page: Callable[[str], object], seconds: float) -> list[str]:
    """Wait for the end; returns the last lines that were printed."""
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(child, lines), name="aws-login", daemon=True).start()
    kept: list[str] = []
    page = None
    silent = 0.0
    while silent < seconds:
        try:
            line = lines.get(timeout=_LOOK_SECONDS)
        except queue.Empty:
            if child.poll() is not None:  # What it started may hold the pipe open.
                return kept
            silent += _LOOK_SECONDS
            continue
        if line == _END:
            return kept
        silent = 0.0
        kept = [*kept, line][-_KEPT_LINES:]
        if page is None:
            page = _page_in(line)
            if page is not None:
                on_page(page)
    raise SignInRefused(login_words.TIMED_OUT())


def _listen(child: subprocess.Popen[str], lines: queue.SimpleQueue[str]) -> None:
    assert child.stdout is not None  # noqa: S101 - it is a pipe
    for line in child.stdout:
        lines.put(line)
    child.wait()
    lines.put(_END)


def _page_in(line: str) -> str | None:
    links = (found.rstrip(".,;)>\"'") for found in _LINK.findall(line))
    return next((link for link in links if _AUTHORIZE in link and is_safe_to_open(link)), None)


def _problem(code: int, said: str) -> TrayError:
    """Translate an exit code (docs/facts: Running the AWS CLI)."""
    if code in _INTERRUPTED:
        return SignInRefused(login_words.CANCELLED())
    advice = aws_login_words.SAID_AND_ADVICE(said=said) if said else aws_login_words.ADVICE()
    if code == 253:
        return ConfigProblem(aws_login_words.CLI_CONFIGURATION(advice=advice))
    if code == 254:
        return ServiceProblem(aws_login_words.CLI_REFUSED(advice=advice))
    return ServiceProblem(aws_login_words.CLI_FAILED(advice=advice))
