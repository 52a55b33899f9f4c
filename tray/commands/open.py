"""``sso-tray open``: shows one of the pages in the browser; a server in the background has them all."""

from __future__ import annotations

import argparse
import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from datetime import UTC, datetime

from tray import languages
from tray.aws.login.context import LoginContext
from tray.commands import asking_aws
from tray.core.dataclass import replace
from tray.core.errors import ServiceProblem
from tray.core.message import Message
from tray.core.page_names import PAGE_NAMES
from tray.core.words import terminal as terminal_words
from tray.desktop.browser import SOON_SECONDS, open_url
from tray.desktop.trial_notice import TrialNotices
from tray.disk.core_dumps import as_given
from tray.installation import own_command
from tray.pages import serving
from tray.pages.context import PagesContext
from tray.paths import Paths, find_paths
from tray.resident.reader import Reader
from tray.settings.reading import read_settings
from tray.setup.steps import SetupContext

_ALONE_SECONDS = 5.0
"""Once the tray has ended, the server of its pages goes on for those that are open, and no longer."""


def run(args: argparse.Namespace) -> int:
    """
    Open the page, or print its address: of the server that runs already, else of one that begins.

    Raises:
        ServiceProblem: The page could not be served.
    """
    name = args.page or PAGE_NAMES[0]
    context = _context(find_paths())
    if args.serve:
        alone = threading.Event()
        serving.serve(
            context,
            name,
            _tell,
            follow=lambda show: _follow_input(show, alone.set),
            on_stranger=lambda: None,
            idle_seconds=lambda: _ALONE_SECONDS if alone.is_set() else serving.IDLE_SECONDS,
        )
        return 0
    link = serving.ask_running(context, name) or _begin(name)
    if args.print:
        print(link)
    elif not context.open_browser("", link):
        print(terminal_words.OPEN_BY_HAND(), file=sys.stderr, flush=True)
        print(link)
    return 0


def _begin(name: str) -> str:
    """Start a server that outlives this command, and give its link; what kept it from beginning is told as it was."""
    with as_given():
        server = subprocess.Popen(
            [*own_command(), "open", name, "--serve"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    assert server.stdout is not None  # noqa: S101 - it is a pipe
    assert server.stderr is not None  # noqa: S101 - likewise
    told = server.stdout.readline().decode("utf-8", "replace").split()
    if len(told) == 2:
        return told[1]
    title, *hint = server.communicate()[1].decode("utf-8", "replace").strip().splitlines() or [""]
    raise ServiceProblem(Message(title, " ".join(hint)) if title else terminal_words.NO_PAGE())


def _tell(name: str, link: str) -> None:
    """Tell who started the server where a page is; they may have gone by then."""
    with suppress(OSError):
        print(name, link, flush=True)


def _follow_input(show: Callable[[str], object], on_end: Callable[[], object]) -> None:
    """
    Show a page for each line of the input, which names it: for each further click in the menu.

    Args:
        show: Shows the page of that name.
        on_end: Called once the tray has ended. Without a pipe none has begun this program.
    """
    if sys.stdin is None or not stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        return
    descriptor = sys.stdin.fileno()  # which, other than the stream, a thread may read as the program ends

    def read() -> None:
        rest = b""
        with suppress(OSError):
            while read := os.read(descriptor, 1024):
                *lines, rest = (rest + read).split(b"\n")
                for line in lines:
                    show(line.decode("utf-8", "replace").strip())
        on_end()

    threading.Thread(target=read, name="input", daemon=True).start()


def _context(paths: Paths) -> PagesContext:
    def open_browser(sign_in: str, url: str) -> bool:
        settings, _ = read_settings(paths.settings_file, paths.site_settings)  # A page may have changed them since.
        return open_url(url, settings.of(sign_in).browser or settings.browser_command, seconds=SOON_SECONDS)

    # In the server's own threads no interrupt ever arrives, and no handler for one could be set.
    reader = Reader(paths)
    renewal = replace(asking_aws.surroundings(asking_aws.recorder(reader)), uninterrupted=nullcontext)
    login = LoginContext(now=_now, sleep=time.sleep, tell=lambda _event: None, open_browser=None)
    return PagesContext(
        paths=paths,
        environ=os.environ,
        now=_now,
        open_browser=open_browser,
        ask_aws=lambda: asking_aws.check_all(reader.read()[0].sign_ins, reader, around=renewal),
        show_notice=TrialNotices().show,
        speak=languages.follow,
        setup=SetupContext(paths=paths, login=login, open_browser=open_browser, renewal=renewal),
    )


def _now() -> datetime:
    return datetime.now(UTC)
