"""
desktop-notifier's toasts, made so that their buttons work wherever they are, and that none outlives its use.

The library's own are told of by an event, which comes while this program runs and the banner is on the screen; in the
notification centre such a button does nothing (docs/facts: Windows notices). What has an address is of the kind
"protocol" here: Windows calls the address itself. All else stays an event.

Written from the source of desktop-notifier 6.2 and the stubs of winrt 3.2; checked with a model of both; Wine has no
toasts. Not run on Windows.
"""

from __future__ import annotations

import sys
import winreg
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement, tostring

from desktop_notifier.backends.winrt import (
    BUTTON_ACTION_PREFIX,
    DEFAULT_ACTION,
    DEFAULT_GROUP,
    WinRTDesktopNotifier,
    eventloop_wrapper,
)
from winrt.windows.data.xml.dom import XmlDocument
from winrt.windows.ui.notifications import ToastNotification

from tray.desktop.windows import notify

if TYPE_CHECKING:
    from tray.desktop.toasts import Addresses

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs


class AddressedToasts(WinRTDesktopNotifier):  # type: ignore[misc]
    """
    The library's backend, with toasts of ours.

    Args:
        application: The AppUserModelID.
        addresses: By notice and key, what a click calls; looked up when a notice is sent.
        now: Gives the time, with a zone.
    """

    def __init__(self, application: str, addresses: Addresses, now: Callable[[], datetime]) -> None:
        super().__init__(application)
        self._addresses = addresses
        self._now = now

    async def _send(self, notification: Any) -> None:
        document = XmlDocument()
        document.load_xml(tostring(_toast(notification, self._addresses), encoding="unicode"))
        toast = ToastNotification(document)
        toast.tag = notification.identifier
        toast.group = DEFAULT_GROUP
        toast.expiration_time = self._now() + timedelta(seconds=notification.timeout)
        toast.expires_on_reboot = True
        toast.add_activated(eventloop_wrapper(self._on_activated))
        toast.add_dismissed(eventloop_wrapper(self._on_dismissed))
        toast.add_failed(eventloop_wrapper(self._on_failed))
        # Before it is there, for this program may be killed at once.
        with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, notify.APPLICATION_KEY) as key:
            winreg.SetValueEx(key, notify.LEFT_BEHIND, 0, winreg.REG_DWORD, 1)
        self.notifier.show(toast)

    async def _clear_all(self) -> None:
        try:
            await super()._clear_all()
        finally:  # Windows raises where there was none, and what it does not take back now it will not at each start.
            with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, notify.APPLICATION_KEY) as key:
                winreg.SetValueEx(key, notify.LEFT_BEHIND, 0, winreg.REG_DWORD, 0)


def _toast(notification: Any, addresses: Addresses) -> Element:
    called = addresses.get(notification.identifier, {})
    toast = Element("toast", _click("launch", DEFAULT_ACTION, called.get(""), otherwise="foreground"))
    binding = SubElement(SubElement(toast, "visual"), "binding", {"template": "ToastGeneric"})
    for text in (notification.title, notification.message):
        SubElement(binding, "text").text = text
    actions = SubElement(toast, "actions")
    for button in notification.buttons:
        event = BUTTON_ACTION_PREFIX + button.identifier
        click = _click("arguments", event, called.get(button.identifier), otherwise="background")
        SubElement(actions, "action", {"content": button.title} | click)
    heard = {"src": "ms-winsoundevent:Notification.Default"} if notification.sound else {"silent": "true"}
    SubElement(toast, "audio", heard)
    return toast


def _click(argument: str, event: str, address: str | None, *, otherwise: str) -> dict[str, str]:
    """Give the attributes that say what a click does: it calls an address, or is told to this program."""
    if address is None:
        return {argument: event, "activationType": otherwise}
    return {argument: address, "activationType": "protocol"}
