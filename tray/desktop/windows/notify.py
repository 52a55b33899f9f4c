r"""
Toasts on Windows 10 and later, through WinRT, and what the registry has to know for them.

Windows shows a toast under the name and icon that the registry keeps for the sender's AppUserModelID. desktop-notifier
registers the id as the name too, and hands an icon over as a link where Windows wants a path; so both are said anew.
Below ``Software\Classes\sso-tray`` stands by which program our addresses are followed (ADR 28).

Checked with the library's backend faked, and under Wine, which has no toasts: there every notice falls to the balloon.
Not run on Windows.
"""

from __future__ import annotations

import sys
import winreg
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tray.desktop.toasts import APPLICATION
from tray.disk.looking import is_file

if TYPE_CHECKING:
    from tray.desktop.toasts import Addresses

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

APPLICATION_ID = "SsoTray.SsoTray"
"""The AppUserModelID, which the shortcut in the Start menu carries as well."""

APPLICATION_KEY = rf"Software\Classes\AppUserModelId\{APPLICATION_ID}"
LEFT_BEHIND = "LeftBehind"
"""The value that tells whether a toast may still be there: 1 from the first one to the end in good order."""


def open_centre(addresses: Addresses | None) -> Any:
    """
    Open the way to the system's toasts.

    Args:
        addresses: By notice and key, what a click calls: written down for Windows to find. None for events alone.

    Raises:
        Exception: There is none: a Windows that is too old, or whose WinRT does not answer.
    """
    from desktop_notifier import DesktopNotifier  # noqa: PLC0415 - loaded with the first notice

    from tray.desktop.windows.addressed_toasts import AddressedToasts  # noqa: PLC0415 - the same

    centre = DesktopNotifier(app_name=APPLICATION_ID, app_icon=None)
    called = addresses if addresses is not None and _register_scheme() else {}
    backend = AddressedToasts(APPLICATION_ID, called, lambda: datetime.now(UTC))
    centre._backend = backend  # noqa: SLF001 - what desktop-notifier 6.2 does not offer
    with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, APPLICATION_KEY) as key:
        winreg.SetValueEx(key, "DisplayName", 0, winreg.REG_SZ, APPLICATION)
        icon = _icon()
        if icon is not None:
            winreg.SetValueEx(key, "IconUri", 0, winreg.REG_SZ, str(icon))
    return centre


def left_some_behind() -> bool:
    """Tell whether an earlier run that was killed may have left toasts. Asks the registry alone, and loads nothing."""
    with suppress(OSError), winreg.OpenKey(winreg.HKEY_CURRENT_USER, APPLICATION_KEY) as key:
        return bool(winreg.QueryValueEx(key, LEFT_BEHIND)[0])
    return False


def is_turned_off() -> bool:
    """Tell whether the person, or who manages the computer, turned off our notices, or all."""
    from winrt.windows.ui.notifications import (  # noqa: PLC0415 - loaded with the first notice
        NotificationSetting,
        ToastNotificationManager,
    )

    manager = ToastNotificationManager.get_default()
    notifier = manager and manager.create_toast_notifier_with_id(APPLICATION_ID)
    return notifier is not None and notifier.setting in {
        NotificationSetting.DISABLED_FOR_APPLICATION,
        NotificationSetting.DISABLED_FOR_USER,
        NotificationSetting.DISABLED_BY_GROUP_POLICY,
    }


def _register_scheme() -> bool:
    """Write down which program follows our addresses; tells whether there is one."""
    from tray.core.address import SCHEME  # noqa: PLC0415 - loaded with the first notice
    from tray.installation.programs import find_installation  # noqa: PLC0415 - the same

    installation = find_installation()
    if installation.obstacle is not None or not installation.programs:
        return False
    path = rf"Software\Classes\{SCHEME}"
    for sub_key, name, value in (
        (rf"{path}\shell\open\command", "", f'"{installation.programs[0]}" follow "%1"'),
        (path, "", f"URL:{APPLICATION}"),
        (path, "URL Protocol", ""),  # What makes it an address; the last, when all else is there.
    ):
        with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, sub_key) as key:
            winreg.SetValueEx(key, name, 0, winreg.REG_SZ, value)
    return True


def _icon() -> Path | None:
    """Find our icon: beside this module, in a bundle as where pip put it; not in the source."""
    icon = Path(__file__).with_name("sso-tray.ico")
    return icon if is_file(icon) else None
