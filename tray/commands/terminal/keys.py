"""What a terminal sends for each key (ECMA-48, and xterm's "ctlseqs")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tray.core.clusters import cleaned
from tray.core.picking import Key, Press

CONTROLS = {
    "\x03": Key.INTERRUPT,
    "\x04": Key.LEAVE,
    "\x08": Key.ERASE,
    "\t": Key.DOWN,
    "\n": Key.CHOOSE,
    "\x0e": Key.DOWN,
    "\r": Key.CHOOSE,
    "\x10": Key.UP,
    "\x15": Key.ERASE_ALL,
    "\x17": Key.ERASE_WORD,
    "\x7f": Key.ERASE,
}
"""Keys that send one character: Ctrl-N and Ctrl-P go down and up, as in a shell."""

_BY_LETTER = {"A": Key.UP, "B": Key.DOWN, "F": Key.LAST, "H": Key.FIRST, "Z": Key.UP}
_BY_NUMBER = {"1": Key.FIRST, "4": Key.LAST, "5": Key.PAGE_UP, "6": Key.PAGE_DOWN, "7": Key.FIRST, "8": Key.LAST}
_SEQUENCE = re.compile(r"\x1b\x1b?(?:\[([0-?]*)[ -/]*([@-~])|O(.)|([^\[O\x1b]))")
"""A key with Alt sends an escape before its own; whatever is not known is passed over whole."""

_UNFINISHED = re.compile(r"\x1b\x1b?(?:\[[0-?]*[ -/]*|O)?")
_LONGEST_SEQUENCE = 32


class Decoder:
    """Turns what is read, in whatever pieces it comes, into keys."""

    def __init__(self) -> None:
        self._kept = b""

    @property
    def waits(self) -> bool:
        """Whether more is to come; if it does not come soon, `end` tells what it was."""
        return bool(self._kept)

    def feed(self, read: bytes) -> Iterator[Press]:
        """Take what was read, and give the keys that are whole."""
        text, self._kept = _decoded(self._kept + read)
        while text:
            if text[0] != "\x1b":
                before, escape, after = text.partition("\x1b")
                yield from _plain(before)
                text = f"{escape}{after}"
            elif found := _SEQUENCE.match(text):
                if (key := _key(found)) is not None:
                    yield key
                text = text[found.end() :]
            elif _UNFINISHED.fullmatch(text) and len(text) < _LONGEST_SEQUENCE:
                self._kept = text.encode("utf-8", "surrogatepass") + self._kept
                return
            else:
                text = text[1:]

    def end(self) -> Iterator[Press]:
        """Nothing more came: an escape by itself is the key of that name."""
        kept, self._kept = self._kept, b""
        if kept in {b"\x1b", b"\x1b\x1b"}:
            yield Key.LEAVE


def _decoded(read: bytes) -> tuple[str, bytes]:
    """Decode UTF-8 as far as it is whole; what can be no text is left out."""
    for missing in range(min(3, len(read)) + 1):
        kept = read[len(read) - missing :]
        if missing and not _begins_a_letter(kept):
            continue
        try:
            return read[: len(read) - missing].decode("utf-8"), kept
        except UnicodeDecodeError:
            continue
    return read.decode("utf-8", "ignore"), b""


def _begins_a_letter(last: bytes) -> bool:
    first = last[0]
    length = 2 if 0xC2 <= first <= 0xDF else 3 if 0xE0 <= first <= 0xEF else 4 if 0xF0 <= first <= 0xF4 else 0
    return len(last) < length


def _plain(text: str) -> Iterator[Press]:
    """Give what was typed or pasted, as one text as far as no key comes between."""
    typed: list[str] = []
    for letter in text:
        if (key := CONTROLS.get(letter)) is None:
            typed.append(letter)
            continue
        yield from _printable(typed)
        typed = []
        yield key
    yield from _printable(typed)


def _printable(typed: list[str]) -> Iterator[str]:
    if text := cleaned("".join(typed), ""):
        yield text


def _key(found: re.Match[str]) -> Key | None:
    parameters, final, of_application, _ = found.groups()
    if of_application is not None:
        return _BY_LETTER.get(of_application)
    if final == "~":
        return _BY_NUMBER.get(parameters.partition(";")[0])
    return _BY_LETTER.get(final) if final else None
