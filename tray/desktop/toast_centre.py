"""
Notices with buttons through desktop-notifier: the half that talks to the system, on an event loop of its own.

What desktop-notifier 6.2 does not say by itself, read from its source:

- Where sending fails it raises nothing, it logs a warning: at once on macOS, and on Windows also later, naming the
  notice. So its log is listened to.
- On Windows it forgets a notice, with the callbacks, as soon as the banner moves to the notification centre, where it
  can still be clicked; from then on only the callbacks of the notifier itself are called. So only those are used.
- On macOS the buttons of the first notice serve every later one with the same titles. So they are known by number.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from desktop_notifier import DEFAULT_SOUND, Button, Capability, Notification

from tray.core.address import address_of
from tray.core.view.values import Slot
from tray.desktop.plain_notices import fit

if TYPE_CHECKING:
    from tray.core.command import Command
    from tray.core.view.values import Notice
    from tray.desktop.notify import Notifier
    from tray.desktop.toasts import Addresses

_log = logging.getLogger(__name__)
_library_log = logging.getLogger("desktop_notifier")

_PATIENCE_SECONDS = 15.0
"""How long the system may take over one notice. The first on macOS waits for the person to allow them."""

_TITLE_UNITS = 200
_BODY_UNITS = 900
"""UTF-16 units: Windows takes 5 kB for a whole notice."""

_BODY = ""
"""Stands for the key of a button where the notice itself was clicked."""

_SOUNDS = {Slot.SIGN_IN: DEFAULT_SOUND, Slot.ANSWER: None}
"""A reminder may be heard; an answer is looked for by the person who asked."""

_SECONDS = {Slot.SIGN_IN: 12 * 3600, Slot.ANSWER: 3600}
"""When a notice goes that nobody could take back, for this program was killed. Windows alone has an end for them."""


class _Refused(Exception):
    """The system does not show a notice, and why."""


class _Denied(_Refused):
    """It says that it may not."""


def serve(
    make: Callable[[], ToastCentre],
    wishes: SimpleQueue[tuple[Slot, Notice | None] | None],
    wanted: Mapping[Slot, Notice | None],
    *,
    ask_at_once: bool,
) -> None:
    """
    Show what is wished for.

    Args:
        make: Makes what shows it, on this thread.
        wishes: What each slot is to show; None at the end.
        wanted: The last wish for each slot, also one that is yet to come here.
        ask_at_once: As of `ToastNotifier`.
    """

    async def see_to_it() -> None:
        centre = make()
        if ask_at_once:
            await centre.ask()
        loop = asyncio.get_running_loop()
        come: asyncio.Queue[tuple[Slot, Notice | None] | None] = asyncio.Queue()

        def hand_over() -> None:
            for wish in iter(wishes.get, None):
                loop.call_soon_threadsafe(come.put_nowait, wish)
            loop.call_soon_threadsafe(come.put_nowait, None)

        threading.Thread(target=hand_over, name="toast wishes", daemon=True).start()
        ends = False
        while not ends:
            arrived = [await come.get()]
            while not come.empty():
                arrived.append(come.get_nowait())
            ends = None in arrived
            # Of several wishes for a slot the last one counts.
            for slot, notice in dict(filter(None, [] if ends else arrived)).items():
                if notice is wanted[slot]:
                    await centre.put(slot, notice)
        await centre.close()

    asyncio.run(see_to_it())


class ToastCentre:
    """The system's notices of this program. Only used on the thread that made it; clicks come on any."""

    def __init__(
        self,
        open_centre: Callable[[], Any],
        on_command: Callable[[Command], None],
        fallback: Notifier,
        denial_is_final: Callable[[], bool],
        addresses: Addresses | None,
    ) -> None:
        self._open_centre = open_centre
        self._on_command = on_command
        self._fallback = fallback
        self._denial_is_final = denial_is_final
        self._addresses = {} if addresses is None else addresses
        self._library: Any = None
        self._allowing: asyncio.Future[bool] | None = None
        self._shown: dict[Slot, tuple[str, Notice]] = {}
        """By slot, the notice and its number."""

        self._elsewhere: set[Slot] = set()
        self._commands: dict[str, dict[str, Command]] = {}
        """By notice and key, what a click asks for; nothing any more once it was asked for."""

        self._warnings = _Warnings(self._on_warning)
        self._sending_failed = False

    async def ask(self) -> None:
        """Ask whether notices are allowed; the answer is not waited for."""
        try:
            library = await self._opened()
            self._allowing = asyncio.ensure_future(library.request_authorisation())
        except Exception as error:  # noqa: BLE001 - the library and the system behind it may raise anything
            _log.info("notices with buttons cannot be asked for: %s", _reason(error))

    async def put(self, slot: Slot, notice: Notice | None) -> None:
        """Have a slot show this notice and no other; None for nothing."""
        await self._take_back(slot)
        if notice is not None and not await self._send(notice):
            self._fall_back(notice)

    async def close(self) -> None:
        """Take everything back."""
        for slot in Slot:
            await self._take_back(slot)
        if self._library is not None:
            await self._sweep()
            _library_log.removeHandler(self._warnings)

    async def _take_back(self, slot: Slot) -> None:
        shown = self._shown.pop(slot, None)
        if shown is not None:
            identifier, _notice = shown
            self._forget(identifier)
            try:
                await asyncio.wait_for(self._library.clear(identifier), _PATIENCE_SECONDS)
            except Exception as error:  # noqa: BLE001 - whatever the system says, the notice is as good as gone
                _log.info("a notice could not be taken back: %s", _reason(error))
        if slot in self._elsewhere:
            self._elsewhere.discard(slot)
            self._fallback.withdraw(slot)

    async def _send(self, notice: Notice) -> bool:
        """Have the system show a notice; False where it does not, and another way is to be taken."""
        identifier = ""
        sent = False
        try:
            notification = _notification(notice)
            identifier = notification.identifier
            library = await self._opened()
            await self._ask_leave(library)
            # Before it is shown, for it may be clicked at once.
            self._commands[identifier] = commands = _commands(notice)
            addresses = {key: address_of(command) for key, command in commands.items()}
            self._addresses[identifier] = {key: address for key, address in addresses.items() if address}
            self._shown[notice.slot] = identifier, notice
            self._sending_failed = False
            await asyncio.wait_for(library.send_notification(notification), _PATIENCE_SECONDS)
            sent = not self._sending_failed
        except _Denied as error:
            # To show it in another way would be to talk a person down who said no.
            sent = self._is_final()
            _log.info("%s: %s", "no notice" if sent else "no notice with buttons", _reason(error))
            return sent
        except Exception as error:  # noqa: BLE001 - the library and the system behind it may raise anything
            _log.info("no notice with buttons: %s", _reason(error))
        if not sent:
            self._shown.pop(notice.slot, None)
            self._forget(identifier)
        return sent

    def _forget(self, identifier: str) -> None:
        self._commands.pop(identifier, None)
        self._addresses.pop(identifier, None)

    def _is_final(self) -> bool:
        try:
            return self._denial_is_final()
        except Exception as error:  # noqa: BLE001 - who asks the system may be told anything
            _log.info("whose the no is, nobody knows: %s", _reason(error))
            return False

    async def _opened(self) -> Any:
        """Open the way, unless it is open; where it failed, the next notice tries anew."""
        if self._library is None:
            library = self._open_centre()
            if Capability.BUTTONS not in await library.get_capabilities():
                raise _Refused("the system has none")
            library.on_clicked = lambda identifier: self._on_click(identifier, _BODY)
            library.on_button_pressed = self._on_click
            self._library = library
            _library_log.addHandler(self._warnings)
            await self._sweep()
        return self._library

    async def _sweep(self) -> None:
        """Take back whatever there is, also what an earlier run left behind when it was killed."""
        try:
            await asyncio.wait_for(self._library.clear_all(), _PATIENCE_SECONDS)
        except Exception as error:  # noqa: BLE001 - Windows answers so where there was never a notice
            _log.debug("old notices could not be taken back: %s", _reason(error))

    async def _ask_leave(self, library: Any) -> None:
        """Ask each time, for the person may have changed their mind; only the first time does macOS ask them."""
        if self._allowing is None or self._allowing.done():
            self._allowing = asyncio.ensure_future(library.request_authorisation())
        # Unlike wait_for, this leaves the question open, so that it is asked but once.
        answered, _ = await asyncio.wait({self._allowing}, timeout=_PATIENCE_SECONDS)
        if not answered:
            raise _Refused("the system waits for the person to allow it")
        if not self._allowing.result():
            raise _Denied("the system does not allow it")

    def _on_click(self, identifier: str, key: str) -> None:
        command = self._commands.get(identifier, {}).get(key)
        # Only one of several clicks finds it still there, whichever thread each is on.
        if command is not None and self._commands.pop(identifier, None) is not None:
            self._on_command(command)

    def _on_warning(self, identifier: object) -> None:
        for slot, (shown, notice) in list(self._shown.items()):
            if shown == identifier:
                del self._shown[slot]
                self._forget(shown)
                self._fall_back(notice)
                return
        self._sending_failed = True

    def _fall_back(self, notice: Notice) -> None:
        self._elsewhere.add(notice.slot)
        self._fallback.show(notice)


class _Warnings(logging.Handler):
    """Hears the library complain, on the thread that made this."""

    def __init__(self, on_warning: Callable[[object], None]) -> None:
        super().__init__(logging.WARNING)
        self._on_warning = on_warning
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Tell of a warning, and of what it names first."""
        if record.thread == self._thread:
            self._on_warning(record.args[0] if isinstance(record.args, tuple) and record.args else None)


def _notification(notice: Notice) -> Any:
    return Notification(
        title=fit(notice.title, _TITLE_UNITS),
        message=fit(notice.body, _BODY_UNITS),
        buttons=tuple(Button(title=button.label, identifier=str(key)) for key, button in enumerate(notice.buttons)),
        sound=_SOUNDS[notice.slot],
        timeout=_SECONDS[notice.slot],
    )


def _commands(notice: Notice) -> dict[str, Command]:
    commands = {str(key): button.command for key, button in enumerate(notice.buttons)}
    return commands if notice.command is None else commands | {_BODY: notice.command}


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
