"""Finds out which language the person reads, and has everything said in it (ADR 47)."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tray.core.language import APPROVED, ENGLISH, LANGUAGES, Speech, speak, spoken
from tray.core.settings import Clock

if TYPE_CHECKING:
    from tray.catalogues import MoFile
    from tray.core.settings import Settings

if sys.platform == "win32":
    from tray.installation.windows_languages import preferred as _of_system
elif sys.platform == "darwin":
    from tray.installation.macos_languages import preferred as _of_system
else:

    def _of_system() -> list[str]:
        """The environment says it all."""
        return []


FOLDER = Path(__file__).with_name("locale")
DOMAIN = "sso-tray"

_OF_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
_NO_LOCALE = {"C", "POSIX"}
_CLOCKS = {Clock.TWELVE: True, Clock.TWENTY_FOUR: False}


def follow(settings: Settings, environ: Mapping[str, str] = os.environ, folder: Path = FOLDER) -> bool:
    """
    Speak from now on as the settings and the system want it; tells whether that is a change.

    A catalogue that is not there or is broken is as if it were empty: English is said.

    Args:
        settings: Those in force.
        environ: Where ``LANGUAGE`` and the locale are looked up.
        folder: Where the catalogues are.
    """
    tag = chosen(settings.language, environ, _of_system)
    twelve = _CLOCKS.get(settings.time_format)
    before = spoken()
    if (before.tag, before.twelve_hours) == (tag, twelve):
        return False
    speak(Speech(tag, None if tag == ENGLISH else _catalogue(tag, folder), twelve))
    return True


def chosen(
    setting: str,
    environ: Mapping[str, str],
    of_system: Callable[[], Iterable[str]],
    approved: Iterable[str] = APPROVED,
) -> str:
    """
    Choose a language that there are words in.

    By the setting, else by ``LANGUAGE``, which is set by hand, any; by ``LC_ALL``, ``LC_MESSAGES`` or ``LANG``, or as
    the system's desktop is, one that is approved. An explicit locale ``C`` means English, as to gettext.

    Args:
        setting: A tag of `LANGUAGES`, or ``auto``.
        environ: The environment.
        of_system: Names the languages of the system's desktop, the best first; asked only where that can matter.
        approved: Tags of the languages that are chosen by themselves.
    """
    if setting in LANGUAGES:
        return setting
    locale = next((environ[name] for name in _OF_LOCALE if environ.get(name)), "")
    if locale in _NO_LOCALE:
        return ENGLISH
    by_hand = first_of(environ.get("LANGUAGE", "").split(":"), LANGUAGES)
    if by_hand is not None:
        return by_hand
    approved = set(approved)
    if approved <= {ENGLISH}:
        return ENGLISH
    if locale and not locale.startswith("C."):
        return first_of([locale], approved) or ENGLISH
    # The first that we know decides: who reads English before German gets English.
    return first_of(of_system(), approved) or ENGLISH


def first_of(wanted: Iterable[str], known: Iterable[str]) -> str | None:
    """Give the first of some languages (``de_AT.UTF-8``, ``de-AT``, ``de``) that is known; None for none of them."""
    tags = {tag.casefold(): tag for tag in known}
    for name in wanted:
        whole = name.partition(".")[0].partition("@")[0].replace("_", "-").casefold()
        for tag in (whole, whole.partition("-")[0]):
            if tag in tags:
                return tags[tag]
    return None


def _catalogue(tag: str, folder: Path) -> MoFile | None:
    from tray.catalogues import read_catalogue  # noqa: PLC0415 - English needs none

    try:
        return read_catalogue(folder / tag / "LC_MESSAGES" / f"{DOMAIN}.mo")
    except (OSError, ValueError) as error:
        import logging  # noqa: PLC0415 - likewise

        logging.getLogger(__name__).warning("No words in %s: %s", tag, error)
        return None
