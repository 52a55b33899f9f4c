"""What a terminal sends becomes keys, in whatever pieces it comes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.commands.terminal.keys import Decoder
from tray.core.picking import Key, Press

ESCAPES: dict[bytes, list[Press]] = {
    b"\x1b[A": [Key.UP],
    b"\x1bOA": [Key.UP],
    b"\x1b[1;5A": [Key.UP],
    b"\x1b[B": [Key.DOWN],
    b"\x1b[5~": [Key.PAGE_UP],
    b"\x1b[6~": [Key.PAGE_DOWN],
    b"\x1b[6;2~": [Key.PAGE_DOWN],
    b"\x1b[H": [Key.FIRST],
    b"\x1bOH": [Key.FIRST],
    b"\x1b[1~": [Key.FIRST],
    b"\x1b[7~": [Key.FIRST],
    b"\x1b[F": [Key.LAST],
    b"\x1b[4~": [Key.LAST],
    b"\x1b[Z": [Key.UP],
    b"\x1b\x1b[B": [Key.DOWN],
    b"\x1b[C": [],
    b"\x1b[3~": [],
    b"\x1b[200~": [],
    b"\x1b[<0;10;10M": [],
    b"\x1b[?1;2c": [],
    b"\x1bx": [],
}
PLAIN: dict[bytes, list[Press]] = {
    b"\r": [Key.CHOOSE],
    b"\n": [Key.CHOOSE],
    b"\t": [Key.DOWN],
    b"\x7f": [Key.ERASE],
    b"\x08": [Key.ERASE],
    b"\x15": [Key.ERASE_ALL],
    b"\x17": [Key.ERASE_WORD],
    b"\x03": [Key.INTERRUPT],
    b"\x04": [Key.LEAVE],
    b"\x0e\x10": [Key.DOWN, Key.UP],
    "dev 東🦄é".encode(): ["dev 東🦄é"],
    b"de\x7fv\r": ["de", Key.ERASE, "v", Key.CHOOSE],
    b"a\x00\x9b\x85b": ["ab"],
    b"\xff\xfe": [],
}


@pytest.mark.parametrize(("read", "presses"), [*ESCAPES.items(), *PLAIN.items()], ids=ascii)
def test_each_key_is_known(read: bytes, presses: list[Press]) -> None:
    decoder = Decoder()
    assert list(decoder.feed(read)) == presses
    assert not decoder.waits


@given(st.lists(st.sampled_from([*ESCAPES, *list(PLAIN)[:-2]])), st.lists(st.integers(1, 4), min_size=1))
def test_keys_come_through_whole_however_they_are_cut(keys: list[bytes], pieces: list[int]) -> None:
    wanted = [press for key in keys for press in (*ESCAPES.get(key, ()), *PLAIN.get(key, ()))]
    sent, decoder, found = b"".join(keys), Decoder(), []
    while sent:
        size = pieces[len(sent) % len(pieces)]
        found += decoder.feed(sent[:size])
        sent = sent[size:]

    assert not decoder.waits
    assert _joined(found) == _joined(wanted)


@pytest.mark.parametrize(("read", "presses"), [(b"\x1b", [Key.LEAVE]), (b"\x1b[", []), (b"\xe6\x9d", [])])
def test_an_escape_after_which_nothing_comes_is_the_key_of_that_name(read: bytes, presses: list[Press]) -> None:
    decoder = Decoder()
    assert list(decoder.feed(read)) == []
    assert decoder.waits
    assert list(decoder.end()) == presses
    assert list(decoder.feed(b"x")) == ["x"]


@given(st.binary(max_size=200))
def test_whatever_comes_nothing_that_a_terminal_obeys_is_typed(read: bytes) -> None:
    for press in Decoder().feed(read):
        assert isinstance(press, Key) or press.isprintable() or set(press) & set("\u200c\u200d") or len(press) > 1


def _joined(presses: list[Press]) -> list[Press]:
    """Put texts together that follow each other."""
    joined: list[Press] = []
    for press in presses:
        if isinstance(press, str) and joined and isinstance(joined[-1], str):
            joined[-1] += press
        else:
            joined.append(press)
    return joined
