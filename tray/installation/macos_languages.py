"""
Which languages the person has chosen for what macOS says: ``AppleLanguages``.

Written from Apple's documentation of `NSLocale`; not run on macOS.
"""

from __future__ import annotations

from importlib import import_module


def preferred() -> list[str]:
    """Name them as in ``de-DE``, the best first; none where macOS does not say."""
    try:
        return [str(name) for name in import_module("Foundation").NSLocale.preferredLanguages()]
    except Exception:  # noqa: BLE001 - whatever Objective-C raises, English is understood
        return []
