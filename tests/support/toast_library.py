"""
desktop-notifier, as far as our notices use it, with a system behind it that only remembers.

The library itself is not installed on Linux. There a model of it stands in, taken signature by signature from its
source (6.2.0: ``main.py``, ``common.py``, ``backends/base.py``); where the library is installed, it is used, and
compared with the model.

On macOS the notification centre shows a notice of the active application only if the centre's delegate says so, and
keeps that delegate no more alive than any other. The delegate is a class of rubicon-objc's, of which there is a model
too, after its source (0.5.7: ``api.py``). Nothing of it ran on a Mac.
"""

from __future__ import annotations

import asyncio
import dataclasses
import importlib
import importlib.util
import logging
import sys
import typing
import uuid
import weakref
from collections.abc import Callable
from enum import Enum, auto
from types import ModuleType
from typing import Any

import pytest

from support.modules import forget


class Capability(Enum):
    TITLE = auto()
    MESSAGE = auto()
    BUTTONS = auto()


@dataclasses.dataclass(frozen=True)
class Sound:
    name: str | None = None


DEFAULT_SOUND = Sound(name="default")


@dataclasses.dataclass(frozen=True)
class Button:
    title: str
    on_pressed: Callable[[], Any] | None = None
    identifier: str = dataclasses.field(default_factory=lambda: str(uuid.uuid4()))


@dataclasses.dataclass(frozen=True)
class Notification:
    title: str
    message: str
    urgency: Any = None
    icon: Any = None
    buttons: tuple[Button, ...] = ()
    reply_field: Any = None
    on_dispatched: Callable[[], Any] | None = None
    on_clicked: Callable[[], Any] | None = None
    on_dismissed: Callable[[], Any] | None = None
    attachment: Any = None
    sound: Sound | None = None
    thread: str | None = None
    timeout: int = -1
    identifier: str = dataclasses.field(default_factory=lambda: str(uuid.uuid4()))
    _buttons_dict: dict[str, Button] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        for button in self.buttons:
            self._buttons_dict[button.identifier] = button


class DesktopNotifierBackend:
    """``backends.base``: what every backend does."""

    def __init__(self, app_name: str, app_icon: Any = None) -> None:
        self.app_name = app_name
        self.app_icon = app_icon
        self._notification_cache: dict[str, Notification] = {}
        self.on_clicked: Callable[[str], Any] | None = None
        self.on_button_pressed: Callable[[str, str], Any] | None = None

    async def send(self, notification: Notification) -> None:
        try:
            await self._send(notification)
        except Exception:
            logging.getLogger("desktop_notifier.backends.base").warning("Notification failed", exc_info=True)
        else:
            self._notification_cache[notification.identifier] = notification

    async def _send(self, notification: Notification) -> None:
        raise NotImplementedError

    def _clear_notification_from_cache(self, identifier: str) -> Notification | None:
        return self._notification_cache.pop(identifier, None)

    async def clear(self, identifier: str) -> None:
        await self._clear(identifier)
        self._clear_notification_from_cache(identifier)

    async def _clear(self, identifier: str) -> None:
        raise NotImplementedError

    async def clear_all(self) -> None:
        await self._clear_all()
        self._notification_cache.clear()

    async def _clear_all(self) -> None:
        raise NotImplementedError

    async def get_capabilities(self) -> frozenset[Capability]:
        return await self._get_capabilities()

    async def _get_capabilities(self) -> frozenset[Capability]:
        raise NotImplementedError

    def handle_clicked(self, identifier: str, notification: Notification | None = None) -> None:
        if notification and notification.on_clicked:
            notification.on_clicked()
        elif self.on_clicked:
            self.on_clicked(identifier)

    def handle_button(self, identifier: str, button_identifier: str, notification: Notification | None = None) -> None:
        button = notification._buttons_dict.get(button_identifier) if notification else None
        if button and button.on_pressed:
            button.on_pressed()
        elif self.on_button_pressed:
            self.on_button_pressed(identifier, button_identifier)


def get_backend_class() -> type[DesktopNotifierBackend]:
    """Replaced by `install`."""
    raise RuntimeError


class DesktopNotifier:
    """``main``: hands everything to the backend."""

    def __init__(self, app_name: str = "Python", app_icon: Any = None, notification_limit: int | None = None) -> None:
        self._backend = sys.modules["desktop_notifier.main"].get_backend_class()(app_name, app_icon)
        self._did_request_authorisation = False

    async def request_authorisation(self) -> bool:
        self._did_request_authorisation = True
        allowed: bool = await self._backend.request_authorisation()
        return allowed

    async def send_notification(self, notification: Notification) -> str:
        if not self._did_request_authorisation:
            await self.request_authorisation()
        await self._backend.send(notification)
        return notification.identifier

    async def clear(self, identifier: str) -> None:
        await self._backend.clear(identifier)

    async def clear_all(self) -> None:
        await self._backend.clear_all()

    async def get_capabilities(self) -> frozenset[Capability]:
        capabilities: frozenset[Capability] = await self._backend.get_capabilities()
        return capabilities

    @property
    def on_clicked(self) -> Callable[[str], Any] | None:
        return self._backend.on_clicked

    @on_clicked.setter
    def on_clicked(self, handler: Callable[[str], Any] | None) -> None:
        self._backend.on_clicked = handler

    @property
    def on_button_pressed(self) -> Callable[[str, str], Any] | None:
        return self._backend.on_button_pressed

    @on_button_pressed.setter
    def on_button_pressed(self, handler: Callable[[str, str], Any] | None) -> None:
        self._backend.on_button_pressed = handler


IS_INSTALLED = importlib.util.find_spec("desktop_notifier") is not None


class ObjcId:
    """``rubicon.objc.runtime.objc_id``."""


class ObjcBlock(ObjcId):
    """``rubicon.objc.runtime.objc_block``: what is annotated so can be called."""


def objc_method(function: Callable[..., None]) -> Callable[..., None]:
    """``rubicon.objc.objc_method``: makes a selector of the name, and looks up the annotations in the module."""
    hints = typing.get_type_hints(function)
    arguments = list(function.__code__.co_varnames[1 : function.__code__.co_argcount])
    assert function.__name__.count("_") == len(arguments), "a selector has a colon for each argument"
    assert hints.pop("return", 0) is type(None), "what is not annotated so returns an object"
    assert set(hints) == set(arguments)
    function.types = [hints[name] for name in arguments]  # type: ignore[attr-defined]
    return function


class ObjcObject:
    """``rubicon.objc.NSObject``."""

    @classmethod
    def alloc(cls) -> Any:
        return cls()

    def init(self) -> Any:
        return self


class NotificationCenterDelegate(ObjcObject):
    """desktop-notifier's own delegate, which hears of clicks alone."""

    implementation: Any


class NotificationCentre:
    """``UNUserNotificationCenter``, as far as it decides what is seen."""

    _BANNER, _LIST = 1 << 4, 1 << 3

    def __init__(self, system: System) -> None:
        self._system = system
        self._delegate: Callable[[], Any] = lambda: None

    @property
    def delegate(self) -> Any:
        return self._delegate()

    @delegate.setter
    def delegate(self, delegate: Any) -> None:
        self._delegate = weakref.ref(delegate)

    def presents(self) -> bool:
        """Tell whether a notice is seen: always one of an application in the background."""
        if not self._system.is_active:
            return True
        name = "userNotificationCenter_willPresentNotification_withCompletionHandler_"
        method = getattr(self.delegate, name, None)
        if method is None:
            return False
        assert method.types == [ObjcId, ObjcId, ObjcBlock]
        answers: list[int] = []
        method(self, object(), answers.append)
        (options,) = answers  # It is to be answered once.
        return options & (self._BANNER | self._LIST) == self._BANNER | self._LIST


class System:
    """What shows the notices, and what it is to do wrong."""

    def __init__(self) -> None:
        self.shown: dict[str, Any] = {}
        self.history: list[Any] = []
        self.swept = 0
        self.app_names: list[str] = []
        self.has_buttons = True
        self.allowed: bool | None = True
        """None while the person is still asked."""

        self.on_send: Callable[[Any], object] = lambda _notification: None
        self.on_clear: Callable[[], object] = lambda: None
        self.backend: Any = None
        self.is_active = False
        """Whether this program is the active application."""

        self.asked = 0
        """How often it was asked whether notices are allowed."""

        self._loop: asyncio.AbstractEventLoop | None = None

    def make_backend(self, base: type) -> type:
        """Make a backend for the library, or for its model."""
        system = self

        class Backend(base):
            def __init__(self, app_name: str, app_icon: Any = None) -> None:
                super().__init__(app_name, app_icon)
                system.backend = self
                system.app_names.append(app_name)
                self.nc = NotificationCentre(system)
                self.nc_delegate = NotificationCenterDelegate.alloc().init()
                self.nc_delegate.implementation = self
                self.nc.delegate = self.nc_delegate

            async def request_authorisation(self) -> bool:
                system.asked += 1
                while system.allowed is None:  # noqa: ASYNC110 - the test answers from another thread
                    await asyncio.sleep(0.005)
                return system.allowed

            async def has_authorisation(self) -> bool:
                return bool(system.allowed)

            async def _send(self, notification: Any) -> None:
                system._loop = asyncio.get_running_loop()
                system.on_send(notification)
                if self.nc.presents():
                    system.shown[notification.identifier] = notification
                system.history.append(notification)

            async def _clear(self, identifier: str) -> None:
                system.on_clear()
                system.shown.pop(identifier, None)

            async def _clear_all(self) -> None:
                system.on_clear()
                system.swept += 1
                system.shown.clear()

            async def _get_capabilities(self) -> frozenset[Any]:
                capability = sys.modules["desktop_notifier"].Capability
                return frozenset({capability.BUTTONS} if system.has_buttons else ())

        return Backend

    def hide_banner(self, identifier: str) -> None:
        """Do as Windows does some seconds later: the notice can be clicked on, but the library has forgotten it."""
        self.backend._clear_notification_from_cache(identifier)

    def click(self, identifier: str, key: str | None = None) -> None:
        """Click on a notice, or on one of its buttons, as the library's own backends tell of it."""
        notification = self.backend._clear_notification_from_cache(identifier)
        if key is None:
            self.backend.handle_clicked(identifier, notification)
        else:
            self.backend.handle_button(identifier, key, notification)

    def fail_late(self, identifier: str) -> None:
        """Do as ``WinRTDesktopNotifier._on_failed``, on the library's event loop."""

        def fail() -> None:
            self.backend._clear_notification_from_cache(identifier)
            self.shown.pop(identifier, None)
            logging.getLogger("desktop_notifier.backends.winrt").warning(
                "Notification '%s' failed with error code %s", identifier, -2143420155
            )

        assert self._loop
        self._loop.call_soon_threadsafe(fail)


def warn_as_macos_does(_notification: object) -> None:
    """``CocoaNotificationCenter._send`` raises nothing where the system reports an error."""
    logging.getLogger("desktop_notifier.backends.macos").warning(
        "%s: domain=%s, code=%s, description=%s", "Error when scheduling notification", "UNErrorDomain", 1, "No"
    )


def install(monkeypatch: pytest.MonkeyPatch) -> System:
    """Have our notices use the library, or its model, with a `System` behind it."""
    system = System()
    if IS_INSTALLED:
        forget(monkeypatch, "tray.desktop.toast_centre")
        base = importlib.import_module("desktop_notifier.backends.base").DesktopNotifierBackend
    else:
        base = DesktopNotifierBackend
        install_model(monkeypatch)
    backend = system.make_backend(base)
    monkeypatch.setattr(
        importlib.import_module("desktop_notifier.main"), "get_backend_class", lambda: backend, raising=False
    )
    return system


def install_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the model in the place of the library."""
    forget(monkeypatch, "tray.desktop.toast_centre")
    package, main = ModuleType("desktop_notifier"), ModuleType("desktop_notifier.main")
    for name in ("Button", "Capability", "DEFAULT_SOUND", "DesktopNotifier", "Notification"):
        setattr(package, name, globals()[name])
    main.get_backend_class = get_backend_class  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "desktop_notifier", package)
    monkeypatch.setitem(sys.modules, "desktop_notifier.main", main)


def install_on_macos(monkeypatch: pytest.MonkeyPatch, *, signed: bool = True) -> System:
    """Do as `install`, with what desktop-notifier has for macOS alone, and rubicon-objc under it."""
    system = install(monkeypatch)
    contents: dict[str, dict[str, Any]] = {
        "desktop_notifier.backends": {},
        "desktop_notifier.backends.macos": {"NotificationCenterDelegate": NotificationCenterDelegate},
        "desktop_notifier.backends.macos_support": {"is_signed_bundle": lambda: signed},
        "rubicon": {},
        "rubicon.objc": {"objc_method": objc_method},
        "rubicon.objc.runtime": {"objc_id": ObjcId, "objc_block": ObjcBlock},
    }
    for name, values in contents.items():
        module = ModuleType(name)
        vars(module).update(values)
        monkeypatch.setitem(sys.modules, name, module)
    forget(monkeypatch, "tray.desktop.macos.presenting")
    return system


def open_centre() -> Any:
    """Make the library's notifier as our systems' modules do."""
    return importlib.import_module("desktop_notifier").DesktopNotifier(app_name="SSO Tray")
