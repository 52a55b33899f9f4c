"""The log: a rotating private file from which every secret is struck out."""

from __future__ import annotations

import logging
import os
import re
import time
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from tray.disk.plain import NO_LINK, open_plain
from tray.disk.staging import make_folder

if TYPE_CHECKING:
    from io import TextIOWrapper

_HIDDEN = "[hidden]"
_OUR_HANDLERS = "sso-tray"
_MAX_BYTES = 512 * 1024
_KEPT_FILES = 2

_TELLING_NAMES = (
    r"access_?token|refresh_?token|id_?token|session_?token|bearer_?token|client_?secret|device_?code|user_?code"
    r"|code_?verifier|secret_?access_?key|access_?key_?id|authorization_?code|password"
)
_PATTERNS = (
    # A value under a telling name: JSON within a JSON string, JSON, a Python repr, a header, a query.
    (
        re.compile(
            rf"((?:{_TELLING_NAMES})\\*[\"']?\s*[:=]\s*)"
            r"(?:\\\"(?s:.*?)(?<!\\)\\\"|b?\"(?:[^\"\\]|\\.)*\"?|b?'(?:[^'\\]|\\.)*'?|[^\s,;&}\"'<>]+)",
            re.IGNORECASE,
        ),
        rf"\1{_HIDDEN}",
    ),
    (re.compile(r"\b((?:code|state|code_challenge)(?:=|%3D))[^\s&\"'<>]+", re.IGNORECASE), rf"\1{_HIDDEN}"),
    (re.compile(r"\b(bearer\s+)[^\s\"',]+", re.IGNORECASE), rf"\1{_HIDDEN}"),
    # JWTs and JWEs: registrations, authorisation codes.
    (re.compile(r"eyJ[\w\-+/=]{6,}(?:\.[\w\-+/=]*)*"), _HIDDEN),
    # Identity Center's access ("aoa…") and refresh ("aor…") tokens.
    (re.compile(r"\bao[ar]A[\w\-+/=:.]{8,}"), _HIDDEN),
    (re.compile(r"\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}"), _HIDDEN),
)
_LONG_RUN = re.compile(r"[A-Za-z0-9+/_\-]{40,}={0,2}")
_SHA1 = re.compile(r"[0-9a-f]{40}")


def redact(text: str) -> str:
    """Strike out everything that looks like a token, a key, a code or a secret; rather too much than too little."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return _LONG_RUN.sub(lambda found: _HIDDEN if _is_base64(found[0]) else found[0], text)


def _is_base64(run: str) -> bool:
    """Tell base64, in either alphabet, from a path. A SHA-1 is the name of a token file, and no secret."""
    parts = [part for part in run.split("/") if not _SHA1.fullmatch(part)]
    if any(len(part) >= 40 for part in parts):
        return True
    return len("/".join(parts)) >= 40 and "-" not in run and "_" not in run


class RedactingFormatter(logging.Formatter):
    """Redacts the whole finished text, so also arguments, exceptions and stacks; times are UTC."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        """Format a record, then strike out its secrets, and write out what a terminal would obey."""
        text = redact(super().format(record))
        if not text.isprintable():
            text = "".join(each if each == "\n" or each.isprintable() else ascii(each)[1:-1] for each in text)
        return text

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - named by the base class
        """Format the message, whose second line must not pass for another record."""
        return super().formatMessage(record).replace("\n", "\n    ")


def _open_private(path: str, flags: int) -> int:
    return open_plain(path, flags | NO_LINK)


class _PrivateFile(logging.FileHandler):
    """
    A rotating file that only its owner may read. Trouble with it never disturbs the program.

    The standard library's comes with ways to send a log over a network, which take half a megabyte.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, into a new file where this one has no room for it."""
        with suppress(Exception):
            line = f"{self.format(record)}\n"
            if self.stream and os.fstat(self.stream.fileno()).st_size + len(line) > _MAX_BYTES:
                self._put_aside()
            self.stream = self.stream or self._open()
            self.stream.write(line)
            self.flush()

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, "a", encoding="utf-8", errors="backslashreplace", opener=_open_private)

    def _put_aside(self) -> None:
        """Make room for a new file. Windows renames none that another process has open; then the old one goes on."""
        if self.stream:
            self.stream.close()
            self.stream = None
        names = [self.baseFilename, *(f"{self.baseFilename}.{number + 1}" for number in range(_KEPT_FILES))]
        for newer, older in reversed([*pairwise(names)]):
            with suppress(OSError):
                Path(newer).replace(older)


def configure(log_file: Path, *, verbose: bool = False) -> bool:
    """
    Send the log of this process to a file, and with ``verbose`` to the standard error as well.

    Goes on without a file where none can be written. Called again, it replaces what it set up before.

    Args:
        log_file: Made 0600, its folder 0700.
        verbose: Whether to log what only helps to find a fault.

    Returns:
        Whether there is a file.
    """
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if handler.name == _OUR_HANDLERS]:
        root.removeHandler(handler)
        handler.close()
    handlers: list[logging.Handler] = [logging.StreamHandler()] if verbose else []
    problem = None
    try:
        make_folder(log_file.parent)
        handlers.append(_PrivateFile(log_file))
    except OSError as error:
        problem = str(error)
        handlers.append(logging.NullHandler())
    for handler in handlers:
        handler.name = _OUR_HANDLERS
        handler.setFormatter(RedactingFormatter())
        root.addHandler(handler)
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    # Their debug output shows whole requests and answers, secrets among them.
    for name in ("boto3", "botocore", "urllib3", "s3transfer"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("PIL").setLevel(logging.INFO)
    # It calls the end of a watch, which is a matter of course, an error.
    logging.getLogger("watchdog").setLevel(logging.CRITICAL)
    if problem:
        logging.getLogger(__name__).info("no log file: %s", problem)
    return problem is None
