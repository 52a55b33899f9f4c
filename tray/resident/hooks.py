"""
Runs the person's programs when a session begins, ends soon, or has ended (ADR 38).

One at a time, in the order in which things happened, with a time limit, and beside the loop. Tried on Linux and under
Wine.
"""

from __future__ import annotations

import logging
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from tray.core.command import ACTIVATION
from tray.core.hooks import Hook, due_hooks
from tray.core.message import Message
from tray.core.model import SignInStatus, Snapshot
from tray.core.session.memory import Memory
from tray.core.settings import Settings
from tray.core.words import hooks as hooks_words
from tray.disk.core_dumps import as_given
from tray.disk.process_tree import Tree
from tray.installation.programs import which
from tray.logs import redact
from tray.resident.errands import Errands

log = logging.getLogger(__name__)

LIMIT_SECONDS = 120.0
"""How long a program may take: to renew a dozen registries and clusters, over a slow network."""

_GRACE_SECONDS = 1.0
"""How long one that was asked to stop may take before it is killed; the end of our own program waits for it."""

_MOST_BYTES = 64 * 1024
"""Of what a program prints the end is kept, since there it says what went wrong."""

_MOST_LOGGED = 4096
"""Of that so many characters are logged."""

THING = "hooks"
"""What these errands concern."""


def find_program(name: str) -> str | None:
    """Find the program of a hook: by its path, with ``~`` for the home folder, or in ``PATH``; None where it is not."""
    with suppress(RuntimeError, ValueError):  # A home that nobody knows, or a name that no file can have.
        found = which(str(Path(name).expanduser()) if name.startswith("~") else name)
        if found is not None and Path(found).is_absolute():  # Which folder we work in is an accident.
            return found
    return None


class Hooks:
    """
    The hooks that are to run, and the one that runs. Only the loop's thread calls it.

    Args:
        environ: The environment to run them in.
        errands: Do what may block.
        follow_session: Brings the environment to the session of the last click.
        on_failure: Called when there is something to tell, on another thread.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        errands: Errands,
        follow_session: Callable[[], None],
        on_failure: Callable[[], object],
    ) -> None:
        self._environ = environ
        self._errands = errands
        self._follow_session = follow_session
        self._on_failure = on_failure
        self._running: Tree | None = None
        self._ended = False
        self._failures: deque[Message] = deque(maxlen=10)
        self._told: dict[str, tuple[str, ...]] = {}
        """By the key of a hook that failed its command, until it succeeds: that is told once."""

    def run_due(
        self,
        statuses: tuple[SignInStatus, ...],
        now: datetime,
        settings: Settings,
        memory: Memory,
        snapshot: Snapshot,
    ) -> Memory:
        """Have run what is due, and give what is to be remembered of it."""
        memory, due = due_hooks(memory, snapshot, statuses, now, settings)
        for hook in due:
            log.info("%s is run for %s", hook.key, hook.sign_in)
            self._errands.do(THING, lambda hook=hook: self._run(hook))  # type: ignore[misc]
        return memory

    def tell(self, answer: Callable[[Message], None], *, there: bool) -> None:
        """Tell of hooks that failed, each once, where somebody is there to hear it; else later."""
        while there and self._failures:
            answer(self._failures.popleft())

    def end(self) -> None:
        """Run no more, and stop the one that runs: nobody would watch its time, or hear what it prints."""
        self._ended = True
        if (running := self._running) is not None:
            self._stop(running)

    def _run(self, hook: Hook) -> None:
        if self._ended:
            return
        failure = self._failure_of(hook)
        if failure is None:
            self._told.pop(hook.key, None)
            return
        log.warning("%s: %s", hook.key, failure.for_log.in_one_line)
        if self._told.get(hook.key) != hook.command and not self._ended:
            self._told[hook.key] = hook.command
            self._failures.append(failure)
            self._on_failure()

    def _failure_of(self, hook: Hook) -> Message | None:
        """Run a program to its end, and say why it failed; None where it did not."""
        name, *arguments = hook.command
        program = find_program(name)
        if program is None:
            return hooks_words.NOT_THERE(key=hook.key, program=name)
        self._follow_session()
        inherited = {key: value for key, value in self._environ.items() if key not in ACTIVATION}
        try:
            with as_given():
                child = subprocess.Popen(
                    [program, *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    cwd=Path.home(),
                    env=inherited | hook.variables(),
                    creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                )
        except (OSError, ValueError, RuntimeError) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            return hooks_words.NOT_STARTED(key=hook.key, program=name, reason=reason or type(error).__name__)
        with _Watched(child, hook, LIMIT_SECONDS) as watched:
            self._running = watched.tree
            if self._ended:
                self._stop(watched.tree)
            code = child.wait()
            self._running = None
        if watched.overdue:
            return hooks_words.TOOK_TOO_LONG(key=hook.key, program=name, minutes=round(LIMIT_SECONDS / 60))
        return None if code == 0 else hooks_words.FAILED(key=hook.key, program=name, code=code)

    def _stop(self, tree: Tree) -> None:
        self._errands.do(f"{THING} stop", lambda: tree.stop(_GRACE_SECONDS))


class _Watched:
    """A program's time and output: inside the block it is waited for, and after it nothing of ours is left."""

    def __init__(self, child: subprocess.Popen[bytes], hook: Hook, seconds: float) -> None:
        self.tree = Tree(child, leads_group=True, ends_with_us=True)
        self.overdue = False
        self._child = child
        self._hook = hook
        self._timer = threading.Timer(seconds, self._stop)
        self._timer.daemon = True
        self._printed = bytearray()
        self._cut = False
        self._reader = threading.Thread(target=self._read, args=(child.stdout,), name="hook output", daemon=True)

    def __enter__(self) -> _Watched:
        try:
            self._timer.start()
            self._reader.start()
        except RuntimeError:  # The system has no thread left to give; nobody would watch it.
            self._timer.cancel()
            self._stop()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        if self.overdue and self._timer.is_alive():
            self._timer.join()  # What it started is ended too, before the next one begins.
        # What it leaves running may hold its output open for hours, and goes on; its words are read, and not kept.
        if self._reader.ident is not None:
            self._reader.join(1.0)
        self.tree.let_go()
        self._log()

    def _stop(self) -> None:
        self.overdue = True
        self.tree.stop(_GRACE_SECONDS)

    def _read(self, output: IO[bytes]) -> None:
        with output, suppress(OSError, ValueError):
            while data := output.read1(8192):  # type: ignore[attr-defined]
                self._printed += data
                if len(self._printed) > _MOST_BYTES:
                    self._cut = True
                    del self._printed[:-_MOST_BYTES]

    def _log(self) -> None:
        """Log the end of what it printed. Secrets are struck out before it is cut, or one might lose its name."""
        text = bytes(self._printed).decode("utf-8", "replace").strip()
        if self._cut:
            text = text.partition("\n")[2]
        text = redact(text)
        if len(text) > _MOST_LOGGED:
            text = "… " + text[-_MOST_LOGGED:]
        if text:
            log.info("%s printed: %s", self._hook.key, text)
