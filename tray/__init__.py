"""SSO Tray: tells, in the system tray, whether your AWS sign-in still holds."""

__version__ = "0.2.0"
