"""What the commands that ask AWS about a sign-in, or renew it, have in common."""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from tray.aws.cache.questions import ask
from tray.aws.cache.renewal import NotRenewable, Renewal, RenewalSurroundings, is_due, renew_file
from tray.aws.config.client_settings import SettingsReader
from tray.commands.recorder import Recorder
from tray.core.errors import ConfigProblem, NotSignedIn, ProgramMissing, ServiceProblem, TrayError
from tray.core.message import Message
from tray.core.model import Kind, SignInStatus, Snapshot, Token, Unreadable
from tray.core.session.status import derive
from tray.core.session.token_changes import observe
from tray.core.settings import Settings
from tray.core.words import status as status_words
from tray.resident import memory_file
from tray.resident.reader import Reader

if TYPE_CHECKING:
    from tray.core.model import SignIn

_INTERRUPTS = tuple({signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)})


def _interrupts() -> tuple[signal.Signals, ...]:
    """Name the signals that end a command: not those that it was started to ignore, as ``nohup`` and ``&`` do."""
    return tuple(number for number in _INTERRUPTS if signal.getsignal(number) is not signal.SIG_IGN)


def take_interrupts() -> None:
    """Let each end the command as Ctrl-C does, so that it leaves its files in order and says what holds now."""
    for number in _interrupts():
        signal.signal(number, signal.default_int_handler)


def interrupt_at_end_of_input() -> None:
    """End the command as Ctrl-C does when its input ends: it is held open by the program that wants the outcome."""

    def watch() -> None:
        with suppress(OSError):
            while os.read(0, 1):
                pass
        if sys.platform == "win32":
            _thread.interrupt_main()
        else:
            os.kill(os.getpid(), signal.SIGTERM)  # which wakes the thread that waits for the person

    threading.Thread(target=watch, name="input", daemon=True).start()


def recorder(reader: Reader) -> Recorder:
    """Give a command what writes down what AWS says to it, for the tray and every other command."""
    return Recorder(reader, lambda: datetime.now(UTC))


def surroundings(recorder: Recorder, profile: str | None = None) -> RenewalSurroundings:
    """
    Give a renewal this person's files, the clock, and who writes down what it hears.

    The settings of a profile that is named count for the connections, else those that its sign-in's profiles agree on.
    """
    paths = recorder.reader.paths
    return RenewalSurroundings(
        cache_dir=paths.sso_cache,
        lock_dir=paths.renewal_locks,
        now=recorder.now,
        client_settings=SettingsReader(paths.aws_config, paths.aws_credentials, recorder.reader.environ, profile),
        on_skew=recorder.on_skew,
        hear=recorder.hear,
        uninterrupted=partial(deferred, after_success=False),
    )


def known_of(name: str, reader: Reader) -> tuple[SignInStatus | None, Snapshot, Settings]:
    """Tell what is true of a sign-in now, None where the config does not have it; and what that is read from."""
    now = datetime.now(UTC)
    snapshot, settings = reader.read()
    memory = observe(memory_file.load(reader.paths.memory_file), snapshot, now, settings)
    statuses = derive(snapshot, settings, now, memory=memory)
    return next((found for found in statuses if found.sign_in.name == name), None), snapshot, settings


def check_all(
    sign_ins: Iterable[SignIn],
    reader: Reader,
    profile: str | None = None,
    *,
    around: RenewalSurroundings | None = None,
) -> tuple[Message, ...]:
    """
    Ask AWS about each sign-in; where one of our commands was about to end a session that is over, its token is removed.

    Args:
        sign_ins: What is asked about.
        reader: Reads this person's files.
        profile: Whose settings count for the connections, see `surroundings`.
        around: What the work is done with, where that is not as for a command.

    Returns:
        Why it could not be asked; empty where it answered all.
    """
    around = around or surroundings(recorder(reader), profile)
    records = reader.read()[0].records
    unanswered: dict[Message, None] = {}
    for sign_in in sign_ins:
        known = records.get(sign_in.name)
        try:
            if sign_in.kind is Kind.CONSOLE:
                _check_by_cli(sign_in, around, reader)
                continue
            ask(sign_in, around, ends_if_over=known is not None and known.ending is not None)
        except TrayError as error:
            unanswered[error.message] = None
    return tuple(unanswered)


def _check_by_cli(sign_in: SignIn, around: RenewalSurroundings, reader: Reader) -> None:
    """Renew a sign-in by ``aws login`` where that is due; before, AWS has proved it within the last ten minutes."""
    if isinstance(reader.read()[0].tokens.get(sign_in.name), Token):
        with suppress(NotSignedIn, ProgramMissing):  # What AWS said of it is written down.
            renew_by_cli(sign_in, around, reader)


def renew_by_cli(sign_in: SignIn, around: RenewalSurroundings, reader: Reader, *, force: bool = False) -> Renewal:
    """Renew a sign-in by ``aws login``: see `tray.aws.aws_login.renewal.renew`, which few people need."""
    from tray.aws.aws_login.renewal import renew

    return renew(sign_in, around, cache_dir=reader.paths.login_cache, environ=reader.environ, force=force)


def renew_if_due(sign_in: SignIn, snapshot: Snapshot, around: RenewalSurroundings) -> None:
    """
    Renew a sign-in before the AWS library does, which takes no lock, and takes trouble for the end.

    Raises:
        NotSignedIn: AWS said that it has ended.
        ConfigProblem: Its token cannot be read, or a file cannot be used.
        ServiceProblem: AWS or the network failed, and the token is past.
    """
    if sign_in.kind is Kind.CONSOLE:
        return  # The AWS library cannot use such a sign-in.
    token, now = snapshot.tokens.get(sign_in.name), around.now()
    if isinstance(token, Unreadable):
        raise ConfigProblem(status_words.unreadable_token(sign_in.name, token))
    if token is None or not is_due(token, now):
        return
    try:
        renew_file(sign_in, around)
    except NotRenewable:
        pass  # it may hold all the same
    except ServiceProblem:
        if token.expires_at <= now:
            raise


@contextmanager
def deferred(*, after_success: bool = True) -> Generator[None, None, None]:
    """
    Hold back an interrupt until the end, and let it through then; a second one counts at once.

    Args:
        after_success: Whether it is let through also where all went well; else only after a `TrayError`.
    """
    pending = False

    def hold_back(_number: int, _frame: object) -> None:
        nonlocal pending
        if pending:
            raise KeyboardInterrupt
        pending = True

    before = {number: signal.signal(number, hold_back) for number in _interrupts()}
    try:
        yield
    except TrayError:
        if pending:
            raise KeyboardInterrupt from None
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if pending and after_success:
        raise KeyboardInterrupt
