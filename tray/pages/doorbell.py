"""
How whoever wants to open a page finds the server that runs already, and gets a link of it.

In a file that only this user can read stand the server's address and a key. Neither side sends the key: each proves
that it has it, so that nothing is learned by who took over the port of a server that has gone, and nothing that it says
is believed. Only who asks with the same files and in the same session is answered by the same server.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import logging
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from tray import __version__
from tray.core.dataclass import dataclass, field
from tray.disk.files import write_private
from tray.disk.plain import read_plain
from tray.paths import Paths

_log = logging.getLogger(__name__)

PATH: Final = "/ring"
"""Where it is rung."""

_LARGEST: Final = 4096
_PATIENCE_SECONDS: Final = 5.0
_OF_THE_SESSION: Final = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_CA_BUNDLE", "DISPLAY", "WAYLAND_DISPLAY")
"""With these a page shows something else, or what it opens comes up elsewhere; so do endpoints."""


@dataclass(frozen=True, slots=True)
class Doorbell:
    """The doorbell of a server: what stands in its file."""

    host: str
    key: str = field(repr=False)

    @classmethod
    def new(cls, host: str) -> Doorbell:
        """Make one for a server at this address and port."""
        return cls(host, secrets.token_urlsafe(32))

    def answer(self, body: bytes, link: Callable[[str], str | None]) -> bytes | None:
        """
        Answer whoever rings.

        Args:
            body: What they sent.
            link: Gives the link of a page; None for a page that there is not.

        Returns:
            What to send back; None where they have not the key, or want what there is not.
        """
        asked = _texts(body, "page", "nonce", "proof")
        if asked is None or not hmac.compare_digest(asked["proof"], self._proof("ask", asked["nonce"], asked["page"])):
            return None
        given = link(asked["page"])
        if given is None:
            return None
        return json.dumps({"link": given, "proof": self._proof("give", asked["nonce"], given)}).encode()

    def ring(self, page: str) -> str | None:
        """Ask for the link of a page; None where no such server is there any more."""
        nonce = secrets.token_urlsafe(16)
        asked = json.dumps({"page": page, "nonce": nonce, "proof": self._proof("ask", nonce, page)})
        connection = http.client.HTTPConnection(self.host, timeout=_PATIENCE_SECONDS)
        try:
            connection.request("POST", PATH, asked, {"Content-Type": "application/json"})
            given = _texts(connection.getresponse().read(_LARGEST), "link", "proof")
        except (OSError, http.client.HTTPException) as error:
            _log.info("no server of pages answers: %s", type(error).__name__)
            return None
        finally:
            connection.close()
        if given is None or not hmac.compare_digest(given["proof"], self._proof("give", nonce, given["link"])):
            return None
        return given["link"]

    def _proof(self, *words: str) -> str:
        return hmac.new(self.key.encode(), "\n".join(words).encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def doorbell_file(paths: Paths, environ: Mapping[str, str]) -> Path:
    """Name the file of the server that shows what would be shown with these files and in this environment."""
    chosen = {
        name: value for name, value in environ.items() if name in _OF_THE_SESSION or name.startswith("AWS_ENDPOINT_URL")
    }
    files = [str(path) for path in (paths.aws_config, paths.aws_credentials, paths.sso_cache, paths.settings_file)]
    told = json.dumps([__version__, files, sorted(chosen.items())])
    return paths.meeting / "pages" / f"{hashlib.sha256(told.encode('utf-8', 'replace')).hexdigest()[:32]}.json"


def hang(bell: Doorbell, file: Path) -> None:
    """Let others find the server; raises `OSError` where that cannot be."""
    write_private(file, json.dumps({"host": bell.host, "key": bell.key}).encode())


def find(file: Path) -> Doorbell | None:
    """Find the doorbell of a server that may run; None where none has hung one."""
    with suppress(OSError):
        found = _texts(read_plain(file, _LARGEST), "host", "key")
        if found is not None and found["host"].startswith("127.0.0.1:") and found["host"][10:].isdecimal():
            return Doorbell(**found)
    return None


def take_down(bell: Doorbell, file: Path) -> None:
    """Remove the file again, unless it is another server's by now."""
    if find(file) == bell:
        with suppress(OSError):
            file.unlink()


def _texts(data: bytes, *names: str) -> dict[str, str] | None:
    """Read an object that has these texts, and take no more of it."""
    try:
        value: Any = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or not all(isinstance(value.get(name), str) for name in names):
        return None
    texts: dict[str, str] = {name: value[name] for name in names}
    return texts if all(text.isascii() for text in texts.values()) else None
