"""
Windows' toasts, as far as our notices use them: the WinRT classes, desktop-notifier's backend upon them, the registry.

The rules are Microsoft's documentation ("Toast content schema", "Send a local toast notification from other types of
unpackaged apps", "ToastNotification class"), the stubs of winrt 3.2.1 and the source of desktop-notifier 6.2.0
(``backends/winrt.py``); where a click leads is as others reported it (docs/facts: Windows notices). What is here:

- The XML must parse, 5 kB at most, with known attributes only.
- A click on what is of the kind "foreground" or "background" is told to the program that showed the toast, while it
  runs and the banner is on the screen. In the notification centre, without a COM activator, it does nothing.
- One of the kind "protocol" starts what the registry says, wherever the toast is; the program that showed it is told
  nothing.
- A toast goes with a click, when it has expired, and at a restart if it says so; else it stays, also when its program
  was killed.

Nothing of it ran on Windows.
"""

from __future__ import annotations

import asyncio
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import datetime
from enum import IntEnum
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from support import toast_library
from support.modules import forget
from support.registry_model import Registry

_TOAST_BYTES = 5000
_TAG_CHARACTERS = 64
_ATTRIBUTES = {
    "toast": {"launch", "activationType", "duration", "scenario", "displayTimestamp"},
    "action": {"content", "activationType", "arguments", "imageUri", "placement", "hint-inputId"},
    "audio": {"src", "loop", "silent"},
    "binding": {"template"},
}
_KINDS = {
    "toast": {"foreground", "background", "protocol"},
    "action": {"foreground", "background", "protocol", "system"},
}
CONSTANTS = {
    "DEFAULT_GROUP": "desktop-notifier-group",
    "DEFAULT_ACTION": "default",
    "BUTTON_ACTION_PREFIX": "action=button&amp;id=",
}
"""Of ``backends.winrt``."""

APPLICATION_ID = "SsoTray.SsoTray"


class NotificationSetting(IntEnum):
    ENABLED = 0
    DISABLED_FOR_APPLICATION = 1
    DISABLED_FOR_USER = 2
    DISABLED_BY_GROUP_POLICY = 3
    DISABLED_BY_MANIFEST = 4


class ToastNotificationPriority(IntEnum):
    DEFAULT = 0
    HIGH = 1


class XmlDocument:
    """``Windows.Data.Xml.Dom.XmlDocument``."""

    def load_xml(self, xml: str) -> None:
        self.root = ET.fromstring(xml)
        assert len(xml.encode()) <= _TOAST_BYTES
        assert self.root.tag == "toast"
        for element in self.root.iter():
            unknown = set(element.attrib) - _ATTRIBUTES.get(element.tag, set())
            assert not unknown, f"{element.tag} has no {unknown}"
            kinds = _KINDS.get(element.tag, set())
            assert element.get("activationType", "foreground") in kinds | {"foreground"}


class ToastNotification:
    """``Windows.UI.Notifications.ToastNotification``."""

    def __init__(self, content: XmlDocument) -> None:
        self.content = content
        self.tag = ""
        self.group = ""
        self.priority = ToastNotificationPriority.DEFAULT
        self.expires_on_reboot = False
        self._expiration: datetime | None = None
        self.activated: list[Callable[[Any, Any], None]] = []

    @property
    def expiration_time(self) -> datetime | None:
        return self._expiration

    @expiration_time.setter
    def expiration_time(self, value: datetime | None) -> None:
        assert value is None or value.tzinfo is not None, "winrt takes no time without a zone"
        self._expiration = value

    def add_activated(self, handler: Callable[[Any, Any], None]) -> None:
        self.activated.append(handler)

    def add_dismissed(self, handler: Callable[[Any, Any], None]) -> None:
        """Never called: nobody waves one off."""

    def add_failed(self, handler: Callable[[Any, Any], None]) -> None:
        """Never called: it always works."""


class Windows:
    """What shows the toasts: the banner, the notification centre, and the shell that follows an address."""

    def __init__(self) -> None:
        self.toasts: dict[str, ToastNotification] = {}
        """By tag, those in the notification centre, whether their banner is on the screen or not."""

        self.shown: list[ToastNotification] = []
        self.on_screen: set[str] = set()
        self.setting: NotificationSetting | OSError = NotificationSetting.ENABLED
        self.asked = 0
        """How often it was asked whether toasts are allowed."""

        self.registry = Registry()
        self.started: list[str] = []
        """The command lines that it ran."""

    # What programs call.

    def show(self, toast: ToastNotification) -> None:
        assert len(toast.tag) <= _TAG_CHARACTERS
        assert len(toast.group) <= _TAG_CHARACTERS
        assert self._registered("DisplayName"), "without an application of that id no toast is shown"
        self.shown.append(toast)
        if self.setting is NotificationSetting.ENABLED or isinstance(self.setting, OSError):
            self.toasts[toast.tag] = toast
            self.on_screen.add(toast.tag)

    def clear(self) -> None:
        if not self.shown:
            raise OSError("element not found")
        self.toasts.clear()
        self.on_screen.clear()

    def remove(self, tag: str) -> None:
        if self.toasts.pop(tag, None) is None:
            raise OSError("element not found")

    # What happens to it.

    def hide_banners(self) -> None:
        """The banners go after some seconds; the toasts stay in the notification centre."""
        self.on_screen.clear()

    def kill_the_program(self) -> None:
        """Whoever showed the toasts is told nothing any more."""
        self.on_screen.clear()

    def reach(self, moment: datetime) -> None:
        """It is that late."""
        for tag, toast in list(self.toasts.items()):
            if toast.expiration_time is not None and toast.expiration_time <= moment:
                del self.toasts[tag]

    def restart(self) -> None:
        self.toasts = {tag: toast for tag, toast in self.toasts.items() if not toast.expires_on_reboot}

    def click(self, toast: ToastNotification, button: str | None = None) -> None:
        """Click on a toast, or on its button of that label."""
        element, argument = toast.content.root, "launch"
        if button is not None:
            (element,) = [found for found in element.iter("action") if found.get("content") == button]
            argument = "arguments"
        on_screen = toast.tag in self.on_screen
        del self.toasts[toast.tag]
        self.on_screen.discard(toast.tag)
        if element.get("activationType") == "protocol":
            self.follow(element.attrib[argument])
        elif on_screen:
            told = SimpleNamespace(arguments=element.get(argument, ""), user_input={})
            for handler in toast.activated:
                handler(toast, SimpleNamespace(as_=lambda _kind: told))

    def follow(self, address: str) -> None:
        """Start what the registry says for an address, as the shell and every browser do."""
        key = rf"HKCU\Software\Classes\{address.partition(':')[0]}"
        if (key, "URL Protocol") in self.registry.values:
            command = self.registry.values[rf"{key}\shell\open\command", ""]
            assert isinstance(command, str)
            self.started.append(command.replace("%1", address))

    def _registered(self, name: str) -> bool:
        return (rf"HKCU\Software\Classes\AppUserModelId\{APPLICATION_ID}", name) in self.registry.values


class _ToastNotifier:
    def __init__(self, windows: Windows) -> None:
        self._windows = windows
        self.show = windows.show

    @property
    def setting(self) -> NotificationSetting:
        self._windows.asked += 1
        if isinstance(self._windows.setting, OSError):
            raise self._windows.setting
        return self._windows.setting


class _Manager:
    """``ToastNotificationManagerForUser``."""

    def __init__(self, windows: Windows) -> None:
        self._windows = windows
        self.history = SimpleNamespace(
            clear_with_id=lambda _id: windows.clear(),
            remove_grouped_tag_with_id=lambda tag, _group, _id: windows.remove(tag),
        )

    def create_toast_notifier_with_id(self, application: str) -> _ToastNotifier:
        assert application == APPLICATION_ID
        return _ToastNotifier(self._windows)


class WinRTDesktopNotifier(toast_library.DesktopNotifierBackend):
    """``backends.winrt``, as its source has it."""

    windows: Windows

    def __init__(self, app_name: str, app_icon: Any = None) -> None:
        super().__init__(app_name, app_icon)
        self.manager = _Manager(self.windows)
        self.app_id = app_name
        with self.windows.registry.CreateKeyEx("HKCU", rf"Software\Classes\AppUserModelId\{app_name}") as key:
            self.windows.registry.SetValueEx(key, "DisplayName", 0, Registry.REG_SZ, app_name)
        self.notifier = self.manager.create_toast_notifier_with_id(app_name)

    async def request_authorisation(self) -> bool:
        return await self.has_authorisation()

    async def has_authorisation(self) -> bool:
        try:
            return bool(self.notifier.setting == NotificationSetting.ENABLED)
        except OSError:
            return True

    async def _send(self, notification: Any) -> None:
        toast = ET.Element("toast", {"launch": "default"})
        binding = ET.SubElement(ET.SubElement(toast, "visual"), "binding")
        binding.set("template", "ToastGeneric")
        for text in (notification.title, notification.message):
            ET.SubElement(binding, "text").text = text
        actions = ET.SubElement(toast, "actions")
        for button in notification.buttons:
            arguments = "action=button&amp;id=" + button.identifier
            kind = {"content": button.title, "activationType": "background", "arguments": arguments}
            ET.SubElement(actions, "action", kind)
        document = XmlDocument()
        document.load_xml(ET.tostring(toast, encoding="unicode"))
        native = ToastNotification(document)
        native.tag, native.group = notification.identifier, "desktop-notifier-group"
        native.add_activated(eventloop_wrapper(self._on_activated))
        self.notifier.show(native)

    def _on_activated(self, sender: Any, boxed: Any) -> None:
        notification = self._clear_notification_from_cache(sender.tag)
        action = boxed.as_(None).arguments
        if action == "default":
            self.handle_clicked(sender.tag, notification)
        elif action.startswith("action=button&amp;id="):
            self.handle_button(sender.tag, action.replace("action=button&amp;id=", ""), notification)

    def _on_dismissed(self, sender: Any, boxed: Any) -> None:
        raise NotImplementedError

    def _on_failed(self, sender: Any, boxed: Any) -> None:
        raise NotImplementedError

    async def _clear(self, identifier: str) -> None:
        self.manager.history.remove_grouped_tag_with_id(identifier, "desktop-notifier-group", self.app_id)

    async def _clear_all(self) -> None:
        self.manager.history.clear_with_id(self.app_id)

    async def _get_capabilities(self) -> frozenset[Any]:
        return frozenset({sys.modules["desktop_notifier"].Capability.BUTTONS})


def eventloop_wrapper(function: Callable[..., Any]) -> Callable[..., None]:
    """``backends.winrt``: events come on threads of Windows."""
    loop = asyncio.get_running_loop()

    def hand_over(*values: Any) -> None:
        loop.call_soon_threadsafe(function, *values)

    return hand_over


def install(monkeypatch: pytest.MonkeyPatch) -> Windows:
    """Have our notices meet Windows, on whatever system this is."""
    windows = Windows()
    toast_library.install_model(monkeypatch)
    backend = type("WinRTDesktopNotifier", (WinRTDesktopNotifier,), {"windows": windows})
    manager = SimpleNamespace(get_default=lambda: _Manager(windows))
    contents: dict[str, dict[str, Any]] = {
        "desktop_notifier.backends": {},
        "desktop_notifier.backends.winrt": {
            "WinRTDesktopNotifier": backend, "eventloop_wrapper": eventloop_wrapper, **CONSTANTS,
        },
        "winrt": {},
        "winrt.windows": {},
        "winrt.windows.data": {},
        "winrt.windows.data.xml": {},
        "winrt.windows.data.xml.dom": {"XmlDocument": XmlDocument},
        "winrt.windows.ui": {},
        "winrt.windows.ui.notifications": {
            "NotificationSetting": NotificationSetting,
            "ToastNotification": ToastNotification,
            "ToastNotificationManager": manager,
        },
    }  # fmt: skip
    for name, values in contents.items():
        module = ModuleType(name)
        vars(module).update(values)
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(sys.modules["desktop_notifier.main"], "get_backend_class", lambda: backend, raising=False)
    monkeypatch.setitem(sys.modules, "winreg", windows.registry)
    monkeypatch.setattr(sys, "platform", "win32")
    forget(monkeypatch, "tray.desktop.windows.notify", "tray.desktop.windows.addressed_toasts")
    return windows
