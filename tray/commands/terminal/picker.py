"""
Lets a person pick one of many by typing (ADR 36).

It is drawn on the terminal itself, so that standard output is free for what was picked, on the screen that editors use,
so that what stood there comes back. Where a terminal cannot be controlled, a numbered list is asked about instead.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from tray.commands.terminal.colour import Colour, wanted
from tray.core.errors import SignInRefused
from tray.core.picking import Choice, Key, Picking, begin, pressed
from tray.core.picture import Part, Picture, Style, layout, page, picture
from tray.core.words import picking as picking_words

if sys.platform == "win32":
    from tray.commands.terminal.windows import Console
else:
    from tray.commands.terminal.posix import Console

_BEGIN = "\x1b[?1049h\x1b[?7l\x1b[H\x1b[2J"
"""The other screen (DECSET 1049), and no wrapping (DECAWM): a line that a terminal finds too long is cut."""

_END = "\x1b[H\x1b[2J\x1b[?7h\x1b[?1049l"
_CLEAR = "\x1b[2J"
_REVERSE = "7"
_LOOKS: dict[Style, str] = {
    Style.FAINT: Colour.FAINT,
    Style.CURRENT: Colour.GOOD,
    Style.WARNED_OF: Colour.BAD,
}
_WITHOUT_CONTROL = {"", "dumb"}
_NUMBERED_AT_ONCE = 20


def someone_is_there() -> bool:
    """Tell whether a person could answer: input and error are a terminal; standard output may be a pipe."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def pick(choices: Sequence[Choice]) -> Choice:
    """
    Let the person pick one of at least one.

    Raises:
        SignInRefused: They left without.
        KeyboardInterrupt: They pressed Ctrl-C, or the terminal is gone.
    """
    if sys.platform == "win32" or os.environ.get("TERM", "") not in _WITHOUT_CONTROL:
        try:
            with Console() as console:
                return _Screen(console, choices).run()
        except EOFError:
            raise KeyboardInterrupt from None
        except OSError:
            pass  # No terminal of its own, or none that can be controlled.
    return _pick_by_number(choices)


class _Screen:
    """What is on the terminal while one picks."""

    def __init__(self, console: Console, choices: Sequence[Choice]) -> None:
        self._console = console
        self._choices = choices
        self._measured = layout(choices)
        self._shown: Picture | None = None
        self._size = (0, 0)
        self._top = 0
        self._coloured = wanted(os.environ, is_terminal=True)

    def run(self) -> Choice:
        console, picking = self._console, begin(self._choices)
        console.write(_BEGIN)
        try:
            while True:
                self._draw(picking)
                for press in console.presses():
                    if press is Key.INTERRUPT:
                        raise KeyboardInterrupt
                    if press is Key.LEAVE:
                        raise SignInRefused(picking_words.NOT_CHOSEN())
                    if press is Key.CHOOSE and picking.chosen is not None:
                        return picking.chosen
                    picking = pressed(picking, press, page(console.size()[0]))
        finally:
            console.write(_END)

    def _draw(self, picking: Picking) -> None:
        """Write the lines that changed, all at once; all of them where the size did."""
        size = self._console.size()
        drawn, self._top = picture(picking, self._measured, *size, self._top)
        before: Sequence[tuple[Part, ...]] = () if self._shown is None or size != self._size else self._shown.lines
        written = [_CLEAR] if size != self._size else []
        for number in range(max(len(drawn.lines), len(before))):
            line = drawn.lines[number] if number < len(drawn.lines) else ()
            if number >= len(before) or line != before[number]:
                written += [f"\x1b[{number + 1};1H\x1b[K", *map(self._part, [number + 1] * len(line), line)]
        written.append(f"\x1b[1;{drawn.cursor + 1}H")
        self._console.write("".join(written))
        self._shown, self._size = drawn, size

    def _part(self, row: int, part: Part) -> str:
        look = _REVERSE if part.style is Style.CHOSEN else _LOOKS.get(part.style) if self._coloured else None
        painted = part.text if look is None else f"\x1b[{look}m{part.text}\x1b[0m"
        return f"\x1b[{row};{part.column + 1}H{painted}"


def _pick_by_number(choices: Sequence[Choice]) -> Choice:
    """Ask for a line: a number picks, words narrow the list down. It works on every terminal, and reads aloud well."""
    picking = begin(choices)
    while True:
        for number, choice in enumerate(picking.found[:_NUMBERED_AT_ONCE], 1):
            text = "  ".join(filter(None, (choice.name, *choice.details)))
            _say(picking_words.NUMBERED(number=number, text=text))
        if len(picking.found) > _NUMBERED_AT_ONCE:
            _say(picking_words.SHOWN_OF(shown=_NUMBERED_AT_ONCE, total=len(picking.found)))
        print(picking_words.NUMBER_OR_WORDS(), end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line.strip():
            raise SignInRefused(picking_words.NOT_CHOSEN())
        answer = line.strip()
        if answer.isascii() and answer.isdecimal() and 1 <= int(answer[:9]) <= len(picking.found):
            return picking.found[int(answer) - 1]
        narrowed = pressed(pressed(picking, Key.ERASE_ALL, 1), answer, 1)
        if narrowed.found:
            picking = narrowed
        else:
            _say(picking_words.NOTHING_HOLDS())


def _say(line: str) -> None:
    print(line, file=sys.stderr)
