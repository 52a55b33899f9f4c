"""The cookies of the demo's browser, kept in a file between visits: each visit is a process of its own."""

from __future__ import annotations

import os
import re
from contextlib import AbstractContextManager
from http.cookiejar import Cookie, CookieJar, LoadError, MozillaCookieJar
from pathlib import Path

from tray.disk import native
from tray.disk.lock import locked
from tray.disk.staging import staged

_PATIENCE_SECONDS = 60.0
"""How long another visit of this browser may take to read or write."""

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def cookie_file(profile: str = "default") -> Path:
    """
    Tell where a browser keeps its cookies: below the home's cache folder.

    Raises:
        ValueError: This is no name of a profile.
    """
    if not _NAME.fullmatch(profile):
        raise ValueError("the name of a profile is made of letters, digits, hyphens and underscores")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "sso-tray-demo-browser" / f"{profile}.txt"


class KeptCookies:
    """
    A browser's cookies in a file that nobody else can read (0600, in a folder 0700), in the form of curl and wget.

    Several visits may run at once, as several tabs do: what a visit got is added to what the others got meanwhile.

    Args:
        file: The file; it need not be there.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._loaded: dict[tuple[str, str, str], Cookie] = {}

    def load(self) -> CookieJar:
        """
        Read the cookies; a file that is broken holds none, as in a browser whose profile was damaged.

        Raises:
            OSError: The file forbids it.
            TrayError: The folder forbids it, or another visit does not come to its end.
        """
        with self._locked():
            jar = self._read()
        self._loaded = {_key(cookie): cookie for cookie in jar}
        return jar

    def save(self, jar: CookieJar) -> None:
        """
        Write what the visit has changed since `load`.

        Raises:
            OSError: The file forbids it.
            TrayError: The folder forbids it, or another visit does not come to its end.
        """
        now = {_key(cookie): cookie for cookie in jar}
        with self._locked():
            kept = self._read()
            for key in self._loaded.keys() - now.keys():
                if any(_key(cookie) == key for cookie in kept):
                    kept.clear(*key)
            for key, cookie in now.items():
                if key not in self._loaded or self._loaded[key].value != cookie.value:
                    kept.set_cookie(cookie)
            self._replace(kept)

    def _read(self) -> MozillaCookieJar:
        jar = MozillaCookieJar()
        try:
            jar.load(str(self._file), ignore_discard=True)
        except (FileNotFoundError, LoadError, ValueError):
            return MozillaCookieJar()
        return jar

    def _replace(self, jar: MozillaCookieJar) -> None:
        with staged(self._file, b"") as file:
            jar.save(str(file), ignore_discard=True)
            native.replace(file, self._file)

    def _locked(self) -> AbstractContextManager[None]:
        """Keep other visits of this browser from reading or writing for a moment."""
        return locked(self._file.with_suffix(".lock"), seconds=_PATIENCE_SECONDS)


def _key(cookie: Cookie) -> tuple[str, str, str]:
    return cookie.domain, cookie.path, cookie.name
