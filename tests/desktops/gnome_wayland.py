"""GNOME Shell on Wayland: the same shell without a screen, with a pointer by the interface for remote desktops."""

from __future__ import annotations

from pathlib import Path

from desktops.gnome import Gnome
from desktops.host import SIZE
from desktops.session import Session
from tray.desktop.linux.bus import Bus

_MUTTER = "org.gnome.Mutter.RemoteDesktop"
_PATH = "/org/gnome/Mutter/RemoteDesktop"
_FAR = 10_000.0


class MutterPointer:
    """
    A pointer by org.gnome.Mutter.RemoteDesktop, which knows relative motion alone where no screen is cast.

    Args:
        session: The session that the shell is of.
    """

    def __init__(self, session: Session) -> None:
        self._bus = Bus.connect(session.address)  # the pointer lives as long as this connection
        self._path = self._call(_PATH, _MUTTER, "CreateSession")[0]
        self._act("Start")

    def move(self, x: int, y: int) -> None:
        """Move the pointer: first into the lower left corner, as the upper one opens the overview."""
        self._act("NotifyPointerMotionRelative", "dd", (-_FAR, _FAR))
        self._act("NotifyPointerMotionRelative", "dd", (float(x), float(y - SIZE[1] + 1)))

    def click(self, button: int) -> None:
        """Press and release a button."""
        for pressed in (True, False):
            self._act("NotifyPointerButton", "ib", (button, pressed))

    def close(self) -> None:
        """Let the pointer go."""
        self._bus.close()

    def _act(self, member: str, signature: str = "", body: tuple[object, ...] = ()) -> None:
        self._call(self._path, f"{_MUTTER}.Session", member, signature, body)

    def _call(
        self, path: str, interface: str, member: str, signature: str = "", body: tuple[object, ...] = ()
    ) -> tuple[str, ...]:
        reply = self._bus.call_and_wait(_MUTTER, path, interface, member, signature, body, timeout=10)
        assert not reply.error, f"{member}: {reply.error} {reply.body}"
        return reply.body


class GnomeWayland(Gnome):
    NAME = "gnome-wayland"
    PACKAGES = ("gnome-shell", "gnome-shell-extension-appindicator", "gjs", "python3-dbusmock")
    VERSIONS = ("gnome-shell", "gnome-shell-extension-appindicator")

    def begin(self) -> None:
        self.session.start_system_bus()
        self.session.environment.update(XDG_SESSION_TYPE="wayland", WAYLAND_DISPLAY="wayland-0")
        self.session.tell_bus()
        self.prepare()
        width, height = SIZE
        options = ("--headless", "--wayland", "--no-x11", "--unsafe-mode", "--virtual-monitor", f"{width}x{height}")
        self.session.start("gnome-shell", *options, WAYLAND_DISPLAY=None)
        self.wait_for_shell()
        self.pointer = MutterPointer(self.session)

    def shoot(self, file: Path) -> None:
        where = ("org.gnome.Shell.Screenshot", "/org/gnome/Shell/Screenshot", "org.gnome.Shell.Screenshot")
        body = (False, False, str(file))
        reply = self.session.bus.call_and_wait(*where, "Screenshot", "bbs", body, timeout=20)
        assert not reply.error, reply.error

    def kill_panel(self) -> None:
        """The shell is the compositor, and with it goes the session; the extension alone can go and come back."""
        self.session.run("gsettings", "set", "org.gnome.shell", "enabled-extensions", "[]")

    def start_panel(self, *, dark: bool = False) -> None:
        self.shade(dark)
        self.prepare()
        self.session.wait_for_owner("org.kde.StatusNotifierWatcher", 60)
